//! A search of one spool's segments, the newest first.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::logs::pattern::Pattern;
use crate::logs::record;
use crate::logs::sanitise::Sanitiser;
use crate::runtime::spool::segment;

/// What is searched.
#[derive(Debug)]
pub struct Job {
    /// The search.
    pub search: u64,
    /// The expression.
    pub pattern: Pattern,
    /// The segments and the numbers of their first entries, in order.
    pub segments: Vec<(PathBuf, u64)>,
    /// Entries from this number on were searched.
    pub before: u64,
}

impl Job {
    /// Searches one segment after the other; `tell` is given the finds of each and its first
    /// number, and says whether anybody is left to hear. A later search ends this one.
    pub fn run(self, latest: &AtomicU64, mut tell: impl FnMut(Vec<u64>, u64) -> bool) {
        for (path, first) in self.segments.iter().rev().filter(|(_, first)| *first < self.before) {
            if latest.load(Ordering::Relaxed) != self.search {
                return;
            }
            // A segment that was removed meanwhile has nothing to find.
            let hits = std::fs::read(path).map_or_else(|_| Vec::new(), |content| self.hits(&content, *first));
            if !tell(hits, *first) {
                return;
            }
        }
    }

    fn hits(&self, content: &[u8], first: u64) -> Vec<u64> {
        let mut sanitiser = Sanitiser::default();
        let lines = (first..self.before).zip(segment::entries(content));
        lines.filter(|(_, line)| self.is_in(line, &mut sanitiser)).map(|(number, _)| number).collect()
    }

    fn is_in(&self, line: &[u8], sanitiser: &mut Sanitiser) -> bool {
        let Some((b'L', rest)) = line.split_first() else { return false };
        let Some((_, text)) = record::timed(rest) else { return false };
        // Styles are sequences between the characters: such a line is read as it is shown.
        if text.contains(&0x1b) {
            let read = record::read(line, sanitiser);
            return matches!(read, Some(record::Record::Entry(entry)) if entry.line().is_some_and(|l| self.pattern.is_in(l.text())));
        }
        std::str::from_utf8(text).is_ok_and(|text| self.pattern.is_in(text))
    }
}
