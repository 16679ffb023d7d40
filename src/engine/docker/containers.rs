//! Containers: listing, their life, their end.

use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream};

use crate::{
    core::{inspection::Details, observed::Container},
    engine::{
        docker::{
            DockerEngine,
            errors::Failure,
            http::{Ask, Call, DEADLINE, read},
            query::Path,
            wire,
        },
        error::ErrorKind,
        port::{LabelFilter, Result},
    },
};

/// How many inspections run at the same time.
const AT_ONCE: usize = 8;

impl DockerEngine {
    pub(super) async fn list(&self, labels: &LabelFilter) -> Result<Vec<wire::Summary>> {
        let path = Path::from("/containers/json").with("all", "1").labels(labels);
        self.http.get(Call::new("list", "containers"), path).await
    }

    /// One deadline over the whole would not fit a hundred containers: each call has its
    /// own.
    pub(super) async fn inspect_all(&self, labels: &LabelFilter) -> Result<Vec<Container>> {
        let ids = self.list(labels).await?.into_iter().map(|summary| summary.id);
        let inspected = stream::iter(ids).map(|id| async move { self.inspect(&id).await }).buffered(AT_ONCE);
        let present = inspected.filter_map(|answer| async {
            match answer {
                // Gone between the listing and the inspection.
                Err(error) if error.kind == ErrorKind::NotFound => None,
                answer => Some(answer),
            }
        });
        present.try_collect().await
    }

    pub(super) async fn inspect(&self, id: &str) -> Result<Container> {
        let path = Path::of("containers", id).part("json");
        let inspected: wire::Inspected = self.http.get(Call::new("inspect container", id), path).await?;
        Ok(inspected.into())
    }

    pub(super) async fn inspect_details(&self, id: &str) -> Result<Details> {
        let path = Path::of("containers", id).part("json");
        let inspected: wire::Inspected = self.http.get(Call::new("inspect container", id), path).await?;
        Ok(inspected.into())
    }

    pub(super) async fn start_container(&self, id: &str) -> Result<()> {
        let call = Call::new("start container", id).within(Duration::from_secs(60));
        self.http.done(call, Ask::post(Path::of("containers", id).part("start"))).await
    }

    pub(super) async fn stop_container(&self, id: &str, seconds: u32) -> Result<()> {
        let call = Call::new("stop container", id).within(DEADLINE + Duration::from_secs(seconds.into()));
        let path = Path::of("containers", id).part("stop").with("t", seconds.to_string());
        self.http.done(call, Ask::post(path)).await
    }

    pub(super) async fn kill_container(&self, id: &str, signal: &str) -> Result<()> {
        let path = Path::of("containers", id).part("kill").with("signal", signal);
        self.http.done(Call::new("send a signal to", id), Ask::post(path)).await
    }

    pub(super) async fn pause_container(&self, id: &str, pause: bool) -> Result<()> {
        let (action, verb, already) = match pause {
            true => ("pause container", "pause", "already paused"),
            false => ("unpause container", "unpause", "is not paused"),
        };
        match self.http.done(Call::new(action, id), Ask::post(Path::of("containers", id).part(verb))).await {
            // The engine has no status for "as asked for already", only words.
            Err(error) if error.message.to_ascii_lowercase().contains(already) => Ok(()),
            done => done,
        }
    }

    pub(super) async fn remove_container(&self, id: &str) -> Result<()> {
        let call = Call::new("remove container", id).within(Duration::from_secs(60));
        let path = Path::of("containers", id).with("force", "1").with("v", "1");
        match self.http.done(call, Ask::delete(path)).await {
            Err(error) if error.kind == ErrorKind::NotFound => Ok(()),
            // Somebody else removes it: done when it is gone, not before.
            Err(error) if error.message.contains("already in progress") => self.until_gone(call, id).await,
            done => done,
        }
    }

    async fn until_gone(&self, call: Call<'_>, id: &str) -> Result<()> {
        let gone = async {
            loop {
                match self.inspect(id).await {
                    Err(error) if error.kind == ErrorKind::NotFound => return Ok(()),
                    Err(error) => return Err(Failure::Told(error)),
                    Ok(_) => tokio::time::sleep(Duration::from_millis(50)).await,
                }
            }
        };
        call.bounded(gone).await
    }

    pub(super) async fn wait_container(&self, id: &str) -> Result<i64> {
        let call = Call::new("wait for container", id);
        let path = Path::of("containers", id).part("wait").with("condition", "not-running");
        let response = self.http.wait(call, Ask::post(path)).await?;
        let answer = read(response, 64 << 10).await.map_err(|failure| call.error(failure))?;
        if answer.trim_ascii().is_empty() {
            return Err(call.ended_early());
        }
        let waited: wire::Waited = serde_json::from_slice(&answer).map_err(|error| call.error(error))?;
        match waited.error.filter(|error| !error.message.is_empty()) {
            Some(error) => Err(call.fails(ErrorKind::Refused, super::errors::sanitised(&error.message))),
            None => Ok(waited.status_code),
        }
    }
}
