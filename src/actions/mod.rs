//! The verbs, pure: what an action is, and what plan it leads to.

pub mod destroy;
pub mod doctor;
pub mod due;
pub mod halt;
pub mod init;
pub mod pause;
pub mod provision;
pub mod registry;
pub mod renew;
pub mod request;
pub mod screen;
pub mod up;
mod verbs;

pub use registry::{ACTIONS, Action};
