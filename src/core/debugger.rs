//! Debuggers that wait for an answer in a server, as the server tells of them
//! (`assets/container/overlay/biostar_tui_debugger.py`).

use serde::Deserialize;

/// The folder in a server's container in which its debuggers tell of themselves.
pub const FOLDER: &str = "/tmp/biostar-tui-debugger";
/// What lines of the server's log begin with that may be about a debugger.
pub const MARK: &str = "biostar-tui: ";
/// The file that says that debuggers tell of themselves at all.
const READY: &str = "ready";

/// A debugger that waits: for an answer, or for its turn at the terminal. Its words are
/// the project's own: foreign text.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Prompt {
    /// What it waits for.
    pub state: Waits,
    /// File and line: `forum/views.py:12`.
    pub place: String,
    /// The function there; may be empty.
    #[serde(default)]
    pub function: String,
}

/// What a debugger waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Waits {
    /// It has the terminal, and waits for an answer.
    #[serde(rename = "open")]
    Answer,
    /// Another has the terminal.
    #[serde(rename = "waits")]
    Turn,
}

/// What is known of a server's debuggers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Debuggers {
    /// Nobody tells: the server is no Python program, or has just been started.
    #[default]
    Unknown,
    /// All that wait; the one that has the terminal is the first.
    Told(Vec<Prompt>),
}

impl Debuggers {
    /// What the files of the folder say. One that is no such file counts for nothing.
    pub fn read(files: &[(String, Vec<u8>)]) -> Self {
        let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
        if !files.iter().any(|(path, _)| name(path) == READY) {
            return Self::Unknown;
        }
        let turns = files.iter().filter(|(path, _)| name(path).contains('-') && !path.ends_with(".new"));
        let mut prompts: Vec<Prompt> = turns.filter_map(|(_, content)| serde_json::from_slice(content).ok()).collect();
        prompts.sort_by(|a, b| (a.state, &a.place).cmp(&(b.state, &b.place)));
        Self::Told(prompts)
    }

    /// The one that has the terminal.
    pub fn open(&self) -> Option<&Prompt> {
        self.all().first().filter(|prompt| prompt.state == Waits::Answer)
    }

    /// All that wait.
    pub fn all(&self) -> &[Prompt] {
        match self {
            Self::Unknown => &[],
            Self::Told(prompts) => prompts,
        }
    }

    /// Whether what is typed would wait for a prompt that is not there: the next one would
    /// take it for an answer.
    pub fn holds_typing_back(&self) -> bool {
        matches!(self, Self::Told(_)) && self.open().is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, content: &str) -> (String, Vec<u8>) {
        (path.to_owned(), content.as_bytes().to_vec())
    }

    #[test]
    fn what_the_folder_says() {
        assert_eq!(Debuggers::read(&[]), Debuggers::Unknown);
        let ready = file("biostar-tui-debugger/ready", "");
        let none = Debuggers::read(std::slice::from_ref(&ready));
        assert_eq!((none.open(), none.holds_typing_back()), (None, true));
        let told = Debuggers::read(&[
            file("x/7-a", r#"{"state": "waits", "place": "a.py:3", "function": "g", "program": "pdb"}"#),
            file("x/7-b", r#"{"state": "open", "place": "b.py:2"}"#),
            file("x/7-c", "half a f"),
            file("x/7-d.new", r#"{"state": "open", "place": "c.py:2"}"#),
            file("x/lock", ""),
            ready,
        ]);
        assert_eq!(told.all().len(), 2);
        assert_eq!(told.open().map(|prompt| prompt.place.as_str()), Some("b.py:2"));
        assert!(!told.holds_typing_back() && !Debuggers::Unknown.holds_typing_back());
    }
}
