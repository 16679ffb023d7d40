//! The watcher on real files and a scripted engine: what editors, git and formatters do
//! leads to the right number of reloads.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

mod editors;
mod git;
mod limits;
mod moments;
mod rounds;
mod scene;
mod seats;
mod stage;
