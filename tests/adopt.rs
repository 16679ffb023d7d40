//! A project whose folder has moved, on the scripted engine.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use std::sync::Arc;

use biostar_tui::actions::{adopt, destroy, up};
use biostar_tui::core::container::ContainerSpec;
use biostar_tui::core::facts::Facts;
use biostar_tui::core::naming::{LABEL_NAME, LABEL_ROLE, Role};
use biostar_tui::core::observed::Observed;
use biostar_tui::core::plan::{Plan, Refusal};
use biostar_tui::core::project::Project;
use biostar_tui::core::secret::Secrets;
use biostar_tui::engine::fake::FakeEngine;
use biostar_tui::engine::port::{Engine, LabelFilter};
use biostar_tui::runtime::apply::{self, Application, Cancelled};
use biostar_tui::runtime::observe;

#[path = "screens/sample.rs"]
#[allow(dead_code, reason = "the screens' tests use more of it")]
mod sample;

/// An engine with a project that was brought up from a folder.
struct Moved {
    engine: FakeEngine,
    folder: tempfile::TempDir,
}

impl Moved {
    async fn from(old: &str) -> Self {
        let engine = FakeEngine::new();
        engine.add_image("x:1");
        let moved = Self { engine, folder: tempfile::tempdir().unwrap() };
        let project = moved.project(old);
        for (role, part) in [(Role::Service, "db"), (Role::Task, "run-1"), (Role::Helper, "prepare")] {
            let mut labels = project.labels();
            labels.insert(LABEL_ROLE.into(), role.as_str().into());
            labels.insert(LABEL_NAME.into(), part.into());
            let spec = ContainerSpec { labels, ..ContainerSpec::new(project.container_name(role, part), "x:1") };
            moved.engine.create(&spec).await.unwrap();
        }
        moved.engine.create_network(&project.network_name(), &project.labels()).await.unwrap();
        for part in ["db", "secrets"] {
            moved.engine.create_volume(&project.volume_name(part), &project.labels()).await.unwrap();
        }
        moved
    }

    /// The project in a folder that need not be there.
    fn project(&self, folder: &str) -> Project {
        Project { root: self.folder.path().join(folder), ..sample::project("development") }
    }

    fn make(&self, folder: &str) {
        std::fs::create_dir(self.folder.path().join(folder)).unwrap();
    }

    async fn observe(&self, folder: &str) -> Observed {
        observe::objects(&self.engine, &self.project(folder), &Facts::default()).await.unwrap()
    }

    async fn plan(&self, folder: &str) -> Result<Plan, Refusal> {
        adopt::plan(&self.project(folder), &self.observe(folder).await, false)
    }

    async fn up(&self, folder: &str) -> Result<Plan, Refusal> {
        up::plan(&self.project(folder), &Facts::default(), &self.observe(folder).await, &up::Intent::default())
    }

    async fn apply(&self, folder: &str, plan: &Plan) {
        let application = Application {
            engine: Arc::new(self.engine.clone()),
            project: Arc::new(self.project(folder)),
            facts: Arc::new(Facts::default()),
            observed: Arc::new(self.observe(folder).await),
            secrets: Secrets::default(),
            fix: false,
            force: Vec::new(),
            raw: None,
            progress: tokio::sync::mpsc::unbounded_channel().0,
            cancelled: Cancelled::never(),
        };
        apply::apply(&application, plan).await.unwrap();
    }

    async fn adopt(&self, folder: &str) {
        let plan = self.plan(folder).await.unwrap();
        self.apply(folder, &plan).await;
    }

    async fn volumes(&self) -> Vec<String> {
        let volumes = self.engine.volumes(&LabelFilter::new()).await.unwrap();
        volumes.into_iter().map(|volume| volume.name).collect()
    }
}

#[tokio::test]
async fn the_data_move_along_and_containers_are_made_anew() {
    let moved = Moved::from("old").await;
    let refusal = moved.up("new").await.unwrap_err().0;
    assert!(refusal.remedy.unwrap().contains("biostar-tui adopt"));
    moved.adopt("new").await;
    let observed = moved.observe("new").await;
    assert!(observed.strangers.is_empty(), "{:?}", observed.strangers);
    assert!(observed.containers.is_empty() && observed.networks.is_empty());
    let project = moved.project("new");
    let wanted = ["claim-1", "db", "secrets"].map(|part| project.volume_name(part));
    assert!(observed.volumes.keys().eq(wanted.iter()), "{:?}", observed.volumes.keys());
    let plan = moved.up("new").await.unwrap();
    assert!(plan.has("create db") && !plan.has(&format!("volume {}", wanted[1])));
    assert!(moved.plan("new").await.unwrap().is_empty(), "there is nothing left to adopt");
}

#[tokio::test]
async fn the_old_folder_owns_nothing_any_more() {
    let moved = Moved::from("old").await;
    moved.adopt("new").await;
    moved.make("new");
    moved.make("old");
    let observed = moved.observe("old").await;
    assert!(observed.is_empty());
    let refusal = moved.up("old").await.unwrap_err().0;
    assert!(refusal.cause.unwrap().contains(&moved.project("new").root.display().to_string()));
    let all = destroy::Intent { volumes: true, no_dump: true, allow_production: false };
    destroy::plan(&moved.project("old"), &observed, all).unwrap_err();
    assert!(moved.plan("old").await.is_err(), "the new folder is there");
}

#[tokio::test]
async fn a_folder_that_is_there_keeps_everything() {
    let moved = Moved::from("old").await;
    moved.make("old");
    let refusal = moved.plan("new").await.unwrap_err().0;
    assert!(refusal.remedy.unwrap().contains("destroy the other one from its folder"));
    let elsewhere = Project { host: "elsewhere".into(), ..moved.project("new") };
    let observed = observe::objects(&moved.engine, &elsewhere, &Facts::default()).await.unwrap();
    assert!(adopt::plan(&elsewhere, &observed, false).is_err(), "nobody here knows about another host's folders");
}

#[tokio::test]
async fn a_run_that_was_killed_is_gone_on_with() {
    let moved = Moved::from("old").await;
    let whole = moved.plan("new").await.unwrap();
    for count in 1..whole.steps.len() {
        let first = Plan { steps: whole.steps[count - 1..count].to_vec() };
        moved.apply("new", &first).await;
        assert!(moved.up("new").await.is_err(), "not before all is done: {count}");
    }
    moved.adopt("new").await;
    assert!(moved.up("new").await.is_ok());
    assert_eq!(moved.volumes().await.len(), 3);
}

#[tokio::test]
async fn there_and_back_again() {
    let moved = Moved::from("a").await;
    for folder in ["b", "c", "a"] {
        moved.adopt(folder).await;
        assert!(moved.up(folder).await.is_ok(), "{folder}");
    }
    let project = moved.project("a");
    assert!(moved.volumes().await.contains(&project.volume_name("claim-3")));
    assert_eq!(moved.volumes().await.len(), 3, "one claim is enough");
    assert!(moved.observe("b").await.is_empty() && moved.observe("c").await.is_empty());
    let all = destroy::Intent { volumes: true, no_dump: true, allow_production: false };
    let plan = destroy::plan(&project, &moved.observe("a").await, all).unwrap();
    assert_eq!(plan.steps.last().map(|step| step.target()), Some(project.volume_name("claim-3").as_str()));
    moved.apply("a", &plan).await;
    assert_eq!(moved.volumes().await, [""; 0]);
    assert!(moved.up("b").await.is_ok(), "the name is free");
}
