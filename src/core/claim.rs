//! Whose an environment's volumes are after the project's folder has moved.
//!
//! An engine cannot change the labels of a volume, so a volume goes on naming the folder
//! that it was made for. A claim is a small volume whose own labels say which folder has
//! taken over from which; of several the one with the highest number counts. It is made in
//! one call, before anything is removed, and it works both ways: the new folder owns the
//! volumes, and the old one, should it come back, does not any more.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::core::{
    naming::{LABEL_CLAIM, LABEL_CLAIMED, LABEL_ENVIRONMENT, LABEL_HOST, LABEL_PROJECT, LABEL_ROOT},
    observed::{Observed, Volume},
    project::Project,
};

/// A folder's claim on what others have made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Claim {
    /// The folder that owns everything.
    pub root: String,
    /// The folders that it has taken over from.
    pub former: BTreeSet<String>,
    /// Of several claims the highest counts.
    pub number: u64,
}

impl Claim {
    /// The claim that a volume stands for.
    pub fn of(volume: &Volume) -> Option<Self> {
        let label = |key: &str| volume.labels.get(key);
        Some(Self {
            root: label(LABEL_ROOT)?.clone(),
            former: serde_json::from_str(label(LABEL_CLAIMED)?).ok()?,
            number: label(LABEL_CLAIM)?.parse().ok()?,
        })
    }

    /// The one that counts, of the claims on this project's environment on this host.
    pub fn latest<'a>(project: &Project, volumes: impl IntoIterator<Item = &'a Volume>) -> Option<Self> {
        let of_project = volumes.into_iter().filter(|volume| project.shares_name(&volume.labels));
        of_project.filter_map(Self::of).max_by_key(|claim| claim.number)
    }

    /// The claim by which a project takes over from all strangers; `None` where the one that
    /// counts says that already, or there are none.
    pub fn next(project: &Project, observed: &Observed) -> Option<Self> {
        let root = project.root.display().to_string();
        let now = observed.claim.as_ref();
        let before = now.into_iter().flat_map(|claim| claim.former.iter().chain([&claim.root]));
        let mut former: BTreeSet<String> = observed.strangers.iter().map(|stranger| &stranger.root).cloned().collect();
        if former.is_empty() || now.is_some_and(|now| now.root == root && former.is_subset(&now.former)) {
            return None;
        }
        former.extend(before.cloned());
        former.remove(&root);
        Some(Self { root, former, number: now.map_or(0, |claim| claim.number).saturating_add(1) })
    }

    /// The name of its volume.
    pub fn volume(&self, project: &Project) -> String {
        project.volume_name(&format!("claim-{}", self.number))
    }

    /// The labels of its volume.
    pub fn labels(&self, project: &Project) -> BTreeMap<String, String> {
        let mut labels = project.labels();
        labels.insert(LABEL_CLAIM.to_owned(), self.number.to_string());
        labels.insert(LABEL_CLAIMED.to_owned(), serde_json::json!(self.former).to_string());
        labels
    }
}

/// The claim that counts of those on the same project, environment and host as these labels.
pub fn latest_beside(labels: &BTreeMap<String, String>, volumes: &[Volume]) -> Option<Claim> {
    let is_beside = |volume: &&Volume| {
        [LABEL_PROJECT, LABEL_ENVIRONMENT, LABEL_HOST].iter().all(|key| volume.labels.get(*key) == labels.get(*key))
    };
    volumes.iter().filter(is_beside).filter_map(Claim::of).max_by_key(|claim| claim.number)
}

/// The folder that a volume belongs to by its labels and the claim that counts.
pub fn root_of<'a>(labels: &'a BTreeMap<String, String>, claim: Option<&'a Claim>) -> Option<&'a str> {
    let made_for = labels.get(LABEL_ROOT)?;
    match claim {
        Some(claim) if claim.former.contains(made_for) => Some(&claim.root),
        _ => Some(made_for),
    }
}

/// Whether a project owns a volume.
pub fn owns(project: &Project, labels: &BTreeMap<String, String>, claim: Option<&Claim>) -> bool {
    project.shares_name(labels) && root_of(labels, claim).is_some_and(|root| project.root.as_os_str() == root)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::observed::Stranger;
    use crate::core::status::tests::project;

    fn in_folder(root: &str) -> Project {
        Project { root: root.into(), ..project() }
    }

    fn volume(project: &Project, claim: Option<&Claim>) -> Volume {
        let labels = claim.map_or_else(|| project.labels(), |claim| claim.labels(project));
        Volume { name: "v".to_owned(), labels }
    }

    fn seen_from(folder: &str, strangers: &[&str], claim: Option<Claim>) -> (Project, Observed) {
        let stranger = |root: &&str| Stranger { root: (*root).to_owned(), ..Stranger::default() };
        let strangers = strangers.iter().map(stranger).collect();
        (in_folder(folder), Observed { strangers, claim, ..Observed::default() })
    }

    fn next(folder: &str, strangers: &[&str], claim: Option<Claim>) -> Option<Claim> {
        let (project, observed) = seen_from(folder, strangers, claim);
        Claim::next(&project, &observed)
    }

    #[test]
    fn a_claim_moves_volumes_and_keeps_the_old_folder_out() {
        let (old, new, other) = (in_folder("/old"), in_folder("/new"), in_folder("/other"));
        let claim = next("/new", &["/old", "/old"], None).unwrap();
        assert_eq!((claim.number, claim.former.len()), (1, 1));
        let data = volume(&old, None).labels;
        assert!(owns(&old, &data, None) && !owns(&new, &data, None));
        assert!(!owns(&old, &data, Some(&claim)) && owns(&new, &data, Some(&claim)));
        assert!(!owns(&other, &data, Some(&claim)));
        assert!(owns(&other, &volume(&other, None).labels, Some(&claim)), "others are left alone");
        assert_eq!(root_of(&data, Some(&claim)), Some("/new"));
    }

    #[test]
    fn a_claim_is_read_from_its_volume_again() {
        let claim = next("/new", &["/old \"x\"\n"], None).unwrap();
        let project = in_folder("/new");
        assert_eq!(Claim::of(&volume(&project, Some(&claim))), Some(claim.clone()));
        assert_eq!(claim.volume(&project), "p-development-volume-claim-1");
        assert_eq!(Claim::of(&volume(&project, None)), None);
        let mut broken = volume(&project, Some(&claim));
        broken.labels.insert(LABEL_CLAIMED.to_owned(), "{".to_owned());
        assert_eq!(Claim::of(&broken), None);
    }

    #[test]
    fn claims_follow_each_other_there_and_back() {
        let first = next("/b", &["/a"], None).unwrap();
        let second = next("/c", &["/b"], Some(first.clone())).unwrap();
        assert_eq!(second.former, ["/a", "/b"].map(str::to_owned).into());
        let back = next("/a", &["/c"], Some(second.clone())).unwrap();
        assert_eq!((back.number, &back.former), (3, &["/b", "/c"].map(str::to_owned).into()));
        let (a, c) = (in_folder("/a"), in_folder("/c"));
        let volumes = [volume(&a, None), volume(&c, Some(&second)), volume(&a, Some(&back))];
        assert_eq!(Claim::latest(&a, &volumes), Some(back.clone()));
        assert!(owns(&a, &volumes[0].labels, Some(&back)) && !owns(&c, &volumes[0].labels, Some(&back)));
        let of_another_host = Project { host: "elsewhere".to_owned(), ..in_folder("/a") };
        assert_eq!(Claim::latest(&of_another_host, &volumes), None);
    }

    #[test]
    fn what_is_claimed_is_not_claimed_again() {
        let claim = next("/new", &["/old"], None).unwrap();
        assert_eq!(next("/new", &["/old"], Some(claim)), None);
        assert_eq!(next("/new", &[], None), None);
    }
}
