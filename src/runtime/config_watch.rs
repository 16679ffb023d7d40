//! Watches the configuration's files while the dashboard is open.

use std::{collections::BTreeSet, path::PathBuf, sync::Arc, time::Duration};

use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::{
    mpsc::{self, Sender, UnboundedReceiver},
    watch,
};

use crate::app::{
    Msg,
    message::{Settings, WatchMsg},
};
use crate::core::{
    changes,
    notice::{Notice, Severity},
    project::Project,
    watching::Offer,
};
use crate::runtime::actor::{Reload, broken};
use crate::runtime::{appearance, keymap};

/// Editors write a file in several steps: it is read when nothing has happened for so long.
const QUIET: Duration = Duration::from_millis(150);

type Files = BTreeSet<PathBuf>;

/// What was seen of the configuration's files.
struct Seen {
    /// Those that were edited; none where only a folder above them was moved.
    files: Files,
    /// The system has lost which.
    is_lost: bool,
}

/// Tells whenever the configuration was edited: that it is good, or what is broken in it.
/// Nothing is told where no watch can be set: the next action reads the files anyway.
/// `projects` gets the project of each good one.
pub fn start(files: Vec<PathBuf>, reload: Reload, messages: Sender<Msg>, projects: watch::Sender<Arc<Project>>) {
    let (changed, changes) = mpsc::unbounded_channel();
    let Ok(watched) = Watched::new(files, changed) else { return };
    tokio::spawn(tell(watched, changes, reload, messages, projects));
}

/// Folders are watched, not files: editors save by renaming another file over the old one.
struct Watched {
    watcher: RecommendedWatcher,
    files: Vec<PathBuf>,
    folders: BTreeSet<PathBuf>,
}

impl Watched {
    /// Sends what happens to a file or to a folder above it.
    fn new(files: Vec<PathBuf>, changed: mpsc::UnboundedSender<Seen>) -> notify::Result<Self> {
        let own = files.clone();
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            let Ok(event) = event else { return };
            let is_lost = event.need_rescan();
            let moved = event.paths.iter().any(|path| own.iter().any(|file| file.starts_with(path)));
            if (is_lost || moved) && !matches!(event.kind, EventKind::Access(_)) {
                let files = event.paths.into_iter().filter(|path| own.contains(path)).collect();
                // The dashboard was left.
                let _ = changed.send(Seen { files, is_lost });
            }
        })?;
        let mut watched = Self { watcher, files, folders: BTreeSet::new() };
        watched.arm()?;
        Ok(watched)
    }

    /// Watches each file's folder, and while that is not there the nearest above it.
    /// The files that are in a folder that was not watched before.
    fn arm(&mut self) -> notify::Result<Files> {
        self.folders.retain(|folder| folder.is_dir());
        let before = self.folders.clone();
        // Again, as one may be made between the look and the watch.
        while self.watch_nearest()? {}
        let is_new = |file: &PathBuf| file.parent().is_some_and(|folder| !before.contains(folder));
        Ok(self.files.iter().filter(|file| is_new(file) && file.exists()).cloned().collect())
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

async fn tell(
    mut watched: Watched,
    mut changes: UnboundedReceiver<Seen>,
    reload: Reload,
    messages: Sender<Msg>,
    projects: watch::Sender<Arc<Project>>,
) {
    let mut before = reload().ok().map(|loaded| loaded.project);
    let mut was_broken = false;
    while let Some(mut seen) = changes.recv().await {
        while let Ok(Some(more)) = tokio::time::timeout(QUIET, changes.recv()).await {
            seen.files.extend(more.files);
            seen.is_lost |= more.is_lost;
        }
        // Where no watch can be set the next action reads the files anyway.
        seen.files.extend(watched.arm().unwrap_or_default());
        if seen.files.is_empty() && !seen.is_lost {
            continue;
        }
        for msg in told(&reload, &mut before, &seen.files, &mut was_broken) {
            if messages.send(msg).await.is_err() {
                return;
            }
        }
        if let Some(project) = &before {
            // Without a receiver the dashboard has ended.
            let _ = projects.send(Arc::new(project.clone()));
        }
    }
}

/// What is the dashboard's own takes effect at once, the project's with the next `up`.
fn told(reload: &Reload, before: &mut Option<Project>, files: &Files, was_broken: &mut bool) -> Vec<Msg> {
    let loaded = match reload() {
        Ok(loaded) => loaded,
        Err(notice) => {
            *was_broken = true;
            return vec![Msg::Broken(broken(notice))];
        }
    };
    let is_mended = std::mem::take(was_broken);
    let (keymap, wrong) = keymap::of(&loaded);
    let is_for_up = before.as_ref().is_none_or(|before| differs(before, &loaded.project));
    let changes = before.as_ref().map(|before| changes::between(before, &loaded.project)).unwrap_or_default();
    let is_another = before.as_ref().is_some_and(|before| before.labels() != loaded.project.labels());
    let settings = Settings {
        keymap,
        is_sound: wrong.is_empty(),
        look: loaded.settings.appearance.on(appearance::abilities()),
        layouts: loaded.settings.layouts,
        questions: loaded.settings.questions,
        project: loaded.project.clone(),
    };
    *before = Some(loaded.project);
    let warnings = loaded.notices.into_iter().filter(|notice| notice.severity > Severity::Info);
    let notices = warnings.chain(wrong).chain(is_another.then(another)).map(Msg::Notice);
    let changed = match (is_for_up, settings.is_sound) {
        (true, _) => Some(up(files, &changes)),
        (false, true) if is_mended => Some(Msg::Notice(Notice::info("the configuration is good again"))),
        (false, true) => Some(Msg::Notice(at_once())),
        // What is wrong is told, and no more.
        (false, false) => None,
    };
    std::iter::once(Msg::Settings(Box::new(settings))).chain(changed).chain(notices).collect()
}

/// Whether two projects differ in what only `up` brings about.
fn differs(before: &Project, now: &Project) -> bool {
    let Project { consoles, snapshots, .. } = before.clone();
    *before != Project { consoles, snapshots, ..now.clone() }
}

fn another() -> Notice {
    let notice =
        Notice::warning("the configuration has another name or environment: what is shown is that from before");
    notice.because("containers and volumes have it in their names").remedy("leave the dashboard and start it again")
}

fn at_once() -> Notice {
    Notice::info("the configuration has changed: looks, keys, layouts, questions and consoles at once")
}

fn up(files: &Files, changes: &[String]) -> Msg {
    let names: Vec<_> = files.iter().filter_map(|file| file.file_name()).map(|name| name.to_string_lossy()).collect();
    let causes = [names.join(", "), changes.join(", ")];
    let causes: Vec<_> = causes.into_iter().filter(|cause| !cause.is_empty()).collect();
    let cause = Some(causes.join(": ")).filter(|cause| !cause.is_empty());
    let summary = "the configuration has changed: containers and steps follow it with `up`".to_owned();
    Msg::Watch(WatchMsg::Offer(Offer { action: "up", service: None, summary, cause }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;
    use crate::core::holdings::Owner;

    fn projects() -> watch::Sender<Arc<Project>> {
        let none =
            Owner { project: String::new(), environment: String::new(), root: String::new(), host: String::new() };
        watch::channel(Arc::new(Project::of_labels(&none))).0
    }

    #[tokio::test]
    async fn a_broken_edit_is_told_once() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().canonicalize().unwrap().join("biostar-tui.toml");
        std::fs::write(&file, "").unwrap();
        let reload: Reload = Arc::new(|| Err(Notice::error("line 1: no")));
        let (messages, mut received) = mpsc::channel(4);
        start(vec![file.clone()], reload, messages, projects());
        let saved = file.with_extension("new");
        std::fs::write(&saved, "=").unwrap();
        std::fs::rename(&saved, &file).unwrap();
        let told = tokio::time::timeout(Duration::from_secs(10), received.recv()).await.unwrap();
        let Some(Msg::Broken(notice)) = told else { panic!("{told:?}") };
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
        start(vec![file.clone()], reload, messages, projects());
        for text in ["=", "=="] {
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(&file, text).unwrap();
            let told = tokio::time::timeout(Duration::from_secs(10), received.recv()).await.unwrap();
            assert!(matches!(told, Some(Msg::Broken(_))), "{told:?}");
        }
    }

    #[test]
    fn what_only_up_brings_about_is_offered() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("biostar-tui.toml");
        let root = folder.path().to_owned();
        let reload: Reload = Arc::new(move || {
            let request = config::Request { start: root.clone(), ..config::Request::default() };
            config::load(&request).map_err(|error| error.notice())
        });
        std::fs::write(folder.path().join("manage.py"), "").unwrap();
        std::fs::write(folder.path().join("requirements.txt"), "django\n").unwrap();
        std::fs::write(folder.path().join("dev.env"), "A=1").unwrap();
        let web = "[environments.development]\nenv_file = \"dev.env\"\nsettings = \"a.b\"\n";
        std::fs::write(&file, web).unwrap();
        let mut before = Some(reload().unwrap().project);
        let mut offered = || {
            let told = told(&reload, &mut before, &Files::from([file.clone()]), &mut false);
            assert!(!told.iter().any(|msg| matches!(msg, Msg::Notice(it) if it.severity > Severity::Info)), "{told:?}");
            told.into_iter()
                .find_map(|msg| if let Msg::Watch(WatchMsg::Offer(offer)) = msg { Some(offer) } else { None })
        };
        std::fs::write(&file, format!("{web}[theme]\nname = \"light\"\n")).unwrap();
        assert_eq!(offered(), None, "looks change at once");
        std::fs::write(folder.path().join("dev.env"), "A=2").unwrap();
        let offer = offered().expect("an offer");
        assert_eq!((offer.action, offer.cause.as_deref()), ("up", Some("biostar-tui.toml: other settings")));
        assert_eq!(offered(), None, "it was offered");
        std::fs::write(&file, format!("{web}[services.web]\nport = \"8123:8000\"\n")).unwrap();
        assert!(offered().is_some());
        std::fs::write(&file, format!("{web}[project]\nname = \"other\"\n")).unwrap();
        let told = told(&reload, &mut before, &Files::from([file]), &mut false);
        assert!(told.iter().any(|msg| *msg == Msg::Notice(another())), "{told:?}");
    }
}
