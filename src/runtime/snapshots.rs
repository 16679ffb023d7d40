//! Reads which snapshots there are, and whether there is room for another.

use crate::core::{
    notice::Notice,
    observed::{Container, Observed, Phase},
    project::Project,
    service::ServiceKind,
    snapshot::{Kind, Session, Snapshot, Snapshots},
    spec::{self, DATABASE_DIR},
};
use crate::engine::{Engine, port::Result};

/// Rows of three kinds, fields by tab: snapshots with their comment (JSON, in hexadecimal,
/// so that no byte of it is a tab or a line's end), sessions, the database's size.
const QUERY: &str = "select 'snapshot', substr(datname, length(:'prefix') + 1), pg_database_size(oid), \
     coalesce(encode(convert_to(shobj_description(oid, 'pg_database'), 'UTF8'), 'hex'), '') \
     from pg_database where starts_with(datname, :'prefix') \
     union all select 'session', regexp_replace(application_name, '[[:cntrl:]]', ' ', 'g'), 0, \
     coalesce(host(client_addr), '') || chr(9) || coalesce(state, '') from pg_stat_activity \
     where datname = :'name' and backend_type = 'client backend' and application_name <> 'biostar-tui task' \
     union all select 'size', '', pg_database_size(datname), '' from pg_database where datname = :'name'";

/// The snapshots; `None` where the database does not run, or does not answer.
///
/// # Errors
/// When the engine does not answer.
pub async fn read(engine: &dyn Engine, project: &Project, observed: &Observed) -> Result<Option<Snapshots>> {
    let Some(container) = database(project, observed) else { return Ok(None) };
    let name = spec::database_name(project);
    let psql = format!(
        "printf %s \"$0\" | psql -X -q -v ON_ERROR_STOP=1 -v name={name} -v prefix={name}__snapshot_ -U {name} -d postgres \
         -At -F '\t' && df -Pk {DATABASE_DIR} | tail -n 1"
    );
    let command: Vec<String> = ["sh", "-c", &psql, QUERY].map(str::to_owned).into();
    let output = engine.exec(&container.id, Some("postgres"), &command).await?;
    Ok((output.exit_code == 0).then(|| parse(&String::from_utf8_lossy(&output.stdout))))
}

/// What is told where they cannot be read.
pub fn unknown(project: &Project) -> Notice {
    match project.of_kind(ServiceKind::Postgres) {
        Some(_) => {
            Notice::error("snapshots cannot be listed: the database does not run").remedy("`biostar-tui up` starts it")
        }
        None => Notice::error("the project has no PostgreSQL service").remedy("snapshots are copies of its database"),
    }
}

fn database<'a>(project: &Project, observed: &'a Observed) -> Option<&'a Container> {
    let service = project.of_kind(ServiceKind::Postgres)?;
    observed.service(&service.name).filter(|container| container.phase == Phase::Running)
}

fn parse(text: &str) -> Snapshots {
    let mut found = Snapshots::default();
    for line in text.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        match fields.as_slice() {
            ["snapshot", name, bytes, comment] => found.list.push(snapshot(name, bytes, comment)),
            ["session", program, _, address, state] => found.sessions.push(Session {
                program: (*program).to_owned(),
                address: (*address).to_owned(),
                state: (*state).to_owned(),
            }),
            ["size", _, bytes, _] => found.database_bytes = bytes.parse().unwrap_or_default(),
            [other] => found.free_bytes = free(other).or(found.free_bytes),
            _ => {}
        }
    }
    found.list.sort_by_key(|snapshot| snapshot.made_at);
    found
}

/// The fourth column of `df -Pk`, kibibytes.
fn free(line: &str) -> Option<u64> {
    Some(line.split_whitespace().nth(3)?.parse::<u64>().ok()? * 1024)
}

fn snapshot(name: &str, bytes: &str, comment: &str) -> Snapshot {
    let comment = hexadecimal(comment).and_then(|bytes| serde_json::from_slice::<serde_json::Value>(&bytes).ok());
    let text = |key: &str| comment.as_ref()?.get(key)?.as_str().map(str::to_owned);
    let seconds = comment.as_ref().and_then(|comment| comment.get("at")?.as_i64()).unwrap_or(0);
    Snapshot {
        name: text("name").unwrap_or_else(|| name.to_owned()),
        kind: match text("kind").as_deref() {
            Some("automatic") => Kind::Automatic,
            Some("branch") => Kind::Branch,
            _ => Kind::Named,
        },
        branch: text("branch").unwrap_or_default(),
        made_at: seconds.saturating_mul(1_000_000_000),
        bytes: bytes.parse().unwrap_or_default(),
    }
}

fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes().chunks(2);
    digits.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_give_snapshots_sessions_and_room() {
        let comment: String = br#"{"name":"before","kind":"named","branch":"main","at":7}"#
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let text = format!(
            "snapshot\tbefore\t9000\t{comment}\nsnapshot\tlost\t1\t\nsession\tpsql\t0\t172.18.0.3\tidle\n\
             size\t\t5000\t\n/dev/vda 100 50 40 56% /\n"
        );
        let found = parse(&text);
        assert_eq!((found.list[1].name.as_str(), found.list[1].branch.as_str()), ("before", "main"));
        assert_eq!((found.list[1].made_at, found.list[0].name.as_str()), (7_000_000_000, "lost"));
        assert_eq!((found.sessions[0].program.as_str(), found.database_bytes), ("psql", 5000));
        assert_eq!(found.free_bytes, Some(40 * 1024));
    }
}
