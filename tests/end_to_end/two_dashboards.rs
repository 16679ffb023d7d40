//! Two dashboards on one project, and one that is killed while a task runs. Numbers are
//! those of the list of faults.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use biostar_tui::{
    app::Model,
    core::{
        naming::{self, Role},
        observed::Container,
        state::{ServiceState, TaskState},
    },
    engine::{DockerEngine, Engine as _},
    logs::Entry,
};
use futures_util::StreamExt as _;

use crate::{
    dashboard::{self, Watched, log, shows, shows_all},
    place::{PATIENCE, POSTS, Place, page},
    pty::{Pty, wait_until},
};

/// The demo's index with some seconds before it, so that there is time to press a key.
const INDEX: &str = "[\"sh\", \"-c\", \"i=0; while [ $i -lt 30 ]; do i=$((i+1)); echo counted $i; sleep 0.1; done; \
                     exec python3 manage.py rebuild_index --noinput\"]";

#[test]
fn two_dashboards_share_what_they_start_and_a_third_finds_what_a_killed_one_left() {
    let place = Place::with_demo("two");
    place.set("BIOSTAR_TUI_STEPS__INDEX__RUN", INDEX);
    place.bring_up(&["up"]).ends(0);
    let mut screens = [(120, 40), (200, 50)].map(|size| dashboard::open(&place, size));
    for screen in &screens {
        shows_all(screen, &["connected, engine", "● running"]);
    }
    // What services use, where there is room for words.
    shows(&screens[1], "cpu ");
    let started = Started::in_place(&place);
    the_same_task_runs_once(&place, &mut screens, &started);
    the_same_up_makes_everything_once(&place, &mut screens, &started);
    a_dead_server_is_told_at_once(&place, &screens[0]);
    let [first, second] = screens;
    is_found_after_a_kill(&place, first, &second);
}

/// Which containers of a place are started, from now on. Not asked for afterwards: the
/// engine remembers the last 256 events only, and health checks are events too.
struct Started {
    names: Arc<Mutex<Vec<String>>>,
    _runtime: tokio::runtime::Runtime,
}

impl Started {
    fn in_place(place: &Place) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let (engine, names) = (DockerEngine::new(place.endpoint.clone()), Arc::new(Mutex::new(Vec::new())));
        let mut events = runtime
            .block_on(async {
                engine.connect().await?;
                engine.events(&place.labels(), None).await
            })
            .unwrap();
        let own = Arc::clone(&names);
        runtime.spawn(async move {
            while let Some(Ok(event)) = events.next().await {
                if event.kind == "container" && event.action == "start" {
                    own.lock().unwrap().push(event.attributes["name"].clone());
                }
            }
        });
        Self { names, _runtime: runtime }
    }

    fn take(&self) -> Vec<String> {
        let mut names = std::mem::take(&mut *self.names.lock().unwrap());
        names.sort();
        names
    }
}

fn task(place: &Place) -> Container {
    place.find(Role::Task, "index").expect("the task index is there")
}

/// Fault 31: `i`.
fn the_same_task_runs_once(place: &Place, screens: &mut [Pty; 2], started: &Started) {
    let before = task(place);
    screens.iter_mut().for_each(|screen| screen.type_keys("i"));
    let is_new = |run: &Container| run.id != before.id && place.output(&run.id).contains("counted");
    let run = place.until("the new run", || place.find(Role::Task, "index").filter(is_new));
    // So that it is still there when the slower of the two has come to it.
    place.wait_for(place.engine.pause(&run.id)).unwrap();
    for screen in screens.iter() {
        shows_all(screen, &["◐ running   index", "counted"]);
    }
    place.wait_for(place.engine.unpause(&run.id)).unwrap();
    for screen in screens.iter() {
        shows(screen, "info: reindex in");
    }
    let after = task(place);
    assert_eq!((after.id, after.exit_code), (run.id, 0), "no second run followed");
    assert_eq!(started.take(), [run.name]);
}

/// Fault 31: `u`, where nothing runs and no container is there.
fn the_same_up_makes_everything_once(place: &Place, screens: &mut [Pty; 2], started: &Started) {
    place.run(&["destroy", "--yes"]).ends(0);
    for screen in screens.iter() {
        shows_all(screen, &["nothing runs; u brings it up", "absent"]);
    }
    started.take();
    screens.iter_mut().for_each(|screen| screen.type_keys("u"));
    for screen in screens.iter() {
        shows_all(screen, &["info: up in", "is up:", "http://127.0.0.1:", "● running"]);
        assert!(!screen.screen().join("\n").contains("✕ error"), "{}", screen.screen().join("\n"));
    }
    let services = |name: &String| name.contains("-service-");
    let made: Vec<String> = started.take().into_iter().filter(services).collect();
    let wanted = ["db", "web"].map(|part| naming::container(&place.name, "development", Role::Service, part));
    assert_eq!(made, wanted, "each was started once");
    assert_eq!(place.wait_for(place.engine.networks(&place.labels())).unwrap().len(), 1);
    assert_eq!(place.posts(), POSTS);
    place.nothing_to_do();
}

/// Its container lives on, and its last health check may rest for seconds.
fn a_dead_server_is_told_at_once(place: &Place, screen: &Pty) {
    let watched = Watched::of(place);
    let web = |wanted: ServiceState| {
        move |model: &Model| model.services.iter().any(|service| service.name == "web" && service.state == wanted)
    };
    watched.until("the server runs", web(ServiceState::Running));
    let views = std::fs::read_to_string(place.root.join("forum/views.py")).unwrap();
    place.append("forum/views.py", "def (");
    watched.until("its end", |model| log(model, "web").iter().any(|line| line.contains("server exited with code")));
    let late = watched.until("the failure", web(ServiceState::Failed));
    assert!(late < Duration::from_secs(2), "shown {late:?} after its last words");
    shows(screen, "✕ failed");
    let status = place.run(&["status", "--json"]).ends(0).json();
    assert_eq!(status["services"][1]["state"], "failed", "{status}");
    place.write("forum/views.py", &views);
    watched.until("the mended server", web(ServiceState::Running));
    shows_all(screen, &["● running"]);
    // The engine's own check may have failed in between, and tells so some moments later.
    wait_until(PATIENCE, || place.plan() == Place::nothing());
    place.nothing_to_do();
}

/// Fault 19.
fn is_found_after_a_kill(place: &Place, mut first: Pty, second: &Pty) {
    assert_eq!(place.find(Role::Task, "index"), None, "destroy has removed it, and nothing has run it since");
    first.type_keys("i");
    shows(&first, "counted 5");
    first.signal_child("KILL");
    let run = task(place);
    place.wait_for(place.engine.pause(&run.id)).unwrap();
    assert!(run.is_up(), "the task goes on without who has started it");
    let (third, watched) = (dashboard::open(place, (120, 40)), Watched::of(place));
    shows_all(&third, &["◐ running   index", "counted"]);
    shows(second, "◐ running   index");
    place.wait_for(place.engine.unpause(&run.id)).unwrap();
    let state = |wanted| {
        move |model: &Model| model.tasks.iter().any(|task| task.view.name == "index" && task.view.state == wanted)
    };
    watched.until("the task is done", state(TaskState::Done));
    watched.until("its last lines", |model| output(model).iter().any(|line| line.contains("Indexing")));
    let counted: Vec<String> = (1..=30).map(|number| format!("counted {number}")).collect();
    assert_eq!(watched.see(output)[..30], counted, "the whole output, that before the kill included");
    assert_eq!((task(place).id, task(place).exit_code), (run.id, 0));
    shows(&third, "✓ done      index");
    watched.until("the site still runs", |model| {
        model
            .services
            .iter()
            .all(|service| !["db", "web"].contains(&service.name.as_str()) || service.state == ServiceState::Running)
    });
    let url = place.run(&["status", "--json"]).ends(0).json()["url"].as_str().unwrap().to_owned();
    assert!(page(&url, "/search/?q=trinity").contains("axolotl"), "the index is whole");
}

fn output(model: &Model) -> Vec<String> {
    let Some(task) = model.tasks.iter().find(|task| task.view.name == "index") else { return Vec::new() };
    let text = |entry: &Entry| match entry {
        Entry::Line(line) => Some(line.content().text().to_owned()),
        Entry::Mark { .. } => None,
    };
    task.output.range(0, u64::MAX).filter_map(text).collect()
}
