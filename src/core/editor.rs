//! How editors are told to open a file at a line.

use std::path::Path;

/// Whether an editor needs the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Runs {
    /// It does: the dashboard steps aside until it ends.
    InTerminal,
    /// It has a window of its own.
    InWindow,
}

/// Where an editor that needs a terminal has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Room {
    /// In a split where there is something that splits, else in a pane.
    #[default]
    Auto,
    /// In a pane of the dashboard.
    Pane,
    /// In a split of the multiplexer around.
    Split,
    /// On the whole terminal: the dashboard steps aside.
    Here,
}

impl Room {
    /// All, with their words in the configuration.
    pub const ALL: [(&'static str, Self); 4] =
        [("auto", Self::Auto), ("pane", Self::Pane), ("split", Self::Split), ("here", Self::Here)];

    /// The one of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(other, _)| *other == word).map(|(_, room)| room)
    }
}

/// The user's editor.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Editor {
    /// Its command, by `$VISUAL` or `$EDITOR`.
    pub command: Option<String>,
    /// Whether a multiplexer is around that splits.
    pub is_multiplexed: bool,
    /// Where it is wanted.
    pub wanted: Room,
    /// Whether its pane was zoomed for it.
    pub is_enlarged: bool,
}

impl Editor {
    /// Where it has its terminal: never [`Room::Auto`].
    pub fn room(&self) -> Room {
        match self.wanted {
            Room::Auto | Room::Split if self.is_multiplexed => Room::Split,
            Room::Auto | Room::Split => Room::Pane,
            wanted => wanted,
        }
    }
}

/// A command that opens a file at a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// The program.
    pub program: String,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// Whether it needs the terminal.
    pub runs: Runs,
}

/// How a family of editors takes a place, from their manuals.
enum Form {
    /// `+12 FILE`.
    Plus,
    /// `FILE:12`.
    Colon,
    /// `--goto FILE:12`.
    Goto,
    /// `--line 12 FILE`.
    Line,
}

/// Editors with a window, and those that take a place in another form than `+12 FILE`,
/// which vi, nano, emacs, micro and most others do.
const KNOWN: &[(&str, Form, Runs)] = &[
    ("hx", Form::Colon, Runs::InTerminal),
    ("helix", Form::Colon, Runs::InTerminal),
    ("code", Form::Goto, Runs::InWindow),
    ("code-insiders", Form::Goto, Runs::InWindow),
    ("codium", Form::Goto, Runs::InWindow),
    ("cursor", Form::Goto, Runs::InWindow),
    ("windsurf", Form::Goto, Runs::InWindow),
    ("subl", Form::Colon, Runs::InWindow),
    ("zed", Form::Colon, Runs::InWindow),
    ("zeditor", Form::Colon, Runs::InWindow),
    ("charm", Form::Line, Runs::InWindow),
    ("pycharm", Form::Line, Runs::InWindow),
    ("pycharm.sh", Form::Line, Runs::InWindow),
    ("idea", Form::Line, Runs::InWindow),
    ("kate", Form::Line, Runs::InWindow),
    ("vscodium", Form::Goto, Runs::InWindow),
    ("code-oss", Form::Goto, Runs::InWindow),
    ("mate", Form::Line, Runs::InWindow),
    ("gedit", Form::Plus, Runs::InWindow),
    ("gnome-text-editor", Form::Plus, Runs::InWindow),
    ("gvim", Form::Plus, Runs::InWindow),
    ("mvim", Form::Plus, Runs::InWindow),
];

/// The command of an editor, given as `$VISUAL` and `$EDITOR` are: words as a shell splits
/// them. `None` where there is no word.
pub fn opening(editor: &str, path: &Path, line: u32) -> Option<Opening> {
    let mut words = shell_words::split(editor).ok()?.into_iter();
    let program = words.next()?;
    let mut arguments: Vec<String> = words.collect();
    let name = Path::new(&program).file_name()?.to_str()?;
    let known = KNOWN.iter().find(|(known, ..)| *known == name);
    let (form, runs) = known.map_or((&Form::Plus, Runs::InTerminal), |(_, form, runs)| (form, *runs));
    let file = path.display().to_string();
    match form {
        Form::Plus => arguments.extend([format!("+{line}"), file]),
        Form::Colon => arguments.push(format!("{file}:{line}")),
        Form::Goto => arguments.extend(["--goto".to_owned(), format!("{file}:{line}")]),
        Form::Line => arguments.extend(["--line".to_owned(), line.to_string(), file]),
    }
    Some(Opening { program, arguments, runs })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_family_is_told_the_line() {
        for (editor, command, runs) in [
            ("vim", "vim +7 /a/b.py", Runs::InTerminal),
            ("nvim", "nvim +7 /a/b.py", Runs::InTerminal),
            ("emacs -nw", "emacs -nw +7 /a/b.py", Runs::InTerminal),
            ("emacsclient -t", "emacsclient -t +7 /a/b.py", Runs::InTerminal),
            ("micro", "micro +7 /a/b.py", Runs::InTerminal),
            ("kak", "kak +7 /a/b.py", Runs::InTerminal),
            ("zed --wait", "zed --wait /a/b.py:7", Runs::InWindow),
            ("charm", "charm --line 7 /a/b.py", Runs::InWindow),
            ("/usr/bin/nano -w", "/usr/bin/nano -w +7 /a/b.py", Runs::InTerminal),
            ("hx", "hx /a/b.py:7", Runs::InTerminal),
            ("code --wait", "code --wait --goto /a/b.py:7", Runs::InWindow),
            ("subl", "subl /a/b.py:7", Runs::InWindow),
            ("pycharm", "pycharm --line 7 /a/b.py", Runs::InWindow),
            ("gvim", "gvim +7 /a/b.py", Runs::InWindow),
        ] {
            let opening = opening(editor, Path::new("/a/b.py"), 7).unwrap();
            let told =
                std::iter::once(&opening.program).chain(&opening.arguments).cloned().collect::<Vec<_>>().join(" ");
            assert_eq!((told.as_str(), opening.runs), (command, runs));
        }
        assert_eq!(opening("", Path::new("/a"), 1), None);
        assert_eq!(opening("'", Path::new("/a"), 1), None);
    }
}
