//! The edges: where plans and effects meet the engine, the file system and the terminal.

pub mod apply;
pub mod bootstrap;
pub mod context_archive;
pub mod demo;
pub mod facts;
pub mod host_setup;
pub mod observe;
pub mod ports;
pub mod receipts;
pub mod state_folder;
