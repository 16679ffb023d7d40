//! What tries a task again: the action and its words.

use crate::actions::{migrate, provision, snapshot, test};
use crate::core::{project::Project, secret::MASK};

/// An action with the words that follow its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Again {
    /// The action's id.
    pub action: &'static str,
    /// Its words.
    pub words: Vec<String>,
}

/// What tries a task again: a declared step by `up --force`, which goes on with what comes
/// after it; a command by the verb that it came from.
///
/// # Errors
/// Why it cannot be tried again.
pub fn of_task(project: &Project, name: &str, command: &[String]) -> Result<Again, &'static str> {
    if command.iter().any(|word| word.contains(MASK)) {
        return Err("its command holds a secret: it has to be typed again");
    }
    if name == snapshot::TASK {
        return Ok(Again { action: "snapshot", words: command.to_vec() });
    }
    let step = project.step(name);
    if step.is_some_and(|step| command.is_empty() || step.run == command) {
        return Ok(Again { action: "up", words: vec!["--force".to_owned(), name.to_owned()] });
    }
    if command.is_empty() {
        return Err("its command is not known: an older version of the program made it");
    }
    if name == test::TASK {
        return Ok(Again { action: "test", words: vec!["--failed".to_owned()] });
    }
    if name == "makemigrations" {
        let own = migrate::make(project, &[]).len();
        return Ok(Again { action: "makemigrations", words: command.iter().skip(own).cloned().collect() });
    }
    let (manage, words) = command.split_at(provision::manage(project, &[]).len().min(command.len()));
    if manage != provision::manage(project, &[]) {
        return Ok(Again { action: "run", words: command.to_vec() });
    }
    let words = words.to_vec();
    let rest = |count: usize| words.iter().skip(count).cloned().collect();
    Ok(match name {
        "migrate" => Again { action: "migrate", words: rest(provision::MIGRATE.len()) },
        "collectstatic" => Again { action: "collectstatic", words: Vec::new() },
        _ => Again { action: "manage", words },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{status::tests::project, step::Step};

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    fn again(name: &str, command: &str) -> Result<String, &'static str> {
        let mut project = project();
        project.steps.push(Step::of_command("migrate".into(), words("python3 manage.py migrate"), "web".into()));
        let again = of_task(&project, name, &words(command))?;
        Ok(format!("{} {}", again.action, again.words.join(" ")))
    }

    #[test]
    fn tasks_go_back_to_what_they_came_from() {
        for (name, command, wanted) in [
            ("migrate", "python3 manage.py migrate", "up --force migrate"),
            ("migrate", "", "up --force migrate"),
            ("migrate", "python3 manage.py migrate --noinput forum 0002", "migrate forum 0002"),
            ("collectstatic", "python3 manage.py collectstatic --noinput", "collectstatic "),
            ("run-1", "python3 manage.py dumpdata forum", "manage dumpdata forum"),
            ("run-2", "ls -l", "run ls -l"),
            ("run-3", "python3", "run python3"),
        ] {
            assert_eq!(again(name, command).unwrap(), wanted);
        }
    }

    #[test]
    fn what_cannot_be_tried_again_says_why() {
        assert!(again("run-1", "").unwrap_err().contains("older version"));
        assert!(again("run-1", "login ********").unwrap_err().contains("secret"));
    }
}
