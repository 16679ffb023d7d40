//! What a plan takes away, in the lines of the question before it.

use std::collections::BTreeMap;

use crate::core::{
    naming::Role,
    observed::Observed,
    plan::{Plan, PlanKind, Subject},
    project::Project,
};

/// Containers of one kind that are named one by one; of more the rest is counted.
const NAMED: usize = 8;

/// The objects: data first, then containers by what they are for.
pub fn lines(plan: &Plan, project: &Project, observed: &Observed) -> Vec<String> {
    let mut data = Vec::new();
    let mut containers: BTreeMap<Option<Role>, Vec<&str>> = BTreeMap::new();
    for step in &plan.steps {
        match (&step.subject, &step.destroys) {
            (_, None) => {}
            (Subject::Container { name, .. }, Some(_)) => {
                let (role, part) = place(name, project, observed);
                containers.entry(role).or_default().push(part);
            }
            (Subject::Step(_), Some(loss)) => data.push(loss.clone()),
            (_, Some(loss)) => data.push(format!("{} ({loss})", step.target())),
        }
    }
    data.extend(containers.into_iter().map(|(role, names)| group(role, &names)));
    data
}

/// `containers of tasks, with their logs: migrate, index and 3 more`
fn group(role: Option<Role>, names: &[&str]) -> String {
    let kind = role.map_or("others", |role| match role {
        Role::Service => "services",
        Role::Task => "tasks",
        Role::Console => "consoles",
        Role::Helper => "helpers",
    });
    let more = names.len().saturating_sub(NAMED);
    let shown = names[..names.len() - more].join(", ");
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("containers of {kind}, with their logs: {shown}{more}")
}

/// What a container is for, and its name without what all names of the project begin with:
/// by its labels, or by its name where another folder has left it.
fn place<'a>(name: &'a str, project: &Project, observed: &'a Observed) -> (Option<Role>, &'a str) {
    if let Some(container) = observed.containers.get(name) {
        return (container.role(), container.part());
    }
    let roles = [Role::Service, Role::Task, Role::Console, Role::Helper];
    let found = roles.into_iter().find_map(|role| {
        let part = name.strip_prefix(&project.container_name(role, ""))?;
        Some((Some(role), part))
    });
    found.unwrap_or((None, name))
}

/// What is kept although it belonged to another folder, for the question.
pub fn kept(plan: &Plan) -> Vec<String> {
    let claims = plan.steps.iter().filter(|step| step.kind == PlanKind::Claim);
    claims.map(|step| format!("kept as they are: {}", step.reason)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::status::tests::project;

    #[test]
    fn many_containers_are_counted() {
        assert_eq!(group(Some(Role::Service), &["db", "web"]), "containers of services, with their logs: db, web");
        let names = ["a"; 11];
        assert!(group(Some(Role::Task), &names).ends_with("a, a and 3 more"));
    }

    #[test]
    fn what_another_folder_has_left_goes_by_its_name() {
        let (project, observed) = (project(), Observed::default());
        let name = project.container_name(Role::Task, "run-12");
        assert_eq!(place(&name, &project, &observed), (Some(Role::Task), "run-12"));
        assert_eq!(place("a-stranger", &project, &observed), (None, "a-stranger"));
    }
}
