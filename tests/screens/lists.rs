//! Lists to choose from, prompts and hints over the panes: each with its styles.

use std::collections::BTreeMap;

use biostar_tui::app::message::{LogMsg, RunMsg};
use biostar_tui::app::{Model, Msg, choice, next_keys, update};
use biostar_tui::core::holdings::Holdings;
use biostar_tui::core::naming::{LABEL_ENVIRONMENT, LABEL_HOST, LABEL_NAME, LABEL_PROJECT, LABEL_ROLE, LABEL_ROOT};
use biostar_tui::core::notice::Notice;
use biostar_tui::core::observed::{Container, Phase, PortInUse};
use biostar_tui::core::progress::RunId;
use insta::assert_snapshot;

use crate::{sample, styles, text};

fn snapshot(name: &str, model: &Model) {
    assert_snapshot!(name, text(model));
    assert_snapshot!(format!("{name}_styles"), styles(model));
}

#[test]
fn frames_of_a_traceback() {
    let mut model = sample::filled("development", (120, 30));
    let lines = sample::lines(&[
        "Traceback (most recent call last):",
        r#"  File "/packages/lib/python3.11/site-packages/django/core/handlers/base.py", line 197, in _get_response"#,
        "    response = wrapped_callback(request)",
        r#"  File "/project/forum/views.py", line 42, in post"#,
        "    return 1 / 0",
        "ZeroDivisionError: division by zero",
    ]);
    update(&mut model, Msg::Log(LogMsg::Lines { service: "web".into(), lines }));
    sample::press(&mut model, &["3", "E"]);
    snapshot("frames", &model);
}

#[test]
fn what_was_done() {
    let mut model = sample::filled("development", (120, 30));
    for (run, key) in [(1, "u"), (2, "m")] {
        sample::press(&mut model, &[key]);
        update(&mut model, Msg::Run(RunId(run), RunMsg::Done("done".into())));
    }
    sample::press(&mut model, &[";", "j"]);
    snapshot("history", &model);
}

fn server(project: &str, environment: &str, root: &str, host: &str, port: u16) -> Container {
    let pairs = [
        (LABEL_PROJECT, project),
        (LABEL_ENVIRONMENT, environment),
        (LABEL_ROOT, root),
        (LABEL_HOST, host),
        (LABEL_ROLE, "service"),
        (LABEL_NAME, "web"),
    ];
    Container {
        name: format!("{project}-{environment}-service-web"),
        labels: pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).into_iter().collect::<BTreeMap<_, _>>(),
        phase: if port > 0 { Phase::Running } else { Phase::Exited },
        ports: (port > 0)
            .then(|| PortInUse { container: 8000, address: "127.0.0.1".into(), host: port })
            .into_iter()
            .collect(),
        ..Container::default()
    }
}

fn projects(size: (u16, u16)) -> Model {
    let mut model = sample::filled("development", size);
    let held = Holdings {
        host: "host".into(),
        containers: vec![
            server("biostar", "development", "/home/ada/biostar", "host", 8000),
            server("biostar", "staging", "/home/ada/biostar", "host", 8001),
            server("neurostars", "development", "/home/ada/neuro", "host", 0),
            server("old", "development", "/home/ada/old", "host", 0),
        ],
        gone: ["/home/ada/old".to_owned()].into(),
        ..Holdings::default()
    };
    let choice = choice::projects(&held, &model.project).unwrap();
    update(&mut model, Msg::Choice(choice));
    model
}

#[test]
fn projects_of_the_machine() {
    let mut model = projects((120, 30));
    sample::press(&mut model, &["j", "j"]);
    snapshot("projects", &model);
    assert_snapshot!("projects_on_the_smallest", text(&projects((60, 15))));
}

#[test]
fn what_is_typed_about_a_log() {
    let mut model = sample::filled("development", (120, 30));
    sample::press(&mut model, &["3", "/", "s", "t"]);
    snapshot("log_prompt", &model);
}

#[test]
fn keys_that_come_next() {
    let mut model = sample::with_console((120, 30));
    sample::press(&mut model, &["ctrl-]"]);
    let later = model.now + i64::try_from(next_keys::HESITATION.as_nanos()).unwrap() + 1;
    update(&mut model, Msg::Tick(later));
    snapshot("next_keys", &model);
}

#[test]
fn news_while_a_pane_is_zoomed() {
    let mut model = sample::filled("development", (120, 30));
    sample::press(&mut model, &["3", "z"]);
    update(&mut model, Msg::Notice(Notice::error("web has ended with exit code 1").remedy("`biostar-tui up`")));
    snapshot("news", &model);
    sample::press(&mut model, &["5", "z"]);
    snapshot("notices", &model);
}
