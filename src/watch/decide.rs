//! From a batch of changes to what is done about it.

use std::{collections::BTreeMap, path::Path};

use crate::core::{
    project::Project,
    watching::{Action, Offer},
};
use crate::watch::{
    change::{Change, ChangeKind, describe},
    git::HeadMove,
    rules::{Meaning, Rules},
};

/// Changes that are looked at together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch {
    /// The files.
    pub changes: Vec<Change>,
    /// Whether git has checked something else out.
    pub head: Option<HeadMove>,
}

/// What is done about a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// The server is reloaded.
    Reload {
        /// The files, in words.
        cause: String,
    },
    /// Pages are loaded anew in browsers.
    Refresh {
        /// The files, in words.
        cause: String,
    },
    /// An action is carried out.
    Act {
        /// Which.
        action: Action,
        /// The service that it is done to.
        service: Option<String>,
        /// The files, in words.
        cause: String,
    },
    /// The user is offered an action.
    Offer(Offer),
    /// Each branch has its own database: that of one is put away, the other's is taken.
    SwitchDatabase {
        /// The branch that was left.
        from: String,
        /// The branch that is checked out.
        to: String,
    },
    /// The configuration is read anew.
    Reread {
        /// The files, in words.
        cause: String,
    },
}

/// What is done about a batch, in the order in which it is done.
pub fn decide(batch: &Batch, rules: &Rules, project: &Project) -> Vec<Decision> {
    let mut found = Found::default();
    for change in &batch.changes {
        found.take(change, rules.meaning(&change.path));
    }
    match &batch.head {
        Some(head) if !batch.changes.is_empty() => found.switched(head, project),
        _ => found.edited(),
    }
}

/// What another branch means for the database, where each has its own. Between them a commit
/// may have been checked out, as a bisection does: that goes on with the database that is there.
pub fn database(from: Option<&str>, to: Option<&str>, project: &Project) -> Option<Decision> {
    let (from, to) = from.zip(to).filter(|(from, to)| project.snapshots.per_branch && from != to)?;
    Some(Decision::SwitchDatabase { from: from.to_owned(), to: to.to_owned() })
}

/// The changed files by what they mean.
#[derive(Default)]
struct Found<'a> {
    server: Vec<&'a Path>,
    pages: Vec<&'a Path>,
    requirements: Vec<&'a Path>,
    migrations: Vec<&'a Path>,
    configuration: Vec<&'a Path>,
    images: BTreeMap<&'a str, Vec<&'a Path>>,
    own: BTreeMap<(Action, Option<&'a str>), Vec<&'a Path>>,
}

impl<'a> Found<'a> {
    fn take(&mut self, change: &'a Change, meaning: Meaning<'a>) {
        let path = change.path.as_path();
        match meaning {
            Meaning::Server => self.server.push(path),
            Meaning::Page => self.pages.push(path),
            // A requirement file that went is missed where it is named, and said there.
            Meaning::Requirements if change.kind == ChangeKind::Removed => {}
            Meaning::Requirements => self.requirements.push(path),
            Meaning::Migration => self.migrations.push(path),
            Meaning::Configuration => self.configuration.push(path),
            Meaning::Image(service) => self.images.entry(service).or_default().push(path),
            Meaning::Rule(rule) if rule.action == Action::Reload => self.server.push(path),
            Meaning::Rule(rule) if rule.action == Action::Refresh => self.pages.push(path),
            Meaning::Rule(rule) if rule.action != Action::Nothing => {
                self.own.entry((rule.action, rule.service.as_deref())).or_default().push(path);
            }
            Meaning::Rule(_) | Meaning::Nothing => {}
        }
    }

    /// What follows from edits, one by one.
    fn edited(&self) -> Vec<Decision> {
        let mut decisions = self.first();
        if !self.requirements.is_empty() {
            decisions.push(act(Action::Install, None, &self.requirements));
        }
        decisions.extend(self.offers());
        decisions
    }

    /// What is done in any case: the configuration counts for all that follows, and a reload
    /// waits for nothing.
    fn first(&self) -> Vec<Decision> {
        let mut decisions = Vec::new();
        if !self.configuration.is_empty() {
            decisions.push(Decision::Reread { cause: words(&self.configuration) });
        }
        if !self.server.is_empty() {
            decisions.push(Decision::Reload { cause: words(&self.server) });
        } else if !self.pages.is_empty() {
            // A reload has pages loaded anew, too.
            decisions.push(Decision::Refresh { cause: words(&self.pages) });
        }
        decisions.extend(self.own.iter().map(|((action, service), paths)| act(*action, *service, paths)));
        decisions
    }

    fn offers(&self) -> Vec<Decision> {
        let rebuild = |(service, paths): (&&str, &Vec<&Path>)| Offer {
            action: "rebuild",
            service: Some((*service).to_owned()),
            summary: format!("what the image of {service} is built from has changed"),
            cause: Some(words(paths)),
        };
        let migrate = Offer {
            action: "migrate",
            service: None,
            summary: "migrations have changed".to_owned(),
            cause: Some(words(&self.migrations)),
        };
        let migrate = (!self.migrations.is_empty()).then_some(migrate);
        self.images.iter().map(rebuild).chain(migrate).map(Decision::Offer).collect()
    }

    /// What follows from another commit: the server is reloaded, all else is one offer, for
    /// `up` does what is needed of it.
    fn switched(&self, head: &HeadMove, project: &Project) -> Vec<Decision> {
        let mut decisions = self.first();
        let differs = self.differs(project);
        if !differs.is_empty() {
            decisions.push(Decision::Offer(Offer {
                action: "up",
                service: None,
                summary: format!("git has switched {}", head.describe()),
                cause: Some(format!("what differs: {}", differs.join(", "))),
            }));
        }
        decisions
    }

    fn differs(&self, project: &Project) -> Vec<String> {
        let settings = module_path(&project.environment.settings);
        let count = |what: &str, count: usize| match count {
            0 => None,
            1 => Some(what.to_owned()),
            many => Some(format!("{what} ({many} files)")),
        };
        let among = |is: &dyn Fn(&Path) -> bool| self.server.iter().filter(|path| is(path)).count();
        let all = [
            count("requirements", self.requirements.len()),
            count("migrations", self.migrations.len()),
            count("models", among(&is_of_models)),
            count("settings", among(&|path| path.ends_with(&settings))),
            count("images", self.images.values().map(Vec::len).sum()),
            count("configuration", self.configuration.len()),
        ];
        all.into_iter().flatten().collect()
    }
}

fn act(action: Action, service: Option<&str>, paths: &[&Path]) -> Decision {
    Decision::Act { action, service: service.map(str::to_owned), cause: words(paths) }
}

fn words(paths: &[&Path]) -> String {
    describe(paths.iter().copied())
}

fn is_of_models(path: &Path) -> bool {
    path.ends_with("models.py") || path.parent().is_some_and(|folder| folder.ends_with("models"))
}

/// `forum.settings.dev` as a path: `forum/settings/dev.py`.
fn module_path(module: &str) -> String {
    format!("{}.py", module.replace('.', "/"))
}

#[cfg(test)]
mod tests;
