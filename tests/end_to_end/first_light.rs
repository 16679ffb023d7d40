//! From nothing of a project to the site, through halt and up, and back to nothing.

use biostar_tui::{
    core::{
        container::ContainerSpec,
        naming::Role,
        observed::{Container, Phase},
    },
    engine::{Engine as _, port::LabelFilter},
};
use serde_json::Value;

use crate::{
    pictures,
    place::{POSTS, Place, page},
    reloading,
};

#[test]
fn the_demo_comes_up_from_nothing_stays_through_halt_and_goes_without_a_trace() {
    let place = Place::new("first");
    place.own_ports();
    place.set("BIOSTAR_TUI_ENVIRONMENTS__DEVELOPMENT__LIVE_RELOAD", "true");
    let url = comes_up(&place);
    shows_its_state(&place, &url);
    is_up_to_date(&place);
    pictures::are_as_in_the_readme(&place);
    reloading::pages_are_told(&url);
    reloading::each_save_is_one_reload(&place, &url);
    pictures::of_a_server_that_stops_are_as_in_the_readme(&place);
    halts_and_comes_back(&place, &url);
    let bystander = Bystander::new(&place);
    goes_without_a_trace(&place);
    bystander.is_untouched();
}

fn comes_up(place: &Place) -> String {
    let folder = place.root.display().to_string();
    let ran = place.bring_up(&["demo", &folder, "--no-dashboard"]).ends(0);
    let url = ran.last_line().to_owned();
    assert!(url.starts_with("http://127.0.0.1:") && url.ends_with('/'), "the last line is no address: {url}");
    assert!(page(&url, "/").contains("axolotl"), "a title of the fixture is on the first page");
    assert!(page(&url, "/search/?q=trinity+memory").contains("axolotl"), "the search finds the post");
    assert_eq!(place.posts(), POSTS);
    assert_eq!(place.query("development", "select count(*) from auth_user where username = 'admin'"), "1");
    url
}

fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value.as_object().expect("an object").keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

fn shows_its_state(place: &Place, url: &str) {
    let status = place.run(&["status", "--json"]).ends(0).json();
    let mut wanted =
        ["project", "environment", "endpoint", "connected", "url", "services", "tasks", "consoles"].to_vec();
    wanted.extend(["drift", "migrations", "migrations_pending", "watcher"]);
    wanted.sort_unstable();
    assert_eq!(keys(&status), wanted);
    assert_eq!(status["project"], place.name.as_str());
    assert_eq!(status["environment"], "development");
    assert_eq!(status["connected"], true);
    assert_eq!(status["url"], url);
    assert_eq!(status["drift"], serde_json::json!([]));
    let mut wanted =
        ["name", "kind", "declared", "state", "health", "container", "image", "ports", "started_at"].to_vec();
    wanted.extend(["restarts", "exit_code", "cpu_percent", "memory_bytes"]);
    wanted.sort_unstable();
    for service in status["services"].as_array().unwrap() {
        assert_eq!(keys(service), wanted);
        assert_eq!(service["state"], "running", "{service}");
        assert_eq!(service["health"], "healthy", "{service}");
        let name = service["name"].as_str().unwrap();
        assert_eq!(service["container"], format!("{}-development-service-{name}", place.name));
    }
    shows_its_tasks(place, &status["tasks"]);
    shows_what_is_used(place);
}

fn shows_what_is_used(place: &Place) {
    let status = place.run(&["status", "--json", "--stats"]).ends(0).json();
    for service in status["services"].as_array().unwrap() {
        let (cpu, memory) = (service["cpu_percent"].as_f64().unwrap(), service["memory_bytes"].as_u64().unwrap());
        assert!((0.0..10_000.0).contains(&cpu) && (1 << 20..4 << 30).contains(&memory), "{service}");
    }
}

fn shows_its_tasks(place: &Place, tasks: &Value) {
    let names: Vec<&str> = tasks.as_array().unwrap().iter().map(|task| task["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["packages", "database", "migrate", "initialize", "fixtures", "index"]);
    for task in tasks.as_array().unwrap() {
        assert_eq!(keys(task), ["exit_code", "finished_at", "name", "started_at", "state"]);
        assert_eq!((&task["state"], &task["exit_code"]), (&Value::from("done"), &Value::from(0)), "{task}");
    }
    assert_eq!(&place.run(&["tasks", "--json"]).ends(0).json(), tasks);
    place.run(&["tasks", "fixtures"]).ends(0).says(&["Installed 913 object(s) from 1 fixture(s)"]);
}

fn is_up_to_date(place: &Place) {
    place.nothing_to_do();
    let before = lives(place);
    place.run(&["up"]).ends(0);
    assert_eq!(lives(place), before, "`up` with nothing to do changes nothing");
}

/// What an `up` could have changed of each container: not what its health check says, which
/// runs by itself.
fn lives(place: &Place) -> Vec<Container> {
    let calm = |container| Container { health: None, health_said: String::new(), ..container };
    place.containers().into_iter().map(calm).collect()
}

fn halts_and_comes_back(place: &Place, url: &str) {
    place.query("development", "update forum_sitetext set text = 'kept' where name = 'footer'");
    let (tasks, services) = (place.ids(Role::Task), place.ids(Role::Service));
    place.run(&["halt"]).ends(0);
    assert!(place.containers().iter().all(|container| !container.is_up()), "halt leaves nothing running");
    let states = place.run(&["status", "--json"]).ends(0).json();
    let mut states = states["services"].as_array().unwrap().iter().map(|service| service["state"].clone());
    assert!(states.all(|state| state == "stopped"));
    place.run(&["up"]).ends(0).says(&[url]);
    assert_eq!(place.ids(Role::Task), tasks, "no step has run again");
    assert_eq!(place.ids(Role::Service), services, "the containers are the same ones");
    assert_eq!(place.posts(), POSTS);
    assert!(page(url, "/").contains("kept"), "what was changed before is still there");
    place.nothing_to_do();
}

fn goes_without_a_trace(place: &Place) {
    place.run(&["destroy", "--volumes"]).ends(4).says(&["nothing was destroyed"]);
    assert_eq!(place.posts(), POSTS, "without an answer nothing is touched");
    place.run(&["destroy", "--volumes", "--yes"]).ends(0);
    let labels = place.labels();
    assert_eq!(place.containers(), []);
    assert_eq!(place.wait_for(place.engine.networks(&labels)).unwrap(), []);
    assert_eq!(place.wait_for(place.engine.volumes(&labels)).unwrap(), []);
    assert_eq!(place.wait_for(place.engine.images(&labels)).unwrap(), []);
    let dump = the_dump(place);
    // The custom format's own mark, and a table of the project's.
    assert!(dump.starts_with(b"PGDMP"), "the dump is none");
    assert!(dump.windows(10).any(|bytes| bytes == b"forum_post"), "the dump holds the project's tables");
}

fn the_dump(place: &Place) -> Vec<u8> {
    let folders = std::fs::read_dir(place.beside("state").join("biostar-tui")).unwrap().flatten();
    let mut dumps = folders.filter_map(|folder| std::fs::read_dir(folder.path().join("dumps")).ok());
    let mut files = dumps.next().expect("a folder of dumps").flatten();
    let file = files.next().expect("a dump");
    assert!(files.next().is_none(), "one dump, and nothing half-written");
    std::fs::read(file.path()).unwrap()
}

/// A container, a volume and a network that are nobody's of ours.
struct Bystander<'a> {
    place: &'a Place,
    name: String,
    id: String,
}

impl<'a> Bystander<'a> {
    fn new(place: &'a Place) -> Self {
        let name = format!("{}-development-bystander", place.name);
        let image = place.tiny_image();
        let id = place.wait_for(async {
            let none = LabelFilter::new();
            place.engine.create_volume(&name, &none).await.unwrap();
            place.engine.create_network(&name, &none).await.unwrap();
            let id = place.engine.create(&sleeper(&name, image)).await.unwrap();
            place.engine.start(&id).await.unwrap();
            id
        });
        Self { place, name, id }
    }

    fn is_untouched(&self) {
        let engine = &self.place.engine;
        let container = self.place.wait_for(engine.container(&self.name)).unwrap();
        assert_eq!((container.id.as_str(), container.phase), (self.id.as_str(), Phase::Running));
        assert_eq!(self.place.wait_for(engine.volume(&self.name)).unwrap().name, self.name);
        assert_eq!(self.place.wait_for(engine.network(&self.name)).unwrap().name, self.name);
    }
}

impl Drop for Bystander<'_> {
    fn drop(&mut self) {
        let engine = &self.place.engine;
        self.place.wait_for(async {
            // Whatever cannot be removed was not made.
            let _ = engine.remove(&self.id).await;
            let _ = engine.remove_volume(&self.name).await;
            let _ = engine.remove_network(&self.name).await;
        });
    }
}

/// A container of nobody's that sleeps.
pub fn sleeper(name: &str, image: String) -> ContainerSpec {
    let command = ["sleep", "600"].map(str::to_owned).to_vec();
    ContainerSpec { command: Some(command), stop_timeout: 1, ..ContainerSpec::new(name.to_owned(), image) }
}
