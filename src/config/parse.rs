//! From bytes to a tree of values.

use std::{ops::Range, path::Path, sync::Arc};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use crate::config::{
    error::Problem,
    source::{Layer, Origin, Place, Source},
    value::{Entry, Node, Table, Value},
};

/// The largest configuration file that is read: far more than anyone writes, little
/// enough that a wrong path (a dump, a log) is told at once.
pub const LARGEST: usize = 1 << 20;

/// The tree of a file's bytes.
///
/// # Errors
/// Every problem of its syntax: bytes that are no UTF-8, broken TOML.
pub fn file(layer: Layer, path: &Path, bytes: &[u8]) -> Result<Node, Vec<Problem>> {
    let name = path.display().to_string();
    match std::str::from_utf8(bytes) {
        Ok(text) => document(layer, &Source::file(name, text.trim_start_matches('\u{feff}'))),
        Err(error) => Err(vec![not_utf8(name, bytes, error.valid_up_to())]),
    }
}

/// The tree of a text.
///
/// # Errors
/// Every problem of its syntax.
pub fn document(layer: Layer, source: &Arc<Source>) -> Result<Node, Vec<Problem>> {
    let (table, errors) = DeTable::parse_recoverable(&source.text);
    let reader = Reader { layer, source };
    if errors.is_empty() { reader.root(&table).map_err(|problem| vec![problem]) } else { Err(reader.broken(&errors)) }
}

/// The tree of a single value written as TOML; `None` where it is none.
pub fn value(layer: Layer, source: &Arc<Source>) -> Option<Node> {
    let parsed = DeValue::parse(&source.text).ok()?;
    Reader { layer, source }.node(&parsed).ok()
}

fn not_utf8(name: String, bytes: &[u8], at: usize) -> Problem {
    let source = Source::file(name, String::from_utf8_lossy(bytes));
    let message = format!("byte {:#04x} is no UTF-8: the file is not text", bytes.get(at).unwrap_or(&0));
    Problem::at(Place { source, span: at..at + 1 }, message).help("save the file as UTF-8")
}

struct Reader<'a> {
    layer: Layer,
    source: &'a Arc<Source>,
}

impl Reader<'_> {
    fn origin(&self, span: Range<usize>) -> Origin {
        Origin { layer: self.layer, place: Place { source: Arc::clone(self.source), span } }
    }

    fn broken(&self, errors: &[toml::de::Error]) -> Vec<Problem> {
        errors
            .iter()
            .map(|error| {
                let end = self.source.text.len();
                let span = error.span().unwrap_or(end..end);
                Problem::at(self.origin(span).place, format!("this is no TOML: {}", error.message()))
            })
            .collect()
    }

    fn root(&self, table: &Spanned<DeTable<'_>>) -> Result<Node, Problem> {
        Ok(Node { value: Value::Table(self.table(table.get_ref())?), origin: self.origin(0..0) })
    }

    fn table(&self, table: &DeTable<'_>) -> Result<Table, Problem> {
        let mut entries = Vec::with_capacity(table.len());
        for (key, node) in table {
            let origin = self.origin(key.span());
            entries.push(Entry { key: key.get_ref().to_string(), origin, node: self.node(node)? });
        }
        // The parser sorts by name; services and steps are wanted in the order of the file.
        entries.sort_by_key(|entry| entry.origin.place.span.start);
        Ok(Table::of(entries))
    }

    fn node(&self, node: &Spanned<DeValue<'_>>) -> Result<Node, Problem> {
        let origin = self.origin(node.span());
        let value = match node.get_ref() {
            DeValue::Boolean(value) => Value::Bool(*value),
            DeValue::String(text) => Value::Text(text.to_string()),
            DeValue::Datetime(date) => Value::Date(date.to_string()),
            DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
                Ok(number) => Value::Integer(number),
                Err(_) => return Err(Problem::at(origin.place, "the number does not fit in 64 bits")),
            },
            DeValue::Float(number) => Value::Float(number.as_str().parse().unwrap_or(f64::NAN)),
            DeValue::Array(list) => Value::List(list.iter().map(|node| self.node(node)).collect::<Result<_, _>>()?),
            DeValue::Table(table) => Value::Table(self.table(table)?),
        };
        Ok(Node { value, origin })
    }
}
