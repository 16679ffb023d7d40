//! The base image: found, else pulled, else bootstrapped; and the way out of containers.

use futures_util::StreamExt as _;

use crate::core::{
    image::{Base, Bootstrap},
    notice::Notice,
    report::What,
    service::Service,
    spec::{build, helper},
};
use crate::engine::{EngineError, ErrorKind, port::BuildEvent};
use crate::runtime::{
    apply::{StepResult, StepRun},
    bootstrap, state_folder,
};

impl StepRun<'_> {
    pub(super) async fn base(&self, reference: &str) -> StepResult {
        let base = self.base_named(reference);
        let _lock = self.lock(&format!("base {reference}")).await?;
        if self.has_image(&base.image).await?
            || self.may_bootstrap(&base) && self.has_image(&base.bootstrapped()).await?
        {
            return Ok(Some("another client has brought it".to_owned()));
        }
        if base.bootstrap == Bootstrap::Always {
            return self.bootstrap(&base).await;
        }
        match self.pull(reference).await {
            Err(notice) if base.bootstrap == Bootstrap::Auto && base.release().is_some() => {
                let cause = notice.cause.as_deref().unwrap_or(&notice.summary).lines().next().unwrap_or_default();
                self.output(&format!("cannot pull {reference} ({cause}): building it from the distribution's mirror"));
                self.bootstrap(&base).await
            }
            other => other,
        }
    }

    fn base_named(&self, reference: &str) -> Base {
        let mut bases = self.project().wanted().map(|service| build::base(self.project(), service));
        bases.find(|base| base.image == reference).unwrap_or_else(|| self.project().base.clone())
    }

    fn may_bootstrap(&self, base: &Base) -> bool {
        base.bootstrap != Bootstrap::Never
    }

    /// The reference that builds start from: the wanted one, else the bootstrapped one.
    pub(super) async fn base_in_use(&self, base: &Base) -> Result<String, Notice> {
        if self.has_image(&base.image).await? { Ok(base.image.clone()) } else { Ok(base.bootstrapped()) }
    }

    pub(super) async fn has_image(&self, reference: &str) -> Result<bool, Notice> {
        match self.engine().image(reference).await {
            Ok(_) => Ok(true),
            Err(error) if error.kind == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    async fn bootstrap(&self, base: &Base) -> StepResult {
        let output = |line: &str| self.output(line);
        bootstrap::run(self.engine(), base, self.application.fix, &output).await?;
        Ok(None)
    }

    pub(super) async fn pull(&self, reference: &str) -> StepResult {
        let mut events = self.engine().pull(reference).await.map_err(|error| self.not_pulled(reference, &error))?;
        while let Some(event) = events.next().await {
            match event.map_err(|error| self.not_pulled(reference, &error))? {
                BuildEvent::Download { id, done, total } => self.report(What::At { label: id, done, total }),
                BuildEvent::Output(line) => self.output(&line),
                BuildEvent::Step { .. } | BuildEvent::Built(_) => {}
            }
        }
        Ok(None)
    }

    /// Names who wants the image, for a reference alone may be read in many places.
    fn not_pulled(&self, reference: &str, error: &EngineError) -> Notice {
        let wants = |service: &&Service| build::reference(self.project(), self.facts(), service) == reference;
        let who: Vec<&str> = self.project().wanted().filter(wants).map(|service| service.name.as_str()).collect();
        let of = if who.is_empty() { String::new() } else { format!(" of {}", who.join(", ")) };
        let notice = error.notice();
        let remedy = "check its name, and that the engine reaches its registry; an image that was built or loaded \
                      by hand is used as it is";
        Notice {
            summary: format!("the image {reference}{of} could not be pulled"),
            remedy: notice.remedy.or_else(|| Some(remedy.to_owned())),
            ..notice
        }
    }

    pub(super) async fn lock(&self, name: &str) -> Result<state_folder::Lock, Notice> {
        let name = format!("{} {name}", self.engine().endpoint());
        let waiting = || self.report(What::Waiting("waits for another client, which is doing the same".to_owned()));
        state_folder::lock(&name, waiting).await
    }

    /// Whether containers on a network of ours find no way to this host, so that the
    /// engine host's own network has to serve. Where even that does not help, nothing is
    /// changed: the step itself then says what it cannot reach.
    pub(super) async fn needs_host_network(&self, image: &str, host: &str, port: u16) -> bool {
        match self.project().engine.network.as_str() {
            "host" => return true,
            "bridge" => return false,
            _ => {}
        }
        // A question that cannot be asked changes nothing.
        let stuck = self.reaches(image, host, port, false).await == Some(false)
            && self.reaches(image, host, port, true).await == Some(true);
        if stuck {
            self.report(What::Notice(
                Notice::warning("containers find no way out: the host's own network is used for this step")
                    .because(format!("{host}:{port} was not reached from a container, but from the host"))
                    .remedy(
                        "look at the engine's bridge, IP forwarding and firewall; or set [engine] network = \"host\"",
                    ),
            ));
        }
        stuck
    }

    async fn reaches(&self, image: &str, host: &str, port: u16, from_host: bool) -> Option<bool> {
        use crate::core::container::Network;
        // One name for each question, so that parallel steps do not take each other's.
        let part =
            format!("way-out-{}-{}", self.step.name.replace(' ', "-"), if from_host { "host" } else { "bridge" });
        let mut spec = helper::one_shot(self.project(), &part, image.to_owned());
        let probe = format!("timeout 5 bash -c 'exec 3<>/dev/tcp/{host}/{port}'");
        spec.command = Some(vec!["bash".to_owned(), "-c".to_owned(), probe]);
        let name = self.project().network_name();
        spec.network = if from_host { Network::Host } else { Network::Named { name, aliases: Vec::new() } };
        let ended = self.one_shot(&spec, None, None).await;
        // It is of no use any more; one that stays is found by `destroy`.
        let _ = self.engine().remove(&spec.name).await;
        Some(ended.ok()?.exit_code == 0)
    }
}
