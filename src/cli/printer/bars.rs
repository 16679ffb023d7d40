//! A line for each running step on a terminal: a bar where there is a total, its last
//! message.

use std::{collections::BTreeMap, time::Duration};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use crate::cli::print;
use crate::cli::printer::{count, end_line, notice_line};
use crate::core::{
    plan::ASKED_FOR,
    report::{Report, What},
    theme::Shapes,
};
use crate::logs::sanitise;
use crate::runtime::appearance;

/// Without a total.
const SPINNER: &str = "{spinner} {prefix} {elapsed} {wide_msg}";
/// With one.
const BAR: &str = "{spinner} {prefix} {elapsed} [{bar:20}] {pos}/{len} {wide_msg}";
const FILLED: &str = "█▓░";
/// Both, where the terminal shows ASCII alone.
const PLAIN_FILLED: &str = "#>-";
const PLAIN_SPINNER: &str = "|/-\\ ";

/// The lines of all running steps.
#[derive(Default)]
pub(super) struct Bars {
    all: MultiProgress,
    running: BTreeMap<String, ProgressBar>,
}

impl Bars {
    pub(super) fn take(&mut self, report: &Report) {
        match &report.what {
            // Whoever asked for it knows why it is done.
            What::Begun(reason) if reason == ASKED_FOR => drop(self.bar(&report.step)),
            What::Begun(text) | What::Waiting(text) | What::Output(text) => {
                self.bar(&report.step).set_message(text.clone());
            }
            What::At { label, done, total } => self.at(&report.step, label, *done, *total),
            What::Notice(notice) => self.println(&notice_line(notice)),
            What::Done(_) | What::Skipped(_) | What::Failed(_) => self.end(report),
        }
    }

    fn bar(&mut self, step: &str) -> &ProgressBar {
        self.running.entry(step.to_owned()).or_insert_with(|| {
            let bar = self.all.add(ProgressBar::new_spinner());
            bar.set_prefix(step.to_owned());
            bar.set_style(style(SPINNER));
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        })
    }

    fn at(&mut self, step: &str, label: &str, done: u64, total: u64) {
        let bar = self.bar(step);
        if total == 0 {
            bar.set_style(style(SPINNER));
            bar.set_message(count(label, done, total));
        } else {
            bar.set_style(style(BAR));
            bar.set_length(total);
            bar.set_position(done.min(total));
            bar.set_message(label.to_owned());
        }
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
        let _ = self.all.println(print::marks(&sanitise::plain_lines(line), appearance::shapes()));
    }

    pub(super) fn clear(&mut self) {
        self.running.values().for_each(ProgressBar::finish_and_clear);
        self.running.clear();
        // Leaves the cursor at a line's begin, for whoever writes next.
        let _ = self.all.clear();
    }
}

/// A template that indicatif could not read would fail the test below; the default one is
/// good enough then.
fn style(template: &str) -> ProgressStyle {
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner());
    match appearance::shapes() {
        Shapes::Unicode => style.progress_chars(FILLED),
        Shapes::Ascii => style.progress_chars(PLAIN_FILLED).tick_chars(PLAIN_SPINNER),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use indicatif::ProgressDrawTarget;

    /// Position, length and message of the step's bar after these reports.
    fn shown(reports: &[What]) -> Option<(u64, Option<u64>, String)> {
        let all = MultiProgress::with_draw_target(ProgressDrawTarget::hidden());
        let mut bars = Bars { all, ..Bars::default() };
        for what in reports {
            bars.take(&Report { step: "task migrate".to_owned(), what: what.clone() });
        }
        bars.running.get("task migrate").map(|bar| (bar.position(), bar.length(), bar.message()))
    }

    #[test]
    fn templates_can_be_read() {
        for template in [SPINNER, BAR] {
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
        }
    }

    #[test]
    fn a_total_makes_a_bar() {
        let at = |done, total| What::At { label: "forum.0002_tags".to_owned(), done, total };
        let label = || "forum.0002_tags".to_owned();
        assert_eq!(shown(&[What::Begun("x".to_owned()), at(5, 20)]), Some((5, Some(20), label())));
        assert_eq!(shown(&[at(21, 20)]), Some((20, Some(20), label())));
        assert_eq!(shown(&[at(21, 0)]).unwrap().2, "21 forum.0002_tags");
        assert_eq!(shown(&[at(1, 2), What::Done(1)]), None);
    }
}
