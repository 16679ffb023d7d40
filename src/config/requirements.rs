//! Requirement files, flattened into one text for pip.
//!
//! `-r` and `-c` are followed (relative to the file that names them), pins take the place
//! of the files' own versions, packages are appended.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::{Component, Path, PathBuf},
};

use crate::core::{digest, environment::Environment};

/// What pip is given.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Requirements {
    /// The requirements.
    pub text: String,
    /// The constraints: those of the files, and every pin (a pinned package need not be
    /// named by the requirements: something that they name may ask for it).
    pub constraints: String,
    /// The digest of both.
    pub digest: String,
    /// Every file that was read, as its path was written or included.
    pub files: Vec<String>,
    /// The normalised names of the required packages.
    pub names: BTreeSet<String>,
}

/// Why there are none.
#[derive(Debug, thiserror::Error)]
pub enum RequirementsError {
    /// A file that is named cannot be read.
    #[error("{}requirement file {path} cannot be read: {reason}", at(.from.as_ref()))]
    Unreadable {
        /// The file.
        path: String,
        /// The file and line that include it; `None` where the configuration does.
        from: Option<(String, usize)>,
        /// What the system says.
        #[source]
        reason: io::Error,
    },
    /// A file includes itself, by way of others or at once.
    #[error("{file}:{line}: {path} includes itself: {}", chain.join(" -> "))]
    Cycle {
        /// The file.
        path: String,
        /// The file of the last include.
        file: String,
        /// Its line.
        line: usize,
        /// All files of the cycle in order.
        chain: Vec<String>,
    },
}

fn at(from: Option<&(String, usize)>) -> String {
    from.map(|(file, line)| format!("{file}:{line}: ")).unwrap_or_default()
}

/// Reads a file by its path relative to the project's folder.
pub type Reader<'a> = dyn Fn(&str) -> io::Result<String> + 'a;

/// Flattens the files.
///
/// # Errors
/// A file that is missing or includes itself, with the line that names it.
pub fn flatten(wanted: &Wanted<'_>, reader: &Reader<'_>) -> Result<Requirements, RequirementsError> {
    let mut walk = Walk {
        reader,
        pins: wanted.pins.iter().map(|(name, version)| (normalised(name), pinned(name, version))).collect(),
        exclude: wanted.exclude.iter().map(|name| normalised(name)).collect(),
        open: Vec::new(),
        seen: BTreeSet::new(),
        found: Requirements::default(),
    };
    for file in wanted.files {
        walk.file(&tidy(Path::new(file)), None, Use::Requirement)?;
    }
    wanted.packages.iter().for_each(|package| walk.package(package));
    Ok(walk.finish())
}

/// What is to be installed.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// Requirement files, relative to the project's folder.
    pub files: &'a [String],
    /// Packages added to them, where they do not name them.
    pub packages: &'a [String],
    /// Versions in place of the files' own, by package.
    pub pins: &'a BTreeMap<String, String>,
    /// Packages of the files that are left out.
    pub exclude: &'a [String],
}

impl<'a> Wanted<'a> {
    /// What an environment's containers are to have.
    pub fn of(environment: &'a Environment) -> Self {
        let Environment { requirements, packages, pins, exclude, .. } = environment;
        Self { files: requirements, packages, pins, exclude }
    }

    /// The files as they are.
    pub fn files(files: &'a [String]) -> Self {
        const NO_PINS: &BTreeMap<String, String> = &BTreeMap::new();
        Self { files, packages: &[], pins: NO_PINS, exclude: &[] }
    }
}

/// A package's name by PEP 503: small letters, runs of `-`, `_` and `.` as one `-`.
pub fn normalised(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    for c in name.trim().to_lowercase().chars() {
        let c = if matches!(c, '_' | '.') { '-' } else { c };
        if c != '-' || !plain.ends_with('-') {
            plain.push(c);
        }
    }
    plain
}

/// The requirement that a pin stands for: a version, a specifier (`<4`) or a URL.
fn pinned(name: &str, pin: &str) -> Pin {
    let pin = pin.trim();
    let specifier = match pin.chars().next() {
        Some('=' | '<' | '>' | '~' | '!') => pin.to_owned(),
        _ if pin.contains("://") => format!(" @ {pin}"),
        _ => format!("=={pin}"),
    };
    Pin { name: name.trim().to_owned(), specifier }
}

struct Pin {
    name: String,
    specifier: String,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Use {
    Requirement,
    Constraint,
}

struct Walk<'a> {
    reader: &'a Reader<'a>,
    pins: BTreeMap<String, Pin>,
    exclude: BTreeSet<String>,
    open: Vec<String>,
    seen: BTreeSet<(Use, String)>,
    found: Requirements,
}

impl Walk<'_> {
    fn file(&mut self, path: &str, from: Option<(String, usize)>, usage: Use) -> Result<(), RequirementsError> {
        if let (Some(at), Some((file, line))) = (self.open.iter().position(|open| open == path), &from) {
            let chain = self.open[at..].iter().chain([&path.to_owned()]).cloned().collect();
            return Err(RequirementsError::Cycle { path: path.to_owned(), file: file.clone(), line: *line, chain });
        }
        // pip refuses a package that is named twice, as a file that two others include would do.
        if !self.seen.insert((usage, path.to_owned())) {
            return Ok(());
        }
        let text = (self.reader)(path).map_err(|reason| RequirementsError::Unreadable {
            path: path.to_owned(),
            from,
            reason,
        })?;
        self.open.push(path.to_owned());
        self.found.files.push(path.to_owned());
        for (line, content) in logical_lines(&text) {
            self.line(path, line, &content, usage)?;
        }
        self.open.pop();
        Ok(())
    }

    fn line(&mut self, path: &str, line: usize, content: &str, usage: Use) -> Result<(), RequirementsError> {
        match included(content) {
            Some((target, _)) if target.contains("://") => self.keep(content, usage),
            Some((target, inner)) => {
                let folder = Path::new(path).parent().unwrap_or(Path::new(""));
                let inner = if usage == Use::Constraint { usage } else { inner };
                return self.file(&tidy(&folder.join(target)), Some((path.to_owned(), line)), inner);
            }
            None => self.requirement(content, usage),
        }
        Ok(())
    }

    fn requirement(&mut self, content: &str, usage: Use) {
        let Some(name) = name_of(content) else { return self.keep(content, usage) };
        let plain = normalised(&name);
        if self.exclude.contains(&plain) {
            return;
        }
        let line = self.pins.get(&plain).map_or_else(|| content.to_owned(), |pin| repinned(content, &name, pin));
        if usage == Use::Requirement {
            self.found.names.insert(plain);
        }
        self.keep(&line, usage);
    }

    fn package(&mut self, package: &str) {
        let known = name_of(package).is_some_and(|name| self.found.names.contains(&normalised(&name)));
        if !known {
            self.requirement(package.trim(), Use::Requirement);
        }
    }

    fn keep(&mut self, line: &str, usage: Use) {
        let text = match usage {
            Use::Requirement => &mut self.found.text,
            Use::Constraint => &mut self.found.constraints,
        };
        text.push_str(line);
        text.push('\n');
    }

    fn finish(mut self) -> Requirements {
        let constraints: BTreeSet<String> = self.found.constraints.lines().map(str::to_owned).collect();
        // A constraint may carry no URL in pip 20.3, and `name @ URL` only binds where it is required.
        for pin in self.pins.values().filter(|pin| !pin.specifier.contains('@')) {
            let line = format!("{}{}", pin.name, pin.specifier);
            if !constraints.contains(&line) {
                self.found.constraints.push_str(&format!("{line}\n"));
            }
        }
        self.found.digest = digest::of(&(&self.found.text, &self.found.constraints));
        self.found
    }
}

/// Lines with their numbers: without comments, continued ones joined, empty ones left out.
fn logical_lines(text: &str) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    let mut continued = false;
    for (number, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let (line, goes_on) = match line.strip_suffix('\\') {
            Some(line) => (line, true),
            None => (line, false),
        };
        match lines.last_mut().filter(|_| continued) {
            Some((_, joined)) => joined.push_str(line),
            None => lines.push((number + 1, line.to_owned())),
        }
        continued = goes_on;
    }
    let stripped = lines.into_iter().map(|(number, line)| (number, without_comment(&line).trim().to_owned()));
    stripped.filter(|(_, line)| !line.is_empty()).collect()
}

/// A `#` begins a comment at the start and after a blank; `#egg=` in a URL does not.
fn without_comment(line: &str) -> &str {
    let begins = |at: usize| at == 0 || line[..at].ends_with(char::is_whitespace);
    line.match_indices('#').map(|(at, _)| at).find(|at| begins(*at)).map_or(line, |at| &line[..at])
}

/// The file that a `-r` or `-c` line names.
fn included(line: &str) -> Option<(&str, Use)> {
    let options = [
        ("--requirement", Use::Requirement),
        ("--constraint", Use::Constraint),
        ("-r", Use::Requirement),
        ("-c", Use::Constraint),
    ];
    options.into_iter().find_map(|(option, usage)| {
        let rest = line.strip_prefix(option)?;
        let separated = rest.starts_with(['=', ' ', '\t']) || !option.starts_with("--");
        let target = rest.trim_start_matches(['=', ' ', '\t']).trim().trim_matches(['"', '\'']);
        (separated && !target.is_empty()).then_some((target, usage))
    })
}

/// The package that a line names; `None` for options, paths and URLs without a name.
pub fn name_of(line: &str) -> Option<String> {
    if line.starts_with('-') || line.contains("://") && !line.contains(" @ ") {
        return line.split_once("#egg=").map(|(_, egg)| egg.chars().take_while(|c| is_name_character(*c)).collect());
    }
    let name: String = line.chars().take_while(|c| is_name_character(*c)).collect();
    let after = line[name.len()..].trim_start();
    let is_requirement = after.is_empty()
        || after.starts_with(['[', '=', '<', '>', '~', '!', ';', '@', '(', ','])
        || after.starts_with("--");
    (is_requirement && name.starts_with(|c: char| c.is_ascii_alphanumeric())).then_some(name)
}

fn is_name_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

/// The requirement with the pin in place of its version. Extras and markers stay; hashes
/// are those of another version, so they go.
fn repinned(line: &str, name: &str, pin: &Pin) -> String {
    if line.starts_with('-') || line.contains("://") {
        return format!("{}{}", pin.name, pin.specifier);
    }
    let rest = &line[name.len()..];
    let extras = rest.trim_start().strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let extras = extras.map(|(extras, _)| format!("[{extras}]")).unwrap_or_default();
    let marker = rest.split_once(';').map(|(_, marker)| marker.split(" --").next().unwrap_or_default().trim());
    let marker = marker.map(|marker| format!("; {marker}")).unwrap_or_default();
    // PEP 508 wants a blank between a URL and its marker.
    let blank = if pin.specifier.contains('@') && !marker.is_empty() { " " } else { "" };
    format!("{name}{extras}{}{blank}{marker}", pin.specifier)
}

/// The path without `.` and with `..` taken back, so that one file has one name.
fn tidy(path: &Path) -> String {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if plain.file_name().is_some_and(|name| name != "..") => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn flat(
        files: &[(&str, &str)],
        packages: &[&str],
        pins: &[(&str, &str)],
    ) -> Result<Requirements, RequirementsError> {
        let table: BTreeMap<&str, &str> = files.iter().copied().collect();
        let reader =
            |path: &str| table.get(path).map(|text| (*text).to_owned()).ok_or_else(|| io::ErrorKind::NotFound.into());
        let packages: Vec<String> = packages.iter().map(|package| (*package).to_owned()).collect();
        let pins = pins.iter().map(|(name, pin)| ((*name).to_owned(), (*pin).to_owned())).collect();
        let files = [files.first().map_or("", |(name, _)| name).to_owned()];
        flatten(&Wanted { files: &files, packages: &packages, pins: &pins, exclude: &["Left_out".to_owned()] }, &reader)
    }

    #[test]
    fn includes_are_relative_to_their_file() {
        let found = flat(
            &[
                ("conf/a.txt", "-r b/b.txt\n-c ../c.txt\nx==1 # why\n"),
                ("conf/b/b.txt", "--requirement=../d.txt\ny\\\n>=2\n"),
                ("c.txt", "z<3\n"),
                ("conf/d.txt", "-i https://x/simple\n\n#c\n"),
            ],
            &[],
            &[],
        )
        .expect("flat");
        assert_eq!(found.text, "-i https://x/simple\ny>=2\nx==1\n");
        assert_eq!(found.constraints, "z<3\n");
        assert_eq!(found.files, ["conf/a.txt", "conf/b/b.txt", "conf/d.txt", "c.txt"]);
    }

    #[test]
    fn what_is_excluded_is_left_out() {
        let found = flat(&[("r", "a==1\nleft-out==2 # broken\n-r more\n"), ("more", "LEFT.OUT\nb\n")], &[], &[]);
        assert_eq!(found.unwrap().text, "a==1\nb\n");
    }

    #[test]
    fn pins_replace_versions() {
        let found = flat(
            &[("r", "Kombu[redis]>=3,<4 ; python_version < '3' --hash=sha256:aa\nbilliard==1\n-e git+https://x/y#egg=amqp\n")],
            &[],
            &[("kombu", "3.0.37"), ("Billiard", "<3.4"), ("amqp", "1.4.9"), ("celery", "3.1")],
        )
        .expect("flat");
        assert_eq!(found.text, "Kombu[redis]==3.0.37; python_version < '3'\nbilliard<3.4\namqp==1.4.9\n");
        assert_eq!(found.constraints, "amqp==1.4.9\nBilliard<3.4\ncelery==3.1\nkombu==3.0.37\n");
    }

    #[test]
    fn a_pin_may_be_a_url() {
        let found = flat(&[("r", "x[a]==1; m\n")], &[], &[("x", "https://h/x.zip")]).expect("flat");
        assert_eq!((found.text.as_str(), found.constraints.as_str()), ("x[a] @ https://h/x.zip ; m\n", ""));
    }

    #[test]
    fn packages_are_appended_once() {
        let found = flat(&[("r", "Psycopg2_Binary==2.9\n")], &["psycopg2-binary", "waitress>=1", "waitress"], &[])
            .expect("flat");
        assert_eq!(found.text, "Psycopg2_Binary==2.9\nwaitress>=1\n");
    }

    #[test]
    fn missing_files_and_cycles_name_the_line() {
        let missing = flat(&[("a", "x\n\n-r b\n")], &[], &[]).expect_err("missing").to_string();
        assert_eq!(missing, "a:3: requirement file b cannot be read: entity not found");
        let cycle = flat(&[("a", "-r b\n"), ("b", "x\n-r ./a\n")], &[], &[]).expect_err("a cycle").to_string();
        assert_eq!(cycle, "b:2: a includes itself: a -> b -> a");
        assert_eq!(
            flat(&[], &[], &[]).expect_err("none").to_string(),
            "requirement file  cannot be read: entity not found"
        );
    }

    #[test]
    fn a_file_that_two_include_counts_once() {
        let found = flat(&[("a", "-r b\n-r c\n"), ("b", "-r c\n"), ("c", "x\n")], &[], &[]).expect("flat");
        assert_eq!(found.text, "x\n");
    }

    #[test]
    fn names_of_lines() {
        for (line, name) in
            [("Django>=2", Some("Django")), ("a.b_c[x]", Some("a.b_c")), ("x @ https://h/x.zip", Some("x"))]
        {
            assert_eq!(name_of(line).as_deref(), name);
        }
        for line in ["./local", "https://h/x.zip", "-e .", "--pre", "local/x.whl"] {
            assert_eq!(name_of(line), None, "{line}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_flattened(text in "(\\PC|[\n\\\\#;\\[\\]@-]){0,120}", pin in "\\PC{0,10}") {
            let reader = |path: &str| if path == "r" { Ok(text.clone()) } else { Err(io::ErrorKind::NotFound.into()) };
            let pins = BTreeMap::from([("a".to_owned(), pin)]);
            let (files, packages) = (["r".to_owned()], ["a".to_owned()]);
            let _ = flatten(&Wanted { files: &files, packages: &packages, pins: &pins, exclude: &[] }, &reader);
        }
    }
}
