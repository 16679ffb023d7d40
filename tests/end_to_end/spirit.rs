//! A real project that is not ours: `django-spirit` from PyPI, as its own `startproject`
//! generates it, with nothing on the host but the program. It uses Haystack with Whoosh, a
//! settings package, and SQLite until the overlay puts PostgreSQL in its place.

use std::fs;

use crate::{browser::Browser, place::Place};

/// What is needed to run `spirit startproject`: the packages alone. They are the ones that
/// `init` has to guess, so that they are installed once.
const BEFORE_THE_PROJECT: &str = "
[environments.development]
packages = [\"django-spirit\", \"psycopg2-binary\"]
settings = \"mysite.settings.dev\"
";

const NEW_USER: &str = "from django.contrib.auth import get_user_model as user; \
                        user().objects.create_superuser('ada', 'ada@example.org', 'difference-engine')";

#[test]
fn django_spirit_generated_by_itself_comes_up_and_its_search_finds_a_topic() {
    let place = Place::new("spirit");
    place.own_ports();
    generate(&place);
    init_guesses_all_of_it(&place);
    let ran = place.run(&["up"]).ends(0).says(&["task initialize", "task index"]);
    assert!(!ran.all().contains("task packages"), "what init guessed is what was installed:\n{}", ran.all());
    let url = ran.last_line().rsplit(' ').next().unwrap().to_owned();
    let mut browser = Browser::of(&url);
    assert!(browser.page("/").contains("Spirit"), "its first page");
    a_topic_is_found(&place, &mut browser);
    place.nothing_to_do();
    its_data_are_in_postgres(&place);
}

/// `spirit startproject` in a container, from a folder with a configuration alone.
fn generate(place: &Place) {
    fs::create_dir_all(&place.root).unwrap();
    place.write("manage.py", "# the project is not there yet\n");
    place.write("biostar-tui.toml", BEFORE_THE_PROJECT);
    place.bring_up(&["run", "--", "spirit", "startproject", "mysite"]).ends(0).says(&["Creating spirit project"]);
    let made = place.beside("made");
    fs::rename(place.root.join("mysite"), &made).expect("startproject has made the folder");
    fs::remove_dir_all(&place.root).unwrap();
    fs::rename(&made, &place.root).unwrap();
}

fn init_guesses_all_of_it(place: &Place) {
    place.run(&["init"]).ends(0).says(&["mysite.settings.dev", "django-spirit", "spiritinstall", "st_search"]);
    let text = fs::read_to_string(place.root.join("biostar-tui.toml")).unwrap();
    for wanted in ["packages = [\"django-spirit\", \"psycopg2-binary\"]", "outputs = [\"st_search\"]"] {
        assert!(text.contains(wanted), "{wanted} is not in\n{text}");
    }
    assert!(!text.contains("celery"), "a logger's name is no package:\n{text}");
    place.run(&["config", "check"]).ends(0);
}

/// One topic by the site itself, one behind its back, which only `reindex` can know of.
fn a_topic_is_found(place: &Place, browser: &mut Browser) {
    place.run(&["manage", "shell", "-c", NEW_USER]).ends(0);
    browser.post("/user/login/", &[("username", "ada"), ("password", "difference-engine")]);
    let category = place.query("development", "select id from spirit_category_category where title = 'Uncategorized'");
    let topic = [("title", "Axolotl genomes"), ("category", &category), ("comment", "They are *long*.")];
    let led_to = browser.post("/topic/publish/", &topic);
    assert!(led_to.contains("axolotl-genomes"), "{led_to}");
    place.query("development", "update spirit_topic_topic set title = 'Salamander genomes', slug = 'salamanders'");
    let found = |browser: &mut Browser, word: &str| browser.page(&format!("/search/?q={word}"));
    assert!(found(browser, "salamander").contains("no search results"), "the index cannot know of it yet");
    place.run(&["reindex"]).ends(0);
    assert!(found(browser, "salamander").contains("Salamander genomes"), "the search finds the topic");
    assert!(found(browser, "nothing-like-it").contains("no search results"));
}

fn its_data_are_in_postgres(place: &Place) {
    assert_eq!(place.query("development", "select title from spirit_topic_topic"), "Salamander genomes");
    assert!(!place.root.join("db.sqlite3").exists(), "the project's own SQLite file was used");
    place.run(&["halt"]).ends(0);
    place.run(&["up"]).ends(0);
    place.nothing_to_do();
}
