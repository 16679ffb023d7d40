//! Images: looking, pulling, importing.

use std::{collections::BTreeMap, time::Duration};

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use serde::Deserialize;

use crate::{
    core::{holdings::DiskUsage, inspection::Layer, observed::Image},
    engine::{
        docker::{
            DockerEngine,
            errors::{Failure, kind_of_status, sanitised},
            http::{Ask, Call},
            lines::JsonLines,
            query::Path,
            wire,
        },
        error::{EngineError, ErrorKind},
        port::{BuildEvent, LabelFilter, Result, Stream},
    },
};

/// An unreachable registry gives no progress: so long one is waited for.
const REGISTRY_PATIENCE: Duration = Duration::from_secs(20);
/// A question to it should not keep the one who asks waiting.
const REGISTRY_QUESTION: Duration = Duration::from_secs(5);
/// Once data flows, a large layer may be checked and unpacked in silence for longer.
const LAYER_PATIENCE: Duration = Duration::from_secs(180);
/// An import takes as long as its archive takes to be made.
const IMPORT_DEADLINE: Duration = Duration::from_secs(1800);

/// A large database has many files.
const COUNT_DEADLINE: Duration = Duration::from_secs(60);

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listed {
    id: String,
}

impl DockerEngine {
    pub(super) async fn inspect_image(&self, reference: &str) -> Result<Image> {
        let path = Path::of("images", reference).part("json");
        let image: wire::Image = self.http.get(Call::new("inspect image", reference), path).await?;
        Ok(image.into())
    }

    pub(super) async fn list_images(&self, labels: &LabelFilter) -> Result<Vec<Image>> {
        let path = Path::from("/images/json").labels(labels);
        let listed: Vec<Listed> = self.http.get(Call::new("list", "images"), path).await?;
        let inspected =
            stream::iter(listed).map(|image| async move { self.inspect_image(&image.id).await }).buffered(8);
        let present = inspected.filter_map(|answer| async {
            match answer {
                // Gone between the listing and the inspection.
                Err(error) if error.kind == ErrorKind::NotFound => None,
                answer => Some(answer),
            }
        });
        present.try_collect().await
    }

    pub(super) async fn image_history(&self, reference: &str) -> Result<Vec<Layer>> {
        let path = Path::of("images", reference).part("history");
        let layers: Vec<wire::Layer> = self.http.get(Call::new("read the history of", reference), path).await?;
        Ok(layers.into_iter().map(Into::into).collect())
    }

    pub(super) async fn count_disk_usage(&self) -> Result<DiskUsage> {
        let call = Call::new("count", "what is on the disk").within(COUNT_DEADLINE);
        if !self.http.counts_apart() {
            let text = "it counts containers too, which takes many minutes, and goes on when nobody waits any more";
            return Err(call.fails(ErrorKind::Version, text));
        }
        let path = Path::from("/system/df").with("type", "volume").with("type", "image");
        let path = if self.http.counts_in_sum() { path.with("verbose", "true") } else { path };
        let counted: wire::DiskUsage = self.http.get(call, path).await?;
        Ok(counted.into())
    }

    pub(super) async fn delete_image(&self, reference: &str) -> Result<()> {
        match self.http.done(Call::new("remove image", reference), Ask::delete(Path::of("images", reference))).await {
            Err(error) if error.kind == ErrorKind::NotFound => Ok(()),
            done => done,
        }
    }

    pub(super) async fn pull_image(&self, reference: &str) -> Result<Stream<BuildEvent>> {
        let call = Call::new("pull image", reference).within(REGISTRY_PATIENCE);
        let path = Path::from("/images/create").with("fromImage", with_tag(reference));
        let body = self.http.open(call, Ask::post(path)).await.map_err(pull_error)?.into_body();
        let mut lines = JsonLines::new(body);
        lines.patience(REGISTRY_PATIENCE);
        let pull = Pull { lines: Some(lines), reference: reference.to_owned() };
        Ok(Box::pin(stream::unfold(pull, Pull::step)))
    }

    pub(super) async fn ask_registry(&self, reference: &str) -> Result<()> {
        let call = Call::new("find image", reference).within(REGISTRY_QUESTION);
        let path = Path::of("distribution", &with_tag(reference)).part("json");
        self.http.done(call, Ask::get(path)).await.map_err(pull_error)
    }

    pub(super) async fn import_image(
        &self,
        reference: &str,
        labels: &BTreeMap<String, String>,
        archive: Stream<Bytes>,
    ) -> Result<()> {
        let call = Call::new("import image", reference).within(IMPORT_DEADLINE);
        let tagged = with_tag(reference);
        let (repository, tag) = tagged.rsplit_once(':').unwrap_or((&tagged, "latest"));
        let path = Path::from("/images/create").with("fromSrc", "-").with("repo", repository).with("tag", tag);
        let path = labels.iter().fold(path, |path, label| path.with("changes", label_instruction(label)));
        let work = async {
            let response = self.http.send(Ask::post(path).tar_stream(archive)).await?;
            let mut lines = JsonLines::new(response.into_body());
            while let Some(message) = lines.next::<wire::Message>().await? {
                if let Some(error) = message.error {
                    return Err(Failure::Status(hyper::StatusCode::INTERNAL_SERVER_ERROR, error));
                }
            }
            Ok(())
        };
        call.bounded(work).await
    }
}

/// Without a tag the engine would pull all of them.
fn with_tag(reference: &str) -> String {
    let name = reference.rsplit('/').next().unwrap_or(reference);
    if name.contains([':', '@']) { reference.to_owned() } else { format!("{reference}:latest") }
}

/// `LABEL "key"="value"`, quoted so that the engine neither expands nor splits it.
fn label_instruction((key, value): (&String, &String)) -> String {
    let quoted = |text: &str| {
        let escaped: String =
            text.chars().flat_map(|c| ['\\'].into_iter().filter(move |_| r#"\"$"#.contains(c)).chain([c])).collect();
        format!("\"{}\"", escaped.replace(['\n', '\r'], " "))
    };
    format!("LABEL {}={}", quoted(key), quoted(value))
}

/// Whatever a registry says is a failed pull; a full disk and a lost engine are not.
fn pull_error(error: EngineError) -> EngineError {
    use ErrorKind::{Conflict, Deadline, NotFound, Refused};
    let kind =
        if matches!(error.kind, NotFound | Refused | Conflict | Deadline) { ErrorKind::Pull } else { error.kind };
    EngineError { kind, ..error }
}

struct Pull {
    /// `None` once it is over.
    lines: Option<JsonLines>,
    reference: String,
}

impl Pull {
    async fn step(mut self) -> Option<(Result<BuildEvent>, Self)> {
        let read = self.lines.as_mut()?.next::<wire::Message>().await;
        let event = match read {
            Ok(None) => return None,
            Ok(Some(message)) => self.event(message),
            Err(failure) => Err(pull_error(Call::new("pull image", &self.reference).error(failure))),
        };
        if event.is_err() {
            self.lines = None;
        }
        Some((event, self))
    }

    fn event(&mut self, message: wire::Message) -> Result<BuildEvent> {
        if let Some(text) = &message.error {
            let kind = kind_of_status(hyper::StatusCode::INTERNAL_SERVER_ERROR, text);
            return Err(pull_error(Call::new("pull image", &self.reference).fails(kind, sanitised(text))));
        }
        let event = progress(message);
        if let (BuildEvent::Download { .. }, Some(lines)) = (&event, &mut self.lines) {
            lines.patience(LAYER_PATIENCE);
        }
        Ok(event)
    }
}

/// A message of a pull, or of a build's pull of its base.
pub(super) fn progress(message: wire::Message) -> BuildEvent {
    let status = message.status.unwrap_or_default();
    match message.id {
        Some(id) if message.progress.total > 0 || message.progress.current > 0 => {
            BuildEvent::Download { id, done: message.progress.current, total: message.progress.total }
        }
        Some(id) => BuildEvent::Output(format!("{id}: {status}")),
        None => BuildEvent::Output(status),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_get_a_tag() {
        assert_eq!(with_tag("debian"), "debian:latest");
        assert_eq!(with_tag("host:5000/debian"), "host:5000/debian:latest");
        assert_eq!(with_tag("debian:bookworm"), "debian:bookworm");
        assert_eq!(with_tag("debian@sha256:00"), "debian@sha256:00");
    }

    #[test]
    fn labels_are_quoted() {
        let label = ("a b".to_owned(), "x \"$HOME\" \\".to_owned());
        assert_eq!(label_instruction((&label.0, &label.1)), r#"LABEL "a b"="x \"\$HOME\" \\""#);
    }
}
