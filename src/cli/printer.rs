//! Progress of a plan that is being applied: bars on a terminal, plain lines without one.

use std::{collections::BTreeMap, io::IsTerminal as _, time::Duration};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use tokio::sync::mpsc::UnboundedReceiver;

use crate::cli::print;
use crate::core::{
    notice::Notice,
    report::{Report, What},
};
use crate::engine::port::{LogLine, LogStream};

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
        let mut lines = Lines { verbose, ..Lines::default() };
        while let Some(report) = reports.recv().await {
            lines.take(&report);
        }
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

/// Plain lines: one when a step begins, one when it ends, each tenth part of its progress.
#[derive(Default)]
struct Lines {
    verbose: bool,
    tenths: BTreeMap<String, u64>,
}

impl Lines {
    fn take(&mut self, report: &Report) {
        let step = &report.step;
        match &report.what {
            What::Begun(reason) => say(&format!("… {step}: {reason}")),
            What::Waiting(reason) => say(&format!("… {step}: {reason}")),
            What::At { label, done, total } => self.at(step, label, *done, *total),
            What::Output(line) if self.verbose => say(&format!("  {step} | {line}")),
            What::Output(_) => {}
            _ => end_line(report).iter().for_each(|line| say(line)),
        }
    }

    fn at(&mut self, step: &str, label: &str, done: u64, total: u64) {
        let tenth = (done * 10).checked_div(total).unwrap_or(done);
        if self.tenths.insert(format!("{step} {label}"), tenth) != Some(tenth) {
            say(&format!("  {step}: {done}/{total} {label}"));
        }
    }
}

/// A line for each running step, with its last message.
#[derive(Default)]
struct Bars {
    all: MultiProgress,
    running: BTreeMap<String, ProgressBar>,
}

impl Bars {
    fn take(&mut self, report: &Report) {
        match &report.what {
            What::Begun(reason) => self.bar(&report.step).set_message(reason.clone()),
            What::Waiting(reason) => self.bar(&report.step).set_message(reason.clone()),
            What::At { label, done, total } => self.at(&report.step, label, *done, *total),
            What::Output(line) => self.bar(&report.step).set_message(line.clone()),
            What::Notice(notice) => self.println(&notice_line(notice)),
            What::Done(_) | What::Skipped(_) | What::Failed(_) => self.end(report),
        }
    }

    fn bar(&mut self, step: &str) -> &ProgressBar {
        self.running.entry(step.to_owned()).or_insert_with(|| {
            let bar = self.all.add(ProgressBar::new_spinner());
            bar.set_prefix(step.to_owned());
            // A template that indicatif cannot read would fail its own tests; the
            // default one is good enough then.
            if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix} {elapsed} {wide_msg}") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        })
    }

    fn at(&mut self, step: &str, label: &str, done: u64, total: u64) {
        let message = if total > 0 { format!("{done}/{total} {label}") } else { label.to_owned() };
        self.bar(step).set_message(message);
    }

    fn end(&mut self, report: &Report) {
        if let Some(bar) = self.running.remove(&report.step) {
            bar.finish_and_clear();
        }
        if let Some(line) = end_line(report) {
            self.println(&line);
        }
    }

    fn println(&self, line: &str) {
        // A terminal that is gone ends nothing.
        let _ = self.all.println(crate::logs::sanitise::plain_lines(line));
    }

    fn clear(&mut self) {
        self.running.values().for_each(ProgressBar::finish_and_clear);
        self.running.clear();
        // Leaves the cursor at a line's begin, for whoever writes next.
        let _ = self.all.clear();
    }
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
