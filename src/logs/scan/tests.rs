//! Filters and searches, cut into slices in any way.

use super::*;
use crate::logs::assemble::RawLine;
use crate::logs::sanitise::Sanitiser;
use crate::logs::{Limits, LogLine};
use proptest::prelude::*;

const TRACEBACK: &[&str] =
    &["Traceback (most recent call last):", "  File \"/project/x.py\", line 1, in f", "ValueError: 7"];

fn push(store: &mut Store, text: &str) {
    let raw = RawLine { time: 1, bytes: text.into(), beyond: 0 };
    store.push(Entry::Line(LogLine::new(&raw, &mut Sanitiser::default())));
}

fn filtered(store: &Store, filter: &Filter, scan: &mut Scan, budget: usize) {
    let mut budget = budget;
    scan.work(store, &mut budget, |unit| {
        let head = unit.start;
        filter.passes(store, unit).then_some(head).into_iter()
    });
}

fn pattern(text: &str) -> Vec<Pattern> {
    vec![Pattern::new(text).unwrap()]
}

#[test]
fn a_group_passes_as_one() {
    let mut store = Store::default();
    push(&mut store, "INFO fine");
    TRACEBACK.iter().for_each(|text| push(&mut store, text));
    push(&mut store, "7 is fine");
    for (filter, wanted) in [
        (Filter { include: pattern("7"), ..Filter::default() }, vec![1, 4]),
        (Filter { exclude: pattern("project"), ..Filter::default() }, vec![0, 4]),
        (Filter { level: Some(Level::Error), ..Filter::default() }, vec![1]),
        (Filter { level: Some(Level::Info), ..Filter::default() }, vec![0, 1]),
    ] {
        for start in 0..=5 {
            let mut scan = Scan::starting_at(start);
            while scan.is_behind(&store) {
                filtered(&store, &filter, &mut scan, 1);
            }
            assert_eq!(scan.hits().iter().copied().collect::<Vec<_>>(), wanted, "{filter:?} from {start}");
            assert_eq!(scan.count(), wanted.len() as u64);
        }
    }
}

#[test]
fn a_group_that_grows_is_looked_at_again() {
    let mut store = Store::default();
    let filter = Filter { include: pattern("ValueError"), ..Filter::default() };
    let mut scan = Scan::starting_at(0);
    for (text, found) in TRACEBACK.iter().zip([0, 0, 1]) {
        push(&mut store, text);
        filtered(&store, &filter, &mut scan, usize::MAX);
        assert_eq!(scan.count(), found, "{text}");
    }
    assert_eq!(scan.before(9), Some(0));
    assert_eq!(scan.at_or_after(1), None);
}

proptest! {
    /// However it is cut into slices, and whatever is dropped meanwhile, the hits are those
    /// that one look finds.
    #[test]
    fn slices_do_not_matter(
        lines in prop::collection::vec(0_usize..6, 1..120), start in 0_u64..130, budget in 1_usize..400, keep in 1_usize..200,
    ) {
        let texts = ["x7", "plain", TRACEBACK[0], TRACEBACK[1], TRACEBACK[2], "ERROR x: y"];
        let filter = Filter { include: pattern("7|error"), ..Filter::default() };
        let mut store = Store::new(Limits { bytes: 1 << 20, lines: keep });
        let mut scan = Scan::starting_at(start.min(lines.len() as u64 / 2));
        for line in lines {
            push(&mut store, texts[line]);
            filtered(&store, &filter, &mut scan, budget);
        }
        while scan.is_behind(&store) {
            filtered(&store, &filter, &mut scan, budget);
        }
        let mut whole = Scan::starting_at(store.first());
        filtered(&store, &filter, &mut whole, usize::MAX);
        let kept = |scan: &Scan| scan.hits().iter().copied().filter(|hit| *hit > store.first()).collect::<Vec<_>>();
        prop_assert_eq!(kept(&scan), kept(&whole));
    }
}
