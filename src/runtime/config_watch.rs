//! Watches the configuration's files while the dashboard is open.

use std::{collections::BTreeSet, path::PathBuf, time::Duration};

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
    let Ok(watched) = Watched::new(files, changed) else { return };
    tokio::spawn(tell(watched, changes, reload, messages));
}

/// Folders are watched, not files: editors save by renaming another file over the old one.
struct Watched {
    watcher: RecommendedWatcher,
    files: Vec<PathBuf>,
    folders: BTreeSet<PathBuf>,
}

impl Watched {
    /// Sends, for what happens to a file or to a folder above it, whether it is a file.
    fn new(files: Vec<PathBuf>, changed: mpsc::UnboundedSender<bool>) -> notify::Result<Self> {
        let own = files.clone();
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            let Ok(event) = event else { return };
            let edited = event.need_rescan() || event.paths.iter().any(|path| own.contains(path));
            let moved = event.paths.iter().any(|path| own.iter().any(|file| file.starts_with(path)));
            if (edited || moved) && !matches!(event.kind, EventKind::Access(_)) {
                // The dashboard was left.
                let _ = changed.send(edited);
            }
        })?;
        let mut watched = Self { watcher, files, folders: BTreeSet::new() };
        watched.arm()?;
        Ok(watched)
    }

    /// Watches each file's folder, and while that is not there the nearest above it.
    /// Whether one of the files is in a folder that was not watched before.
    fn arm(&mut self) -> notify::Result<bool> {
        self.folders.retain(|folder| folder.is_dir());
        let before = self.folders.clone();
        // Again, as one may be made between the look and the watch.
        while self.watch_nearest()? {}
        let is_new = |file: &PathBuf| file.parent().is_some_and(|folder| !before.contains(folder));
        Ok(self.files.iter().any(|file| is_new(file) && file.exists()))
    }

    /// Whether there was one to watch.
    fn watch_nearest(&mut self) -> notify::Result<bool> {
        let mut more = false;
        for file in &self.files {
            let Some(folder) = file.ancestors().skip(1).find(|folder| folder.is_dir()) else { continue };
            if self.folders.insert(folder.to_owned()) {
                self.watcher.watch(folder, RecursiveMode::NonRecursive)?;
                more = true;
            }
        }
        Ok(more)
    }
}

async fn tell(mut watched: Watched, mut changes: UnboundedReceiver<bool>, reload: Reload, messages: Sender<Msg>) {
    while let Some(mut edited) = changes.recv().await {
        while let Ok(Some(also)) = tokio::time::timeout(QUIET, changes.recv()).await {
            edited |= also;
        }
        edited |= watched.arm().unwrap_or(false);
        if !edited {
            continue;
        }
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

    #[tokio::test]
    async fn a_file_whose_folder_is_made_later_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().canonicalize().unwrap().join("config/biostar-tui/config.toml");
        let reload: Reload = Arc::new(|| Err(Notice::error("line 1: no")));
        let (messages, mut received) = mpsc::channel(4);
        start(vec![file.clone()], reload, messages);
        for text in ["=", "=="] {
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(&file, text).unwrap();
            let told = tokio::time::timeout(Duration::from_secs(10), received.recv()).await.unwrap();
            assert!(matches!(told, Some(Msg::Notice(_))), "{told:?}");
        }
    }
}
