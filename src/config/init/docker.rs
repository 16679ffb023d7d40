//! What a Dockerfile of the project tells.

use crate::config::init::ground::{Ground, Guess};

const FILES: &[&str] =
    &["Dockerfile", "Dockerfile.dev", "docker/Dockerfile", "compose/local/django/Dockerfile", "docker/web/Dockerfile"];

/// The instructions of the project's Dockerfile, each with its place.
fn instructions(ground: &Ground<'_>) -> Vec<Guess> {
    let Some(path) = ground.first(FILES) else { return Vec::new() };
    let text = ground.text(&path).unwrap_or_default();
    let mut found: Vec<Guess> = Vec::new();
    let mut goes_on = false;
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let piece = line.trim_end_matches('\\');
        match found.last_mut().filter(|_| goes_on) {
            Some(last) => last.value = format!("{} {piece}", last.value),
            None => found.push(Guess::new(piece, format!("{path}:{}", number + 1))),
        }
        goes_on = line.ends_with('\\');
    }
    found
}

fn word(instruction: &Guess) -> String {
    instruction.value.split_whitespace().next().unwrap_or_default().to_ascii_uppercase()
}

/// The Python of its base image: `FROM python:3.12-slim`.
pub(super) fn python(ground: &Ground<'_>) -> Option<Guess> {
    let of = |instruction: Guess| {
        let image = instruction.value.split_whitespace().skip(1).find(|part| !part.starts_with("--"))?;
        let tag = image.rsplit('/').next()?.strip_prefix("python:")?;
        let version: String = tag.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
        version.contains('.').then(|| Guess::new(version, instruction.from.clone()))
    };
    instructions(ground).into_iter().filter(|instruction| word(instruction) == "FROM").find_map(of)
}

/// Whether its base is one of Debian's, so that its packages have Debian's names.
pub(super) fn is_debian(ground: &Ground<'_>) -> bool {
    let froms: Vec<Guess> =
        instructions(ground).into_iter().filter(|instruction| word(instruction) == "FROM").collect();
    !froms.iter().any(|from| {
        ["ubuntu", "alpine", "fedora", "centos", "buster", "stretch"].iter().any(|name| from.value.contains(name))
    })
}

/// The packages that its apt-get installs.
pub(super) fn packages(ground: &Ground<'_>) -> Vec<Guess> {
    let runs = instructions(ground).into_iter().filter(|instruction| word(instruction) == "RUN");
    runs.flat_map(|run| installed(&run.value).into_iter().map(move |name| Guess::new(name, run.from.clone()))).collect()
}

fn installed(run: &str) -> Vec<String> {
    let mut names = Vec::new();
    for command in run.split(['&', ';', '|']) {
        let words: Vec<&str> = command.split_whitespace().collect();
        let Some(at) = words.iter().position(|word| matches!(*word, "apt-get" | "apt")) else { continue };
        let Some(install) = words[at..].iter().position(|word| *word == "install") else { continue };
        names.extend(words[at + install + 1..].iter().filter_map(|word| package(word)));
    }
    names
}

/// A package's name; options, variables and files are none.
fn package(word: &str) -> Option<String> {
    let name = word.split('=').next().unwrap_or_default();
    let starts = name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
    let plain = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "+-.".contains(c));
    (starts && plain && name.len() > 1).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_packages() {
        let run = "RUN --mount=type=cache apt-get update && apt-get install -y --no-install-recommends libgdal-dev gdal-bin=3.6 $X && rm -rf /var && pip install x";
        assert_eq!(installed(run), ["libgdal-dev", "gdal-bin"]);
        assert_eq!(installed("RUN apt update; apt -qq install libmagic1"), ["libmagic1"]);
    }
}
