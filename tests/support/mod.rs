//! What several test binaries share. Each uses a part of it only.
#![allow(dead_code, missing_docs, clippy::unwrap_used, clippy::expect_used)]

pub mod bench;
pub mod fault_proxy;
pub mod image;
pub mod raw;
pub mod spooled;
