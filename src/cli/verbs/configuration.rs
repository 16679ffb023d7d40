//! `config show`, `check`, `edit` and `schema`.

use std::path::Path;

use crate::cli::{
    exit::{Failure, Outcome},
    flags::Flags,
    print, session,
};
use crate::config::{Loaded, discover, schema, show};
use crate::core::{editor, notice::Notice};
use crate::runtime::keymap;

/// Shows the resolved configuration, checks it, opens it in an editor, or prints its schema.
///
/// # Errors
/// What is wrong with it, or why no editor could be opened.
pub fn run(flags: &Flags, what: Option<&str>) -> Outcome {
    match what {
        // It is the same for every project, and needs none.
        Some("schema") => print::json(&schema::json::schema()),
        Some("edit") => edit(flags)?,
        _ => {}
    }
    if what == Some("schema") {
        return Ok(());
    }
    let loaded = session::load(flags)?;
    if matches!(what, Some("check" | "edit")) {
        check(&loaded)?;
    }
    session::warn(&loaded);
    match what {
        Some("check" | "edit") if flags.json => print::json(&serde_json::json!({ "valid": true })),
        Some("check" | "edit") => print::line("the configuration is valid"),
        Some("environment") if flags.json => {
            let all = show::environment(&loaded);
            let one = |(key, value, from)| serde_json::json!({ "key": key, "value": value, "from": from });
            print::json(&serde_json::json!({ "environment": all.into_iter().map(one).collect::<Vec<_>>() }));
        }
        Some("environment") => print::line(show::environment_text(&loaded).trim_end()),
        _ if flags.json => print::json(&show::json(&loaded.leaves())),
        _ => print::line(show::text(&loaded.leaves()).trim_end()),
    }
    Ok(())
}

/// What is left out where it is used is wrong all the same.
fn check(loaded: &Loaded) -> Result<(), Failure> {
    let wrong = keymap::problems(loaded);
    if wrong.is_empty() { Ok(()) } else { Err(Failure::Usage(wrong)) }
}

/// Opens the project's file: at the line of the first problem where it is broken.
fn edit(flags: &Flags) -> Result<(), Failure> {
    let start = std::env::current_dir().unwrap_or_default();
    let folder = flags.project.as_ref().map_or_else(|| start.clone(), |folder| start.join(folder));
    let (file, line) = match crate::config::load(&session::request(flags)) {
        Ok(loaded) => (loaded.project.root.join(discover::FILE), 1),
        Err(error) => {
            let place = error.problems().iter().find_map(|problem| problem.place.clone());
            let file =
                place.as_ref().map(|place| Path::new(&place.source.name).to_owned()).filter(|file| file.is_file());
            let line = place.and_then(|place| place.position()).map_or(1, |(line, _)| line);
            (file.unwrap_or_else(|| folder.join(discover::FILE)), u32::try_from(line).unwrap_or(1))
        }
    };
    let named = ["VISUAL", "EDITOR"].iter().filter_map(|name| std::env::var(name).ok());
    let opening = named.filter(|name| !name.trim().is_empty()).find_map(|name| editor::opening(&name, &file, line));
    let Some(opening) = opening else {
        let notice = Notice::error(format!("{} could not be opened: neither VISUAL nor EDITOR is set", file.display()));
        return Err(Failure::Usage(vec![notice.remedy("`export EDITOR=vim`, or `code --wait`, `nano`")]));
    };
    let failed = |why: String| {
        let notice = Notice::error(format!("{} could not be edited with {}", file.display(), opening.program));
        Failure::from(notice.because(why).remedy("let VISUAL or EDITOR name an editor that is installed"))
    };
    let ended = std::process::Command::new(&opening.program).args(&opening.arguments).status();
    match ended {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(failed(format!("it ended with {status}"))),
        Err(error) => Err(failed(error.to_string())),
    }
}
