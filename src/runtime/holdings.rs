//! Looks at everything that the program has made in an engine.

use std::{os::unix::fs::MetadataExt as _, path::Path};

use futures_util::future::{try_join, try_join3};

use crate::core::{
    holdings::{DiskUsage, Holdings},
    naming::{LABEL_BUILD, LABEL_PROJECT},
};
use crate::engine::{Engine, port::Result};
use crate::runtime::clock;

/// All of it, with what it takes on the disk.
///
/// # Errors
/// When the engine does not answer.
pub async fn read(engine: &dyn Engine, host: &str) -> Result<Holdings> {
    counted(engine, objects(engine, host).await?).await
}

/// The same with what it takes on the disk: that takes an engine some seconds.
///
/// # Errors
/// When the engine does not answer.
pub async fn counted(engine: &dyn Engine, mut held: Holdings) -> Result<Holdings> {
    held.disk = match engine.disk_usage().await {
        Ok(disk) => disk,
        // What cannot be counted is not known; all else is.
        Err(_) => count_here(engine, held.volumes.iter().map(|it| it.name.clone()).collect()).await?,
    };
    Ok(held)
}

/// Counts volumes where the engine keeps them, as far as that is on this host and may be read.
async fn count_here(engine: &dyn Engine, names: Vec<String>) -> Result<DiskUsage> {
    if !engine.endpoint().starts_with("unix://") {
        return Ok(DiskUsage::default());
    }
    let folder = Path::new(&engine.connect().await?.data_root).join("volumes");
    let count = move || {
        let bytes = |name: String| Some((name.clone(), bytes_below(&folder.join(&name).join("_data"))?));
        names.into_iter().filter_map(bytes).collect()
    };
    // Reading folders blocks. A count that could not be made is none.
    let volumes = tokio::task::spawn_blocking(count).await.unwrap_or_default();
    Ok(DiskUsage { volumes, ..DiskUsage::default() })
}

/// What the files below a folder take on the disk; `None` where it may not be read.
fn bytes_below(folder: &Path) -> Option<u64> {
    std::fs::read_dir(folder).ok()?;
    let mut open = vec![folder.to_owned()];
    let mut sum = 0;
    while let Some(folder) = open.pop() {
        // Files come and go while a database works.
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let Ok(seen) = entry.metadata() else { continue };
            if seen.is_dir() { open.push(entry.path()) } else { sum += seen.blocks() * 512 }
        }
    }
    Some(sum)
}

/// All of it, without sizes.
///
/// # Errors
/// When the engine does not answer.
pub async fn objects(engine: &dyn Engine, host: &str) -> Result<Holdings> {
    let label = |key: &str| [(key.to_owned(), String::new())].into();
    let (of_project, of_build) = (label(LABEL_PROJECT), label(LABEL_BUILD));
    let lists = try_join3(engine.networks(&of_project), engine.volumes(&of_project), engine.images(&of_build));
    let ((networks, volumes, images), mut containers) = try_join(lists, engine.all_containers()).await?;
    let used_images = containers.iter().map(|it| it.image_id.clone()).collect();
    containers.retain(|it| it.labels.contains_key(LABEL_PROJECT));
    let mut held = Holdings {
        host: host.to_owned(),
        now: clock::now(),
        containers,
        images,
        used_images,
        networks,
        volumes,
        disk: DiskUsage::default(),
        gone: Default::default(),
    };
    held.gone = held.roots().into_iter().filter(|root| is_gone(root)).collect();
    Ok(held)
}

/// Whether a folder is surely gone: one that may not be looked at counts as there.
pub fn is_gone(root: &str) -> bool {
    !root.is_empty() && Path::new(root).try_exists().is_ok_and(|is_there| !is_there)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::naming::{LABEL_ENVIRONMENT, LABEL_HOST, LABEL_ROOT};
    use crate::engine::{EngineError, ErrorKind, fake::FakeEngine};

    #[tokio::test]
    async fn folders_are_looked_at_and_sizes_may_be_unknown() {
        let (engine, there) = (FakeEngine::new(), tempfile::tempdir().unwrap());
        for (name, root) in [("here", there.path().to_str().unwrap()), ("gone", "/nonexistent/folder")] {
            let pairs =
                [(LABEL_PROJECT, "p"), (LABEL_ENVIRONMENT, "development"), (LABEL_ROOT, root), (LABEL_HOST, "host")];
            let labels = pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
            engine.create_volume(name, &labels).await.unwrap();
        }
        engine.create_volume("a stranger's", &Default::default()).await.unwrap();
        engine.fail("disk_usage", 1, EngineError::new(ErrorKind::Version, "count", "x", "old"));
        let held = read(&engine, "host").await.unwrap();
        assert_eq!(held.volumes.len(), 2);
        assert_eq!(held.left_volumes().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["gone"]);
        assert!(held.disk.volumes.is_empty(), "{:?}", held.disk);
        assert_eq!(read(&engine, "another").await.unwrap().left_volumes().count(), 0);
        assert!(read(&engine, "host").await.unwrap().disk.volumes.contains_key("here"));
    }

    #[test]
    fn files_are_counted() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("a")).unwrap();
        std::fs::write(folder.path().join("a/b"), vec![1; 100_000]).unwrap();
        assert!(bytes_below(folder.path()).unwrap() >= 100_000);
        assert_eq!(bytes_below(&folder.path().join("nothing")), None);
    }
}
