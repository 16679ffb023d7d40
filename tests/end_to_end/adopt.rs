//! A project whose folder was moved: its data go along.

use biostar_tui::core::naming::Role;

use crate::place::{POSTS, Place, page};

#[test]
fn a_folder_that_was_moved_takes_its_data_over() {
    let mut place = Place::with_demo("adopt");
    place.bring_up(&["up"]).ends(0);
    place.query("development", "update forum_sitetext set text = 'from the old folder' where name = 'footer'");
    let (old, new) = (place.root.clone(), place.beside("moved"));
    std::fs::rename(&old, &new).unwrap();
    place.root = new;
    refused_until_it_is_adopted(&place);
    let ran = place.run(&["adopt", "--yes"]).ends(0);
    assert!(ran.out.contains("taken over"), "{}", ran.out);
    assert_eq!(place.ids(Role::Service).len(), 0, "containers of the old folder are gone");
    place.run(&["up"]).ends(0);
    assert_eq!(place.posts(), POSTS);
    let status = place.run(&["status", "--json"]).ends(0).json();
    assert!(page(status["url"].as_str().unwrap(), "/").contains("from the old folder"));
    place.nothing_to_do();
    assert!(place.run(&["adopt"]).ends(0).out.contains("no other folder has left anything"));
    the_old_folder_is_kept_out(&mut place, old);
}

fn refused_until_it_is_adopted(place: &Place) {
    let ran = place.run(&["up"]).ends(4);
    assert!(ran.err.contains("that folder is gone") && ran.err.contains("biostar-tui adopt"), "{}", ran.err);
    let plan = place.run(&["adopt", "--dry-run"]).ends(0);
    assert!(plan.out.contains("volume-db") && plan.out.contains("taken over from"), "{}", plan.out);
    let declined = place.run(&["adopt"]).ends(4);
    assert!(declined.err.contains("nothing was taken over"), "{}", declined.err);
    assert_eq!(place.ids(Role::Service).len(), 2, "a question that nobody answers changes nothing");
}

fn the_old_folder_is_kept_out(place: &mut Place, old: std::path::PathBuf) {
    let new = std::mem::replace(&mut place.root, old);
    biostar_tui::runtime::demo::write(&place.root).expect("the demo can be written");
    for verb in [&["up"][..], &["adopt", "--yes"], &["destroy", "--volumes", "--no-dump", "--yes"]] {
        let ran = place.run(verb).ends(4);
        assert!(ran.err.contains(&new.display().to_string()), "{verb:?}: {}", ran.err);
    }
    place.root = new;
    assert_eq!(place.posts(), POSTS);
    place.run(&["destroy", "--volumes", "--yes"]).ends(0);
}
