//! Commands of the profiles, made those of the project.

use crate::{
    config::{fields::Fields, source::Layer},
    core::service::{Service, ServiceKind},
};

/// What a profile cannot know of the project.
#[derive(Debug, Clone, Copy)]
pub(super) struct BuiltIn<'a> {
    /// The folder of `manage.py`, where there is one.
    pub(super) manage: Option<&'a str>,
    /// The Python of Django's image.
    python: &'a str,
}

impl<'a> BuiltIn<'a> {
    /// For a project with these services.
    pub(super) fn new(services: &'a [Service], manage: Option<&'a str>) -> Self {
        let django = services.iter().find(|service| service.enabled && service.kind == ServiceKind::Django);
        Self { manage, python: django.and_then(|service| service.python.as_deref()).unwrap_or("python3") }
    }

    /// The command of a field. That of a profile is run by the project's Python, with the
    /// project's `manage.py`, wherever it is; one that the project writes stays as it is.
    pub(super) fn command(&self, fields: &Fields<'_>, key: &str) -> Vec<String> {
        let command = fields.command(key);
        if is_built_in(fields, key) { command.into_iter().map(|word| self.word(word)).collect() } else { command }
    }

    fn word(&self, word: String) -> String {
        match (word.as_str(), self.manage) {
            ("python3", _) => self.python.to_owned(),
            ("manage.py", Some(folder)) if folder != "." => format!("{folder}/{word}"),
            _ => word,
        }
    }
}

/// Whether a field is a profile's.
pub(super) fn is_built_in(fields: &Fields<'_>, key: &str) -> bool {
    fields.get(key).is_some_and(|node| node.origin.layer == Layer::Profile)
}
