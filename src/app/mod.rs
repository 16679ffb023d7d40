//! The dashboard as a model, messages that change it, effects that it asks for, and a view.

pub mod activity;
pub mod availability;
pub mod choice;
pub mod console_prompt;
pub mod console_view;
pub mod consoles;
pub mod done;
pub mod effect;
pub mod elsewhere;
pub mod hints;
pub mod keymap;
pub mod layout;
pub mod line;
pub mod log_effect;
pub mod log_prompt;
pub mod logs;
pub mod matching;
pub mod message;
pub mod model;
pub mod news;
pub mod next_keys;
pub mod outside;
pub mod overlays;
pub mod palette;
pub mod remedy;
pub mod task;
pub mod task_list;
pub mod update;
pub mod view;
pub mod watching;

pub use effect::Effect;
pub use keymap::Keymap;
pub use message::Msg;
pub use model::Model;
pub use update::update;
