//! The dashboard as a model, messages that change it, effects that it asks for, and a view.

pub mod availability;
pub mod effect;
pub mod keymap;
pub mod layout;
pub mod message;
pub mod model;
pub mod update;
pub mod view;

pub use effect::Effect;
pub use keymap::Keymap;
pub use message::Msg;
pub use model::Model;
pub use update::update;
