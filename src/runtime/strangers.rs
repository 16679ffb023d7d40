//! What is the project's own, and what only has its names.

use std::{collections::BTreeMap, path::Path};

use crate::core::{
    claim::{self, Claim},
    naming,
    observed::{Container, NetworkInfo, StrangeObject, Stranger, Volume},
    project::Project,
    spec::{self, service},
};

type Labels = BTreeMap<String, String>;

/// The project's own networks and volumes, and every stranger: what has a name that the
/// project needs, or all its labels but the folder. Containers and networks belong to the
/// folder that they were made for, volumes to the one that has claimed them since.
pub fn tell_apart(
    project: &Project,
    claim: Option<&Claim>,
    containers: &[Container],
    networks: Vec<NetworkInfo>,
    volumes: Vec<Volume>,
) -> (Vec<NetworkInfo>, Vec<Volume>, Vec<Stranger>) {
    let (networks, strange_networks) = split(networks, |it| project.owns(&it.labels));
    let (volumes, strange_volumes) = split(volumes, |it| claim::owns(project, &it.labels, claim));
    let sight = Sight { project, claim };
    let strangers = sight
        .containers(containers)
        .chain(strange_networks.iter().filter_map(|it| sight.network(it)))
        .chain(sight.volumes(&strange_volumes))
        .collect();
    (networks, volumes, strangers)
}

fn split<T>(all: Vec<T>, is_own: impl Fn(&T) -> bool) -> (Vec<T>, Vec<T>) {
    all.into_iter().partition(is_own)
}

/// From where strangers are looked at.
struct Sight<'a> {
    project: &'a Project,
    claim: Option<&'a Claim>,
}

impl Sight<'_> {
    fn containers(&self, all: &[Container]) -> impl Iterator<Item = Stranger> {
        let wanted = wanted_containers(self.project);
        let is_strange = move |it: &&Container| {
            let has_name = wanted.contains(&it.name) || self.project.shares_name(&it.labels);
            has_name && !self.project.owns(&it.labels)
        };
        let object = |it: &Container| StrangeObject::Container { id: it.id.clone() };
        all.iter().filter(is_strange).map(move |it| self.stranger(&it.name, &it.labels, root(&it.labels), object(it)))
    }

    fn network(&self, it: &NetworkInfo) -> Option<Stranger> {
        let has_name = it.name == self.project.network_name() || self.project.shares_name(&it.labels);
        let object = StrangeObject::Network { id: it.id.clone() };
        has_name.then(|| self.stranger(&it.name, &it.labels, root(&it.labels), object))
    }

    fn volumes(&self, all: &[Volume]) -> impl Iterator<Item = Stranger> {
        let wanted = wanted_volumes(self.project);
        let is_strange = move |it: &&Volume| wanted.contains(&it.name) || self.project.shares_name(&it.labels);
        all.iter().filter(is_strange).map(|it| {
            let object = if Claim::of(it).is_some() { StrangeObject::Claim } else { StrangeObject::Volume };
            // A claim on another project's volumes says nothing of who has our name.
            let claim = self.claim.filter(|_| self.project.shares_name(&it.labels));
            self.stranger(&it.name, &it.labels, claim::root_of(&it.labels, claim).unwrap_or_default(), object)
        })
    }

    fn stranger(&self, name: &str, labels: &Labels, root: &str, object: StrangeObject) -> Stranger {
        Stranger {
            name: name.to_owned(),
            root: root.to_owned(),
            root_is_gone: labels.get(naming::LABEL_HOST) == Some(&self.project.host) && is_gone(root),
            is_of_project: self.project.shares_name(labels),
            object,
        }
    }
}

/// Whether a folder is surely gone: one that may not be looked at counts as there.
fn is_gone(root: &str) -> bool {
    !root.is_empty() && Path::new(root).try_exists().is_ok_and(|is_there| !is_there)
}

fn root(labels: &Labels) -> &str {
    labels.get(naming::LABEL_ROOT).map_or("", String::as_str)
}

fn wanted_volumes(project: &Project) -> Vec<String> {
    let ours = spec::volumes(project).into_iter().map(|kind| spec::volume_name(project, kind));
    ours.chain(service::user_volumes(project)).collect()
}

fn wanted_containers(project: &Project) -> Vec<String> {
    let services = project.wanted().map(|service| project.container_name(naming::Role::Service, &service.name));
    let tasks = project.steps.iter().map(|step| project.container_name(naming::Role::Task, &step.name));
    services.chain(tasks).collect()
}
