//! Tests of many rounds and many releases: `tests/run --long`.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

#[path = "../end_to_end/place.rs"]
#[allow(dead_code)]
mod place;
#[path = "../end_to_end/program.rs"]
#[allow(dead_code)]
mod program;
#[path = "../support/mod.rs"]
mod support;

mod kills;
mod releases;
