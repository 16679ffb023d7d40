//! The machine's projects, by what the engine holds of them.

use std::collections::BTreeMap;

use serde::Serialize;
use unicode_width::UnicodeWidthStr as _;

use crate::core::{
    holdings::{Holdings, Owner},
    naming::Role,
    observed::{Container, Phase},
};

/// A project in one environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Known {
    /// Whose it is.
    #[serde(flatten)]
    pub owner: Owner,
    /// Whether its folder is gone.
    pub is_gone: bool,
    /// `running`, `paused`, `halted`, or `data` where only volumes are left.
    pub state: &'static str,
    /// Services that run.
    pub running: usize,
    /// Services that have a container.
    pub services: usize,
    /// Where its Django server answers.
    pub url: Option<String>,
}

impl Holdings {
    /// All projects with an object of theirs in the engine, each environment by itself.
    pub fn projects(&self) -> Vec<Known> {
        let mut services: BTreeMap<Owner, Vec<&Container>> = BTreeMap::new();
        for owner in self.volumes.iter().filter_map(|it| self.owner_of_volume(it)) {
            services.entry(owner).or_default();
        }
        for container in &self.containers {
            let Some(owner) = Owner::of(&container.labels) else { continue };
            let list = services.entry(owner).or_default();
            list.extend(Some(container).filter(|it| it.role() == Some(Role::Service)));
        }
        services.into_iter().map(|(owner, services)| self.known(owner, &services)).collect()
    }

    fn known(&self, owner: Owner, services: &[&Container]) -> Known {
        let count = |phase: Phase| services.iter().filter(|it| it.phase == phase).count();
        let state = match (count(Phase::Running), count(Phase::Paused), services.len()) {
            (1.., ..) => "running",
            (_, 1.., _) => "paused",
            (.., 0) => "data",
            _ => "halted",
        };
        let (is_gone, running) = (self.is_gone(&owner), count(Phase::Running));
        Known { owner, is_gone, state, running, services: services.len(), url: url(services) }
    }

    /// What `projects` prints.
    pub fn projects_text(&self) -> String {
        let lines = self.project_lines(&self.projects());
        if lines.is_empty() { "the engine holds no project".to_owned() } else { lines.join("\n") }
    }

    /// A line for each project: columns as wide as what is in them.
    pub fn project_lines(&self, projects: &[Known]) -> Vec<String> {
        let rows: Vec<[String; 5]> = projects.iter().map(|it| self.columns(it)).collect();
        let width = |column: usize| rows.iter().map(|row| row[column].width()).max().unwrap_or(0);
        let widths: [usize; 4] = std::array::from_fn(width);
        let padded = |cell: &String, width: usize| format!("{cell}{}", " ".repeat(width - cell.width()));
        let line = |row: &[String; 5]| {
            let cells = row.iter().zip(widths).map(|(cell, width)| padded(cell, width));
            cells.chain(std::iter::once(row[4].clone())).collect::<Vec<_>>().join("  ")
        };
        rows.iter().map(line).collect()
    }

    fn columns(&self, it: &Known) -> [String; 5] {
        let Owner { project, environment, root, host } = &it.owner;
        let remark = match (*host == self.host, it.is_gone) {
            (false, _) => " (on another host)",
            (_, true) => " (gone)",
            _ => "",
        };
        let url = it.url.as_deref().unwrap_or("no address");
        [
            format!("{project} ({environment})"),
            it.state.to_owned(),
            format!("{} of {} services", it.running, it.services),
            url.to_owned(),
            format!("{root}{remark}"),
        ]
    }
}

/// The first published port of the Django server.
fn url(services: &[&Container]) -> Option<String> {
    let web = services.iter().find(|it| it.part() == "web")?;
    let port = web.ports.first()?;
    let address = if matches!(port.address.as_str(), "0.0.0.0" | "::" | "") { "127.0.0.1" } else { &port.address };
    Some(format!("http://{address}:{}/", port.host))
}

#[cfg(test)]
mod tests {
    use crate::core::holdings::{Holdings, tests::sample};
    use crate::core::observed::{Phase, PortInUse};

    #[test]
    fn every_project_with_its_state_and_address() {
        let mut held = sample();
        held.containers[1].phase = Phase::Running;
        held.containers[1].ports = vec![PortInUse { container: 8000, address: "0.0.0.0".to_owned(), host: 8001 }];
        held.containers[2].phase = Phase::Paused;
        insta::assert_snapshot!(held.projects_text());
        let json = serde_json::to_value(held.projects()).unwrap();
        assert_eq!(
            (json[2]["root"].as_str(), json[2]["url"].as_str()),
            (Some("/there"), Some("http://127.0.0.1:8001/"))
        );
        assert_eq!(Holdings::default().projects_text(), "the engine holds no project");
    }
}
