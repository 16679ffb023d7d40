//! A project folder that may not be written: the site runs all the same.

use std::os::unix::fs::chown;

use crate::place::{POSTS, Place, make_mode, page};

#[test]
fn a_read_only_folder_leaves_out_what_would_be_made_in_it() {
    let place = Place::with_demo("readonly");
    if rustix::process::geteuid().is_root() {
        // Root may write everywhere; containers run as the folder's owner.
        chown(&place.root, Some(1000), Some(1000)).unwrap();
    }
    make_mode(&place.root, 0o555);
    let ran = place.bring_up(&["up"]).ends(0);
    assert!(ran.err.contains("step index was left out") && ran.err.contains("search_index"), "{}", ran.err);
    assert_eq!(place.posts(), POSTS);
    let status = place.run(&["status", "--json"]).ends(0).json();
    page(status["url"].as_str().unwrap(), "/");
    let index = status["tasks"].as_array().unwrap().iter().find(|task| task["name"] == "index").unwrap();
    assert_eq!(index["state"], "skipped");
    place.run(&["tasks"]).ends(0).says(&["index", "skipped"]);
    place.nothing_to_do();
    make_mode(&place.root, 0o755);
    place.run(&["up"]).ends(0);
    assert!(place.root.join("search_index").is_dir(), "as soon as it may be written it is made");
    place.nothing_to_do();
}
