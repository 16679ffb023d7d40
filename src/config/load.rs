//! The edge: reads the layers and the host's facts, and resolves them. It writes nothing,
//! so it may be called again at every change of a file.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use crate::{
    config::{
        discover::{self, Found},
        django,
        document::{Document, Leaf},
        env_file,
        error::{ConfigError, Problem},
        files::{Disk, FileKind, Files},
        guess::Guesses,
        host, init,
        layers::{Layers, user_file},
        presence,
        profile::Profile,
        resolve::{self, Facts, Resolved, Settings},
        source::{Place, Source},
        theme,
    },
    core::{digest, environment::Sourced, notice::Notice, project::Project, secret::Secrets},
};

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// Where the search for the project begins: the current folder.
    pub start: PathBuf,
    /// The environment variables of this process.
    pub variables: BTreeMap<String, String>,
    /// The flags of the command line.
    pub flags: Flags,
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
    /// Keys, looks, watch rules.
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

/// The folder of the project, whatever its configuration says.
///
/// # Errors
/// There is no project.
pub fn root(request: &Request) -> Result<PathBuf, ConfigError> {
    Ok(discover::project(&Disk, &start(&Disk, request)?)?.root)
}

/// Loads the configuration from the disk.
///
/// # Errors
/// No project, or what is wrong with its configuration.
pub fn load(request: &Request) -> Result<Loaded, ConfigError> {
    load_from(&Disk, request)
}

/// Loads the configuration from these files.
///
/// # Errors
/// No project, or what is wrong with its configuration.
pub fn load_from(files: &dyn Files, request: &Request) -> Result<Loaded, ConfigError> {
    let found = discover::project(files, &start(files, request)?)?;
    let layers = Layers::read(files, request, &found)?;
    let (profile, manage) = django::profile(files, &found.root, &layers)?;
    let mut document = layers.over(profile)?;
    let environment = resolve::environment_in_use(&document)?;
    let manage = django::folder(&found.root, &document, manage)?;
    let guesses = Guesses { files, root: &found.root, manage: manage.as_deref(), environment: &environment };
    let mut notices = guesses.fill(&mut document);
    let facts = facts(files, request, &found.root, manage, &document, &mut notices)?;
    let resolved = resolve::resolve(&document, facts)?;
    problems(presence::check(files, &found.root, &document, &environment))?;
    let mut watched = watched(request, &found, &resolved.project);
    let Resolved { project, mut settings, notices: more } = resolved;
    notices.extend(more);
    let user = user_file(&request.variables);
    let chosen = theme::choose(files, user.as_deref().and_then(Path::parent), &document);
    settings.appearance = chosen.appearance;
    notices.extend(chosen.notices);
    watched.extend(chosen.file);
    Ok(Loaded { project, settings, profile, document, notices, files: watched })
}

fn problems(found: Vec<Problem>) -> Result<(), ConfigError> {
    if found.is_empty() { Ok(()) } else { Err(ConfigError::Problems(found)) }
}

fn start(files: &dyn Files, request: &Request) -> Result<PathBuf, ConfigError> {
    let flag = request.flags.project.as_ref();
    let wanted = flag.map_or_else(|| request.start.clone(), |folder| request.start.join(folder));
    let place = flag.map(|folder| Place::whole(&Source::value("--project", folder.display().to_string())));
    let problem = |why: &str| {
        let message = format!("the folder {} {why}", wanted.display());
        ConfigError::one(Problem { place: place.clone(), message, help: None })
    };
    match files.kind(&wanted) {
        None if wanted.as_os_str().is_empty() => Err(ConfigError::one(Problem::new("the current folder is gone"))),
        None => Err(problem("does not exist")),
        Some(FileKind::Folder) => {
            files.canonical(&wanted).map_err(|error| problem(&format!("cannot be read: {error}")))
        }
        Some(_) => Err(problem("is not a folder")),
    }
}

fn facts(
    files: &dyn Files,
    request: &Request,
    root: &Path,
    manage: Option<String>,
    document: &Document,
    notices: &mut Vec<Notice>,
) -> Result<Facts, ConfigError> {
    let bundle = document.at(&["base", "ca_certificates"]);
    let (variables, sourced) = env_file_of(files, root, document)?;
    notices.extend(variables.notices);
    let settings = manage.iter().flat_map(|manage| init::settings_candidates(files, root, manage)).collect();
    Ok(Facts {
        root: root.to_owned(),
        settings,
        manage,
        owner: host::owner(files, root).map_err(ConfigError::one)?,
        host: host::machine_id(files, &request.variables),
        ca_bundle: host::ca_bundle(files, &request.variables, root, bundle).map_err(ConfigError::one)?,
        variables: variables.values,
        sourced,
    })
}

/// The env file's variables; and the file itself, where a shell has to read it.
fn env_file_of(
    files: &dyn Files,
    root: &Path,
    document: &Document,
) -> Result<(env_file::Variables, Option<Sourced>), ConfigError> {
    let environment = document.text(&["project", "environment"]);
    let node = document.at(&["environments", environment, "env_file"]);
    let Some((node, name)) = node.and_then(|node| Some((node, node.as_text().filter(|text| !text.is_empty())?))) else {
        return Ok(Default::default());
    };
    let path: PathBuf = root.join(name).components().collect();
    let problem =
        |why: String| Problem::at(node.origin.place.clone(), format!("the env file {} {why}", path.display()));
    let bytes = files.read(&path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => {
            problem("does not exist".to_owned()).help(presence::LEAVE_OUT).maybe_help(presence::nearest(files, &path))
        }
        _ => problem(format!("cannot be read: {error}")),
    });
    let text = String::from_utf8(bytes.map_err(ConfigError::one)?).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        ConfigError::one(problem(format!("is no UTF-8 text: line {line}")))
    })?;
    let mut read = env_file::parse(name, &text);
    let sourced = read.computed.take().map(|names| Sourced {
        path: Path::new(name).components().collect::<PathBuf>().display().to_string(),
        digest: digest::short(&digest::of_bytes(text.as_bytes())).to_owned(),
        names,
    });
    Ok((read, sourced))
}

fn watched(request: &Request, found: &Found, project: &Project) -> Vec<PathBuf> {
    let manage = project.manage.as_ref().map(|folder| format!("{folder}/manage.py"));
    let named = project.environment.env_file.iter().chain(&project.environment.requirements).chain(&manage);
    let in_project = std::iter::once(discover::FILE).chain(named.map(String::as_str));
    let in_project = in_project.map(|path| found.root.join(path).components().collect());
    user_file(&request.variables).into_iter().chain(in_project).collect()
}
