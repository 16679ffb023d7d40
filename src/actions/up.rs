//! `up`: from what is observed to what is wanted.

use std::collections::BTreeSet;

use crate::actions::{due, due::Due};
use crate::core::{
    facts::Facts,
    image::Bootstrap,
    naming::{self, Role},
    notice::Notice,
    observed::{Container, HealthState, Observed, Phase, Stranger},
    plan::{ASKED_FOR, Plan, PlanKind, PlanStep, Refusal, Subject},
    project::Project,
    service::{ImageSource, Service, ServiceKind},
    spec::{self, VolumeKind, build, helper, service},
    status,
    step::{Class, Step, StepKind},
};

/// What is asked for beside the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Intent {
    /// Names of plan steps (`task migrate`, `build web`, `create web`) that are done although
    /// there is no need.
    pub force: Vec<String>,
}

impl Intent {
    /// With these plan steps forced.
    pub fn forcing(names: impl IntoIterator<Item = String>) -> Self {
        Self { force: names.into_iter().collect() }
    }
}

/// The plan that brings a project up.
///
/// # Errors
/// Refused where names of ours belong to another folder's project, or where the database
/// volume was written by another major version of PostgreSQL.
pub fn plan(project: &Project, facts: &Facts, observed: &Observed, intent: &Intent) -> Result<Plan, Refusal> {
    refuse_strangers(project, observed)?;
    refuse_other_major(project, observed)?;
    let mut draft = Draft { project, facts, observed, intent, steps: Vec::new() };
    draft.images();
    draft.network_and_volumes();
    draft.prepare();
    draft.steps_of_provisioning();
    draft.services();
    draft.unwanted();
    Ok(Plan::ordered(draft.finish()))
}

/// Refuses where nothing of the project is there, but names of it are another's: whoever
/// stops or removes it means what is there, and is not to be told that it was done.
///
/// # Errors
/// The refusal, which names both folders.
pub fn refuse_others_alone(project: &Project, observed: &Observed) -> Result<(), Refusal> {
    let nothing = observed.containers.is_empty() && observed.networks.is_empty() && observed.volumes.is_empty();
    if nothing { refuse_strangers(project, observed) } else { Ok(()) }
}

fn refuse_strangers(project: &Project, observed: &Observed) -> Result<(), Refusal> {
    match observed.strangers.first() {
        None => Ok(()),
        Some(stranger) => Err(Refusal(stranger_notice(project, stranger))),
    }
}

pub(super) fn stranger_notice(project: &Project, stranger: &Stranger) -> Notice {
    let summary = format!("the name {} is taken by something that is not of this project", stranger.name);
    let notice = Notice::error(summary);
    if stranger.root.is_empty() {
        return notice.because("it carries no labels of this program").remedy(
            "remove or rename it, or give this project another name in biostar-tui.toml: [project] name = \"...\"",
        );
    }
    let (gone, other) = if stranger.can_be_adopted() {
        (" (that folder is gone)", "`biostar-tui adopt` takes over what is there, its data too; or give this one")
    } else {
        ("", "destroy the other one from its folder, or give this one")
    };
    let (theirs, ours) = (&stranger.root, project.root.display());
    notice
        .because(format!("it belongs to the project in {theirs}{gone}; this one is in {ours}"))
        .remedy(format!("{other} another name in biostar-tui.toml: [project] name = \"...\""))
}

fn refuse_other_major(project: &Project, observed: &Observed) -> Result<(), Refusal> {
    let volume = observed.volumes.get(&project.volume_name(VolumeKind::Database.as_str()));
    let have = volume.and_then(|volume| volume.labels.get(naming::LABEL_POSTGRES_MAJOR));
    match (have, postgres_major(project)) {
        (Some(have), Some(want)) if *have != want => Err(Refusal(other_major(have, &want))),
        _ => Ok(()),
    }
}

fn other_major(have: &str, want: &str) -> Notice {
    Notice::error(format!("the database volume was written by PostgreSQL {have}; the wanted one is PostgreSQL {want}"))
        .because("a server of another major version cannot read the files, and would refuse to start on them")
        .remedy(format!(
            "go back to the base or image with PostgreSQL {have}, `up` and `snapshot export FILE`; then `destroy \
             --volumes`, come up with PostgreSQL {want} and `snapshot import FILE`"
        ))
}

/// PostgreSQL's major version, as far as the configuration tells it: Debian's releases
/// carry one each, and official images name it in their tag.
pub fn postgres_major(project: &Project) -> Option<String> {
    let service = project.of_kind(ServiceKind::Postgres)?;
    match &service.image {
        ImageSource::Builtin(_) => match build::base(project, service).release()? {
            "bullseye" => Some("13".to_owned()),
            "bookworm" => Some("15".to_owned()),
            "trixie" => Some("17".to_owned()),
            _ => None,
        },
        ImageSource::Reference(reference) => {
            let digits: String = reference.rsplit_once(':')?.1.chars().take_while(char::is_ascii_digit).collect();
            (!digits.is_empty()).then_some(digits)
        }
        ImageSource::Dockerfile(_) | ImageSource::Service(_) => None,
    }
}

struct Draft<'a> {
    project: &'a Project,
    facts: &'a Facts,
    observed: &'a Observed,
    intent: &'a Intent,
    steps: Vec<PlanStep>,
}

impl Draft<'_> {
    fn push(&mut self, kind: PlanKind, subject: Subject, reason: &str, needs: Vec<String>) {
        let mut step = PlanStep {
            name: String::new(),
            kind,
            subject,
            reason: reason.to_owned(),
            destroys: None,
            undetermined: false,
            needs,
        };
        step.name = format!("{} {}", kind.as_str(), step.target());
        if !self.steps.iter().any(|other| other.name == step.name) {
            self.steps.push(step);
        }
    }

    fn forces(&self, kind: &str, name: &str) -> bool {
        self.intent.force.contains(&format!("{kind} {name}"))
    }

    /// Needs on steps that are not in the plan are met already.
    fn finish(mut self) -> Vec<PlanStep> {
        let names: BTreeSet<String> = self.steps.iter().map(|step| step.name.clone()).collect();
        for step in &mut self.steps {
            step.needs.retain(|name| names.contains(name));
        }
        self.steps
    }

    fn images(&mut self) {
        let services: Vec<&Service> = self.project.wanted().collect();
        for service in services {
            let reference = build::reference(self.project, self.facts, service);
            let forced = self.forces("build", &service.name);
            if self.observed.images.contains(&reference) && !forced {
                continue;
            }
            match &service.image {
                ImageSource::Reference(_) => {
                    self.push(PlanKind::Pull, Subject::Image(reference), "the image is not there", Vec::new());
                }
                ImageSource::Builtin(_) => self.build_on_base(service),
                ImageSource::Dockerfile(_) => self.build(service, Vec::new()),
                ImageSource::Service(_) => {}
            }
        }
    }

    fn build_on_base(&mut self, service: &Service) {
        let base = build::base(self.project, service);
        let have = |reference: &str| self.observed.images.contains(reference);
        let missing = !have(&base.image) && (base.bootstrap == Bootstrap::Never || !have(&base.bootstrapped()));
        if missing {
            self.push(PlanKind::Base, Subject::Base(base.image.clone()), "the base image is not there", Vec::new());
        }
        self.build(service, vec![format!("base {}", base.image)]);
    }

    fn build(&mut self, service: &Service, needs: Vec<String>) {
        let before = self.observed.service(&service.name).is_some();
        let reason = if self.forces("build", &service.name) {
            ASKED_FOR
        } else if before {
            "its Dockerfile, inputs or arguments have changed"
        } else {
            "the image is not there"
        };
        let mut needs = needs;
        // Its RUN instructions go over the project's network.
        needs.push(format!("network {}", self.project.network_name()));
        self.push(PlanKind::Build, Subject::Service(service.name.clone()), reason, needs);
    }

    fn network_and_volumes(&mut self) {
        let network = self.project.network_name();
        if !self.observed.networks.contains_key(&network) && self.project.wanted().next().is_some() {
            self.push(PlanKind::Network, Subject::Network(network), "the network is not there", Vec::new());
        }
        let ours = spec::volumes(self.project).into_iter().map(|kind| spec::volume_name(self.project, kind));
        for name in ours.chain(service::user_volumes(self.project)) {
            if !self.observed.volumes.contains_key(&name) {
                self.push(PlanKind::Volume, Subject::Volume(name), "the volume is not there", Vec::new());
            }
        }
    }

    fn prepare(&mut self) {
        let Some(wanted) = helper::prepare(self.project, self.facts, self.observed) else { return };
        let reason = match self.observed.container(Role::Helper, helper::PREPARE) {
            None => "volumes were not prepared yet",
            Some(container) if container.spec() != wanted.hash() => "a volume or the folder's owner has changed",
            Some(container) if container.phase == Phase::Exited && container.exit_code == 0 => return,
            Some(_) => "the preparation did not end well",
        };
        let mut needs: Vec<String> = spec::volumes(self.project).iter().map(|kind| self.volume_step(*kind)).collect();
        needs.extend(helper::prepare_service(self.project).map(|name| self.image_step(name)));
        self.push(PlanKind::Prepare, Subject::Volumes, reason, needs);
    }

    fn volume_step(&self, kind: VolumeKind) -> String {
        format!("volume {}", spec::volume_name(self.project, kind))
    }

    /// The step that brings a service's image, if there is one in the plan.
    fn image_step(&self, service: &str) -> String {
        let Some(service) = self.project.service(service) else { return String::new() };
        match &service.image {
            ImageSource::Reference(reference) => format!("pull {reference}"),
            ImageSource::Service(other) if *other != service.name => self.image_step(other),
            _ => format!("build {}", service.name),
        }
    }

    fn steps_of_provisioning(&mut self) {
        if self.project.of_kind(ServiceKind::Django).is_none() {
            return;
        }
        let (project, intent) = (self.project, self.intent);
        for step in &project.steps {
            let forced = intent.force.contains(&format!("task {}", step.name));
            let (reason, undetermined) = match due::due(project, self.facts, self.observed, step) {
                _ if forced => (ASKED_FOR.to_owned(), false),
                Due::No => continue,
                Due::Yes(reason) => (reason, false),
                Due::Undetermined(reason) => (reason, true),
            };
            let needs = self.needs_of_step(step);
            self.push(PlanKind::Task, Subject::Step(step.name.clone()), &reason, needs);
            if let Some(last) = self.steps.last_mut() {
                last.undetermined = undetermined;
            }
        }
        self.reload_after_packages();
    }

    fn needs_of_step(&self, step: &Step) -> Vec<String> {
        let mut needs = self.steps_before(step);
        needs.push("prepare volumes".to_owned());
        needs.push(format!("network {}", self.project.network_name()));
        needs.push(self.image_step(&step.service));
        if step.class() != Class::Packages
            && let Some(database) = self.project.of_kind(ServiceKind::Postgres)
        {
            needs.push(format!("healthy {}", database.name));
            needs.push(format!("unpause {}", database.name));
        }
        // Where there is a search engine it is what the index is made in.
        if step.name == "index" {
            needs.extend(self.search_ready());
        }
        // A step that was reached by name goes before nothing that it does not declare,
        // but never beside what installs its packages.
        needs.extend(self.packages_before(step));
        needs
    }

    /// All that it comes after, not only the next one: that may have nothing to do now.
    fn steps_before(&self, step: &Step) -> Vec<String> {
        let mut found: Vec<&str> = Vec::new();
        let mut open: Vec<&str> = step.after.iter().map(String::as_str).collect();
        while let Some(name) = open.pop() {
            if !found.contains(&name) {
                found.push(name);
                open.extend(self.project.step(name).into_iter().flat_map(|step| step.after.iter().map(String::as_str)));
            }
        }
        found.into_iter().map(|name| format!("task {name}")).collect()
    }

    fn packages_before(&self, step: &Step) -> Option<String> {
        let installs = self.project.steps.iter().find(|other| other.kind == StepKind::Packages)?;
        (installs.name != step.name && step.kind != StepKind::Packages).then(|| format!("task {}", installs.name))
    }

    /// A running server still has the old packages loaded.
    fn reload_after_packages(&mut self) {
        let installs = self.project.steps.iter().find(|step| step.kind == StepKind::Packages);
        let Some(name) = installs.map(|step| format!("task {}", step.name)) else { return };
        let Some(server) = self.project.of_kind(ServiceKind::Django) else { return };
        let due = self.steps.iter().any(|step| step.name == name && !step.undetermined);
        let kept = self.observed.service(&server.name).is_some_and(|container| self.keeps(server, container));
        if due && kept {
            let tasks = self.task_names();
            self.push(PlanKind::Reload, Subject::Service(server.name.clone()), "packages have changed", tasks);
            self.healthy(server, format!("reload {}", server.name));
        }
    }

    fn task_names(&self) -> Vec<String> {
        self.steps.iter().filter(|step| step.kind == PlanKind::Task).map(|step| step.name.clone()).collect()
    }

    /// Whether a container stays as it is and runs on.
    fn keeps(&self, service: &Service, container: &Container) -> bool {
        container.spec() == service::spec(self.project, self.facts, service).hash() && container.phase == Phase::Running
    }

    fn services(&mut self) {
        let project = self.project;
        for service in project.wanted() {
            match self.observed.service(&service.name) {
                None => self.create(service, "it is not there"),
                Some(container) => self.bring_up(service, container),
            }
        }
    }

    fn bring_up(&mut self, service: &Service, container: &Container) {
        let wanted = service::spec(self.project, self.facts, service).hash();
        if self.forces("create", &service.name) {
            return self.create(service, ASKED_FOR);
        }
        if container.spec() != wanted {
            return self.create(service, "what it is created from has changed");
        }
        match container.phase {
            Phase::Running => self.settle(service, container),
            Phase::Paused => {
                self.act(PlanKind::Unpause, service, "it is paused", Vec::new());
                self.healthy(service, format!("unpause {}", service.name));
            }
            Phase::Removing | Phase::Dead => self.create(service, "its container cannot be started"),
            Phase::Created | Phase::Exited | Phase::Restarting => {
                self.start(service, "it does not run");
            }
        }
    }

    /// What runs but is not ready is waited for, so that `up` ends with what is wanted.
    fn settle(&mut self, service: &Service, container: &Container) {
        match container.health {
            Some(HealthState::Starting) => self.act(PlanKind::Healthy, service, "it is starting", Vec::new()),
            Some(HealthState::Unhealthy) => self.recover(service),
            Some(HealthState::Healthy) | None => {}
        }
    }

    /// A server that has ended is started anew: whoever says `up` has mended it, and need
    /// not wait until the supervisor has noticed.
    fn recover(&mut self, service: &Service) {
        if service.kind == ServiceKind::Django {
            self.act(PlanKind::Reload, service, "it is unhealthy", self.task_names());
        }
        self.act(PlanKind::Healthy, service, "it is unhealthy", vec![format!("reload {}", service.name)]);
    }

    fn act(&mut self, kind: PlanKind, service: &Service, reason: &str, needs: Vec<String>) {
        self.push(kind, Subject::Service(service.name.clone()), reason, needs);
    }

    fn create(&mut self, service: &Service, reason: &str) {
        let mut needs = vec![self.image_step(&service.name), format!("network {}", self.project.network_name())];
        needs.push("prepare volumes".to_owned());
        let volumes = self.steps.iter().filter(|step| step.kind == PlanKind::Volume);
        needs.extend(volumes.map(|step| step.name.clone()));
        // What serves goes on until what comes in its place can be started.
        if self.observed.service(&service.name).is_some_and(Container::is_up) {
            needs.extend(self.needs_of_start(service));
        }
        self.act(PlanKind::Create, service, reason, needs);
        self.start(service, "its container is new");
    }

    fn start(&mut self, service: &Service, reason: &str) {
        let mut needs = vec![format!("create {}", service.name), "prepare volumes".to_owned()];
        needs.push(format!("network {}", self.project.network_name()));
        needs.extend(self.needs_of_start(service));
        self.act(PlanKind::Start, service, reason, needs);
        self.healthy(service, format!("start {}", service.name));
    }

    /// What a service has to find when it starts.
    fn needs_of_start(&self, service: &Service) -> Vec<String> {
        let mut needs: Vec<String> = service.needs.iter().flat_map(|other| self.ready_steps(other)).collect();
        if service::runs_project_code(self.project, service) {
            needs.extend(self.task_names());
            // It is told where the search service is, so it may ask it as soon as it is there.
            needs.extend(self.search_ready());
        }
        needs
    }

    fn search_ready(&self) -> Vec<String> {
        self.project.search().into_iter().flat_map(|search| self.ready_steps(&search.name)).collect()
    }

    /// The steps after which a service is ready, whichever of them the plan has.
    fn ready_steps(&self, service: &str) -> Vec<String> {
        ["start", "unpause", "healthy"].iter().map(|kind| format!("{kind} {service}")).collect()
    }

    fn healthy(&mut self, service: &Service, after: String) {
        if service.health.is_some() {
            self.act(PlanKind::Healthy, service, "it has to be healthy", vec![after]);
        }
    }

    /// Services that run although they are disabled, and whatever is left of those that are no
    /// longer declared: nothing could start it again.
    fn unwanted(&mut self) {
        let (project, observed) = (self.project, self.observed);
        let disabled = project.services.iter().filter(|service| !service.enabled);
        for container in disabled.filter_map(|it| observed.service(&it.name)).filter(|it| it.is_up()) {
            self.end(PlanKind::Stop, container, "it is disabled");
        }
        for container in status::undeclared(project, observed) {
            self.end(PlanKind::Remove, container, "no longer in the configuration");
        }
    }

    fn end(&mut self, kind: PlanKind, container: &Container, reason: &str) {
        let subject = Subject::Container { id: container.id.clone(), name: container.name.clone() };
        self.push(kind, subject, reason, Vec::new());
    }
}
