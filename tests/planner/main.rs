//! The planner: tables for what it decides, and its fixpoint as a property.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failure of a test or measurement is its report")]

mod sample;
mod world;

use biostar_tui::{
    actions::{destroy, drift, halt, up},
    core::{
        naming::Role,
        observed::{Phase, Stranger},
        plan::{Plan, PlanKind},
        service::{Health, ImageSource, ServiceKind},
    },
};
use proptest::prelude::*;
use world::World;

fn plan(world: &World) -> Plan {
    up::plan(&world.project, &world.facts, &world.observe(), &up::Intent::default()).unwrap()
}

fn names(plan: &Plan) -> Vec<&str> {
    plan.steps.iter().map(|step| step.name.as_str()).collect()
}

fn position(plan: &Plan, name: &str) -> usize {
    names(plan).iter().position(|step| *step == name).unwrap_or_else(|| panic!("{name} not in {:?}", names(plan)))
}

#[test]
fn from_nothing_everything_is_planned_in_order() {
    let plan = plan(&World::empty(sample::project()));
    let order = [
        ["base debian:bookworm-slim", "build db"],
        ["build db", "prepare volumes"],
        ["prepare volumes", "task packages"],
        ["task packages", "task migrate"],
        ["healthy db", "task database"],
        ["task database", "task migrate"],
        ["task fixtures", "task index"],
        ["task index", "start web"],
        ["start web", "healthy web"],
    ];
    for [first, then] in order {
        assert!(position(&plan, first) < position(&plan, then), "{first} before {then}: {:?}", names(&plan));
    }
}

#[test]
fn after_up_there_is_nothing_to_do() {
    let mut world = World::empty(sample::project());
    world.apply(&plan(&world));
    assert_eq!(names(&plan(&world)), Vec::<&str>::new());
}

#[test]
fn after_halt_nothing_is_provisioned_again() {
    let mut world = World::empty(sample::project());
    world.apply(&plan(&world));
    world.apply(&halt::plan(&world.project, &world.observe()));
    let again = plan(&world);
    assert!(again.has("start db") && again.has("start web"));
    assert!(again.steps.iter().filter(|step| step.kind == PlanKind::Task).all(|step| step.undetermined));
    let ran = world.apply(&again);
    assert_eq!(ran, Vec::<String>::new(), "no step runs again");
}

#[test]
fn halt_stops_the_server_before_its_database() {
    let mut world = World::empty(sample::project());
    world.apply(&plan(&world));
    let plan = halt::plan(&world.project, &world.observe());
    let at = |part: &str| position(&plan, &format!("stop {}", world.project.container_name(Role::Service, part)));
    assert!(at("web") < at("db"));
}

#[test]
fn a_killed_step_runs_again_and_those_behind_it() {
    let mut world = World::empty(sample::project());
    world.apply(&plan(&world));
    world.kill_step("fixtures");
    let reasons: Vec<String> = plan(&world).steps.iter().map(|s| format!("{}: {}", s.name, s.reason)).collect();
    assert_eq!(reasons, ["task fixtures: was ended in the middle: rolled back, then run again"]);
}

#[test]
fn an_index_of_another_database_is_made_again() {
    let mut world = World::empty(sample::project());
    world.apply(&plan(&world));
    world.identity = Some("another".to_owned());
    assert_eq!(names(&plan(&world)), ["task index"]);
}

#[test]
fn what_is_out_of_date_is_drift_while_the_server_is_up() {
    let drift = |world: &World| drift::of(&world.project, &world.facts, &world.observe());
    let mut world = World::empty(sample::project());
    assert_eq!(drift(&world), [""; 0], "what was never there has not drifted");
    world.apply(&plan(&world));
    assert_eq!(drift(&world), [""; 0]);
    world.facts.inputs.insert("migrate".to_owned(), "edited".to_owned());
    assert_eq!(drift(&world), [""; 0], "an edit of code is no drift");
    world.identity = Some("another".to_owned());
    world.facts.requirements.push_str("rich==13.0\n");
    let both =
        ["packages: its inputs have changed; `up` runs it", "index: was made from another database; `up` runs it"];
    assert_eq!(drift(&world), both);
    assert_eq!(drift::parts(&world.project, &world.facts, &world.observe()), ["packages", "index"]);
    world.apply(&halt::plan(&world.project, &world.observe()));
    assert_eq!(drift(&world), [""; 0], "`up` looks at all of it");
}

#[test]
fn what_serves_goes_on_until_what_comes_in_its_place_can_start() {
    let mut world = World::empty(sample::project());
    world.apply(&plan(&world));
    let image = ImageSource::Reference("search:1".into());
    let mut search = sample::service("search", ServiceKind::Custom, image);
    search.health = Some(Health::Tcp(9200));
    search.env.insert("SEARCH_URL".into(), "http://search:9200".into());
    std::sync::Arc::make_mut(&mut world.project).services.push(search);
    let intent = up::Intent::forcing(["task index".to_owned()]);
    let plan = up::plan(&world.project, &world.facts, &world.observe(), &intent).unwrap();
    for [first, then] in [
        ["pull search:1", "start search"],
        ["healthy search", "task index"],
        ["healthy search", "create web"],
        ["task index", "create web"],
    ] {
        assert!(position(&plan, first) < position(&plan, then), "{first} before {then}: {:?}", names(&plan));
    }
    let create = plan.steps.iter().find(|step| step.name == "create web").unwrap();
    assert!(create.needs.contains(&"healthy search".to_owned()), "{:?}", create.needs);
}

#[test]
fn changed_requirements_install_and_reload() {
    let mut world = World::empty(sample::project());
    world.apply(&plan(&world));
    world.facts.requirements.push_str("rich==13.0\n");
    let plan = plan(&world);
    assert!(plan.has("task packages") && plan.has("reload web"), "{:?}", names(&plan));
    assert!(position(&plan, "task packages") < position(&plan, "reload web"));
}

#[test]
fn a_step_waits_for_all_that_it_comes_after() {
    let mut world = World::empty(sample::project());
    world.apply(&plan(&world));
    let intent = up::Intent::forcing(["task migrate", "task index"].map(str::to_owned));
    let plan = up::plan(&world.project, &world.facts, &world.observe(), &intent).unwrap();
    assert_eq!(names(&plan), ["task migrate", "task index"]);
    assert_eq!(plan.steps[1].needs, ["task migrate"], "what lies between them has nothing to do");
}

#[test]
fn strangers_are_refused_by_name() {
    let world = World::empty(sample::project());
    let mut observed = world.observe();
    observed.strangers.push(Stranger { name: "demo-x".into(), root: "/elsewhere".into(), ..Stranger::default() });
    let refusal = up::plan(&world.project, &world.facts, &observed, &up::Intent::default()).unwrap_err();
    assert!(refusal.0.summary.contains("demo-x") && refusal.0.cause.unwrap().contains("/elsewhere"));
}

#[test]
fn what_is_no_longer_declared_is_removed_whatever_it_does() {
    for up in [true, false] {
        let mut world = World::empty(sample::project());
        let image = ImageSource::Reference("beat:1".into());
        let beat = sample::service("beat", ServiceKind::Custom, image);
        std::sync::Arc::make_mut(&mut world.project).services.push(beat);
        world.apply(&plan(&world));
        if !up {
            world.apply(&halt::plan(&world.project, &world.observe()));
        }
        std::sync::Arc::make_mut(&mut world.project).services.retain(|service| service.name != "beat");
        let next = plan(&world);
        let name = format!("remove {}", world.project.container_name(Role::Service, "beat"));
        let removal = next.steps.iter().find(|step| step.name == name).unwrap();
        assert_eq!((removal.reason.as_str(), &removal.destroys), ("no longer in the configuration", &None));
        assert_eq!(names(&next).len() == 1, up, "{:?}", names(&next));
        let volumes = world.observe().volumes;
        world.apply(&next);
        assert_eq!((names(&plan(&world)), world.observe().volumes), (vec![], volumes));
    }
}

#[test]
fn what_is_switched_off_is_stopped_and_stays() {
    let mut world = World::empty(sample::project());
    let search = sample::service("search", ServiceKind::Custom, ImageSource::Reference("search:1".into()));
    std::sync::Arc::make_mut(&mut world.project).services.push(search);
    world.apply(&plan(&world));
    let switched = std::sync::Arc::make_mut(&mut world.project);
    switched.services.iter_mut().filter(|it| it.name == "search").for_each(|it| it.enabled = false);
    let next = plan(&world);
    assert!(next.has(&format!("stop {}", world.project.container_name(Role::Service, "search"))), "{:?}", names(&next));
    world.apply(&next);
    assert!(plan(&world).is_empty() && world.observe().service("search").is_some());
}

#[test]
fn another_major_of_postgres_is_refused() {
    let mut world = World::empty(sample::project());
    world.apply(&plan(&world));
    let name = world.project.volume_name("db");
    world.observed.volumes.get_mut(&name).unwrap().labels.insert("biostar-tui.postgres-major".into(), "13".into());
    assert!(up::plan(&world.project, &world.facts, &world.observe(), &up::Intent::default()).is_err());
}

#[test]
fn destroy_of_volumes_dumps_first() {
    let mut world = World::empty(sample::project());
    world.apply(&plan(&world));
    let intent = destroy::Intent { volumes: true, ..destroy::Intent::default() };
    let plan = destroy::plan(&world.project, &world.observe(), intent).unwrap();
    assert_eq!(plan.steps[0].kind, PlanKind::Dump);
    assert!(plan.steps[1..].iter().all(|step| step.destroys.is_some() || step.name.contains("network")));
    world.apply(&plan);
    assert!(world.observe().is_empty());
}

#[test]
fn destroy_in_production_is_refused() {
    for name in ["production", "live"] {
        let mut world = World::empty(sample::project());
        world.apply(&plan(&world));
        let mut project = (*world.project).clone();
        project.environment.name = name.to_owned();
        let intent = destroy::Intent { volumes: true, ..destroy::Intent::default() };
        assert!(destroy::plan(&project, &world.observe(), intent).is_err());
        let allowed = destroy::Intent { allow_production: true, ..intent };
        assert!(destroy::plan(&project, &world.observe(), allowed).is_ok());
    }
}

/// What somebody does behind the program's back.
fn mischief() -> impl Strategy<Value = Vec<world::Mischief>> {
    prop::collection::vec(world::mischief(), 0..12)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn from_any_state_two_rounds_reach_an_empty_plan(
        project in sample::any_project(),
        brought_up in any::<bool>(),
        acts in mischief(),
    ) {
        let mut world = World::empty(project);
        if brought_up {
            let first = plan(&world);
            world.apply(&first);
        }
        for act in &acts {
            world.suffer(act);
        }
        for _ in 0..2 {
            let next = plan(&world);
            world.apply(&next);
        }
        let rest = plan(&world);
        prop_assert!(rest.is_empty(), "left: {:?}", rest.steps);
        let ready = world.project.wanted().all(|service| {
            world.observe().service(&service.name).is_some_and(|container| container.is_ready())
        });
        prop_assert!(ready);
    }

    #[test]
    fn steps_stand_behind_what_they_need(project in sample::any_project(), acts in mischief()) {
        let mut world = World::empty(project);
        for act in &acts {
            world.suffer(act);
        }
        let plan = plan(&world);
        for (index, step) in plan.steps.iter().enumerate() {
            for need in &step.needs {
                prop_assert!(plan.steps[..index].iter().any(|before| &before.name == need), "{} needs {need}", step.name);
            }
        }
    }

    #[test]
    fn halt_leaves_nothing_running(project in sample::any_project(), acts in mischief()) {
        let mut world = World::empty(project);
        let first = plan(&world);
        world.apply(&first);
        for act in &acts {
            world.suffer(act);
        }
        world.apply(&halt::plan(&world.project, &world.observe()));
        prop_assert!(world.observe().containers.values().all(|container| !container.is_up()));
        prop_assert!(world.observe().containers.values().all(|container| container.phase != Phase::Running));
    }
}
