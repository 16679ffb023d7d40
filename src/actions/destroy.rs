//! `destroy`: remove what is the project's own, after a dump and a question.

use crate::actions::up::refuse_others_alone;
use crate::core::{
    claim::Claim,
    notice::Notice,
    observed::{Container, Observed},
    plan::{Plan, PlanKind, PlanStep, Refusal, Subject},
    project::Project,
    spec::{self, VolumeKind},
};

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Intent {
    /// Remove volumes too.
    pub volumes: bool,
    /// Write no dump first.
    pub no_dump: bool,
    /// Production may be touched.
    pub allow_production: bool,
}

/// The plan that removes the project's containers and network, and with `volumes` its
/// data after a dump.
///
/// # Errors
/// Refused in production without `allow_production`, and where all that is there belongs
/// to another folder's project.
pub fn plan(project: &Project, observed: &Observed, intent: Intent) -> Result<Plan, Refusal> {
    if project.environment.is_production() && !intent.allow_production {
        return Err(refuse_production(project, "destroy"));
    }
    refuse_others_alone(project, observed)?;
    let mut steps = Vec::new();
    let dump = intent.volumes && !intent.no_dump && has_database(project, observed);
    if dump {
        steps.push(dump_step(project));
    }
    let first: Vec<String> = steps.iter().map(|step| step.name.clone()).collect();
    steps.extend(observed.containers.values().map(|container| remove_container(container, &first)));
    let containers: Vec<String> = steps.iter().map(|step| step.name.clone()).collect();
    steps.extend(observed.networks.values().map(|network| {
        let subject = Subject::Network(network.name.clone());
        remove(&network.name, subject, None, &containers)
    }));
    if intent.volumes {
        steps.extend(observed.volumes.values().map(|volume| {
            let destroys = Some(volume_content(project, &volume.name));
            remove(&volume.name, Subject::Volume(volume.name.clone()), destroys, &containers)
        }));
        claims_last(observed, &mut steps);
    }
    Ok(Plan { steps })
}

/// The refusal of a verb in production.
pub(super) fn refuse_production(project: &Project, verb: &str) -> Refusal {
    let name = &project.environment.name;
    Refusal(
        Notice::error(format!("{verb} is refused: the environment {name} of {} is production", project.name))
            .because("every environment that is not named development, test or staging is treated as production")
            .remedy("if this is really meant, add --allow-production; the project's name has to be typed then"),
    )
}

/// Whether there is a volume with the project's database.
pub(super) fn has_database(project: &Project, observed: &Observed) -> bool {
    observed.volumes.contains_key(&project.volume_name(VolumeKind::Database.as_str()))
}

fn dump_step(project: &Project) -> PlanStep {
    PlanStep {
        name: "dump database".to_owned(),
        kind: PlanKind::Dump,
        subject: Subject::Volume(project.volume_name(VolumeKind::Database.as_str())),
        reason: "its volume is going to be removed".to_owned(),
        destroys: None,
        undetermined: false,
        needs: Vec::new(),
    }
}

/// A claim says whose the other volumes are, as long as there are any.
fn claims_last(observed: &Observed, steps: &mut Vec<PlanStep>) {
    let is_claim = |step: &PlanStep| match &step.subject {
        Subject::Volume(name) => observed.volumes.get(name).is_some_and(|volume| Claim::of(volume).is_some()),
        _ => false,
    };
    let (mut claims, others): (Vec<_>, Vec<_>) = steps.drain(..).partition(is_claim);
    let names: Vec<String> = others.iter().map(|step| step.name.clone()).collect();
    claims.iter_mut().for_each(|claim| claim.needs.clone_from(&names));
    steps.extend(others.into_iter().chain(claims));
}

fn remove_container(container: &Container, needs: &[String]) -> PlanStep {
    let subject = Subject::Container { id: container.id.clone(), name: container.name.clone() };
    remove(&container.name, subject, Some("the container and its log".to_owned()), needs)
}

fn remove(name: &str, subject: Subject, destroys: Option<String>, needs: &[String]) -> PlanStep {
    PlanStep {
        name: format!("remove {name}"),
        kind: PlanKind::Remove,
        subject,
        reason: "destroy".to_owned(),
        destroys,
        undetermined: false,
        needs: needs.to_vec(),
    }
}

fn volume_content(project: &Project, name: &str) -> String {
    let is = |kind: VolumeKind| spec::volume_name(project, kind) == name;
    if is(VolumeKind::Database) {
        "the database and its snapshots".to_owned()
    } else if is(VolumeKind::Packages) {
        "installed packages".to_owned()
    } else if is(VolumeKind::Secrets) {
        "the generated password".to_owned()
    } else {
        "the volume's files".to_owned()
    }
}
