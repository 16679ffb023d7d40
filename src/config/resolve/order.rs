//! Cycles in what needs, follows or names another.

use std::collections::{BTreeMap, BTreeSet};

/// The first cycle in a graph of names, closed: `[a, b, a]`.
pub fn cycle<'a>(edges: &BTreeMap<&'a str, Vec<&'a str>>) -> Option<Vec<&'a str>> {
    let mut done = BTreeSet::new();
    edges.keys().find_map(|start| from(start, edges, &mut done))
}

/// Depth first without recursion: a chain may be as long as a file has lines.
fn from<'a>(
    start: &'a str,
    edges: &BTreeMap<&'a str, Vec<&'a str>>,
    done: &mut BTreeSet<&'a str>,
) -> Option<Vec<&'a str>> {
    let mut path: Vec<(&str, usize)> = vec![(start, 0)];
    while let Some((name, next)) = path.last_mut() {
        let target = edges.get(*name).and_then(|targets| targets.get(*next)).copied();
        *next += 1;
        match target {
            Some(target) if done.contains(target) => {}
            Some(target) => match path.iter().position(|(open, _)| *open == target) {
                Some(at) => return Some(path[at..].iter().map(|(name, _)| *name).chain([target]).collect()),
                None => path.push((target, 0)),
            },
            None => {
                done.insert(*name);
                path.pop();
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cycles_are_found() {
        let edges = BTreeMap::from([("a", vec!["b"]), ("b", vec!["c", "d"]), ("c", vec![]), ("d", vec!["b"])]);
        assert_eq!(cycle(&edges), Some(vec!["b", "d", "b"]));
        assert_eq!(cycle(&BTreeMap::from([("a", vec!["a"])])), Some(vec!["a", "a"]));
        assert_eq!(cycle(&BTreeMap::from([("a", vec!["b", "c"]), ("b", vec!["c"]), ("c", vec![])])), None);
    }
}
