//! The fake's state: what a real engine keeps on its disk, and the script.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use crate::{
    core::{
        container::{ContainerSpec, FileUpload},
        observed::{Container, Image, NetworkInfo, Timestamp, Volume},
        usage::Usage,
    },
    engine::{
        error::{EngineError, ErrorKind},
        fake::{
            attach::Terminal,
            script::{ExecAnswer, Program},
        },
        port::{EngineEvent, LabelFilter, LogLine, Result},
    },
};

/// Files by their absolute path (in volumes: by their path below the volume).
pub(super) type Files = BTreeMap<String, FileUpload>;

/// A container: how it is seen, and what it holds.
pub(super) struct Kept {
    pub(super) seen: Container,
    pub(super) spec: ContainerSpec,
    pub(super) files: Files,
    pub(super) log: Vec<LogLine>,
    pub(super) signals: Vec<String>,
    pub(super) terminal: Terminal,
    /// What was written to the commands whose input is held, by their ids.
    pub(super) inputs: BTreeMap<String, Vec<u8>>,
}

/// An error that a call is to give.
pub(super) struct Fault {
    pub(super) method: String,
    /// Calls of the method until then, this one included.
    pub(super) left: u32,
    pub(super) error: EngineError,
}

#[derive(Default)]
pub(super) struct State {
    pub(super) kept: Vec<Kept>,
    pub(super) images: BTreeMap<String, Image>,
    /// The instructions that images were built by, by the image's id.
    pub(super) instructions: BTreeMap<String, Vec<String>>,
    pub(super) networks: Vec<NetworkInfo>,
    pub(super) volumes: BTreeMap<String, (Volume, Files)>,
    pub(super) events: Vec<EngineEvent>,
    pub(super) calls: Vec<String>,
    // The script.
    pub(super) down: Option<ErrorKind>,
    /// Counts the times that the engine went down: what was open before has ended.
    pub(super) era: u64,
    pub(super) programs: BTreeMap<String, Program>,
    pub(super) faults: Vec<Fault>,
    pub(super) delays: BTreeMap<String, Duration>,
    pub(super) missing_paths: BTreeSet<String>,
    pub(super) taken_ports: BTreeSet<u16>,
    pub(super) registry: BTreeSet<String>,
    pub(super) broken_builds: BTreeMap<String, String>,
    pub(super) answers: Vec<ExecAnswer>,
    /// What containers use, reading by reading, by name.
    pub(super) usages: BTreeMap<String, Vec<Usage>>,
    counter: u64,
    clock: Timestamp,
}

impl State {
    /// A moment later than all before: real engines note nanoseconds.
    pub(super) fn now(&mut self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let wall = Timestamp::try_from(since.as_nanos()).unwrap_or(Timestamp::MAX);
        self.clock = wall.max(self.clock + 1);
        self.clock
    }

    /// A new id, as long as a real one.
    pub(super) fn id(&mut self) -> String {
        self.counter += 1;
        crate::core::digest::of_bytes(&self.counter.to_be_bytes())
    }

    /// A port of the host that the engine chooses.
    pub(super) fn free_port(&mut self) -> u16 {
        self.counter += 1;
        // Wraps around after sixteen thousand: no test has so many.
        49152 + (self.counter % 16384) as u16
    }

    pub(super) fn find(&self, id: &str) -> Result<&Kept> {
        self.kept.iter().find(|it| is(it, id)).ok_or_else(|| no_container(id))
    }

    pub(super) fn find_mut(&mut self, id: &str) -> Result<&mut Kept> {
        self.kept.iter_mut().find(|it| is(it, id)).ok_or_else(|| no_container(id))
    }

    pub(super) fn containers(&self, labels: &LabelFilter) -> Vec<Container> {
        self.kept.iter().map(|it| &it.seen).filter(|it| carries(&it.labels, labels)).cloned().collect()
    }

    /// Notes an event of a container.
    pub(super) fn event(&mut self, id: &str, action: &str, extra: &[(&str, String)]) {
        let time = self.now();
        let Ok(kept) = self.find(id) else { return };
        let mut attributes = kept.seen.labels.clone();
        attributes.insert("name".to_owned(), kept.seen.name.clone());
        attributes.insert("image".to_owned(), kept.seen.image.clone());
        attributes.extend(extra.iter().map(|(key, value)| ((*key).to_owned(), value.clone())));
        let id = kept.seen.id.clone();
        let event = EngineEvent { kind: "container".to_owned(), action: action.to_owned(), id, attributes, time };
        self.events.push(event);
    }
}

fn is(kept: &Kept, id: &str) -> bool {
    kept.seen.id == id || kept.seen.name == id || (id.len() >= 12 && kept.seen.id.starts_with(id))
}

fn no_container(id: &str) -> EngineError {
    EngineError::new(ErrorKind::NotFound, "find container", id, format!("No such container: {id}"))
}

/// Whether labels satisfy a filter; an empty value asks for the key alone.
pub(super) fn carries(labels: &BTreeMap<String, String>, filter: &LabelFilter) -> bool {
    filter.iter().all(|(key, wanted)| labels.get(key).is_some_and(|value| wanted.is_empty() || value == wanted))
}
