//! End to end: the built program against the real engine. Each test brings up a project of
//! its own (names and ports of its own, its state in a temporary folder), walks through
//! what a user would do, and removes what it has made. Without an engine these tests fail.
//!
//! A test binary runs as many tests at once as there are cores, so a walk may be long: one
//! project that is brought up once is cheaper than five.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

#[path = "../terminal/picture.rs"]
mod picture;
#[path = "../terminal/pty.rs"]
#[allow(dead_code, reason = "the terminal's own tests use more of it")]
mod pty;
#[path = "../support/mod.rs"]
mod support;

mod adopt;
mod branches;
mod browser;
mod cancelled;
mod consoles;
mod dashboard;
mod databases;
mod engine_restart;
mod exact;
mod exits;
mod first_light;
mod full_disk;
mod hostile;
mod interrupted;
mod memory;
#[allow(dead_code, reason = "the long tier uses more of it")]
mod numbered;
mod own_services;
mod owners;
mod pictures;
mod place;
mod production;
mod program;
mod read_only;
mod reconnecting;
mod reloading;
mod restart_loop;
mod second_engine;
mod secrets;
mod side_by_side;
mod spirit;
mod two_dashboards;
