//! `biostar-tui` runs a Django project in containers and shows it in one terminal.
//!
//! This file is the map. Rooms, and who may know whom (held by `tests/architecture.rs`):
//!
//! | room | what is in it | may import |
//! |---|---|---|
//! | [`core`] | nouns, pure: project, service, step, plan, observed state, notice | nothing of ours |
//! | [`actions`] | verbs, pure, one file each; the registry of actions | `core` |
//! | [`config`] | schema, layers, profiles, validation with line and hint | `core`, `actions` |
//! | [`engine`] | the port to the container engine; Docker's adapter and a scripted fake | `core` |
//! | [`console`] | the emulator behind a trait, key and mouse encoding, the holder's protocol | `core` |
//! | [`logs`] | decoding, sanitising, the bounded store | `core` |
//! | [`watch`] | what files have changed and what follows from it: snapshots, rules, debounce | `core` |
//! | [`components`] | one ratatui component a file | `core`, `actions`, `logs`, `console`, `config` |
//! | [`app`] | model, update, view, layout | the above |
//! | [`runtime`] | the edges: event loop, applying plans, terminal guard | all |
//! | [`cli`] | the command line built from the registry, headless printers | all |

pub mod actions;
pub mod app;
pub mod cli;
pub mod components;
pub mod config;
pub mod console;
pub mod core;
pub mod engine;
pub mod logs;
pub mod runtime;
pub mod watch;
