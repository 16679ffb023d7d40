//! Watches the configuration's files while the dashboard is open.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    time::Duration,
};

use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::mpsc::{self, Sender, UnboundedReceiver};

use crate::app::{Msg, message::Settings};
use crate::core::notice::{Notice, Severity};
use crate::runtime::actor::{Reload, broken};
use crate::runtime::{appearance, keymap};

/// Editors write a file in several steps: it is read when nothing has happened for so long.
const QUIET: Duration = Duration::from_millis(150);

/// Tells whenever the configuration was edited: that it is good, or what is broken in it.
/// Nothing is told where no watch can be set: the next action reads the files anyway.
pub fn start(files: Vec<PathBuf>, reload: Reload, messages: Sender<Msg>) {
    let (changed, changes) = mpsc::unbounded_channel();
    let Ok(watcher) = watcher(files, changed) else { return };
    tokio::spawn(tell(watcher, changes, reload, messages));
}

/// Folders are watched, not files: editors save by renaming another file over the old one.
fn watcher(files: Vec<PathBuf>, changed: mpsc::UnboundedSender<()>) -> notify::Result<RecommendedWatcher> {
    let folders: BTreeSet<PathBuf> = files.iter().filter_map(|file| file.parent()).map(Path::to_owned).collect();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        let Ok(event) = event else { return };
        let ours = event.paths.iter().any(|path| files.contains(path));
        if ours && !matches!(event.kind, EventKind::Access(_)) || event.need_rescan() {
            // The dashboard was left.
            let _ = changed.send(());
        }
    })?;
    for folder in folders.iter().filter(|folder| folder.is_dir()) {
        watcher.watch(folder, RecursiveMode::NonRecursive)?;
    }
    Ok(watcher)
}

async fn tell(_watcher: RecommendedWatcher, mut changes: UnboundedReceiver<()>, reload: Reload, messages: Sender<Msg>) {
    while changes.recv().await.is_some() {
        while let Ok(Some(())) = tokio::time::timeout(QUIET, changes.recv()).await {}
        for msg in told(&reload) {
            if messages.send(msg).await.is_err() {
                return;
            }
        }
    }
}

/// What is the dashboard's own takes effect at once, the project's with the next `up`.
fn told(reload: &Reload) -> Vec<Msg> {
    let loaded = match reload() {
        Ok(loaded) => loaded,
        Err(notice) => return vec![Msg::Notice(broken(notice))],
    };
    let (keymap, wrong) = match keymap::read(&loaded) {
        Ok(keymap) => (Some(keymap), None),
        Err(wrong) => (None, Some(broken(wrong))),
    };
    let settings = Settings {
        keymap,
        look: loaded.settings.appearance.on(appearance::abilities()),
        layouts: loaded.settings.layouts,
        questions: loaded.settings.questions,
        consoles: loaded.project.consoles,
    };
    let changed = Notice::info("the configuration has changed: looks, keys, layouts, questions and consoles at once")
        .remedy("`up` applies the rest");
    let warnings = loaded.notices.into_iter().filter(|notice| notice.severity > Severity::Info);
    let notices = std::iter::once(changed).chain(warnings).chain(wrong);
    std::iter::once(Msg::Settings(Box::new(settings))).chain(notices.map(Msg::Notice)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[tokio::test]
    async fn a_broken_edit_is_told_once() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().canonicalize().unwrap().join("biostar-tui.toml");
        std::fs::write(&file, "").unwrap();
        let reload: Reload = Arc::new(|| Err(Notice::error("line 1: no")));
        let (messages, mut received) = mpsc::channel(4);
        start(vec![file.clone()], reload, messages);
        let saved = file.with_extension("new");
        std::fs::write(&saved, "=").unwrap();
        std::fs::rename(&saved, &file).unwrap();
        let told = tokio::time::timeout(Duration::from_secs(10), received.recv()).await.unwrap();
        let Some(Msg::Notice(notice)) = told else { panic!("{told:?}") };
        assert_eq!(notice.severity, Severity::Error);
        assert!(notice.summary.contains("last good one") && notice.summary.contains("line 1: no"));
        assert!(tokio::time::timeout(QUIET * 3, received.recv()).await.is_err(), "told twice");
    }
}
