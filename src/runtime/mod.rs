//! The edges: where plans and effects meet the engine, the file system and the terminal.

pub mod actor;
pub mod apply;
pub mod bootstrap;
pub mod clock;
pub mod config_watch;
pub mod context_archive;
pub mod dashboard;
pub mod demo;
pub mod doctor;
pub mod event_loop;
pub mod facts;
pub mod follow;
pub mod followers;
pub mod host_setup;
pub mod input;
pub mod log_stream;
pub mod new_file;
pub mod observe;
pub mod ports;
pub mod receipts;
pub mod server_log;
pub mod signals;
pub mod state_folder;
pub mod terminal;
pub mod watchdog;
