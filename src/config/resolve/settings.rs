//! What only the client's side reads: keys, theme, watch rules.

use std::collections::BTreeMap;

use crate::{
    config::{
        document::Document,
        fields::Fields,
        layout::{self, Layouts},
        questions::{self, Questions},
        resolve::{Findings, watch},
        value::{Node, Value},
    },
    core::{notice::Notice, service::Service, theme::Appearance, watching::Rule},
};

/// Keys by the id of their action; an action that is not in it keeps its own.
pub type Keys = BTreeMap<String, Vec<String>>;

/// What only the client's side reads.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    /// The user's keys.
    pub keys: Keys,
    /// How the dashboard looks.
    pub appearance: Appearance,
    /// Where its panes go.
    pub layouts: Layouts,
    /// What the dashboard asks first.
    pub questions: Questions,
    /// What happens when files are saved.
    pub watch: Vec<Rule>,
    /// Bounds of the logs.
    pub logs: LogBounds,
}

/// Bounds of the logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogBounds {
    /// Bytes of memory for all services together.
    pub memory: usize,
    /// Lines of each service in memory.
    pub lines: usize,
    /// Bytes on disk for all services together; 0 for no spool.
    pub spool: u64,
}

impl Default for LogBounds {
    fn default() -> Self {
        Self { memory: 64 * 1024 * 1024, lines: 100_000, spool: 512 * 1024 * 1024 }
    }
}

pub(super) fn resolve(document: &Document, services: &[Service], findings: &mut Findings) -> Settings {
    let rules = document.tables("watch").map(|(table, origin)| Fields { table, origin });
    Settings {
        keys: document.entries(&["keys"]).iter().map(|entry| (entry.key.clone(), keys(&entry.node))).collect(),
        // Themes are files; who reads those fills it in.
        appearance: Appearance::default(),
        layouts: told(layout::read(document), findings),
        questions: told(questions::read(document), findings),
        watch: rules.filter_map(|fields| watch::rule(&fields, services, findings)).collect(),
        logs: log_bounds(document),
    }
}

/// What was read; what is wrong with it is told.
fn told<T>((read, notices): (T, Vec<Notice>), findings: &mut Findings) -> T {
    findings.notices.extend(notices);
    read
}

fn keys(node: &Node) -> Vec<String> {
    match &node.value {
        Value::Text(text) => vec![text.clone()],
        _ => node.as_list().unwrap_or_default().iter().filter_map(Node::as_text).map(str::to_owned).collect(),
    }
}

/// Bytes in a mebibyte.
const MIB: u64 = 1024 * 1024;

fn log_bounds(document: &Document) -> LogBounds {
    let default = LogBounds::default();
    let number = |key| document.at(&["logs", key]).and_then(Node::as_integer).and_then(|n| u64::try_from(n).ok());
    // A number that memory cannot count is no bound at all.
    let size = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    LogBounds {
        memory: number("memory").map_or(default.memory, |mib| size(mib * MIB)),
        lines: number("lines").map_or(default.lines, size),
        spool: number("spool").map_or(default.spool, |mib| mib * MIB),
    }
}
