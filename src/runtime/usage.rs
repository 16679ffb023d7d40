//! What services use, read once.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::future::join_all;

use crate::core::naming::Role;
use crate::core::observed::Observed;
use crate::core::usage::Usage;
use crate::engine::Engine;

/// An engine reads once a second, and the processor's share needs two readings; a busy one
/// is late.
const DEADLINE: Duration = Duration::from_secs(5);

/// What the services that run use, by their container's id. All are read at the same time;
/// one that cannot be read in time, or has ended meanwhile, is left out.
pub async fn read(engine: &dyn Engine, observed: &Observed) -> BTreeMap<String, Usage> {
    let services = observed.containers.values().filter(|it| it.role() == Some(Role::Service) && it.is_up());
    let readings = join_all(services.map(|container| async {
        let usage = tokio::time::timeout(DEADLINE, second(engine, &container.id)).await.ok()??;
        Some((container.id.clone(), usage))
    }));
    readings.await.into_iter().flatten().collect()
}

/// The first reading that knows the processor's share.
async fn second(engine: &dyn Engine, container: &str) -> Option<Usage> {
    let mut readings = engine.stats(container).await.ok()?;
    while let Some(Ok(usage)) = readings.next().await {
        if usage.cpu_tenths.is_some() {
            return Some(usage);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{container::ContainerSpec, naming};
    use crate::engine::{EngineError, ErrorKind, fake::FakeEngine};

    #[tokio::test]
    async fn what_cannot_be_read_is_left_out() {
        let engine = FakeEngine::new();
        engine.add_image("x:1");
        let mut observed = Observed::default();
        for (name, role) in [("a", Role::Service), ("b", Role::Service), ("c", Role::Console)] {
            let mut spec = ContainerSpec::new(name, "x:1");
            spec.labels.insert(naming::LABEL_ROLE.to_owned(), role.as_str().to_owned());
            let id = engine.create(&spec).await.unwrap();
            engine.start(&id).await.unwrap();
            observed.containers.insert(name.to_owned(), engine.container(&id).await.unwrap());
        }
        engine.fail("stats", 2, EngineError::new(ErrorKind::Refused, "read", "b", "no"));
        let read = read(&engine, &observed).await;
        assert_eq!(read.into_keys().collect::<Vec<_>>(), [observed.containers["a"].id.clone()]);
    }
}
