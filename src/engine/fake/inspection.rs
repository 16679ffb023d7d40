//! The fake's containers and images in detail.

use crate::{
    core::{
        container::{Mount, MountSource, Network},
        holdings::DiskUsage,
        inspection::{Connected, Details, Layer, Mounted},
        observed::{HealthState, Image},
    },
    engine::{
        fake::state::{Files, State},
        port::Result,
    },
};

impl State {
    pub(super) fn details(&self, id: &str) -> Result<Details> {
        let kept = self.find(id)?;
        let spec = &kept.spec;
        let words = |words: &Option<Vec<String>>| words.clone().unwrap_or_default();
        Ok(Details {
            container: kept.seen.clone(),
            env: spec.env.iter().map(|(key, value)| format!("{key}={value}")).collect(),
            command: [words(&spec.entrypoint), words(&spec.command)].concat(),
            user: spec.user.clone().unwrap_or_default(),
            working_dir: spec.working_dir.clone().unwrap_or_default(),
            mounts: spec.mounts.iter().map(mounted).collect(),
            networks: networks(&spec.network, kept.seen.is_up()),
            restart_policy: "no".to_owned(),
            memory: spec.memory.unwrap_or(0),
            failing_streak: i64::from(kept.seen.health == Some(HealthState::Unhealthy)),
            check_exit_code: kept.seen.health.map(|health| i64::from(health == HealthState::Unhealthy)),
        })
    }

    /// One layer for each instruction, the newest first; the image's size is the oldest's.
    pub(super) fn history(&self, reference: &str) -> Result<Vec<Layer>> {
        let image = self.image(reference)?;
        let imported = vec!["imported".to_owned()];
        let instructions = self.instructions.get(&image.id).unwrap_or(&imported);
        let layer = |(place, created_by): (usize, &String)| Layer {
            created_at: image.created_at,
            created_by: created_by.clone(),
            size: if place == 0 { u64::try_from(image.size).unwrap_or(0) } else { 0 },
            tags: if place + 1 == instructions.len() { image.tags.clone() } else { Vec::new() },
        };
        Ok(instructions.iter().enumerate().map(layer).rev().collect())
    }
}

impl State {
    /// Files in volumes, images as large as they are.
    pub(super) fn disk_usage(&self) -> DiskUsage {
        let size = |files: &Files| files.values().map(|file| file.content.len() as u64).sum();
        let of_image = |image: &Image| (image.id.clone(), u64::try_from(image.size).unwrap_or(0));
        DiskUsage {
            volumes: self.volumes.iter().map(|(name, (_, files))| (name.clone(), size(files))).collect(),
            images: self.images.values().map(of_image).collect(),
        }
    }
}

fn mounted(mount: &Mount) -> Mounted {
    let (kind, source) = match &mount.source {
        MountSource::Bind(path) => ("bind", path),
        MountSource::Volume(name) => ("volume", name),
    };
    Mounted { kind: kind.to_owned(), source: source.clone(), target: mount.target.clone(), read_only: mount.read_only }
}

/// Those of a container that runs.
pub(super) fn addresses(network: &Network) -> Vec<String> {
    networks(network, true).into_iter().map(|place| place.address).collect()
}

fn networks(network: &Network, is_up: bool) -> Vec<Connected> {
    let connected = |network: &str, aliases: &[String]| Connected {
        network: network.to_owned(),
        address: if is_up { "172.18.0.2".to_owned() } else { String::new() },
        aliases: aliases.to_vec(),
    };
    match network {
        Network::Named { name, aliases } => vec![connected(name, aliases)],
        Network::Host => vec![connected("host", &[])],
        Network::None => vec![connected("none", &[])],
    }
}
