//! Builds of images.

use futures_util::StreamExt as _;

use crate::core::{
    image::{Build, Context},
    notice::Notice,
    report::What,
    spec::build,
};
use crate::engine::{
    EngineError, ErrorKind,
    port::{BuildEvent, BuildRequest},
};
use crate::runtime::{
    apply::{StepResult, StepRun},
    bootstrap, context_archive,
};

impl StepRun<'_> {
    pub(super) async fn build(&self, service: &str) -> StepResult {
        let service = self.declared(service)?;
        let Some(build) = build::build(self.project(), self.facts(), service) else {
            return Ok(Some("its image is not built".to_owned()));
        };
        let _lock = self.lock(&build.tag).await?;
        if !self.is_forced() && self.has_image(&build.tag).await? {
            return Ok(Some("another client has built it".to_owned()));
        }
        let request = self.request(&build, service).await?;
        let mut events = self.engine().build(request).await.map_err(|error| build_failed(&build, &error))?;
        while let Some(event) = events.next().await {
            self.tell(event.map_err(|error| build_failed(&build, &error))?);
        }
        Ok(None)
    }

    async fn request(&self, build: &Build, service: &crate::core::service::Service) -> Result<BuildRequest, Notice> {
        let (context, dockerfile) = context_archive::archive(self.project(), build)?;
        let mut args = build.args.clone();
        let mut image = String::new();
        if matches!(build.context, Context::Builtin(_)) {
            image = self.base_in_use(&build::base(self.project(), service)).await?;
            args.insert("BASE".to_owned(), image.clone());
        }
        let network = self.build_network(&image).await;
        Ok(BuildRequest {
            tag: build.tag.clone(),
            dockerfile,
            target: build.target.clone(),
            args,
            labels: build.labels.clone(),
            network,
            context,
            no_cache: self.is_forced(),
        })
    }

    /// The classic builder's RUN instructions go over the project's own network where it
    /// leads out: the engine's default bridge may be missing.
    async fn build_network(&self, image: &str) -> String {
        let host = bootstrap::mirror_host(&self.project().base);
        let stuck = if image.is_empty() {
            self.project().engine.network == "host"
        } else {
            self.needs_host_network(image, &host, 80).await
        };
        if stuck { "host".to_owned() } else { self.project().network_name() }
    }

    fn tell(&self, event: BuildEvent) {
        match event {
            BuildEvent::Step { number, total, instruction } => {
                let label = instruction.chars().take(60).collect();
                // Told when it begins: those before it are done.
                let done = u64::from(number.saturating_sub(1));
                self.report(What::At { label, done, total: u64::from(total) });
            }
            BuildEvent::Output(line) => self.output(&line),
            BuildEvent::Download { id, done, total } => self.report(What::At { label: id, done, total }),
            BuildEvent::Built(_) => {}
        }
    }
}

fn build_failed(build: &Build, error: &EngineError) -> Notice {
    let notice = error.notice();
    let why = if error.kind == ErrorKind::DiskFull { ": the engine's disk is full" } else { "" };
    Notice {
        summary: format!("the image of {} could not be built{why}", build.name),
        remedy: notice.remedy.or_else(|| Some("mend what the last lines name, then `biostar-tui up` again".to_owned())),
        ..notice
    }
}
