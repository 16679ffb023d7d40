//! What a container uses of its machine.

pub mod history;

use serde::Serialize;

const MEBIBYTE: u64 = 1 << 20;

/// What a container uses. In whole numbers, so that two readings can be equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Default)]
pub struct Usage {
    /// Processor time in tenths of a percent of one processor (2000 are two whole ones);
    /// `None` for the first reading, which has none to be compared with.
    pub cpu_tenths: Option<u32>,
    /// Bytes of memory, without the page cache.
    pub memory_bytes: u64,
}

impl Usage {
    /// Percent of one processor.
    pub fn cpu_percent(&self) -> Option<f64> {
        self.cpu_tenths.map(|tenths| f64::from(tenths) / 10.0)
    }

    /// As exact as it is shown: whole percents and mebibytes. What is equal then needs no
    /// new frame.
    #[must_use]
    pub fn rounded(self) -> Self {
        Self {
            cpu_tenths: self.cpu_tenths.map(|tenths| tenths.saturating_add(5) / 10 * 10),
            memory_bytes: self.memory_bytes / MEBIBYTE * MEBIBYTE,
        }
    }

    /// `3%`; empty while it is not known.
    pub fn cpu_text(&self) -> String {
        self.rounded().cpu_tenths.map(|tenths| format!("{}%", tenths / 10)).unwrap_or_default()
    }

    /// `84M`, from a gibibyte on `1.5G`.
    pub fn memory_text(&self) -> String {
        match self.memory_bytes / MEBIBYTE {
            mebibytes @ 0..1024 => format!("{mebibytes}M"),
            mebibytes @ 1024..10_240 => format!("{}.{}G", mebibytes / 1024, mebibytes % 1024 * 10 / 1024),
            mebibytes => format!("{}G", mebibytes / 1024),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(cpu_tenths: u32, memory_bytes: u64) -> Usage {
        Usage { cpu_tenths: Some(cpu_tenths), memory_bytes }
    }

    #[test]
    fn usage_in_words() {
        for (tenths, bytes, cpu, memory) in [
            (0, 0, "0%", "0M"),
            (34, 84 * MEBIBYTE + 5, "3%", "84M"),
            (35, 1023 * MEBIBYTE, "4%", "1023M"),
            (999, 1536 * MEBIBYTE, "100%", "1.5G"),
            (16_000, 64 << 30, "1600%", "64G"),
            (u32::MAX, u64::MAX, "429496729%", "17179869183G"),
        ] {
            let usage = usage(tenths, bytes);
            assert_eq!((usage.cpu_text().as_str(), usage.memory_text().as_str()), (cpu, memory));
        }
        assert_eq!(Usage::default().cpu_text(), "");
    }

    #[test]
    fn what_is_shown_as_the_same_is_equal() {
        assert_eq!(usage(34, 84 * MEBIBYTE + 5).rounded(), usage(29, 84 * MEBIBYTE + 9).rounded());
        assert_ne!(usage(34, 0).rounded(), usage(36, 0).rounded());
        assert_eq!(usage(41, 0).cpu_percent(), Some(4.1));
    }
}
