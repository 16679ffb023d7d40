//! A world without an engine: what plans do to it, and what others do to it meanwhile.

use std::{collections::BTreeMap, sync::Arc};

use biostar_tui::{
    actions::due::{self, Due},
    core::{
        facts::Facts,
        image::Build,
        naming::{self, Role},
        observed::{Container, HealthState, NetworkInfo, Observed, Phase, Receipt, ReceiptState, Receipts, Volume},
        plan::{Plan, PlanKind, PlanStep, Subject},
        project::Project,
        service::{Service, ServiceKind},
        spec::{VolumeKind, build, digests, helper, service},
        step::{Scope, Step},
    },
};
use proptest::prelude::*;

/// What is there, and what lies hidden in volumes.
pub struct World {
    pub project: Arc<Project>,
    pub facts: Facts,
    pub observed: Observed,
    pub identity: Option<String>,
    receipts: BTreeMap<(Place, String), Receipt>,
    clock: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Database,
    Packages,
    Folder,
}

/// What somebody does behind the program's back.
#[derive(Debug, Clone)]
pub enum Mischief {
    Remove(usize),
    Stop(usize),
    Pause(usize),
    Sicken(usize),
    Recreate(usize),
    RemoveImage(usize),
    RemoveNetwork,
    RemoveVolume(usize),
    EditCode,
    EditRequirements,
    KillStep(usize),
    CleanFolder,
}

pub fn mischief() -> impl Strategy<Value = Mischief> {
    use Mischief::*;
    let n = 0..8_usize;
    prop_oneof![
        n.clone().prop_map(Remove),
        n.clone().prop_map(Stop),
        n.clone().prop_map(Pause),
        n.clone().prop_map(Sicken),
        n.clone().prop_map(Recreate),
        n.clone().prop_map(RemoveImage),
        Just(RemoveNetwork),
        n.clone().prop_map(RemoveVolume),
        Just(EditCode),
        Just(EditRequirements),
        n.prop_map(KillStep),
        Just(CleanFolder),
    ]
}

impl World {
    pub fn empty(project: Project) -> Self {
        Self {
            project: Arc::new(project),
            facts: Facts::default(),
            observed: Observed::default(),
            identity: None,
            receipts: BTreeMap::new(),
            clock: 1,
        }
    }

    /// What the program sees: receipts only where they can be read now.
    pub fn observe(&self) -> Observed {
        let mut observed = self.observed.clone();
        let has = |kind: VolumeKind| observed.volumes.contains_key(&self.project.volume_name(kind.as_str()));
        let helper = observed.container(Role::Helper, helper::PREPARE).is_some();
        let database = self.project.of_kind(ServiceKind::Postgres);
        let ready = database.and_then(|db| observed.service(&db.name)).is_some_and(Container::is_ready);
        let (database_there, packages_there) = (has(VolumeKind::Database), has(VolumeKind::Packages));
        observed.database = match () {
            () if !database_there => Receipts::Nowhere,
            () if ready => self.known(Place::Database),
            () => Receipts::Unknown,
        };
        observed.database_identity = self.identity.clone().filter(|_| ready && database_there);
        observed.packages = match () {
            () if !packages_there => Receipts::Nowhere,
            () if helper => self.known(Place::Packages),
            () => Receipts::Unknown,
        };
        observed.project = self.known(Place::Folder);
        observed
    }

    fn known(&self, place: Place) -> Receipts {
        let at = self.receipts.iter().filter(|((p, _), _)| *p == place);
        Receipts::Known(at.map(|((_, name), receipt)| (name.clone(), receipt.clone())).collect())
    }

    /// Applies a plan; gives the names of the provisioning steps that really ran.
    pub fn apply(&mut self, plan: &Plan) -> Vec<String> {
        plan.steps.iter().filter_map(|step| self.apply_step(step)).collect()
    }

    fn apply_step(&mut self, step: &PlanStep) -> Option<String> {
        self.clock += 1;
        match (step.kind, &step.subject) {
            (PlanKind::Base, Subject::Base(reference)) | (PlanKind::Pull, Subject::Image(reference)) => {
                self.observed.images.insert(reference.clone());
            }
            (PlanKind::Build, Subject::Service(name)) => {
                let tag = self.build(name).tag;
                self.observed.images.insert(tag);
            }
            (PlanKind::Network, Subject::Network(name)) => {
                let info = NetworkInfo { name: name.clone(), ..NetworkInfo::default() };
                self.observed.networks.insert(name.clone(), info);
            }
            (PlanKind::Volume, Subject::Volume(name)) => self.make_volume(name),
            (PlanKind::Prepare, _) => self.prepare(),
            (PlanKind::Create, Subject::Service(name)) => self.create(name),
            (PlanKind::Start | PlanKind::Unpause, Subject::Service(name)) => self.run(name),
            (PlanKind::Healthy, Subject::Service(name)) => self.container(name).health = Some(HealthState::Healthy),
            (PlanKind::Task, Subject::Step(name)) => return self.task(name, step.undetermined),
            (PlanKind::Stop, Subject::Container { name, .. }) => self.end(&name.clone()),
            (PlanKind::Remove, subject) => self.remove(subject),
            (PlanKind::Pause, Subject::Service(name)) => self.container(name).phase = Phase::Paused,
            (PlanKind::Dump | PlanKind::Reload, _) => {}
            (kind, subject) => panic!("{kind:?} of {subject:?} makes no sense"),
        }
        None
    }

    fn declared(&self, name: &str) -> Service {
        self.project.service(name).unwrap().clone()
    }

    fn build(&self, name: &str) -> Build {
        build::build(&self.project, &self.facts, &self.declared(name)).unwrap()
    }

    fn make_volume(&mut self, name: &str) {
        let mut labels = self.project.labels();
        labels.insert(naming::LABEL_INSTANCE.into(), self.clock.to_string());
        let volume = Volume { name: name.to_owned(), labels };
        self.observed.volumes.insert(name.to_owned(), volume);
    }

    fn add(&mut self, role: Role, part: &str, spec: &str) -> &mut Container {
        let name = self.project.container_name(role, part);
        let mut labels = self.project.labels();
        labels.insert(naming::LABEL_ROLE.into(), role.as_str().into());
        labels.insert(naming::LABEL_NAME.into(), part.into());
        labels.insert(naming::LABEL_SPEC.into(), spec.into());
        let container =
            Container { id: format!("id-{}", self.clock), name: name.clone(), labels, ..Container::default() };
        self.observed.containers.insert(name.clone(), container);
        self.observed.containers.get_mut(&name).unwrap()
    }

    fn prepare(&mut self) {
        let spec = helper::prepare(&self.project, &self.facts, &self.observed).unwrap().hash();
        self.add(Role::Helper, helper::PREPARE, &spec).phase = Phase::Exited;
    }

    fn create(&mut self, name: &str) {
        let service = self.declared(name);
        let spec = service::spec(&self.project, &self.facts, &service);
        assert!(self.observed.images.contains(&spec.image), "{name} has no image {}", spec.image);
        assert!(self.observed.networks.contains_key(&self.project.network_name()), "{name} has no network");
        self.add(Role::Service, name, &spec.hash());
    }

    fn container(&mut self, service: &str) -> &mut Container {
        let name = self.project.container_name(Role::Service, service);
        self.observed.containers.get_mut(&name).unwrap()
    }

    fn run(&mut self, name: &str) {
        let health = self.declared(name).health.map(|_| HealthState::Starting);
        let container = self.container(name);
        (container.phase, container.health) = (Phase::Running, health);
    }

    fn end(&mut self, name: &str) {
        if let Some(container) = self.observed.containers.get_mut(name) {
            (container.phase, container.health) = (Phase::Exited, None);
        }
    }

    fn remove(&mut self, subject: &Subject) {
        match subject {
            Subject::Container { name, .. } => drop(self.observed.containers.remove(name)),
            Subject::Network(name) => drop(self.observed.networks.remove(name)),
            Subject::Volume(name) => self.remove_volume(&name.clone()),
            other => panic!("{other:?} cannot be removed"),
        }
    }

    fn remove_volume(&mut self, name: &str) {
        self.observed.volumes.remove(name);
        let lost = |kind: VolumeKind| self.project.volume_name(kind.as_str()) == name;
        let (database, packages) = (lost(VolumeKind::Database), lost(VolumeKind::Packages));
        self.receipts.retain(|(place, _), _| match place {
            Place::Database => !database,
            Place::Packages => !packages,
            Place::Folder => true,
        });
        if database {
            self.identity = None;
        }
    }

    /// A task runs as the task runner would: it looks at the receipt itself.
    fn task(&mut self, name: &str, undetermined: bool) -> Option<String> {
        let step = self.project.step(name).unwrap().clone();
        if undetermined && due::due(&self.project, &self.facts, &self.observe(), &step) == Due::No {
            return None;
        }
        self.require_database(&step);
        if step.kind == biostar_tui::core::step::StepKind::Database && self.identity.is_none() {
            self.identity = Some(format!("identity-{}", self.clock));
        }
        let receipt = Receipt {
            step: name.to_owned(),
            state: ReceiptState::Done,
            digest: digests::step(&self.project, &self.facts, &step),
            database: self.identity.clone(),
        };
        self.receipts.insert((place(&step), name.to_owned()), receipt);
        self.add(Role::Task, name, "").phase = Phase::Exited;
        Some(name.to_owned())
    }

    fn require_database(&mut self, step: &Step) {
        if step.scope == Scope::Database {
            assert!(self.container("db").is_ready(), "{} runs without its database", step.name);
        }
    }

    pub fn kill_step(&mut self, name: &str) {
        for receipt in self.receipts.values_mut().filter(|receipt| receipt.step == name) {
            receipt.state = ReceiptState::Begun;
        }
    }

    fn nth_container(&self, n: usize) -> Option<String> {
        self.observed.containers.keys().nth(n).cloned()
    }

    pub fn suffer(&mut self, act: &Mischief) {
        self.clock += 1;
        match act {
            Mischief::Remove(n) => drop(self.nth_container(*n).map(|name| self.observed.containers.remove(&name))),
            Mischief::Stop(n) => drop(self.nth_container(*n).map(|name| self.end(&name))),
            Mischief::Pause(n) => self.change(*n, |container| {
                if container.phase == Phase::Running {
                    container.phase = Phase::Paused;
                }
            }),
            Mischief::Sicken(n) => self.change(*n, |container| {
                if container.health.is_some() {
                    container.health = Some(HealthState::Unhealthy);
                }
            }),
            Mischief::Recreate(n) => self.change(*n, |container| {
                container.labels.insert(naming::LABEL_SPEC.into(), "another".into());
            }),
            Mischief::RemoveImage(n) => {
                let image = self.observed.images.iter().nth(*n).cloned();
                image.map(|image| self.observed.images.remove(&image));
            }
            Mischief::RemoveNetwork => self.remove_network(),
            Mischief::RemoveVolume(n) => self.remove_unused_volume(*n),
            Mischief::EditCode => drop(self.facts.inputs.insert("migrate".into(), self.clock.to_string())),
            Mischief::EditRequirements => self.facts.requirements.push_str("more\n"),
            Mischief::KillStep(n) => {
                let name = self.receipts.values().nth(*n).map(|receipt| receipt.step.clone());
                name.iter().for_each(|name| self.kill_step(name));
            }
            Mischief::CleanFolder => self.receipts.retain(|(place, _), _| *place != Place::Folder),
        }
    }

    fn change(&mut self, n: usize, act: impl FnOnce(&mut Container)) {
        if let Some(name) = self.nth_container(n) {
            self.observed.containers.get_mut(&name).map(act);
        }
    }

    /// The engine keeps a network while containers that run are on it.
    fn remove_network(&mut self) {
        if self.observed.containers.values().all(|container| !container.is_up()) {
            self.observed.networks.clear();
        }
    }

    /// The engine keeps a volume while a container has it.
    fn remove_unused_volume(&mut self, n: usize) {
        if self.observed.containers.is_empty()
            && let Some(name) = self.observed.volumes.keys().nth(n).cloned()
        {
            self.remove_volume(&name);
        }
    }
}

fn place(step: &Step) -> Place {
    match step.scope {
        Scope::Database => Place::Database,
        Scope::Packages => Place::Packages,
        Scope::Project | Scope::None => Place::Folder,
    }
}
