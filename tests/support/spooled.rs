//! What a dashboard has kept of a log, read from its spool; and what is promised of a
//! writer that numbers its lines.

use std::collections::BTreeMap;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use biostar_tui::logs::record::{self, Record};
use biostar_tui::logs::sanitise::Sanitiser;
use biostar_tui::logs::{Entry, Mark};
use biostar_tui::runtime::spool::segment::{Segment, entries};

/// An entry of a numbered writer's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// A line with this number.
    Line(u64),
    /// A mark.
    Mark(Mark),
}

/// The folder of a service's spool below a state folder with one project in it.
pub fn folder(state: &Path, service: &str) -> Option<PathBuf> {
    let projects = std::fs::read_dir(state.join("biostar-tui")).ok()?.flatten();
    projects.map(|project| project.path().join("logs").join(service)).find(|folder| folder.is_dir())
}

/// The entries of a service's spool; lines that are no number are left out.
pub fn kept(state: &Path, service: &str) -> Vec<Kept> {
    let segments = folder(state, service).and_then(|folder| Segment::list(&folder).ok()).unwrap_or_default();
    segments.iter().flat_map(|segment| of_segment(&segment.read().unwrap_or_default())).collect()
}

/// The newest number of a service's spool: read from the ends of its last segments, as it is
/// asked for again and again.
pub fn newest(state: &Path, service: &str) -> u64 {
    let segments = folder(state, service).and_then(|folder| Segment::list(&folder).ok()).unwrap_or_default();
    let last = segments.iter().rev().take(2).flat_map(|segment| of_segment(&end(&segment.path).unwrap_or_default()));
    numbers(&last.collect::<Vec<_>>()).max().unwrap_or(0)
}

/// The whole lines of a file's last bytes.
fn end(path: &Path) -> std::io::Result<Vec<u8>> {
    const BYTES: u64 = 64 * 1024;
    let mut file = std::fs::File::open(path)?;
    let from = file.metadata()?.len().saturating_sub(BYTES);
    file.seek(SeekFrom::Start(from))?;
    let mut content = Vec::new();
    file.read_to_end(&mut content)?;
    let first = if from == 0 { 0 } else { content.iter().position(|byte| *byte == b'\n').map_or(0, |at| at + 1) };
    Ok(content.split_off(first))
}

fn of_segment(content: &[u8]) -> Vec<Kept> {
    let mut sanitiser = Sanitiser::default();
    let read = |line| match record::read(line, &mut sanitiser)? {
        Record::Entry(Entry::Line(line)) => line.text().trim().parse().ok().map(Kept::Line),
        Record::Entry(Entry::Mark { mark, .. }) => Some(Kept::Mark(mark)),
        Record::Container(_) => None,
    };
    entries(content).filter_map(read).collect()
}

/// Holds that all numbers from 1 up to this are there, each once.
#[track_caller]
pub fn assert_exact(kept: &[Kept], last: u64) {
    let mut counts = BTreeMap::new();
    for number in numbers(kept) {
        *counts.entry(number).or_insert(0_u32) += 1;
    }
    let twice: Vec<_> = counts.iter().filter(|(_, count)| **count > 1).take(20).collect();
    let missing: Vec<_> = (1..=last).filter(|number| !counts.contains_key(number)).take(20).collect();
    assert!(twice.is_empty() && missing.is_empty(), "twice {twice:?}, missing {missing:?} of {}", counts.len());
    assert_eq!(counts.len() as u64, last);
}

/// Holds that no number comes twice, and that a mark of missing lines stands wherever one is
/// left out; gives how many of these there are.
#[track_caller]
pub fn assert_gaps_are_marked(kept: &[Kept]) -> usize {
    let (mut before, mut marked, mut gaps) = (None, false, 0);
    for entry in kept {
        match (*entry, before) {
            (Kept::Mark(mark), _) => marked |= mark == Mark::Gap,
            (Kept::Line(number), Some(last)) => {
                assert!(number > last, "{number} comes after {last}");
                assert!(number == last + 1 || marked, "between {last} and {number} no gap is marked");
                gaps += usize::from(number > last + 1);
                (before, marked) = (Some(number), false);
            }
            (Kept::Line(number), None) => (before, marked) = (Some(number), false),
        }
    }
    gaps
}

pub fn numbers(kept: &[Kept]) -> impl Iterator<Item = u64> + '_ {
    kept.iter().filter_map(|entry| match entry {
        Kept::Line(number) => Some(*number),
        Kept::Mark(_) => None,
    })
}
