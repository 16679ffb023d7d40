//! Eyes on the tree: listening where the system tells of changes, looking again and again
//! where it does not.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use tokio::{
    sync::mpsc::UnboundedReceiver,
    time::{Instant, sleep_until, timeout},
};

use crate::core::notice::Notice;
use crate::runtime::watch::{
    listen::{self, Heard, Listener},
    mount,
    scan::{self, Scanner},
};
use crate::watch::{debounce, rules::Rules, snapshot::Snapshot};

/// Where files are looked at again and again: this often at the most.
const SHORTEST: Duration = Duration::from_secs(1);
/// A look may take this share of the time: a hundredth.
const SHARE: u32 = 100;
/// How soon the system tells of what the probe does, if it tells at all; a machine that is busy
/// takes its time.
const PROBE: Duration = Duration::from_secs(2);
/// With more folders than this a look at all of them is cheaper than one at each.
const MANY: usize = 200;
/// Folders that come while others are being listened to bring more; a tree that goes on like
/// this is looked at as it is, and again with the next event.
const ROUNDS: usize = 5;

/// What was noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sight {
    /// Something that counts may have changed; how long it must be quiet.
    Changed(Duration),
    /// Git works.
    Git,
    /// It is time to look, for nobody tells.
    Look,
}

/// Eyes on a tree.
pub(super) struct Eyes {
    root: PathBuf,
    rules: Arc<Rules>,
    scanner: Scanner,
    ear: Option<(Listener, UnboundedReceiver<Heard>)>,
    /// Folders that something was heard of.
    heard_of: BTreeSet<PathBuf>,
    /// All is to be looked at.
    all: bool,
    /// When it is time to look, where nobody tells.
    next_look: Instant,
    /// Folders that cannot be read, as far as that was said.
    unreadable: BTreeSet<PathBuf>,
}

impl Eyes {
    /// Opens them: what is there is seen, and what changes from then on will be.
    pub(super) async fn open(root: PathBuf, rules: Arc<Rules>, git: Option<PathBuf>) -> (Self, Vec<Notice>) {
        let scanner = Scanner::new(root.clone(), Arc::clone(&rules));
        let mut eyes = Self {
            root,
            rules,
            scanner,
            ear: None,
            heard_of: BTreeSet::new(),
            all: true,
            next_look: Instant::now(),
            unreadable: BTreeSet::new(),
        };
        let mut notices = Vec::new();
        match mount::foreign(&eyes.root) {
            Some(name) => notices.push(mount::polled(&format!("the folder lies on {name}"))),
            None => match listen::listener(&eyes.root, git) {
                Ok(ear) => eyes.ear = Some(ear),
                Err(notice) => notices.push(notice),
            },
        }
        notices.extend(eyes.look().await);
        if eyes.ear.is_some() && !eyes.is_told().await {
            eyes.ear = None;
            notices.push(mount::polled("the system does not tell of changes in this folder"));
        }
        (eyes, notices)
    }

    /// Whether the system tells of changes: something is done that it ought to tell of.
    async fn is_told(&mut self) -> bool {
        let Some((_, hears)) = &mut self.ear else { return false };
        if !mount::stir(&self.root) {
            return true;
        }
        loop {
            match timeout(PROBE, hears.recv()).await {
                // What was done may be among what was lost.
                Ok(Some(Heard::Lost)) => {
                    self.all = true;
                    mount::stir(&self.root);
                }
                Ok(Some(Heard::Path(path))) => {
                    self.heard_of.extend(path.parent().map(Path::to_owned));
                    return true;
                }
                Ok(Some(Heard::Git | Heard::Root) | None) => return true,
                Err(_) => return false,
            }
        }
    }

    /// What is said of folders that cannot be read, once of each.
    fn unreadable(&mut self) -> Option<Notice> {
        let folders = self.scanner.unreadable();
        let new: Vec<&PathBuf> = folders.difference(&self.unreadable).collect();
        let notice = new.first().map(|first| {
            let summary = match new.len() {
                1 => "a folder cannot be read, so changes in it are not seen".to_owned(),
                count => format!("{count} folders cannot be read, so changes in them are not seen"),
            };
            let which = if new.len() == 1 { "it is" } else { "the first is" };
            Notice::warning(summary).because(format!("{which} {}", first.display()))
        });
        self.unreadable.clone_from(folders);
        notice
    }

    /// What is there.
    pub(super) fn seen(&self) -> &Snapshot {
        self.scanner.seen()
    }

    /// How many folders are watched.
    pub(super) fn folders(&self) -> usize {
        self.scanner.folders().len()
    }

    /// Whether nobody tells of changes.
    pub(super) fn polls(&self) -> bool {
        self.ear.is_none()
    }

    /// What is noticed next. Given up in the middle, it loses nothing.
    pub(super) async fn next(&mut self) -> Sight {
        loop {
            let Some((_, hears)) = &mut self.ear else {
                sleep_until(self.next_look).await;
                self.all = true;
                return Sight::Look;
            };
            let heard = hears.recv().await.unwrap_or(Heard::Lost);
            if let Some(sight) = self.hear(heard) {
                return sight;
            }
        }
    }

    fn hear(&mut self, heard: Heard) -> Option<Sight> {
        match heard {
            Heard::Path(path) => self.hear_of(&path),
            Heard::Git => Some(Sight::Git),
            Heard::Root => None,
            Heard::Lost => {
                self.all = true;
                Some(Sight::Changed(debounce::QUIET))
            }
        }
    }

    /// Whether something that happened to a path matters: to a file that counts, or to a
    /// folder (which may have gone by now).
    fn hear_of(&mut self, path: &Path) -> Option<Sight> {
        let name = path.file_name()?;
        let is_known_folder = self.seen().has(path);
        // It may have been removed and made again by now, even with the same inode number: the
        // system listens to the one that went.
        if is_known_folder {
            self.ear.as_mut()?.0.lost(path);
        }
        self.all |= scan::is_ignore_file(name);
        let counts = self.rules.counts(path) || is_known_folder || scan::is_ignore_file(name);
        if !counts && !self.root.join(path).is_dir() {
            return None;
        }
        self.heard_of.insert(path.parent()?.to_owned());
        Some(Sight::Changed(self.rules.quiet(path)))
    }

    /// Looks at what was heard of; notices where the system cannot tell of all of it.
    pub(super) async fn look(&mut self) -> Vec<Notice> {
        let mut notices = Vec::new();
        let begun = Instant::now();
        for _ in 0..ROUNDS {
            self.scan().await;
            let Some((listener, _)) = &mut self.ear else { break };
            match listener.follow(self.scanner.folders()) {
                // What happened in them before they were listened to has to be looked for.
                Ok(new) if !new.is_empty() => self.heard_of.extend(new),
                Ok(_) => break,
                Err(notice) => {
                    self.ear = None;
                    notices.push(notice);
                    break;
                }
            }
        }
        self.next_look = Instant::now() + (begun.elapsed() * SHARE).max(SHORTEST);
        notices.extend(self.unreadable());
        notices
    }

    /// The next look is one at the whole tree.
    pub(super) const fn look_at_all(&mut self) {
        self.all = true;
    }

    /// Listens to git's folder too, which has come since.
    pub(super) fn listen_to_git(&mut self, git: PathBuf) {
        if self.ear.is_some()
            && let Ok(ear) = listen::listener(&self.root, Some(git))
        {
            self.ear = Some(ear);
            // What happened between the two was heard by neither.
            self.all = true;
        }
    }

    async fn scan(&mut self) {
        let folders = std::mem::take(&mut self.heard_of);
        let all = std::mem::take(&mut self.all) || folders.len() > MANY;
        let mut scanner = self.scanner.clone();
        let scan = tokio::task::spawn_blocking(move || {
            if all {
                scanner.all()
            } else {
                scanner.some(&folders)
            }
            scanner
        });
        match scan.await {
            Ok(scanner) => self.scanner = scanner,
            // The program ends.
            Err(_) => self.all = true,
        }
    }

    /// From now on other files count.
    pub(super) async fn follow(&mut self, rules: Arc<Rules>) -> Vec<Notice> {
        self.rules = Arc::clone(&rules);
        self.scanner.follow(rules);
        self.all = true;
        self.look().await
    }
}

#[cfg(test)]
mod tests;
