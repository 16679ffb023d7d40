//! What files of the project have changed, and what follows from it: pure. The edge that
//! listens to the file system is `runtime/watch`.
//!
//! Events only say where to look. A [`snapshot::Snapshot`] of the files that count tells what
//! is different, [`debounce`] and [`git`] when it is time to act, [`decide`] what is done.

pub mod change;
pub mod debounce;
pub mod decide;
pub mod filter;
pub mod git;
pub mod names;
pub mod remembered;
pub mod rules;
pub mod snapshot;

#[cfg(test)]
mod samples;
