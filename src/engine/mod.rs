//! The port to the container engine, and its implementations.

pub mod connection;
pub mod docker;
pub mod endpoint;
pub mod error;
pub mod fake;
pub mod port;

pub use docker::DockerEngine;
pub use endpoint::Endpoint;
pub use error::{EngineError, ErrorKind};
pub use port::Engine;
