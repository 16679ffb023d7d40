//! What is there but not as it is wanted: containers of another declaration, steps whose work is
//! out of date.

use crate::actions::due;
use crate::core::{facts::Facts, observed::Observed, overview, project::Project};

/// A line for each service and step.
pub fn of(project: &Project, facts: &Facts, observed: &Observed) -> Vec<String> {
    let steps = due::overdue(project, facts, observed).into_iter().map(|(_, line)| line);
    overview::drift(project, facts, observed).into_iter().chain(steps).collect()
}

/// Their names.
pub fn parts(project: &Project, facts: &Facts, observed: &Observed) -> Vec<String> {
    let steps = due::overdue(project, facts, observed).into_iter().map(|(name, _)| name);
    overview::drifted(project, facts, observed).into_iter().map(str::to_owned).chain(steps).collect()
}
