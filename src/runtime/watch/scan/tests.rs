use super::*;
use crate::watch::rules::Inputs;
use proptest::prelude::*;
use std::{
    fs,
    os::unix::{ffi::OsStrExt as _, fs::symlink},
};

fn scanner(root: &Path) -> Scanner {
    let mut scanner = Scanner::new(root.to_owned(), Arc::new(Rules::new(&[], Inputs::default())));
    scanner.all();
    scanner
}

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn files(scanner: &Scanner) -> Vec<String> {
    scanner.seen.files().map(|(path, _)| path.display().to_string()).collect()
}

#[test]
fn what_counts_is_seen() {
    let root = tempfile::tempdir().unwrap();
    for path in ["a.py", "notes.txt", "app/b.py", ".git/c.py", "export/d.py", "own/lib/e.py", "own/pyvenv.cfg"] {
        write(root.path(), path, "1");
    }
    write(root.path(), ".gitignore", "/export/\nlocal.py\n");
    write(root.path(), "local.py", "1");
    fs::write(root.path().join(OsStr::from_bytes(b"\xff.py")), "1").unwrap();
    assert_eq!(files(&scanner(root.path())), ["a.py", "local.py", "\u{fffd}.py", "app/b.py"]);
}

#[test]
fn links_lead_out_of_the_tree_but_not_in_circles() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let root = folder.path().join("project");
    write(&root, "app/a.py", "1");
    write(other.path(), "b.py", "1");
    write(folder.path(), "beside/c.py", "1");
    symlink(&root, root.join("app/loop")).unwrap();
    symlink("app", root.join("alias")).unwrap();
    symlink(other.path(), root.join("out")).unwrap();
    symlink(folder.path(), root.join("above")).unwrap();
    symlink("nowhere", root.join("broken.py")).unwrap();
    let mut scanner = scanner(&root);
    let seen = ["above/beside/c.py", "app/a.py", "out/b.py"];
    assert_eq!(files(&scanner), seen);
    scanner.some(&[PathBuf::new()].into());
    assert_eq!(files(&scanner), seen, "a second look sees the same");
}

#[test]
fn an_ignored_alias_hides_nothing() {
    let root = tempfile::tempdir().unwrap();
    write(root.path(), "app/a.py", "1");
    write(root.path(), ".ignore", "alias\n");
    symlink("app", root.path().join("alias")).unwrap();
    assert_eq!(files(&scanner(root.path())), ["app/a.py"]);
}

#[test]
fn a_write_within_one_tick_of_the_clock_is_seen() {
    let root = tempfile::tempdir().unwrap();
    let mut scanner = scanner(root.path());
    for round in 0..200 {
        write(root.path(), "a.py", &format!("{round:04}"));
        let before = scanner.seen.clone();
        scanner.some(&[PathBuf::new()].into());
        assert_eq!(before.changes_to(&scanner.seen).len(), 1, "round {round}");
    }
}

#[derive(Debug, Clone)]
enum Step {
    Write(String, u8),
    Remove(String),
    Move(String, String),
    RemoveFolder(String),
}

fn step() -> impl Strategy<Value = Step> {
    let file = || "([ab]/){0,2}[xy]\\.py";
    let folder = || "[ab](/[ab])?";
    prop_oneof![
        (file(), any::<u8>()).prop_map(|(path, text)| Step::Write(path, text)),
        file().prop_map(Step::Remove),
        (folder(), folder()).prop_map(|(from, to)| Step::Move(from, to)),
        folder().prop_map(Step::RemoveFolder),
    ]
}

/// Does a step; the folders that events would name.
fn walk(root: &Path, step: &Step) -> BTreeSet<PathBuf> {
    let parent = |path: &str| Path::new(path).parent().unwrap().to_owned();
    let above = |path: &str| Path::new(path).ancestors().skip(1).map(Path::to_owned).collect::<BTreeSet<_>>();
    match step {
        Step::Write(path, text) => {
            write(root, path, &text.to_string());
            above(path)
        }
        Step::Remove(path) => fs::remove_file(root.join(path)).then_some_of([parent(path)].into()),
        Step::Move(from, to) => {
            fs::rename(root.join(from), root.join(to)).then_some_of([parent(from), parent(to)].into())
        }
        Step::RemoveFolder(path) => fs::remove_dir_all(root.join(path)).then_some_of([parent(path)].into()),
    }
}

trait Done {
    fn then_some_of(self, folders: BTreeSet<PathBuf>) -> BTreeSet<PathBuf>;
}

impl Done for std::io::Result<()> {
    fn then_some_of(self, folders: BTreeSet<PathBuf>) -> BTreeSet<PathBuf> {
        self.map(|()| folders).unwrap_or_default()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// Looks at some folders see what a look at all of them does.
    #[test]
    fn looks_at_some_are_as_good_as_one_at_all(steps in prop::collection::vec(prop::collection::vec(step(), 1..4), 1..12)) {
        let root = tempfile::tempdir().unwrap();
        let mut looked = scanner(root.path());
        for batch in &steps {
            let folders = batch.iter().flat_map(|step| walk(root.path(), step)).collect();
            looked.some(&folders);
        }
        let fresh = scanner(root.path());
        prop_assert_eq!(looked.seen.changes_to(&fresh.seen), vec![]);
        prop_assert_eq!(looked.ids, fresh.ids);
    }
}
