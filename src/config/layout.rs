//! The layouts of a configuration. One that is wrong is told, and the default has its place.

use crate::{
    config::{
        document::Document,
        error::Problem,
        names,
        source::Place,
        value::{Entry, Node as Value},
    },
    core::{
        editor::Room,
        layout::{BadLayout, Leaf, Node, PRESETS},
        notice::Notice,
    },
};

/// The layouts of a configuration.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Layouts {
    /// The one at the first start.
    pub name: String,
    /// The user's own, by their names.
    pub own: Vec<(String, Node)>,
    /// Where the user's editor opens.
    pub editor: Room,
}

impl Layouts {
    /// The layout at the first start.
    pub fn first(&self) -> Node {
        let own = self.own.iter().find(|(name, _)| *name == self.name).map(|(_, node)| node.clone());
        own.or_else(|| Node::preset(&self.name)).unwrap_or_default()
    }
}

/// The layouts of a configuration, and what is wrong with them.
pub(super) fn read(document: &Document) -> (Layouts, Vec<Notice>) {
    let mut problems = Vec::new();
    let mut own = Vec::new();
    for entry in document.entries(&["layout", "own"]) {
        let text = entry.node.as_text().unwrap_or_default();
        match Node::parse(text).and_then(|node| with_services(node, text, document)) {
            Ok(node) => own.push((entry.key.clone(), node)),
            Err(bad) => problems.push(wrong(entry, &bad)),
        }
    }
    let name = document.text(&["layout", "name"]).to_owned();
    let editor = Room::parse(document.text(&["layout", "editor"])).unwrap_or_default();
    let layouts = Layouts { name, own, editor };
    let is_known = PRESETS.iter().any(|(name, _)| *name == layouts.name);
    let is_own = document.entries(&["layout", "own"]).iter().any(|entry| entry.key == layouts.name);
    if !is_known && !is_own {
        problems.push(unknown(document, &layouts));
    }
    let told = |problem: &Problem| {
        let notice = problem.notice();
        Notice { summary: format!("{}; the layout `grid` is used", notice.summary), ..notice }
    };
    (layouts, problems.iter().map(told).collect())
}

/// A layout whose logs are those of services that there are.
fn with_services(node: Node, text: &str, document: &Document) -> Result<Node, BadLayout> {
    let known = document.entries(&["services"]);
    let is_known = |name: &str| known.iter().any(|entry| entry.key == name);
    let unknown = node.leaves().into_iter().find_map(|leaf| match leaf {
        Leaf::Log(name) if !is_known(name) => Some(name.clone()),
        _ => None,
    });
    let Some(name) = unknown else { return Ok(node) };
    let start = text.find(&format!("log.{name}")).unwrap_or_default();
    let names = known.iter().map(|entry| entry.key.as_str()).collect::<Vec<_>>().join(", ");
    let message = format!("there is no service `{name}` (there are: {names})");
    Err(BadLayout { at: start..start + name.len() + "log.".len(), message })
}

fn wrong(entry: &Entry, bad: &BadLayout) -> Problem {
    let help = "services, tasks, notices, logs, log.NAME, console, console.NAME, main; `|` beside, `/` below, `+` in one \
                place, `*2` a weight";
    Problem::at(within(&entry.node, &bad.at), bad.message.clone()).help(help)
}

/// A part of a text's place: behind its quote, where it is written without escapes.
fn within(node: &Value, at: &std::ops::Range<usize>) -> Place {
    let place = &node.origin.place;
    let written = place.source.text.get(place.span.clone()).unwrap_or_default();
    let is_plain = node.as_text().is_some_and(|text| written.get(1..written.len().saturating_sub(1)) == Some(text));
    let start = place.span.start + 1;
    let span = if is_plain { start + at.start..start + at.end } else { place.span.clone() };
    Place { source: place.source.clone(), span }
}

fn unknown(document: &Document, layouts: &Layouts) -> Problem {
    let own = layouts.own.iter().map(|(name, _)| name.as_str());
    let known = PRESETS.iter().map(|(name, _)| *name).chain(own);
    let message = format!("there is no layout `{}`", crate::config::forms::short(&layouts.name));
    let place = document.at(&["layout", "name"]).map(|node| node.origin.place.clone());
    Problem { place, message, help: names::help(&layouts.name, "layouts", known) }
}
