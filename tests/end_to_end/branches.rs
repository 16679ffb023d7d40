//! Branches of git whose migrations diverge, each with a database of its own.

use std::process::Command;

use crate::{
    place::{POSTS, Place},
    program::Running,
};

const PER_BRANCH: &str = "
[snapshots]
per_branch = true
";

/// A migration of this branch alone, which makes a table of its name.
fn migration(branch: &str) -> String {
    format!(
        "from django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n    \
         dependencies = [(\"forum\", \"0002_tags_votes_and_profiles\")]\n    operations = [\n        \
         migrations.CreateModel(\"{branch}\", [(\"id\", models.BigAutoField(primary_key=True)), \
         (\"word\", models.TextField())]),\n    ]\n"
    )
}

fn git(place: &Place, words: &[&str]) {
    let own = ["-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "init.defaultBranch=main", "-c", "gc.auto=0"];
    let output = Command::new("git").arg("-C").arg(&place.root).args(own).args(words).output().expect("git runs");
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn each_branch_has_its_own_data_and_schema() {
    let place = Place::with_demo("branches");
    place.append("biostar-tui.toml", PER_BRANCH);
    git(&place, &["init", "-q"]);
    git(&place, &["add", "-A"]);
    git(&place, &["commit", "-q", "-m", "common"]);
    for branch in ["left", "right"] {
        git(&place, &["checkout", "-q", "-b", branch, "main"]);
        place.write(&format!("forum/migrations/0003_{branch}.py"), &migration(branch));
        git(&place, &["add", "-A"]);
        git(&place, &["commit", "-q", "-m", branch]);
    }
    git(&place, &["checkout", "-q", "main"]);
    place.bring_up(&["up"]).ends(0);
    let watcher = place.start("watch.log", &["watch"]);
    place.until("the watcher looks", || place.said_by("watch.log").contains("watching").then_some(()));
    let mut switches = Switches { place: &place, done: 0 };
    for branch in ["left", "right"] {
        switches.to(branch);
        place.run(&["migrate"]).ends(0);
        place.query("development", &format!("insert into forum_{branch} (word) values ('of {branch}')"));
        place.query("development", &format!("update forum_post set title = 'of {branch}' where id = 22"));
        // A branch that is entered for the first time begins with what is there.
        switches.to("main");
    }
    for branch in ["left", "right", "main"] {
        switches.to(branch);
        has_its_own(&place, branch);
    }
    end(watcher);
}

struct Switches<'a> {
    place: &'a Place,
    done: usize,
}

impl Switches<'_> {
    /// Checks a branch out and waits until the server has its database.
    fn to(&mut self, branch: &str) {
        git(self.place, &["checkout", "-q", branch]);
        self.done += 1;
        let said = || self.place.said_by("watch.log");
        self.place.until(&format!("the switch to {branch}: {}", said()), || {
            (said().matches("✓ reload web (").count() >= self.done).then_some(())
        });
    }
}

fn has_its_own(place: &Place, branch: &str) {
    let tables = "select coalesce(string_agg(relname, ' '), '') from pg_class \
                  where relkind = 'r' and relname in ('forum_left', 'forum_right')";
    let own = if branch == "main" { String::new() } else { format!("forum_{branch}") };
    assert_eq!(place.query("development", tables), own, "the schema of {branch}");
    if branch != "main" {
        assert_eq!(place.query("development", &format!("select word from {own}")), format!("of {branch}"));
    }
    let title = place.query("development", "select title from forum_post where id = 22");
    assert_eq!(title == format!("of {branch}"), branch != "main", "{branch}: {title}");
    assert_eq!(place.posts(), POSTS);
    let status = place.run(&["status", "--json"]).ends(0).json();
    assert_eq!(status["migrations"]["standing"], "level", "{branch}: {}", status["migrations"]);
}

fn end(watcher: Running) {
    watcher.interrupt();
    watcher.end();
}
