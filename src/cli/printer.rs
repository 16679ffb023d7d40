//! Progress of a plan that is being applied: bars on a terminal, plain lines without one.

mod bars;
mod lines;

use std::io::IsTerminal as _;
use std::time::Duration;

use tokio::sync::mpsc::UnboundedReceiver;

use crate::cli::print;
use crate::core::{
    notice::Notice,
    report::{Report, What},
};
use crate::engine::port::{LogLine, LogStream};
use bars::Bars;
use lines::Lines;

/// Prints reports until their sender is gone. On standard error, for standard output
/// belongs to the result.
///
/// `quiet` leaves the terminal to the output of a task: plain lines, and only what failed.
pub async fn print(mut reports: UnboundedReceiver<Report>, verbose: bool, quiet: bool) {
    if quiet {
        while let Some(report) = reports.recv().await {
            if let What::Notice(notice) = &report.what {
                say(&notice_line(notice));
            }
        }
    } else if std::io::stderr().is_terminal() && !verbose {
        let mut bars = Bars::default();
        while let Some(report) = reports.recv().await {
            bars.take(&report);
        }
        bars.clear();
    } else {
        lines::print(reports, Lines::new(verbose), |line| say(&line)).await;
    }
}

/// Prints the raw output of tasks: standard output and error where they belong, exact bytes
/// where they are piped, sanitised on a terminal.
pub async fn print_raw(mut lines: UnboundedReceiver<LogLine>) {
    while let Some(line) = lines.recv().await {
        // Output that nobody reads any more ends nothing.
        let _ = match line.stream {
            LogStream::Stderr => write_line(&mut std::io::stderr(), &line),
            LogStream::Stdout | LogStream::Tty => write_line(&mut std::io::stdout(), &line),
        };
    }
}

fn write_line(out: &mut (impl std::io::Write + std::io::IsTerminal), line: &LogLine) -> std::io::Result<()> {
    if out.is_terminal() {
        writeln!(out, "{}", crate::logs::sanitise::plain(&String::from_utf8_lossy(&line.bytes)))?;
    } else {
        out.write_all(&line.bytes)?;
        out.write_all(if line.complete { b"\n" } else { b"" })?;
    }
    out.flush()
}

/// Prints a line; a standard error that is gone ends nothing.
fn say(line: &str) {
    print::aside(line);
}

/// How a step's end is told.
fn end_line(report: &Report) -> Option<String> {
    let step = &report.step;
    match &report.what {
        What::Done(milliseconds) => Some(format!("✓ {step} ({})", seconds(*milliseconds))),
        What::Skipped(reason) => Some(format!("- {step}: {reason}")),
        What::Failed(_) => Some(format!("✗ {step} failed")),
        What::Notice(notice) => Some(notice_line(notice)),
        _ => None,
    }
}

fn notice_line(notice: &Notice) -> String {
    format!("! {notice}")
}

fn seconds(milliseconds: u64) -> String {
    let duration = Duration::from_millis(milliseconds);
    format!("{:.1} s", duration.as_secs_f64())
}

/// `4/9 label`; without a total `4 label`, without any number the label.
fn count(label: &str, done: u64, total: u64) -> String {
    let text = match (done, total) {
        (0, 0) => label.to_owned(),
        (done, 0) => format!("{done} {label}"),
        _ => format!("{done}/{total} {label}"),
    };
    text.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_have_words_and_shapes() {
        let report = |what| Report { step: "build web".into(), what };
        assert_eq!(end_line(&report(What::Done(1500))).as_deref(), Some("✓ build web (1.5 s)"));
        assert_eq!(end_line(&report(What::Failed(Notice::error("x")))).as_deref(), Some("✗ build web failed"));
        assert_eq!(end_line(&report(What::Output("x".into()))), None);
    }
}
