//! One watcher a project, and nothing missed between two.

use biostar_tui::app::{Msg, message::WatchMsg};

use crate::{rounds, stage::Stage};

#[tokio::test]
async fn one_watches_and_the_next_takes_over() {
    let stage = Stage::new(&[("app/views.py", "0")]).await;
    let first = stage.watch().await;
    let mut second = stage.wait_for_seat();
    let theirs = second.until(|msg| matches!(msg, Msg::Watch(_))).await;
    let Msg::Watch(WatchMsg::Theirs(watcher)) = theirs else { panic!("{theirs:?}") };
    assert_eq!(watcher.pid, std::process::id());
    stage.reloads_exactly(1, "one of them acts", || stage.write("app/views.py", "1")).await;
    stage.until("the supervisor is told that somebody watches", || stage.watchers() == 1).await;
    first.end().await;
    assert_eq!(stage.watchers(), 0, "and that nobody does");
    second.until(|msg| matches!(msg, Msg::Watch(WatchMsg::Ours(_)))).await;
    stage.until("and that somebody does again", || stage.watchers() == 1).await;
    stage.reloads_exactly(1, "the other acts", || stage.write("app/views.py", "2")).await;
    second.end().await;
}

#[tokio::test]
async fn what_was_edited_while_nobody_watched_is_found() {
    let stage = Stage::new(&[("app/views.py", "0")]).await;
    stage.watch().await.end().await;
    stage.write("app/views.py", "1");
    stage.write("requirements.txt", "django\nwaitress\n");
    let before = stage.reloads();
    let mut watching = stage.watch().await;
    watching.until(|msg| matches!(msg, Msg::Watch(WatchMsg::Act { action: "install", .. }))).await;
    stage.until("a reload", || stage.reloads() > before).await;
    stage.settled().await;
    assert_eq!(stage.reloads() - before, 1);
    watching.end().await;
    let before = stage.reloads();
    let again = stage.watch().await;
    stage.settled().await;
    assert_eq!(stage.reloads() - before, 0, "nothing has changed since");
    again.end().await;
}

#[tokio::test]
async fn a_folder_that_is_renamed_is_missed_and_found_again() {
    let stage = Stage::new(&[("app/views.py", "0")]).await;
    let mut watching = stage.watch().await;
    let (root, away) = (stage.root(), stage.root().with_file_name("away"));
    std::fs::rename(&root, &away).unwrap();
    let gone = |msg: &Msg| matches!(msg, Msg::Notice(notice) if notice.summary.contains("is gone"));
    watching.until(gone).await;
    assert_eq!(stage.reloads(), 0);
    std::fs::write(away.join("app/views.py"), "1").unwrap();
    std::fs::rename(&away, &root).unwrap();
    stage.until("a reload", || stage.reloads() > 0).await;
    stage.settled().await;
    assert_eq!(stage.reloads(), 1, "what was edited meanwhile is served");
    assert_eq!(watching.said().iter().filter(|msg| gone(msg)).count(), 0, "it is said once");
    watching.end().await;
}

/// The long tier plays a thousand rounds, of another seed each time.
#[test]
fn no_edit_is_ever_missed() {
    rounds::play(30, 7);
}
