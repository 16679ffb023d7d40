//! Rows to choose one from, and what each of them leads to.

use std::path::PathBuf;

use crate::app::done;
use crate::app::effect::{Asked, Whose};
use crate::app::model::Model;
use crate::core::holdings::{Holdings, Known};
use crate::core::project::Project;
use crate::logs::sanitise::plain;

/// Rows to choose one from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What they are.
    pub title: String,
    /// What the keys do with them.
    pub hint: &'static str,
    /// The rows.
    pub rows: Vec<Row>,
    /// The chosen one.
    pub selected: usize,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its text, sanitised.
    pub text: String,
    /// What it leads to.
    pub leads: Leads,
}

/// What a row leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leads {
    /// The same is done again.
    Again(Asked),
    /// Another project's dashboard.
    Dashboard(Whose),
    /// Nowhere, and why.
    Nowhere(String),
}

/// What was done from here, the newest first; `None` where nothing was.
pub fn history(model: &Model) -> Option<Choice> {
    let row = |done: &done::Done| Row { text: done.line(model.now), leads: Leads::Again(done.asked.clone()) };
    let rows: Vec<Row> = model.done.iter().rev().map(row).collect();
    (!rows.is_empty()).then(|| Choice {
        title: "what was done, and what does the same on the command line".to_owned(),
        hint: " enter does it again · esc closes ",
        rows,
        selected: 0,
    })
}

/// All projects of an engine; this one is chosen. `None` where there are none.
pub fn projects(held: &Holdings, here: &Project) -> Option<Choice> {
    let known = held.projects();
    let is_here = |it: &Known| {
        it.owner.root == here.root.display().to_string()
            && it.owner.environment == here.environment.name
            && it.owner.host == held.host
    };
    let selected = known.iter().position(is_here).unwrap_or(0);
    let row = |(it, line): (&Known, String)| {
        let mark = if is_here(it) { "●" } else { " " };
        Row { text: plain(&format!("{mark} {line}")), leads: leads(held, it, is_here(it)) }
    };
    let rows: Vec<Row> = known.iter().zip(held.project_lines(&known)).map(row).collect();
    (!rows.is_empty()).then(|| Choice {
        title: "biostar-tui projects".to_owned(),
        hint: " enter goes to its dashboard · esc closes ",
        rows,
        selected,
    })
}

fn leads(held: &Holdings, it: &Known, is_here: bool) -> Leads {
    let owner = &it.owner;
    if is_here {
        Leads::Nowhere("it is shown already".to_owned())
    } else if owner.host != held.host {
        Leads::Nowhere("its folder is on another host".to_owned())
    } else if it.is_gone {
        Leads::Nowhere(format!("its folder {} is gone", plain(&owner.root)))
    } else {
        Leads::Dashboard(Whose { root: Some(PathBuf::from(&owner.root)), environment: owner.environment.clone() })
    }
}
