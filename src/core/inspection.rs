//! What the engine knows of a service's container and of its image. Secrets are masked as it
//! is made: whatever shows it cannot show them.

mod text;

use std::{borrow::Cow, collections::BTreeMap, sync::LazyLock};

use regex::{Captures, Regex};
use serde::Serialize;

use crate::core::{
    observed::{Container, Image, Timestamp},
    secret::{self, MASK, Secrets},
};

/// What an inspection of a container tells besides what every look at it does.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Details {
    /// The container.
    pub container: Container,
    /// `KEY=value`, as it was created with, the image's own among them.
    pub env: Vec<String>,
    /// Entrypoint and command.
    pub command: Vec<String>,
    /// `uid:gid`; empty for the image's own.
    pub user: String,
    /// The working directory.
    pub working_dir: String,
    /// What is mounted.
    pub mounts: Vec<Mounted>,
    /// The networks that it is connected to.
    pub networks: Vec<Connected>,
    /// `no`, `always`, `unless-stopped`, `on-failure`.
    pub restart_policy: String,
    /// Bytes of memory that it may use; 0 for all.
    pub memory: u64,
    /// Health checks that have failed in a row.
    pub failing_streak: i64,
    /// The exit code of the last health check, where there was one.
    pub check_exit_code: Option<i64>,
}

/// A mount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mounted {
    /// `bind`, `volume`, `tmpfs`.
    pub kind: String,
    /// The path on the engine's host, or the volume's name.
    pub source: String,
    /// The path in the container.
    pub target: String,
    /// Whether it may not be written.
    pub read_only: bool,
}

/// A network that a container is connected to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Connected {
    /// The network's name.
    pub network: String,
    /// Its address there; empty while it does not run.
    pub address: String,
    /// Names that the others find it by.
    pub aliases: Vec<String>,
}

/// A layer of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// When it was made.
    pub created_at: Timestamp,
    /// What made it.
    pub created_by: String,
    /// Bytes.
    pub size: u64,
    /// References of the image that ends with it.
    pub tags: Vec<String>,
}

/// A service's container and its image, secrets masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    service: String,
    details: Details,
    env: BTreeMap<String, String>,
    image: Option<Image>,
    layers: Vec<Layer>,
}

impl Inspection {
    /// Of a service's container, its image where that is still there, and the image's layers,
    /// the newest first.
    pub fn new(
        service: &str,
        mut details: Details,
        image: Option<Image>,
        mut layers: Vec<Layer>,
        known: &Secrets,
    ) -> Self {
        let variables: Vec<(String, String)> = details.env.iter().map(|line| variable(line)).collect();
        let pairs = variables.iter().map(|(key, value)| (key.as_str(), value.as_str()));
        let masks = Masks { known, own: Secrets::from_variables(pairs) };
        let env = variables.iter().map(|(key, value)| (key.clone(), masks.value(key, value))).collect();
        details.env.clear();
        details.command.iter_mut().for_each(|word| *word = masks.text(word));
        details.container.health_said = masks.text(&details.container.health_said);
        details.container.error = masks.text(&details.container.error);
        for (key, value) in &mut details.container.labels {
            *value = masks.value(key, value);
        }
        layers.iter_mut().for_each(|layer| layer.created_by = masks.text(&layer.created_by));
        Self { service: service.to_owned(), details, env, image, layers }
    }
}

fn variable(line: &str) -> (String, String) {
    let (key, value) = line.split_once('=').unwrap_or((line, ""));
    (key.to_owned(), value.to_owned())
}

/// What is masked.
struct Masks<'a> {
    known: &'a Secrets,
    /// Values of the container's own variables.
    own: Secrets,
}

impl Masks<'_> {
    fn value(&self, key: &str, value: &str) -> String {
        self.text(secret::masked(key, value))
    }

    /// Known values, what is assigned to a name of a secret's, and passwords in addresses.
    fn text(&self, text: &str) -> String {
        let known = self.known.mask(text);
        let own = self.own.mask(&known).into_owned();
        let assigned = ASSIGNED.replace_all(&own, |found: &Captures<'_>| match secret::is_secret_key(&found[1]) {
            true => Cow::Owned(format!("{}={MASK}", &found[1])),
            false => Cow::Owned(found[0].to_owned()),
        });
        IN_ADDRESS.replace_all(&assigned, format!("${{1}}{MASK}@")).into_owned()
    }
}

/// `NAME=value` and `--name=value` as commands and build steps have them.
static ASSIGNED: LazyLock<Regex> = LazyLock::new(|| {
    // The expression is a constant, held by the tests.
    Regex::new(r#"([A-Za-z0-9_.-]+)=("[^"]*"|'[^']*'|\S+)"#).unwrap_or_else(|_| unreachable!())
});

/// `scheme://user:password@`.
static IN_ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    // As above.
    Regex::new(r"([A-Za-z][A-Za-z0-9+.-]*://[^\s/:@]*:)[^\s/@]+@").unwrap_or_else(|_| unreachable!())
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::observed::{HealthState, Phase, PortInUse};

    const SECOND: Timestamp = 1_000_000_000;

    pub(super) fn sample() -> Inspection {
        let labels = [("biostar-tui.project", "demo"), ("example.token", "label-secret")];
        let container = Container {
            id: "0123456789abcdef0123456789abcdef".into(),
            name: "demo-development-service-web".into(),
            image: "biostar-tui/web:aaccbd".into(),
            image_id: "sha256:33e018350974aabbcc".into(),
            labels: labels.map(|(key, value)| (key.to_owned(), value.to_owned())).into(),
            phase: Phase::Running,
            health: Some(HealthState::Healthy),
            health_said: "answered with own-secret-value".into(),
            created_at: SECOND,
            started_at: 2 * SECOND,
            restarts: 1,
            ports: vec![PortInUse { container: 8000, address: "127.0.0.1".into(), host: 8001 }],
            tty: true,
            log_driver: "local".into(),
            ..Container::default()
        };
        let details = Details {
            container,
            env: ["DEBUG=1", "API_TOKEN=own-secret-value", "PIN_KEY=12", "URL=postgres://u:pw@db/x", "ODD"]
                .map(str::to_owned)
                .into(),
            command: ["python3", "serve.py", "--password=short", "known-to-the-project"].map(str::to_owned).into(),
            user: "1000:1000".into(),
            working_dir: "/project".into(),
            mounts: vec![Mounted {
                kind: "volume".into(),
                source: "demo-development-volume-secrets".into(),
                target: "/run/biostar-tui/secrets".into(),
                read_only: true,
            }],
            networks: vec![Connected {
                network: "demo-development-network".into(),
                address: "172.18.0.3".into(),
                aliases: vec!["web".into()],
            }],
            restart_policy: "no".into(),
            memory: 512 << 20,
            failing_streak: 0,
            check_exit_code: Some(0),
        };
        let image = Image {
            id: "sha256:33e018350974aabbcc".into(),
            tags: vec!["biostar-tui/web:aaccbd".into()],
            size: 515_000_000,
            created_at: SECOND,
            ..Image::default()
        };
        let layer = |created_by: &str, size| Layer {
            created_at: SECOND,
            created_by: created_by.into(),
            size,
            tags: Vec::new(),
        };
        let layers = vec![
            layer("/bin/sh -c #(nop)  ENV SECRET_KEY=\"a b\" LANG=C", 0),
            layer("|1 INDEX=https://u:pw@pypi/ /bin/sh -c pip install x", 12_300_000),
        ];
        Inspection::new("web", details, Some(image), layers, &Secrets::default().with("known-to-the-project"))
    }

    #[test]
    fn no_secret_is_left_in_it() {
        let inspection = sample();
        let everything = format!("{inspection:?}\n{}\n{}", inspection.to_text(100 * SECOND), inspection.to_json());
        for secret in ["own-secret-value", "12\"", ":pw@", "short", "label-secret", "a b", "known-to-the-project"] {
            assert!(!everything.contains(secret), "{secret} in {everything}");
        }
        assert!(everything.contains("--password=********") && everything.contains("LANG=C"), "{everything}");
    }

    #[test]
    fn in_words() {
        insta::assert_snapshot!(sample().to_text(7300 * SECOND));
    }

    #[test]
    fn as_json() {
        insta::assert_snapshot!(format!("{:#}", sample().to_json()));
    }
}
