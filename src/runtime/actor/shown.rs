//! Actions that show what the command line prints.

use std::{sync::Arc, time::Duration};

use tokio::sync::mpsc::Sender;

use crate::actions::{
    arguments::Arguments,
    clean, drift, registry,
    up::{self, Intent},
};
use crate::app::{
    Msg, choice,
    effect::Asked,
    message::{Closes, Comes, Comparison, Page},
};
use crate::config::{
    Profile, discover,
    files::Disk,
    init::{self, Proposal},
    schema, show,
};
use crate::core::{
    doctor::{self, Surroundings},
    facts::Facts,
    notice::Notice,
    observed::Observed,
    overview_text,
};
use crate::runtime::{
    actor::job::Job, clock, database_url, doctor as examiner, holdings, inspect, keymap, migrations, observe, receipts,
    snapshots, usage,
};

/// After what may have changed the migrations or the containers, before that is asked about: the
/// answer takes the processor for up to a second, and a reload comes first.
const QUIET: Duration = Duration::from_millis(1500);

impl Job {
    /// Shows what an action has to say.
    pub(super) async fn show(self, asked: Asked, messages: Sender<Msg>) {
        let Asked { action, words, .. } = &asked;
        let shown = match registry::find(action).map(|action| Arguments::read(action, words)) {
            Some(Ok(arguments)) => self.shown(action, &arguments, &messages).await,
            Some(Err(notice)) => Err(notice),
            None => Err(Notice::error(format!("there is no action {action}"))),
        };
        let msg = shown.unwrap_or_else(Msg::Notice);
        // The dashboard was left.
        let _ = messages.send(msg).await;
        let _ = messages.send(Msg::Shown(asked)).await;
    }

    /// Asks how the migrations stand, when whoever saves a file has been served.
    pub(super) async fn look_at_migrations(mut self, messages: Sender<Msg>) {
        tokio::time::sleep(QUIET).await;
        if let Ok(loaded) = (self.reload)() {
            self.project = Arc::new(loaded.project);
        }
        let Ok((facts, observed)) = self.facts_and_objects().await else { return };
        let asked = migrations::report(self.engine.as_ref(), &self.project, &facts, &observed).await;
        if let Ok(Some(report)) = asked {
            // The dashboard was left.
            let _ = messages.send(Msg::Migrations(Box::new(report))).await;
        }
    }

    /// Tells which services and steps are not as they are wanted now. A broken configuration is
    /// told elsewhere.
    pub(super) async fn look_for_drift(mut self, messages: Sender<Msg>) {
        tokio::time::sleep(QUIET).await;
        // Against one from before, what was edited would be found as it should be.
        let Ok(loaded) = (self.reload)() else { return };
        self.project = Arc::new(loaded.project);
        let Ok((facts, mut observed)) = self.facts_and_objects().await else { return };
        if receipts::read(self.engine.as_ref(), &self.project, &mut observed).await.is_err() {
            return;
        }
        let snapshots = snapshots::read(self.engine.as_ref(), &self.project, &observed).await.ok().flatten();
        let snapshots = snapshots.into_iter().flat_map(|known| known.list).map(|snapshot| snapshot.name).collect();
        let parts = drift::parts(&self.project, &facts, &observed);
        let plan = up::plan(&self.project, &facts, &observed, &Intent::default()).ok();
        let planned = plan.map(|plan| plan.steps.into_iter().map(|step| step.name).collect());
        // The dashboard was left.
        let _ = messages.send(Msg::Drift(Comparison { parts, planned, snapshots })).await;
    }

    async fn facts_and_objects(&self) -> Result<(Facts, Observed), Notice> {
        Ok((self.facts().await?, self.objects().await?))
    }

    async fn shown(&self, action: &str, arguments: &Arguments, messages: &Sender<Msg>) -> Result<Msg, Notice> {
        match action {
            "projects" => self.projects().await,
            _ => Ok(Msg::Page(self.page(action, arguments, messages).await?.masked(&self.secrets))),
        }
    }

    async fn page(&self, action: &str, arguments: &Arguments, messages: &Sender<Msg>) -> Result<Page, Notice> {
        match action {
            "status" => self.status(arguments.has("stats")).await,
            "migrations" => self.migrations().await,
            "disk" => self.disk(messages).await,
            "inspect" => self.inspect(arguments.one("service")).await,
            "config" if arguments.one("what") == Some("schema") => Ok(json_schema()),
            "config" => self.configuration(arguments.one("what")),
            "db" => self.database_url().await,
            "doctor" => self.doctor(messages).await,
            "init" => self.init(arguments.one("profile")),
            other => Err(Notice::error(format!("nothing shows {other}"))),
        }
    }

    async fn objects(&self) -> Result<Observed, Notice> {
        Ok(observe::objects(self.engine.as_ref(), &self.project, &self.facts().await?).await?)
    }

    async fn status(&self, stats: bool) -> Result<Page, Notice> {
        let mut observed = self.objects().await?;
        if stats {
            observed.usage = usage::read(self.engine.as_ref(), &observed).await;
        }
        let facts = self.facts().await?;
        observed.migrations = migrations::report(self.engine.as_ref(), &self.project, &facts, &observed).await?;
        receipts::read(self.engine.as_ref(), &self.project, &mut observed).await?;
        let drift = drift::of(&self.project, &facts, &observed);
        let text = overview_text::status(&self.project, &drift, &observed);
        Ok(Page::text("biostar-tui status", &text))
    }

    async fn projects(&self) -> Result<Msg, Notice> {
        let held = holdings::objects(self.engine.as_ref(), &self.project.host).await?;
        let nothing = || Msg::Page(Page::text("biostar-tui projects", &held.projects_text()));
        Ok(choice::projects(&held, &self.project).map_or_else(nothing, Msg::Choice))
    }

    /// What there is at once; what it takes when that is counted.
    async fn disk(&self, messages: &Sender<Msg>) -> Result<Page, Notice> {
        let held = holdings::objects(self.engine.as_ref(), &self.project.host).await?;
        let wanted = clean::wanted(&self.project, &self.facts().await?);
        let page = |text: &str| Page::text("biostar-tui disk", text).masked(&self.secrets);
        let first = format!("(what is on the disk is being counted)\n\n{}", held.to_text(&wanted));
        let _ = messages.send(Msg::Page(page(&first))).await;
        let held = holdings::counted(self.engine.as_ref(), held).await?;
        Ok(Page { comes: Comes::After, ..page(&held.to_text(&wanted)) })
    }

    async fn inspect(&self, service: Option<&str>) -> Result<Page, Notice> {
        let observed = self.objects().await?;
        let found = inspect::read(self.engine.as_ref(), &self.project, &observed, service, &self.secrets).await?;
        let title = service.map_or_else(|| "biostar-tui inspect".to_owned(), |it| format!("biostar-tui inspect {it}"));
        Ok(Page::text(title, &found.to_text(clock::now())))
    }

    async fn migrations(&self) -> Result<Page, Notice> {
        let (facts, observed) = self.facts_and_objects().await?;
        let found = migrations::report(self.engine.as_ref(), &self.project, &facts, &observed).await?;
        let found = found.ok_or_else(|| migrations::unknown(&self.project))?;
        Ok(Page::text("biostar-tui migrations", &found.to_text()))
    }

    fn configuration(&self, what: Option<&str>) -> Result<Page, Notice> {
        let loaded = (self.reload)()?;
        if what == Some("environment") {
            return Ok(Page::text("biostar-tui config environment", &show::environment_text(&loaded)));
        }
        if what == Some("check") {
            let wrong: Vec<String> = keymap::problems(&loaded).iter().map(Notice::to_string).collect();
            let text = if wrong.is_empty() { "the configuration is valid".to_owned() } else { wrong.join("\n") };
            return Ok(Page::text("biostar-tui config check", &text));
        }
        Ok(Page::text("biostar-tui config show", &show::narrow(&loaded.leaves())))
    }

    /// The only page with the password: any key closes it.
    async fn database_url(&self) -> Result<Page, Notice> {
        let url = database_url::read(self.engine.as_ref(), &self.project, &self.objects().await?).await?;
        Ok(Page { closes: Closes::ByAnyKey, ..Page::text("biostar-tui db url", &url) })
    }

    /// All findings as text; what is wrong as notices too, which stay.
    async fn doctor(&self, messages: &Sender<Msg>) -> Result<Page, Notice> {
        let findings = doctor::examine(&self.surroundings().await?);
        for notice in doctor::notices(&findings) {
            let _ = messages.send(Msg::Notice(notice)).await;
        }
        Ok(Page::text("biostar-tui doctor", &doctor::text::text(&findings)))
    }

    /// The look reads files and asks programs: not on the thread that draws.
    async fn surroundings(&self) -> Result<Surroundings, Notice> {
        let (look, handle) = (self.look.clone(), tokio::runtime::Handle::current());
        let looked = tokio::task::spawn_blocking(move || handle.block_on(examiner::gather(&look())));
        looked.await.map_err(|error| Notice::error("the doctor could not look").because(error.to_string()))
    }

    /// What `init` would write; a dashboard has a configuration already.
    fn init(&self, profile: Option<&str>) -> Result<Page, Notice> {
        let profile = match profile {
            None => Profile::Django,
            Some(name) => Profile::parse(name)
                .ok_or_else(|| Notice::error(format!("there is no profile `{name}`")).remedy("one of: django, none"))?,
        };
        let proposal = init::propose(&Disk, &self.project.root, profile).map_err(|error| error.notice())?;
        Ok(Page::text("biostar-tui init", &proposed(&proposal)))
    }
}

fn json_schema() -> Page {
    let text = serde_json::to_string_pretty(&schema::json::schema()).unwrap_or_default();
    Page::text("biostar-tui config schema", &text)
}

fn proposed(proposal: &Proposal) -> String {
    let path = proposal.root.join(discover::FILE);
    let (force, lost) = if path.exists() { (" --force", " (what is in it now is lost)") } else { ("", "") };
    let guesses = proposal.guesses.iter().map(|(key, guess)| {
        let value = guess.value.split_whitespace().collect::<Vec<_>>().join(" ");
        format!("  {key} = {value}  (from {})\n", guess.from)
    });
    format!(
        "`biostar-tui init{force}` would write {}{lost}, with these guesses:\n{}\n{}",
        path.display(),
        guesses.collect::<String>(),
        proposal.text
    )
}
