//! The layer of `BIOSTAR_TUI_*` variables.

use std::{collections::BTreeMap, sync::Arc};

use crate::config::{
    error::Problem,
    merge, names, parse,
    schema::{self, Key, Kind, Merge, Names},
    source::{Layer, Origin, Place, Source},
    value::{Entry, Node, Table, Value},
};

const PREFIX: &str = "BIOSTAR_TUI_";

/// The layer of all variables. `known` is what the layers below say: names of the user's
/// own are found in it whatever their case.
///
/// # Errors
/// Every variable that names no key.
pub fn layer(variables: &BTreeMap<String, String>, known: &Node) -> Result<Node, Vec<Problem>> {
    let mut layer = Node::table(Origin::whole(Layer::Variable, &Source::value("variables", "")));
    let mut problems = Vec::new();
    for (name, text) in variables {
        let Some(path) = name.strip_prefix(PREFIX) else { continue };
        let source = Source::value(name, text);
        let variable = Variable { source: &source };
        match variable.node(path, known) {
            Some(node) => merge::documents(&mut layer, node),
            None => problems.extend(unknown(name, path, &source)),
        }
    }
    if problems.is_empty() { Ok(layer) } else { Err(problems) }
}

/// A name without `__` that is near no key is not meant for the configuration: the
/// program has other variables.
fn unknown(name: &str, path: &str, source: &Arc<Source>) -> Option<Problem> {
    let known: Vec<String> = schema::reference().iter().filter_map(|line| spelled(&line.path)).collect();
    let near = names::nearest(name, known.iter().map(String::as_str));
    if near.is_none() && !path.contains("__") {
        return None;
    }
    let help = near.map(|near| format!("did you mean `{near}`?"));
    let fallback = "the path of a key in capitals, two underscores between its parts: BIOSTAR_TUI_ENGINE__HOST";
    Some(Problem::at(Place::whole(source), "this variable names no key").help(fallback).maybe_help(help))
}

fn spelled(path: &str) -> Option<String> {
    let plain = path.contains('.') && !path.contains("NAME") && !path.contains('[');
    plain.then(|| format!("{PREFIX}{}", path.replace('.', "__").to_uppercase()))
}

struct Variable<'a> {
    source: &'a Arc<Source>,
}

impl Variable<'_> {
    fn origin(&self) -> Origin {
        let span = 0..self.source.text.len();
        Origin { layer: Layer::Variable, place: Place { source: Arc::clone(self.source), span } }
    }

    fn node(&self, path: &str, known: &Node) -> Option<Node> {
        let parts: Vec<&str> = path.split("__").collect();
        self.descend(&Kind::Table(schema::ROOT), &parts, Some(known))
    }

    fn descend(&self, kind: &Kind, parts: &[&str], known: Option<&Node>) -> Option<Node> {
        let Some((part, rest)) = parts.split_first() else { return self.leaf(kind) };
        match kind {
            Kind::Table(keys) => self.key(keys, part, rest, known),
            Kind::Named(names, inner) => {
                let name = name_of(*names, part, known);
                let node = self.descend(inner, rest, known.and_then(|known| known.at(&[&name])))?;
                Some(self.table(vec![(name, node)]))
            }
            Kind::Entries(Merge::ByName, keys) => self.entry(keys, part, rest, known),
            Kind::Either(kinds) => kinds.iter().find_map(|kind| self.descend(kind, parts, known)),
            _ => None,
        }
    }

    fn key(&self, keys: &[Key], part: &str, rest: &[&str], known: Option<&Node>) -> Option<Node> {
        let key = schema::find(keys, &part.to_lowercase())?;
        let node = self.descend(&key.kind, rest, known.and_then(|known| known.at(&[key.name])))?;
        Some(self.table(vec![(key.name.to_owned(), node)]))
    }

    fn entry(&self, keys: &[Key], part: &str, rest: &[&str], known: Option<&Node>) -> Option<Node> {
        let declared = known.and_then(Node::as_list).unwrap_or_default();
        let names = declared.iter().filter_map(|node| node.at(&["name"])?.as_text());
        let name = same_name(part, names).unwrap_or_else(|| part.to_lowercase());
        let (field, rest) = rest.split_first()?;
        let mut node = self.key(keys, field, rest, None)?;
        let name = Node::text(name, self.origin());
        node.table_mut().insert(Entry { key: "name".to_owned(), origin: self.origin(), node: name });
        Some(Node { value: Value::List(vec![node]), origin: self.origin() })
    }

    fn table(&self, entries: Vec<(String, Node)>) -> Node {
        let entries = entries.into_iter().map(|(key, node)| Entry { key, origin: self.origin(), node }).collect();
        Node { value: Value::Table(Table::of(entries)), origin: self.origin() }
    }

    /// A text is taken as it is where text is allowed: a port or a password is no TOML.
    fn leaf(&self, kind: &Kind) -> Option<Node> {
        if matches!(kind, Kind::Table(_) | Kind::Entries(..)) {
            return None;
        }
        let text = Node::text(self.source.text.clone(), self.origin());
        let looks_like_toml = matches!(self.source.text.trim().chars().next(), Some('[' | '{'))
            || matches!(self.source.text.trim(), "true" | "false");
        if kind.fits(&text.value) && !looks_like_toml {
            return Some(text);
        }
        let parsed = parse::value(Layer::Variable, self.source).filter(|node| kind.fits(&node.value));
        Some(parsed.unwrap_or(text))
    }
}

fn name_of(names: Names, part: &str, known: Option<&Node>) -> String {
    let declared = known.and_then(Node::as_table).map(Table::entries).unwrap_or_default();
    let same = same_name(part, declared.iter().map(|entry| entry.key.as_str()));
    same.unwrap_or_else(|| match names {
        Names::Parts | Names::Actions => part.to_lowercase(),
        Names::Any | Names::Variables => part.to_owned(),
    })
}

/// The declared name that a variable's part means: it can say neither `-` nor small letters.
fn same_name<'n>(part: &str, mut declared: impl Iterator<Item = &'n str>) -> Option<String> {
    let plain = |name: &str| name.to_lowercase().replace(['-', '.'], "_");
    declared.find(|name| plain(name) == plain(part)).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Node {
        let text = "[services.my-worker]\n[[steps]]\nname = \"re-index\"\n[services.my-worker.env]\nMODE = \"x\"";
        parse::document(Layer::Project, &Source::file("f", text)).expect("TOML")
    }

    fn layer_of(pairs: &[(&str, &str)]) -> Result<serde_json::Value, Vec<String>> {
        let variables = pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        let layer = layer(&variables, &known());
        layer.map(|node| node.to_json()).map_err(|all| all.iter().map(|p| p.notice().to_string()).collect())
    }

    #[test]
    fn paths_and_values() {
        let layer = layer_of(&[
            ("BIOSTAR_TUI_ENGINE__HOST", "unix:///x"),
            ("BIOSTAR_TUI_ENVIRONMENTS__DEVELOPMENT__REQUIREMENTS", "[\"a.txt\"]"),
            ("BIOSTAR_TUI_SERVICES__MY_WORKER__ENV__MODE", "0x10"),
            ("BIOSTAR_TUI_SERVICES__MY_WORKER__ENABLED", "false"),
            ("BIOSTAR_TUI_SERVICES__WEB__PORT", "8001"),
            ("BIOSTAR_TUI_STEPS__RE_INDEX__WHEN", "always"),
            ("PATH", "/bin"),
        ]);
        let wanted = serde_json::json!({
            "engine": { "host": "unix:///x" },
            "environments": { "development": { "requirements": ["a.txt"] } },
            "services": { "my-worker": { "enabled": false, "env": { "MODE": "0x10" } }, "web": { "port": "8001" } },
            "steps": [{ "name": "re-index", "when": "always" }],
        });
        assert_eq!(layer, Ok(wanted));
    }

    #[test]
    fn unknown_variables() {
        let problems = layer_of(&[("BIOSTAR_TUI_ENGINE_HOST", "x"), ("BIOSTAR_TUI_A__B", "x")]).expect_err("unknown");
        assert_eq!(problems.len(), 2);
        assert!(problems[1].contains("did you mean `BIOSTAR_TUI_ENGINE__HOST`?"), "{}", problems[1]);
        assert_eq!(layer_of(&[("BIOSTAR_TUI_LOG", "debug")]), Ok(serde_json::json!({})));
    }
}
