//! `disk` and `clean`: what the program takes on the engine's disk, and the removal of what is
//! left over of it. Only what carries labels of ours is ever touched, and no volume of a folder
//! that is there.

use std::collections::BTreeSet;

use crate::actions::registry::{Action, Argument, Asks, Form, Needs, Scope};
use crate::core::{
    facts::Facts,
    holdings::{Holdings, Owner, text},
    notice::Notice,
    observed::Observed,
    plan::{Plan, PlanKind, PlanStep, Refusal, Subject},
    project::Project,
    snapshot::size,
    spec::build,
};

/// `disk`.
pub const DISK: Action = Action {
    id: "disk",
    summary: "Show what all projects take on the engine's disk, and what is left over",
    details: "Containers, volumes and images with labels of this program. Files are counted for it, which may take \
              a while; a volume that cannot be counted has a question mark.",
    keys: &["$"],
    arguments: &[],
    scope: Scope::Shown,
    asks: Asks::Never,
    needs: Needs::Engine,
};

/// `clean`.
pub const CLEAN: Action = Action {
    id: "clean",
    summary: "Remove what is left over: earlier builds, and what is of folders that are gone",
    details: "Images of earlier builds that no container uses; containers and networks of projects whose folder is \
              gone, with --volumes their data too. Only what carries labels of this program, made on this machine. \
              Asks first, and names everything.",
    keys: &["*"],
    arguments: &[
        Argument {
            name: "volumes",
            help: "Remove volumes of folders that are gone, too: their databases are lost",
            short: None,
            form: Form::Switch,
        },
        Argument { name: "dry-run", help: "Print the plan and change nothing", short: None, form: Form::Switch },
    ],
    scope: Scope::Everywhere,
    asks: Asks::BeforeLoss,
    needs: Needs::Engine,
};

/// The images that a project needs: none of them is left over.
pub fn wanted(project: &Project, facts: &Facts) -> BTreeSet<String> {
    let images = project.services.iter().map(|it| build::reference(project, facts, it));
    let bases = project.services.iter().map(|it| build::base(project, it));
    images.chain(bases.flat_map(|base| [base.bootstrapped(), base.image])).collect()
}

/// The plan that removes what is left over; volumes where that is asked for.
///
/// # Errors
/// Where the engine was not asked.
pub fn plan(project: &Project, facts: &Facts, observed: &Observed, volumes: bool) -> Result<Plan, Refusal> {
    let unknown = || Refusal(Notice::error("what the engine holds is not known").remedy("try again"));
    let held = observed.holdings.as_ref().ok_or_else(unknown)?;
    let mut steps: Vec<PlanStep> = held
        .left_containers()
        .map(|it| {
            let subject = Subject::Container { id: it.id.clone(), name: it.name.clone() };
            let state = if it.is_up() { "the container, which runs, and its log" } else { "the container and its log" };
            remove("container", &it.name, subject, reason(Owner::of(&it.labels)), state.to_owned())
        })
        .collect();
    let containers: Vec<String> = steps.iter().map(|step| step.name.clone()).collect();
    let behind = |step: PlanStep| PlanStep { needs: containers.clone(), ..step };
    steps.extend(held.left_networks().map(|it| {
        let subject = Subject::Network(it.id.clone());
        behind(PlanStep {
            destroys: None,
            ..remove("network", &it.name, subject, reason(Owner::of(&it.labels)), String::new())
        })
    }));
    let left = held.left_volumes().filter(|_| volumes);
    steps.extend(left.map(|it| {
        let bytes = held.disk.volumes.get(&it.name).map_or_else(|| "of unknown size".to_owned(), |it| size(*it));
        let loss = format!("its data, {bytes}");
        behind(remove("volume", &it.name, Subject::Volume(it.name.clone()), reason(held.owner_of_volume(it)), loss))
    }));
    let wanted = wanted(project, facts);
    steps.extend(held.left_images(&wanted).map(|it| image(held, it)).map(behind));
    Ok(Plan { steps })
}

fn image(held: &Holdings, it: &crate::core::observed::Image) -> PlanStep {
    let loss = format!("{}, built anew where it is needed", size(held.image_bytes(it)));
    let reference = it.tags.first().unwrap_or(&it.id).clone();
    let why = "no container uses it, and it is an earlier build's".to_owned();
    remove("image", text::name(it), Subject::Image(reference), why, loss)
}

fn reason(owner: Option<Owner>) -> String {
    owner.map_or_else(String::new, |owner| format!("its folder {} is gone", owner.root))
}

fn remove(kind: &str, name: &str, subject: Subject, reason: String, destroys: String) -> PlanStep {
    PlanStep {
        name: format!("remove {kind} {name}"),
        kind: PlanKind::Remove,
        subject,
        reason,
        destroys: Some(destroys),
        undetermined: false,
        needs: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::holdings::tests::sample;
    use crate::core::status::tests::project;

    fn planned(volumes: bool) -> Plan {
        let observed = Observed { holdings: Some(sample()), ..Observed::default() };
        plan(&project(), &Facts::default(), &observed, volumes).unwrap()
    }

    #[test]
    fn volumes_are_kept_unless_they_are_asked_for() {
        insta::assert_snapshot!(planned(false).to_text());
        let all = planned(true);
        let volume = all.steps.iter().find(|step| step.name == "remove volume p-db").unwrap();
        assert_eq!(volume.destroys.as_deref(), Some("its data, 71.0 MB"));
        assert_eq!(volume.needs, ["remove container of-gone"]);
        assert_eq!(all.steps.len(), planned(false).steps.len() + 1);
    }

    #[test]
    fn without_a_look_nothing_is_planned() {
        assert!(plan(&project(), &Facts::default(), &Observed::default(), true).is_err());
    }
}
