//! A project folder that belongs to uid 1000: whatever is made in it belongs to uid 1000,
//! whoever runs the program.

use std::{
    os::unix::fs::{MetadataExt as _, chown},
    path::{Path, PathBuf},
    process::Command,
};

use biostar_tui::engine::Endpoint;

use crate::{
    place::{POSTS, Place},
    program,
    support::bench,
};

const UID: u32 = 1000;

#[test]
fn whatever_is_made_in_a_folder_of_uid_1000_belongs_to_uid_1000() {
    if !rustix::process::geteuid().is_root() {
        // An ordinary user's own folders are all that there is to test: the walks of the
        // other tests are run by that user then.
        return only_files_of(Path::new(env!("CARGO_MANIFEST_DIR")).join("assets").as_path(), own_uid());
    }
    let place = Place::new("owner");
    place.own_ports();
    std::fs::create_dir(&place.root).unwrap();
    chown(&place.root, Some(UID), Some(UID)).unwrap();
    let folder = place.root.display().to_string();
    place.bring_up(&["demo", &folder, "--no-dashboard"]).ends(0);
    assert!(place.root.join("search_index").is_dir(), "the index was made in the folder");
    only_files_of(&place.root, UID);
    let who = place.execute("development", "web", &["sh", "-c", "ps -o uid= -p 1; whoami"]);
    assert_eq!(who.split_whitespace().next(), Some("1000"), "{who}");
    as_that_user(&place);
    only_files_of(&place.root, UID);
}

fn own_uid() -> u32 {
    rustix::process::geteuid().as_raw()
}

/// Every file and folder, the top one too.
fn only_files_of(folder: &Path, uid: u32) {
    let mut open: Vec<PathBuf> = vec![folder.to_owned()];
    let mut seen = 0;
    while let Some(path) = open.pop() {
        let about = std::fs::symlink_metadata(&path).unwrap();
        assert_eq!(about.uid(), uid, "{} belongs to another", path.display());
        seen += 1;
        if about.is_dir() {
            open.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        }
    }
    assert!(seen > 10, "{seen} files in {}", folder.display());
}

/// The program itself as uid 1000, with the socket's group.
fn as_that_user(place: &Place) {
    let Endpoint::Unix(socket) = bench::endpoint() else { return };
    let group = std::fs::metadata(socket).unwrap().gid();
    // The build's folder may lie where only root comes: a copy where everybody does.
    let program = place.beside("biostar-tui");
    std::fs::copy(env!("CARGO_BIN_EXE_biostar-tui"), &program).unwrap();
    for folder in ["state-of-1000", "config-of-1000"] {
        std::fs::create_dir(place.beside(folder)).unwrap();
        chown(place.beside(folder), Some(UID), Some(UID)).unwrap();
    }
    let run = |arguments: &[&str]| {
        let mut command = Command::new("setpriv");
        place.dress(&mut command);
        command.args(["--reuid", "1000", "--regid", "1000", "--groups", &group.to_string(), "--"]);
        command.arg(&program).args(arguments);
        command.env("XDG_STATE_HOME", place.beside("state-of-1000"));
        command.env("XDG_CONFIG_HOME", place.beside("config-of-1000"));
        place.noted(program::run(command, ""))
    };
    let plan = run(&["up", "--dry-run", "--json"]).ends(0).json();
    assert_eq!(plan["steps"], serde_json::json!([]), "the project is the same one, whoever looks at it");
    place.append("forum/management/commands/initialize_site.py", "# touched\n");
    run(&["halt"]).ends(0);
    run(&["up"]).ends(0);
    assert_eq!(place.posts(), POSTS);
    std::fs::remove_dir_all(place.root.join("search_index")).unwrap();
    run(&["up"]).ends(0);
    assert!(place.root.join("search_index").is_dir(), "the index was made again");
    run(&["destroy", "--volumes", "--yes"]).ends(0);
    assert_eq!(place.containers(), []);
}
