//! A walk through all actions: by key, by palette and by command line they do the same.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use std::sync::Arc;
use std::time::Duration;

use biostar_tui::actions::arguments::Arguments;
use biostar_tui::actions::registry::{self, ACTIONS, Action, Scope};
use biostar_tui::actions::request::Request;
use biostar_tui::app::effect::{Asked, Effect};
use biostar_tui::app::message::{EngineMsg, RunMsg, Snapshot};
use biostar_tui::app::{Keymap, Model, Msg, update};
use biostar_tui::cli::{command::command, verbs};
use biostar_tui::config::{self, Loaded};
use biostar_tui::core::input::{Input, Key};
use biostar_tui::core::observed::Observed;
use biostar_tui::core::state::ServiceState;
use biostar_tui::core::status::service_view;
use biostar_tui::engine::Engine;
use biostar_tui::engine::fake::FakeEngine;
use biostar_tui::runtime::actor::{Actions, Place};
use biostar_tui::runtime::dashboard::Actor as _;
use biostar_tui::runtime::{doctor::Subject, facts, observe};
use tokio::sync::mpsc;

/// Lines with arguments, for every action that takes some.
const LINES: &[&str] = &[
    "up --force migrate --force index",
    "up --dry-run",
    "halt --dry-run",
    "suspend --dry-run",
    "resume --dry-run",
    "reload web",
    "restart db --dry-run",
    "rebuild web",
    "install --dry-run",
    "migrate forum 0001 --fake",
    "migrate --dry-run forum",
    "makemigrations forum --merge",
    "test forum --failed",
    "toggle search --on",
    "snapshot save before",
    "snapshot restore before --dry-run",
    "snapshot switch main topic",
    "reindex --dry-run",
    "collectstatic --dry-run",
    "manage dumpdata forum --indent 2",
    "run -- ls -l 'a b'",
    "status --stats",
    "inspect web",
    "clean --volumes",
    "logs web --follow",
    "tasks migrate",
    "destroy --volumes --no-dump",
    "init --profile none",
    "doctor --fix",
    "db url",
    "config check",
    "console django",
    "attach web",
    "adopt --dry-run",
    "pane 2",
    "layout logs",
    "environment staging",
];

struct Stage {
    loaded: Loaded,
    _folder: tempfile::TempDir,
}

fn load(root: &std::path::Path) -> Loaded {
    let request = config::Request { start: root.to_owned(), ..config::Request::default() };
    config::load(&request).unwrap()
}

impl Stage {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("demo");
        biostar_tui::runtime::demo::write(&root).unwrap();
        Self { loaded: load(&root), _folder: folder }
    }

    /// A dashboard in which every action can do something: `db` runs, `web` is paused.
    fn model(&self) -> Model {
        let project = &self.loaded.project;
        let mut model = Model::new(project, "unix:///fake.sock", Keymap::new(&Default::default()).unwrap());
        model.screen.size = (120, 30);
        let mut services = service_view(project, &Observed::default());
        services.iter_mut().for_each(|service| service.state = ServiceState::Running);
        services[1].state = ServiceState::Paused;
        update(&mut model, Msg::Engine(EngineMsg::Connected { version: "27".into() }));
        update(&mut model, Msg::Engine(EngineMsg::Snapshot(Snapshot { services, ..Snapshot::default() })));
        model
    }

    /// What a line typed in the palette leads to.
    fn by_palette(&self, line: &str) -> (Model, Vec<Effect>) {
        let mut model = self.model();
        press(&mut model, ":".parse().unwrap());
        line.chars().for_each(|c| drop(press(&mut model, Key::char(c))));
        let effects = press(&mut model, "enter".parse().unwrap());
        (model, effects)
    }

    fn by_key(&self, key: &str) -> (Model, Vec<Effect>) {
        let mut model = self.model();
        let effects = press(&mut model, key.parse().unwrap());
        (model, effects)
    }
}

fn press(model: &mut Model, key: Key) -> Vec<Effect> {
    update(model, Msg::Input(Input::Key(key)))
}

/// The arguments that the command line reads from a line.
fn by_command_line(line: &str) -> (&'static Action, Arguments) {
    let words = shell_words::split(&format!("biostar-tui {line}")).unwrap();
    let matches = command().try_get_matches_from(words).unwrap();
    let (verb, matches) = matches.subcommand().unwrap();
    let action = registry::find(verb).unwrap();
    (action, verbs::arguments(action, matches))
}

fn asked(effects: &[Effect]) -> Asked {
    match effects {
        [Effect::Run { asked, .. }] => asked.clone(),
        other => panic!("no run: {other:?}"),
    }
}

fn request(asked: &Asked) -> (Request, Arguments) {
    Request::read(asked.action, asked.service.clone(), &asked.words).unwrap()
}

fn of(scope: Scope) -> impl Iterator<Item = &'static Action> {
    ACTIONS.iter().filter(move |action| action.scope == scope)
}

#[test]
fn everything_is_within_reach() {
    for action in ACTIONS.iter().filter(|action| action.is_in_dashboard() && action.id != "palette") {
        let found = biostar_tui::app::matching::actions(action.id);
        assert_eq!(found.first().map(|action| action.id), Some(action.id), "its name finds it first");
    }
    for action in ACTIONS.iter().filter(|action| !action.arguments.is_empty() && action.is_in_dashboard()) {
        assert!(LINES.iter().any(|line| line.split(' ').next() == Some(action.id)), "{} has no line here", action.id);
    }
}

#[test]
fn what_plans_is_one_request_by_key_by_palette_and_by_command_line() {
    let stage = Stage::new();
    for action in of(Scope::Everywhere).filter(|action| !action.needs_words()) {
        let (by_line, arguments) = by_command_line(action.id);
        let wanted = Request::of(by_line.id, None, &arguments).unwrap();
        assert_eq!(wanted.action(), action.id);
        assert_eq!(request(&asked(&stage.by_palette(action.id).1)).0, wanted, "{}", action.id);
        for key in action.keys {
            assert_eq!(request(&asked(&stage.by_key(key).1)).0, wanted, "{} by {key}", action.id);
        }
    }
}

#[test]
fn what_needs_words_asks_for_them_by_key_and_by_palette() {
    let stage = Stage::new();
    for action in ACTIONS.iter().filter(|action| action.needs_words() && action.id != "pane") {
        let typed = stage.by_palette(action.id);
        for key in action.keys {
            let pressed = stage.by_key(key);
            assert_eq!(format!("{:?}", pressed.0.screen), format!("{:?}", typed.0.screen), "{}", action.id);
        }
        assert!(typed.1.is_empty());
    }
}

#[test]
fn arguments_mean_the_same_in_the_palette_and_on_the_command_line() {
    let stage = Stage::new();
    let is_verb = |line: &&&str| line.split(' ').next().and_then(registry::find).is_some_and(Action::is_verb);
    for line in LINES.iter().filter(is_verb) {
        let (action, wanted) = by_command_line(line);
        let (_, effects) = stage.by_palette(line);
        match Request::of(action.id, None, &wanted) {
            Some(by_line) => assert_eq!(request(&asked(&effects)), (by_line, wanted), "{line}"),
            None => {
                let words = shell_words::split(line).unwrap();
                assert_eq!(Arguments::read(action, &words[1..]).unwrap(), wanted, "{line}");
            }
        }
    }
}

#[test]
fn actions_of_the_screen_do_the_same_by_key_and_by_palette() {
    let stage = Stage::new();
    for action in of(Scope::Screen).chain(of(Scope::Shown)).filter(|action| action.id != "palette") {
        for key in action.keys {
            let line = if action.id == "pane" { format!("pane {key}") } else { action.id.to_owned() };
            let ((by_key, one), (by_palette, other)) = (stage.by_key(key), stage.by_palette(&line));
            assert_eq!(one, other, "{line}");
            assert_eq!(format!("{:?}", by_key.screen), format!("{:?}", by_palette.screen), "{line}");
            assert_eq!(by_key.notices, by_palette.notices, "{line}");
        }
    }
}

/// The actor on the scripted engine.
struct Act {
    engine: FakeEngine,
    actor: Actions,
    messages: mpsc::Sender<Msg>,
    received: mpsc::Receiver<Msg>,
}

impl Act {
    fn new(stage: &Stage) -> Self {
        let (engine, root) = (FakeEngine::new(), stage.loaded.project.root.clone());
        let (messages, received) = mpsc::channel(64);
        let looked = root.clone();
        let place = Place {
            project: Arc::new(stage.loaded.project.clone()),
            engine: Arc::new(engine.clone()),
            secrets: stage.loaded.secrets(),
            reload: Arc::new(move || Ok(load(&root))),
            look: Arc::new(move || Subject {
                configuration: Ok(load(&looked)),
                endpoint: Ok(biostar_tui::engine::Endpoint::default()),
                variables: Default::default(),
            }),
        };
        Self { engine, actor: Actions::new(place), messages, received }
    }

    /// What an effect shows at last: more may come when it has been counted.
    async fn shown(&mut self, effect: Effect) -> Msg {
        self.actor.carry_out(effect, &self.messages);
        let mut last = None;
        loop {
            let msg = tokio::time::timeout(Duration::from_secs(60), self.received.recv()).await.unwrap().unwrap();
            match msg {
                Msg::Shown(_) => return last.unwrap(),
                Msg::Page(_) | Msg::Choice(_) | Msg::Notice(_) => last = Some(msg),
                _ => {}
            }
        }
    }

    /// Carries out an effect until something is told that is no progress.
    async fn end_of(&mut self, effect: Effect) -> Msg {
        self.actor.carry_out(effect, &self.messages);
        loop {
            let msg = tokio::time::timeout(Duration::from_secs(60), self.received.recv()).await.unwrap().unwrap();
            match msg {
                Msg::Page(_) | Msg::Run(_, RunMsg::Page(_) | RunMsg::Failed(_) | RunMsg::Done(_)) => return msg,
                _ => {}
            }
        }
    }
}

/// What the command line's plan says, on the same engine.
async fn plan_of(stage: &Stage, engine: &FakeEngine, request: &Request) -> String {
    let project = &stage.loaded.project;
    if let Some(notice) = request.unknown(project) {
        return notice.summary;
    }
    let facts = facts::read(project, engine.connect().await.unwrap().rootless).unwrap();
    let observed = observe::observe(engine, project, &facts).await.unwrap();
    let observed = observe::for_request(engine, project, request, observed).await.unwrap();
    match request.prepare(project, &facts, &observed) {
        Ok(prepared) => prepared.plan.to_text(),
        Err(refusal) => refusal.0.summary,
    }
}

#[tokio::test]
async fn every_plan_is_the_command_lines() {
    let stage = Stage::new();
    let mut act = Act::new(&stage);
    for action in of(Scope::Everywhere) {
        let command = if action.needs_words() { " check" } else { "" };
        let (_, effects) = stage.by_palette(&format!("{} --dry-run{command}", action.id));
        let (_, arguments) = by_command_line(&format!("{}{command}", action.id));
        let wanted = plan_of(&stage, &act.engine, &Request::of(action.id, None, &arguments).unwrap()).await;
        match act.end_of(effects[0].clone()).await {
            Msg::Run(_, RunMsg::Page(page)) => assert_eq!(page.lines.join("\n"), wanted, "{}", action.id),
            Msg::Run(_, RunMsg::Failed(notice)) => assert_eq!(notice.summary, wanted, "{}", action.id),
            other => panic!("{}: {other:?}", action.id),
        }
    }
}

#[tokio::test]
async fn what_is_shown_is_shown() {
    let stage = Stage::new();
    let mut act = Act::new(&stage);
    for action in of(Scope::Shown) {
        let (model, effects) = stage.by_palette(action.id);
        match effects.as_slice() {
            // What the dashboard knows itself: in a pane of its own, or on a page.
            [] if action.id == "watch" => assert!(
                matches!(model.screen.overlay, biostar_tui::app::model::Overlay::Page { .. }),
                "{:?}",
                model.screen.overlay
            ),
            [] => assert_ne!(model.screen.focus, stage.model().screen.focus, "{}", action.id),
            [Effect::Console { console, .. }, ..] => {
                assert!(
                    [("django", "console"), ("@web", "attach")].contains(&(console.as_str(), action.id)),
                    "{console}"
                );
            }
            [effect] if action.id == "db" => act.refused(effect, "the database does not exist yet").await,
            [effect] if action.id == "inspect" => act.refused(effect, "web has no container").await,
            [effect] if action.id == "migrations" => {
                act.refused(effect, "the migrations are not known: web does not run").await;
            }
            [effect] => match act.shown(effect.clone()).await {
                Msg::Page(page) => {
                    assert!(page.title.starts_with(&format!("biostar-tui {}", action.id)), "{}", page.title);
                    assert!(!page.lines.is_empty(), "{}", action.id);
                }
                // A page where there is nothing to choose from.
                Msg::Choice(choice) => {
                    assert_eq!((choice.title.as_str(), action.id), ("biostar-tui projects", "projects"))
                }
                other => panic!("{}: {other:?}", action.id),
            },
            other => panic!("{}: {other:?}", action.id),
        }
    }
}

impl Act {
    /// Nothing of the project exists, so nothing is there to be asked.
    async fn refused(&mut self, effect: &Effect, summary: &str) {
        match self.shown(effect.clone()).await {
            Msg::Notice(notice) => assert_eq!(notice.summary, summary),
            other => panic!("{other:?}"),
        }
    }
}
