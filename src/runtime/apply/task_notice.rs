//! What is told of a task that failed or was left out.

use crate::actions::{django, migrate, test};
use crate::core::{
    notice::Notice,
    step::{Scope, Step},
};
use crate::logs::cause::Reason;
use crate::runtime::{
    apply::{StepRun, output::Ended},
    disk,
};

/// The exit code where there is no such program (sh(1)).
const NOT_FOUND: i64 = 127;

/// What programs say where a disk is full: the C library's words, and PostgreSQL's.
const DISK_FULL: [&str; 2] = ["no space left on device", "disk quota exceeded"];

impl StepRun<'_> {
    /// The notice of a failed task: the reason first, then where to find the rest.
    pub(super) async fn failed(&self, step: &Step, ended: &Ended) -> Notice {
        if let Some(why) = self.disk_full(ended).await {
            return Notice::error(format!("step {} failed: a disk is full", step.name)).because(why).remedy(
                "free space (`docker system df` shows what the engine uses), then `biostar-tui up` goes on from here",
            );
        }
        told(step, ended)
    }

    /// A program's own words of a full disk. On the engine's own there is no room for them:
    /// then its log is empty.
    async fn disk_full(&self, ended: &Ended) -> Option<String> {
        if let Some(line) = ended.lines.iter().find(|line| is_disk_full(line)) {
            return Some(line.trim().to_owned());
        }
        if ended.lines.iter().any(|line| !line.trim().is_empty()) {
            return None;
        }
        let folder = disk::full_of_engine(self.engine()).await?;
        Some(format!("there is no space left at {folder}, the engine's folder: even the task's output was lost"))
    }
}

/// The notice of tests that failed: how many; their own output says which.
fn tests_failed(ended: &Ended) -> Option<Notice> {
    let counts = ended.lines.iter().rev().find_map(|line| {
        let text = line.strip_prefix("biostar-tui: ")?;
        text.contains(" failed, ").then(|| text.split(';').next().unwrap_or(text).to_owned())
    })?;
    Some(Notice::error(counts).remedy(
        "`biostar-tui test --failed` runs those again, `biostar-tui console test` with a debugger in the first one",
    ))
}

/// The notice that names first what failed.
fn told(step: &Step, ended: &Ended) -> Notice {
    if step.name == test::TASK
        && let Some(notice) = tests_failed(ended)
    {
        return notice;
    }
    let Reason { what, mut lines } = ended.cause();
    if ended.oom_killed {
        lines.insert(0, "it was killed because it used too much memory".to_owned());
    }
    let what = what.map(|what| format!(": {what}")).unwrap_or_default();
    let notice = Notice::error(format!("{} failed with exit code {}{what}", name(step), ended.exit_code));
    let notice = if lines.is_empty() { notice } else { notice.because(lines.join("\n")) };
    if let Some(command) = meant_for_django(step, ended) {
        return notice.remedy(format!("it is one of Django's commands: `biostar-tui manage {command}`"));
    }
    let next = match step.scope {
        Scope::None => "mend what it names and run it again",
        _ => "mend what it names, then `biostar-tui up` goes on from here",
    };
    notice.remedy(format!("{next}; `biostar-tui tasks {}` prints all of its output", step.name))
}

/// A management command that was given to `run`, which knows programs.
fn meant_for_django(step: &Step, ended: &Ended) -> Option<String> {
    let program = step.run.first().filter(|_| step.scope == Scope::None && ended.exit_code == NOT_FOUND)?;
    django::COMMANDS.contains(&program.as_str()).then(|| shell_words::join(&step.run))
}

/// A free command's name is a hash, which nobody knows it by; that of one which a program of ours
/// stands for is the verb that asked for it.
fn name(step: &Step) -> String {
    match (step.scope, migrate::made_by(&step.run)) {
        (Scope::None, Some(words)) => {
            let words = words.iter().map(String::as_str);
            format!("`{}`", shell_words::join(std::iter::once("makemigrations").chain(words)))
        }
        (Scope::None, None) => format!("`{}`", shell_words::join(&step.run)),
        _ => format!("step {}", step.name),
    }
}

fn is_disk_full(line: &str) -> bool {
    let line = line.to_ascii_lowercase();
    DISK_FULL.iter().any(|words| line.contains(words))
}

/// The notice of a task that somebody else has stopped.
pub(super) fn stopped(step: &Step, code: i64) -> Notice {
    let way_back = match step.scope {
        Scope::None => "run it again",
        _ => "`biostar-tui up` rolls back what it had begun and runs it again",
    };
    Notice::error(format!("step {} was cancelled", step.name))
        .because(format!("its container was stopped from outside (exit code {code})"))
        .remedy(way_back)
}

/// The notice of a step whose outputs cannot be written.
pub(super) fn left_out(step: &Step, ended: &Ended) -> Notice {
    Notice::warning(format!("step {} was left out", step.name)).because(ended.cause().text()).remedy(format!(
        "make the folder writable for its owner and `biostar-tui up` again; without {} the site runs all the same",
        step.outputs.join(", ")
    ))
}
