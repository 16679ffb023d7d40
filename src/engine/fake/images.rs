//! The fake's images.

use std::collections::BTreeMap;

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};

use crate::{
    core::observed::Image,
    engine::{
        error::{EngineError, ErrorKind},
        fake::{
            FakeEngine,
            state::{State, carries},
        },
        port::{BuildEvent, BuildRequest, LabelFilter, Result, Stream},
    },
};

impl FakeEngine {
    pub(super) async fn import_archive(
        &self,
        reference: &str,
        labels: &BTreeMap<String, String>,
        archive: Stream<Bytes>,
    ) -> Result<()> {
        let size = archive.try_fold(0, |size, bytes| async move { Ok(size + bytes.len()) }).await?;
        let size = i64::try_from(size).unwrap_or(i64::MAX);
        self.change(|state| state.add(reference, labels, size));
        Ok(())
    }
}

impl State {
    fn add(&mut self, reference: &str, labels: &BTreeMap<String, String>, size: i64) -> String {
        let id = format!("sha256:{}", self.id());
        let tags = vec![reference.to_owned()];
        let created_at = self.now();
        let image = Image { id: id.clone(), tags, labels: labels.clone(), size, env: Vec::new(), created_at };
        self.images.insert(reference.to_owned(), image);
        id
    }

    pub(super) fn image(&self, reference: &str) -> Result<Image> {
        let found = self.images.get(reference).or_else(|| self.images.values().find(|it| it.id == reference));
        let missing = || EngineError::new(ErrorKind::NotFound, "inspect image", reference, "No such image");
        found.cloned().ok_or_else(missing)
    }

    pub(super) fn images(&self, labels: &LabelFilter) -> Vec<Image> {
        self.images.values().filter(|it| carries(&it.labels, labels)).cloned().collect()
    }

    pub(super) fn remove_image(&mut self, reference: &str) -> Result<()> {
        if self.kept.iter().any(|it| it.seen.image == reference) {
            let text = "a container uses it";
            return Err(EngineError::new(ErrorKind::Conflict, "remove image", reference, text));
        }
        self.images.remove(reference);
        Ok(())
    }

    pub(super) fn offered(&self, reference: &str) -> Result<()> {
        let text = "the registry cannot be reached";
        let missing = || EngineError::new(ErrorKind::Pull, "pull image", reference, text);
        self.registry.contains(reference).then_some(()).ok_or_else(missing)
    }

    pub(super) fn pull(&mut self, reference: &str) -> Result<Stream<BuildEvent>> {
        self.offered(reference)?;
        self.add(reference, &BTreeMap::new(), 1);
        let events = [BuildEvent::Download { id: "layer".to_owned(), done: 1, total: 1 }];
        Ok(stream::iter(events.map(Ok)).boxed())
    }

    /// Builds: one step for each instruction of the Dockerfile that the context holds.
    pub(super) fn build(&mut self, request: &BuildRequest) -> Result<Stream<BuildEvent>> {
        let mut instructions = instructions(request);
        // The classic builder counts a request's labels as steps of its own.
        instructions.extend(request.labels.iter().map(|(key, value)| format!("LABEL {key}={value}")));
        let total = u32::try_from(instructions.len()).unwrap_or(u32::MAX);
        let all = instructions.clone();
        let steps =
            (1..).zip(instructions).map(|(number, instruction)| BuildEvent::Step { number, total, instruction });
        let mut events: Vec<Result<BuildEvent>> = steps.map(Ok).collect();
        let broken = self.broken_builds.iter().find(|(tag, _)| request.tag.starts_with(tag.as_str()));
        events.push(match broken {
            Some((_, message)) => Err(EngineError::new(ErrorKind::Build, "build image", &request.tag, message.clone())),
            None => Ok(BuildEvent::Built(self.built(request, all))),
        });
        Ok(stream::iter(events).boxed())
    }
}

impl State {
    fn built(&mut self, request: &BuildRequest, instructions: Vec<String>) -> String {
        let id = self.add(&request.tag, &request.labels, 1);
        self.instructions.insert(id.clone(), instructions);
        id
    }
}

fn instructions(request: &BuildRequest) -> Vec<String> {
    use std::io::Read as _;
    let mut archive = tar::Archive::new(request.context.as_ref());
    let Ok(entries) = archive.entries() else { return Vec::new() };
    for mut entry in entries.flatten() {
        let mut text = String::new();
        let named = entry.path().is_ok_and(|path| path.as_ref() == std::path::Path::new(&request.dockerfile));
        if named && entry.read_to_string(&mut text).is_ok() {
            let lines = text.lines().map(str::trim);
            return lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned).collect();
        }
    }
    Vec::new()
}
