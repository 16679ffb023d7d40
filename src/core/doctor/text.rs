//! What `doctor` found, as text.

use crate::core::doctor::{Finding, Verdict};

/// Where the words of a finding begin.
const INDENT: usize = 9;

/// All findings with cause and remedy, and what they come to.
pub fn text(findings: &[Finding]) -> String {
    let lines = findings.iter().flat_map(lines);
    lines.chain([summary(findings)]).collect::<Vec<_>>().join("\n")
}

/// `errors: 1, warnings: 2`
pub fn summary(findings: &[Finding]) -> String {
    let count = |verdict| findings.iter().filter(|finding| finding.verdict == verdict).count();
    match (count(Verdict::Error), count(Verdict::Warning)) {
        (0, 0) => "all is well".to_owned(),
        (errors, warnings) => format!("errors: {errors}, warnings: {warnings}"),
    }
}

fn lines(finding: &Finding) -> Vec<String> {
    let remedy = if finding.verdict == Verdict::Ok { "hint" } else { "remedy" };
    let fix = finding.fix.as_ref().map(ToString::to_string);
    let mut lines = vec![format!("{:<8} {}: {}", finding.verdict.as_str(), finding.check, finding.summary)];
    lines.extend(below("cause", finding.cause.as_deref()));
    lines.extend(below(remedy, finding.remedy.as_deref()));
    lines.extend(below("--fix", fix.as_deref()));
    lines
}

fn below(label: &str, text: Option<&str>) -> Option<String> {
    let indent = format!("\n{:width$}", "", width = INDENT + label.len() + 2);
    let lines = text?.lines().collect::<Vec<_>>().join(&indent);
    Some(format!("{:INDENT$}{label}: {lines}", ""))
}
