//! What a paste becomes for a program.

/// The bytes of a pasted text. Control characters that could end the brackets or be
/// commands are left out; a line's end is what Enter sends.
pub fn encode(text: &str, is_bracketed: bool) -> Vec<u8> {
    let text = text.replace("\r\n", "\r").replace('\n', "\r");
    let kept: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\r' | '\t')).collect();
    if is_bracketed { [b"\x1b[200~", kept.as_bytes(), b"\x1b[201~"].concat() } else { kept.into_bytes() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_end_as_if_typed_and_brackets_only_where_asked() {
        assert_eq!(encode("a\nb\r\nc\td", false), b"a\rb\rc\td");
        assert_eq!(encode("a\x1b[201~rm -rf /\n\u{9b}x\x03", true), b"\x1b[200~a[201~rm -rf /\rx\x1b[201~");
    }

    proptest! {
        #[test]
        fn no_paste_ends_its_brackets(text in any::<String>()) {
            let bytes = encode(&text, true);
            let inner = &bytes[6..bytes.len() - 6];
            prop_assert!(!inner.contains(&0x1b));
        }
    }
}
