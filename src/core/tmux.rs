//! The panes that `biostar-tui tmux` makes, as commands of tmux.

use crate::core::digest;
use crate::core::project::Project;

/// Columns and rows where nobody knows them.
pub const USUAL: (u16, u16) = (200, 50);
/// From so many columns on the dashboard is whole beside the others.
const WIDE: u16 = 180;
/// By this option of its window what is ours is known again.
const MARK: &str = "@biostar-tui";

/// Runs a program again when that is asked for: a pane that vanishes tells nobody why.
const AGAIN: &str = "while :; do \"$@\"; \
    printf '\\n[it has ended (%s): enter starts it again, ctrl-c closes the pane]' \"$?\"; \
    read -r _ || exit; done";
/// Follows the logs; where nothing runs yet it looks again now and then.
const FOLLOW: &str = "from='--tail 200'; while :; do \"$@\" $from || { \
    printf '\\n[enter tries again, ctrl-c closes the pane]'; read -r _ || exit; }; \
    from=\"--since $(date -u +%Y-%m-%dT%H:%M:%SZ)\"; sleep 3; done";

/// The panes of one project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    name: String,
    mark: String,
    folder: String,
    size: (u16, u16),
    dashboard: String,
    console: String,
    logs: String,
}

fn tmux<const N: usize>(words: [&str; N]) -> Vec<String> {
    std::iter::once("tmux").chain(words).map(str::to_owned).collect()
}

impl Plan {
    /// The panes of a project on a terminal of this size; `own` is the program with these words.
    pub fn new(project: &Project, size: (u16, u16), own: impl Fn(&[&str]) -> Vec<String>) -> Self {
        let shell = |script: &str, words: &[&str]| {
            let head = ["sh", "-c", script, "sh"].map(str::to_owned);
            shell_words::join(head.into_iter().chain(own(words)))
        };
        let environment = &project.environment.name;
        let key = format!("{}\n{environment}", project.root.display());
        Self {
            // A session's name may have neither colon nor dot; a slug has none.
            name: format!("{}-{}", project.slug, environment.replace([':', '.'], "-")),
            mark: digest::of_bytes(key.as_bytes()).chars().take(16).collect(),
            folder: project.root.display().to_string(),
            size,
            dashboard: shell(AGAIN, &[]),
            console: shell(AGAIN, &["console"]),
            logs: shell(FOLLOW, &["logs", "--follow"]),
        }
    }

    /// The name of the session: the project's, and its folder's sign, for a session of the user's
    /// own may have the first alone.
    fn session_name(&self) -> String {
        format!("{}-{}", self.name, &self.mark[..6])
    }

    /// Whether the session is there.
    pub fn has_session(&self) -> Vec<String> {
        tmux(["has-session", "-t", &format!("={}", self.session_name())])
    }

    /// Makes the session with the dashboard in it, and prints its pane.
    pub fn session(&self) -> Vec<String> {
        let (columns, rows) = (self.size.0.to_string(), self.size.1.to_string());
        let size = ["-x", &columns, "-y", &rows];
        let mut words = tmux(["new-session", "-d", "-P", "-F", "#{pane_id}", "-s", &self.session_name()]);
        words.extend(size.map(str::to_owned));
        words.extend(["-n", &self.name, "-c", &self.folder, &self.dashboard].map(str::to_owned));
        words
    }

    /// Makes a window with the dashboard in it in the current session, and prints its pane.
    pub fn window(&self) -> Vec<String> {
        tmux(["new-window", "-P", "-F", "#{pane_id}", "-n", &self.name, "-c", &self.folder, &self.dashboard])
    }

    /// Marks the window of this pane as ours.
    pub fn mark(&self, pane: &str) -> Vec<String> {
        tmux(["set-option", "-w", "-t", pane, MARK, &self.mark])
    }

    /// Makes the console beside this pane, or below it on a narrow terminal, and prints its pane.
    pub fn console(&self, pane: &str) -> Vec<String> {
        // By cells: percentages are written in other ways by old versions.
        let part = |of: u16, percent: u32| (u32::from(of) * percent / 100).max(5).to_string();
        let (direction, size) = match self.is_wide() {
            true => ("-h", part(self.size.0, 36)),
            false => ("-v", part(self.size.1, 40)),
        };
        let head = ["split-window", direction, "-l", &size, "-P", "-F", "#{pane_id}", "-t", pane, "-c", &self.folder];
        tmux(head).into_iter().chain([self.console.clone()]).collect()
    }

    /// Makes the logs at the other side of the console's pane.
    pub fn logs(&self, console: &str) -> Vec<String> {
        let direction = if self.is_wide() { "-v" } else { "-h" };
        tmux(["split-window", direction, "-t", console, "-c", &self.folder, &self.logs])
    }

    const fn is_wide(&self) -> bool {
        self.size.0 >= WIDE
    }

    /// The window of ours among those that tmux has listed.
    pub fn window_among(&self, listed: &str) -> Option<String> {
        let is_ours = |line: &&str| line.split_once(' ').is_some_and(|(_, mark)| mark == self.mark);
        listed.lines().find(is_ours).and_then(|line| line.split_once(' ')).map(|(window, _)| window.to_owned())
    }

    /// Shows the session.
    pub fn attach(&self) -> Vec<String> {
        tmux(["attach-session", "-t", &format!("={}", self.session_name())])
    }
}

/// Lists the windows of the current session with their marks.
pub fn list_windows() -> Vec<String> {
    tmux(["list-windows", "-F", &format!("#{{window_id}} #{{{MARK}}}")])
}

/// Goes to a window.
pub fn select_window(window: &str) -> Vec<String> {
    tmux(["select-window", "-t", window])
}

/// Gives a pane the keys.
pub fn select_pane(pane: &str) -> Vec<String> {
    tmux(["select-pane", "-t", pane])
}

/// Removes the window of a pane.
pub fn kill_window(pane: &str) -> Vec<String> {
    tmux(["kill-window", "-t", pane])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::status::tests::project;

    fn plan(size: (u16, u16)) -> Plan {
        Plan::new(&project(), size, |words| {
            ["/bin/biostar-tui"].iter().chain(words).map(|&word| word.to_owned()).collect()
        })
    }

    #[test]
    fn the_window_is_known_again_by_its_mark() {
        let plan = plan((120, 30));
        let listed = format!("@1 \n@3 {}\n@4 other", plan.mark);
        assert_eq!(plan.window_among(&listed).as_deref(), Some("@3"));
        assert_eq!(plan.window_among("@1 \n@2 x"), None);
        let mut elsewhere = project();
        elsewhere.root = "/q".into();
        let elsewhere = Plan::new(&elsewhere, (120, 30), |_| Vec::new());
        assert_ne!(elsewhere.session_name(), plan.session_name(), "one name in two folders is two sessions");
    }

    #[test]
    fn panes_lie_as_the_terminal_has_room() {
        let words = |size: (u16, u16)| (plan(size).console("%1").join(" "), plan(size).logs("%2").join(" "));
        let (console, logs) = words((200, 50));
        assert!(console.starts_with("tmux split-window -h -l 72 -P -F #{pane_id} -t %1 -c /p sh -c "), "{console}");
        assert!(logs.starts_with("tmux split-window -v -t %2 -c /p sh -c "), "{logs}");
        assert!(logs.ends_with("sh /bin/biostar-tui logs --follow"), "{logs}");
        let (console, logs) = words((120, 30));
        assert!(console.starts_with("tmux split-window -v -l 12 ") && logs.starts_with("tmux split-window -h "));
    }
}
