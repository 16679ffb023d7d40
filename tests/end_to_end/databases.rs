//! What is Django's own: migrations known, snapshots, dumps, tests of the project, a search
//! engine on demand.

use biostar_tui::core::{
    image::{Base, Bootstrap},
    naming::Role,
    observed::Phase,
};
use biostar_tui::engine::Engine as _;

use crate::place::{POSTS, Place, page};

const SEARCH: &str = "
[services.search]
enabled = false
dockerfile = \"search/Dockerfile\"
health = \"http://:10041/d/status\"
env = { SEARCH_URL = \"http://search:10041\" }

[snapshots]
keep = 2
";

/// Debian's groonga, on the base that the other images are built from.
const GROONGA: &str = "
FROM BASE
RUN apt-get update -q && apt-get install -q -y --no-install-recommends groonga-bin && mkdir /db
CMD [\"groonga\", \"--protocol\", \"http\", \"--bind-address\", \"0.0.0.0\", \"--port\", \"10041\", \"-s\", \"-n\", \"/db/db\"]
";

#[test]
fn a_database_is_known_kept_and_brought_back() {
    let place = Place::with_demo("databases");
    place.append("biostar-tui.toml", SEARCH);
    place.bring_up(&["up"]).ends(0);
    knows_migrations(&place);
    keeps_and_restores(&place);
    goes_back_with_a_snapshot(&place);
    takes_a_dump_in(&place);
    runs_tests(&place);
    has_a_search_engine_on_demand(&place);
}

/// An earlier `destroy` has taken the containers and the network.
#[test]
fn volumes_alone_are_dumped_before_they_go() {
    let place = Place::with_file("volumes-alone", "[services.db]\nkind = \"postgres\"\nport = \"\"\n");
    place.bring_up(&["up"]).ends(0);
    place.run(&["destroy", "--yes"]).ends(0).says(&["its volumes are kept"]);
    place.run(&["destroy", "--volumes", "--yes"]).ends(0).says(&["the database was dumped to", "is gone"]);
    assert_eq!(place.containers(), []);
    place.run(&["destroy", "--volumes", "--yes"]).ends(0).says(&["was not there"]);
}

fn migrations(place: &Place) -> serde_json::Value {
    place.run(&["status", "--json"]).ends(0).json()["migrations"].clone()
}

fn knows_migrations(place: &Place) {
    assert_eq!(migrations(place)["standing"], "level");
    let models = std::fs::read_to_string(place.root.join("forum/models.py")).unwrap();
    place.write("forum/models.py", &format!("{models}\n\nclass Extra(models.Model):\n    word = models.TextField()\n"));
    place.run(&["migrations"]).ends(0).says(&["Create model Extra", "makemigrations"]);
    place.run(&["makemigrations"]).ends(0).says(&["0003_extra"]);
    let pending = migrations(place);
    assert_eq!((&pending["standing"], &pending["pending"][0]), (&"behind".into(), &"forum.0003_extra".into()));
    place.run(&["migrate"]).ends(0);
    assert_eq!(migrations(place)["standing"], "level");
}

fn keeps_and_restores(place: &Place) {
    place.run(&["snapshot", "save", "whole"]).ends(0);
    place.run(&["snapshot", "save", "whole"]).ends(4).says(&["there is a snapshot whole already"]);
    place.query("development", "truncate forum_post cascade");
    place
        .run(&["snapshot", "restore", "whole"])
        .ends(4)
        .says(&["nobody can be asked", "kept as an automatic snapshot"]);
    place.run(&["--yes", "snapshot", "restore", "whole"]).ends(0).says(&["index was made from another database"]);
    assert_eq!(place.posts(), POSTS);
    place.run(&["status"]).ends(0).says(&["drift: index: was made from another database"]);
    // Only what was made from the database of before is stale; no fixture is loaded twice.
    let plan = place.run(&["up", "--dry-run", "--json"]).ends(0).json();
    let names: Vec<_> = plan["steps"].as_array().unwrap().iter().filter_map(|step| step["name"].as_str()).collect();
    assert_eq!(names, ["task index"]);
    place.run(&["up"]).ends(0);
    assert_eq!(place.posts(), POSTS);
    place.nothing_to_do();
}

fn goes_back_with_a_snapshot(place: &Place) {
    place.run(&["migrate", "forum", "0002"]).ends(4).says(&["forum.0003_extra", "nothing was migrated"]);
    place.run(&["--yes", "migrate", "forum", "0002"]).ends(0);
    let list = place.run(&["snapshot", "--json"]).ends(0).json();
    let names: Vec<_> = list["list"].as_array().unwrap().iter().filter_map(|it| it["name"].as_str()).collect();
    assert!(names.iter().any(|name| name.starts_with("before-migrate-")), "{names:?}");
    assert_eq!(migrations(place)["pending_count"], 1);
    std::fs::remove_file(place.root.join("forum/migrations/0003_extra.py")).unwrap();
    biostar_tui::runtime::demo::write(&place.beside("fresh")).unwrap();
    std::fs::copy(place.beside("fresh").join("forum/models.py"), place.root.join("forum/models.py")).unwrap();
    assert_eq!(migrations(place)["standing"], "level");
}

fn takes_a_dump_in(place: &Place) {
    let dump = place.beside("it.dump");
    let path = dump.to_str().unwrap();
    place.run(&["snapshot", "export", path]).ends(0);
    place.run(&["--yes", "snapshot", "import", path]).ends(0);
    // Bounded: of those that the program took only two are left.
    let list = place.run(&["snapshot", "--json"]).ends(0).json();
    let automatic = list["list"].as_array().unwrap().iter().filter(|it| it["kind"] == "automatic").count();
    assert_eq!(automatic, 2);
    place.run(&["up"]).ends(0);
    assert_eq!(place.posts(), POSTS, "an imported dump counts as initialised");
    as_of_a_newer_server(place, &dump);
    place.run(&["--yes", "snapshot", "import", path]).ends(0).says(&["the dump is of PostgreSQL 99"]);
    std::fs::write(&dump, "this is no dump").unwrap();
    place.run(&["--yes", "snapshot", "import", path]).ends(1).says(&["could not be read in"]);
    assert_eq!(place.posts(), POSTS);
}

/// The server's version stands in the head of a dump.
fn as_of_a_newer_server(place: &Place, dump: &std::path::Path) {
    let mut bytes = std::fs::read(dump).unwrap();
    let version = place.query("development", "show server_version");
    let at = bytes.windows(version.len()).position(|window| window == version.as_bytes()).unwrap();
    bytes[at..at + 2].copy_from_slice(b"99");
    std::fs::write(dump, bytes).unwrap();
}

fn runs_tests(place: &Place) {
    place.write("forum/tests/test_own.py", "from django.test import TestCase\n\n\nclass Own(TestCase):\n    def test_right(self):\n        pass\n\n    def test_wrong(self):\n        self.fail('no')\n");
    place.run(&["test", "forum.tests.test_own"]).ends(1).says(&["2 tests: 1 passed, 1 failed"]);
    let again = place.run(&["test", "--failed"]).ends(1);
    assert!(again.out.contains("test 1/1 FAILED forum.tests.test_own.Own.test_wrong"), "{}", again.out);
    std::fs::remove_file(place.root.join("forum/tests/test_own.py")).unwrap();
}

fn has_a_search_engine_on_demand(place: &Place) {
    let base = Base { image: "debian:bookworm-slim".into(), bootstrap: Bootstrap::Auto, mirror: String::new() };
    let has = |name: &str| place.wait_for(place.engine.image(name)).is_ok();
    let name = if has(&base.image) { base.image.clone() } else { base.bootstrapped() };
    place.write("search/Dockerfile", &GROONGA.replace("BASE", &name));
    let url = |place: &Place| place.execute("development", "web", &["sh", "-c", "echo $SEARCH_URL"]);
    assert_eq!(url(place), "");
    place.run(&["toggle"]).ends(0).says(&["search is on"]);
    assert_eq!(url(place), "http://search:10041");
    let answer = place.execute("development", "web", &["curl", "-s", "http://search:10041/d/status"]);
    assert!(answer.contains("\"uptime\""), "{answer}");
    place.nothing_to_do();
    place.run(&["toggle"]).ends(0).says(&["search is off"]);
    assert_eq!(url(place), "");
    assert!(place.find(Role::Service, "search").is_some_and(|it| it.phase == Phase::Exited));
    let status = place.run(&["status", "--json"]).ends(0).json();
    assert!(page(status["url"].as_str().unwrap(), "/").contains("demo"));
}
