//! What is asked before something is destroyed.

use crate::actions::{destroy, request::Request};
use crate::app::effect::Asked;
use crate::core::{
    loss,
    observed::Observed,
    plan::Plan,
    progress::{Question, RunId},
    project::Project,
};
use crate::runtime::state_folder;

/// What is asked about.
pub(super) struct Loss<'a> {
    pub(super) asked: &'a Asked,
    pub(super) request: &'a Request,
    pub(super) project: &'a Project,
    pub(super) observed: &'a Observed,
    pub(super) plan: &'a Plan,
}

/// The question before a plan that destroys something or takes it over; none where it does not.
pub(super) fn before(run: RunId, loss: &Loss<'_>) -> Option<Question> {
    let project = loss.project;
    let destroys = loss::lines(loss.plan, project, loss.observed);
    let kept = loss::kept(loss.plan);
    if destroys.is_empty() && kept.is_empty() {
        return None;
    }
    let intent = if let Request::Destroy(intent) = loss.request { *intent } else { destroy::Intent::default() };
    let typed = intent.volumes || matches!(loss.request, Request::Clean(true)) || project.environment.is_production();
    Some(Question {
        run,
        title: match loss.request {
            Request::Clean(_) => "remove what is left over, of all projects?".to_owned(),
            Request::Snapshot(_) => {
                format!("{} of {} in {}?", loss.asked.label(), project.name, project.environment.name)
            }
            _ => format!("{} {} in {}?", loss.asked.action, project.name, project.environment.name),
        },
        destroys,
        remarks: match loss.request {
            Request::Adopt(_) => kept.into_iter().chain(["`up` makes the rest anew".to_owned()]).collect(),
            Request::Migrate(_) => vec!["a snapshot is taken first: `snapshot restore` brings it all back".to_owned()],
            Request::Clean(true) => vec!["no dump is written: data of folders that are gone are lost".to_owned()],
            Request::Clean(false) => {
                vec!["volumes are kept; nothing of a project whose folder is there is touched".to_owned()]
            }
            Request::Snapshot(_) => vec!["the server is held meanwhile; its connections wait".to_owned()],
            _ => vec![remark(project, intent)],
        },
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

/// What becomes of the data.
fn remark(project: &Project, intent: destroy::Intent) -> String {
    match (intent.volumes, intent.no_dump) {
        (false, _) => "volumes are kept: the database, packages and the password".to_owned(),
        (true, false) => format!("a dump is written to {} first", state_folder::dumps(project).display()),
        (true, true) => "no dump is written: the data are lost".to_owned(),
    }
}
