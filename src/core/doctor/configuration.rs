//! Whether there is a project, and its configuration can be read.

use crate::core::doctor::{
    Finding, Surroundings,
    surroundings::Configuration::{NoProject, Valid, Wrong},
};

pub(super) fn look(surroundings: &Surroundings) -> Vec<Finding> {
    match &surroundings.configuration {
        Valid { name, root, warnings } => {
            let fine = Finding::ok(format!("the project {name} in {root} is configured"));
            let told = warnings.iter().map(|notice| {
                let finding = Finding::warning(notice.summary.clone());
                let remedy = notice.remedy.as_deref().unwrap_or("`biostar-tui config show` shows what is in use");
                Finding { cause: notice.cause.clone(), ..finding }.remedy(remedy)
            });
            std::iter::once(fine).chain(told).collect()
        }
        NoProject(notice) => vec![Finding::skipped(&notice.summary)],
        Wrong(notice) => {
            let finding = Finding::of(notice);
            let remedy = finding.remedy.clone().unwrap_or_else(|| "mend what is named".to_owned());
            vec![finding.remedy(remedy)]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{doctor::Verdict, notice::Notice};

    #[test]
    fn each_state() {
        let mut machine = Surroundings::sample();
        assert_eq!(look(&machine)[0].verdict, Verdict::Ok);
        machine.configuration = NoProject(Notice::error("no project in /x or above it"));
        assert_eq!(look(&machine)[0].summary, "not looked at: no project in /x or above it");
        machine.configuration = Wrong(Notice::error("biostar-tui.toml:3:1: unknown key `prot`").remedy("port?"));
        let found = look(&machine).remove(0);
        assert_eq!((found.verdict, found.remedy.as_deref()), (Verdict::Error, Some("port?")));
        let warnings = vec![Notice::warning("no requirement file was found")];
        machine.configuration = Valid { name: "a".into(), root: "/a".into(), warnings };
        assert_eq!(look(&machine)[1].verdict, Verdict::Warning);
    }
}
