//! Plain lines, for logs and pipes: one when a step begins, one when it ends, each tenth
//! part of its progress, and never ten seconds of silence while something runs.

use std::{collections::BTreeMap, time::Duration};

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{Instant, timeout_at};

use crate::cli::printer::{count, end_line};
use crate::core::report::{Report, What};

/// Who watches a log, or a machine that kills what is silent, wants to know that it lives.
const SILENCE: Duration = Duration::from_secs(10);

/// A step that runs.
struct Running {
    begun: Instant,
    /// What it is at.
    at: String,
    /// The tenth part of its total that was told last, and of what.
    told: Option<(String, u64)>,
}

/// Which lines there are to print.
pub(super) struct Lines {
    verbose: bool,
    running: BTreeMap<String, Running>,
}

/// Prints the reports until their sender is gone.
pub(super) async fn print(mut reports: UnboundedReceiver<Report>, mut lines: Lines, say: impl Fn(String)) {
    let mut printed = Instant::now();
    loop {
        let news = match timeout_at(printed + SILENCE, reports.recv()).await {
            Ok(Some(report)) => lines.take(&report).into_iter().collect(),
            Ok(None) => return,
            Err(_) => lines.sign_of_life(),
        };
        if !news.is_empty() || printed.elapsed() >= SILENCE {
            printed = Instant::now();
        }
        news.into_iter().for_each(&say);
    }
}

impl Lines {
    pub(super) fn new(verbose: bool) -> Self {
        Self { verbose, running: BTreeMap::new() }
    }

    fn take(&mut self, report: &Report) -> Option<String> {
        let step = &report.step;
        match &report.what {
            What::Begun(reason) | What::Waiting(reason) => {
                self.running(step).at.clone_from(reason);
                Some(format!("… {step}: {reason}"))
            }
            What::At { label, done, total } => self.at(step, label, *done, *total),
            What::Output(line) => {
                self.running(step).at.clone_from(line);
                self.verbose.then(|| format!("  {step} | {line}"))
            }
            What::Notice(_) => end_line(report),
            What::Done(_) | What::Skipped(_) | What::Failed(_) => {
                self.running.remove(step);
                end_line(report)
            }
        }
    }

    fn running(&mut self, step: &str) -> &mut Running {
        let new = || Running { begun: Instant::now(), at: String::new(), told: None };
        self.running.entry(step.to_owned()).or_insert_with(new)
    }

    /// Each tenth part of a total is told; where there is none, signs of life have to do.
    fn at(&mut self, step: &str, label: &str, done: u64, total: u64) -> Option<String> {
        let running = self.running(step);
        running.at = count(label, done, total);
        // One count after another: of megabytes, then of packages.
        let tenth = (format!("of {total}"), done.saturating_mul(10).checked_div(total)?);
        let is_new = running.told.replace(tenth.clone()) != Some(tenth);
        is_new.then(|| format!("  {step}: {}", running.at))
    }

    /// What runs, for how long, and what it is at.
    fn sign_of_life(&self) -> Vec<String> {
        let line = |(step, running): (&String, &Running)| {
            let line = format!("… {step}: {} s, {}", running.begun.elapsed().as_secs(), running.at);
            line.trim_end_matches([',', ' ']).to_owned()
        };
        self.running.iter().map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;
    use tokio::sync::mpsc;

    /// What is printed while these come, seconds apart.
    async fn printed(reports: &[(u64, What)]) -> Vec<String> {
        let (sender, receiver) = mpsc::unbounded_channel();
        let lines = RefCell::new(Vec::new());
        let send = async {
            for (seconds, what) in reports {
                tokio::time::sleep(Duration::from_secs(*seconds)).await;
                sender.send(Report { step: "task index".to_owned(), what: what.clone() }).unwrap();
            }
            drop(sender);
        };
        tokio::join!(send, print(receiver, Lines::new(false), |line| lines.borrow_mut().push(line)));
        lines.into_inner()
    }

    fn at(done: u64, total: u64) -> What {
        What::At { label: "posts".to_owned(), done, total }
    }

    #[tokio::test(start_paused = true)]
    async fn silence_is_broken_every_ten_seconds() {
        let output = What::Output("Indexing".to_owned());
        let reports = [(0, What::Begun("was never run".to_owned())), (1, output), (24, What::Done(25_000))];
        let wanted = [
            "… task index: was never run",
            "… task index: 10 s, Indexing",
            "… task index: 20 s, Indexing",
            "✓ task index (25.0 s)",
        ];
        assert_eq!(printed(&reports).await, wanted);
    }

    #[tokio::test(start_paused = true)]
    async fn tenths_are_told_once() {
        let reports = [(0, at(0, 200)), (1, at(5, 200)), (1, at(21, 200)), (1, at(22, 200)), (1, at(200, 200))];
        let wanted = ["  task index: 0/200 posts", "  task index: 21/200 posts", "  task index: 200/200 posts"];
        assert_eq!(printed(&reports).await, wanted);
    }

    #[tokio::test(start_paused = true)]
    async fn what_has_no_total_is_a_sign_of_life() {
        let wanted = ["… task index: 9 s, 40 posts", "… task index: 19 s, 90 posts"];
        assert_eq!(printed(&[(1, at(1, 0)), (8, at(40, 0)), (10, at(90, 0)), (4, at(91, 0))]).await, wanted);
        assert!(printed(&[(0, What::Done(0)), (30, What::Output(String::new()))]).await.len() == 1);
    }
}
