//! One run of an action: its plan, its question, its end.

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};

use crate::actions::request::{Prepared, Request};
use crate::app::{
    effect::Asked,
    message::{Page, RunMsg},
};
use crate::core::{
    cancelled, facts::Facts, notice::Notice, observed::Observed, overview, project::Project, secret::Secrets,
};
use crate::engine::Engine;
use crate::runtime::{
    actor::{
        Look, Reload, Told, broken,
        question::{self, Loss},
        relay::relay,
    },
    apply::{self, Application, Cancelled, Unfinished},
    clock, facts, observe, snapshots, toggles,
};

/// Everything that an action is carried out with.
#[derive(Clone)]
pub(super) struct Job {
    pub(super) project: Arc<Project>,
    pub(super) engine: Arc<dyn Engine>,
    pub(super) secrets: Secrets,
    pub(super) reload: Reload,
    pub(super) look: Look,
}

/// What a run listens to.
struct Heard {
    answered: oneshot::Receiver<bool>,
    cancelled: Cancelled,
}

impl Job {
    /// Carries out an action, and tells its end.
    pub(super) async fn run(
        mut self,
        asked: Asked,
        told: Told,
        answered: oneshot::Receiver<bool>,
        cancelled: Cancelled,
    ) {
        self.read_configuration(&told).await;
        let end = match Request::read(asked.action, asked.service.clone(), &asked.words) {
            Ok((request, arguments)) if arguments.has("dry-run") => self.plan_alone(&asked, &request).await,
            Ok((request, _)) => self.carry_out(&asked, &request, &told, Heard { answered, cancelled }).await,
            Err(notice) => RunMsg::Failed(notice),
        };
        told.send(end).await;
    }

    /// A broken edit keeps the last good configuration, and says so.
    async fn read_configuration(&mut self, told: &Told) {
        match (self.reload)() {
            Ok(loaded) => {
                self.secrets = loaded.secrets();
                self.project = Arc::new(loaded.project);
            }
            Err(notice) => told.notice(broken(notice)).await,
        }
    }

    pub(super) async fn facts(&self) -> Result<Facts, Notice> {
        let info = self.engine.connect().await?;
        facts::read(&self.project, info.rootless)
    }

    async fn prepare(&self, request: &Request) -> Result<(Facts, Observed, Prepared), Notice> {
        if let Some(notice) = request.unknown(&self.project) {
            return Err(notice);
        }
        apply::transfer::possible(request)?;
        let facts = self.facts().await?;
        let engine = self.engine.as_ref();
        let observed = if request.needs_receipts() {
            observe::observe(engine, &self.project, &facts).await?
        } else {
            observe::objects(engine, &self.project, &facts).await?
        };
        let observed = observe::for_request(engine, &self.project, request, observed).await?;
        let prepared = request.prepare(&self.project, &facts, &observed).map_err(|refusal| refusal.0)?;
        Ok((facts, observed, prepared))
    }

    /// `--dry-run`.
    async fn plan_alone(&self, asked: &Asked, request: &Request) -> RunMsg {
        match self.prepare(request).await {
            Ok((_, _, prepared)) => RunMsg::Page(Page::text(asked.command_line(), &prepared.plan.to_text())),
            Err(notice) => RunMsg::Failed(notice),
        }
    }

    async fn carry_out(&self, asked: &Asked, request: &Request, told: &Told, heard: Heard) -> RunMsg {
        let (facts, observed, prepared) = match self.prepare(request).await {
            Ok(prepared) => prepared,
            Err(notice) => return RunMsg::Failed(notice),
        };
        if request.lists_snapshots() {
            return match &observed.snapshots {
                Some(known) => RunMsg::Page(Page::text(asked.command_line(), &known.to_text(clock::now()))),
                None => RunMsg::Failed(snapshots::unknown(&self.project)),
            };
        }
        let (project, plan) = (self.project.as_ref(), &prepared.plan);
        let loss = Loss { asked, request, project, observed: &observed, plan };
        if let Some(question) = question::before(told.run, &loss) {
            told.send(RunMsg::Asks(question)).await;
            if !heard.answered.await.unwrap_or(false) {
                return RunMsg::Declined;
            }
        }
        if let Some((service, on)) = request.switches(project)
            && let Err(notice) = toggles::set(project, service, on)
        {
            return RunMsg::Failed(notice);
        }
        match self.apply(told, facts, observed, &prepared, heard.cancelled).await {
            Ok(()) => {
                if matches!(request, Request::Destroy(_)) {
                    apply::remove_images(self.engine.as_ref(), &self.project).await;
                }
                RunMsg::Done(request.end(&prepared.project, &prepared.plan, self.address(request).await.as_deref()))
            }
            Err(Unfinished::Failed(notices)) => RunMsg::Failed(one_of(notices)),
            Err(Unfinished::Cancelled(leftover)) => RunMsg::Cancelled(cancelled::notice(&request.label(), &leftover)),
        }
    }

    async fn address(&self, request: &Request) -> Option<String> {
        if !request.tells_address() {
            return None;
        }
        let facts = self.facts().await.ok()?;
        let objects = observe::objects(self.engine.as_ref(), &self.project, &facts).await.ok()?;
        overview::url(&self.project, &objects)
    }

    async fn apply(
        &self,
        told: &Told,
        facts: Facts,
        observed: Observed,
        prepared: &Prepared,
        cancelled: Cancelled,
    ) -> Result<(), Unfinished> {
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
            cancelled,
        };
        let applied = async move {
            let result = apply::apply(&application, plan).await;
            // Its sender ends the relay.
            drop(application);
            result
        };
        let (result, ()) = tokio::join!(applied, relay(told, reports));
        result
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
