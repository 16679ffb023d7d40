//! What a file means to the project: the user's rules first, then the built-in ones.

use std::path::{Path, PathBuf};

use globset::{Glob, GlobSet, GlobSetBuilder};

use crate::core::{
    project::Project,
    service::ImageSource,
    watching::{Action, Rule},
};
use crate::watch::{debounce, names};

/// Extensions of templates and of what pages load.
const PAGES: [&str; 10] = ["html", "htm", "jinja", "jinja2", "j2", "css", "js", "mjs", "svg", "png"];

/// Files of the project that have a meaning of their own, relative to its folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inputs {
    /// Requirement files, those that they include among them.
    pub requirements: Vec<PathBuf>,
    /// The configuration and env files.
    pub configuration: Vec<PathBuf>,
    /// Dockerfiles, with the service that is built from each.
    pub dockerfiles: Vec<(PathBuf, String)>,
    /// What steps make: never a reason to do anything.
    pub outputs: Vec<PathBuf>,
    /// Whether browsers load pages anew when what they are made of changes.
    pub pages: bool,
}

impl Inputs {
    /// Those of a project; `requirements` are all of its requirement files.
    pub fn of(project: &Project, requirements: Vec<PathBuf>) -> Self {
        let dockerfile = |service: &crate::core::service::Service| match &service.image {
            ImageSource::Dockerfile(path) => Some((tidy(path), service.name.clone())),
            _ => None,
        };
        let env_file = project.environment.env_file.iter().map(|file| tidy(file));
        Self {
            requirements,
            configuration: std::iter::once(PathBuf::from("biostar-tui.toml")).chain(env_file).collect(),
            dockerfiles: project.wanted().filter_map(dockerfile).collect(),
            pages: project.environment.live_reload,
            outputs: project.steps.iter().flat_map(|step| &step.outputs).map(|path| tidy(path)).collect(),
        }
    }
}

/// A path as the tree spells it: without `.` and doubled slashes.
fn tidy(path: &str) -> PathBuf {
    Path::new(path).components().filter(|part| !matches!(part, std::path::Component::CurDir)).collect()
}

/// What a file means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning<'a> {
    /// What this rule of the user's says.
    Rule(&'a Rule),
    /// The server has it loaded: it is reloaded.
    Server,
    /// The server reads it for each page, and browsers have it: they load pages anew.
    Page,
    /// Packages have to be installed.
    Requirements,
    /// The database has to be migrated.
    Migration,
    /// The image of this service is built from it.
    Image(&'a str),
    /// The project is to be run in another way.
    Configuration,
    /// Nothing: it is not looked at.
    Nothing,
}

/// The rules of a project.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    own: Vec<Compiled>,
    inputs: Inputs,
}

#[derive(Debug, Clone)]
struct Compiled {
    rule: Rule,
    paths: GlobSet,
    ignore: GlobSet,
}

impl Rules {
    /// The user's rules (the configuration has checked their globs) and the project's inputs.
    pub fn new(rules: &[Rule], inputs: Inputs) -> Self {
        let compiled =
            |rule: &Rule| Compiled { rule: rule.clone(), paths: globs(&rule.paths), ignore: globs(&rule.ignore) };
        Self { own: rules.iter().map(compiled).collect(), inputs }
    }

    /// What a file means.
    pub fn meaning(&self, path: &Path) -> Meaning<'_> {
        if self.is_nobodys(path) {
            return Meaning::Nothing;
        }
        let own = self.own.iter().find(|rule| rule.paths.is_match(path) && !rule.ignore.is_match(path));
        own.map_or_else(|| self.built_in(path), |own| Meaning::Rule(&own.rule))
    }

    /// Whether a file is worth to be looked at.
    pub fn counts(&self, path: &Path) -> bool {
        match self.meaning(path) {
            Meaning::Nothing => false,
            Meaning::Rule(rule) => rule.action != Action::Nothing,
            _ => true,
        }
    }

    /// How long it must be quiet after a change of this file.
    pub fn quiet(&self, path: &Path) -> std::time::Duration {
        match self.meaning(path) {
            Meaning::Rule(rule) => rule.debounce,
            _ => debounce::QUIET,
        }
    }

    /// Rules of the user's that match none of these files.
    pub fn idle<'a>(&'a self, files: &[PathBuf]) -> Vec<&'a Rule> {
        let matches = |own: &Compiled| files.iter().any(|path| own.paths.is_match(path) && !own.ignore.is_match(path));
        self.own.iter().filter(|own| !matches(own)).map(|own| &own.rule).collect()
    }

    fn is_nobodys(&self, path: &Path) -> bool {
        path.file_name().is_none_or(names::is_temporary) || self.inputs.outputs.iter().any(|out| path.starts_with(out))
    }

    fn built_in(&self, path: &Path) -> Meaning<'_> {
        let inputs = &self.inputs;
        if inputs.requirements.iter().any(|file| file == path) {
            return Meaning::Requirements;
        }
        if inputs.configuration.iter().any(|file| file == path) {
            return Meaning::Configuration;
        }
        if let Some((_, service)) = inputs.dockerfiles.iter().find(|(file, _)| builds(file, path)) {
            return Meaning::Image(service);
        }
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("py") if is_migration(path) => Meaning::Migration,
            // Translations are read once, when the server starts.
            Some("py" | "mo") => Meaning::Server,
            Some(extension) if self.inputs.pages && PAGES.contains(&extension) => Meaning::Page,
            _ => Meaning::Nothing,
        }
    }
}

fn is_migration(path: &Path) -> bool {
    path.parent().is_some_and(|folder| folder.ends_with("migrations"))
        && path.file_name() != Some("__init__.py".as_ref())
}

/// Whether a file goes into the image of this Dockerfile. The build context is its folder;
/// where that is the project's own, everything would, so there the Dockerfile alone counts.
fn builds(dockerfile: &Path, path: &Path) -> bool {
    let context = dockerfile.parent().unwrap_or(Path::new(""));
    let own = context != Path::new("") && path.starts_with(context);
    own || dockerfile == path || path == context.join(".dockerignore")
}

fn globs(patterns: &[String]) -> GlobSet {
    let mut builder = GlobSetBuilder::new();
    for glob in patterns.iter().filter_map(|pattern| Glob::new(pattern).ok()) {
        builder.add(glob);
    }
    builder.build().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    pub fn rule(paths: &[&str], ignore: &[&str], action: Action) -> Rule {
        let owned = |globs: &[&str]| globs.iter().map(|glob| (*glob).to_owned()).collect();
        Rule { paths: owned(paths), ignore: owned(ignore), action, service: None, debounce: Duration::from_secs(1) }
    }

    fn rules(own: &[Rule]) -> Rules {
        let inputs = Inputs {
            requirements: vec!["conf/base.txt".into()],
            configuration: vec!["biostar-tui.toml".into(), "conf/dev.env".into()],
            dockerfiles: vec![
                ("docker/worker/Dockerfile".into(), "worker".into()),
                ("Dockerfile".into(), "all".into()),
            ],
            outputs: vec!["search_index".into()],
            pages: false,
        };
        Rules::new(own, inputs)
    }

    #[test]
    fn built_in_meanings() {
        let rules = rules(&[]);
        for (path, meaning) in [
            ("forum/views.py", Meaning::Server),
            ("locale/de/LC_MESSAGES/django.mo", Meaning::Server),
            ("forum/migrations/0002_x.py", Meaning::Migration),
            ("forum/migrations/__init__.py", Meaning::Server),
            ("conf/base.txt", Meaning::Requirements),
            ("conf/dev.env", Meaning::Configuration),
            ("docker/worker/entry.sh", Meaning::Image("worker")),
            ("Dockerfile", Meaning::Image("all")),
            ("forum/templates/base.html", Meaning::Nothing),
            ("search_index/made.py", Meaning::Nothing),
            ("forum/views.py~", Meaning::Nothing),
            ("other/base.txt", Meaning::Nothing),
        ] {
            assert_eq!(rules.meaning(Path::new(path)), meaning, "{path}");
        }
    }

    #[test]
    fn own_rules_come_first() {
        let own = [rule(&["**/*.html"], &["**/old/*"], Action::Reload), rule(&["scripts/**"], &[], Action::Nothing)];
        let rules = rules(&own);
        assert_eq!(rules.meaning(Path::new("a/b.html")), Meaning::Rule(&own[0]));
        assert_eq!(rules.meaning(Path::new("a/old/b.html")), Meaning::Nothing);
        assert!(!rules.counts(Path::new("scripts/run.py")) && rules.counts(Path::new("a.py")));
        assert_eq!(rules.quiet(Path::new("a.html")), Duration::from_secs(1));
        assert_eq!(rules.idle(&["a.html".into()]), [&own[1]]);
    }
}
