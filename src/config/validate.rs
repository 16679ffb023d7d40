//! Holds a tree of values against the schema; every misfit is told, not the first alone.

use crate::config::{
    error::Problem,
    forms, names,
    schema::{self, Form, Key, Kind, Merge, Names},
    source::Place,
    value::{Node, Table, Value},
};

/// Every problem of a document. A bad colour or the name of an action that does not exist is none that
/// a project cannot live with: who lays colours over the theme, or binds keys, tells of it.
pub fn document(root: &Node) -> Vec<Problem> {
    let mut check = Check { colours: Colours::Unchecked, problems: Vec::new() };
    check.node("", root, &Kind::Table(schema::ROOT));
    check.problems
}

/// Every problem of a tree that is to be of this kind.
pub fn against(root: &Node, kind: &Kind) -> Vec<Problem> {
    let mut check = Check { colours: Colours::Checked, problems: Vec::new() };
    check.node("", root, kind);
    check.problems
}

/// Whether bad colours are problems.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Colours {
    Checked,
    Unchecked,
}

struct Check {
    colours: Colours,
    problems: Vec<Problem>,
}

impl Check {
    fn say(&mut self, place: &Place, message: String, help: Option<String>) {
        self.problems.push(Problem::at(place.clone(), message).maybe_help(help));
    }

    fn node(&mut self, path: &str, node: &Node, kind: &Kind) {
        if !kind.fits(&node.value) {
            return self.wrong_type(path, node, kind);
        }
        match (kind, &node.value) {
            (Kind::Text(form), Value::Text(text)) => self.text(node, *form, text),
            (Kind::Integer { least, most }, Value::Integer(number)) if number < least || number > most => {
                let message = format!("`{path}` must be {}", kind.describe());
                self.say(&node.origin.place, message, None);
            }
            (Kind::List(kind), Value::List(list)) => list.iter().for_each(|node| self.node(path, node, kind)),
            (Kind::Entries(merge, keys), Value::List(list)) => self.entries(path, list, *merge, keys),
            (Kind::Table(keys), Value::Table(table)) => self.table(path, table, keys),
            (Kind::Named(names, kind), Value::Table(table)) => self.named(path, table, *names, kind),
            (Kind::Either(kinds), value) => {
                if let Some(kind) = kinds.iter().find(|kind| kind.fits(value)) {
                    self.node(path, node, kind);
                }
            }
            _ => {}
        }
    }

    fn wrong_type(&mut self, path: &str, node: &Node, kind: &Kind) {
        let message = format!("`{path}` must be {}, this is {}", kind.describe(), node.value.describe());
        self.say(&node.origin.place, message, spelling(path, &node.value, kind));
    }

    fn text(&mut self, node: &Node, form: Form, text: &str) {
        if form == Form::Colour && self.colours == Colours::Unchecked {
            return;
        }
        if let Err(misfit) = forms::check(form, text) {
            self.say(&node.origin.place, misfit.message, misfit.help);
        }
    }

    fn table(&mut self, path: &str, table: &Table, keys: &'static [Key]) {
        for entry in table.entries() {
            let inner = join(path, &entry.key);
            match schema::find(keys, &entry.key) {
                Some(key) => self.node(&inner, &entry.node, &key.kind),
                None => self.unknown(path, &entry.key, &entry.origin.place, keys),
            }
        }
    }

    fn unknown(&mut self, path: &str, name: &str, place: &Place, keys: &[Key]) {
        let table = if path.is_empty() { "at the top level".to_owned() } else { format!("in `{path}`") };
        let message = format!("unknown key `{}` {table}", forms::short(name));
        self.say(place, message, names::help(name, "known keys", keys.iter().map(|key| key.name)));
    }

    fn named(&mut self, path: &str, table: &Table, names: Names, kind: &Kind) {
        for entry in table.entries() {
            self.name(&entry.key, &entry.origin.place, names);
            self.node(&join(path, &entry.key), &entry.node, kind);
        }
    }

    fn name(&mut self, name: &str, place: &Place, names: Names) {
        let misfit = match names {
            Names::Any => forms::check(Form::Filled, name).err(),
            Names::Parts => forms::check(Form::Part, name).err(),
            Names::Variables => variable_name(name).err(),
            Names::Actions => None,
        };
        if let Some(misfit) = misfit {
            self.say(place, misfit.message, misfit.help);
        }
    }

    fn entries(&mut self, path: &str, list: &[Node], merge: Merge, keys: &'static [Key]) {
        let mut seen: Vec<&str> = Vec::new();
        for node in list {
            let Some(table) = node.as_table() else {
                self.wrong_type(path, node, &Kind::Table(&[]));
                continue;
            };
            self.table(path, table, keys);
            if merge == Merge::ByName {
                self.named_once(path, node, table, &mut seen);
            }
        }
    }

    fn named_once<'n>(&mut self, path: &str, node: &Node, table: &'n Table, seen: &mut Vec<&'n str>) {
        match table.get("name") {
            None => self.say(
                &node.origin.place,
                format!("this `[[{path}]]` has no name"),
                Some("add name = \"...\"".to_owned()),
            ),
            Some(name) => match name.as_text() {
                Some(text) if seen.contains(&text) => {
                    let message = format!("`{}` is declared twice in `[[{path}]]`", forms::short(text));
                    self.say(&name.origin.place, message, Some("put both into one".to_owned()));
                }
                text => seen.extend(text),
            },
        }
    }
}

/// How a value of the wrong type is easily meant.
fn spelling(path: &str, value: &Value, kind: &Kind) -> Option<String> {
    match (kind, value) {
        (Kind::List(Kind::Text(_)), Value::Text(text)) => {
            Some(format!("a list has brackets: [\"{}\"]", forms::short(text)))
        }
        (Kind::Entries(..), Value::Table(table)) => {
            let name = table.entries().first().map_or("...", |entry| &entry.key);
            Some(format!("[[{path}]]\nname = \"{}\"", forms::short(name)))
        }
        _ => None,
    }
}

fn variable_name(name: &str) -> Result<(), forms::Misfit> {
    if !name.is_empty() && !name.contains(['=', '\0']) && !name.chars().any(char::is_whitespace) {
        return Ok(());
    }
    Err(forms::Misfit { message: format!("`{}` is no name of a variable", forms::short(name)), help: None })
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{}", forms::short(key)) }
}
