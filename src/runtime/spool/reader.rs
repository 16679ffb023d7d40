//! The lines of a service's spool in order, for those who only read it.

use std::path::Path;

use crate::core::observed::Timestamp;
use crate::logs::record;
use crate::logs::sanitise::Sanitiser;
use crate::runtime::spool::segment::{Segment, entries};

/// The lines of a service before a moment, each with its time: sanitised and masked when they
/// were put there. One segment is held at a time.
pub fn lines_before(folder: &Path, before: Timestamp) -> impl Iterator<Item = (Timestamp, String)> + use<> {
    // Without a folder there is no spool.
    let segments = Segment::list(folder).unwrap_or_default().into_iter();
    let lines = segments.flat_map(|segment| {
        // A segment that was removed meanwhile has no lines.
        let content = segment.read().unwrap_or_default();
        let mut sanitiser = Sanitiser::default();
        let read = |line| match record::read(line, &mut sanitiser) {
            Some(record::Record::Entry(entry)) => entry.line().map(|line| (line.time, line.text().to_owned())),
            _ => None,
        };
        entries(&content).filter_map(read).collect::<Vec<_>>()
    });
    lines.filter(move |(time, _)| *time < before)
}
