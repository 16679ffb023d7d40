//! The schema: one table that validation, the variables and the reference documentation
//! are read from.

pub mod json;
mod tables;
mod theme;

pub use tables::ROOT;
pub use theme::FILE as THEME_FILE;

use crate::config::value::Value;

/// A key of a table.
#[derive(Debug)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// What its value may be.
    pub kind: Kind,
    /// Its default, as it would be written; empty where there is none.
    pub default: &'static str,
    /// What it is for.
    pub doc: &'static str,
}

/// What a value may be.
#[derive(Debug)]
pub enum Kind {
    /// Text of a form.
    Text(Form),
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Integer {
        /// The least.
        least: i64,
        /// The most.
        most: i64,
    },
    /// A list of values of one kind.
    List(&'static Kind),
    /// A table with known keys.
    Table(&'static [Key]),
    /// A table whose keys are names of the user's own.
    Named(Names, &'static Kind),
    /// An array of tables.
    Entries(Merge, &'static [Key]),
    /// One of several.
    Either(&'static [Kind]),
    /// The word `false`.
    False,
    /// Whatever TOML can say.
    Anything,
}

/// How an array of tables of a later layer meets an earlier one's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Merge {
    /// Entries of one `name` field by field; others are appended.
    ByName,
    /// All are kept.
    Append,
}

/// What the keys of a table of the user's own are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    /// Anything that is not empty.
    Any,
    /// Parts of container names.
    Parts,
    /// Environment variables.
    Variables,
    /// Ids of actions.
    Actions,
}

/// The form of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Any text.
    Any,
    /// Any text that is not empty.
    Filled,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A part of a container's name.
    Part,
    /// `[ADDRESS:]PORT[:CONTAINER_PORT]`, or empty for none.
    Port,
    /// A number with `ms`, `s`, `m` or `h`.
    Duration,
    /// An amount of memory: `64m`.
    Memory,
    /// A glob.
    Glob,
    /// A regular expression with two groups.
    Progress,
    /// A command line, split as a shell does.
    Command,
    /// `SOURCE:TARGET[:ro]`.
    Mount,
    /// `http://...` or `tcp://:PORT`, or empty for none.
    Health,
    /// A dotted Python name, or empty.
    Module,
    /// A colour.
    Colour,
}

impl Kind {
    /// Whether a value has this kind's type; its form is looked at later.
    pub fn fits(&self, value: &Value) -> bool {
        match self {
            Self::Text(_) => matches!(value, Value::Text(_)),
            Self::Bool => matches!(value, Value::Bool(_)),
            Self::Integer { .. } => matches!(value, Value::Integer(_)),
            Self::List(_) | Self::Entries(..) => matches!(value, Value::List(_)),
            Self::Table(_) | Self::Named(..) => matches!(value, Value::Table(_)),
            Self::Either(kinds) => kinds.iter().any(|kind| kind.fits(value)),
            Self::False => matches!(value, Value::Bool(false)),
            Self::Anything => true,
        }
    }

    /// What it is, in words.
    pub fn describe(&self) -> String {
        match self {
            Self::Text(Form::OneOf(words)) => {
                words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(" or ")
            }
            Self::Text(_) => "text".to_owned(),
            Self::Bool => "true or false".to_owned(),
            Self::Integer { least: i64::MIN, most: i64::MAX } => "a whole number".to_owned(),
            Self::Integer { least, most } => format!("a whole number from {least} to {most}"),
            Self::List(kind) => format!("a list of {}", plural(kind)),
            Self::Table(_) | Self::Named(..) => "a table".to_owned(),
            Self::Entries(..) => "an array of tables ([[...]])".to_owned(),
            Self::Either(kinds) => kinds.iter().map(Self::describe).collect::<Vec<_>>().join(" or "),
            Self::False => "false".to_owned(),
            Self::Anything => "any value".to_owned(),
        }
    }

    /// The keys of the table (or of the tables in the array) that this is.
    pub fn keys(&self) -> Option<&'static [Key]> {
        match self {
            Self::Table(keys) | Self::Entries(_, keys) => Some(keys),
            _ => None,
        }
    }
}

fn plural(kind: &Kind) -> String {
    match kind {
        Kind::Text(_) => "texts".to_owned(),
        other => other.describe(),
    }
}

/// The key of this name.
pub fn find<'a>(keys: &'a [Key], name: &str) -> Option<&'a Key> {
    keys.iter().find(|key| key.name == name)
}

/// One line of the reference documentation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The path, `services.NAME.port`, `steps[].run`.
    pub path: String,
    /// What the value may be.
    pub kind: String,
    /// The default, as it would be written.
    pub default: &'static str,
    /// What it is for.
    pub doc: &'static str,
}

/// Every key that there is, in the order of the schema.
pub fn reference() -> Vec<Reference> {
    let mut lines = Vec::new();
    collect("", ROOT, &mut lines);
    lines
}

fn collect(prefix: &str, keys: &[Key], lines: &mut Vec<Reference>) {
    for key in keys {
        let path = format!("{prefix}{}", key.name);
        lines.push(Reference { path: path.clone(), kind: key.kind.describe(), default: key.default, doc: key.doc });
        match &key.kind {
            Kind::Table(keys) => collect(&format!("{path}."), keys, lines),
            Kind::Entries(_, keys) => collect(&format!("{path}[]."), keys, lines),
            Kind::Named(_, Kind::Table(keys)) => collect(&format!("{path}.NAME."), keys, lines),
            _ => {}
        }
    }
}
