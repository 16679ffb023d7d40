//! `doctor`.

use serde_json::json;

use crate::cli::{
    exit::{Failure, Outcome},
    flags::Flags,
    print, session,
};
use crate::config;
use crate::core::doctor::{self, Finding, Verdict};
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
        findings.iter().for_each(show);
        print::line(&summary(&findings));
    }
    if well { Ok(()) } else { Err(Failure::Told) }
}

async fn look(flags: &Flags) -> Vec<Finding> {
    let ids = crate::actions::registry::ids();
    let request = session::request(flags, &ids);
    let configuration = config::load(&request);
    // Without a project the flag and the variable still name an engine.
    let host = match &configuration {
        Ok(loaded) => Some(loaded.project.engine.host.clone()),
        Err(_) => flags.host.clone().or_else(|| request.variables.get("BIOSTAR_TUI_ENGINE__HOST").cloned()),
    };
    let endpoint = session::endpoint(&host.unwrap_or_default());
    let subject = Subject { configuration, endpoint, variables: request.variables };
    doctor::examine(&gather(&subject).await)
}

/// Does what can be done; whether anything was done.
async fn mend(findings: &[Finding]) -> bool {
    let mut done = false;
    let mut seen = std::collections::BTreeSet::new();
    for fix in findings.iter().filter_map(|finding| finding.fix.as_ref()).filter(|fix| seen.insert((*fix).clone())) {
        match carry_out(fix, &|line| eprintln!("… {}", sanitise::plain(line))).await {
            Ok(()) => done = true,
            Err(notice) => print::notice(&notice),
        }
    }
    done
}

fn show(finding: &Finding) {
    let text = format!("{:<8} {}: {}", finding.verdict.as_str(), finding.check, finding.summary);
    print::line(&sanitise::plain(&text));
    let remedy = if finding.verdict == Verdict::Ok { "hint" } else { "remedy" };
    below("cause", finding.cause.as_deref());
    below(remedy, finding.remedy.as_deref());
    below("--fix", finding.fix.as_ref().map(ToString::to_string).as_deref());
}

fn below(label: &str, text: Option<&str>) {
    let indent = format!("\n{:width$}", "", width = 9 + label.len() + 2);
    let lines = text.map(|text| text.lines().map(sanitise::plain).collect::<Vec<_>>().join(&indent));
    if let Some(lines) = lines {
        print::line(&format!("{:9}{label}: {lines}", ""));
    }
}

fn summary(findings: &[Finding]) -> String {
    let count = |verdict| findings.iter().filter(|finding| finding.verdict == verdict).count();
    match (count(Verdict::Error), count(Verdict::Warning)) {
        (0, 0) => "all is well".to_owned(),
        (errors, warnings) => format!("errors: {errors}, warnings: {warnings}"),
    }
}
