//! One contract for every implementation of the engine port: each behaviour runs on the
//! scripted fake and on the real engine. Without a real engine these tests fail.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

#[path = "../support/mod.rs"]
mod support;

use std::time::{Duration, Instant};

use biostar_tui::{
    core::container::FileUpload,
    engine::{
        ErrorKind,
        port::{LogLine, Result},
    },
};

/// Tests of these behaviours, each on both engines.
macro_rules! contract {
    ($($behaviour:ident),* $(,)?) => {
        mod of_the_fake {
            $(#[tokio::test]
            async fn $behaviour() {
                super::$behaviour(&crate::support::bench::Bench::fake().await).await;
            })*
        }
        mod of_docker {
            $(#[tokio::test]
            async fn $behaviour() {
                super::$behaviour(&crate::support::bench::Bench::docker().await).await;
            })*
        }
    };
}

mod attaching;
mod containers;
mod files;
mod images;
mod lives;
mod logs;
mod objects;

fn kind<T>(result: Result<T>) -> ErrorKind {
    match result {
        Ok(_) => panic!("the call was to fail"),
        Err(error) => error.kind,
    }
}

fn texts(lines: &[LogLine]) -> Vec<String> {
    lines.iter().map(|line| String::from_utf8_lossy(&line.bytes).into_owned()).collect()
}

fn text_file(path: &str, text: &str) -> FileUpload {
    FileUpload { path: path.into(), mode: 0o640, uid: 1000, gid: 1001, content: text.into() }
}

fn command(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// Polls until it holds; what an engine notes may come a moment later.
async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let begin = Instant::now();
    while !holds().await {
        assert!(begin.elapsed() < Duration::from_secs(10), "not within 10 s: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
