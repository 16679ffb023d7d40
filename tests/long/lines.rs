//! A million numbered lines of each of two services, through everything that may come in
//! between: what the dashboard has kept is what the engine has, each line once.

use std::{collections::BTreeSet, time::Duration};

use biostar_tui::logs::Mark;

use crate::{
    numbered::{SERVICES, Stage, leave, until_let, writer},
    place::Place,
    second_engine::{Containers, SecondEngine},
    support::{
        fault_proxy::Mode,
        spooled::{Kept, numbers},
    },
};

/// The number; fewer while somebody works on this.
fn lines() -> u64 {
    std::env::var("BIOSTAR_TUI_LINES").ok().and_then(|lines| lines.parse().ok()).unwrap_or(1_000_000)
}

/// How far the writers may be ahead of what was kept: over several rotated files. A machine that
/// reads more slowly than it writes takes longer, and does not fall behind for good: an engine
/// cannot give in a second what it needs longer than that to find.
const AHEAD: u64 = 100_000;

/// Given up in this order: the stage is removed while its engine is still there.
struct Scene {
    stage: Stage,
    engine: SecondEngine,
}

impl Scene {
    /// A writer whose lines take a second for some thousands of them, rotated each megabyte.
    fn new(lines: u64) -> Self {
        let engine = SecondEngine::start("million", Containers::LiveOn);
        let place = Place::over("million", engine.endpoint());
        place.set("DOCKER_HOST", &engine.endpoint().to_string());
        let command = writer(lines / 1000, &until_let("sleep 0.1"));
        let stage = Stage::new(place, &engine.socket(), "sleep 3600");
        stage.let_write(AHEAD);
        stage.rotate(&command, "1m", "400");
        Self { stage, engine }
    }

    fn until_kept(&self, number: u64) {
        let least = || {
            let least = self.stage.least_kept();
            self.stage.let_write(least + AHEAD);
            least
        };
        self.stage.until_no_progress(number, least);
        self.stage.until_kept(number);
    }
}

/// Fault 9.
#[test]
fn a_million_lines_through_cuts_rotation_restarts_and_two_dashboards_are_exact() {
    let lines = lines();
    let mut scene = Scene::new(lines);
    scene.stage.proxy.set(Mode::Cut(Duration::from_secs(1)));
    let screen = scene.stage.open();
    scene.until_kept(lines / 5);
    scene.stage.restart();
    scene.until_kept(lines * 2 / 5);
    scene.engine.stop("-TERM");
    scene.engine.start_again();
    scene.until_kept(lines / 2);
    leave(screen);
    std::thread::sleep(Duration::from_secs(2));
    let screen = scene.stage.open();
    scene.until_kept(lines);
    for service in SERVICES {
        is_what_the_engine_has(&scene.stage, service, lines);
    }
    leave(screen);
}

fn is_what_the_engine_has(stage: &Stage, service: &str, lines: u64) {
    let wanted: BTreeSet<u64> = stage.of_engine(service).into_iter().collect();
    // An engine may lose what it has taken from a container when it ends; no more than that.
    assert!(wanted.len() as u64 > lines * 99 / 100 && wanted.contains(&lines), "{service}: {}", wanted.len());
    let count = || numbers(&stage.kept(service)).count() as u64;
    // What was before the dashboard's first look is read back meanwhile.
    stage.until_no_progress(wanted.len() as u64, count);
    let kept = stage.kept(service);
    let found: BTreeSet<u64> = numbers(&kept).collect();
    let missing: Vec<_> = wanted.difference(&found).take(20).collect();
    let foreign: Vec<_> = found.difference(&wanted).take(20).collect();
    assert!(missing.is_empty() && foreign.is_empty(), "{service}: missing {missing:?}, foreign {foreign:?}");
    assert_eq!(numbers(&kept).count(), found.len(), "{service}: lines are there twice");
    for mark in [Mark::Started, Mark::EngineLost, Mark::EngineBack] {
        assert!(kept.contains(&Kept::Mark(mark)), "{service}: no {mark:?}");
    }
    assert!(!kept.contains(&Kept::Mark(Mark::Gap)), "{service}: nothing fell out");
}
