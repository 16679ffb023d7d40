//! What differs between two configurations of a project, in words.

use crate::core::project::Project;

/// `services.beat is new`, `services.web differs`; empty where nothing does.
pub fn between(before: &Project, now: &Project) -> Vec<String> {
    let services = named("services", (&before.services, &now.services), |service| &service.name);
    let steps = named("steps", (&before.steps, &now.steps), |step| &step.name);
    let mut changes: Vec<String> = services.chain(steps).collect();
    // Consoles and bounds of snapshots take effect at once.
    let rest = |project: &Project| Project {
        services: Vec::new(),
        steps: Vec::new(),
        consoles: Vec::new(),
        snapshots: before.snapshots.clone(),
        ..project.clone()
    };
    if rest(before) != rest(now) {
        changes.push("other settings".to_owned());
    }
    changes
}

/// What came, differs and went among things that have names.
fn named<'a, T: PartialEq>(
    table: &'a str,
    (before, now): (&'a [T], &'a [T]),
    name: impl Fn(&T) -> &str + Copy + 'a,
) -> impl Iterator<Item = String> + 'a {
    let same = move |all: &'a [T], one: &T| all.iter().find(|other| name(other) == name(one));
    let word = move |one: &T| match same(before, one) {
        None => Some("is new"),
        Some(other) if other != one => Some("differs"),
        Some(_) => None,
    };
    let here = now.iter().filter_map(move |one| Some(format!("{table}.{} {}", name(one), word(one)?)));
    let gone = before.iter().filter(move |one| same(now, one).is_none());
    here.chain(gone.map(move |one| format!("{table}.{} is gone", name(one))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::service::Service;
    use crate::core::status::tests::project;

    #[test]
    fn what_differs_is_named() {
        let before = project();
        assert!(between(&before, &before).is_empty());
        let mut now = before.clone();
        let beat = Service { name: "beat".to_owned(), ..now.services[0].clone() };
        now.services[0].memory = Some(1);
        now.services[2] = beat;
        let wanted = ["services.db differs", "services.beat is new", "services.search is gone"];
        assert_eq!(between(&before, &now), wanted);
        now = Project { name: "other".to_owned(), ..before.clone() };
        assert_eq!(between(&before, &now), ["other settings"]);
    }
}
