//! The nearest known name to one that is not known.

/// How far a name may be off and still be offered: a slip or two, not another word.
fn farthest(name: &str) -> usize {
    match name.chars().count() {
        0..=1 => 0,
        2 => 1,
        3..=5 => 2,
        6..=64 => 3,
        // Nobody's slip, and not worth comparing.
        _ => 0,
    }
}

/// The nearest of the known names, if one is near.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = name.to_lowercase();
    let farthest = Some(farthest(&wanted)).filter(|farthest| *farthest > 0)?;
    known
        .into_iter()
        .filter(|candidate| !candidate.is_empty())
        .map(|candidate| (strsim::damerau_levenshtein(&wanted, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= farthest)
        .min()
        .map(|(_, candidate)| candidate)
}

/// "did you mean `x`?", and the known names as long as they can be taken in at a glance.
pub fn help<'a>(name: &str, what: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let mut known: Vec<&str> = known.into_iter().filter(|name| !name.is_empty()).collect();
    known.sort_unstable();
    known.dedup();
    let list = (!known.is_empty() && known.len() <= 20).then(|| format!("{what}: {}", known.join(", ")));
    let near = nearest(name, known).map(|near| format!("did you mean `{near}`?"));
    match (near, list) {
        (Some(near), Some(list)) => Some(format!("{near} {list}")),
        (near, list) => near.or(list),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_found() {
        assert_eq!(nearest("requirments", ["requirements", "packages"]), Some("requirements"));
        assert_eq!(nearest("Prot", ["port", "ports"]), Some("port"));
        assert_eq!(nearest("colour", ["port", "ports"]), None);
        assert_eq!(nearest("", ["port"]), None);
    }

    #[test]
    fn the_known_names_are_listed() {
        assert_eq!(
            help("wbe", "declared", ["web", "db", "db"]).as_deref(),
            Some("did you mean `web`? declared: db, web")
        );
        assert_eq!(help("x", "declared", []), None);
    }
}
