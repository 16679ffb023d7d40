//! Masking of secrets, everywhere but in consoles and piped raw logs.

/// What a masked value is shown as.
pub const MASK: &str = "********";

/// The shortest value that is masked inside other text: shorter ones ("1", "on", "test")
/// would blank out half of a log.
pub const SHORTEST: usize = 8;

/// Whether a variable or setting of this name holds a secret.
pub fn is_secret_key(key: &str) -> bool {
    let key = key.to_ascii_uppercase();
    ["PASSWORD", "PASSWD", "SECRET", "TOKEN", "KEY"].iter().any(|word| key.contains(word))
}

/// The value as it may be shown: masked where the key names a secret.
pub fn masked<'a>(key: &str, value: &'a str) -> &'a str {
    if is_secret_key(key) && !value.is_empty() { MASK } else { value }
}

/// The secret values of a project: what has to be absent from everything shown.
#[derive(Clone, Default)]
pub struct Secrets(Vec<String>);

impl Secrets {
    /// Collects the values under secret keys, longest first so that a secret that
    /// contains another is masked whole. A password inside a URL's user part counts too.
    pub fn from_variables<'a>(variables: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut values = Vec::new();
        for (key, value) in variables {
            if is_secret_key(key) && value.len() >= SHORTEST {
                values.push(value.to_owned());
            }
            if let Some(password) = url_password(value).filter(|p| p.len() >= SHORTEST) {
                values.push(password.to_owned());
            }
        }
        values.sort_by_key(|value| std::cmp::Reverse(value.len()));
        values.dedup();
        Self(values)
    }

    /// The same with one more value.
    #[must_use]
    pub fn with(mut self, value: &str) -> Self {
        if value.len() >= SHORTEST {
            self.0.push(value.to_owned());
            self.0.sort_by_key(|value| std::cmp::Reverse(value.len()));
        }
        self
    }

    /// Whether there is nothing to mask.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text with every secret masked.
    pub fn mask<'a>(&self, text: &'a str) -> std::borrow::Cow<'a, str> {
        let mut masked = std::borrow::Cow::Borrowed(text);
        for secret in &self.0 {
            if masked.contains(secret.as_str()) {
                masked = masked.replace(secret.as_str(), MASK).into();
            }
        }
        masked
    }
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Secrets({} values)", self.0.len())
    }
}

fn url_password(value: &str) -> Option<&str> {
    let (_, rest) = value.split_once("://")?;
    let (user, _) = rest.split_once('@')?;
    user.split_once(':').map(|(_, password)| password)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_name_secrets() {
        for key in ["DB_PASSWORD", "secret_key", "API_TOKEN", "AWS_ACCESS_KEY_ID"] {
            assert!(is_secret_key(key), "{key}");
        }
        assert!(!is_secret_key("DEBUG"));
    }

    #[test]
    fn values_are_masked_longest_first() {
        let secrets = Secrets::from_variables([("A_TOKEN", "abcdefgh"), ("B_TOKEN", "abcdefghij"), ("C_KEY", "on")]);
        assert_eq!(secrets.mask("x abcdefghij abcdefgh on"), "x ******** ******** on");
    }

    #[test]
    fn passwords_in_urls_count() {
        let secrets = Secrets::from_variables([("DATABASE_URL", "postgres://u:hunter22x@db/x")]);
        assert_eq!(secrets.mask("hunter22x"), MASK);
    }
}
