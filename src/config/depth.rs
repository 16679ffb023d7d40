//! How deep a text nests, told from its tokens alone.
//!
//! The parser bounds brackets and dotted keys each, but not their product, and walking
//! (or dropping) what it gives goes as deep as the text does: some kilobytes of
//! `{a.a.a = {a.a.a = ...` would overflow the stack.

use std::ops::Range;

use toml_parser::{Source, lexer::TokenKind};

/// Deeper than any configuration of ours, and than any setting that is laid over one.
const DEEPEST: usize = 64;

/// The place where the text becomes too deep.
pub fn exceeded(text: &str) -> Option<Range<usize>> {
    let mut depth = Depth::default();
    for token in Source::new(text).lex() {
        depth.take(token.kind());
        if depth.total > DEEPEST {
            let span = token.span();
            return Some(span.start()..span.end());
        }
    }
    None
}

#[derive(Default)]
struct Depth {
    /// Dots of the key that each open bracket stands behind.
    open: Vec<usize>,
    /// Dots of the key that is being read.
    dots: usize,
    /// All of them, and the brackets.
    total: usize,
}

impl Depth {
    fn take(&mut self, token: TokenKind) {
        match token {
            TokenKind::Dot => self.add_dot(),
            TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket => self.enter(),
            TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket => self.leave(),
            TokenKind::Comma | TokenKind::Newline => self.forget_dots(),
            _ => {}
        }
    }

    fn add_dot(&mut self) {
        self.dots += 1;
        self.total += 1;
    }

    fn enter(&mut self) {
        self.open.push(std::mem::take(&mut self.dots));
        self.total += 1;
    }

    fn leave(&mut self) {
        self.forget_dots();
        if let Some(dots) = self.open.pop() {
            self.dots = dots;
            self.total -= 1;
        }
    }

    fn forget_dots(&mut self) {
        self.total -= std::mem::take(&mut self.dots);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_files_are_not_deep() {
        assert_eq!(exceeded(include_str!("../../config.toml")), None);
        let list = format!("a = [{}]\nb = '{}'\n", "{ x.y = 1.5 },".repeat(500), ".".repeat(500));
        assert_eq!(exceeded(&list), None);
    }

    #[test]
    fn the_product_counts() {
        assert_eq!(exceeded(&"a.".repeat(65)), Some(129..130));
        assert!(exceeded(&"{a.a.a=".repeat(22)).is_some());
        assert!(exceeded(&"[".repeat(65)).is_some());
    }
}
