//! Asks the project's own Django, in the server's container, about its migrations.

use serde::{Deserialize, de::DeserializeOwned};

use crate::core::{
    facts::Facts,
    migrations::Migrations,
    notice::Notice,
    observed::{Container, Observed, Phase},
    project::Project,
    service::ServiceKind,
    spec::{self, TOOLS_DIR, digests},
};
use crate::engine::{Engine, port::Result};

/// What going to a migration undoes.
#[derive(Debug, Deserialize)]
struct Undone {
    backwards: Vec<String>,
    error: Option<String>,
}

/// The project's migrations; `None` where the server's container does not run, or the
/// project has no Django. What the project's code raises is told in the report.
///
/// # Errors
/// When the engine does not answer.
pub async fn report(
    engine: &dyn Engine,
    project: &Project,
    facts: &Facts,
    observed: &Observed,
) -> Result<Option<Migrations>> {
    let migrate = project.step("migrate").filter(|step| !step.inputs.is_empty());
    // Without inputs nothing tells one state of the code from another: asked each time.
    let digest = migrate.map(|step| digests::step(project, facts, step)).unwrap_or_default();
    ask(engine, project, observed, &["report", &digest]).await
}

/// What is told where nobody can be asked.
pub fn unknown(project: &Project) -> Notice {
    match project.of_kind(ServiceKind::Django) {
        Some(service) => Notice::error(format!("the migrations are not known: {} does not run", service.name))
            .because("the project's own Django is asked, in the server's container")
            .remedy("`biostar-tui up` starts it"),
        None => {
            Notice::error("the project has no Django service").remedy("declare [services.web] with kind = \"django\"")
        }
    }
}

/// Migrations that `migrate APP TARGET` would undo, in that order; `None` where that cannot
/// be known now.
///
/// # Errors
/// When the engine does not answer.
pub async fn undone(
    engine: &dyn Engine,
    project: &Project,
    observed: &Observed,
    app: &str,
    target: &str,
) -> Result<Option<Vec<String>>> {
    let plan: Option<Undone> = ask(engine, project, observed, &["plan", "", app, target]).await?;
    // A target that is not there is migrate's own to complain about.
    Ok(plan.map(|plan| if plan.error.is_some() { Vec::new() } else { plan.backwards }))
}

async fn ask<T: DeserializeOwned>(
    engine: &dyn Engine,
    project: &Project,
    observed: &Observed,
    words: &[&str],
) -> Result<Option<T>> {
    let Some(container) = server(project, observed) else { return Ok(None) };
    // Whoever saves a file waits for the server, not for this.
    let program = ["nice", "-n", "10", project.python()];
    let script = format!("{TOOLS_DIR}/migrations.py");
    let command: Vec<String> =
        program.into_iter().chain([script.as_str()]).chain(words.iter().copied()).map(str::to_owned).collect();
    let output = engine.exec(&container.id, None, &spec::sourced(project, command)).await?;
    Ok(answer(&String::from_utf8_lossy(&output.stdout)))
}

/// The last line: the project's own code may have written before.
fn answer<T: DeserializeOwned>(text: &str) -> Option<T> {
    text.lines().rev().find(|line| !line.trim().is_empty()).and_then(|line| serde_json::from_str(line).ok())
}

fn server<'a>(project: &Project, observed: &'a Observed) -> Option<&'a Container> {
    let service = project.of_kind(ServiceKind::Django)?;
    observed.service(&service.name).filter(|container| container.phase == Phase::Running)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_projects_code_prints_is_no_answer() {
        let text = "loading settings\n\n{\"backwards\": [\"forum.0002\"], \"error\": null}\n";
        assert_eq!(answer::<Undone>(text).unwrap().backwards, ["forum.0002"]);
        assert!(answer::<Undone>("Killed").is_none());
        assert!(answer::<Undone>("").is_none());
    }
}
