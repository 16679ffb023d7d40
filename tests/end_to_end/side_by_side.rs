//! Two clients at once, two environments side by side, and secrets that show up nowhere.

use std::collections::BTreeSet;

use biostar_tui::core::naming::Role;

use crate::{
    place::{POSTS, Place, free_port, page},
    secrets::{SECRET, check_secrets, print_secret},
};

const STAGING: &str = "
[environments.staging]
requirements = [\"requirements.txt\"]
settings = \"demo.settings\"
overlay = { ALLOWED_HOSTS = [\"*\"] }
env_file = \"staging.env\"
packages_in = \"folder\"
";

#[test]
fn two_clients_make_one_project_and_two_environments_stand_side_by_side() {
    let place = Place::with_demo("two");
    let begun = biostar_tui_now();
    place.append("biostar-tui.toml", STAGING);
    place.set("BIOSTAR_TUI_ENVIRONMENTS__DEVELOPMENT__ENV_FILE", "development.env");
    place.write("development.env", &format!("FORUM_API_TOKEN={SECRET}\nGREETING=hello\n"));
    place.write("staging.env", "export FOLDER=`pwd`\nexport GREETING=\"$(echo hi) $FOLDER\"\n");
    let port = free_port();
    place.set("BIOSTAR_TUI_SERVICES__WEB__PORT", &format!("127.0.0.1:{port}"));
    two_clients_make_one(&place);
    let development = place.ids(Role::Service);
    stands_beside(&place, port);
    let kept = place.ids(Role::Service);
    assert!(development.iter().all(|(name, id)| kept.get(name) == Some(id)), "the first environment is untouched");
    print_secret(&place);
    check_secrets(&place, begun);
    staging_goes_alone(&place, &development);
}

fn biostar_tui_now() -> i64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    i64::try_from(now.as_nanos()).unwrap()
}

fn two_clients_make_one(place: &Place) {
    let turn = place.turn_to_build();
    let second = place.start("second.log", &["up", "--verbose"]);
    let first = place.run(&["up", "--verbose"]);
    let code = second.end();
    drop(turn);
    place.said.borrow_mut().push_str(&place.said_by("second.log"));
    assert_eq!(code, Some(0), "the second client:\n{}\n--- the first\n{}", place.said_by("second.log"), first.err);
    first.ends(0);
    let parts: Vec<String> = place.containers().iter().map(|container| container.part().to_owned()).collect();
    let once: BTreeSet<&String> = parts.iter().collect();
    assert_eq!(once.len(), parts.len(), "one set of containers: {parts:?}");
    let wanted = ["prepare", "db", "web", "packages", "database", "migrate", "initialize", "fixtures", "index"];
    assert_eq!(once, wanted.map(str::to_owned).iter().collect());
    assert_eq!(place.posts(), POSTS);
    place.nothing_to_do();
}

/// The same wanted ports: the second environment takes the next free ones and says so.
fn stands_beside(place: &Place, port: u16) {
    let ran = place.run(&["--environment", "staging", "up"]).ends(0);
    let owner = format!("{}-development-service-web", place.name);
    assert!(ran.err.contains(&format!("port {port} of web is taken by the container {owner}")), "{}", ran.err);
    let staging = place.run(&["--environment", "staging", "status", "--json"]).ends(0).json();
    let development = place.run(&["status", "--json"]).ends(0).json();
    assert_ne!(staging["url"], development["url"]);
    place.query("staging", "update forum_sitetext set text = 'of staging' where name = 'footer'");
    assert!(page(staging["url"].as_str().unwrap(), "/").contains("of staging"));
    assert!(!page(development["url"].as_str().unwrap(), "/").contains("of staging"), "each has a database of its own");
    let plan = place.run(&["--environment", "staging", "up", "--dry-run", "--json"]).ends(0).json();
    assert_eq!(plan["steps"], serde_json::json!([]), "a port that was fallen back to is no drift");
    its_env_file_was_sourced(place);
    its_packages_lie_in_a_folder(place);
    each_has_an_index_of_its_own(place, staging["url"].as_str().unwrap());
}

fn its_env_file_was_sourced(place: &Place) {
    let environment = place.execute("staging", "web", &["cat", "/proc/1/environ"]);
    assert!(environment.split('\0').any(|variable| variable == "GREETING=hi /project"), "{environment:?}");
    let ran = place.run(&["--environment", "staging", "run", "printenv", "GREETING"]).ends(0);
    assert!(ran.all().contains("hi /project"), "{}", ran.all());
}

fn packages(place: &Place) -> std::path::PathBuf {
    let all = place.beside("state").join("biostar-tui");
    let mut mine = std::fs::read_dir(&all).unwrap().map(|entry| entry.unwrap().path());
    let of_staging = |path: &std::path::PathBuf| path.to_string_lossy().contains("-staging-");
    mine.find(of_staging).expect("staging has a state folder").join("packages")
}

/// For an editor: the link into it is one that the host can follow.
fn its_packages_lie_in_a_folder(place: &Place) {
    let library = packages(place).join("current/lib");
    let python = std::fs::read_dir(&library).unwrap().next().unwrap().unwrap().path();
    assert!(python.join("site-packages/django/__init__.py").is_file(), "{}", python.display());
}

/// Development's lies in the folder that both share, the other's apart from it: neither
/// makes the other's stale, and each finds what its own database has.
fn each_has_an_index_of_its_own(place: &Place, staging: &str) {
    place.nothing_to_do();
    let made = place.execute("staging", "web", &["ls", "/var/lib/biostar-tui/state/outputs"]);
    assert_eq!(made, "search_index");
    assert!(page(staging, "/search/?q=trinity").contains("axolotl"));
    place.query("staging", "update forum_post set title = 'Of staging alone', body = 'quokka' where id = 22");
    place.run(&["--environment", "staging", "reindex"]).ends(0);
    assert!(page(staging, "/search/?q=quokka").contains("Of staging alone"));
    let development = place.run(&["status", "--json"]).ends(0).json();
    assert!(!page(development["url"].as_str().unwrap(), "/search/?q=quokka").contains("Of staging alone"));
    place.nothing_to_do();
}

fn staging_goes_alone(place: &Place, development: &std::collections::BTreeMap<String, String>) {
    place.run(&["--environment", "staging", "destroy", "--volumes", "--no-dump", "--yes"]).ends(0);
    assert_eq!(&place.ids(Role::Service), development, "the other environment is untouched");
    assert_eq!(place.posts(), POSTS);
    assert!(!packages(place).exists(), "its packages are gone with its volumes");
}
