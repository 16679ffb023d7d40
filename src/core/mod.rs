//! The nouns of the program, pure: nothing here does input or output.

pub mod connection;
pub mod container;
pub mod digest;
pub mod environment;
pub mod image;
pub mod input;
pub mod naming;
pub mod notice;
pub mod observed;
pub mod plan;
pub mod progress;
pub mod project;
pub mod secret;
pub mod service;
pub mod state;
pub mod status;
pub mod step;
