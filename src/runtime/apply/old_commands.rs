//! Free commands leave a container each; the oldest go.

use crate::core::{
    naming::{FREE_COMMAND, Role},
    observed::{Container, Phase},
    project::Project,
};
use crate::runtime::apply::StepRun;

/// Free commands that are kept, the one that is about to run among them: a hundred would
/// hide the steps.
const KEPT: usize = 20;

impl StepRun<'_> {
    /// Makes room for this free command. What cannot be removed now is removed by the next.
    pub(super) async fn remove_old_commands(&self, name: &str) {
        if !name.starts_with(FREE_COMMAND) {
            return;
        }
        let Ok(containers) = self.engine().containers(&self.project().labels()).await else { return };
        for container in surplus(self.project(), &containers, name) {
            let _ = self.engine().remove(&container.id).await;
        }
    }
}

/// All but the newest of the free commands that have ended, this one aside.
fn surplus<'a>(project: &Project, containers: &'a [Container], name: &str) -> Vec<&'a Container> {
    let is_free = |c: &&Container| {
        let free = c.part().starts_with(FREE_COMMAND) && project.step(c.part()).is_none();
        c.role() == Some(Role::Task) && free && c.phase == Phase::Exited && c.part() != name
    };
    let mut ended: Vec<_> = containers.iter().filter(is_free).collect();
    ended.sort_by_key(|container| std::cmp::Reverse(container.finished_at));
    ended.split_off(ended.len().min(KEPT - 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{naming, status::tests::project};

    fn ended(name: &str, finished_at: i64) -> Container {
        let labels = [(naming::LABEL_ROLE, "task"), (naming::LABEL_NAME, name)];
        let labels = labels.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
        Container { name: name.to_owned(), labels, phase: Phase::Exited, finished_at, ..Container::default() }
    }

    #[test]
    fn the_newest_free_commands_are_kept_and_all_steps() {
        let mut containers: Vec<Container> = (0..25).map(|n| ended(&format!("run-{n}"), n)).collect();
        containers.push(ended("migrate", 0));
        containers.push(Container { phase: Phase::Running, ..ended("run-now", 0) });
        let names: Vec<&str> = surplus(&project(), &containers, "run-0").iter().map(|c| c.part()).collect();
        assert_eq!(names, ["run-5", "run-4", "run-3", "run-2", "run-1"], "the one that runs again has its own place");
    }
}
