//! `adopt`: take over what a folder that is gone has left under this project's name.

use crate::actions::{
    destroy,
    registry::{Action, Argument, Asks, Form, Needs, Scope},
    up,
};
use crate::core::{
    claim::Claim,
    observed::{Observed, StrangeObject, Stranger},
    plan::{Plan, PlanKind, PlanStep, Refusal, Subject},
    project::Project,
};

/// `adopt`.
pub const ADOPT: Action = Action {
    id: "adopt",
    summary: "Take over what this project has left in a folder that is gone, its data too",
    details: "For a project whose folder was moved or renamed. Volumes are taken over as they are; containers and \
              the network of the old folder are removed, and `up` makes them anew. Refused while the old folder is \
              there. Should it come back, it does not own anything any more. Each environment is adopted on its own.",
    keys: &[],
    arguments: &[Argument {
        name: "dry-run",
        help: "Print the plan and change nothing",
        short: None,
        form: Form::Switch,
    }],
    scope: Scope::Everywhere,
    asks: Asks::BeforeLoss,
    needs: Needs::Engine,
};

/// The plan that takes everything over: the claim first, so that at no moment anything
/// belongs to nobody, then what cannot be used from another folder is removed.
///
/// # Errors
/// Refused in production without `allow_production`, where something under a name of ours
/// is not this project's, and where a folder that it belongs to is there.
pub fn plan(project: &Project, observed: &Observed, allow_production: bool) -> Result<Plan, Refusal> {
    if project.environment.is_production() && !allow_production {
        return Err(destroy::refuse_production(project, "adopt"));
    }
    let cannot = |stranger: &&Stranger| !stranger.can_be_adopted();
    if let Some(stranger) = observed.strangers.iter().find(cannot) {
        return Err(Refusal(up::stranger_notice(project, stranger)));
    }
    let mut steps: Vec<PlanStep> = claim(project, observed).into_iter().collect();
    let needs: Vec<String> = steps.iter().map(|step| step.name.clone()).collect();
    steps.extend(observed.strangers.iter().filter_map(|stranger| removal(stranger, &needs)));
    // The network last: containers are in it.
    let removals: Vec<String> = steps.iter().map(|step| step.name.clone()).collect();
    for step in steps.iter_mut().filter(|step| matches!(step.subject, Subject::Network(_))) {
        step.needs = removals.iter().filter(|name| **name != step.name).cloned().collect();
    }
    Ok(Plan::ordered(steps))
}

fn claim(project: &Project, observed: &Observed) -> Option<PlanStep> {
    let claim = Claim::next(project, observed)?;
    let name = claim.volume(project);
    let is_volume = |stranger: &&Stranger| stranger.object == StrangeObject::Volume;
    let volumes: Vec<&str> =
        observed.strangers.iter().filter(is_volume).map(|stranger| stranger.name.as_str()).collect();
    let from: Vec<&str> = claim.former.iter().map(String::as_str).collect();
    let from = from.join(", ");
    let kept = if volumes.is_empty() { "no volumes".to_owned() } else { volumes.join(", ") };
    Some(PlanStep {
        name: format!("claim {name}"),
        kind: PlanKind::Claim,
        subject: Subject::Volume(name),
        reason: format!("{kept}: taken over from {from}, with all that is in them"),
        destroys: None,
        undetermined: false,
        needs: Vec::new(),
    })
}

/// What names the old folder in its mounts, or an older claim; volumes stay.
fn removal(stranger: &Stranger, needs: &[String]) -> Option<PlanStep> {
    let (subject, destroys) = match &stranger.object {
        StrangeObject::Container { id } => {
            let subject = Subject::Container { id: id.clone(), name: stranger.name.clone() };
            (subject, Some("the container and its log".to_owned()))
        }
        StrangeObject::Network { id } => (Subject::Network(id.clone()), None),
        StrangeObject::Claim => (Subject::Volume(stranger.name.clone()), None),
        StrangeObject::Volume => return None,
    };
    Some(PlanStep {
        name: format!("remove {}", stranger.name),
        kind: PlanKind::Remove,
        subject,
        reason: format!("was made for {}", stranger.root),
        destroys,
        undetermined: false,
        needs: needs.to_vec(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{environment::Environment, status::tests::project};

    fn stranger(name: &str, object: StrangeObject) -> Stranger {
        Stranger { name: name.to_owned(), root: "/old".to_owned(), root_is_gone: true, is_of_project: true, object }
    }

    fn left() -> Vec<Stranger> {
        vec![
            stranger("p-development-network-default", StrangeObject::Network { id: "n1".to_owned() }),
            stranger("p-development-service-db", StrangeObject::Container { id: "c1".to_owned() }),
            stranger("p-development-volume-db", StrangeObject::Volume),
        ]
    }

    fn planned(strangers: Vec<Stranger>) -> Result<Plan, Refusal> {
        plan(&project(), &Observed { strangers, ..Observed::default() }, false)
    }

    #[test]
    fn the_claim_comes_first_and_volumes_stay() {
        let plan = planned(left()).unwrap();
        let names: Vec<&str> = plan.steps.iter().map(|step| step.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "claim p-development-volume-claim-1",
                "remove p-development-service-db",
                "remove p-development-network-default"
            ]
        );
        assert_eq!(plan.steps[0].reason, "p-development-volume-db: taken over from /old, with all that is in them");
        assert_eq!(plan.steps[0].destroys, None, "what is kept is not called a loss");
        assert_eq!(planned(Vec::new()).unwrap(), Plan::default());
    }

    #[test]
    fn what_is_not_left_over_is_refused() {
        let with = |change: fn(&mut Stranger)| {
            let mut all = left();
            change(&mut all[2]);
            planned(all).unwrap_err().0
        };
        let there = with(|stranger| stranger.root_is_gone = false);
        assert!(there.remedy.unwrap().contains("destroy the other one from its folder"));
        let foreign = with(|stranger| (stranger.root, stranger.is_of_project) = (String::new(), false));
        assert!(foreign.cause.unwrap().contains("no labels of this program"));
        with(|stranger| stranger.is_of_project = false);
    }

    #[test]
    fn production_has_to_be_named() {
        let production = Project {
            environment: Environment { name: "production".to_owned(), ..Environment::default() },
            ..project()
        };
        let observed = Observed { strangers: left(), ..Observed::default() };
        assert!(plan(&production, &observed, false).unwrap_err().0.summary.starts_with("adopt is refused"));
        assert!(!plan(&production, &observed, true).unwrap().is_empty());
    }
}
