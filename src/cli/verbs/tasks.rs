//! `tasks`.

use std::io::Write as _;

use futures_util::StreamExt as _;

use crate::cli::{
    exit::{Failure, Outcome},
    flags::Flags,
    print,
    session::Session,
};
use crate::core::{naming::Role, overview, overview_text};
use crate::engine::port::LogRequest;
use crate::logs::sanitise;

/// Lists the last run of each step, or prints one's output.
///
/// # Errors
/// When the engine does not answer, or there is no such task.
pub async fn run(flags: &Flags, task: Option<&str>) -> Outcome {
    let session = Session::open_for_objects(flags).await?;
    match task {
        Some(name) => output(&session, name).await,
        None => {
            if flags.json {
                print::json(&overview::tasks(&session.observed));
            } else if session.observed.containers.values().any(|it| it.role() == Some(Role::Task)) {
                let text = overview_text::tasks(&session.observed);
                print::line(&session.secrets.mask(&sanitise::plain_lines(&text)));
            }
            Ok(())
        }
    }
}

async fn output(session: &Session, name: &str) -> Outcome {
    let Some(container) = session.observed.container(Role::Task, name) else {
        let notice = session.project.no_task(name);
        let declared = session.project.step(name).is_some();
        return Err(if declared { notice.into() } else { Failure::Usage(vec![notice]) });
    };
    let mut lines = session.engine.logs(&container.id, &LogRequest::default()).await?;
    let mut out = std::io::stdout().lock();
    while let Some(line) = lines.next().await {
        let text = sanitise::plain(&String::from_utf8_lossy(&line?.bytes));
        if writeln!(out, "{}", session.secrets.mask(&text)).is_err() {
            break;
        }
    }
    Ok(())
}
