//! Lines from before the first that a spool has: the log of a container that ran long before
//! anybody looked. Nobody knows how many there are until they were read, so they lie in a
//! folder of their own, numbered from 0, until they get their places below the others.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use crate::logs::record;
use crate::runtime::spool::segment::{LARGEST, Segment};

/// Older lines on their way into a spool.
#[derive(Debug)]
pub struct Older {
    folder: PathBuf,
    container: String,
    segments: Vec<Segment>,
    file: Option<File>,
    bound: u64,
    /// The number behind the last line.
    end: u64,
}

impl Older {
    /// In this folder, whatever an earlier run has left there. Where there are more bytes than
    /// the bound, the first lines go.
    ///
    /// # Errors
    /// The folder cannot be emptied or made.
    pub fn begin(folder: &Path, container: &str, bound: u64) -> io::Result<Self> {
        if folder.exists() {
            std::fs::remove_dir_all(folder)?;
        }
        std::fs::create_dir_all(folder)?;
        let (folder, container) = (folder.to_owned(), container.to_owned());
        Ok(Self { folder, container, segments: Vec::new(), file: None, bound, end: 0 })
    }

    /// Adds records of so many lines.
    ///
    /// # Errors
    /// They could not be written.
    pub fn append(&mut self, records: &[u8], lines: u64) -> io::Result<()> {
        if self.segments.last().is_none_or(|segment| segment.bytes >= LARGEST) {
            self.begin_segment()?;
        }
        let (Some(segment), Some(file)) = (self.segments.last_mut(), &mut self.file) else { return Ok(()) };
        segment.append(file, records, lines)?;
        self.end = segment.numbers.end;
        while self.segments.len() > 1 && self.segments.iter().map(|segment| segment.bytes).sum::<u64>() > self.bound {
            std::fs::remove_file(self.segments.remove(0).path)?;
        }
        Ok(())
    }

    fn begin_segment(&mut self) -> io::Result<()> {
        let mut segment = Segment::new(&self.folder, self.end);
        let mut file = segment.open()?;
        let mut head = Vec::new();
        record::write_container(&self.container, &mut head);
        segment.append(&mut file, &head, 0)?;
        self.segments.push(segment);
        self.file = Some(file);
        Ok(())
    }

    /// Puts the lines into a service's folder so that they end where another number begins;
    /// gives the segments there, and how many lines there were in all.
    ///
    /// # Errors
    /// There are not so many numbers, or a segment cannot be moved.
    pub fn move_before(self, folder: &Path, next: u64) -> io::Result<(Vec<Segment>, u64)> {
        let shift = next.checked_sub(self.end).ok_or(io::ErrorKind::InvalidInput)?;
        let mut moved = Vec::new();
        // The newest first: what a crash leaves has no gap in it.
        for old in self.segments.iter().rev() {
            let mut segment = Segment::new(folder, old.numbers.start + shift);
            std::fs::rename(&old.path, &segment.path)?;
            segment.bytes = old.bytes;
            segment.numbers.end = old.numbers.end + shift;
            moved.insert(0, segment);
        }
        std::fs::remove_dir_all(&self.folder)?;
        Ok((moved, self.end))
    }
}
