//! The edges: terminal, event loop, and what keeps the model in touch with the engine.

pub mod clock;
pub mod dashboard;
pub mod event_loop;
pub mod follow;
pub mod followers;
pub mod input;
pub mod log_stream;
pub mod signals;
pub mod terminal;
pub mod watchdog;
