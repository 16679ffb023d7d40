//! The dashboard and an engine that restarts, and containers that come and go behind its
//! back. Numbers are those of the list of faults.

use std::time::Duration;

use biostar_tui::{
    app::Model,
    core::{container::ContainerSpec, naming, state::ServiceState},
    engine::Engine as _,
};

use crate::{
    dashboard::{self, Watched, log, shows, shows_all},
    first_light::sleeper,
    place::Place,
    pty::Pty,
    second_engine::{Containers, SecondEngine},
};

const PROJECT: &str = "
[services.counter]
image = \"IMAGE\"
command = [\"sh\", \"-c\", \"trap 'exit 0' TERM; i=0; while :; do i=$((i+1)); echo line $i; sleep 0.05; done\"]

[services.quiet]
image = \"IMAGE\"
command = [\"sh\", \"-c\", \"trap 'exit 0' TERM; echo begun; while :; do sleep 1; done\"]
";

/// A second is promised of a stream after the engine's first answer: between two attempts lies half
/// of that at most (a test of the pauses holds it). On a busy machine an answer may take its time.
const BACK: Duration = Duration::from_secs(30);

/// Given up in this order: the place is removed while its engine is still there.
struct Stage {
    screen: Pty,
    watched: Watched,
    place: Place,
    engine: SecondEngine,
}

impl Stage {
    fn new(what: &str, containers: Containers) -> Self {
        let engine = SecondEngine::start(what, containers);
        let place = Place::over(what, engine.endpoint());
        place.set("DOCKER_HOST", &engine.endpoint().to_string());
        std::fs::create_dir_all(&place.root).unwrap();
        place.write("biostar-tui.toml", &PROJECT.replace("IMAGE", &place.tiny_image()));
        place.run(&["up"]).ends(0);
        let (watched, screen) = (Watched::of(&place), dashboard::open(&place, (120, 40)));
        watched.until("lines of both", |model| count(model) > 3 && log(model, "quiet") == ["begun"]);
        shows_all(&screen, &["connected, engine", "line 3", "● running"]);
        Self { screen, watched, place, engine }
    }

    /// Away, and seen to be.
    fn lose_engine(&mut self, signal: &str) {
        self.engine.stop(signal);
        self.watched.until("the loss is seen", |model| !model.connection.is_connected());
        shows_all(&self.screen, &["disconnected, trying again", "engine lost", "docker.sock"]);
    }
}

/// Numbered lines that are there.
fn count(model: &Model) -> usize {
    log(model, "counter").iter().filter(|line| line.starts_with("line ")).count()
}

fn state(model: &Model, service: &str) -> Option<ServiceState> {
    model.services.iter().find(|view| view.name == service).map(|view| view.state)
}

fn is(service: &'static str, wanted: ServiceState) -> impl Fn(&Model) -> bool {
    move |model| state(model, service) == Some(wanted)
}

/// Exited, as it ends by itself on the engine's TERM, or stopped, where it was killed.
fn nothing_runs(model: &Model) -> bool {
    let is_down = |state| matches!(state, Some(ServiceState::Exited | ServiceState::Stopped));
    ["counter", "quiet"].into_iter().all(|service| is_down(state(model, service)))
}

/// Holds that the numbers go from 1 up without a gap or a repetition, anew at each mark of a
/// new life; gives the marks.
#[track_caller]
fn in_order(lines: &[String], new_life: &[&str]) -> Vec<String> {
    let (mut next, mut marks) = (1, Vec::new());
    for line in lines {
        match line.strip_prefix("line ") {
            Some(number) => {
                assert_eq!(number, next.to_string(), "after {marks:?}:\n{lines:?}");
                next += 1;
            }
            None => {
                if new_life.contains(&line.as_str()) {
                    next = 1;
                }
                marks.push(line.clone());
            }
        }
    }
    marks
}

/// Fault 10.
#[test]
fn under_live_restore_streams_are_back_within_a_second_without_a_line_lost_or_doubled() {
    let mut stage = Stage::new("follow-lives", Containers::LiveOn);
    let mut marks = Vec::new();
    for signal in ["-TERM", "-KILL"] {
        stage.lose_engine(signal);
        let before = stage.watched.see(count);
        stage.engine.start_again();
        let taken = stage.watched.until("new lines", |model| count(model) > before);
        assert!(taken < BACK, "after {signal} the stream was back {taken:?} after the engine");
        stage.watched.until("seconds of lines", |model| count(model) > before + 60);
        marks.extend(["[engine lost]", "[engine back]"]);
        assert_eq!(in_order(&stage.watched.log("counter"), &[]), marks);
        shows_all(&stage.screen, &["connected, engine", "engine back", "● running"]);
        assert_eq!(stage.watched.log("quiet").len(), 1 + marks.len(), "what is quiet repeats nothing");
    }
    assert!(stage.watched.see(|model| model.notices.iter().all(|told| !told.notice.summary.contains("ended"))));
    stage.place.nothing_to_do();
}

/// Fault 11.
#[test]
fn what_ends_with_its_engine_is_shown_and_its_start_is_offered() {
    let mut stage = Stage::new("follow-dies", Containers::EndToo);
    for signal in ["-TERM", "-KILL"] {
        stage.lose_engine(signal);
        stage.engine.start_again();
        stage.watched.until("both have ended", nothing_runs);
        let offered = ["nothing runs; u brings it up", "ended while the engine was away", "u or `biostar-tui up`"];
        shows_all(&stage.screen, &offered);
        stage.screen.type_keys("u");
        stage.watched.until("it runs again", is("counter", ServiceState::Running));
        let before = stage.watched.see(count);
        stage.watched.until("it writes", |model| count(model) > before + 20);
        shows_all(&stage.screen, &["container started again", "● running"]);
    }
    let life = ["[engine lost]", "[engine back]", "[container started again]"];
    assert_eq!(in_order(&stage.watched.log("counter"), &life[2..]), [life, life].concat());
}

/// Fault 12, and what nobody of ours has done.
#[test]
fn what_is_removed_or_recreated_behind_its_back_is_marked() {
    let place = Place::with_file("behind", PROJECT);
    place.run(&["up"]).ends(0);
    let (watched, screen) = (Watched::of(&place), dashboard::open(&place, (120, 40)));
    watched.until("lines", |model| count(model) > 3);
    let first = place.service("counter");
    place.wait_for(place.engine.remove(&first.id)).unwrap();
    watched.until("its removal", is("counter", ServiceState::Absent));
    shows_all(&screen, &["container removed", "absent"]);
    recreated_with_its_labels(&place, &watched, &screen, &first);
    taken_by_a_stranger(&place, &watched, &screen);
    let marks = in_order(&watched.log("counter"), &["[container recreated]"]);
    assert_eq!(marks, ["[container recreated]", "[container removed]"]);
    let told = watched.see(|model| model.notices.iter().map(|told| told.notice.to_string()).collect::<Vec<_>>());
    assert_eq!(told, Vec::<String>::new(), "nothing of this is a failure");
}

fn recreated_with_its_labels(
    place: &Place,
    watched: &Watched,
    screen: &Pty,
    first: &biostar_tui::core::observed::Container,
) {
    let script = "i=0; while :; do i=$((i+1)); echo line $i; sleep 0.05; done";
    let spec = ContainerSpec {
        command: Some(["sh", "-c", script].map(str::to_owned).to_vec()),
        labels: first.labels.clone(),
        ..ContainerSpec::new(first.name.clone(), place.tiny_image())
    };
    let before = watched.see(count);
    let id = place.wait_for(place.engine.create(&spec)).unwrap();
    place.wait_for(place.engine.start(&id)).unwrap();
    watched.until("lines of the new one", |model| count(model) > before + 10);
    shows_all(screen, &["container recreated", "● running"]);
    place.wait_for(place.engine.remove(&id)).unwrap();
    watched.until("its removal", is("counter", ServiceState::Absent));
}

/// A container without our labels has the name: it is not ours to show, and `up` says so.
fn taken_by_a_stranger(place: &Place, watched: &Watched, screen: &Pty) {
    let name = naming::container(&place.name, "development", naming::Role::Service, "counter");
    let id = place.wait_for(place.engine.create(&sleeper(&name, place.tiny_image()))).unwrap();
    place.wait_for(place.engine.start(&id)).unwrap();
    place.run(&["up"]).ends(4).says(&[&name]);
    watched.until("it is still absent", is("counter", ServiceState::Absent));
    shows(screen, "absent");
    place.wait_for(place.engine.remove(&id)).unwrap();
}
