//! Reads receipts from where they live.

use std::{collections::BTreeMap, path::Path};

use futures_util::future::try_join3;
use serde_json::Value;

use crate::core::{
    naming::Role,
    observed::{Container, Observed, Phase, Receipt, ReceiptState, Receipts},
    project::Project,
    service::ServiceKind,
    spec::{self, PACKAGES_DIR, STATE_DIR, VolumeKind, helper},
    step::{Scope, Step},
};
use crate::engine::{Engine, ErrorKind, port::Result};

/// The identity and all receipts, a row each, fields by tab; no row before the `database` step.
/// A table that is not there must not be read: PostgreSQL would write an error into its log at
/// every look, which would count as one of the project's.
const QUERY: &str = "select case when to_regclass('biostar_tui.identity') is null \
                     or to_regclass('biostar_tui.receipts') is null then '' else \
                     $$select 'identity', id::text, origin from biostar_tui.identity \
                     union all select step, state, coalesce(digest, '') from biostar_tui.receipts$$ \
                     end as query \\gset\n:query;";

/// Reads all receipts into the observation.
///
/// # Errors
/// When the engine does not answer.
pub async fn read(engine: &dyn Engine, project: &Project, observed: &mut Observed) -> Result<()> {
    if project.of_kind(ServiceKind::Django).is_none() {
        return Ok(());
    }
    let packages = in_volume(engine, project, observed, VolumeKind::Packages, PACKAGES_DIR);
    let apart = apart(engine, project, observed);
    let database = async {
        match project.of_kind(ServiceKind::Postgres) {
            Some(service) => in_database(engine, project, observed, &service.name).await,
            None => {
                let receipts = in_volume(engine, project, observed, VolumeKind::State, STATE_DIR).await?;
                Ok(Rows {
                    receipts,
                    identity: observed.database_identity.clone(),
                    imported: observed.database_imported,
                })
            }
        }
    };
    let (packages, database, apart) = try_join3(packages, database, apart).await?;
    observed.packages = packages;
    observed.database_identity = database.identity;
    observed.database_imported = database.imported;
    observed.database = database.receipts;
    observed.project = if project.keeps_outputs_apart() { apart } else { joined(in_folder(project), apart) };
    Ok(())
}

async fn in_database(engine: &dyn Engine, project: &Project, observed: &Observed, service: &str) -> Result<Rows> {
    let volume = project.volume_name(VolumeKind::Database.as_str());
    let imported = observed.database_imported;
    match observed.service(service) {
        _ if !observed.volumes.contains_key(&volume) => {
            Ok(Rows { receipts: Receipts::Nowhere, identity: None, imported })
        }
        // Not by the engine's word on its health, which is an old one after a pause: one that
        // does not answer yet gives no receipts, and they stay unknown.
        Some(container) if container.phase == Phase::Running => query(engine, project, container).await,
        _ => Ok(Rows { receipts: Receipts::Unknown, identity: None, imported }),
    }
}

/// How often a database is asked again that a copy in the making keeps closed for a moment.
const ATTEMPTS: u32 = 40;

async fn query(engine: &dyn Engine, project: &Project, container: &Container) -> Result<Rows> {
    let name = spec::database_name(project);
    // Through standard input: `-c` knows no `\gset`.
    let psql = format!("printf %s \"$0\" | psql -X -q -v ON_ERROR_STOP=1 -U {name} -d {name} -At -F '\t'");
    let command: Vec<String> = ["sh", "-c", &psql, QUERY].map(str::to_owned).into();
    let mut output = engine.exec(&container.id, Some("postgres"), &command).await?;
    for _ in 0..ATTEMPTS {
        if !String::from_utf8_lossy(&output.stderr).contains("not currently accepting connections") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        output = engine.exec(&container.id, Some("postgres"), &command).await?;
    }
    if output.exit_code != 0 {
        // The database itself is not there.
        let missing = String::from_utf8_lossy(&output.stderr).contains("does not exist");
        let receipts = if missing { Receipts::Nowhere } else { Receipts::Unknown };
        return Ok(Rows { receipts, ..Rows::default() });
    }
    Ok(parse_rows(&String::from_utf8_lossy(&output.stdout)))
}

/// What the database says.
#[derive(Default)]
struct Rows {
    identity: Option<String>,
    imported: bool,
    receipts: Receipts,
}

fn parse_rows(text: &str) -> Rows {
    let (mut rows, mut receipts) = (Rows::default(), BTreeMap::new());
    for line in text.lines() {
        let mut fields = line.split('\t');
        match (fields.next(), fields.next(), fields.next()) {
            (Some("identity"), Some(id), origin) => {
                rows.identity = Some(id.to_owned());
                rows.imported = origin == Some("imported");
            }
            (Some(step), Some(state), Some(digest)) => {
                receipts.extend(receipt(step, state, digest, None).map(|receipt| (step.to_owned(), receipt)));
            }
            _ => {}
        }
    }
    let is_there = rows.identity.is_some() || !receipts.is_empty();
    rows.receipts = if is_there { Receipts::Known(receipts) } else { Receipts::Nowhere };
    rows
}

fn receipt(step: &str, state: &str, digest: &str, database: Option<String>) -> Option<Receipt> {
    let state = match state {
        "begun" => ReceiptState::Begun,
        "done" => ReceiptState::Done,
        "failed" => ReceiptState::Failed,
        _ => return None,
    };
    Some(Receipt { step: step.to_owned(), state, digest: digest.to_owned(), database })
}

/// Receipts in a volume are read through any container that mounts it, running or not.
async fn in_volume(
    engine: &dyn Engine,
    project: &Project,
    observed: &Observed,
    kind: VolumeKind,
    folder: &str,
) -> Result<Receipts> {
    if !observed.volumes.contains_key(&spec::volume_name(project, kind)) {
        return Ok(Receipts::Nowhere);
    }
    let Some(container) = observed.container(Role::Helper, helper::PREPARE) else { return Ok(Receipts::Unknown) };
    match engine.download(&container.id, &format!("{folder}/receipts")).await {
        Ok(files) => Ok(Receipts::Known(files.iter().filter_map(|(path, data)| from_file(path, data)).collect())),
        Err(error) if error.kind == ErrorKind::NotFound => Ok(Receipts::Nowhere),
        Err(error) => Err(error),
    }
}

fn from_file(path: &str, data: &[u8]) -> Option<(String, Receipt)> {
    let step = path.rsplit('/').next()?.strip_suffix(".json")?;
    Some((step.to_owned(), from_json(step, data)?))
}

fn from_json(step: &str, data: &[u8]) -> Option<Receipt> {
    let value: Value = serde_json::from_slice(data).ok()?;
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    let database = text("database").map(str::to_owned);
    receipt(step, text("state")?, text("digest").unwrap_or_default(), database)
}

/// Receipts of what steps of the project have made elsewhere than in its folder.
async fn apart(engine: &dyn Engine, project: &Project, observed: &Observed) -> Result<Receipts> {
    let apart =
        |step: &Step| step.scope == Scope::Project && (project.keeps_outputs_apart() || step.outputs.is_empty());
    if !project.steps.iter().any(apart) {
        return Ok(Receipts::default());
    }
    let mut receipts = in_volume(engine, project, observed, VolumeKind::State, STATE_DIR).await?;
    if let Receipts::Known(known) = &mut receipts {
        known.retain(|name, _| project.step(name).is_some_and(apart));
    }
    Ok(receipts)
}

/// Those of the folder are always known.
fn joined(in_folder: BTreeMap<String, Receipt>, apart: Receipts) -> Receipts {
    let mut known = in_folder;
    if let Receipts::Known(apart) = apart {
        known.extend(apart);
    }
    Receipts::Known(known)
}

/// Receipts beside the outputs in the project's folder. A step with several outputs is
/// as far as the one that is least far.
fn in_folder(project: &Project) -> BTreeMap<String, Receipt> {
    let mut known = BTreeMap::new();
    for step in project.steps.iter().filter(|step| step.scope == Scope::Project && !step.outputs.is_empty()) {
        let all: Option<Vec<Receipt>> =
            step.outputs.iter().map(|output| of_output(&project.root.join(output), &step.name)).collect();
        let least = all.and_then(|all| all.into_iter().min_by_key(|receipt| receipt.state == ReceiptState::Done));
        known.extend(least.map(|receipt| (step.name.clone(), receipt)));
    }
    known
}

fn of_output(path: &Path, step: &str) -> Option<Receipt> {
    if !path.exists() {
        return None;
    }
    let mut beside = path.as_os_str().to_owned();
    beside.push(".biostar-tui.json");
    let data = std::fs::read(path.join(".biostar-tui.json")).or_else(|_| std::fs::read(beside)).ok()?;
    from_json(step, &data)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_give_identity_and_receipts() {
        let rows = parse_rows("identity\tab-cd\tcreated\nmigrate\tdone\t12\nfixtures\tbegun\t\n");
        assert_eq!((rows.identity.as_deref(), rows.imported), (Some("ab-cd"), false));
        assert_eq!(rows.receipts.get("migrate").map(|r| r.digest.as_str()), Some("12"));
        assert_eq!(rows.receipts.get("fixtures").map(|r| r.state), Some(ReceiptState::Begun));
        assert_eq!(parse_rows("").receipts, Receipts::Nowhere);
    }

    #[test]
    fn an_output_that_is_gone_has_no_receipt() {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("index");
        assert_eq!(of_output(&output, "index"), None);
        std::fs::create_dir(&output).unwrap();
        let text = r#"{"state":"done","digest":"d","database":"ab"}"#;
        std::fs::write(output.join(".biostar-tui.json"), text).unwrap();
        assert_eq!(of_output(&output, "index").and_then(|r| r.database).as_deref(), Some("ab"));
    }
}
