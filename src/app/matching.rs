//! Which actions and words a text in the palette stands for.

use nucleo_matcher::{
    Config, Matcher, Utf32Str,
    pattern::{AtomKind, CaseMatching, Normalization, Pattern},
};

use crate::actions::registry::{ACTIONS, Action};

/// Shorter texts are in too many summaries.
const LONG_ENOUGH: usize = 3;

/// What a match in the name counts more than one in the summary.
const NAME_BEFORE_SUMMARY: u32 = 10_000;

/// The actions that a text stands for, the best first; all in the registry's order for none.
pub fn actions(text: &str) -> Vec<&'static Action> {
    let offered = ACTIONS.iter().filter(|action| action.is_in_dashboard() && action.id != "palette");
    let text = text.trim();
    if text.is_empty() {
        return offered.collect();
    }
    let mut scorer = Scorer::new(text);
    let mut found: Vec<(u32, &Action)> =
        offered.filter_map(|action| scorer.action(action).map(|score| (score, action))).collect();
    // A stable sort: equals stay in the registry's order.
    found.sort_by_key(|(score, action)| (action.id != text, std::cmp::Reverse(*score)));
    found.into_iter().map(|(_, action)| action).collect()
}

/// The words that a beginning stands for, the best first.
pub fn words(beginning: &str, words: Vec<String>) -> Vec<String> {
    if beginning.is_empty() {
        return words;
    }
    let mut scorer = Scorer::new(beginning);
    let mut found: Vec<(u32, String)> =
        words.into_iter().filter_map(|word| scorer.score(&word).map(|score| (score, word))).collect();
    found.sort_by_key(|(score, word)| (!word.starts_with(beginning), std::cmp::Reverse(*score)));
    found.into_iter().map(|(_, word)| word).collect()
}

struct Scorer {
    matcher: Matcher,
    pattern: Pattern,
    /// For texts of many words, in which single letters would be found by chance.
    whole: Option<Pattern>,
}

impl Scorer {
    fn new(text: &str) -> Self {
        let (case, normal) = (CaseMatching::Ignore, Normalization::Smart);
        let pattern = Pattern::parse(text, case, normal);
        let is_long = text.chars().count() >= LONG_ENOUGH;
        let whole = is_long.then(|| Pattern::new(text, case, normal, AtomKind::Substring));
        Self { matcher: Matcher::new(Config::DEFAULT), pattern, whole }
    }

    fn score(&mut self, text: &str) -> Option<u32> {
        self.pattern.score(Utf32Str::new(text, &mut Vec::new()), &mut self.matcher)
    }

    /// The name with spaces for its dashes counts too: `next pane`.
    fn action(&mut self, action: &Action) -> Option<u32> {
        let name = self.score(&action.id.replace('-', " ")).or_else(|| self.score(action.id));
        let mut letters = Vec::new();
        let summary = Utf32Str::new(action.summary, &mut letters);
        name.map(|score| score + NAME_BEFORE_SUMMARY).or_else(|| self.whole.as_ref()?.score(summary, &mut self.matcher))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(text: &str) -> Vec<&'static str> {
        actions(text).into_iter().map(|action| action.id).collect()
    }

    #[test]
    fn the_best_comes_first() {
        assert_eq!(ids("up")[0], "up");
        assert_eq!(ids("mig")[0], "migrate");
        assert_eq!(ids("rstrt")[0], "restart");
        assert_eq!(ids("next pane")[0], "next-pane");
        assert_eq!(ids("DEST")[0], "destroy");
        assert!(ids("image").contains(&"rebuild"), "by its summary");
        assert!(ids("reloads").contains(&"watch"), "which shows them");
        assert_eq!(ids("xyzzy"), [""; 0]);
    }

    #[test]
    fn nothing_typed_is_all_that_the_dashboard_can_do() {
        let all = ids("");
        assert_eq!(all[0], "up");
        assert!(all.contains(&"zoom") && all.contains(&"doctor"));
        assert!(!all.contains(&"completions") && !all.contains(&"palette"));
    }

    #[test]
    fn words_that_begin_so_come_before_others() {
        let words = |beginning| super::words(beginning, ["remigrate", "migrate", "check"].map(str::to_owned).into());
        assert_eq!(words("mig"), ["migrate", "remigrate"]);
        assert_eq!(words("").len(), 3);
    }
}
