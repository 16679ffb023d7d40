//! The port to the container engine, and its implementations.

pub mod docker;
pub mod error;
pub mod fake;
pub mod port;

pub use error::{EngineError, ErrorKind};
pub use port::Engine;
