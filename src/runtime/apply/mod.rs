//! Applies plans: every step as soon as those that it needs are done.

mod adopt;
mod base;
pub mod cancel;
mod dump;
mod hold;
mod image;
mod old_commands;
mod one_shot;
mod output;
mod service;
mod task;
mod task_notice;
pub mod transfer;
mod volumes;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Instant,
};

use futures_util::stream::{FuturesUnordered, StreamExt as _};
use tokio::sync::{OnceCell, mpsc::UnboundedSender, watch};

pub use cancel::Cancelled;

use crate::core::{
    cancelled::Leftover,
    facts::Facts,
    notice::Notice,
    observed::Observed,
    plan::{Plan, PlanKind, PlanStep, Subject},
    project::Project,
    report::{Report, What},
    secret::Secrets,
};
use crate::engine::{Engine, EngineError, port::LogLine};

/// What a plan is applied with.
#[derive(Clone)]
pub struct Application {
    /// The engine.
    pub engine: Arc<dyn Engine>,
    /// The project.
    pub project: Arc<Project>,
    /// Facts that the plan was made from.
    pub facts: Arc<Facts>,
    /// The observation that the plan was made from.
    pub observed: Arc<Observed>,
    /// What has to be masked.
    pub secrets: Secrets,
    /// Whether missing tools may be installed on this host.
    pub fix: bool,
    /// Names of plan steps that are done although there is no need.
    pub force: Vec<String>,
    /// Where the raw output of tasks goes, for commands whose output is the result.
    pub raw: Option<UnboundedSender<LogLine>>,
    /// Where progress is told.
    pub progress: UnboundedSender<Report>,
    /// Whether all this is to be given up.
    pub cancelled: Cancelled,
}

/// Why a plan was not applied to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unfinished {
    /// Steps failed: their notices.
    Failed(Vec<Notice>),
    /// It was cancelled.
    Cancelled(Leftover),
}

/// The result of a step: `Some` reason where there was nothing to do after all.
type StepResult = Result<Option<String>, Notice>;

impl From<EngineError> for Notice {
    fn from(error: EngineError) -> Self {
        error.notice()
    }
}

/// Applies a plan.
///
/// # Errors
/// The notices of the steps that failed. Steps that do not need a failed one are carried
/// out all the same. Or what is left where it was cancelled.
pub async fn apply(application: &Application, plan: &Plan) -> Result<(), Unfinished> {
    let decisions = OnceCell::new();
    let decisions = &decisions;
    let mut waiting: Vec<&PlanStep> = plan.steps.iter().collect();
    let mut running = FuturesUnordered::new();
    let mut done: BTreeSet<&str> = BTreeSet::new();
    let mut failed: BTreeMap<&str, Notice> = BTreeMap::new();
    let mut given_up = Vec::new();
    loop {
        let may_begin = |step: &&PlanStep| !application.cancelled.is_asked() && is_ready(plan, step, &done);
        let (ready, later): (Vec<_>, Vec<_>) = waiting.into_iter().partition(may_begin);
        waiting = later;
        for step in ready {
            running.push(async move { (step, carry_out(application, decisions, step).await) });
        }
        match running.next().await {
            None => break,
            Some((step, Ok(()))) => drop(done.insert(&step.name)),
            Some((step, Err(Stop::Failed(notice)))) => drop(failed.insert(&step.name, notice)),
            Some((_, Err(Stop::Cancelled(what)))) => given_up.push(what),
        }
    }
    if application.cancelled.is_asked() {
        let leftover = Leftover { steps: given_up, done: done.len(), all: plan.steps.len() };
        return Err(Unfinished::Cancelled(leftover));
    }
    waiting.iter().for_each(|step| leave_out(application, step, roots(plan, step, &failed)));
    if failed.is_empty() { Ok(()) } else { Err(Unfinished::Failed(failed.into_values().collect())) }
}

/// Removes images that carry the project's labels (those of its own Dockerfiles). One
/// that is still in use stays: another environment may have the same.
pub async fn remove_images(engine: &dyn Engine, project: &Project) {
    let Ok(images) = engine.images(&project.labels()).await else { return };
    for tag in images.iter().flat_map(|image| &image.tags) {
        let _ = engine.remove_image(tag).await;
    }
}

/// Tells that a step was not begun, and because of which failures.
fn leave_out(application: &Application, step: &PlanStep, roots: BTreeSet<&str>) {
    let roots: Vec<&str> = roots.into_iter().collect();
    let what = What::Skipped(format!("left out, for {} failed", roots.join(", ")));
    // Nobody listens any more: it is left out all the same.
    let _ = application.progress.send(Report { step: step.name.clone(), what });
}

/// The failed steps that a step needs, directly or by others that were left out.
fn roots<'a>(plan: &'a Plan, step: &'a PlanStep, failed: &BTreeMap<&str, Notice>) -> BTreeSet<&'a str> {
    let (mut found, mut seen, mut open) = (BTreeSet::new(), BTreeSet::new(), vec![step]);
    while let Some(step) = open.pop() {
        for needed in plan.steps.iter().filter(|other| step.needs.contains(&other.name)) {
            if failed.contains_key(needed.name.as_str()) {
                found.insert(needed.name.as_str());
            } else if seen.insert(needed.name.as_str()) {
                open.push(needed);
            }
        }
    }
    found
}

fn is_ready(plan: &Plan, step: &PlanStep, done: &BTreeSet<&str>) -> bool {
    step.needs.iter().all(|name| done.contains(name.as_str()) || !plan.has(name))
}

/// Why a step has ended before its end.
enum Stop {
    Failed(Notice),
    /// What is left of it, in words.
    Cancelled(String),
}

async fn carry_out(application: &Application, decisions: &OnceCell<Observed>, step: &PlanStep) -> Result<(), Stop> {
    let run = StepRun { application, decisions, step, own: watch::Sender::new(None), held: watch::Sender::default() };
    let begun = Instant::now();
    run.report(What::Begun(step.reason.clone()));
    let result = tokio::select! {
        biased;
        result = run.dispatch() => result,
        () = application.cancelled.asked() => {
            let left = application.secrets.mask(&run.give_up().await).into_owned();
            run.let_go().await;
            run.report(What::Skipped("cancelled".to_owned()));
            return Err(Stop::Cancelled(left));
        }
    };
    match result {
        Ok(None) => run.report(What::Done(u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX))),
        Ok(Some(reason)) => run.report(What::Skipped(reason)),
        Err(notice) => {
            let notice = masked(&application.secrets, notice);
            run.report(What::Failed(notice.clone()));
            return Err(Stop::Failed(notice));
        }
    }
    Ok(())
}

fn masked(secrets: &Secrets, notice: Notice) -> Notice {
    let mask = |text: String| secrets.mask(&text).into_owned();
    Notice {
        severity: notice.severity,
        summary: mask(notice.summary),
        cause: notice.cause.map(mask),
        remedy: notice.remedy.map(mask),
    }
}

/// One step that is being carried out.
struct StepRun<'a> {
    application: &'a Application,
    /// The first observation that was made for undetermined steps.
    decisions: &'a OnceCell<Observed>,
    step: &'a PlanStep,
    /// The container that goes on now, where it was made here and not by another client.
    own: watch::Sender<Option<String>>,
    /// Containers that are paused until the step has ended.
    held: watch::Sender<Vec<String>>,
}

impl StepRun<'_> {
    async fn dispatch(&self) -> StepResult {
        match (self.step.kind, &self.step.subject) {
            (PlanKind::Base, Subject::Base(reference)) => self.base(reference).await,
            (PlanKind::Pull, Subject::Image(reference)) => self.pull(reference).await,
            (PlanKind::Build, Subject::Service(name)) => self.build(name).await,
            (PlanKind::Network, _) => self.network().await,
            (PlanKind::Volume, Subject::Volume(name)) => self.volume(name).await,
            (PlanKind::Prepare, _) => self.prepare().await,
            (PlanKind::Create, Subject::Service(name)) => self.create(name).await,
            (PlanKind::Start, Subject::Service(name)) => self.start(name).await,
            (PlanKind::Pause, Subject::Service(name)) => self.pause(name).await,
            (PlanKind::Unpause, Subject::Service(name)) => self.unpause(name).await,
            (PlanKind::Reload, Subject::Service(name)) => self.reload(name).await,
            (PlanKind::Healthy, Subject::Service(name)) => self.healthy(name).await,
            (PlanKind::Task, Subject::Step(name)) => self.task(name).await,
            (PlanKind::Stop, Subject::Container { id, .. }) => self.stop(id).await,
            (PlanKind::Dump, _) => self.dump().await,
            (PlanKind::Export, Subject::File(path)) => self.export(path).await,
            (PlanKind::Import, Subject::File(path)) => self.import(path).await,
            (PlanKind::Remove, subject) => self.remove(subject).await,
            (PlanKind::Claim, _) => self.claim().await,
            (kind, subject) => Err(Notice::error(format!("a plan cannot {} {subject:?}", kind.as_str()))),
        }
    }

    fn report(&self, what: What) {
        let report = Report { step: self.step.name.clone(), what };
        // Nobody listens any more: the step goes on all the same.
        let _ = self.application.progress.send(report);
    }

    fn output(&self, line: &str) {
        self.report(What::Output(self.clean(line)));
    }

    /// A foreign line, sanitised, secrets masked.
    fn clean(&self, line: &str) -> String {
        let line = crate::logs::sanitise::plain(line);
        self.application.secrets.mask(&line).into_owned()
    }

    fn is_forced(&self) -> bool {
        self.application.force.contains(&self.step.name)
    }

    fn engine(&self) -> &dyn Engine {
        self.application.engine.as_ref()
    }

    fn project(&self) -> &Project {
        &self.application.project
    }

    fn facts(&self) -> &Facts {
        &self.application.facts
    }

    fn declared(&self, service: &str) -> Result<&crate::core::service::Service, Notice> {
        self.project().service(service).ok_or_else(|| Notice::error(format!("there is no service {service}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_left_out_names_the_failure_behind_it() {
        let step = |name: &str, needs: &[&str]| PlanStep {
            name: name.to_owned(),
            kind: PlanKind::Network,
            subject: Subject::Volumes,
            reason: String::new(),
            destroys: None,
            undetermined: false,
            needs: needs.iter().map(|name| (*name).to_owned()).collect(),
        };
        let steps = vec![step("a", &[]), step("b", &["a"]), step("c", &["b", "d", "gone"]), step("d", &[])];
        let plan = Plan { steps };
        let failed = BTreeMap::from([("a", Notice::error("x"))]);
        assert_eq!(roots(&plan, &plan.steps[2], &failed), BTreeSet::from(["a"]));
    }
}
