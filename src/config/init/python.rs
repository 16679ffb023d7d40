//! Which of Debian's releases has the Python that the project wants.

use crate::config::init::{
    docker,
    ground::{Ground, Guess, place_of},
    needs::Needs,
    specifier,
};

/// Debian's releases with their Python, the default first, then from new to old.
const RELEASES: &[(&str, [u64; 3])] = &[("bookworm", [3, 11, 2]), ("trixie", [3, 13, 5]), ("bullseye", [3, 9, 2])];

/// A proposal for the base.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Proposal {
    /// The image; `None` where the default one will do.
    pub(super) base: Option<String>,
    /// Why: what is wanted, and where that is said.
    pub(super) why: String,
}

/// What is wanted: a version, or a range.
enum Wanted {
    Exactly(Guess),
    Range(Guess),
}

pub(super) fn look(ground: &Ground<'_>, needs: &Needs) -> Option<Proposal> {
    match wanted(ground) {
        Some(Wanted::Exactly(version)) => Some(nearest(&version)),
        Some(Wanted::Range(range)) => Some(within(&range)),
        None => of_django(needs),
    }
}

fn proposal(at: usize, why: String) -> Proposal {
    let (release, version) = RELEASES[at];
    let why = format!("{why}; Debian's {release} has Python {}.{}", version[0], version[1]);
    Proposal { base: (at > 0).then(|| format!("debian:{release}-slim")), why }
}

/// The release with this version, else the oldest that is newer, else the newest.
fn nearest(wanted: &Guess) -> Proposal {
    let version = specifier::numbers(&wanted.value);
    let minor = version.get(1).copied().unwrap_or(0);
    let why = format!("{} wants Python {}", wanted.from, wanted.value);
    let at = match (version[0], minor) {
        (3, ..=9) | (..=2, _) => 2,
        (3, 10 | 11) => 0,
        _ => 1,
    };
    proposal(at, why)
}

fn within(range: &Guess) -> Proposal {
    let why = format!("{} wants Python {}", range.from, range.value);
    match RELEASES.iter().position(|(_, version)| specifier::allows(&range.value, version)) {
        Some(at) => proposal(at, why),
        None => Proposal {
            base: None,
            why: format!("{why}, which no release of Debian has: [services.web] base is yours to choose"),
        },
    }
}

fn wanted(ground: &Ground<'_>) -> Option<Wanted> {
    exactly(ground, ".python-version")
        .or_else(|| exactly(ground, "runtime.txt"))
        .or_else(|| of_pyproject(ground))
        .or_else(|| of_pipfile(ground))
        .or_else(|| docker::python(ground).map(Wanted::Exactly))
}

/// The first line of a file: `3.12.4`, `python-3.9.18`.
fn exactly(ground: &Ground<'_>, file: &str) -> Option<Wanted> {
    let path = ground.first(&[file])?;
    let text = ground.text(&path)?;
    let version = text.lines().next()?.trim().trim_start_matches("python-").trim_start_matches("cpython-");
    let is_version = version.starts_with(|c: char| c.is_ascii_digit()) && version.len() < 20;
    is_version.then(|| Wanted::Exactly(Guess::new(version, path)))
}

fn of_pyproject(ground: &Ground<'_>) -> Option<Wanted> {
    let node = ground.toml(&ground.first(&["pyproject.toml"])?)?;
    let paths: [&[&str]; 2] = [&["project", "requires-python"], &["tool", "poetry", "dependencies", "python"]];
    let node = paths.iter().find_map(|path| node.at(path))?;
    let range = specifier::pep440(node.as_text()?).filter(|range| !range.is_empty())?;
    Some(Wanted::Range(Guess::new(range, place_of(node))))
}

fn of_pipfile(ground: &Ground<'_>) -> Option<Wanted> {
    let node = ground.toml(&ground.first(&["Pipfile"])?)?;
    let node = ["python_full_version", "python_version"].iter().find_map(|key| node.at(&["requires", key]))?;
    Some(Wanted::Exactly(Guess::new(node.as_text()?, place_of(node))))
}

/// Old Djangos do not run on a new Python, new ones not on an old one.
fn of_django(needs: &Needs) -> Option<Proposal> {
    let (line, from) = needs.line("django")?;
    let at = line.find(['=', '<', '>', '~', '!']).filter(|at| !line[*at..].contains('@'))?;
    let specifier = line[at..].split(';').next().unwrap_or_default().trim();
    let may_be = |major: u64, minor: u64| match specifier.strip_prefix("==") {
        Some(exact) => specifier::numbers(exact).iter().zip([major, minor]).all(|(named, part)| *named == part),
        // The last patch of each minor version stands for all of them.
        None => specifier::allows(specifier, &[major, minor, 99]),
    };
    let why = format!("{from} wants {}", line.trim());
    // Django 6 needs Python 3.12; before 3.2 it knows none newer than 3.9.
    let oldest = [(1, 11), (2, 0), (2, 1), (2, 2), (3, 0), (3, 1)].iter().any(|(major, minor)| may_be(*major, *minor));
    let usual =
        [(3, 2), (4, 0), (4, 1), (4, 2), (5, 0), (5, 1), (5, 2)].iter().any(|(major, minor)| may_be(*major, *minor));
    match (oldest, usual) {
        (_, true) => None,
        (true, false) => Some(proposal(2, why)),
        (false, false) if may_be(6, 0) => Some(proposal(1, why)),
        (false, false) => None,
    }
}
