//! Paths and queries of requests.

use std::fmt::Write as _;

use crate::{core::observed::Timestamp, engine::port::LabelFilter};

/// A request's path with its query.
#[derive(Debug, Clone)]
pub(super) struct Path {
    text: String,
    asked: bool,
}

impl From<&str> for Path {
    fn from(path: &str) -> Self {
        Self { text: path.to_owned(), asked: path.contains('?') }
    }
}

impl From<String> for Path {
    fn from(text: String) -> Self {
        Self { asked: text.contains('?'), text }
    }
}

impl Path {
    /// `/<kind>/<name>`, the name encoded.
    pub(super) fn of(kind: &str, name: &str) -> Self {
        Self { text: format!("/{kind}/{}", encoded(name)), asked: false }
    }

    /// The same with one more part.
    pub(super) fn part(mut self, part: &str) -> Self {
        self.text.push('/');
        self.text.push_str(part);
        self
    }

    /// The same with one more parameter.
    pub(super) fn with(mut self, key: &str, value: impl AsRef<str>) -> Self {
        self.text.push(if self.asked { '&' } else { '?' });
        self.asked = true;
        // Writing to a string cannot fail.
        let _ = write!(self.text, "{key}={}", encoded(value.as_ref()));
        self
    }

    /// The same with one more parameter whose value is encoded already: bytes that are no
    /// text cannot be written otherwise.
    pub(super) fn with_encoded(mut self, key: &str, value: &str) -> Self {
        self.text.push(if self.asked { '&' } else { '?' });
        self.asked = true;
        self.text.push_str(key);
        self.text.push('=');
        self.text.push_str(value);
        self
    }

    /// The same with one more parameter, where there is a value.
    pub(super) fn maybe(self, key: &str, value: Option<impl AsRef<str>>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// The same with a filter by labels.
    pub(super) fn labels(self, labels: &LabelFilter) -> Self {
        if labels.is_empty() { self } else { self.with("filters", label_filter(labels)) }
    }
}

impl std::fmt::Display for Path {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

fn encoded(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~/:".contains(&byte) {
            out.push(byte.into());
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

fn label_filter(labels: &LabelFilter) -> String {
    let words: Vec<String> = labels
        .iter()
        .map(|(key, value)| if value.is_empty() { key.clone() } else { format!("{key}={value}") })
        .collect();
    serde_json::json!({ "label": words }).to_string()
}

/// A moment as the engine's queries want it: `<seconds>.<nine digits>`.
pub(super) fn moment(time: Timestamp) -> String {
    let time = time.max(0);
    format!("{}.{:09}", time / 1_000_000_000, time % 1_000_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_encoded() {
        let path = Path::of("images", "a/b:c").part("json").with("x", "1 &=ü").with("y", "z");
        assert_eq!(path.to_string(), "/images/a/b:c/json?x=1%20%26%3D%C3%BC&y=z");
    }

    #[test]
    fn labels_without_a_value_ask_for_the_key() {
        let labels = [("a", "1"), ("b", "")].map(|(key, value)| (key.to_owned(), value.to_owned())).into();
        assert_eq!(label_filter(&labels), r#"{"label":["a=1","b"]}"#);
    }

    #[test]
    fn moments_have_nine_digits() {
        assert_eq!(moment(1_700_000_000_000_000_123), "1700000000.000000123");
        assert_eq!(moment(-5), "0.000000000");
    }
}
