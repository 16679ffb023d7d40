//! Saves as editors do them (fault 26), and what formatters and users do.

use std::{
    fs,
    os::unix::fs::symlink,
    process::Command,
    time::{Duration, Instant},
};

use biostar_tui::{
    app::{Msg, message::WatchMsg},
    engine::ErrorKind,
    runtime::watch::Command as Tell,
};

use crate::stage::Stage;

fn run(program: &str, words: &[&str]) {
    assert!(Command::new(program).args(words).status().unwrap().success(), "{program} {words:?}");
}

/// `backupcopy=auto` with a backup: a probe, the old file renamed, a new one written.
fn vim(stage: &Stage, text: &str) {
    let (file, backup) = (stage.path("app/views.py"), stage.path("app/views.py~"));
    fs::write(stage.path("app/.views.py.swp"), "swap").unwrap();
    fs::write(stage.path("app/4913"), "").unwrap();
    fs::remove_file(stage.path("app/4913")).unwrap();
    fs::rename(&file, &backup).unwrap();
    fs::write(&file, text).unwrap();
    fs::remove_file(backup).unwrap();
    fs::remove_file(stage.path("app/.views.py.swp")).unwrap();
}

/// VS Code truncates and writes in place.
fn vs_code(stage: &Stage, text: &str) {
    let file = stage.path("app/views.py");
    fs::write(&file, "").unwrap();
    std::thread::sleep(Duration::from_millis(10));
    fs::write(&file, text).unwrap();
}

/// The "safe write" of `JetBrains`: another file, two renames.
fn pycharm(stage: &Stage, text: &str) {
    let (file, new, old) =
        (stage.path("app/views.py"), stage.path("app/views.py___jb_tmp___"), stage.path("app/views.py___jb_old___"));
    fs::write(&new, text).unwrap();
    fs::rename(&file, &old).unwrap();
    fs::rename(&new, &file).unwrap();
    fs::remove_file(old).unwrap();
}

/// Emacs: a lock that is a link to nowhere, a backup that stays.
fn emacs(stage: &Stage, text: &str) {
    let (file, lock) = (stage.path("app/views.py"), stage.path("app/.#views.py"));
    symlink("ada@host.1:2", &lock).unwrap();
    fs::rename(&file, stage.path("app/views.py~")).unwrap();
    fs::write(&file, text).unwrap();
    fs::remove_file(lock).unwrap();
}

fn sed(stage: &Stage, text: &str) {
    let words = ["-i", &format!("s/.*/{text}/"), &stage.path("app/views.py").display().to_string()];
    run("sed", &words);
}

/// How an editor saves a file.
type Save = fn(&Stage, &str);

#[tokio::test]
async fn each_save_of_an_editor_is_one_reload() {
    let stage = Stage::new(&[("app/views.py", "0")]).await;
    let watching = stage.watch().await;
    let editors: [(&str, Save); 5] =
        [("vim", vim), ("VS Code", vs_code), ("PyCharm", pycharm), ("Emacs", emacs), ("sed -i", sed)];
    for (number, (name, save)) in editors.iter().enumerate() {
        let text = (number + 1).to_string();
        stage.reloads_exactly(1, name, || save(&stage, &text)).await;
        stage.reloads_exactly(0, &format!("{name}: the same again"), || save(&stage, &text)).await;
    }
    watching.end().await;
}

#[tokio::test]
async fn two_saves_within_the_window_are_one_reload_and_one_that_comes_later_is_another() {
    let stage = Stage::new(&[("app/views.py", "0"), ("app/models.py", "0")]).await;
    let watching = stage.watch().await;
    let both = || {
        stage.write("app/views.py", "1");
        std::thread::sleep(Duration::from_millis(20));
        stage.write("app/models.py", "1");
    };
    stage.reloads_exactly(1, "two at once", both).await;
    let before = stage.history();
    stage.write("app/views.py", "2");
    stage.until("a reload", || stage.history() > before).await;
    for text in ["3", "4"] {
        stage.write("app/views.py", text);
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    stage.until("the next reload", || stage.history() > before + 1).await;
    stage.settled().await;
    // The first at once, those that follow within two seconds together.
    assert_eq!(stage.history() - before, 2);
    watching.end().await;
}

#[tokio::test]
async fn what_changes_nothing_reloads_nothing() {
    let stage = Stage::new(&[("app/views.py", "0"), ("app/page.html", "0")]).await;
    let watching = stage.watch().await;
    let file = stage.path("app/views.py");
    stage.reloads_exactly(0, "a touch", || run("touch", &[&file.display().to_string()])).await;
    stage.reloads_exactly(0, "a look", || drop(fs::read(&file))).await;
    stage.reloads_exactly(0, "a template", || stage.write("app/page.html", "1")).await;
    stage.reloads_exactly(0, "a cache", || stage.write("app/__pycache__/views.pyc", "1")).await;
    watching.end().await;
}

#[tokio::test]
async fn a_formatter_does_not_reload_for_each_file() {
    let files: Vec<(String, &str)> = (0..300).map(|number| (format!("app/m{number}.py"), "0")).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    let stage = Stage::new(&files).await;
    let watching = stage.watch().await;
    let begun = Instant::now();
    let before = stage.history();
    for (path, _) in &files {
        stage.write(path, "formatted");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    stage.settled().await;
    let most = begun.elapsed().as_secs() as usize / 2 + 1;
    let count = stage.history() - before;
    assert!((2..=most).contains(&count), "{count} reloads, {most} at the most");
    // The last state is served: nothing is left to be done.
    stage.reloads_exactly(0, "nothing more", || ()).await;
    watching.end().await;
}

#[tokio::test]
async fn a_pause_is_made_up_for_at_once() {
    let stage = Stage::new(&[("app/views.py", "0")]).await;
    let watching = stage.watch().await;
    watching.handle.tell(Tell::Toggle);
    tokio::time::sleep(Duration::from_millis(100)).await;
    let saves = || ["1", "2", "3"].iter().for_each(|text| stage.write("app/views.py", text));
    stage.reloads_exactly(0, "paused", saves).await;
    stage.reloads_exactly(1, "it goes on", || watching.handle.tell(Tell::Toggle)).await;
    watching.end().await;
}

#[tokio::test]
async fn a_save_while_the_engine_is_away_is_served_when_it_is_back() {
    let stage = Stage::new(&[("app/views.py", "0")]).await;
    let watching = stage.watch().await;
    stage.engine.down(ErrorKind::Unreachable);
    stage.reloads_exactly(0, "the engine is away", || stage.write("app/views.py", "1")).await;
    stage.reloads_exactly(1, "the engine is back", || stage.engine.up(true)).await;
    watching.end().await;
}

#[tokio::test]
async fn rules_and_requirements_ask_for_actions() {
    let rule = "[[watch]]\npaths = [\"**/*.html\"]\naction = \"restart\"\n";
    let stage =
        Stage::new(&[("biostar-tui.toml", rule), ("app/page.html", "0"), ("app/migrations/0001.py", "0")]).await;
    let mut watching = stage.watch().await;
    for (path, wanted) in [("app/page.html", "restart"), ("requirements.txt", "install")] {
        stage.write(path, "django\n# changed");
        let asked = watching.until(|msg| matches!(msg, Msg::Watch(WatchMsg::Act { .. }))).await;
        assert!(matches!(&asked, Msg::Watch(WatchMsg::Act { action, .. }) if *action == wanted), "{asked:?}");
    }
    stage.write("app/migrations/0001.py", "1");
    let offered = watching.until(|msg| matches!(msg, Msg::Watch(WatchMsg::Offer(_)))).await;
    assert!(matches!(&offered, Msg::Watch(WatchMsg::Offer(offer)) if offer.action == "migrate"), "{offered:?}");
    stage.write("biostar-tui.toml", &rule.replace("restart", "reload"));
    watching.until(|msg| matches!(msg, Msg::Watch(WatchMsg::Offer(offer)) if offer.action == "up")).await;
    stage.reloads_exactly(1, "the new rule counts at once", || stage.write("app/page.html", "2")).await;
    stage.write("biostar-tui.toml", &rule.replace("html", "nothing"));
    let idle =
        |msg: &Msg| matches!(msg, Msg::Notice(notice) if notice.summary.contains("matches no file: **/*.nothing"));
    watching.until(idle).await;
    watching.end().await;
}
