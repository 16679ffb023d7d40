//! A place for one project: its folder, the program's own folders, a name and ports that
//! nobody else has, and a guard that removes everything.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use biostar_tui::{
    core::{
        naming::{self, Role},
        observed::Container,
    },
    engine::{
        DockerEngine, Endpoint, Engine, ErrorKind,
        port::{LabelFilter, Result},
    },
};
use futures_util::StreamExt as _;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::{
    program::{self, Ran, Running},
    support::{bench, image},
};

/// Posts in the demo's fixture.
pub const POSTS: &str = "354";

/// How long a thing that is sure to come may take on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(180);

/// The names that are taken by a test of this run.
static NAMES: std::sync::Mutex<BTreeSet<String>> = std::sync::Mutex::new(BTreeSet::new());

pub struct Place {
    pub name: String,
    pub root: PathBuf,
    pub engine: DockerEngine,
    pub endpoint: Endpoint,
    /// Layers of the configuration above the project's file, and other variables.
    pub variables: RefCell<BTreeMap<String, String>>,
    /// Everything that the program has said here.
    pub said: RefCell<String>,
    image: RefCell<Option<String>>,
    runtime: Runtime,
    folder: TempDir,
}

impl Place {
    /// A place without a project, on the engine that all tests share.
    pub fn new(what: &str) -> Self {
        Self::over(what, bench::endpoint())
    }

    /// The same on an engine of the test's own.
    pub fn over(what: &str, endpoint: Endpoint) -> Self {
        let folder = tempfile::Builder::new().prefix("biostar-tui-e2e-").tempdir().unwrap();
        // Others than its owner may come through, but only to what they know the name of.
        make_mode(folder.path(), 0o711);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let engine = DockerEngine::new(endpoint.clone());
        if let Err(error) = runtime.block_on(engine.connect()) {
            panic!("this test needs a real engine: {}", error.notice());
        }
        let name = format!("e2e-{}-{what}", std::process::id());
        assert!(NAMES.lock().unwrap().insert(name.clone()), "{what} is another test's name: both would be one project");
        let variables = [("BIOSTAR_TUI_PROJECT__NAME", name.clone())];
        Self {
            root: folder.path().join("project"),
            engine,
            endpoint,
            variables: RefCell::new(variables.map(|(key, value)| (key.to_owned(), value)).into()),
            said: RefCell::default(),
            image: RefCell::default(),
            runtime,
            name,
            folder,
        }
    }

    /// A place with the demo in it, on ports of its own.
    pub fn with_demo(what: &str) -> Self {
        let place = Self::new(what);
        place.own_ports();
        biostar_tui::runtime::demo::write(&place.root).expect("the demo can be written");
        place
    }

    /// A place with this configuration, and `IMAGE` in it a tiny image of its own.
    pub fn with_file(what: &str, text: &str) -> Self {
        let place = Self::new(what);
        std::fs::create_dir_all(&place.root).unwrap();
        place.write("biostar-tui.toml", &text.replace("IMAGE", &place.tiny_image()));
        place
    }

    /// Ports that were free a moment ago, for `db` and `web`.
    pub fn own_ports(&self) {
        self.set("BIOSTAR_TUI_SERVICES__DB__PORT", &format!("127.0.0.1:{}", free_port()));
        self.set("BIOSTAR_TUI_SERVICES__WEB__PORT", &format!("127.0.0.1:{}", free_port()));
    }

    pub fn set(&self, key: &str, value: &str) {
        self.variables.borrow_mut().insert(key.to_owned(), value.to_owned());
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub fn append(&self, path: &str, text: &str) {
        let before = std::fs::read_to_string(self.root.join(path)).unwrap();
        self.write(path, &format!("{before}\n{text}"));
    }

    /// A folder of this place beside the project's.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A file system of busybox alone, imported under a tag of this place's.
    pub fn tiny_image(&self) -> String {
        let tag = format!("{}:tiny", self.name);
        if self.image.borrow().is_none() {
            let archive = image::busybox_root();
            let pieces = futures_util::stream::iter([Ok(archive.into())]).boxed();
            self.wait_for(self.engine.import(&tag, &LabelFilter::new(), pieces)).expect("the image can be imported");
            *self.image.borrow_mut() = Some(tag.clone());
        }
        tag
    }

    pub fn wait_for<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }
}

/// Runs of the program.
impl Place {
    /// The program with the variables of this place and nothing of the caller's project.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_biostar-tui"));
        self.dress(&mut command);
        command.args(arguments);
        command
    }

    pub fn dress(&self, command: &mut Command) {
        command.env("XDG_STATE_HOME", self.beside("state")).env("XDG_CONFIG_HOME", self.beside("config"));
        command.envs(self.variables.borrow().iter());
        command.current_dir(if self.root.is_dir() { &self.root } else { self.folder.path() });
    }

    pub fn run(&self, arguments: &[&str]) -> Ran {
        self.answering(arguments, "")
    }

    /// A run whose questions are answered with this.
    pub fn answering(&self, arguments: &[&str], input: &str) -> Ran {
        self.noted(program::run(self.command(arguments), input))
    }

    pub fn noted(&self, ran: Ran) -> Ran {
        self.said.borrow_mut().push_str(&ran.all());
        ran
    }

    /// A run in the background, what it says in the file `name`.
    pub fn start(&self, name: &str, arguments: &[&str]) -> Running {
        Running::of(self.command(arguments), std::fs::File::create(self.beside(name)).unwrap())
    }

    /// What a run in the background has said.
    pub fn said_by(&self, name: &str) -> String {
        std::fs::read_to_string(self.beside(name)).unwrap_or_default()
    }

    /// A first `up` or `demo`.
    pub fn bring_up(&self, arguments: &[&str]) -> Ran {
        let _turn = self.turn_to_build();
        self.run(arguments)
    }

    /// Where images are missing, the tests that need them take turns: each has a state
    /// folder of its own, so that the program's own lock, which would hold a second build
    /// back, is not shared between them.
    pub fn turn_to_build(&self) -> Option<std::fs::File> {
        let path = std::env::temp_dir().join("biostar-tui-e2e-images.lock");
        let turn = std::fs::OpenOptions::new().create(true).truncate(false).write(true).open(path).unwrap();
        turn.lock().unwrap();
        self.wants_images().then_some(turn)
    }

    fn wants_images(&self) -> bool {
        if !self.root.join("biostar-tui.toml").is_file() {
            return true;
        }
        let plan = self.run(&["up", "--dry-run", "--json"]).ends(0).json();
        let kinds = plan["steps"].as_array().expect("steps").iter().map(|step| step["kind"].as_str());
        kinds.flatten().any(|kind| ["base", "pull", "build"].contains(&kind))
    }

    #[track_caller]
    pub fn nothing_to_do(&self) {
        assert_eq!(self.plan(), Self::nothing());
    }

    /// What `up` would do.
    #[track_caller]
    pub fn plan(&self) -> serde_json::Value {
        self.run(&["up", "--dry-run", "--json"]).ends(0).json()
    }

    /// A plan without steps.
    pub fn nothing() -> serde_json::Value {
        serde_json::json!({ "steps": [], "refusal": null })
    }
}

/// The engine's view.
impl Place {
    pub fn labels(&self) -> LabelFilter {
        [(naming::LABEL_PROJECT.to_owned(), self.name.clone())].into()
    }

    pub fn containers(&self) -> Vec<Container> {
        self.wait_for(self.engine.containers(&self.labels())).unwrap()
    }

    pub fn find(&self, role: Role, part: &str) -> Option<Container> {
        self.find_in("development", role, part)
    }

    pub fn find_in(&self, environment: &str, role: Role, part: &str) -> Option<Container> {
        let name = naming::container(&self.name, environment, role, part);
        match self.wait_for(self.engine.container(&name)) {
            Ok(container) => Some(container),
            Err(error) if error.kind == ErrorKind::NotFound => None,
            Err(error) => panic!("{}", error.notice()),
        }
    }

    #[track_caller]
    pub fn service(&self, name: &str) -> Container {
        self.find(Role::Service, name).unwrap_or_else(|| panic!("there is no service {name}"))
    }

    /// Names and ids of all containers of a role.
    pub fn ids(&self, role: Role) -> BTreeMap<String, String> {
        let all = self.containers().into_iter().filter(|container| container.role() == Some(role));
        all.map(|container| (container.name, container.id)).collect()
    }

    /// A container's whole output.
    pub fn output(&self, id: &str) -> String {
        let lines = self.wait_for(async {
            let lines = self.engine.logs(id, &Default::default()).await?;
            let lines: Vec<Result<_>> = lines.collect().await;
            lines.into_iter().collect::<Result<Vec<_>>>()
        });
        let texts: Vec<_> =
            lines.unwrap().iter().map(|line| String::from_utf8_lossy(&line.bytes).into_owned()).collect();
        texts.join("\n")
    }

    /// The output of a command in a service's container.
    #[track_caller]
    pub fn execute(&self, environment: &str, service: &str, command: &[&str]) -> String {
        let container = self.find_in(environment, Role::Service, service).expect("the service is there");
        let words: Vec<String> = command.iter().map(|word| (*word).to_owned()).collect();
        let output = self.wait_for(self.engine.exec(&container.id, Some("0"), &words)).unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
        assert_eq!(output.exit_code, 0, "{command:?}: {}{}", text(&output.stdout), text(&output.stderr));
        text(&output.stdout)
    }

    /// The answer of a query in the project's database.
    #[track_caller]
    pub fn query(&self, environment: &str, statement: &str) -> String {
        let database = self.name.replace('-', "_");
        let psql = format!("psql -X -At -v ON_ERROR_STOP=1 -U {database} -d {database} -c \"{statement}\"");
        self.execute(environment, "db", &["su", "postgres", "-c", &psql])
    }

    #[track_caller]
    pub fn posts(&self) -> String {
        self.query("development", "select count(*) from forum_post")
    }

    /// Polls until there is what is looked for.
    #[track_caller]
    pub fn until<T>(&self, what: &str, mut look: impl FnMut() -> Option<T>) -> T {
        let begun = Instant::now();
        loop {
            if let Some(found) = look() {
                return found;
            }
            assert!(begun.elapsed() < PATIENCE, "not within {PATIENCE:?}: {what}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Removal. By labels, not by the program: what it would leave behind, or a test that has
/// broken its configuration, must not stay either.
impl Place {
    async fn remove_everything(&self) -> Result<()> {
        let labels = self.labels();
        for container in self.engine.containers(&labels).await? {
            self.engine.remove(&container.id).await?;
        }
        for network in self.engine.networks(&labels).await? {
            self.engine.remove_network(&network.id).await?;
        }
        for volume in self.engine.volumes(&labels).await? {
            self.engine.remove_volume(&volume.name).await?;
        }
        for tag in self.engine.images(&labels).await?.into_iter().flat_map(|image| image.tags) {
            self.engine.remove_image(&tag).await?;
        }
        let tag = self.image.borrow().clone();
        match tag {
            Some(tag) => self.engine.remove_image(&tag).await,
            None => Ok(()),
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Err(error) = self.wait_for(self.remove_everything()) {
            eprintln!("{} was not removed whole: {}", self.name, error.notice());
        }
    }
}

pub fn make_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// The head's first line and the body of an answer.
pub fn get(url: &str, path: &str) -> std::io::Result<(String, String)> {
    let address = url.trim_start_matches("http://").trim_end_matches('/');
    let mut stream = TcpStream::connect(address)?;
    // A debugger may hold the answer back while dashboards are opened on a loaded machine.
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let answer = String::from_utf8_lossy(&answer);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    Ok((head.lines().next().unwrap_or_default().to_owned(), body.to_owned()))
}

/// The body of a page that must be there.
#[track_caller]
pub fn page(url: &str, path: &str) -> String {
    let (status, body) = get(url, path).unwrap_or_else(|error| panic!("{url}{path}: {error}"));
    assert!(status.contains(" 200 "), "{path}: {status}\n{body}");
    body
}
