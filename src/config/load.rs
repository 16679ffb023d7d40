//! The edge: reads the layers and the host's facts, and resolves them. It writes nothing,
//! so it may be called again at every change of a file.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use crate::{
    config::{
        discover::{self, Found, Manage},
        document::{Document, Leaf},
        env_file,
        error::{ConfigError, Problem},
        files::{Disk, FileKind, Files},
        guess::Guesses,
        host, merge, parse, presence,
        profile::{self, Profile},
        resolve::{self, Facts, Resolved, Settings},
        source::{Layer, Origin, Place, Source},
        validate::{self, Known},
        value::{Entry, Node},
        variables,
    },
    core::{notice::Notice, project::Project, secret::Secrets},
};

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct Request<'a> {
    /// Where the search for the project begins: the current folder.
    pub start: PathBuf,
    /// The environment variables of this process.
    pub variables: BTreeMap<String, String>,
    /// The flags of the command line.
    pub flags: Flags,
    /// The ids of all actions, for `[keys]`; not checked where it is empty.
    pub actions: &'a [&'a str],
}

/// The flags that are a layer of the configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flags {
    /// `--project DIR`: where the search begins.
    pub project: Option<PathBuf>,
    /// `--environment NAME`.
    pub environment: Option<String>,
    /// `--host URL`.
    pub host: Option<String>,
}

/// A configuration.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// The project.
    pub project: Project,
    /// Keys, theme, consoles, watch rules.
    pub settings: Settings,
    /// The profile in use.
    pub profile: Profile,
    /// All layers, each value with its origin.
    pub document: Document,
    /// What the user should know.
    pub notices: Vec<Notice>,
    /// The files that it was read from (or would be, if they were there): when one of
    /// them changes it is worth loading again.
    pub files: Vec<PathBuf>,
}

impl Loaded {
    /// What has to be masked wherever something is shown.
    pub fn secrets(&self) -> Secrets {
        let services = self.project.services.iter().flat_map(|service| &service.env);
        let all = services.chain(&self.project.environment.variables);
        Secrets::from_variables(all.map(|(key, value)| (key.as_str(), value.as_str())))
    }

    /// Every value with its provenance, secrets masked.
    pub fn leaves(&self) -> Vec<Leaf> {
        self.document.leaves(&self.secrets())
    }
}

/// Loads the configuration from the disk.
///
/// # Errors
/// No project, or what is wrong with its configuration.
pub fn load(request: &Request<'_>) -> Result<Loaded, ConfigError> {
    load_from(&Disk, request)
}

/// Loads the configuration from these files.
///
/// # Errors
/// No project, or what is wrong with its configuration.
pub fn load_from(files: &dyn Files, request: &Request<'_>) -> Result<Loaded, ConfigError> {
    let found = discover::project(files, &start(files, request)?)?;
    let layers = Layers::read(files, request, &found)?;
    let (profile, manage) = profile_of(files, &found.root, &layers)?;
    let mut document = layers.over(profile)?;
    let environment = resolve::environment_in_use(&document)?;
    let uses_django = profile == Profile::Django || declares_django(&document);
    let manage = manage.filter(|_| uses_django);
    let guesses = Guesses { files, root: &found.root, manage: manage.as_deref(), environment: &environment };
    let mut notices = guesses.fill(&mut document);
    let facts = facts(files, request, &found.root, manage, &document, &mut notices)?;
    let resolved = resolve::resolve(&document, facts)?;
    problems(presence::check(files, &found.root, &document, &environment))?;
    let watched = watched(request, &found, &resolved.project);
    let Resolved { project, settings, notices: more } = resolved;
    notices.extend(more);
    Ok(Loaded { project, settings, profile, document, notices, files: watched })
}

fn problems(found: Vec<Problem>) -> Result<(), ConfigError> {
    if found.is_empty() { Ok(()) } else { Err(ConfigError::Problems(found)) }
}

fn start(files: &dyn Files, request: &Request<'_>) -> Result<PathBuf, ConfigError> {
    let flag = request.flags.project.as_ref();
    let wanted = flag.map_or_else(|| request.start.clone(), |folder| request.start.join(folder));
    let place = flag.map(|folder| Place::whole(&Source::value("--project", folder.display().to_string())));
    let problem = |why: &str| {
        let message = format!("the folder {} {why}", wanted.display());
        ConfigError::one(Problem { place: place.clone(), message, help: None })
    };
    match files.kind(&wanted) {
        None => Err(problem("does not exist")),
        Some(FileKind::Folder) => {
            files.canonical(&wanted).map_err(|error| problem(&format!("cannot be read: {error}")))
        }
        Some(_) => Err(problem("is not a folder")),
    }
}

/// The layers but for the profile, lowest first.
struct Layers {
    defaults: Node,
    user: Option<Node>,
    project: Option<Node>,
    variables: Node,
    flags: Node,
}

impl Layers {
    /// Reads and checks them all before it gives up: a slip in one file should not hide
    /// those in another.
    fn read(files: &dyn Files, request: &Request<'_>, found: &Found) -> Result<Self, ConfigError> {
        let known = Known { actions: request.actions };
        let mut found_problems = Vec::new();
        let defaults = profile::defaults().map_err(ConfigError::Problems)?;
        let user_path = user_file(&request.variables).filter(|path| files.kind(path).is_some());
        let mut read = |layer, path: Option<&PathBuf>| {
            let document = file(files, layer, path?, known);
            document.map_err(|problems| found_problems.extend(problems)).ok()
        };
        let user = read(Layer::User, user_path.as_ref());
        let project = read(Layer::Project, found.file.as_ref());
        let mut below = defaults.clone();
        merge::documents(&mut below, Profile::Django.document().map_err(ConfigError::Problems)?);
        user.iter().chain(&project).cloned().for_each(|layer| merge::documents(&mut below, layer));
        let variables = checked(variables::layer(&request.variables, &below), known);
        let variables = variables.map_err(|problems| found_problems.extend(problems));
        let flags = checked(Ok(flags(&request.flags)), known).map_err(|problems| found_problems.extend(problems));
        match (variables, flags) {
            (Ok(variables), Ok(flags)) if found_problems.is_empty() => {
                Ok(Self { defaults, user, project, variables, flags })
            }
            _ => Err(ConfigError::Problems(found_problems)),
        }
    }

    fn lowest_first(&self) -> impl DoubleEndedIterator<Item = &Node> {
        [Some(&self.defaults), self.user.as_ref(), self.project.as_ref(), Some(&self.variables), Some(&self.flags)]
            .into_iter()
            .flatten()
    }

    /// The value that the last of the layers gives.
    fn last(&self, path: &[&str]) -> Option<&Node> {
        self.lowest_first().rev().find_map(|layer| layer.at(path))
    }

    fn declares_services(&self) -> bool {
        self.lowest_first()
            .any(|layer| layer.at(&["services"]).and_then(Node::as_table).is_some_and(|t| !t.entries().is_empty()))
    }

    fn over(self, profile: Profile) -> Result<Document, ConfigError> {
        let profile = profile.document().map_err(ConfigError::Problems)?;
        let mut root = self.defaults;
        let upper = [self.user, Some(profile), self.project, Some(self.variables), Some(self.flags)];
        upper.into_iter().flatten().for_each(|layer| merge::documents(&mut root, layer));
        Ok(Document { root })
    }
}

fn checked(document: Result<Node, Vec<Problem>>, known: Known<'_>) -> Result<Node, Vec<Problem>> {
    let document = document?;
    let problems = validate::document(&document, known);
    if problems.is_empty() { Ok(document) } else { Err(problems) }
}

fn file(files: &dyn Files, layer: Layer, path: &Path, known: Known<'_>) -> Result<Node, Vec<Problem>> {
    let place = || Place::whole(&Source::file(path.display().to_string(), ""));
    let bytes = files.read(path).map_err(|error| vec![Problem::at(place(), format!("cannot be read: {error}"))])?;
    if bytes.len() > parse::LARGEST {
        return Err(vec![Problem::at(place(), "too large for a configuration: more than 1 MiB")]);
    }
    checked(parse::file(layer, path, &bytes), known)
}

/// Where the user's own file is, whether or not it exists.
pub fn user_file(variables: &BTreeMap<String, String>) -> Option<PathBuf> {
    let absolute = |name: &str| variables.get(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let folder = absolute("XDG_CONFIG_HOME").or_else(|| Some(absolute("HOME")?.join(".config")))?;
    Some(folder.join("biostar-tui").join("config.toml"))
}

fn flags(flags: &Flags) -> Node {
    let mut root = Node::table(Origin::whole(Layer::Flag, &Source::value("flags", "")));
    let given =
        [("--environment", "project", "environment", &flags.environment), ("--host", "engine", "host", &flags.host)];
    for (flag, table, key, value) in given {
        let Some(value) = value else { continue };
        let origin = Origin::whole(Layer::Flag, &Source::value(flag, value));
        let node = Node::text(value, origin.clone());
        root.table_mut().make(table, &origin).table_mut().insert(Entry { key: key.to_owned(), origin, node });
    }
    root
}

/// The profile, and the folder of `manage.py` where there is one.
fn profile_of(files: &dyn Files, root: &Path, layers: &Layers) -> Result<(Profile, Option<String>), ConfigError> {
    let manage = named_manage(files, root, layers)?;
    let wanted = layers.last(&["project", "profile"]).and_then(Node::as_text).and_then(Profile::parse);
    match (wanted, manage) {
        (Some(Profile::None), Manage::In(folder)) => Ok((Profile::None, Some(folder))),
        (_, Manage::In(folder)) => Ok((Profile::Django, Some(folder))),
        (Some(Profile::None), Manage::Missing(_)) => Ok((Profile::None, None)),
        (None, Manage::Missing(_)) if layers.declares_services() => Ok((Profile::None, None)),
        (_, Manage::Missing(looked_at)) => Err(ConfigError::NoManage { root: root.to_owned(), looked_at }),
    }
}

fn named_manage(files: &dyn Files, root: &Path, layers: &Layers) -> Result<Manage, ConfigError> {
    let node = layers.last(&["project", "manage"]);
    let Some((node, folder)) = node.and_then(|node| Some((node, node.as_text().filter(|text| !text.is_empty())?)))
    else {
        return Ok(discover::manage(files, root));
    };
    let folder = folder.trim_end_matches('/').trim_start_matches("./");
    let path = root.join(folder).join("manage.py");
    if files.kind(&path) == Some(FileKind::File) {
        return Ok(Manage::In(if folder.is_empty() { "." } else { folder }.to_owned()));
    }
    let message = format!("{} does not exist", path.display());
    Err(ConfigError::one(
        Problem::at(node.origin.place.clone(), message).help("the folder of manage.py, relative to the project's"),
    ))
}

fn declares_django(document: &Document) -> bool {
    document
        .entries(&["services"])
        .iter()
        .any(|entry| entry.node.at(&["kind"]).and_then(Node::as_text) == Some("django"))
}

fn facts(
    files: &dyn Files,
    request: &Request<'_>,
    root: &Path,
    manage: Option<String>,
    document: &Document,
    notices: &mut Vec<Notice>,
) -> Result<Facts, ConfigError> {
    let bundle = document.at(&["base", "ca_certificates"]);
    let variables = env_file_of(files, root, document)?;
    notices.extend(variables.notices);
    Ok(Facts {
        root: root.to_owned(),
        manage,
        owner: host::owner(files, root).map_err(ConfigError::one)?,
        host: host::machine_id(files, &request.variables),
        ca_bundle: host::ca_bundle(files, &request.variables, root, bundle).map_err(ConfigError::one)?,
        variables: variables.values,
    })
}

fn env_file_of(files: &dyn Files, root: &Path, document: &Document) -> Result<env_file::Variables, ConfigError> {
    let environment = document.text(&["project", "environment"]);
    let node = document.at(&["environments", environment, "env_file"]);
    let Some((node, name)) = node.and_then(|node| Some((node, node.as_text().filter(|text| !text.is_empty())?))) else {
        return Ok(env_file::Variables::default());
    };
    let problem = |why: String| {
        let path = root.join(name);
        ConfigError::one(Problem::at(node.origin.place.clone(), format!("the env file {} {why}", path.display())))
    };
    let bytes = files.read(&root.join(name)).map_err(|error| {
        problem(match error.kind() {
            std::io::ErrorKind::NotFound => "does not exist".to_owned(),
            _ => format!("cannot be read: {error}"),
        })
    })?;
    let text = String::from_utf8(bytes).map_err(|_| problem("is no UTF-8 text".to_owned()))?;
    Ok(env_file::parse(name, &text))
}

fn watched(request: &Request<'_>, found: &Found, project: &Project) -> Vec<PathBuf> {
    let in_project = [Some(discover::FILE), Some("manage.py"), project.environment.env_file.as_deref()];
    let in_project =
        in_project.into_iter().flatten().chain(project.environment.requirements.iter().map(String::as_str));
    user_file(&request.variables).into_iter().chain(in_project.map(|path| found.root.join(path))).collect()
}
