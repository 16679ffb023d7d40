//! The nouns of the program, pure: nothing here does input or output.

pub mod assets;
pub mod connection;
pub mod container;
pub mod digest;
pub mod doctor;
pub mod environment;
pub mod facts;
pub mod image;
pub mod input;
pub mod naming;
pub mod notice;
pub mod observed;
pub mod overview;
pub mod plan;
pub mod progress;
pub mod project;
pub mod report;
pub mod secret;
pub mod service;
pub mod spec;
pub mod state;
pub mod status;
pub mod step;
