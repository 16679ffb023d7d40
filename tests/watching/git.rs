//! Git changes many files: one action (fault 25).

use std::{path::Path, process::Command};

use biostar_tui::{
    app::{Msg, message::WatchMsg},
    core::watching::WatcherState,
};

use crate::stage::Stage;

fn git(root: &Path, words: &[&str]) {
    let own = ["-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "init.defaultBranch=main", "-c", "gc.auto=0"];
    let output = Command::new("git").arg("-C").arg(root).args(own).args(words).output().expect("git runs");
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A repository with two branches that differ in this many files.
async fn two_branches(count: usize) -> Stage {
    let stage = Stage::new(&[("app/models.py", "0")]).await;
    let root = stage.root();
    let write = |text: &str| (0..count).for_each(|n| stage.write(&format!("app/d{}/m{n}.py", n % 100), text));
    git(&root, &["init", "-q"]);
    write("main");
    git(&root, &["add", "."]);
    git(&root, &["commit", "-q", "-m", "main"]);
    git(&root, &["checkout", "-q", "-b", "topic"]);
    write("topic");
    stage.write("app/migrations/0002.py", "1");
    git(&root, &["add", "."]);
    git(&root, &["commit", "-q", "-m", "topic"]);
    git(&root, &["checkout", "-q", "main"]);
    stage
}

// Git runs on one thread while the watcher runs on the other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_checkout_of_ten_thousand_files_is_one_action() {
    let stage = two_branches(10_000).await;
    let mut watching = stage.watch().await;
    for (branch, other) in [("topic", "main"), ("main", "topic")] {
        let root = stage.root();
        stage.reloads_exactly(1, &format!("to {branch}"), || git(&root, &["checkout", "-q", branch])).await;
        let offered = watching.until(|msg| matches!(msg, Msg::Watch(WatchMsg::Offer(_)))).await;
        let Msg::Watch(WatchMsg::Offer(offer)) = offered else { unreachable!("it was waited for") };
        assert_eq!((offer.action, offer.summary), ("up", format!("git has switched {other} → {branch}")));
        assert!(offer.cause.unwrap().contains("migrations"));
    }
    // What is served is what is there: nothing is left to be done.
    stage.reloads_exactly(0, "nothing more", || ()).await;
    // A branch that changes no file is told all the same.
    git(&stage.root(), &["checkout", "-q", "-b", "third"]);
    let is_third = |msg: &Msg| match msg {
        Msg::Watch(WatchMsg::Ours(watcher)) => watcher.branch.as_deref() == Some("third"),
        _ => false,
    };
    watching.until(is_third).await;
    watching.end().await;
}

// Git runs on one thread while the watcher runs on the other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stash_and_rebase_are_one_reload_each() {
    let stage = Stage::new(&[("app/views.py", "0"), ("app/models.py", "0")]).await;
    let root = stage.root();
    git(&root, &["init", "-q"]);
    git(&root, &["add", "."]);
    git(&root, &["commit", "-q", "-m", "base"]);
    git(&root, &["branch", "topic"]);
    stage.write("app/other.py", "main");
    git(&root, &["add", "."]);
    git(&root, &["commit", "-q", "-m", "main"]);
    git(&root, &["checkout", "-q", "topic"]);
    for number in 1..=30 {
        stage.write("app/models.py", &format!("{number}"));
        git(&root, &["commit", "-q", "-a", "-m", "step"]);
    }
    let watching = stage.watch().await;
    stage.reloads_exactly(1, "an edit", || stage.write("app/views.py", "edited")).await;
    stage.reloads_exactly(1, "stash", || git(&root, &["stash", "-q"])).await;
    stage.reloads_exactly(1, "stash pop", || git(&root, &["stash", "pop", "-q"])).await;
    stage.reloads_exactly(1, "checkout of a file", || git(&root, &["checkout", "-q", "app/views.py"])).await;
    stage.reloads_exactly(1, "rebase of 30 commits", || git(&root, &["rebase", "-q", "main"])).await;
    stage.reloads_exactly(0, "a commit", || git(&root, &["commit", "-q", "--allow-empty", "-m", "x"])).await;
    watching.end().await;
}

// Git runs on one thread while the watcher runs on the other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_repository_that_is_made_while_it_is_watched_counts() {
    let stage = Stage::new(&[("app/views.py", "0")]).await;
    let root = stage.root();
    let mut watching = stage.watch().await;
    git(&root, &["init", "-q"]);
    git(&root, &["add", "."]);
    git(&root, &["commit", "-q", "-m", "base"]);
    stage.reloads_exactly(1, "an edit", || stage.write("app/views.py", "edited")).await;
    let lock = stage.path(".git/index.lock");
    std::fs::write(&lock, "").unwrap();
    stage.write("app/views.py", "while git works");
    let waits =
        |msg: &Msg| matches!(msg, Msg::Watch(WatchMsg::Ours(watcher)) if watcher.state == WatcherState::Waiting);
    watching.until(waits).await;
    stage.reloads_exactly(1, "git is done", || std::fs::remove_file(&lock).unwrap()).await;
    watching.end().await;
}
