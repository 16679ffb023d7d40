//! The program, or a step's container, killed during each step in turn; a step that fails.

use std::time::{Duration, Instant};

use biostar_tui::{core::naming::Role, engine::Engine as _};

use crate::place::{POSTS, Place, page};

/// A migration that writes before it fails: half of it must not stay.
const BROKEN: &str = "
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [('forum', '0002_tags_votes_and_profiles')]
    operations = [
        migrations.RunSQL('create table half_made (id integer)'),
        migrations.RunSQL('select 1 from a_table_that_nobody_made'),
    ]
";

const MENDED: &str = "
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [('forum', '0002_tags_votes_and_profiles')]
    operations = [migrations.RunSQL('create table half_made (id integer)')]
";

/// Fixtures that cannot be loaded twice, and are in the database, committed, before the
/// step has ended: what a kill leaves of them has to be rolled back.
const FIXTURES: &str = "python3 manage.py loaddata initial && \
    psql -qc \\\"insert into forum_sitetext values ('only-once', 'x')\\\" && echo committed && sleep 1";

#[test]
fn killed_during_each_step_in_turn_up_completes_it_and_does_nothing_twice() {
    let place = Place::with_demo("killed");
    place.set("BIOSTAR_TUI_STEPS__FIXTURES__RUN", &format!("[\"sh\", \"-c\", \"{FIXTURES}\"]"));
    // The images are not what is killed here; where they are missing the first run holds
    // the others back until they are there.
    let turn = place.turn_to_build();
    place.write("forum/migrations/0003_half.py", BROKEN);
    for step in ["packages", "database"] {
        is_killed_twice(&place, step);
    }
    drop(turn);
    fails_with_the_line_and_the_remedy(&place);
    place.write("forum/migrations/0003_half.py", MENDED);
    let mut finished = Vec::new();
    for step in ["migrate", "initialize", "fixtures", "index"] {
        finished.push((step, is_killed_twice(&place, step)));
    }
    place.run(&["up"]).ends(0);
    for (step, id) in finished {
        let task = place.find(Role::Task, step).unwrap();
        assert_eq!(
            (task.id, task.exit_code),
            (id, 0),
            "{step}: a run that outlived the program is joined, not repeated"
        );
    }
    assert_eq!(place.posts(), POSTS, "the fixtures are there once");
    assert_eq!(place.query("development", "select count(*) from forum_sitetext where name = 'only-once'"), "1");
    assert_eq!(place.query("development", "select count(*) from auth_user where username = 'admin'"), "1");
    let copies = "select count(*) from pg_database where datname like '%\\_\\_before\\_%'";
    assert_eq!(place.query("development", copies), "0", "no copy of the database is left behind");
    let url = place.run(&["status", "--json"]).ends(0).json()["url"].as_str().unwrap().to_owned();
    assert!(page(&url, "/search/?q=trinity").contains("axolotl"));
    place.nothing_to_do();
}

/// First the step's container dies with the program, then, in the run after, the program
/// alone. The id of the run that outlived it.
fn is_killed_twice(place: &Place, step: &str) -> String {
    let first = is_killed_during(place, step, "");
    let killed = place.wait_for(place.engine.kill(&first, "SIGKILL"));
    killed.unwrap_or_else(|error| panic!("{step} had ended before it was killed: {}", error.notice()));
    let killed = place.until("the container is dead", || place.find(Role::Task, step).filter(|task| !task.is_up()));
    assert_eq!((killed.id.as_str(), killed.exit_code), (first.as_str(), 137), "{step} was killed while it ran");
    is_killed_during(place, step, &first)
}

/// Kills the program while the step runs; the id of the step's container.
fn is_killed_during(place: &Place, step: &str, old: &str) -> String {
    let log = format!("up-{step}.log");
    let mut up = place.start(&log, &["up"]);
    let task = place.until(&format!("{step} runs"), || {
        assert!(!up.has_ended(), "up ended before {step} ran:\n{}", place.said_by(&log));
        place.find(Role::Task, step).filter(|task| task.is_up() && task.id != old)
    });
    has_begun(place, step, &task.id);
    up.kill();
    task.id
}

/// Waits until the step is in its midst: `fixtures` says when, the others are a moment old,
/// but for `database`, which as a whole takes little longer than that.
fn has_begun(place: &Place, step: &str, id: &str) {
    let seen = Instant::now();
    place.until("the step is in its midst", || {
        let begun = match step {
            "fixtures" => place.output(id).contains("committed"),
            "database" => true,
            _ => seen.elapsed() > Duration::from_millis(400),
        };
        begun.then_some(())
    });
}

fn fails_with_the_line_and_the_remedy(place: &Place) {
    let ran = place.run(&["up"]).ends(1).says(&["step migrate failed", "a_table_that_nobody_made", "biostar-tui up"]);
    assert!(ran.err.contains("biostar-tui tasks migrate"), "where the rest of the output is:\n{}", ran.err);
    let state = place.run(&["status", "--json"]).ends(0).json();
    let migrate = state["tasks"].as_array().unwrap().iter().find(|task| task["name"] == "migrate").unwrap();
    assert_eq!(migrate["state"], "failed");
    place.run(&["tasks", "migrate"]).ends(0).says(&["Traceback", "a_table_that_nobody_made"]);
    let half = place.query("development", "select count(*) from pg_tables where tablename = 'half_made'");
    assert_eq!(half, "0", "the failed step is rolled back");
    place.run(&["up"]).ends(1).says(&["step migrate failed"]);
}
