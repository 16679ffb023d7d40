//! The terminal's answer to a question about its background, which comes among the keys: the
//! reader of the keys takes an unknown sequence apart.

use std::time::{Duration, Instant};

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

use crate::core::input::Input;
use crate::core::theme::Ground;
use crate::runtime::input;

/// What asks for the background (OSC 11 of xterm's control sequences).
pub const QUESTION: &[u8] = b"\x1b]11;?\x1b\\";
/// How long an answer may take: a connection round the world. Later such keys are keys.
const PATIENCE: Duration = Duration::from_secs(3);
/// What the answer begins with.
const HEAD: &str = "]11;rgb:";
/// The longest answer: `]11;rgba:ffff/ffff/ffff/ffff`.
const LONGEST: usize = 32;

/// Takes the answer out of the events.
#[derive(Debug)]
pub struct Answers {
    asked: Instant,
    /// What may be the answer's beginning.
    held: Vec<Event>,
    text: String,
}

impl Answers {
    /// Those to a question that is asked now.
    pub fn awaited() -> Self {
        Self { asked: Instant::now(), held: Vec::new(), text: String::new() }
    }

    /// What an event comes to: nothing, itself, or what was held back before it.
    pub fn take(&mut self, event: Event) -> Vec<Input> {
        let sign = sign(&event);
        if self.text.is_empty() && (sign != Some(Sign::Begin) || self.asked.elapsed() > PATIENCE) {
            return input::translate(event).into_iter().collect();
        }
        self.held.push(event);
        match sign {
            Some(Sign::Begin) if self.text.is_empty() => self.text.push(']'),
            Some(Sign::Char(c)) if self.may_go_on(c) => self.text.push(c),
            Some(Sign::End) => return self.end(),
            _ => return self.let_go(),
        }
        Vec::new()
    }

    /// What is held back, where nothing came behind it.
    pub fn let_go(&mut self) -> Vec<Input> {
        self.text.clear();
        std::mem::take(&mut self.held).into_iter().filter_map(input::translate).collect()
    }

    /// Whether something is held back.
    pub fn is_holding(&self) -> bool {
        !self.held.is_empty()
    }

    fn may_go_on(&self, c: char) -> bool {
        let place = self.text.len();
        match HEAD.as_bytes().get(place) {
            Some(wanted) => char::from(*wanted) == c || (HEAD.len() - 1 == place && c == 'a'),
            None => place < LONGEST && (c.is_ascii_hexdigit() || matches!(c, '/' | ':')),
        }
    }

    fn end(&mut self) -> Vec<Input> {
        match background(&self.text) {
            Some(rgb) => {
                self.held.clear();
                self.text.clear();
                vec![Input::Background(Ground::of(rgb))]
            }
            None => self.let_go(),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Begin,
    Char(char),
    End,
}

/// What a key is of an answer: Escape makes the next key one with Alt, and the bell is Ctrl-G.
fn sign(event: &Event) -> Option<Sign> {
    let Event::Key(KeyEvent { code: KeyCode::Char(c), modifiers, .. }) = event else { return None };
    match (c, modifiers.contains(KeyModifiers::ALT), modifiers.contains(KeyModifiers::CONTROL)) {
        (']', true, false) => Some(Sign::Begin),
        ('\\', true, false) | ('g', false, true) => Some(Sign::End),
        (c, false, false) => Some(Sign::Char(*c)),
        _ => None,
    }
}

/// The colour of an answer: parts of one to four digits each, of which the first two count.
fn background(text: &str) -> Option<(u8, u8, u8)> {
    let parts = text.split_once(':')?.1;
    let mut parts = parts.split('/').map(|part| {
        let digits = u32::try_from(part.len()).ok().filter(|digits| (1..=4).contains(digits))?;
        let (number, most) = (u32::from_str_radix(part, 16).ok()?, 16_u32.pow(digits) - 1);
        u8::try_from(number * 255 / most).ok()
    });
    Some((parts.next()??, parts.next()??, parts.next()??))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(c: char, modifiers: KeyModifiers) -> Event {
        Event::Key(KeyEvent::new(KeyCode::Char(c), modifiers))
    }

    /// As crossterm takes it apart.
    fn typed(answers: &mut Answers, text: &str, end: Option<Event>) -> Vec<Input> {
        let begin = key(']', KeyModifiers::ALT);
        let rest =
            text.chars().map(|c| key(c, if c.is_uppercase() { KeyModifiers::SHIFT } else { KeyModifiers::NONE }));
        std::iter::once(begin).chain(rest).chain(end).flat_map(|event| answers.take(event)).collect()
    }

    #[test]
    fn an_answer_is_taken_out() {
        for (text, end, wanted) in [
            ("11;rgb:fdfd/f6f6/e3e3", key('\\', KeyModifiers::ALT), Ground::Light),
            ("11;rgb:FFFF/FFFF/FFFF", key('g', KeyModifiers::CONTROL), Ground::Light),
            ("11;rgb:00/2b/36", key('g', KeyModifiers::CONTROL), Ground::Dark),
            ("11;rgba:0000/0000/0000/ffff", key('g', KeyModifiers::CONTROL), Ground::Dark),
        ] {
            assert_eq!(typed(&mut Answers::awaited(), text, Some(end)), [Input::Background(wanted)], "{text}");
        }
    }

    #[test]
    fn keys_that_only_look_like_one_are_keys() {
        let mut answers = Answers::awaited();
        assert_eq!(typed(&mut answers, "x", None).len(), 2);
        assert!(!answers.is_holding());
        assert_eq!(typed(&mut answers, "11", None), []);
        assert!(answers.is_holding());
        assert_eq!(answers.let_go().len(), 3);
        assert_eq!(answers.take(key('r', KeyModifiers::NONE)).len(), 1);
        assert_eq!(typed(&mut answers, "11;rgb:", Some(key('g', KeyModifiers::CONTROL))).len(), 9, "no colour in it");
    }
}
