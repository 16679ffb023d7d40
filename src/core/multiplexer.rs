//! Programs around ours that have panes of their own, and the command that opens one there.

use crate::core::secret::is_secret_key;

/// A program around ours that has panes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Multiplexer {
    /// tmux.
    Tmux,
    /// zellij.
    Zellij,
    /// WezTerm.
    Wezterm,
    /// kitty, where it listens for commands.
    Kitty,
}

/// Where something is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opens {
    /// Beside this pane.
    Beside,
    /// Below this pane.
    Below,
    /// In a window, or tab, of its own.
    Window,
    /// Over this one, until it ends.
    Popup,
}

impl Opens {
    /// Where something has room next to a pane of this size (columns, rows), so that each of
    /// the two keeps what it needs at least; a window of its own where no half is enough.
    pub fn with_room(pane: (u16, u16), least: (u16, u16)) -> Self {
        match (pane.0 / 2 >= least.0, pane.1 / 2 >= least.1) {
            (true, _) => Self::Beside,
            (false, true) => Self::Below,
            (false, false) => Self::Window,
        }
    }
}

/// What is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Command<'a> {
    /// In which folder.
    pub folder: &'a str,
    /// The pane's title.
    pub title: &'a str,
    /// The program and its words.
    pub words: &'a [String],
}

impl Multiplexer {
    /// The one around a program with these variables: the innermost, which has the pane. Variables
    /// of the one within the other are both there: then the nearest of the `ancestors`, processes
    /// by their names, tells.
    pub fn around(variable: impl Fn(&str) -> String, ancestors: impl Iterator<Item = String>) -> Option<Self> {
        let has = |name: &str| !variable(name).is_empty();
        if has("TMUX") && has("ZELLIJ") {
            return ancestors.filter_map(|name| Self::of_process(&name)).next().or(Some(Self::Tmux));
        }
        let all = [
            ("TMUX", Self::Tmux),
            ("ZELLIJ", Self::Zellij),
            ("WEZTERM_PANE", Self::Wezterm),
            // Without it kitty is asked through the terminal that the dashboard draws on.
            ("KITTY_LISTEN_ON", Self::Kitty),
        ];
        all.into_iter().find(|(name, _)| has(name)).map(|(_, multiplexer)| multiplexer)
    }

    /// The server of one, by the name of its process.
    fn of_process(name: &str) -> Option<Self> {
        match name {
            "tmux" | "tmux: server" => Some(Self::Tmux),
            "zellij" => Some(Self::Zellij),
            _ => None,
        }
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tmux => "tmux",
            Self::Zellij => "zellij",
            Self::Wezterm => "WezTerm",
            Self::Kitty => "kitty",
        }
    }

    /// The program and words that open a pane; what it cannot do where there is none for it.
    ///
    /// # Errors
    /// What it has not got.
    pub fn opening(self, opens: Opens, command: Command<'_>) -> Result<Vec<String>, String> {
        let (head, ends_options): (&[&str], bool) = match (self, opens) {
            (Self::Tmux, Opens::Beside) => (&["tmux", "split-window", "-h", "-c"], false),
            (Self::Tmux, Opens::Below) => (&["tmux", "split-window", "-v", "-c"], false),
            (Self::Tmux, Opens::Window) => (&["tmux", "new-window", "-c"], false),
            (Self::Tmux, Opens::Popup) => (&["tmux", "display-popup", "-E", "-w", "90%", "-h", "90%", "-d"], false),
            (Self::Zellij, Opens::Beside) => (&["zellij", "run", "-c", "-d", "right", "--cwd"], true),
            (Self::Zellij, Opens::Below) => (&["zellij", "run", "-c", "-d", "down", "--cwd"], true),
            (Self::Zellij, Opens::Popup) => (&["zellij", "run", "-c", "-f", "--cwd"], true),
            (Self::Wezterm, Opens::Beside) => (&["wezterm", "cli", "split-pane", "--right", "--cwd"], true),
            (Self::Wezterm, Opens::Below) => (&["wezterm", "cli", "split-pane", "--bottom", "--cwd"], true),
            (Self::Wezterm, Opens::Window) => (&["wezterm", "cli", "spawn", "--cwd"], true),
            (Self::Kitty, Opens::Beside) => (&["kitten", "@", "launch", "--location=vsplit", "--cwd"], false),
            (Self::Kitty, Opens::Below) => (&["kitten", "@", "launch", "--location=hsplit", "--cwd"], false),
            (Self::Kitty, Opens::Window) => (&["kitten", "@", "launch", "--type=tab", "--cwd"], false),
            (Self::Kitty, Opens::Popup) => (&["kitten", "@", "launch", "--type=overlay", "--cwd"], false),
            (Self::Zellij, Opens::Window) => return Err(format!("{} opens no tab with a program in it", self.name())),
            (Self::Wezterm, Opens::Popup) => return Err(format!("{} has no popups", self.name())),
        };
        let mut words: Vec<String> = head.iter().chain([&command.folder]).map(|word| (*word).to_owned()).collect();
        if let Some(flag) = self.titles(opens) {
            words.extend([flag.to_owned(), command.title.to_owned()]);
        }
        words.extend(ends_options.then(|| "--".to_owned()));
        match self {
            // Of several words old versions take the first alone: one for its shell.
            Self::Tmux => words.push(shell_words::join(command.words)),
            _ => words.extend(command.words.iter().cloned()),
        }
        Ok(words)
    }

    /// The flag that gives a pane its title.
    const fn titles(self, opens: Opens) -> Option<&'static str> {
        match (self, opens) {
            (Self::Tmux, Opens::Window) | (Self::Zellij, _) => Some("-n"),
            (Self::Kitty, _) => Some("--title"),
            (Self::Tmux | Self::Wezterm, _) => None,
        }
    }
}

/// Variables that what is opened needs as we have them: a multiplexer's server has those of the
/// day on which it was started.
const KEPT: [&str; 6] = ["DOCKER_", "BIOSTAR_TUI_", "XDG_", "VISUAL", "EDITOR", "NO_COLOR"];

/// A program with our variables. Secrets are left out: a command line is no place for them.
pub fn with_variables(words: &[String], variables: impl IntoIterator<Item = (String, String)>) -> Vec<String> {
    let is_kept = |name: &str| KEPT.iter().any(|start| name.starts_with(start)) && !is_secret_key(name);
    let mut kept: Vec<String> = variables
        .into_iter()
        .filter(|(name, _)| is_kept(name))
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    if kept.is_empty() {
        return words.to_vec();
    }
    kept.sort_unstable();
    std::iter::once("env".to_owned()).chain(kept).chain(words.iter().cloned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_half_is_too_small() {
        let opens = [(120, 24), (100, 30), (80, 24)].map(|pane| Opens::with_room(pane, (60, 15)));
        assert_eq!(opens, [Opens::Beside, Opens::Below, Opens::Window]);
    }

    fn opening(multiplexer: Multiplexer, opens: Opens) -> String {
        let words = ["biostar-tui", "logs", "my web"].map(str::to_owned);
        let command = Command { folder: "/srv/my site", title: "web", words: &words };
        multiplexer.opening(opens, command).unwrap_or_else(|missing| vec![missing]).join("|")
    }

    #[test]
    fn each_opens_what_it_can() {
        use Multiplexer::{Kitty, Tmux, Wezterm, Zellij};
        use Opens::{Below, Beside, Popup, Window};
        for (multiplexer, opens, wanted) in [
            (Tmux, Beside, "tmux|split-window|-h|-c|/srv/my site|biostar-tui logs 'my web'"),
            (Tmux, Window, "tmux|new-window|-c|/srv/my site|-n|web|biostar-tui logs 'my web'"),
            (Tmux, Popup, "tmux|display-popup|-E|-w|90%|-h|90%|-d|/srv/my site|biostar-tui logs 'my web'"),
            (Zellij, Below, "zellij|run|-c|-d|down|--cwd|/srv/my site|-n|web|--|biostar-tui|logs|my web"),
            (Zellij, Window, "zellij opens no tab with a program in it"),
            (Wezterm, Beside, "wezterm|cli|split-pane|--right|--cwd|/srv/my site|--|biostar-tui|logs|my web"),
            (Kitty, Window, "kitten|@|launch|--type=tab|--cwd|/srv/my site|--title|web|biostar-tui|logs|my web"),
        ] {
            assert_eq!(opening(multiplexer, opens), wanted);
        }
    }

    #[test]
    fn the_innermost_is_asked() {
        let within = |set: &[&str], ancestors: &[&str]| {
            let value = |name: &str| if set.contains(&name) { "1".to_owned() } else { String::new() };
            Multiplexer::around(value, ancestors.iter().map(|name| (*name).to_owned()))
        };
        let around = |set: &[&str]| within(set, &[]);
        let both = ["TMUX", "ZELLIJ"];
        assert_eq!(within(&both, &["bash", "zellij", "sh", "tmux: server"]), Some(Multiplexer::Zellij));
        assert_eq!(within(&both, &["bash", "tmux: server", "sh", "zellij"]), Some(Multiplexer::Tmux));
        assert_eq!(around(&both), Some(Multiplexer::Tmux), "where no process can be asked");
        assert_eq!(around(&["TMUX", "KITTY_LISTEN_ON"]), Some(Multiplexer::Tmux));
        assert_eq!(around(&["KITTY_LISTEN_ON"]), Some(Multiplexer::Kitty));
        assert_eq!(around(&["KITTY_WINDOW_ID"]), None, "it would be asked through our own terminal");
    }

    #[test]
    fn variables_go_along_but_secrets() {
        let variables = [("DOCKER_HOST", "tcp://h:1"), ("BIOSTAR_TUI_X__API_KEY", "hidden"), ("HOME", "/root")];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let words = ["biostar-tui".to_owned()];
        assert_eq!(with_variables(&words, variables), ["env", "DOCKER_HOST=tcp://h:1", "biostar-tui"]);
        assert_eq!(with_variables(&words, []), ["biostar-tui"]);
    }
}
