//! Content digests: what drift and receipts are told by.

use serde::Serialize;
use sha2::{Digest as _, Sha256};

/// The lower-case hexadecimal SHA-256 of `bytes`, 64 characters.
pub fn of_bytes(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The digest of a value's JSON form; equal values have equal digests as long as the
/// maps in them are ordered ones (`BTreeMap`).
pub fn of<T: Serialize + ?Sized>(value: &T) -> String {
    // Only a map with keys that are no strings, or a failing `Serialize`, can fail here:
    // our types have neither, and an empty text would still be a digest of its own.
    of_bytes(serde_json::to_string(value).unwrap_or_default().as_bytes())
}

/// The first twelve characters of a digest: enough for a tag or a name.
pub fn short(digest: &str) -> &str {
    digest.get(..12).unwrap_or(digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digest_of_known_text() {
        assert_eq!(short(&of_bytes(b"abc")), "ba7816bf8f01");
    }

    #[test]
    fn digest_depends_on_the_value() {
        assert_ne!(of(&vec!["a", "b"]), of(&vec!["ab"]));
    }
}
