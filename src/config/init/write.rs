//! Writes the text.

use std::path::Path;

use crate::config::init::{
    Survey,
    environment::EnvFile,
    ground::{Ground, Guess},
    needs::Needs,
};

/// The values that were guessed, by key.
type Guesses = Vec<(&'static str, Guess)>;

const HEAD: &str = "\
# How biostar-tui runs this project, written by `biostar-tui init`. What was guessed names
# where it comes from: change what is wrong. `biostar-tui config show` shows every value.
";

/// The column of comments behind short values.
const COLUMN: usize = 44;

/// The text for a Django project, and what was guessed.
pub(super) fn django(ground: &Ground<'_>, survey: &Survey) -> (String, Guesses) {
    let mut text = Text::default();
    text.raw(HEAD);
    project(&mut text, ground);
    if let Some(biostar) = survey.biostar {
        text.guess("profile", &quoted(biostar.profile().as_str()), &biostar.marks().join(" and "));
        text.comment("It knows the settings, requirements and steps; what is written here goes before it.");
        return (text.out, text.guesses);
    }
    environment(&mut text, survey);
    web(&mut text, survey);
    worker(&mut text, survey);
    search(&mut text, survey);
    steps(&mut text, ground, survey);
    (text.out, text.guesses)
}

/// The text for a project without Django.
pub(super) fn none(root: &Path) -> String {
    let mut text = Text::default();
    text.raw(HEAD);
    text.section("[project]");
    text.pair("name", &quoted(&folder_name(root)), "the folder's name");
    text.pair("profile", "\"none\"", "services of your own, and nothing else");
    text.block("[services.web]\nimage = \"nginx:stable\"\nport = \"127.0.0.1:8000:80\"", "a service looks like this");
    text.out
}

fn folder_name(root: &Path) -> String {
    root.file_name().map_or_else(|| "project".to_owned(), |name| name.to_string_lossy().into_owned())
}

fn project(text: &mut Text, ground: &Ground<'_>) {
    text.section("[project]");
    text.pair("name", &quoted(&folder_name(ground.root)), "the folder's name");
    if ground.manage != "." {
        text.guess("manage", &quoted(ground.manage), &format!("{}/manage.py", ground.manage));
    }
}

fn environment(text: &mut Text, survey: &Survey) {
    text.section("[environments.development]");
    match &survey.settings.module {
        Some(module) => text.guess("settings", &quoted(&module.value), &module.from),
        None => text.raw("# settings = \"mysite.settings\"  # nothing names it: this has to be written\n"),
    }
    survey.settings.notes.iter().for_each(|note| text.comment(note));
    packages(text, &survey.needs);
    if let Some(hosts) = &survey.hosts {
        text.guess("overlay", &format!("{{ ALLOWED_HOSTS = {} }}", hosts.value), &hosts.from);
    }
    env_file(text, &survey.env_file);
}

fn packages(text: &mut Text, needs: &Needs) {
    if !needs.files.is_empty() {
        text.guess("requirements", &list(&needs.files), "its usual name");
    } else if let Some(listed) = &needs.listed {
        text.raw("requirements = []\n");
        text.guess("packages", &list(&listed.lines), &listed.from);
    }
    needs.notes.iter().for_each(|note| text.comment(note));
}

fn env_file(text: &mut Text, file: &EnvFile) {
    match file {
        EnvFile::None => {}
        EnvFile::Found(path, names) => text.guess("env_file", &quoted(path), &format!("{path}, which has {names}")),
        EnvFile::Example(path, names) => {
            text.comment(&format!("{path} names {names}: copy it to .env, fill it in, then:"));
            text.raw("# env_file = \".env\"\n");
        }
    }
}

fn web(text: &mut Text, survey: &Survey) {
    text.section("[services.web]");
    text.pair("serve", "\"runserver\"", "or \"waitress\", with WhiteNoise");
    if let Some(python) = &survey.python {
        match &python.base {
            Some(base) => text.reasoned("base", &quoted(base), &python.why),
            None => text.comment(&python.why),
        }
    }
    let names = |guesses: &[Guess]| list(&guesses.iter().map(|guess| guess.value.clone()).collect::<Vec<_>>());
    let places = |guesses: &[Guess]| {
        let mut places: Vec<&str> = guesses.iter().map(|guess| guess.from.as_str()).collect();
        places.dedup();
        places.join(", ")
    };
    let system = &survey.system;
    if !system.packages.is_empty() {
        text.guess("system_packages", &names(&system.packages), &places(&system.packages));
    }
    if !system.suggested.is_empty() {
        let value = format!("system_packages = {}", names(&system.suggested));
        text.commented(&value, &format!("{} installs these on another distribution", places(&system.suggested)));
    }
    system.notes.iter().for_each(|note| text.comment(note));
}

fn worker(text: &mut Text, survey: &Survey) {
    let Some((app, from)) = &survey.extras.celery else { return };
    let command = list(&["celery", "-A", app, "worker", "--loglevel=INFO"].map(str::to_owned));
    let worker = format!("[services.worker]\nimage = \"web\"\ncommand = {command}\nneeds = [\"db\"]");
    text.block(&worker, &format!("celery is in {from}; it also needs a broker, a service with an image of its own"));
}

fn search(text: &mut Text, survey: &Survey) {
    let Some((name, from)) = &survey.extras.engine else { return };
    let search = "[services.search]\n\
                  image = \"docker.elastic.co/elasticsearch/elasticsearch:8.15.0\"\n\
                  health = \"http://:9200/_cluster/health\"\n\
                  env = { SEARCH_URL = \"http://search:9200\" }";
    text.block(search, &format!("{name} is in {from}; its variables are given to web"));
}

fn steps(text: &mut Text, ground: &Ground<'_>, survey: &Survey) {
    let extras = &survey.extras;
    let manage = ground.below_manage("manage.py");
    if let Some(from) = &extras.spirit {
        let set_up = format!("echo yes | python3 {manage} spiritinstall");
        text.raw("\n");
        text.comment("django-spirit is set up by it, once; it asks whether static files may be written over");
        text.step("initialize", &["sh", "-c", &set_up], from);
    }
    if let Some((names, folder)) = &extras.fixtures {
        let words = ["python3", &manage, "loaddata"].into_iter().chain(names.iter().map(String::as_str));
        text.block(&step("fixtures", &words.collect::<Vec<_>>()), &format!("loaded once; found in {folder}"));
    }
    if let Some((name, from)) = &extras.haystack {
        index(text, &["python3", &manage, "rebuild_index", "--noinput"], (name, from), extras.whoosh.as_ref());
    }
}

/// The search index. Where the settings keep it in a folder the step is complete; where a
/// server has it, that has to be declared first.
fn index(text: &mut Text, run: &[&str], (name, from): (&str, &str), whoosh: Option<&Guess>) {
    match whoosh {
        Some(folder) => {
            text.raw("\n");
            text.step("index", run, from);
            text.guess("outputs", &list(std::slice::from_ref(&folder.value)), &folder.from);
        }
        None => text.block(
            &step("index", run),
            &format!("{name} is in {from}; an index inside the project is named by outputs = [...]"),
        ),
    }
}

/// A step of the profile with its command.
fn step(name: &str, run: &[&str]) -> String {
    format!("[[steps]]\nname = {}\nrun = {}", quoted(name), words(run))
}

fn words(run: &[&str]) -> String {
    list(&run.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
}

/// A text that grows.
#[derive(Default)]
struct Text {
    out: String,
    guesses: Guesses,
}

impl Text {
    fn raw(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn section(&mut self, head: &str) {
        self.raw(&format!("\n{head}\n"));
    }

    fn comment(&mut self, text: &str) {
        self.raw(&format!("# {}\n", harmless(text)));
    }

    /// A value with a comment behind it, or above it where it is long.
    fn pair(&mut self, key: &str, value: &str, why: &str) {
        let pair = format!("{key} = {value}");
        if pair.len() < COLUMN {
            self.raw(&format!("{pair:<COLUMN$}# {}\n", harmless(why)));
        } else {
            self.comment(why);
            self.raw(&format!("{pair}\n"));
        }
    }

    fn guess(&mut self, key: &'static str, value: &str, from: &str) {
        self.pair(key, value, &format!("guessed from {from}"));
        self.guesses.push((key, Guess::new(value, from)));
    }

    /// A guess whose reason is a sentence of its own.
    fn reasoned(&mut self, key: &'static str, value: &str, why: &str) {
        self.pair(key, value, &format!("guessed: {why}"));
        self.guesses.push((key, Guess::new(value, why)));
    }

    /// A step of the profile, with the command that was guessed for it.
    fn step(&mut self, name: &str, run: &[&str], from: &str) {
        self.raw(&format!("[[steps]]\nname = {}\n", quoted(name)));
        self.guess("run", &words(run), from);
    }

    fn commented(&mut self, value: &str, why: &str) {
        self.comment(why);
        value.lines().for_each(|line| self.comment(line));
    }

    fn block(&mut self, value: &str, why: &str) {
        self.raw("\n");
        self.commented(value, why);
    }
}

/// A text of TOML.
fn quoted(text: &str) -> String {
    // JSON's escapes are TOML's too, but for this one character.
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}

/// A list of texts: in one line while it is short.
fn list(texts: &[String]) -> String {
    let quoted: Vec<String> = texts.iter().map(|text| self::quoted(text)).collect();
    let line = format!("[{}]", quoted.join(", "));
    if line.len() <= 90 { line } else { format!("[\n    {},\n]", quoted.join(",\n    ")) }
}

/// A comment's text: it comes from names of files, which may hold anything.
fn harmless(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '?' } else { c }).collect()
}
