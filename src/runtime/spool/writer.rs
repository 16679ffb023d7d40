//! One service's spool.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use crate::core::observed::Timestamp;
use crate::logs::record::{self, Record};
use crate::logs::sanitise::Sanitiser;
use crate::logs::{Entry, LogLine};
use crate::runtime::spool::segment::{self, FIRST, LARGEST, Segment};

/// Entries that a page has on each side of the one that is wanted.
const AROUND: u64 = 512;
/// Entries of an earlier dashboard that are shown at first.
const SHOWN: u64 = 2000;

/// One service's spool.
#[derive(Debug)]
pub struct Writer {
    folder: PathBuf,
    segments: Vec<Segment>,
    file: Option<File>,
    container: String,
}

/// What a spool had when it was opened.
#[derive(Debug)]
pub struct Left {
    /// The number of its first entry.
    pub oldest: u64,
    /// The number of the first of the entries.
    pub first: u64,
    /// Its newest entries.
    pub entries: Vec<Entry>,
    /// The container of the newest lines.
    pub container: String,
    /// The newest lines of that container.
    pub lines: Vec<LogLine>,
}

impl Writer {
    /// Opens a service's spool with what is left in it.
    ///
    /// # Errors
    /// The folder cannot be made or read.
    pub fn open(folder: &Path) -> io::Result<(Self, Left)> {
        std::fs::create_dir_all(folder)?;
        let segments = Segment::all(folder)?;
        let mut writer = Self { folder: folder.to_owned(), segments, file: None, container: String::new() };
        let left = writer.left()?;
        writer.container.clone_from(&left.container);
        Ok((writer, left))
    }

    fn left(&self) -> io::Result<Left> {
        let end = self.end();
        let first = end.saturating_sub(SHOWN).max(self.first());
        let (mut container, mut lines, mut entries) = (String::new(), Vec::new(), Vec::new());
        let mut sanitiser = Sanitiser::default();
        for segment in self.segments.iter().filter(|segment| segment.numbers.end >= first) {
            let mut number = segment.numbers.start;
            for line in segment::lines(&segment.read()?) {
                let is_entry = record::is_entry(line);
                match record::read(line, &mut sanitiser).filter(|_| !is_entry || number >= first) {
                    Some(Record::Container(other)) if other != container => (container, lines) = (other, Vec::new()),
                    Some(Record::Entry(entry)) => {
                        lines.extend(entry.line().cloned());
                        entries.push(entry);
                    }
                    _ => {}
                }
                number += u64::from(is_entry);
            }
        }
        // A line that is damaged has no entry: what is left begins so much later.
        Ok(Left { oldest: self.first(), first: end - entries.len() as u64, entries, container, lines })
    }

    /// The number of its first entry.
    pub fn first(&self) -> u64 {
        self.segments.first().map_or(FIRST, |segment| segment.numbers.start)
    }

    /// The number that its next entry has.
    pub fn end(&self) -> u64 {
        self.segments.last().map_or(FIRST, |segment| segment.numbers.end)
    }

    /// Its bytes.
    pub fn bytes(&self) -> u64 {
        self.segments.iter().map(|segment| segment.bytes).sum()
    }

    /// Adds records; those from another number on than the next are begun anew there.
    ///
    /// # Errors
    /// They could not be written: the segment ends before them.
    pub fn append(&mut self, first: u64, records: &[u8]) -> io::Result<()> {
        let is_next = self.segments.is_empty() || self.end() == first;
        let is_full = self.segments.last().is_none_or(|segment| segment.bytes >= LARGEST);
        if is_full || !is_next || self.file.is_none() {
            self.begin_segment(first)?;
        }
        if let Some(container) = segment::lines(records).rev_container() {
            self.container = container;
        }
        let count = segment::entries(records).count() as u64;
        let (Some(segment), Some(file)) = (self.segments.last_mut(), &mut self.file) else { return Ok(()) };
        let written = segment.append(file, records, count);
        if written.is_err() {
            // What is half written is cut off, and the numbers go on in a new segment.
            let _ = file.set_len(segment.bytes);
            self.file = None;
        }
        written
    }

    fn begin_segment(&mut self, first: u64) -> io::Result<()> {
        let mut segment = Segment::new(&self.folder, first);
        let mut file = segment.open()?;
        segment.bytes = file.metadata()?.len();
        let mut head = Vec::new();
        record::write_container(&self.container, &mut head);
        segment.append(&mut file, &head, 0)?;
        self.segments.retain(|other| other.numbers.start < first);
        self.segments.push(segment);
        self.file = Some(file);
        Ok(())
    }

    /// The entries around this one, with the number of the first.
    ///
    /// # Errors
    /// A segment cannot be read.
    pub fn page(&self, around: u64) -> io::Result<(u64, Vec<Entry>)> {
        let wanted = around.saturating_sub(AROUND)..around + AROUND;
        let Some(segment) = self.segments.iter().find(|segment| segment.numbers.contains(&around)) else {
            return Ok((around, Vec::new()));
        };
        let first = wanted.start.max(segment.numbers.start);
        let mut sanitiser = Sanitiser::default();
        let content = segment.read()?;
        let lines = (segment.numbers.start..).zip(segment::entries(&content));
        let lines = lines.filter(|(number, _)| wanted.contains(number));
        let entries = lines.map(|(_, line)| match record::read(line, &mut sanitiser) {
            Some(Record::Entry(entry)) => entry,
            // The numbers of the others must not move.
            _ => Entry::Mark { time: 0, mark: crate::logs::Mark::Gap },
        });
        Ok((first, entries.collect()))
    }

    /// Its segments, to search them: paths and first numbers.
    pub fn paths(&self) -> Vec<(PathBuf, u64)> {
        self.segments.iter().map(|segment| (segment.path.clone(), segment.numbers.start)).collect()
    }

    /// When its oldest entry was; nothing for one whose only segment is being written.
    pub fn oldest_time(&self) -> Option<Timestamp> {
        self.segments.first().filter(|_| self.segments.len() > 1)?.time()
    }

    /// Takes in segments that end where its first begins.
    pub fn take_in(&mut self, older: Vec<Segment>) {
        self.segments.splice(0..0, older);
    }

    /// Removes the oldest segment; gives the number that it begins with now.
    ///
    /// # Errors
    /// It cannot be removed.
    pub fn drop_oldest(&mut self) -> io::Result<u64> {
        let oldest = self.segments.remove(0);
        std::fs::remove_file(oldest.path)?;
        Ok(self.first())
    }
}

/// The last container that some lines name.
trait LastContainer {
    fn rev_container(self) -> Option<String>;
}

impl<'a, I: Iterator<Item = &'a [u8]>> LastContainer for I {
    fn rev_container(self) -> Option<String> {
        let named = self.filter_map(|line| line.strip_prefix(b"C"));
        named.last().map(|name| String::from_utf8_lossy(name).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logs::assemble::RawLine;
    use crate::runtime::spool::older::Older;

    fn records(texts: &[String], time: Timestamp) -> Vec<u8> {
        let mut out = Vec::new();
        for text in texts {
            let raw = RawLine { time, bytes: text.clone().into_bytes(), beyond: 0 };
            record::write(&Entry::Line(LogLine::new(&raw, &mut Sanitiser::default())), &mut out);
        }
        out
    }

    fn texts(entries: &[Entry]) -> Vec<&str> {
        entries.iter().filter_map(|entry| Some(entry.line()?.text())).collect()
    }

    #[test]
    fn what_was_written_is_there_again() {
        let folder = tempfile::tempdir().unwrap();
        let (mut writer, left) = Writer::open(folder.path()).unwrap();
        assert_eq!((left.oldest, left.first, left.entries.len()), (FIRST, FIRST, 0));
        let mut container = Vec::new();
        record::write_container("one", &mut container);
        writer.append(0, &[container, records(&["a".into(), "b".into()], 7)].concat()).unwrap();
        writer.append(2, &records(&["c".into()], 8)).unwrap();
        // A crash in the middle of a line.
        let path = writer.segments[0].path.clone();
        std::io::Write::write_all(&mut OpenOptionsAppend::open(&path), b"L9 hal").unwrap();
        let (mut writer, left) = Writer::open(folder.path()).unwrap();
        assert_eq!((left.first, left.container.as_str(), left.lines.len()), (0, "one", 3));
        assert_eq!(texts(&left.entries), ["a", "b", "c"]);
        writer.append(3, &records(&["d".into()], 9)).unwrap();
        let (_, left) = Writer::open(folder.path()).unwrap();
        assert_eq!((texts(&left.entries), left.container.as_str()), (vec!["a", "b", "c", "d"], "one"));
    }

    struct OpenOptionsAppend;

    impl OpenOptionsAppend {
        fn open(path: &Path) -> File {
            File::options().append(true).open(path).unwrap()
        }
    }

    #[test]
    fn older_lines_go_below_the_first() {
        let state = tempfile::tempdir().unwrap();
        let folder = state.path().join("web");
        let (mut writer, _) = Writer::open(&folder).unwrap();
        writer.append(FIRST, &records(&["d".into()], 9)).unwrap();
        let long = "x".repeat(8000);
        let mut older = Older::begin(&state.path().join("older"), "one", 1 << 30).unwrap();
        let all: Vec<String> = (0..1200).map(|n| format!("{n} {long}")).collect();
        all.iter().for_each(|text| older.append(&records(std::slice::from_ref(text), 7), 1).unwrap());
        let (segments, lines) = older.move_before(&folder, writer.first()).unwrap();
        assert!(segments.len() > 1);
        writer.take_in(segments);
        assert_eq!((lines, writer.first(), writer.oldest_time()), (1200, FIRST - 1200, Some(7)));
        for n in [0_u64, 620, 1199] {
            let (first, entries) = writer.page(FIRST - 1200 + n).unwrap();
            let found = texts(&entries)[usize::try_from(FIRST - 1200 + n - first).unwrap()];
            assert!(found.starts_with(&format!("{n} ")), "{found:.9}");
        }
        let (_, left) = Writer::open(&folder).unwrap();
        assert_eq!((left.oldest, texts(&left.entries).last().copied()), (FIRST - 1200, Some("d")));
        assert!(!state.path().join("older").exists());
    }

    #[test]
    fn older_lines_beyond_the_bound_are_left_out() {
        let state = tempfile::tempdir().unwrap();
        let mut older = Older::begin(&state.path().join("older"), "one", LARGEST + 100_000).unwrap();
        let long = "x".repeat(8000);
        for n in 0..1300 {
            older.append(&records(&[format!("{n} {long}")], 7), 1).unwrap();
        }
        let (segments, lines) = older.move_before(state.path(), FIRST).unwrap();
        assert_eq!((lines, segments.last().unwrap().numbers.end), (1300, FIRST));
        assert!(segments[0].numbers.start > FIRST - 1300 && segments.len() <= 2);
    }

    #[test]
    fn pages_come_from_any_segment() {
        let folder = tempfile::tempdir().unwrap();
        let (mut writer, _) = Writer::open(folder.path()).unwrap();
        let long = "x".repeat(8000);
        for n in 0..1200 {
            writer.append(n, &records(&[format!("{n} {long}")], 7)).unwrap();
        }
        assert!(writer.segments.len() > 1);
        let (first, entries) = writer.page(600).unwrap();
        let found = texts(&entries)[usize::try_from(600 - first).unwrap()];
        assert!(found.starts_with("600 "), "{found:.9}");
        let first = writer.drop_oldest().unwrap();
        assert!(first > 0 && writer.page(first - 1).unwrap().1.is_empty());
        let (_, left) = Writer::open(folder.path()).unwrap();
        assert_eq!((left.oldest, left.first + left.entries.len() as u64), (first, 1200));
    }
}
