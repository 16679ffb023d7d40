use super::*;
use crate::watch::rules::Inputs;
use std::fs;

async fn eyes(root: &Path) -> Eyes {
    let rules = Arc::new(Rules::new(&[], Inputs::default()));
    let (eyes, notices) = Eyes::open(root.canonicalize().unwrap(), rules, None).await;
    assert_eq!(notices, []);
    eyes
}

/// What is seen when something was told of, and it has been quiet for a while.
async fn settled(eyes: &mut Eyes) -> Vec<String> {
    let before = eyes.seen().clone();
    timeout(Duration::from_secs(60), eyes.next()).await.expect("the system tells of it");
    while timeout(Duration::from_millis(200), eyes.next()).await.is_ok() {}
    assert_eq!(eyes.look().await, []);
    before.changes_to(eyes.seen()).iter().map(|change| format!("{:?} {}", change.kind, change.path.display())).collect()
}

#[tokio::test]
async fn folders_that_come_are_watched_and_those_that_go_forgotten() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path();
    let mut eyes = eyes(path).await;
    fs::create_dir_all(path.join("app/deep")).unwrap();
    fs::write(path.join("app/deep/a.py"), "1").unwrap();
    assert_eq!(settled(&mut eyes).await, ["Created app/deep/a.py"]);
    fs::write(path.join("app/deep/a.py"), "2").unwrap();
    assert_eq!(settled(&mut eyes).await, ["Modified app/deep/a.py"]);
    fs::rename(path.join("app"), path.join("moved")).unwrap();
    assert_eq!(settled(&mut eyes).await, ["Removed app/deep/a.py", "Created moved/deep/a.py"]);
    fs::write(path.join("moved/deep/a.py"), "3").unwrap();
    assert_eq!(settled(&mut eyes).await, ["Modified moved/deep/a.py"]);
    fs::remove_dir_all(path.join("moved")).unwrap();
    fs::create_dir_all(path.join("moved/deep")).unwrap();
    assert_eq!(settled(&mut eyes).await, ["Removed moved/deep/a.py"]);
    fs::write(path.join("moved/deep/b.py"), "4").unwrap();
    assert_eq!(settled(&mut eyes).await, ["Created moved/deep/b.py"]);
}

#[tokio::test]
async fn folders_that_change_places_are_watched_on() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path();
    for folder in ["a", "b"] {
        fs::create_dir(path.join(folder)).unwrap();
        fs::write(path.join(folder).join("x.py"), folder).unwrap();
    }
    let mut eyes = eyes(path).await;
    for (from, to) in [("a", "c"), ("b", "a"), ("c", "b")] {
        fs::rename(path.join(from), path.join(to)).unwrap();
    }
    assert_eq!(settled(&mut eyes).await, ["Modified a/x.py", "Modified b/x.py"]);
    for folder in ["a", "b"] {
        fs::write(path.join(folder).join("x.py"), "new").unwrap();
        assert_eq!(settled(&mut eyes).await, [format!("Modified {folder}/x.py")]);
    }
}

#[tokio::test]
async fn what_does_not_count_wakes_nobody() {
    let root = tempfile::tempdir().unwrap();
    let mut eyes = eyes(root.path()).await;
    for name in ["server.log", "4913", ".a.py.swp", "a.html"] {
        fs::write(root.path().join(name), "1").unwrap();
    }
    let _ = fs::read_dir(root.path()).unwrap().count();
    assert!(timeout(Duration::from_millis(300), eyes.next()).await.is_err());
}

#[tokio::test]
async fn an_ignore_file_counts_at_once() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path();
    fs::create_dir(path.join("data")).unwrap();
    fs::write(path.join("data/a.py"), "1").unwrap();
    let mut eyes = eyes(path).await;
    fs::write(path.join(".gitignore"), "data/\n").unwrap();
    assert_eq!(settled(&mut eyes).await, ["Removed data/a.py"]);
    assert_eq!(eyes.folders(), 1);
}
