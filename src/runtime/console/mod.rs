//! Consoles at the edges: containers that are started and attached to, local terminals, and
//! the tasks that read them.

pub mod alone;
pub mod clients;
pub mod consoles;
mod greeting;
mod link;
pub mod local;
mod open;
pub mod prompts;
mod session;
mod writer;

pub use consoles::Consoles;
pub use link::{Heard, Link};
pub use open::{Found, Ground, Target, Wanted, attach, ensure};
