//! Create specs of task containers.

use serde_json::json;

use crate::core::{
    container::{ContainerSpec, FileUpload, Network},
    facts::Facts,
    naming::{self, Role},
    project::Project,
    service::{Service, ServiceKind},
    spec::{self, PROJECT_DIR, TOOLS_DIR, build, digests, environment, files, service},
    step::{Step, StepKind},
};

/// How a step's task is to be run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TaskOptions {
    /// Run although the receipt says that it is done.
    pub force: bool,
    /// On the engine host's own network: where containers find no way out.
    pub host_network: bool,
}

/// The create spec of a step's task, `None` where the step's service is not known.
pub fn spec(project: &Project, facts: &Facts, step: &Step, options: TaskOptions) -> Option<ContainerSpec> {
    let service = project.service(&step.service)?;
    let mut spec = base(project, facts, service, &step.name);
    spec.labels.insert(naming::LABEL_SCOPE.to_owned(), step.scope.as_str().to_owned());
    if !step.run.is_empty() {
        spec.labels.insert(naming::LABEL_COMMAND.to_owned(), shell_words::join(&step.run));
    }
    spec.files.push(files::readable(format!("{TOOLS_DIR}/task.json"), description(project, facts, step, options)));
    if step.kind == StepKind::Packages {
        spec.files.extend(requirements(facts));
        if options.host_network {
            spec.network = Network::Host;
        }
    }
    Some(spec)
}

/// What pip is given: the requirements, which name the constraints where there are any.
fn requirements(facts: &Facts) -> Vec<FileUpload> {
    let mut text = facts.requirements.clone();
    let mut uploads = Vec::new();
    if !facts.constraints.is_empty() {
        let path = format!("{TOOLS_DIR}/constraints.txt");
        text = format!("-c {path}\n{text}");
        uploads.push(files::readable(path, facts.constraints.clone().into_bytes()));
    }
    uploads.push(files::readable(format!("{TOOLS_DIR}/requirements.txt"), text.into_bytes()));
    uploads
}

fn base(project: &Project, facts: &Facts, of: &Service, part: &str) -> ContainerSpec {
    let (uid, gid) = spec::run_as(project, facts);
    let mut env = environment::django(project, facts);
    env.extend(of.env.clone());
    ContainerSpec {
        entrypoint: Some(Vec::new()),
        command: Some(spec::sourced(project, vec!["sh".into(), format!("{TOOLS_DIR}/run.sh"), "task".into()])),
        env,
        labels: service::labels(project, Role::Task, part),
        user: Some(format!("{uid}:{gid}")),
        working_dir: Some(PROJECT_DIR.to_owned()),
        mounts: service::code_mounts(project),
        network: service::network(project, Vec::new()),
        files: files::tools(project),
        passwd: Some(files::passwd(project, facts)),
        ..ContainerSpec::new(project.container_name(Role::Task, part), build::reference(project, facts, of))
    }
}

/// The database that a dump is read into, by the name of the project's. PostgreSQL cuts a
/// longer name off; a slug is 48 characters at most.
pub fn import_database(name: &str) -> String {
    format!("{name}__importing")
}

/// What a snapshot is bounded by, and which branch it is of.
fn snapshots(project: &Project, facts: &Facts) -> serde_json::Value {
    let bounds = &project.snapshots;
    json!({
        "bounds": { "keep": bounds.keep.max(1), "bytes": bounds.bytes },
        "branch": facts.branch.as_deref().unwrap_or_default(),
    })
}

/// What the task runner reads: `task.json`.
fn description(project: &Project, facts: &Facts, step: &Step, options: TaskOptions) -> Vec<u8> {
    json!({
        "name": step.name,
        "run": step.run,
        "kind": step.kind.as_str(),
        "when": step.when.as_str(),
        "scope": step.scope.as_str(),
        "class": step.class().as_str(),
        "digest": digests::step(project, facts, step),
        "force": options.force,
        "verify": step.verify,
        "probe": step.probe,
        "outputs": step.outputs,
        "outputs_apart": project.keeps_outputs_apart(),
        "snapshots": snapshots(project, facts),
        "has_database": project.of_kind(ServiceKind::Postgres).is_some(),
    })
    .to_string()
    .into_bytes()
}
