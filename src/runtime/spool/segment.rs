//! One file of a spool: entries in a row, the first one's number in its name.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::ops::Range;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use crate::core::observed::Timestamp;
use crate::logs::record;

/// The number of the first entry of a new spool: so far from 0 that lines from before it can
/// be put below it whenever they are found.
pub const FIRST: u64 = 1 << 40;
/// Bytes after which the next segment begins: small enough to be read for one page.
pub const LARGEST: u64 = 4 * 1024 * 1024;
/// Bytes of a segment that hold its container's name and the time of its first entry.
const HEAD: u64 = 512;

/// A file of a spool.
#[derive(Debug)]
pub struct Segment {
    /// Its path.
    pub path: PathBuf,
    /// The numbers of its entries.
    pub numbers: Range<u64>,
    /// Its bytes.
    pub bytes: u64,
}

impl Segment {
    /// The segments of a folder in order. Each ends where the next begins, the last is not
    /// looked into: another program may be writing it.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn list(folder: &Path) -> io::Result<Vec<Self>> {
        let mut segments: Vec<Self> = std::fs::read_dir(folder)?.flatten().filter_map(|file| Self::of(&file)).collect();
        segments.sort_by_key(|segment| segment.numbers.start);
        for place in 1..segments.len() {
            segments[place - 1].numbers.end = segments[place].numbers.start;
        }
        Ok(segments)
    }

    /// The same for the one who writes them: the entries of the last are counted, and what a
    /// crash has left of a line is cut off.
    ///
    /// # Errors
    /// The folder or the last segment cannot be read.
    pub fn all(folder: &Path) -> io::Result<Vec<Self>> {
        let mut segments = Self::list(folder)?;
        if let Some(last) = segments.last_mut() {
            let content = last.read()?;
            // A crash may have cut the last line: what comes next must not go on with it.
            let whole = content.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
            if whole < content.len() {
                OpenOptions::new().write(true).open(&last.path)?.set_len(whole as u64)?;
                last.bytes = whole as u64;
            }
            last.numbers.end = last.numbers.start + entries(&content[..whole]).count() as u64;
        }
        Ok(segments)
    }

    fn of(file: &std::fs::DirEntry) -> Option<Self> {
        let start = file.file_name().to_str()?.strip_suffix(".log")?.parse().ok()?;
        Some(Self { path: file.path(), numbers: start..start, bytes: file.metadata().ok()?.len() })
    }

    /// A new one that begins with this number.
    pub fn new(folder: &Path, start: u64) -> Self {
        Self { path: folder.join(format!("{start:020}.log")), numbers: start..start, bytes: 0 }
    }

    /// Its file, to write at its end: readable by the user alone, as logs are.
    ///
    /// # Errors
    /// It cannot be opened.
    pub fn open(&self) -> io::Result<File> {
        OpenOptions::new().create(true).append(true).mode(0o600).open(&self.path)
    }

    /// Adds records with so many entries in them.
    ///
    /// # Errors
    /// They could not be written whole.
    pub fn append(&mut self, file: &mut File, records: &[u8], entries: u64) -> io::Result<()> {
        file.write_all(records)?;
        self.bytes += records.len() as u64;
        self.numbers.end += entries;
        Ok(())
    }

    /// When its first entry was.
    pub fn time(&self) -> Option<Timestamp> {
        let mut head = Vec::new();
        File::open(&self.path).ok()?.take(HEAD).read_to_end(&mut head).ok()?;
        let entry = entries(&head).next()?;
        Some(record::timed(entry.get(1..)?)?.0)
    }

    /// All of it.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn read(&self) -> io::Result<Vec<u8>> {
        let mut content = Vec::new();
        File::open(&self.path)?.read_to_end(&mut content)?;
        Ok(content)
    }
}

/// The lines of a segment.
pub fn lines(content: &[u8]) -> impl Iterator<Item = &[u8]> {
    content.split(|byte| *byte == b'\n').filter(|line| !line.is_empty())
}

/// The lines that are entries.
pub fn entries(content: &[u8]) -> impl Iterator<Item = &[u8]> {
    lines(content).filter(|line| record::is_entry(line))
}
