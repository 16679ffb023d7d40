//! Connections that are left behind. Descriptors are counted for the whole process, so this
//! test has one of its own.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::time::{Duration, Instant};

use biostar_tui::engine::{fake::Program, port::LogRequest};
use futures_util::StreamExt as _;
use support::bench::Bench;

fn open_files() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

/// For fault 24: who stops reading leaves no connection behind, also on a quiet stream.
#[tokio::test]
async fn dropped_streams_close_their_connections() {
    let bench = Bench::docker().await;
    let id = bench.started(&bench.spec("a", Program::service())).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    let before = open_files();
    let mut streams = Vec::new();
    for _ in 0..20 {
        let request = LogRequest { follow: true, ..LogRequest::default() };
        streams.push(bench.engine.logs(&id, &request).await.unwrap().map(drop).boxed());
        streams.push(bench.engine.events(&bench.labels(), None).await.unwrap().map(drop).boxed());
    }
    for _ in 0..20 {
        let wait = tokio::time::timeout(Duration::from_millis(10), bench.engine.wait(&id)).await;
        assert!(wait.is_err());
    }
    assert!(open_files() >= before + 40);
    drop(streams);
    let deadline = Instant::now() + Duration::from_secs(10);
    while open_files() > before + 2 {
        assert!(Instant::now() < deadline, "{before} before, {} after", open_files());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
