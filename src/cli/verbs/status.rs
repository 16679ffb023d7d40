//! `status`.

use std::collections::BTreeMap;

use crate::actions::drift;
use crate::cli::{exit::Outcome, flags::Flags, looking, print, session::Session};
use crate::core::{observed::Observed, overview, overview_text};
use crate::logs::sanitise;
use crate::runtime::{console::clients, migrations, receipts, usage, watch::Seat};

/// Prints the project's state; with `stats` what its services use, too.
///
/// # Errors
/// When the configuration or the engine cannot be read.
pub async fn run(flags: &Flags, stats: bool) -> Outcome {
    let session = Session::open_for_objects(flags).await?;
    let observed = looking::at("asking services how they are", in_full(&session, stats)).await;
    let Session { project, facts, engine, secrets, .. } = &session;
    let drift = drift::of(project, facts, &observed);
    let watcher = Seat::of(project).watcher();
    if flags.json {
        let mut report = overview::status(project, &drift, &observed, engine.endpoint());
        report["watcher"] = overview::watcher(watcher.as_ref());
        print::json(&report);
    } else {
        let text = overview_text::status(project, &drift, &observed);
        print::line(&secrets.mask(&sanitise::plain_lines(&text)));
        if let Some(watcher) = watcher {
            print::line(&format!("files: {}, by process {} ({})", watcher.state.as_str(), watcher.pid, watcher.kind));
        }
    }
    Ok(())
}

async fn in_full(session: &Session, stats: bool) -> Observed {
    let engine = session.engine.as_ref();
    let Session { project, facts, observed, .. } = session;
    let mut known = observed.as_ref().clone();
    let (clients, migrations, read) = tokio::join!(
        clients::read(engine, observed),
        migrations::report(engine, project, facts, observed),
        receipts::read(engine, project, &mut known),
    );
    // What cannot be asked is not known: `status` tells the rest.
    let (migrations, known) = (migrations.ok().flatten(), if read.is_ok() { known } else { observed.as_ref().clone() });
    let usage = if stats { usage::read(engine, observed).await } else { BTreeMap::new() };
    Observed { usage, clients, migrations, ..known }
}
