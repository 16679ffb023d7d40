//! A project whose services number their lines, on an engine behind a proxy.

use std::{
    path::{Path, PathBuf},
    thread::sleep,
    time::{Duration, Instant},
};

use biostar_tui::{core::container::ContainerSpec, engine::Engine as _};

use crate::{
    dashboard,
    place::{PATIENCE, Place},
    pty::Pty,
    support::{
        fault_proxy::{FaultProxy, Mode},
        raw,
        spooled::{Kept, kept, newest},
    },
};

/// Writes numbers in batches of a thousand, to standard output and error in turn, and goes
/// on behind the last whole batch when it is started again. After the last it says so.
pub fn writer(batches: u64, pause: &str) -> String {
    let both = "if [ $((b % 2)) = 0 ]; then busybox seq $f $t; else busybox seq $f $t >&2; fi";
    format!(
        "trap stop=1 TERM; b=$(cat /tmp/batch || echo 0); \
         while [ $b -lt {batches} ]; do f=$((b*1000+1)); t=$((b*1000+1000)); {both}; b=$((b+1)); echo $b > /tmp/batch; \
         [ -z \"$stop\" ] || exit 0; {pause}; done; echo end; while [ -z \"$stop\" ]; do sleep 0.2; done"
    )
}

/// A pause of a writer, and then until it may go on: see [`Stage::let_write`].
pub fn until_let(pause: &str) -> String {
    format!("{pause}; while [ -z \"$stop\" ] && [ $b -ge $(cat /gate/batches) ]; do sleep 0.1; done")
}

/// One without a terminal and one with it.
pub const SERVICES: [&str; 2] = ["plain", "tty"];

/// A project on an engine behind a proxy.
pub struct Stage {
    /// Dropped last: the place is removed by the engine itself.
    pub place: Place,
    pub proxy: FaultProxy,
    /// The engine's own.
    socket: PathBuf,
    _runtime: tokio::runtime::Runtime,
}

impl Stage {
    /// Its services have this command; `tty` has a terminal besides.
    pub fn new(place: Place, socket: &Path, command: &str) -> Self {
        std::fs::create_dir_all(&place.root).unwrap();
        let image = place.tiny_image();
        let service = |name: &str| {
            format!("[services.{name}]\nimage = \"{image}\"\ncommand = [\"sh\", \"-c\", '''{command}''']\n")
        };
        place.write("biostar-tui.toml", &(service("plain") + &service("tty")));
        place.run(&["up"]).ends(0);
        give_a_terminal(&place, command);
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let inside = runtime.enter();
        let proxy = FaultProxy::before(socket.to_owned(), Mode::Pass);
        drop(inside);
        place.set("DOCKER_HOST", &proxy.endpoint().to_string());
        Self { place, proxy, socket: socket.to_owned(), _runtime: runtime }
    }

    /// Opens the dashboard.
    pub fn open(&self) -> Pty {
        dashboard::open(&self.place, (120, 40))
    }

    /// What was kept of a service's log.
    pub fn kept(&self, service: &str) -> Vec<Kept> {
        kept(&self.place.beside("state"), service)
    }

    /// The newest number that was kept of a service's log.
    pub fn newest(&self, service: &str) -> u64 {
        newest(&self.place.beside("state"), service)
    }

    /// The number up to which both logs were kept.
    pub fn least_kept(&self) -> u64 {
        SERVICES.iter().map(|service| self.newest(service)).min().unwrap_or(0)
    }

    /// Waits until both logs were kept up to a number.
    pub fn until_kept(&self, number: u64) {
        self.until_no_progress(number, || self.least_kept());
        assert!(self.least_kept() >= number, "{number} was not kept, {} was", self.least_kept());
    }

    /// Waits while something grows, until it is so much or has not grown for long.
    pub fn until_no_progress(&self, wanted: u64, reached: impl Fn() -> u64) {
        let (mut begun, mut before) = (Instant::now(), 0);
        while before < wanted && begun.elapsed() < PATIENCE {
            sleep(Duration::from_millis(200));
            let now = reached();
            if now > before {
                (begun, before) = (Instant::now(), now);
            }
        }
    }

    /// Lets writers that wait for it go on up to this number.
    pub fn let_write(&self, number: u64) {
        let (draft, batches) = (self.gate().join("draft"), self.gate().join("batches"));
        std::fs::create_dir_all(self.gate()).unwrap();
        std::fs::write(&draft, (number / 1000).to_string()).unwrap();
        // At once: who reads half of a number goes too far.
        std::fs::rename(draft, batches).unwrap();
    }

    fn gate(&self) -> PathBuf {
        self.place.beside("gate")
    }

    /// Starts both containers anew.
    pub fn restart(&self) {
        for service in SERVICES {
            let id = self.place.service(service).id;
            self.place.wait_for(self.place.engine.stop(&id, 10)).unwrap();
            self.place.wait_for(self.place.engine.start(&id)).unwrap();
        }
    }

    /// Puts others in the containers' places, whose logs are rotated at so many bytes; not packed,
    /// as those are not that the program makes.
    pub fn rotate(&self, command: &str, size: &str, files: &str) {
        for service in SERVICES {
            let first = self.place.service(service);
            self.place.wait_for(self.place.engine.remove(&first.id)).unwrap();
            let spec = serde_json::json!({
                "Image": self.place.tiny_image(), "Cmd": ["sh", "-c", command], "Labels": first.labels,
                "Tty": service == "tty",
                "HostConfig": { "Binds": [format!("{}:/gate", self.gate().display())], "LogConfig": { "Type": "local", "Config": {
                    "max-size": size, "max-file": files, "compress": "false",
                } } },
            });
            raw::post_to(&self.socket, &format!("/containers/create?name={}", first.name), &spec.to_string());
            raw::post_to(&self.socket, &format!("/containers/{}/start", first.name), "");
        }
    }

    /// The numbers that the engine itself has, in a service's log as it is.
    pub fn of_engine(&self, service: &str) -> Vec<u64> {
        let log = raw::get_from(
            &self.socket,
            &format!("/containers/{}/logs?stdout=1&stderr=1&tail=all", self.place.service(service).name),
        );
        log.lines().filter_map(number_at_end).collect()
    }
}

/// Behind a frame's header, whose last byte is no digit: numbers are shorter than 48 bytes.
fn number_at_end(line: &str) -> Option<u64> {
    let line = line.trim_end();
    let digits = line.rfind(|c: char| !c.is_ascii_digit()).map_or(line, |at| &line[at..]);
    digits.trim_start_matches(|c: char| !c.is_ascii_digit()).parse().ok()
}

fn give_a_terminal(place: &Place, command: &str) {
    let first = place.service("tty");
    place.wait_for(place.engine.remove(&first.id)).unwrap();
    let spec = ContainerSpec {
        command: Some(["sh", "-c", command].map(str::to_owned).to_vec()),
        labels: first.labels,
        tty: true,
        ..ContainerSpec::new(first.name, place.tiny_image())
    };
    let id = place.wait_for(place.engine.create(&spec)).unwrap();
    place.wait_for(place.engine.start(&id)).unwrap();
}

/// Leaves a dashboard by its key.
pub fn leave(mut screen: Pty) {
    screen.type_keys("q");
    screen.wait_raw(|text| text.rfind("\x1b[?1049l") > text.rfind("\x1b[?1049h"));
}
