//! What is asked before something is destroyed.

use std::collections::BTreeMap;

use crate::actions::{destroy, request::Request};
use crate::app::effect::Asked;
use crate::core::{
    naming::Role,
    observed::Observed,
    plan::{Plan, Subject},
    progress::{Question, RunId},
    project::Project,
};
use crate::runtime::state_folder;

/// Containers of one kind that are named one by one; of more the rest is counted.
const NAMED: usize = 8;

/// What is asked about.
pub(super) struct Loss<'a> {
    pub(super) asked: &'a Asked,
    pub(super) request: &'a Request,
    pub(super) project: &'a Project,
    pub(super) observed: &'a Observed,
    pub(super) plan: &'a Plan,
}

/// The question before a plan that destroys something; none where it destroys nothing.
pub(super) fn before(run: RunId, loss: &Loss<'_>) -> Option<Question> {
    let destroys = destroyed(loss.plan, loss.observed);
    if destroys.is_empty() {
        return None;
    }
    let project = loss.project;
    let intent = if let Request::Destroy(intent) = loss.request { *intent } else { destroy::Intent::default() };
    let typed = intent.volumes || matches!(loss.request, Request::Clean(true)) || project.environment.is_production();
    Some(Question {
        run,
        title: match loss.request {
            Request::Clean(_) => "remove what is left over, of all projects?".to_owned(),
            _ => format!("{} {} in {}?", loss.asked.action, project.name, project.environment.name),
        },
        destroys,
        remarks: vec![match loss.request {
            Request::Adopt(_) => "volumes are taken over as they are; `up` makes the rest anew".to_owned(),
            Request::Migrate(_) => "a snapshot is taken first: `snapshot restore` brings it all back".to_owned(),
            Request::Clean(true) => "no dump is written: data of folders that are gone are lost".to_owned(),
            Request::Clean(false) => {
                "volumes are kept; nothing of a project whose folder is there is touched".to_owned()
            }
            Request::Snapshot(_) => "the server is held meanwhile; its connections wait".to_owned(),
            _ => remark(project, intent),
        }],
        command: command(loss.asked, project),
        type_name: typed.then(|| project.name.clone()),
    })
}

/// The same on the command line, where development is meant unless another is named.
fn command(asked: &Asked, project: &Project) -> String {
    match project.environment.name.as_str() {
        "development" => asked.command_line(),
        other => format!("{} --environment {other}", asked.command_line()),
    }
}

/// The objects: data first, then containers by what they are for.
fn destroyed(plan: &Plan, observed: &Observed) -> Vec<String> {
    let mut data = Vec::new();
    let mut containers: BTreeMap<Option<Role>, Vec<&str>> = BTreeMap::new();
    for step in &plan.steps {
        match (&step.subject, &step.destroys) {
            (_, None) => {}
            (Subject::Container { name, .. }, Some(_)) => {
                let container = observed.containers.get(name);
                let part = container.map_or(name.as_str(), |container| container.part());
                containers.entry(container.and_then(|it| it.role())).or_default().push(part);
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

/// What becomes of the data.
fn remark(project: &Project, intent: destroy::Intent) -> String {
    match (intent.volumes, intent.no_dump) {
        (false, _) => "volumes are kept: the database, packages and the password".to_owned(),
        (true, false) => format!("a dump is written to {} first", state_folder::dumps(project).display()),
        (true, true) => "no dump is written: the data are lost".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_containers_are_counted() {
        assert_eq!(group(Some(Role::Service), &["db", "web"]), "containers of services, with their logs: db, web");
        let names = ["a"; 11];
        assert!(group(Some(Role::Task), &names).ends_with("a, a and 3 more"));
    }
}
