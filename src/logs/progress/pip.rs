//! pip's output without a terminal: what it collects, builds and installs.

use crate::core::progress::Progress;
use crate::logs::progress::{announced, progress};

/// How the task runner announces the number of requirements.
pub(super) const TO_INSTALL: &str = "requirements to install";

/// Words before the name of a package that is taken up.
const TAKEN_UP: [&str; 4] = ["Collecting ", "Processing ", "Obtaining ", "Requirement already satisfied: "];

/// A run of pip.
#[derive(Debug, Default)]
pub(super) struct Pip {
    requirements: u64,
    taken_up: u64,
}

impl Pip {
    pub(super) fn line(&mut self, line: &str) -> Option<Progress> {
        if let Some((requirements, _)) = announced(line, TO_INSTALL) {
            *self = Self { requirements, taken_up: 0 };
            return Some(self.at("packages"));
        }
        let package = TAKEN_UP.iter().find_map(|words| line.strip_prefix(words));
        if let Some(package) = package.and_then(|rest| rest.split_whitespace().next()) {
            self.taken_up += 1;
            return Some(self.at(package));
        }
        self.work(line)
    }

    fn work(&self, line: &str) -> Option<Progress> {
        let first = |rest: &str| rest.split_whitespace().next().map(str::to_owned);
        let line = line.trim_start();
        if let Some(file) = line.strip_prefix("Downloading ").and_then(first) {
            return (self.taken_up > 0).then(|| self.at(&format!("downloading {}", file_name(&file))));
        }
        if let Some(package) = line.strip_prefix("Building wheel for ").and_then(first) {
            return Some(self.at(&format!("building {package}")));
        }
        let installed = line.strip_prefix("Installing collected packages: ");
        installed.map(|names| progress(format!("installing {} packages", names.split(", ").count()), 0, 0))
    }

    /// What the requirements need in turn is not counted by anybody: beyond them the total
    /// is unknown.
    fn at(&self, label: &str) -> Progress {
        let total = if self.taken_up <= self.requirements { self.requirements } else { 0 };
        progress(label, self.taken_up, total)
    }
}

/// The last part of an address or path.
fn file_name(address: &str) -> &str {
    address.rsplit('/').next().unwrap_or(address)
}
