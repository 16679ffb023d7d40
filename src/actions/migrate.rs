//! `migrate` with arguments, `makemigrations`: what they do to a database that has data.

use crate::actions::{
    destroy, provision,
    registry::{Action, Argument, Asks, Form, Needs, Scope},
    request::Prepared,
    snapshot,
    up::Intent,
};
use crate::core::{
    facts::Facts,
    observed::Observed,
    plan::{Plan, PlanKind, Refusal},
    project::Project,
    spec::TOOLS_DIR,
};

/// `migrate`.
pub const MIGRATE: Action = Action {
    id: "migrate",
    summary: "Run Django's migrate now",
    details: "With arguments: `migrate forum 0002`. Going back asks first, and takes a snapshot before.",
    keys: &["m"],
    arguments: &[
        Argument { name: "arguments", help: "An app, and a migration in it", short: None, form: Form::Trailing },
        DRY_RUN,
    ],
    scope: Scope::Everywhere,
    asks: Asks::BeforeLoss,
    needs: Needs::Engine,
};

/// `makemigrations`.
pub const MAKEMIGRATIONS: Action = Action {
    id: "makemigrations",
    summary: "Write migrations for models that have changed",
    details: "What it would have to ask for, a default or whether a field was renamed, it leaves out or refuses: \
              `console bash` has a terminal for that. With South it is schemamigration --auto.",
    keys: &[],
    arguments: &[
        Argument { name: "arguments", help: "Apps, or flags like --merge", short: None, form: Form::Trailing },
        DRY_RUN,
    ],
    scope: Scope::Everywhere,
    asks: Asks::Never,
    needs: Needs::Engine,
};

/// `migrations`.
pub const MIGRATIONS: Action = Action {
    id: "migrations",
    summary: "List what the database and the code have not in common",
    details: "Pending migrations, those that the database has and the code of this branch has not, apps whose \
              migrations conflict, and changes of models that no migration makes yet.",
    keys: &["J"],
    arguments: &[],
    scope: Scope::Shown,
    asks: Asks::Never,
    needs: Needs::Engine,
};

const DRY_RUN: Argument =
    Argument { name: "dry-run", help: "Print the plan and change nothing", short: None, form: Form::Switch };

/// `migrate` with arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migrate {
    /// The words behind it.
    pub words: Vec<String>,
    /// Production may be touched.
    pub allow_production: bool,
}

impl Migrate {
    /// The app and the migration that it goes to, where it goes to one and does so really.
    pub fn target(&self) -> Option<(&str, &str)> {
        const ONLY_TOLD: &[&str] = &["--fake", "--plan", "--list", "-l", "--check"];
        if self.words.iter().any(|word| ONLY_TOLD.contains(&word.as_str())) {
            return None;
        }
        match self.words.iter().filter(|word| !word.starts_with('-')).collect::<Vec<_>>().as_slice() {
            [app, target] => Some((app, target)),
            _ => None,
        }
    }

    /// The plan. Going back takes a snapshot first, and says what it undoes.
    ///
    /// # Errors
    /// As `up`; and in production, where it goes back and that is not allowed.
    pub(super) fn prepare(&self, project: &Project, facts: &Facts, observed: &Observed) -> Result<Prepared, Refusal> {
        let words: Vec<String> = provision::MIGRATE.map(str::to_owned).into_iter().chain(self.words.clone()).collect();
        let run = provision::manage(project, &words);
        let (mut project, name) = provision::with_command(project, Some("migrate"), run)?;
        let Some(loss) = self.loss(observed) else {
            let (plan, intent) = provision::step(&project, facts, observed, &name)?;
            return Ok(Prepared { project, plan, intent });
        };
        if project.environment.is_production() && !self.allow_production {
            return Err(destroy::refuse_production(&project, "migrating backwards"));
        }
        let before = snapshot::before(&mut project, observed, "before-migrate");
        if let (Some(before), Some(migrate)) = (&before, project.steps.iter_mut().find(|step| step.name == name)) {
            migrate.after.push(before.clone());
        }
        let (mut plan, mut intent) = provision::steps(&project, facts, observed, before.iter().chain([&name]))?;
        marked(&mut plan, &mut intent, &name, loss);
        Ok(Prepared { project, plan, intent })
    }

    /// What is lost by it; `None` where nothing is.
    fn loss(&self, observed: &Observed) -> Option<String> {
        let (app, target) = self.target()?;
        match &observed.undone {
            Some(undone) if undone.is_empty() => None,
            Some(undone) => Some(format!("what these migrations have made and it holds: {}", undone.join(", "))),
            None if target == "zero" => Some(format!("all that {app} has in the database")),
            // The server does not run, so nobody can be asked.
            None => Some(format!("what later migrations of {app} have made, where it goes back to {target}")),
        }
    }
}

fn marked(plan: &mut Plan, _intent: &mut Intent, name: &str, loss: String) {
    let mut tasks = plan.steps.iter_mut().filter(|step| step.kind == PlanKind::Task);
    if let Some(step) = tasks.find(|step| step.target() == name) {
        step.destroys = Some(loss);
    }
}

/// The command of `makemigrations`.
pub(super) fn make(project: &Project, words: &[String]) -> Vec<String> {
    let script = [project.python().to_owned(), format!("{TOOLS_DIR}/migrations.py"), "make".to_owned()];
    script.into_iter().chain(words.iter().cloned()).collect()
}

/// The words of `makemigrations` that a command was made for; `None` for any other.
pub fn made_by(command: &[String]) -> Option<&[String]> {
    match command {
        [_, script, make, words @ ..] if script.ends_with("/migrations.py") && make == "make" => Some(words),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(line: &str) -> Option<(String, String)> {
        let words = line.split_whitespace().map(str::to_owned).collect();
        let migrate = Migrate { words, allow_production: false };
        migrate.target().map(|(app, target)| (app.to_owned(), target.to_owned()))
    }

    #[test]
    fn a_target_is_an_app_and_a_migration() {
        assert_eq!(target("forum 0001"), Some(("forum".into(), "0001".into())));
        assert_eq!(target("--no-color forum zero"), Some(("forum".into(), "zero".into())));
        for none in ["forum", "", "forum 0001 --fake", "--plan forum zero"] {
            assert_eq!(target(none), None, "{none}");
        }
    }

    #[test]
    fn a_command_tells_the_words_it_was_made_for() {
        let words = ["--bogus".to_owned()];
        let project = crate::core::status::tests::project();
        assert_eq!(made_by(&make(&project, &words)), Some(words.as_slice()));
        assert_eq!(made_by(&["python3".into(), "manage.py".into(), "make".into()]), None);
    }

    #[test]
    fn only_going_back_loses_something() {
        let migrate = |line: &str| Migrate {
            words: line.split_whitespace().map(str::to_owned).collect(),
            allow_production: false,
        };
        let undone = |names: Option<&[&str]>| Observed {
            undone: names.map(|names| names.iter().map(|name| (*name).to_owned()).collect()),
            ..Observed::default()
        };
        assert_eq!(migrate("forum 0002").loss(&undone(Some(&[]))), None);
        assert_eq!(migrate("forum").loss(&undone(None)), None);
        let loss = migrate("forum 0001").loss(&undone(Some(&["forum.0003", "forum.0002"]))).unwrap();
        assert!(loss.ends_with("forum.0003, forum.0002"), "{loss}");
        assert!(migrate("forum zero").loss(&undone(None)).is_some());
    }
}
