//! A service's log as the dashboard holds it.

use crate::components::log_view::View;
use crate::core::notice::Notice;
use crate::core::observed::Timestamp;
use crate::logs::traffic::Traffic;
use crate::logs::{Entry, Mark, Store, record};

/// A service's log.
#[derive(Debug, Default)]
pub struct Log {
    /// The service.
    pub service: String,
    /// Its lines.
    pub store: Store,
    /// How its pane shows them.
    pub view: View,
    /// What is to be put into the spool.
    pub unkept: Unkept,
    /// The requests of the last minute.
    pub traffic: Traffic,
    /// Why it cannot be read.
    pub unreadable: Option<Notice>,
}

/// Entries that are not in the spool yet.
#[derive(Debug, Default)]
pub struct Unkept {
    /// The number of the first of them.
    pub first: u64,
    /// The entries as the spool has them.
    pub records: Vec<u8>,
}

impl Log {
    /// Takes an entry in.
    pub fn push(&mut self, entry: Entry) {
        self.keep(|records| record::write(&entry, records));
        self.show(entry);
    }

    /// Takes an entry in that the spool has already.
    pub fn show(&mut self, entry: Entry) {
        if let Entry::Line(line) = &entry {
            self.traffic.count(line);
        }
        self.store.push(entry);
    }

    /// Takes a mark in before the lines that are newer.
    pub fn mark(&mut self, time: Timestamp, mark: Mark) {
        // One that takes the place of another has its number, which the spool has already.
        if !self.store.replaces(mark) {
            self.keep(|records| record::write(&Entry::Mark { time, mark }, records));
        }
        self.store.mark(time, mark);
    }

    /// Notes which container the next lines are of.
    pub fn container(&mut self, container: &str) {
        self.keep(|records| record::write_container(container, records));
    }

    fn keep(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        if self.store.has_spool() {
            if self.unkept.records.is_empty() {
                self.unkept.first = self.store.end();
            }
            write(&mut self.unkept.records);
        }
    }
}
