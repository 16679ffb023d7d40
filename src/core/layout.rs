//! Where panes go, as a text that people write: `(services / tasks) | (logs*3 / console)*2`.
//!
//! `|` puts panes beside each other, `/` below each other, `+` into one place as tabs, `*3`
//! gives a weight, parentheses group. What has no weight takes the room that it needs.

use std::fmt;

/// What a place shows.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Leaf {
    /// The services.
    Services,
    /// The tasks.
    Tasks,
    /// The notices.
    Notices,
    /// The logs of all services, below each other.
    Logs,
    /// The log of a service: `log.web`.
    Log(String),
    /// The console that was used last.
    Console,
    /// A console of this name: `console.db`.
    ConsoleOf(String),
    /// The log or console that was used last.
    Main,
}

/// The words for those without a name.
const WORDS: [(&str, Leaf); 6] = [
    ("services", Leaf::Services),
    ("tasks", Leaf::Tasks),
    ("notices", Leaf::Notices),
    ("logs", Leaf::Logs),
    ("console", Leaf::Console),
    ("main", Leaf::Main),
];

/// A place, or several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Its part of the room that siblings share; `None`: what it needs.
    pub weight: Option<u16>,
    /// What is there.
    pub what: What,
}

/// What is at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// Panes in one place, never none.
    Tabs(Vec<Leaf>),
    /// Places beside or below each other, two at least.
    Split(Direction, Vec<Node>),
}

/// How places lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Beside each other.
    Beside,
    /// Below each other.
    Below,
}

/// What is wrong with a layout.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct BadLayout {
    /// Where, in bytes.
    pub at: std::ops::Range<usize>,
    /// What.
    pub message: String,
}

/// A layout that has a name.
pub const PRESETS: [(&str, &str); 4] = [
    ("grid", "(services / tasks / notices) | (logs / console)"),
    ("focus", "(services / tasks + notices) | main"),
    ("logs", "logs*3 / (services*1 | tasks*1 | notices*1)*1"),
    ("console", "console*3 | (services / logs / notices)*2"),
];

/// The largest weight, and the deepest nesting: more than any screen shows.
const MOST: u16 = 1000;
const DEEPEST: usize = 8;

impl Node {
    /// A place of one pane.
    pub fn leaf(leaf: Leaf) -> Self {
        Self { weight: None, what: What::Tabs(vec![leaf]) }
    }

    /// The layout of a text.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn parse(text: &str) -> Result<Self, BadLayout> {
        let mut reader = Reader { text, at: 0, depth: 0 };
        let node = reader.beside()?;
        match reader.peek() {
            None => Ok(node),
            Some(c) => Err(reader.wrong(format!("`{c}` has no place here"))),
        }
    }

    /// A preset.
    pub fn preset(name: &str) -> Option<Self> {
        let (_, text) = PRESETS.iter().find(|(other, _)| *other == name)?;
        // A test reads them all.
        Self::parse(text).ok()
    }

    /// All panes in order.
    pub fn leaves(&self) -> Vec<&Leaf> {
        match &self.what {
            What::Tabs(leaves) => leaves.iter().collect(),
            What::Split(_, nodes) => nodes.iter().flat_map(Self::leaves).collect(),
        }
    }

    /// Every pane's own place.
    fn places(&mut self) -> Vec<&mut Leaf> {
        match &mut self.what {
            What::Tabs(leaves) => leaves.iter_mut().collect(),
            What::Split(_, nodes) => nodes.iter_mut().flat_map(Self::places).collect(),
        }
    }

    /// Exchanges two panes.
    pub fn swap(&mut self, one: &Leaf, other: &Leaf) {
        for place in self.places() {
            if place == one {
                *place = other.clone();
            } else if place == other {
                *place = one.clone();
            }
        }
    }

    /// Without the panes that are not wanted; `None` where nothing is left.
    pub fn keep(&self, is_wanted: &impl Fn(&Leaf) -> bool) -> Option<Self> {
        let what = match &self.what {
            What::Tabs(leaves) => {
                let kept: Vec<Leaf> = leaves.iter().filter(|leaf| is_wanted(leaf)).cloned().collect();
                (!kept.is_empty()).then_some(What::Tabs(kept))?
            }
            What::Split(direction, nodes) => {
                let mut kept: Vec<Self> = nodes.iter().filter_map(|node| node.keep(is_wanted)).collect();
                if kept.len() < 2 {
                    return kept.pop().map(|node| Self { weight: self.weight, ..node });
                }
                What::Split(*direction, kept)
            }
        };
        Some(Self { weight: self.weight, what })
    }

    /// Takes a pane from where it is and puts it beside or below another one.
    pub fn split(&mut self, moved: &Leaf, target: &Leaf, direction: Direction) {
        if moved == target || !self.leaves().contains(&target) {
            return;
        }
        if let Some(rest) = self.keep(&|leaf| leaf != moved) {
            *self = rest;
            self.insert(moved, target, direction);
        }
    }

    fn insert(&mut self, moved: &Leaf, target: &Leaf, direction: Direction) {
        match &mut self.what {
            What::Tabs(leaves) if leaves.contains(target) => {
                let old = Self { weight: None, what: std::mem::replace(&mut self.what, What::Tabs(Vec::new())) };
                self.what = What::Split(direction, vec![even(old), even(Self::leaf(moved.clone()))]);
            }
            What::Tabs(_) => {}
            What::Split(_, nodes) => nodes.iter_mut().for_each(|node| node.insert(moved, target, direction)),
        }
    }

    /// Gives each of these services' logs a place of its own, where all of them have one; those that
    /// come later have the one behind them.
    pub fn unfold_logs(&mut self, services: &[String]) {
        match &mut self.what {
            What::Tabs(leaves) if leaves.as_slice() == [Leaf::Logs] && services.len() > 1 => {
                let own = services.iter().cloned().map(Leaf::Log);
                let nodes = own.chain([Leaf::Logs]).map(|leaf| even(Self::leaf(leaf))).collect();
                self.what = What::Split(Direction::Below, nodes);
            }
            What::Tabs(_) => {}
            What::Split(_, nodes) => nodes.iter_mut().for_each(|node| node.unfold_logs(services)),
        }
    }

    /// The places within one, by the way to it.
    pub fn at_mut(&mut self, path: &[usize]) -> Option<&mut Self> {
        let Some((first, rest)) = path.split_first() else { return Some(self) };
        let What::Split(_, nodes) = &mut self.what else { return None };
        nodes.get_mut(*first)?.at_mut(rest)
    }
}

impl Default for Node {
    fn default() -> Self {
        Self::preset("grid").unwrap_or_else(|| Self::leaf(Leaf::Services))
    }
}

fn even(node: Node) -> Node {
    Node { weight: Some(1), ..node }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl Reader<'_> {
    fn peek(&mut self) -> Option<char> {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
        self.text[self.at..].chars().next()
    }

    fn skip(&mut self, wanted: char) -> bool {
        let is_next = self.peek() == Some(wanted);
        self.at += if is_next { wanted.len_utf8() } else { 0 };
        is_next
    }

    fn wrong(&mut self, message: String) -> BadLayout {
        let end = self.peek().map_or(self.at, |c| self.at + c.len_utf8());
        BadLayout { at: self.at..end, message }
    }

    fn beside(&mut self) -> Result<Node, BadLayout> {
        self.series('|', Direction::Beside, Self::below)
    }

    fn below(&mut self) -> Result<Node, BadLayout> {
        self.series('/', Direction::Below, Self::cell)
    }

    fn series(
        &mut self,
        sign: char,
        direction: Direction,
        one: fn(&mut Self) -> Result<Node, BadLayout>,
    ) -> Result<Node, BadLayout> {
        let mut nodes = vec![one(self)?];
        while self.skip(sign) {
            nodes.push(one(self)?);
        }
        Ok(match nodes.len() {
            1 => nodes.remove(0),
            _ => Node { weight: None, what: What::Split(direction, nodes) },
        })
    }

    fn cell(&mut self) -> Result<Node, BadLayout> {
        let mut node = if self.skip('(') { self.group()? } else { self.tabs()? };
        if self.skip('*') {
            node.weight = Some(self.weight()?);
        }
        Ok(node)
    }

    fn group(&mut self) -> Result<Node, BadLayout> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.wrong(format!("nested deeper than {DEEPEST}")));
        }
        let node = self.beside()?;
        if !self.skip(')') {
            return Err(self.wrong("a `)` is missing here".to_owned()));
        }
        self.depth -= 1;
        Ok(node)
    }

    fn tabs(&mut self) -> Result<Node, BadLayout> {
        let mut leaves = vec![self.leaf()?];
        while self.skip('+') {
            leaves.push(self.leaf()?);
        }
        Ok(Node { weight: None, what: What::Tabs(leaves) })
    }

    /// The word at this place, and where it is.
    fn word(&mut self, may_be: fn(char) -> bool) -> (&str, std::ops::Range<usize>) {
        self.peek();
        let start = self.at;
        let length = self.text[start..].find(|c| !may_be(c)).unwrap_or(self.text.len() - start);
        self.at += length;
        (&self.text[start..self.at], start..self.at)
    }

    fn leaf(&mut self) -> Result<Leaf, BadLayout> {
        let (word, at) = self.word(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'));
        let word = word.to_owned();
        if word.is_empty() {
            return Err(self.wrong("a pane is missing here".to_owned()));
        }
        let known = WORDS.iter().find(|(other, _)| *other == word).map(|(_, leaf)| leaf.clone());
        let named = |start: &str| word.strip_prefix(start).filter(|name| !name.is_empty()).map(str::to_owned);
        let leaf = known.or_else(|| named("log.").map(Leaf::Log)).or_else(|| named("console.").map(Leaf::ConsoleOf));
        leaf.ok_or(BadLayout { at, message: format!("there is no pane `{word}`") })
    }

    fn weight(&mut self) -> Result<u16, BadLayout> {
        let (word, at) = self.word(|c| c.is_ascii_digit());
        let weight = word.parse().ok().filter(|weight| (1..=MOST).contains(weight));
        weight.ok_or(BadLayout { at, message: format!("a weight is a number from 1 to {MOST}") })
    }
}

impl fmt::Display for Leaf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Log(name) => write!(f, "log.{name}"),
            Self::ConsoleOf(name) => write!(f, "console.{name}"),
            other => f.write_str(WORDS.iter().find(|(_, leaf)| leaf == other).map_or("", |(word, _)| word)),
        }
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let join = |texts: Vec<String>, sign| texts.join(sign);
        match &self.what {
            What::Tabs(leaves) => f.write_str(&join(leaves.iter().map(ToString::to_string).collect(), " + "))?,
            What::Split(direction, nodes) => {
                let sign = if *direction == Direction::Beside { " | " } else { " / " };
                write!(f, "({})", join(nodes.iter().map(ToString::to_string).collect(), sign))?;
            }
        }
        self.weight.map_or(Ok(()), |weight| write!(f, "*{weight}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn wrong(text: &str) -> (usize, String) {
        let bad = Node::parse(text).unwrap_err();
        (bad.at.start, bad.message)
    }

    #[test]
    fn presets_are_sound_and_written_as_they_are_read() {
        for (name, _) in PRESETS {
            let node = Node::preset(name).unwrap();
            assert_eq!(Node::parse(&node.to_string()).unwrap(), node, "{name}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        assert_eq!(wrong("services | taks"), (11, "there is no pane `taks`".into()));
        assert_eq!(wrong("services |"), (10, "a pane is missing here".into()));
        assert_eq!(wrong("(services / tasks"), (17, "a `)` is missing here".into()));
        assert_eq!(wrong("services)"), (8, "`)` has no place here".into()));
        assert_eq!(wrong("services*0"), (9, "a weight is a number from 1 to 1000".into()));
        assert_eq!(wrong("log."), (0, "there is no pane `log.`".into()));
        assert!(wrong(&"(".repeat(100)).1.contains("deeper"));
    }

    #[test]
    fn panes_move() {
        let mut node = Node::parse("(services / tasks) | (logs*3 / console)*2").unwrap();
        node.swap(&Leaf::Tasks, &Leaf::Logs);
        assert_eq!(node.to_string(), "((services / logs) | (tasks*3 / console)*2)");
        node.split(&Leaf::Services, &Leaf::Console, Direction::Beside);
        assert_eq!(node.to_string(), "(logs | (tasks*3 / (console*1 | services*1))*2)");
        node.split(&Leaf::Services, &Leaf::Notices, Direction::Beside);
        assert_eq!(node.leaves().len(), 4, "what is not there is no target");
        assert_eq!(node.keep(&|leaf| *leaf == Leaf::Tasks).unwrap().to_string(), "tasks");
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[a-z|/+*(). 0-9é]{0,60}") {
            match Node::parse(&text) {
                Ok(node) => prop_assert_eq!(Node::parse(&node.to_string()).unwrap(), node),
                Err(bad) => prop_assert!(text.get(bad.at).is_some()),
            }
        }
    }
}
