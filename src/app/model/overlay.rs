//! What lies over the panes.

use crate::actions::registry::Action;
use crate::app::choice::Choice;
use crate::app::console_prompt::ConsolePrompt;
use crate::app::effect::Effect;
use crate::app::log_prompt::LogPrompt;
use crate::app::message::Page;
use crate::app::palette::Palette;
use crate::app::update::Frames;
use crate::core::progress::Question;

/// What lies over the panes. Keys go to it first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Overlay {
    /// Nothing.
    #[default]
    None,
    /// The keys.
    Help(Reading),
    /// A question.
    Question {
        /// The question.
        question: Question,
        /// What was typed so far.
        typed: String,
    },
    /// A question of the screen's own, and what is done after a Yes.
    Confirm {
        /// The question.
        question: Question,
        /// What is done.
        then: Then,
    },
    /// The palette.
    Palette(Palette),
    /// Something to read; scrolled so far.
    Page {
        /// What.
        page: Page,
        /// Lines above the view.
        offset: usize,
    },
    /// The open task.
    Task,
    /// Something about a log is typed.
    LogPrompt(LogPrompt),
    /// A search in a console is typed.
    ConsolePrompt(ConsolePrompt),
    /// The frames of a traceback.
    Frames(Frames),
    /// Rows to choose one from.
    Choice(Choice),
}

/// What a Yes leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Then {
    /// An effect.
    Carry(Effect),
    /// An action of the project is started with these words.
    Start(&'static Action, Vec<String>),
}

/// How far a help was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reading {
    /// Lines above the view.
    pub offset: usize,
    /// What is looked for; empty for all.
    pub wanted: String,
    /// Whether it is being typed.
    pub is_typed: bool,
}
