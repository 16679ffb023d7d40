//! The users of images: what a new container's `/etc/passwd` and `/etc/group` begin as.

use std::{
    collections::BTreeMap,
    path::{Path as FilePath, PathBuf},
    sync::{Mutex, PoisonError},
};

use futures_util::future::try_join;
use serde::{Deserialize, Serialize};

use crate::{
    core::{container::ContainerSpec, naming},
    engine::{
        docker::DockerEngine,
        port::{LabelFilter, Result},
    },
};

/// So many images' users are remembered.
const MOST_IMAGES: usize = 32;
/// More was not written by us.
const LARGEST: u64 = 1 << 20;

/// The text of `/etc/passwd` and `/etc/group`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Users {
    pub(super) passwd: String,
    pub(super) group: String,
}

/// Users of images by the images' ids, which are their contents' digests.
#[derive(Debug, Default)]
pub(super) struct KnownUsers {
    known: Mutex<BTreeMap<String, Users>>,
    /// Where they are kept for the next start.
    folder: Option<PathBuf>,
}

impl KnownUsers {
    pub(super) fn kept_in(folder: PathBuf) -> Self {
        Self { folder: Some(folder), ..Self::default() }
    }

    fn of(&self, image: &str) -> Option<Users> {
        // What is in it is whole after every insertion, a panic elsewhere or not.
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(image).cloned();
        known.or_else(|| {
            let users = read(&self.file(image)?)?;
            self.note(image, &users);
            Some(users)
        })
    }

    fn note(&self, image: &str, users: &Users) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() < MOST_IMAGES {
            known.insert(image.to_owned(), users.clone());
        }
    }

    /// Notes them for the next start, too. Where that cannot be, the next start asks the engine.
    fn keep(&self, image: &str, users: &Users) {
        self.note(image, users);
        let Some(file) = self.file(image) else { return };
        let _ = write(&file, users);
    }

    fn file(&self, image: &str) -> Option<PathBuf> {
        let digest = image.strip_prefix("sha256:")?;
        let is_digest = digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_digest.then(|| Some(self.folder.as_ref()?.join(format!("{digest}.json"))))?
    }
}

fn read(file: &FilePath) -> Option<Users> {
    let is_ours = std::fs::metadata(file).is_ok_and(|it| it.is_file() && it.len() <= LARGEST);
    is_ours.then(|| serde_json::from_slice(&std::fs::read(file).ok()?).ok())?
}

fn write(file: &FilePath, users: &Users) -> std::io::Result<()> {
    let folder = file.parent().unwrap_or(FilePath::new("."));
    std::fs::create_dir_all(folder)?;
    forget_oldest(folder)?;
    // Whole or not at all: two programs may have read the same.
    let new = file.with_extension(format!("new-{}", std::process::id()));
    std::fs::write(&new, serde_json::to_vec(users)?)?;
    std::fs::rename(&new, file)
}

/// Makes room for one more.
fn forget_oldest(folder: &FilePath) -> std::io::Result<()> {
    let mut files: Vec<_> = std::fs::read_dir(folder)?.flatten().map(|entry| entry.path()).collect();
    if files.len() >= MOST_IMAGES {
        files.sort_by_cached_key(|file| std::fs::metadata(file).and_then(|it| it.modified()).ok());
        let too_many = files.len() + 1 - MOST_IMAGES;
        // Another program may have removed them.
        files.iter().take(too_many).for_each(|file| drop(std::fs::remove_file(file)));
    }
    Ok(())
}

/// Whether the users are not, or not only, the image's.
fn mounts_users(spec: &ContainerSpec) -> bool {
    spec.mounts.iter().any(|mount| mount.target.starts_with("/etc"))
}

impl DockerEngine {
    /// The users of a new container are its image's: read once for each image, because an
    /// engine mounts the whole root file system for each look into a stopped container
    /// (a tenth of a second by fuse-overlayfs).
    pub(super) async fn users(&self, id: &str, spec: &ContainerSpec) -> Result<Users> {
        if mounts_users(spec) {
            return self.users_in(id).await;
        }
        let image = self.inspect(id).await?.image_id;
        if let Some(users) = self.users.of(&image) {
            return Ok(users);
        }
        let users = self.users_in(id).await?;
        self.users.keep(&image, &users);
        Ok(users)
    }

    async fn users_in(&self, id: &str) -> Result<Users> {
        let (passwd, group) = try_join(self.text_file(id, "/etc/passwd"), self.text_file(id, "/etc/group")).await?;
        Ok(Users { passwd, group })
    }

    /// Those of a running container of the same environment and image, whose file system is
    /// mounted already and can be looked into before the new one is there. That it has the
    /// user in it does no harm, who is the same; but nobody else is told of them.
    pub(super) async fn users_of_twin(&self, spec: &ContainerSpec) -> Option<Users> {
        let same = [naming::LABEL_PROJECT, naming::LABEL_ENVIRONMENT, naming::LABEL_ROOT, naming::LABEL_HOST];
        let labels: LabelFilter =
            same.iter().filter_map(|key| Some(((*key).to_owned(), spec.labels.get(*key)?.clone()))).collect();
        if spec.passwd.is_none() || mounts_users(spec) || labels.len() < same.len() {
            return None;
        }
        let all = self.list(&labels).await.ok()?;
        // The engine names the image so only as long as the name means the same image.
        let twin = all.into_iter().find(|it| it.state == "running" && it.image == spec.image)?;
        let known = self.users.of(&twin.image_id);
        if known.is_some() {
            return known;
        }
        let users = self.users_in(&twin.id).await.ok()?;
        self.users.note(&twin.image_id, &users);
        Some(users)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn users(name: &str) -> Users {
        Users { passwd: format!("{name}:x:0:0::/:/bin/sh\n"), group: "root:x:0:\n".to_owned() }
    }

    fn image(digit: char) -> String {
        format!("sha256:{}", digit.to_string().repeat(64))
    }

    #[test]
    fn what_is_kept_is_known_at_the_next_start() {
        let folder = tempfile::tempdir().unwrap();
        let known = || KnownUsers::kept_in(folder.path().join("users"));
        known().keep(&image('a'), &users("ada"));
        assert_eq!(known().of(&image('a')), Some(users("ada")));
        assert_eq!(known().of(&image('b')), None);
        // Nothing but a digest becomes a file's name.
        known().keep("sha256:../../x", &users("eve"));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        std::fs::write(folder.path().join("users").join(format!("{}.json", "c".repeat(64))), "{").unwrap();
        assert_eq!(known().of(&image('c')), None, "half a file");
    }

    #[test]
    fn there_are_never_too_many() {
        let folder = tempfile::tempdir().unwrap();
        let known = KnownUsers::kept_in(folder.path().to_owned());
        for number in 0..2 * MOST_IMAGES {
            known.keep(&format!("sha256:{number:064x}"), &users("ada"));
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), MOST_IMAGES);
    }
}
