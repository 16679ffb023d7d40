use super::*;
use crate::core::{status::tests::project as plain_project, watching::Rule};
use crate::watch::{git::Head, rules::Inputs};
use proptest::prelude::*;
use std::time::Duration;

fn project() -> Project {
    let mut project = plain_project();
    project.environment.settings = "forum.settings".into();
    project
}

fn rules() -> Rules {
    let own = |paths: &str, action, service: Option<&str>| Rule {
        paths: vec![paths.into()],
        ignore: Vec::new(),
        action,
        service: service.map(str::to_owned),
        debounce: Duration::ZERO,
    };
    let inputs = Inputs {
        requirements: vec!["requirements.txt".into()],
        configuration: vec!["biostar-tui.toml".into()],
        dockerfiles: vec![("docker/Dockerfile".into(), "worker".into())],
        outputs: Vec::new(),
        pages: true,
    };
    let own = [
        own("**/*.html", Action::Reload, None),
        own("tasks/**", Action::Restart, Some("worker")),
        own("notes/**", Action::Nothing, None),
    ];
    Rules::new(&own, inputs)
}

fn decided(paths: &[&str], head: Option<HeadMove>) -> Vec<String> {
    let changes = paths.iter().map(|path| Change::new(*path, ChangeKind::Modified)).collect();
    let decisions = decide(&Batch { changes, head }, &rules(), &project());
    decisions.iter().map(in_words).collect()
}

fn in_words(decision: &Decision) -> String {
    match decision {
        Decision::Reload { cause } => format!("reload: {cause}"),
        Decision::Act { action, service, cause } => {
            format!("{} {}: {cause}", action.as_str(), service.as_deref().unwrap_or("-"))
        }
        Decision::Offer(Offer { action, summary, cause, .. }) => {
            format!("offer {action}: {summary}: {}", cause.as_deref().unwrap_or_default())
        }
        Decision::SwitchDatabase { from, to } => format!("database: {from} → {to}"),
        Decision::Refresh { cause } => format!("refresh: {cause}"),
        Decision::Reread { cause } => format!("reread: {cause}"),
    }
}

#[test]
fn what_follows_from_edits() {
    for (paths, wanted) in [
        (&[][..], &[][..]),
        (&["forum/views.py"], &["reload: forum/views.py"]),
        (&["a.py", "b.py", "c.html"], &["reload: a.py and 2 more"]),
        (&["requirements.txt"], &["install -: requirements.txt"]),
        (&["requirements.txt", "a.py"], &["reload: a.py", "install -: requirements.txt"]),
        (&["forum/migrations/0002.py"], &["offer migrate: migrations have changed: forum/migrations/0002.py"]),
        (&["docker/entry.sh"], &["offer rebuild: what the image of worker is built from has changed: docker/entry.sh"]),
        (&["biostar-tui.toml", "a.py"], &["reread: biostar-tui.toml", "reload: a.py"]),
        (&["tasks/send.py"], &["restart worker: tasks/send.py"]),
        (&["notes/a.py", "readme.md"], &[]),
        (&["static/a.css", "static/b.js"], &["refresh: static/a.css and 1 more"]),
        (&["static/a.css", "a.py"], &["reload: a.py"]),
    ] {
        assert_eq!(decided(paths, None), wanted, "{paths:?}");
    }
}

fn switch() -> HeadMove {
    let head = |branch: &str| Head { branch: Some(branch.into()), commit: "1234567".into() };
    HeadMove { from: head("main"), to: head("topic") }
}

#[test]
fn a_switch_of_branches_is_one_offer() {
    let paths =
        ["requirements.txt", "forum/migrations/2.py", "forum/migrations/3.py", "forum/models.py", "forum/settings.py"];
    assert_eq!(
        decided(&paths, Some(switch())),
        [
            "reload: forum/models.py and 1 more",
            "offer up: git has switched main → topic: what differs: requirements, migrations (2 files), models, settings",
        ]
    );
    assert_eq!(decided(&["forum/views.py"], Some(switch())), ["reload: forum/views.py"]);
    assert_eq!(decided(&[], Some(switch())), Vec::<String>::new(), "a commit changes no file");
}

#[test]
fn a_requirement_file_that_went_is_not_installed() {
    let changes = vec![Change::new("requirements.txt", ChangeKind::Removed)];
    assert_eq!(decide(&Batch { changes, head: None }, &rules(), &project()), []);
}

proptest! {
    #[test]
    fn each_action_is_decided_once_and_python_is_always_reloaded(
        paths in prop::collection::vec("(app/|tasks/|notes/|docker/|app/migrations/)?[ab]\\.(py|html|txt)|requirements\\.txt", 0..20),
    ) {
        let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        let decisions = decided(&paths, None);
        let heads: Vec<_> = decisions.iter().map(|decision| decision.split(':').next().unwrap().to_owned()).collect();
        let unique: std::collections::BTreeSet<_> = heads.iter().collect();
        prop_assert_eq!(unique.len(), heads.len());
        let served = |path: &&str| path.starts_with("app/") && path.ends_with(".py") && !path.contains("migrations");
        prop_assert!(!paths.iter().any(served) || heads.contains(&"reload".to_owned()));
    }
}

#[test]
fn each_branch_has_its_own_database_where_that_is_wanted() {
    let mut own = project();
    let switched = |project: &Project, from, to| database(from, to, project).as_ref().map(in_words);
    assert_eq!(switched(&own, Some("main"), Some("topic")), None);
    own.snapshots.per_branch = true;
    assert_eq!(switched(&own, Some("main"), Some("topic")).as_deref(), Some("database: main → topic"));
    for (from, to) in [(Some("main"), Some("main")), (None, Some("main")), (Some("main"), None)] {
        assert_eq!(switched(&own, from, to), None);
    }
}
