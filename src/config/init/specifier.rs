//! Version constraints: Poetry's as PEP 440's, and whether one allows a version.

/// A Poetry (or Pipfile) constraint as PEP 440 has it: `^1.2` is `>=1.2,<2`. Empty for any
/// version; `None` for alternatives (`||`), which PEP 440 cannot say.
pub(super) fn pep440(constraint: &str) -> Option<String> {
    if constraint.contains('|') {
        return None;
    }
    let spaced = ["<=", ">=", "==", "!=", "~=", "<", ">", "^", "~"]
        .iter()
        .fold(constraint.to_owned(), |text, operator| text.replace(&format!("{operator} "), operator));
    let clauses = spaced.split([',', ' ']).map(str::trim).filter(|clause| !clause.is_empty());
    Some(clauses.map(clause).filter(|clause| !clause.is_empty()).collect::<Vec<_>>().join(","))
}

fn clause(text: &str) -> String {
    if let Some(version) = text.strip_prefix('^') {
        return between(version, caret(version));
    }
    match text.strip_prefix('~').filter(|rest| !rest.starts_with('=')) {
        Some(version) => between(version, tilde(version)),
        None if text == "*" => String::new(),
        None if text.starts_with(['<', '>', '!', '~']) || text.starts_with("==") => text.to_owned(),
        None => format!("=={}", text.trim_start_matches('=')),
    }
}

fn between(version: &str, end: Vec<u64>) -> String {
    let end: Vec<String> = end.iter().map(u64::to_string).collect();
    format!(">={},<{}", version.trim_end_matches(".*"), end.join("."))
}

/// Up to the next change of the leftmost part that is not 0.
fn caret(version: &str) -> Vec<u64> {
    let parts = numbers(version);
    let leading = parts.iter().position(|part| *part > 0).unwrap_or(parts.len().saturating_sub(1));
    bumped(&parts, leading)
}

/// Up to the next minor version; the next major one where no minor is named.
fn tilde(version: &str) -> Vec<u64> {
    let parts = numbers(version);
    bumped(&parts, parts.len().saturating_sub(1).min(1))
}

fn bumped(parts: &[u64], at: usize) -> Vec<u64> {
    let mut end: Vec<u64> = parts.iter().take(at + 1).copied().collect();
    if let Some(last) = end.last_mut() {
        *last = last.saturating_add(1);
    }
    end
}

/// The leading numbers of a version: `[4, 0]` of `4.0a1`.
pub(super) fn numbers(version: &str) -> Vec<u64> {
    let mut numbers = Vec::new();
    for part in version.trim().split('.') {
        let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
        match digits.parse() {
            Ok(number) => numbers.push(number),
            Err(_) => break,
        }
        if digits.len() < part.len() {
            break;
        }
    }
    if numbers.is_empty() { vec![0] } else { numbers }
}

/// Whether a PEP 440 specifier allows a version; a clause that cannot be read does.
pub(super) fn allows(specifier: &str, version: &[u64]) -> bool {
    specifier.split(',').map(str::trim).all(|clause| clause_allows(clause, version))
}

fn clause_allows(clause: &str, version: &[u64]) -> bool {
    let at = clause.find(|c: char| !matches!(c, '<' | '>' | '=' | '!' | '~')).unwrap_or(clause.len());
    let (operator, named) = clause.split_at(at);
    let named = numbers(named);
    let same = |parts: &[u64]| version.iter().take(parts.len()).eq(parts.iter());
    let order = compare(version, &named);
    match operator {
        ">=" => order.is_ge(),
        ">" => order.is_gt(),
        "<=" => order.is_le() || same(&named),
        "<" => order.is_lt(),
        "==" | "===" => same(&named),
        "!=" => !same(&named),
        "~=" => order.is_ge() && same(&named[..named.len().saturating_sub(1)]),
        _ => true,
    }
}

fn compare(left: &[u64], right: &[u64]) -> std::cmp::Ordering {
    let length = left.len().max(right.len());
    let at = |parts: &[u64], index: usize| parts.get(index).copied().unwrap_or(0);
    (0..length)
        .map(|index| at(left, index).cmp(&at(right, index)))
        .find(|order| order.is_ne())
        .unwrap_or(std::cmp::Ordering::Equal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn poetrys_constraints() {
        for (poetry, wanted) in [
            ("^1.2.3", ">=1.2.3,<2"),
            ("^0.2.3", ">=0.2.3,<0.3"),
            ("^0.0.3", ">=0.0.3,<0.0.4"),
            ("^0", ">=0,<1"),
            ("^4.0a1", ">=4.0a1,<5"),
            ("~1.2.3", ">=1.2.3,<1.3"),
            ("~1", ">=1,<2"),
            ("*", ""),
            ("1.2.*", "==1.2.*"),
            ("1.2", "==1.2"),
            ("~=1.2", "~=1.2"),
            (">=1.0, <2.0 !=1.5", ">=1.0,<2.0,!=1.5"),
            (">= 1.0", ">=1.0"),
            ("", ""),
        ] {
            assert_eq!(pep440(poetry).as_deref(), Some(wanted), "{poetry}");
        }
        assert_eq!(pep440("^1 || ^2"), None);
    }

    #[test]
    fn what_is_allowed() {
        for (specifier, yes, no) in [
            (">=3.10", [3, 11], [3, 9]),
            (">=3.8,<3.12", [3, 11], [3, 13]),
            ("==3.11.*", [3, 11], [3, 13]),
            ("~=3.10", [3, 13], [4, 0]),
            ("~=3.11.0", [3, 11], [3, 13]),
            ("!=3.9", [3, 11], [3, 9]),
        ] {
            assert!(allows(specifier, &yes) && !allows(specifier, &no), "{specifier}");
        }
        assert!(allows("", &[1]) && allows("nonsense", &[1]));
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "[\\^~<>=!*|., 0-9a-z]{0,30}") {
            let _ = pep440(&text).map(|specifier| allows(&specifier, &[3, 11, 2]));
        }
    }
}
