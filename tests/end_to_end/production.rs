//! Fault 32: data of production, or of an environment that nobody knows, are not destroyed
//! by accident.

use std::collections::BTreeMap;

use biostar_tui::engine::Engine as _;

use crate::place::Place;

const PROJECT: &str = "
[environments.production]
[environments.live]

[services.keeper]
image = \"IMAGE\"
command = [\"sleep\", \"3600\"]
mounts = [\"data:/data\"]
";

/// Everything of the project, by name: ids of containers and networks, volumes.
fn everything(place: &Place) -> BTreeMap<String, String> {
    let labels = place.labels();
    let networks = place.wait_for(place.engine.networks(&labels)).unwrap();
    let volumes = place.wait_for(place.engine.volumes(&labels)).unwrap();
    let containers = place.containers().into_iter().map(|it| (it.name, format!("{} {:?}", it.id, it.started_at)));
    let networks = networks.into_iter().map(|it| (it.name, it.id));
    let volumes = volumes.into_iter().map(|it| (it.name, format!("{:?}", it.labels)));
    containers.chain(networks).chain(volumes).collect()
}

#[test]
fn destroy_in_production_or_an_unknown_environment_is_refused_and_touches_nothing() {
    let place = Place::with_file("production", PROJECT);
    for environment in ["development", "production", "live"] {
        place.run(&["--environment", environment, "up"]).ends(0);
    }
    let before = everything(&place);
    assert_eq!(before.len(), 9, "{before:?}");
    for environment in ["production", "live"] {
        let of = ["--environment", environment, "destroy", "--volumes"];
        let refused = |more: &[&str], answer: &str| {
            let ran = place.answering(&[&of, more].concat(), answer).ends(4);
            assert_eq!(everything(&place), before, "nothing is touched by {}", ran.line);
            ran
        };
        refused(&["--yes"], "").says(&["destroy is refused", "is production", "--allow-production"]);
        refused(&["--yes", "--no-dump"], "yes\n").says(&["destroy is refused"]);
        refused(&["--yes", "--json"], "").says(&["is production"]);
        // Even allowed, --yes does not answer for the name.
        refused(&["--allow-production", "--yes"], "").says(&["Type ", "nothing was destroyed"]);
        refused(&["--allow-production", "--yes"], "yes\n").says(&["nothing was destroyed"]);
        refused(&["--allow-production"], "production\n").says(&["nothing was destroyed"]);
        let dry = refused(&["--dry-run", "--json"], "").json();
        assert!(dry["refusal"].is_object() || dry["refusal"].is_string(), "{dry}");
    }
    unknown_environments_are_no_environments(&place, &before);
    the_name_typed_destroys(&place);
}

fn unknown_environments_are_no_environments(place: &Place, before: &BTreeMap<String, String>) {
    for arguments in [
        &["--environment", "prod", "destroy", "--volumes", "--yes"][..],
        &["--environment", "prod", "destroy", "--volumes", "--yes", "--allow-production"][..],
        &["--environment", "prod", "up"][..],
    ] {
        place.answering(arguments, &place.name).ends(2).says(&["prod"]);
        assert_eq!(&everything(place), before);
    }
}

fn the_name_typed_destroys(place: &Place) {
    let arguments = ["--environment", "live", "destroy", "--volumes", "--allow-production"];
    place.answering(&arguments, &format!("{}\n", place.name)).ends(0);
    let rest = everything(place);
    assert!(rest.keys().all(|name| !name.contains("-live-")), "{rest:?}");
    assert_eq!(rest.len(), 6, "the other environments are untouched: {rest:?}");
}
