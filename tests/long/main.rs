//! Tests of many rounds and many releases: `tests/run --long`.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

#[path = "../end_to_end/dashboard.rs"]
#[allow(dead_code, reason = "the tests it is shared with use more of it")]
mod dashboard;
#[path = "../end_to_end/numbered.rs"]
#[allow(dead_code, reason = "the tests it is shared with use more of it")]
mod numbered;
#[path = "../terminal/picture.rs"]
#[allow(dead_code, reason = "the tests it is shared with use more of it")]
mod picture;
#[path = "../end_to_end/place.rs"]
#[allow(dead_code, reason = "the tests it is shared with use more of it")]
mod place;
#[path = "../end_to_end/program.rs"]
#[allow(dead_code, reason = "the tests it is shared with use more of it")]
mod program;
#[path = "../terminal/pty.rs"]
#[allow(dead_code, reason = "the tests it is shared with use more of it")]
mod pty;
#[path = "../watching/rounds.rs"]
mod rounds;
#[path = "../watching/scene.rs"]
mod scene;
#[path = "../end_to_end/second_engine.rs"]
#[allow(dead_code, reason = "the tests it is shared with use more of it")]
mod second_engine;
#[path = "../support/mod.rs"]
mod support;

mod edits;
mod kills;
mod lines;
mod releases;
mod snapshots;
