//! All that the program has made in an engine, of every project, and what is left over of it.

pub mod projects;
pub mod text;

pub use projects::Known;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::core::{
    claim,
    naming::{LABEL_BUILD, LABEL_ENVIRONMENT, LABEL_HOST, LABEL_PROJECT, LABEL_ROOT},
    observed::{Container, Image, NetworkInfo, Timestamp, Volume},
};

/// A builder's images have no name while it works: younger ones are left alone.
const SETTLED: Timestamp = 3_600_000_000_000;

type Labels = BTreeMap<String, String>;

/// What an engine's objects take on its disk, in bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct DiskUsage {
    /// Volumes, by name; those that could be counted.
    pub volumes: BTreeMap<String, u64>,
    /// Of images what no other image has, by id.
    pub images: BTreeMap<String, u64>,
}

/// Everything with a label of ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct Holdings {
    /// The machine id of the client's host: folders of others cannot be looked at.
    pub host: String,
    /// When it was looked at.
    pub now: Timestamp,
    /// Containers.
    pub containers: Vec<Container>,
    /// Images with the label of a build.
    pub images: Vec<Image>,
    /// Images by id that some container uses, a stranger's too.
    pub used_images: BTreeSet<String>,
    /// Networks.
    pub networks: Vec<NetworkInfo>,
    /// Volumes.
    pub volumes: Vec<Volume>,
    /// What they take.
    pub disk: DiskUsage,
    /// Folders that are surely gone from this host.
    pub gone: BTreeSet<String>,
}

/// Whose something is: a project's in one environment, of one folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Owner {
    /// The project's slug.
    pub project: String,
    /// The environment.
    pub environment: String,
    /// The folder.
    pub root: String,
    /// The machine id of the host that the folder is on.
    pub host: String,
}

impl Owner {
    /// By an object's labels; `None` where they name no project.
    pub fn of(labels: &Labels) -> Option<Self> {
        let label = |key: &str| labels.get(key).cloned();
        Some(Self {
            project: label(LABEL_PROJECT)?,
            environment: label(LABEL_ENVIRONMENT)?,
            root: label(LABEL_ROOT)?,
            host: label(LABEL_HOST)?,
        })
    }
}

impl Holdings {
    /// Every folder that an object of this host names.
    pub fn roots(&self) -> BTreeSet<String> {
        let labels = self.containers.iter().map(|it| &it.labels);
        let labels = labels.chain(self.networks.iter().map(|it| &it.labels));
        let labels = labels.chain(self.images.iter().map(|it| &it.labels));
        let owners = labels.filter_map(Owner::of).chain(self.volumes.iter().filter_map(|it| self.owner_of_volume(it)));
        owners.filter(|owner| owner.host == self.host).map(|owner| owner.root).collect()
    }

    /// Whose a volume is, by its labels and the claim that counts.
    pub fn owner_of_volume(&self, volume: &Volume) -> Option<Owner> {
        let owner = Owner::of(&volume.labels)?;
        let claim = claim::latest_beside(&volume.labels, &self.volumes);
        let root = claim::root_of(&volume.labels, claim.as_ref()).unwrap_or_default().to_owned();
        Some(Owner { root, ..owner })
    }

    /// Whether an owner's folder is gone. Of another host nothing is known.
    pub fn is_gone(&self, owner: &Owner) -> bool {
        owner.host == self.host && self.gone.contains(&owner.root)
    }

    fn is_left(&self, labels: &Labels) -> bool {
        Owner::of(labels).is_some_and(|owner| self.is_gone(&owner))
    }

    /// Containers of projects whose folder is gone.
    pub fn left_containers(&self) -> impl Iterator<Item = &Container> {
        self.containers.iter().filter(|it| self.is_left(&it.labels))
    }

    /// Networks of such.
    pub fn left_networks(&self) -> impl Iterator<Item = &NetworkInfo> {
        self.networks.iter().filter(|it| self.is_left(&it.labels))
    }

    /// Volumes of such.
    pub fn left_volumes(&self) -> impl Iterator<Item = &Volume> {
        self.volumes.iter().filter(|it| self.owner_of_volume(it).is_some_and(|owner| self.is_gone(&owner)))
    }

    /// Images that no container uses and that have no name any more, or have been followed by a
    /// newer build; and those of projects whose folder is gone. `wanted` are not among them.
    pub fn left_images<'a>(&'a self, wanted: &'a BTreeSet<String>) -> impl Iterator<Item = &'a Image> {
        self.images.iter().filter(move |image| {
            let is_wanted = image.tags.iter().any(|tag| wanted.contains(tag));
            let is_old = self.is_left(&image.labels) || image.tags.iter().all(|tag| self.is_outdated(image, tag));
            !self.used_images.contains(&image.id) && !is_wanted && is_old && self.now - image.created_at >= SETTLED
        })
    }

    /// Whether there is a newer image of the same repository. Only such names are ours.
    fn is_outdated(&self, image: &Image, tag: &str) -> bool {
        let repository = repository(tag);
        let is_newer = |other: &&Image| {
            other.created_at > image.created_at && other.tags.iter().any(|it| self::repository(it) == repository)
        };
        is_ours(tag, image) && self.images.iter().any(|other| is_newer(&other))
    }

    /// What an image alone takes.
    pub fn image_bytes(&self, image: &Image) -> u64 {
        let all = u64::try_from(image.size).unwrap_or_default();
        self.disk.images.get(&image.id).copied().unwrap_or(all)
    }
}

/// Images inherit labels from those that they are built on: the name has to be ours, too.
fn is_ours(tag: &str, image: &Image) -> bool {
    let is_base = tag.starts_with("biostar-tui/base-");
    let of_project = image.labels.get(LABEL_PROJECT).is_some_and(|slug| tag.starts_with(&format!("{slug}-")));
    image.labels.contains_key(LABEL_BUILD) && !is_base && (tag.starts_with("biostar-tui/") || of_project)
}

fn repository(tag: &str) -> &str {
    tag.rsplit_once(':').map_or(tag, |(name, _)| name)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::core::naming;

    const HOUR: Timestamp = 3_600_000_000_000;

    pub(crate) fn labels(project: &str, root: &str, host: &str) -> Labels {
        let pairs = [
            (LABEL_PROJECT, project),
            (LABEL_ENVIRONMENT, "development"),
            (LABEL_ROOT, root),
            (LABEL_HOST, host),
            (naming::LABEL_ROLE, "service"),
            (naming::LABEL_NAME, "web"),
        ];
        pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).into()
    }

    fn image(id: &str, tags: &[&str], created_at: Timestamp) -> Image {
        let labels = [(LABEL_BUILD.to_owned(), "x".to_owned())].into();
        let tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
        Image { id: id.to_owned(), tags, labels, size: 1_000_000, created_at, ..Image::default() }
    }

    fn container(name: &str, root: &str, host: &str) -> Container {
        Container {
            id: format!("id-{name}"),
            name: name.to_owned(),
            labels: labels("p", root, host),
            ..Container::default()
        }
    }

    pub(crate) fn volume(name: &str, root: &str, host: &str) -> Volume {
        Volume { name: name.to_owned(), labels: labels("p", root, host) }
    }

    /// `/gone` is gone; `/there` is not, and another host's folders are nobody's business.
    pub(crate) fn sample() -> Holdings {
        Holdings {
            host: "here".to_owned(),
            now: 100 * HOUR,
            containers: vec![
                container("of-gone", "/gone", "here"),
                container("of-there", "/there", "here"),
                container("of-elsewhere", "/gone", "elsewhere"),
            ],
            images: vec![
                image("base", &["biostar-tui/base-debian:bookworm-slim"], 1),
                image("old", &["biostar-tui/web:old"], HOUR),
                image("used", &["biostar-tui/web:used"], 2 * HOUR),
                image("wanted", &["biostar-tui/web:wanted"], 3 * HOUR),
                image("newest", &["biostar-tui/web:newest"], 4 * HOUR),
                image("nameless", &[], 5 * HOUR),
                image("young", &[], 100 * HOUR - 1),
                // It inherits our label, and has a name of its own besides.
                image("strange", &["mine:1"], 1),
                image("strange-newer", &["mine:2"], 2),
            ],
            used_images: ["used".to_owned()].into(),
            networks: vec![NetworkInfo {
                id: "n".to_owned(),
                name: "p-network".to_owned(),
                labels: labels("p", "/gone", "here"),
            }],
            volumes: vec![
                volume("p-db", "/gone", "here"),
                volume("p-there", "/there", "here"),
                volume("p-elsewhere", "/gone", "elsewhere"),
                Volume { name: "strange".to_owned(), labels: Labels::new() },
            ],
            disk: DiskUsage {
                volumes: [("p-db".to_owned(), 71_000_000), ("p-there".to_owned(), 2_000_000)].into(),
                ..DiskUsage::default()
            },
            gone: ["/gone".to_owned()].into(),
        }
    }

    fn names<'a>(found: impl Iterator<Item = &'a String>) -> Vec<&'a str> {
        found.map(String::as_str).collect()
    }

    #[test]
    fn only_what_is_surely_ours_and_left_is_left_over() {
        let held = sample();
        let wanted = ["biostar-tui/web:wanted".to_owned()].into();
        assert_eq!(names(held.left_containers().map(|it| &it.name)), ["of-gone"]);
        assert_eq!(names(held.left_networks().map(|it| &it.name)), ["p-network"]);
        assert_eq!(names(held.left_volumes().map(|it| &it.name)), ["p-db"]);
        assert_eq!(names(held.left_images(&wanted).map(|it| &it.id)), ["old", "nameless"]);
        assert_eq!(held.roots(), ["/gone".to_owned(), "/there".to_owned()].into());
    }

    #[test]
    fn what_another_folder_has_claimed_is_not_left() {
        let mut held = sample();
        let mut claim = volume("p-claim", "/there", "here");
        claim.labels.insert(naming::LABEL_CLAIM.to_owned(), "1".to_owned());
        claim.labels.insert(naming::LABEL_CLAIMED.to_owned(), r#"["/gone"]"#.to_owned());
        held.volumes.push(claim);
        assert_eq!(held.left_volumes().count(), 0);
        // Claimed by a folder that is gone by now: left, the claim with it.
        held.gone.insert("/there".to_owned());
        assert_eq!(names(held.left_volumes().map(|it| &it.name)), ["p-db", "p-there", "p-claim"]);
    }
}
