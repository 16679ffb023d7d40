//! Bounds, pages and marks of a store.

use super::*;
use crate::logs::assemble::RawLine;
use crate::logs::sanitise::Sanitiser;
use crate::logs::window::LogLine;
use proptest::prelude::*;

fn line(text: &str) -> Entry {
    let raw = RawLine { time: 1, bytes: text.into(), beyond: 0 };
    Entry::Line(LogLine::new(&raw, &mut Sanitiser::default()))
}

#[test]
fn the_oldest_go_and_are_counted() {
    let mut store = Store::new(Limits { bytes: 1 << 20, lines: 2 });
    for text in ["a", "b", "c"] {
        store.push(line(text));
    }
    assert_eq!((store.dropped(), store.first(), store.end()), (1, 1, 3));
    assert_eq!(store.range(0, 99).cloned().collect::<Vec<_>>(), [line("b"), line("c")]);
    assert_eq!(store.range(2, 3).count(), 1);
    assert_eq!(store.range(9, 3).count(), 0);
}

#[test]
fn what_the_spool_has_is_not_dropped() {
    let mut store = Store::new(Limits { bytes: 1 << 20, lines: 2 });
    store.go_on_at(10, 20);
    ["a", "b", "c"].iter().for_each(|text| store.push(line(text)));
    assert_eq!((store.dropped(), store.oldest(), store.first(), store.end()), (0, 10, 21, 23));
    assert!(store.is_spooled(20) && !store.is_spooled(21) && !store.is_spooled(9));
    store.spool_begins_at(15);
    assert_eq!((store.dropped(), store.oldest()), (5, 15));
}

#[test]
fn pages_join_and_are_bounded() {
    let mut store = Store::default();
    store.go_on_at(0, 20_000);
    let page = |count: usize| vec![line("x"); count];
    store.page(10_000, page(512));
    store.page(9488, page(512));
    assert!(store.get(9488).is_some() && store.get(10_511).is_some());
    store.page(10_512, page(8));
    assert!(store.get(9488).is_some() && store.get(10_519).is_some());
    store.page(5392, page(4096));
    assert!(store.get(5392).is_some() && store.get(9488).is_none(), "the far side goes");
    store.page(100, page(10));
    assert!(store.get(105).is_some() && store.get(5392).is_none());
}

#[test]
fn a_mark_goes_before_what_is_newer() {
    let mut store = Store::default();
    store.push(line("a"));
    store.mark(0, Mark::Started);
    assert_eq!(store.generation(), 1);
    store.mark(1, Mark::Recreated);
    let times: Vec<_> = store.range(0, 9).map(Entry::time).collect();
    assert_eq!((times, store.generation()), (vec![0, 1, 1], 1));
    assert_eq!(store.last(), Some(&Entry::Mark { time: 1, mark: Mark::Recreated }));
}

#[test]
fn a_removal_becomes_a_recreation() {
    let mut store = Store::default();
    store.push(line("a"));
    store.mark(2, Mark::Removed);
    let bytes = store.bytes();
    store.mark(3, Mark::Recreated);
    assert_eq!(store.range(1, 9).cloned().collect::<Vec<_>>(), [Entry::Mark { time: 3, mark: Mark::Recreated }]);
    assert_eq!(store.bytes(), bytes);
}

#[test]
fn an_entry_larger_than_the_store_is_dropped() {
    let mut store = Store::new(Limits { bytes: 64, lines: 10 });
    store.push(line(&"x".repeat(1000)));
    assert_eq!((store.bytes(), store.dropped()), (0, 1));
}

proptest! {
    #[test]
    fn bounds_hold(texts in prop::collection::vec(0_usize..300, 0..60), bytes in 0_usize..20_000, lines in 0_usize..50) {
        let mut store = Store::new(Limits { bytes, lines });
        for length in &texts {
            store.push(line(&"x".repeat(*length)));
            prop_assert!(store.bytes() <= bytes && store.end() - store.first() <= lines as u64);
        }
        prop_assert_eq!(store.end(), texts.len() as u64);
    }
}
