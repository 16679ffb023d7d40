//! End to end: the built program against the real engine. Each test brings up a project of
//! its own (names and ports of its own, its state in a temporary folder), walks through
//! what a user would do, and removes what it has made. Without an engine these tests fail.
//!
//! A test binary runs as many tests at once as there are cores, so a walk may be long: one
//! project that is brought up once is cheaper than five.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

#[path = "../support/mod.rs"]
mod support;

mod engine_restart;
mod exits;
mod first_light;
mod interrupted;
mod own_services;
mod owners;
mod place;
mod production;
mod program;
mod second_engine;
mod secrets;
mod side_by_side;
