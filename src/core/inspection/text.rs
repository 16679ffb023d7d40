//! An inspection as people and machines read it.

use serde_json::{Value, json};

use crate::core::{
    inspection::{Connected, Inspection, Layer, Mounted},
    observed::{HealthState, Phase, PortInUse, Timestamp},
    overview::moment,
    snapshot::{age, size},
};

/// Characters of an id that people use.
const SHORT_ID: usize = 12;

impl Inspection {
    /// Sections of lines: the container, its surroundings, its image.
    pub fn to_text(&self, now: Timestamp) -> String {
        let mut lines = self.container(now);
        let env: Vec<String> = self.env.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let labels = self.details.container.labels.iter().map(|(key, value)| format!("{key} = {value}"));
        section(&mut lines, "environment (values under names of secrets are masked)", env);
        section(&mut lines, "mounts", self.details.mounts.iter().map(mount));
        section(&mut lines, "networks", self.details.networks.iter().map(network));
        section(&mut lines, "ports", self.details.container.ports.iter().map(port));
        section(&mut lines, "labels", labels);
        lines.extend(self.image(now));
        lines.join("\n")
    }

    fn container(&self, now: Timestamp) -> Vec<String> {
        let it = &self.details;
        let seen = &it.container;
        let health = seen.health.map(|health| format!(" ({})", health.as_str())).unwrap_or_default();
        let user = if it.user.is_empty() { "the image's own" } else { &it.user };
        let memory = if it.memory == 0 { "not bounded".to_owned() } else { format!("at most {}", size(it.memory)) };
        let rows = [
            ("container", format!("{} ({})", seen.name, short(&seen.id))),
            ("state", format!("{}{health}{}", phase(seen.phase), self.ending())),
            ("created", age(now - seen.created_at)),
            ("started", if seen.started_at > 0 { age(now - seen.started_at) } else { "never".to_owned() }),
            ("health check", self.health()),
            ("restarts", format!("{} by the engine; policy: {}", seen.restarts, or_no(&it.restart_policy))),
            ("command", shell_words::join(&it.command)),
            ("user", user.to_owned()),
            ("folder", it.working_dir.clone()),
            ("memory", memory),
            ("log", seen.log_driver.clone()),
        ];
        let row = |(name, text): (&str, String)| format!("{name:<13} {text}").trim_end().to_owned();
        std::iter::once(self.service.clone()).chain(rows.map(row)).collect()
    }

    fn ending(&self) -> String {
        let seen = &self.details.container;
        match (seen.is_up(), seen.finished_at > 0, seen.error.as_str()) {
            (true, ..) | (_, false, "") => String::new(),
            (_, _, "") if seen.oom_killed => format!(", exit code {}, out of memory", seen.exit_code),
            (_, _, "") => format!(", exit code {}", seen.exit_code),
            (_, _, error) => format!(", the engine says: {error}"),
        }
    }

    /// What the last check said, and how long it goes wrong.
    fn health(&self) -> String {
        let it = &self.details;
        let Some(health) = it.container.health else { return "none".to_owned() };
        let streak = match it.failing_streak {
            0 => String::new(),
            times => format!(", {times} failures in a row"),
        };
        let code = it.check_exit_code.map(|code| format!(", last exit code {code}")).unwrap_or_default();
        // While nothing runs, and after a check that went well, the words are of an earlier one.
        let said = if it.check_exit_code == Some(0) { "" } else { it.container.health_said.trim() };
        let said = if said.is_empty() { String::new() } else { format!(", last words: {}", one_line(said)) };
        format!("{}{streak}{code}{said}", HealthState::as_str(health))
    }

    fn image(&self, now: Timestamp) -> Vec<String> {
        let seen = &self.details.container;
        let id = short(&seen.image_id);
        let Some(image) = &self.image else {
            return vec![String::new(), format!("image: {} ({id}), which is not there any more", seen.image)];
        };
        let bytes = size(u64::try_from(image.size).unwrap_or_default());
        let mut lines =
            vec![String::new(), format!("image: {} ({id}), {bytes}, made {}", seen.image, age(now - image.created_at))];
        if !self.layers.is_empty() {
            lines.push("  layers, the newest first:".to_owned());
        }
        lines.extend(self.layers.iter().map(|layer| format!("  {}", self::layer(layer, now))));
        lines
    }

    /// The object that `inspect --json` prints.
    pub fn to_json(&self) -> Value {
        let it = &self.details;
        let seen = &it.container;
        let image = self.image.as_ref().map(|image| {
            json!({
                "id": image.id,
                "tags": image.tags,
                "size": image.size,
                "created_at": moment(image.created_at),
                "layers": self.layers.iter().map(layer_json).collect::<Vec<_>>(),
            })
        });
        json!({
            "service": self.service,
            "container": seen.name,
            "id": seen.id,
            "state": seen.phase,
            "exit_code": seen.exit_code,
            "oom_killed": seen.oom_killed,
            "error": seen.error,
            "health": seen.health.map(|health| json!({
                "state": health,
                "failing_streak": it.failing_streak,
                "exit_code": it.check_exit_code,
                "said": seen.health_said,
            })),
            "created_at": moment(seen.created_at),
            "started_at": moment(seen.started_at),
            "finished_at": moment(seen.finished_at),
            "restarts": seen.restarts,
            "restart_policy": it.restart_policy,
            "command": it.command,
            "user": it.user,
            "working_dir": it.working_dir,
            "memory_bytes": it.memory,
            "log_driver": seen.log_driver,
            "environment": self.env,
            "mounts": it.mounts,
            "networks": it.networks,
            "ports": seen.ports,
            "labels": seen.labels,
            "image": seen.image,
            "image_id": seen.image_id,
            "image_details": image,
        })
    }
}

fn section(lines: &mut Vec<String>, title: &str, rows: impl IntoIterator<Item = String>) {
    let rows: Vec<String> = rows.into_iter().map(|row| format!("  {}", one_line(&row))).collect();
    lines.extend([String::new(), if rows.is_empty() { format!("{title}: none") } else { format!("{title}:") }]);
    lines.extend(rows);
}

fn mount(mount: &Mounted) -> String {
    let mode = if mount.read_only { "read only" } else { "read and write" };
    format!("{} {} at {} ({mode})", mount.kind, mount.source, mount.target)
}

fn network(it: &Connected) -> String {
    let address = if it.address.is_empty() { "no address".to_owned() } else { it.address.clone() };
    let names = if it.aliases.is_empty() { String::new() } else { format!(", found as {}", it.aliases.join(", ")) };
    format!("{} {address}{names}", it.network)
}

fn port(port: &PortInUse) -> String {
    format!("{}:{} to {}/tcp", port.address, port.host, port.container)
}

fn layer(layer: &Layer, now: Timestamp) -> String {
    // The classic builder's sign for an instruction that runs nothing.
    let by = layer.created_by.replacen("/bin/sh -c #(nop) ", "", 1).replacen("/bin/sh -c ", "RUN ", 1);
    format!("{:>9}  {:>10}  {}", size(layer.size), age(now - layer.created_at), one_line(by.trim()))
}

fn layer_json(layer: &Layer) -> Value {
    json!({
        "created_at": moment(layer.created_at),
        "created_by": layer.created_by,
        "size": layer.size,
        "tags": layer.tags,
    })
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `sha256:` and the first characters tell one from another.
fn short(id: &str) -> &str {
    let id = id.strip_prefix("sha256:").unwrap_or(id);
    id.get(..SHORT_ID).unwrap_or(id)
}

fn or_no(policy: &str) -> &str {
    if policy.is_empty() { "no" } else { policy }
}

const fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Created => "created",
        Phase::Running => "running",
        Phase::Paused => "paused",
        Phase::Restarting => "restarting",
        Phase::Removing => "removing",
        Phase::Exited => "exited",
        Phase::Dead => "dead",
    }
}
