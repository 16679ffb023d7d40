//! The whole output of the task that is open, live while it runs.

use std::{sync::Arc, time::Duration};

use tokio::sync::{mpsc::Sender, oneshot};

use crate::app::Msg;
use crate::core::{naming::Role, secret::Secrets};
use crate::engine::Engine;
use crate::logs::resume::Resume;
use crate::runtime::log_stream::{Extent, LogStream, Opened, Owner};

/// Between two streams of a container that goes on.
const REST: Duration = Duration::from_millis(300);

/// Reads until the task has ended and all of it was read, or its container is gone.
pub(super) async fn read(engine: Arc<dyn Engine>, secrets: Secrets, container: String, messages: Sender<Msg>) {
    let mut resume = Resume::default();
    loop {
        let opened = match engine.container(&container).await {
            Ok(seen) if seen.is_up() => Opened::WhileUp,
            Ok(_) => Opened::AfterItsEnd,
            Err(error) if error.is_connection() => {
                tokio::time::sleep(REST).await;
                continue;
            }
            // Removed: what was read of it stays.
            Err(_) => return,
        };
        let stream = LogStream {
            engine: Arc::clone(&engine),
            owner: Owner { role: Role::Task, name: String::new() },
            container: container.clone(),
            resume,
            opened,
            extent: Extent::Whole,
            older: None,
            secrets: secrets.clone(),
            messages: messages.clone(),
        };
        let (_never, cancelled) = oneshot::channel();
        let ended = stream.read(cancelled).await;
        if opened == Opened::AfterItsEnd && ended.error.is_none() {
            return;
        }
        resume = ended.resume;
        tokio::time::sleep(REST).await;
    }
}
