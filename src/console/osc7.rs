//! OSC 7: a shell tells the folder that it is in as `file://HOST/PATH` (the convention of VTE,
//! iTerm2 and kitty; there is no standard).

/// The path of the folder that such an address names; `None` where it is none. Which host it is
/// on does not matter: a path that is not here is not used.
pub(super) fn folder(address: &[u8]) -> Option<String> {
    let (_, path) = std::str::from_utf8(address).ok()?.strip_prefix("file://")?.split_once('/')?;
    // A control character would be one in a command or a title later.
    decoded(&format!("/{path}")).filter(|path| !path.chars().any(char::is_control))
}

/// Percent-encoding undone (RFC 3986, section 2.1). Shells that cannot encode write the path as
/// it is: what is no code stays.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..2).filter(|_| *first == b'%').and_then(|code| std::str::from_utf8(code).ok());
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_decoded_and_anything_else_is_none() {
        let of = |text: &str| folder(text.as_bytes());
        assert_eq!(of("file://box/srv/my%20site").as_deref(), Some("/srv/my site"));
        assert_eq!(of("file:///srv/100% of it/日本").as_deref(), Some("/srv/100% of it/日本"));
        assert_eq!(of("file://box/%e6%97%a5").as_deref(), Some("/日"));
        for none in ["", "/srv", "file://box", "http://box/srv", "file://box/%1b]0;x", "file://box/%ff"] {
            assert_eq!(of(none), None, "{none}");
        }
    }
}
