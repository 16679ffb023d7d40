//! The verbs, pure: what an action is, and what plan it leads to.

pub mod adopt;
pub mod arguments;
pub mod clean;
pub mod complete;
pub mod console;
pub mod destroy;
pub mod django;
pub mod doctor;
pub mod drift;
pub mod due;
pub mod ending;
pub mod halt;
pub mod init;
pub mod inspect;
pub mod log;
pub mod migrate;
pub mod pause;
pub mod projects;
pub mod provision;
pub mod registry;
pub mod renew;
pub mod request;
pub mod retry;
pub mod screen;
pub mod snapshot;
pub mod test;
pub mod toggle;
pub mod up;
mod verbs;

pub use registry::{ACTIONS, Action};
