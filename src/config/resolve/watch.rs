//! Rules of the watcher. One that would match everything, or nothing, is told at load.

use std::time::Duration;

use globset::{Glob, GlobSet, GlobSetBuilder};

use crate::{
    config::{error::Problem, fields::Fields, forms, names, resolve::Findings},
    core::{
        notice::Notice,
        service::{ImageSource, Service, ServiceKind},
        watching::{Action, Rule},
    },
};

/// Names that have nothing in common: globs that match all of them match everything.
const ODD: [&str; 3] = ["a", "q7/w.zz9", ".x/y/z.0"];
/// Folders that are never looked into.
const NEVER: [&str; 4] = [".git/", "node_modules/", "__pycache__/", ".venv/"];

/// The rule, or `None` where it does not say enough to be one.
pub(super) fn rule(fields: &Fields<'_>, services: &[Service], findings: &mut Findings) -> Option<Rule> {
    for key in ["paths", "action"] {
        if fields.get(key).is_none() {
            let message = format!("this `[[watch]]` has no {key}");
            findings.problems.push(Problem::at(fields.origin.place.clone(), message).help(format!("add {key}")));
        }
    }
    let debounce = fields.text("debounce").and_then(|text| forms::duration(text).ok());
    let rule = Rule {
        paths: fields.texts("paths"),
        ignore: fields.texts("ignore"),
        action: Action::parse(fields.text("action")?)?,
        service: fields.owned("service"),
        debounce: debounce.unwrap_or(Duration::from_millis(50)),
    };
    check_service(fields, &rule, services, findings);
    if let (Some(_), Some(reach)) = (fields.get("paths"), reach(&rule)) {
        findings.notices.push(told(fields, &rule, reach));
    }
    Some(rule)
}

fn check_service(fields: &Fields<'_>, rule: &Rule, services: &[Service], findings: &mut Findings) {
    let Some(name) = &rule.service else { return };
    let mut problem = |message: String, help: Option<String>| {
        findings.problems.push(Problem::at(fields.place("service").clone(), message).maybe_help(help));
    };
    let action = rule.action.as_str();
    match services.iter().find(|service| service.name == *name) {
        _ if !rule.action.is_of_service() => {
            problem(format!("`{action}` is not done to a service"), Some("leave `service` out".to_owned()));
        }
        None => problem(
            format!("unknown service `{}`", forms::short(name)),
            names::help(name, "services", services.iter().map(|service| service.name.as_str())),
        ),
        Some(service) if rule.action == Action::Reload && service.kind != ServiceKind::Django => {
            problem(format!("`{name}` cannot be reloaded in place"), Some("use action = \"restart\"".to_owned()));
        }
        Some(service) if rule.action == Action::Rebuild && matches!(service.image, ImageSource::Reference(_)) => {
            problem(format!("the image of `{name}` is not built here"), Some("use action = \"restart\"".to_owned()));
        }
        Some(_) => {}
    }
}

/// What is odd about the reach of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    Everything,
    Nothing(&'static str),
}

fn reach(rule: &Rule) -> Option<Reach> {
    let (paths, ignore) = (globs(&rule.paths), globs(&rule.ignore));
    let outside = |path: &String| path.starts_with('/') || path.split('/').any(|part| part == "..");
    let never = |path: &String| NEVER.iter().any(|folder| path.trim_start_matches("**/").starts_with(folder));
    if rule.paths.is_empty() {
        Some(Reach::Nothing("`paths` is empty"))
    } else if rule.paths.iter().all(outside) {
        Some(Reach::Nothing("its paths are outside the project's folder"))
    } else if rule.paths.iter().all(never) {
        Some(Reach::Nothing("its paths are in folders that are never looked into"))
    } else if is_everything(&ignore) || rule.paths.iter().all(|path| rule.ignore.contains(path)) {
        Some(Reach::Nothing("`ignore` takes away all that `paths` names"))
    } else {
        (is_everything(&paths) && rule.action != Action::Nothing && rule.ignore.is_empty()).then_some(Reach::Everything)
    }
}

fn is_everything(globs: &GlobSet) -> bool {
    ODD.iter().all(|name| globs.is_match(name))
}

fn globs(patterns: &[String]) -> GlobSet {
    let mut builder = GlobSetBuilder::new();
    // Those that are none were told by the schema.
    for glob in patterns.iter().filter_map(|pattern| Glob::new(pattern).ok()) {
        builder.add(glob);
    }
    builder.build().unwrap_or_default()
}

fn told(fields: &Fields<'_>, rule: &Rule, reach: Reach) -> Notice {
    let place = fields.place("paths");
    let action = rule.action.as_str();
    match reach {
        Reach::Everything => Notice::warning(format!("{place}: this `[[watch]]` matches every file"))
            .because(format!("what the project writes itself (logs, uploads, caches) would cause `{action}`, too"))
            .remedy("name the files that matter, or take the others away with `ignore`"),
        Reach::Nothing(why) => Notice::warning(format!("{place}: this `[[watch]]` matches no file"))
            .because(why)
            .remedy("globs are relative to the project's folder: \"**/*.html\""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reach_of(paths: &[&str], ignore: &[&str]) -> Option<Reach> {
        let owned = |globs: &[&str]| globs.iter().map(|glob| (*glob).to_owned()).collect();
        reach(&Rule {
            paths: owned(paths),
            ignore: owned(ignore),
            action: Action::Reload,
            service: None,
            debounce: Duration::ZERO,
        })
    }

    #[test]
    fn odd_reaches() {
        for everything in [&["**"][..], &["*"], &["**/*"], &["*.py", "**/*"]] {
            assert_eq!(reach_of(everything, &[]), Some(Reach::Everything), "{everything:?}");
        }
        for (paths, ignore) in [
            (&[][..], &[][..]),
            (&["/etc/*"], &[]),
            (&["../x/*.py"], &[]),
            (&[".git/**"], &[]),
            (&["**/*.py"], &["**"]),
        ] {
            assert!(matches!(reach_of(paths, ignore), Some(Reach::Nothing(_))), "{paths:?}");
        }
        assert_eq!(reach_of(&["**/*.py"], &[]), None);
        assert_eq!(reach_of(&["**"], &["*.log"]), None);
    }
}
