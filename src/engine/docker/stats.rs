//! What containers use: a reading each second (`GET /containers/{id}/stats`), computed as
//! the docker command does (docker/cli, `cli/command/container/stats_helpers.go`).

use futures_util::stream;
use serde::Deserialize;

use crate::{
    core::usage::Usage,
    engine::{
        docker::{
            DockerEngine,
            http::{Ask, Call},
            lines::JsonLines,
            query::Path,
            wire::or_default,
        },
        port::{Result, Stream},
    },
};

const ACTION: &str = "read the usage of";

impl DockerEngine {
    pub(super) async fn usage_stream(&self, id: &str) -> Result<Stream<Usage>> {
        let path = Path::of("containers", id).part("stats").with("stream", "1");
        let body = self.http.open(Call::new(ACTION, id), Ask::get(path)).await?.into_body();
        let state = Some((JsonLines::new(body), id.to_owned()));
        Ok(Box::pin(stream::unfold(state, |state| async {
            let (mut lines, id) = state?;
            match lines.next::<Reading>().await {
                Ok(reading) => Some((Ok(reading?.usage()?), Some((lines, id)))),
                Err(failure) => Some((Err(Call::new(ACTION, &id).error(failure)), None)),
            }
        })))
    }
}

/// One reading.
#[derive(Deserialize)]
struct Reading {
    #[serde(default, deserialize_with = "or_default")]
    cpu_stats: Cpu,
    #[serde(default, deserialize_with = "or_default")]
    precpu_stats: Cpu,
    #[serde(default, deserialize_with = "or_default")]
    memory_stats: Memory,
}

/// Processor time up to a moment, in nanoseconds.
#[derive(Deserialize, Default)]
struct Cpu {
    #[serde(default, deserialize_with = "or_default")]
    cpu_usage: CpuUsage,
    /// Of the whole machine; missing where the container does not run.
    #[serde(default, deserialize_with = "or_default")]
    system_cpu_usage: u64,
    #[serde(default, deserialize_with = "or_default")]
    online_cpus: u32,
}

#[derive(Deserialize, Default)]
struct CpuUsage {
    #[serde(default, deserialize_with = "or_default")]
    total_usage: u64,
    /// For engines that do not count the processors; version 2 of cgroups has none.
    #[serde(default, deserialize_with = "or_default")]
    percpu_usage: Vec<u64>,
}

#[derive(Deserialize, Default)]
struct Memory {
    #[serde(default, deserialize_with = "or_default")]
    usage: u64,
    #[serde(default, deserialize_with = "or_default")]
    stats: MemoryDetail,
}

#[derive(Deserialize, Default)]
struct MemoryDetail {
    /// Version 1 of cgroups.
    total_inactive_file: Option<u64>,
    /// Version 2 (version 1 has it too, without what is below in the hierarchy).
    inactive_file: Option<u64>,
}

impl Reading {
    /// `None` where the container does not run (any more).
    fn usage(&self) -> Option<Usage> {
        (self.cpu_stats.system_cpu_usage > 0)
            .then(|| Usage { cpu_tenths: self.cpu_tenths(), memory_bytes: self.memory_stats.without_cache() })
    }

    /// The container's share of what the machine did between two readings, times the
    /// number of processors.
    fn cpu_tenths(&self) -> Option<u32> {
        let (now, before) = (&self.cpu_stats, &self.precpu_stats);
        // The first reading has none before it.
        let system =
            now.system_cpu_usage.checked_sub(before.system_cpu_usage).filter(|_| before.system_cpu_usage > 0)?;
        let used = now.cpu_usage.total_usage.saturating_sub(before.cpu_usage.total_usage);
        let tenths = u128::from(used) * u128::from(now.processors()) * 1000 / u128::from(system.max(1));
        Some(u32::try_from(tenths).unwrap_or(u32::MAX))
    }
}

impl Cpu {
    fn processors(&self) -> u64 {
        // There are fewer processors than a u64 counts.
        if self.online_cpus > 0 { self.online_cpus.into() } else { self.cpu_usage.percpu_usage.len() as u64 }
    }
}

impl Memory {
    /// The page cache counts as the container's own, but is given back on demand: files
    /// that were not used lately are left out.
    fn without_cache(&self) -> u64 {
        let inactive = self.stats.total_inactive_file.or(self.stats.inactive_file).unwrap_or_default();
        if inactive < self.usage { self.usage - inactive } else { self.usage }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(text: &str) -> Option<Usage> {
        serde_json::from_str::<Reading>(text).unwrap().usage()
    }

    #[test]
    fn a_reading_of_cgroups_1() {
        // Seen on an engine 20.10.24: two processors, 2.01 s, 0.2185 s used.
        let text = r#"{"cpu_stats":{"cpu_usage":{"total_usage":1135760598,"percpu_usage":[1073933385,61827213]},
            "system_cpu_usage":1139900000000,"online_cpus":2},"precpu_stats":{"cpu_usage":{"total_usage":917240060},
            "system_cpu_usage":1137890000000,"online_cpus":2},"memory_stats":{"usage":129658880,
            "stats":{"cache":39972864,"inactive_file":1,"total_inactive_file":24760320}}}"#;
        assert_eq!(usage(text), Some(Usage { cpu_tenths: Some(217), memory_bytes: 104_898_560 }));
    }

    #[test]
    fn a_reading_of_cgroups_2_without_a_count_of_processors() {
        let text = r#"{"cpu_stats":{"cpu_usage":{"total_usage":300,"percpu_usage":[1,1,1,1]},"system_cpu_usage":2000},
            "precpu_stats":{"cpu_usage":{"total_usage":200},"system_cpu_usage":1000},
            "memory_stats":{"usage":5000,"stats":{"inactive_file":1000}}}"#;
        assert_eq!(usage(text), Some(Usage { cpu_tenths: Some(400), memory_bytes: 4000 }));
    }

    #[test]
    fn the_first_reading_knows_memory_alone() {
        let text = r#"{"cpu_stats":{"cpu_usage":{"total_usage":300},"system_cpu_usage":2000,"online_cpus":2},
            "precpu_stats":{"cpu_usage":{"total_usage":0}},"memory_stats":{"usage":7,"stats":{"inactive_file":9}}}"#;
        assert_eq!(usage(text), Some(Usage { cpu_tenths: None, memory_bytes: 7 }));
    }

    #[test]
    fn what_does_not_run_uses_nothing() {
        let stopped = r#"{"read":"0001-01-01T00:00:00Z","cpu_stats":{"cpu_usage":{"total_usage":0}},
            "precpu_stats":{"cpu_usage":{"total_usage":5},"system_cpu_usage":9},"memory_stats":{}}"#;
        assert_eq!(usage(stopped), None);
        assert_eq!(usage(r#"{"cpu_stats":null,"precpu_stats":null,"memory_stats":null}"#), None);
    }

    #[test]
    fn a_clock_or_counter_that_went_back_is_no_panic() {
        let back = r#"{"cpu_stats":{"cpu_usage":{"total_usage":1},"system_cpu_usage":5},
            "precpu_stats":{"cpu_usage":{"total_usage":9},"system_cpu_usage":9}}"#;
        assert_eq!(usage(back), Some(Usage::default()));
        let most = r#"{"cpu_stats":{"cpu_usage":{"total_usage":18446744073709551615},"system_cpu_usage":2,
            "online_cpus":4294967295},"precpu_stats":{"system_cpu_usage":2}}"#;
        assert_eq!(usage(most), Some(Usage { cpu_tenths: Some(u32::MAX), memory_bytes: 0 }));
    }
}
