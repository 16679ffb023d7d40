//! The schema for editors: JSON Schema, draft 2020-12, which Even Better TOML and Taplo read.

use serde_json::{Map, Value, json};

use crate::config::schema::{Form, Key, Kind, ROOT};
use crate::config::{
    parse,
    source::{Layer, Source},
};

/// The schema of `biostar-tui.toml` and of the user's `config.toml`.
pub fn schema() -> Value {
    let mut schema = table(ROOT);
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema".into();
    schema["title"] = "biostar-tui".into();
    schema
}

fn table(keys: &[Key]) -> Value {
    let properties: Map<String, Value> = keys.iter().map(|key| (key.name.to_owned(), property(key))).collect();
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

fn property(key: &Key) -> Value {
    let mut value = kind(&key.kind);
    value["description"] = key.doc.into();
    if let Some(default) = parse::value(Layer::Default, &Source::value("schema", key.default)) {
        value["default"] = default.to_json();
    }
    value
}

fn kind(kind: &Kind) -> Value {
    match kind {
        Kind::Text(Form::OneOf(words)) => json!({ "enum": words }),
        Kind::Text(_) => json!({ "type": "string" }),
        Kind::Bool => json!({ "type": "boolean" }),
        Kind::Integer { least, most } => json!({ "type": "integer", "minimum": least, "maximum": most }),
        Kind::List(inner) => json!({ "type": "array", "items": self::kind(inner) }),
        Kind::Table(keys) => table(keys),
        Kind::Named(_, inner) => json!({ "type": "object", "additionalProperties": self::kind(inner) }),
        Kind::Entries(_, keys) => json!({ "type": "array", "items": table(keys) }),
        Kind::Either(kinds) => json!({ "anyOf": kinds.iter().map(self::kind).collect::<Vec<_>>() }),
        Kind::False => json!({ "const": false }),
        Kind::Anything => json!({}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::schema::reference;

    #[test]
    fn every_key_is_in_it() {
        let schema = schema();
        for line in reference() {
            let path = line.path.split('.').flat_map(|part| match part {
                "NAME" => vec!["additionalProperties".to_owned()],
                part => match part.strip_suffix("[]") {
                    Some(part) => vec!["properties".to_owned(), part.to_owned(), "items".to_owned()],
                    None => vec!["properties".to_owned(), part.to_owned()],
                },
            });
            let pointer: String = path.map(|part| format!("/{part}")).collect();
            assert!(schema.pointer(&pointer).is_some(), "{pointer}");
        }
        assert_eq!(schema.pointer("/properties/theme/properties/name/default"), Some(&"auto".into()));
    }
}
