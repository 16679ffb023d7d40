//! How many clients consoles have, as their holders tell it.

use std::collections::BTreeMap;

use futures_util::future::join_all;

use crate::core::naming::Role;
use crate::core::observed::Observed;
use crate::core::spec::console::CLIENTS_FILE;
use crate::engine::Engine;

/// The clients of the consoles that run, by their container's id. One without a holder does
/// not know them.
pub async fn read(engine: &dyn Engine, observed: &Observed) -> BTreeMap<String, u32> {
    let consoles = observed.containers.values().filter(|it| it.role() == Some(Role::Console) && it.is_up());
    let answers = join_all(consoles.map(|container| async {
        let files = engine.download(&container.id, CLIENTS_FILE).await.ok()?;
        let text = std::str::from_utf8(&files.first()?.1).ok()?;
        Some((container.id.clone(), text.trim().parse().ok()?))
    }));
    answers.await.into_iter().flatten().collect()
}
