//! Carries out the dashboard's actions: plans, asks, applies, and tells how far it is.

use std::{collections::HashMap, sync::Arc};

use tokio::sync::{
    mpsc::{self, Sender, UnboundedReceiver},
    oneshot,
};

use crate::actions::request::{Prepared, Request};
use crate::app::{Effect, Msg, message::RunMsg};
use crate::core::{
    facts::Facts,
    notice::Notice,
    observed::Observed,
    overview,
    plan::Plan,
    progress::{Progress, Question, RunId, StepState},
    project::Project,
    report::{Report, What},
    secret::Secrets,
};
use crate::engine::Engine;
use crate::runtime::{
    apply::{self, Application},
    dashboard::Actor,
    facts, observe,
};

/// Reads the configuration anew: it may be edited while the dashboard is open.
pub type Reload = Arc<dyn Fn() -> Result<(Project, Secrets), Notice> + Send + Sync>;

/// Carries out actions of one project.
pub struct Actions {
    job: Job,
    answers: HashMap<RunId, oneshot::Sender<bool>>,
}

impl Actions {
    /// For a project whose configuration is read anew by `reload` before each action.
    pub fn new(project: Arc<Project>, engine: Arc<dyn Engine>, secrets: Secrets, reload: Reload) -> Self {
        Self { job: Job { project, engine, secrets, reload }, answers: HashMap::new() }
    }
}

impl Actor for Actions {
    fn carry_out(&mut self, effect: Effect, messages: &Sender<Msg>) {
        match effect {
            Effect::Run { run, action, service } => {
                let (answer, answered) = oneshot::channel();
                self.answers.insert(run, answer);
                let told = Told { run, messages: messages.clone() };
                tokio::spawn(self.job.clone().run(action, service, told, answered));
            }
            Effect::Answer { run, yes } => {
                // A run that has ended meanwhile does not listen any more.
                let _ = self.answers.remove(&run).map(|answer| answer.send(yes));
            }
            Effect::Quit | Effect::Suspend | Effect::Redraw => {}
        }
    }
}

/// Where a run's messages go.
struct Told {
    run: RunId,
    messages: Sender<Msg>,
}

impl Told {
    async fn send(&self, what: RunMsg) {
        // The dashboard was left: the work goes on, or ends with the program.
        let _ = self.messages.send(Msg::Run(self.run, what)).await;
    }

    async fn notice(&self, notice: Notice) {
        let _ = self.messages.send(Msg::Notice(notice)).await;
    }
}

/// Everything that an action is carried out with.
#[derive(Clone)]
struct Job {
    project: Arc<Project>,
    engine: Arc<dyn Engine>,
    secrets: Secrets,
    reload: Reload,
}

/// What an action came to.
enum End {
    Done(String),
    Cancelled,
}

impl Job {
    async fn run(
        mut self,
        action: &'static str,
        service: Option<String>,
        told: Told,
        answered: oneshot::Receiver<bool>,
    ) {
        self.read_configuration(&told).await;
        let end = match Request::of(action, service, Vec::new()) {
            Some(request) => self.carry_out(&request, &told, answered).await,
            None => {
                Err(Notice::error(format!("{action} cannot be done from here")).remedy("use it on the command line"))
            }
        };
        told.send(match end {
            Ok(End::Done(text)) => RunMsg::Done(text),
            Ok(End::Cancelled) => RunMsg::Cancelled,
            Err(notice) => RunMsg::Failed(notice),
        })
        .await;
    }

    /// A broken edit keeps the last good configuration, and says so.
    async fn read_configuration(&mut self, told: &Told) {
        match (self.reload)() {
            Ok((project, secrets)) => (self.project, self.secrets) = (Arc::new(project), secrets),
            Err(notice) => {
                let summary = format!("the configuration is broken, the last good one is used: {}", notice.summary);
                told.notice(Notice { summary, ..notice }).await;
            }
        }
    }

    async fn facts(&self) -> Result<Facts, Notice> {
        let info = self.engine.connect().await?;
        facts::read(&self.project, info.rootless)
    }

    async fn carry_out(
        &self,
        request: &Request,
        told: &Told,
        answered: oneshot::Receiver<bool>,
    ) -> Result<End, Notice> {
        let facts = self.facts().await?;
        let observed = self.observe(request, &facts).await?;
        let prepared = request.prepare(&self.project, &facts, &observed).map_err(|refusal| refusal.0)?;
        if prepared.plan.is_empty() {
            return Ok(End::Done("there is nothing to do".to_owned()));
        }
        if prepared.plan.steps.iter().any(|step| step.destroys.is_some()) {
            told.send(RunMsg::Asks(self.question(told.run, &prepared.plan))).await;
            if !answered.await.unwrap_or(false) {
                return Ok(End::Cancelled);
            }
        }
        self.apply(told, facts, observed, &prepared).await?;
        Ok(End::Done(self.end(request).await))
    }

    async fn observe(&self, request: &Request, facts: &Facts) -> Result<Observed, Notice> {
        let engine = self.engine.as_ref();
        Ok(if request.needs_receipts() {
            observe::observe(engine, &self.project, facts).await?
        } else {
            observe::objects(engine, &self.project, facts).await?
        })
    }

    async fn end(&self, request: &Request) -> String {
        match request {
            Request::Up(_) => self.address().await,
            Request::Halt => "halted; everything is kept".to_owned(),
            Request::Suspend => "suspended; resume lets it go on".to_owned(),
            Request::Destroy(_) => "destroyed; volumes are kept".to_owned(),
            _ => "done".to_owned(),
        }
    }

    async fn address(&self) -> String {
        let Ok(facts) = self.facts().await else { return "up".to_owned() };
        let objects = observe::objects(self.engine.as_ref(), &self.project, &facts).await;
        let url = objects.ok().and_then(|objects| overview::url(&self.project, &objects));
        url.map_or_else(|| "up".to_owned(), |url| format!("up: {url}"))
    }

    fn question(&self, run: RunId, plan: &Plan) -> Question {
        let losses = plan.steps.iter().filter_map(|step| Some((step.target(), step.destroys.as_ref()?)));
        Question {
            run,
            title: format!("destroy {} in {}?", self.project.name, self.project.environment.name),
            destroys: losses.map(|(target, loss)| format!("{target} ({loss})")).collect(),
            remarks: vec!["volumes are kept: the database, packages and the password".to_owned()],
            command: "biostar-tui destroy".to_owned(),
            type_name: None,
        }
    }

    async fn apply(&self, told: &Told, facts: Facts, observed: Observed, prepared: &Prepared) -> Result<(), Notice> {
        let plan = &prepared.plan;
        told.send(RunMsg::Planned(plan.steps.iter().map(|step| step.name.clone()).collect())).await;
        let (progress, reports) = mpsc::unbounded_channel();
        let application = Application {
            engine: Arc::clone(&self.engine),
            project: Arc::new(prepared.project.clone()),
            facts: Arc::new(facts),
            observed: Arc::new(observed),
            secrets: self.secrets.clone(),
            fix: false,
            force: prepared.intent.force.clone(),
            raw: None,
            progress,
        };
        let applied = async move {
            let result = apply::apply(&application, plan).await;
            // Its sender ends the relay.
            drop(application);
            result
        };
        let (result, ()) = tokio::join!(applied, relay(told, reports));
        result.map_err(one_of)
    }
}

/// The first notice; the others stand at their steps.
fn one_of(notices: Vec<Notice>) -> Notice {
    let count = notices.len();
    let first = notices.into_iter().next().unwrap_or_else(|| Notice::error("a step failed"));
    if count < 2 {
        return first;
    }
    let summary = format!("{} (and {} more steps failed)", first.summary, count - 1);
    Notice { summary, ..first }
}

async fn relay(told: &Told, mut reports: UnboundedReceiver<Report>) {
    while let Some(Report { step, what }) = reports.recv().await {
        match what {
            What::Notice(notice) => told.notice(notice).await,
            What::At { label, done, total } => {
                told.send(RunMsg::Progress { step, progress: Progress { label, done, total } }).await;
            }
            other => {
                let (state, detail) = step_state(other);
                told.send(RunMsg::Step { step, state, detail }).await;
            }
        }
    }
}

fn step_state(what: What) -> (StepState, String) {
    match what {
        What::Begun(text) | What::Waiting(text) | What::Output(text) => (StepState::Running, text),
        What::Done(milliseconds) => {
            (StepState::Done, format!("{}.{} s", milliseconds / 1000, milliseconds % 1000 / 100))
        }
        What::Skipped(reason) => (StepState::Skipped, reason),
        What::Failed(notice) => (StepState::Failed, notice.summary),
        // These two are relayed as what they are.
        What::At { label, .. } => (StepState::Running, label),
        What::Notice(notice) => (StepState::Running, notice.summary),
    }
}
