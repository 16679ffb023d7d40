//! Health checks.
//!
//! API 1.41 knows no interval of its own for the time of starting, so the interval is
//! short, and the command itself goes on for two minutes once it has succeeded: a start is
//! noticed at once, and an idle service costs next to nothing.

use crate::core::{container::HealthCheck, service::Health, spec::TOOLS_DIR};

/// How often a service that is not healthy yet is looked at.
const INTERVAL_MS: u64 = 500;
/// Longer than the 120 s for which the command goes on after a success (`health.sh`).
const TIMEOUT_MS: u64 = 150_000;
/// First starts make a cluster, or import a large project.
const START_PERIOD_MS: u64 = 120_000;
/// With half a second between two checks: three seconds of failures.
const RETRIES: u32 = 6;

/// The engine's health check of a service.
pub fn check(health: &Health) -> HealthCheck {
    HealthCheck {
        health: health.clone(),
        command: command(health),
        interval_ms: INTERVAL_MS,
        timeout_ms: TIMEOUT_MS,
        start_period_ms: START_PERIOD_MS,
        retries: RETRIES,
    }
}

/// The check as a command that answers for this moment, without the rest after a success.
pub fn now(health: &Health) -> Vec<String> {
    let mut words = command(health);
    if !matches!(health, Health::Command(_)) {
        words.insert(2, "now".to_owned());
    }
    words
}

fn command(health: &Health) -> Vec<String> {
    let script = format!("{TOOLS_DIR}/health.sh");
    let words: Vec<String> = match health {
        Health::Postgres => vec!["sh".into(), script, "postgres".into()],
        Health::Tcp(port) => vec!["sh".into(), script, "tcp".into(), port.to_string()],
        Health::Http(url) => vec!["sh".into(), script, "http".into(), own_host(url)],
        Health::Command(words) => words.clone(),
    };
    words
}

/// `http://:9200/path` means the container itself.
fn own_host(url: &str) -> String {
    url.replacen("://:", "://127.0.0.1:", 1)
}
