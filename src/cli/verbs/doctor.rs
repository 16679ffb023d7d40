//! `doctor`.

use serde_json::json;

use crate::cli::{
    exit::{Failure, Outcome},
    flags::Flags,
    looking, print, session,
};
use crate::config;
use crate::core::doctor::{self, Finding, text};
use crate::logs::sanitise;
use crate::runtime::doctor::{Subject, carry_out, gather};

/// Looks, mends what it can where that was asked for, and prints what was found.
///
/// # Errors
/// [`Failure::Told`] where something is an error.
pub async fn run(flags: &Flags, fix: bool) -> Outcome {
    let mut findings = look(flags).await;
    if fix && mend(&findings).await {
        findings = look(flags).await;
    }
    let well = doctor::is_well(&findings);
    if flags.json {
        print::json(&json!({ "ok": well, "checks": findings }));
    } else {
        print::line(&sanitise::plain_lines(&text::text(&findings)));
    }
    if well { Ok(()) } else { Err(Failure::Told) }
}

async fn look(flags: &Flags) -> Vec<Finding> {
    doctor::examine(&looking::at("looking at machine, engine and project", gather(&subject(flags))).await)
}

/// What is looked at: the configuration and the engine as these flags name them.
pub fn subject(flags: &Flags) -> Subject {
    let request = session::request(flags);
    let configuration = config::load(&request);
    // Without a project the flag and the variable still name an engine.
    let host = match &configuration {
        Ok(loaded) => Some(loaded.project.engine.host.clone()),
        Err(_) => flags.host.clone().or_else(|| request.variables.get("BIOSTAR_TUI_ENGINE__HOST").cloned()),
    };
    let endpoint = session::endpoint(&host.unwrap_or_default());
    Subject { configuration, endpoint, variables: request.variables }
}

/// Does what can be done; whether anything was done.
async fn mend(findings: &[Finding]) -> bool {
    let mut done = false;
    let mut seen = std::collections::BTreeSet::new();
    for fix in findings.iter().filter_map(|finding| finding.fix.as_ref()).filter(|fix| seen.insert((*fix).clone())) {
        match carry_out(fix, &|line| print::aside(&format!("… {line}"))).await {
            Ok(()) => done = true,
            Err(notice) => print::notice(&notice),
        }
    }
    done
}
