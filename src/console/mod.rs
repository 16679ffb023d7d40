//! Terminals in panes: the emulator behind a trait of our own, what keys, mouse and pastes
//! become for the program in it, and the protocol of the holder that keeps a console alive.
//! Pure; the edges that read and write are in `runtime::console`.

pub mod alacritty;
pub mod copying;
mod decrqss;
pub mod emulator;
pub mod frame;
pub mod holder;
pub mod keys;
mod kitty;
pub mod mouse;
mod osc7;
pub mod paste;
mod prescan;

pub use alacritty::Terminal;
pub use emulator::{Emulator, Event, Source};
pub use frame::{Frame, Modes};
