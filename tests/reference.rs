//! The generated parts of the README are those of the registry.
//!
//! `UPDATE_REFERENCE=1 cargo test --test reference` writes them anew.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use biostar_tui::cli::tables;

const README: &str = "README.md";

/// The text with the part between a pair of markers replaced.
fn with_part(text: &str, name: &str, part: &str) -> String {
    let (begin, end) = (format!("<!-- {name}: made from the registry -->\n"), format!("<!-- /{name} -->"));
    let (before, rest) = text.split_once(&begin).unwrap_or_else(|| panic!("{README} has no {begin}"));
    let (_, after) = rest.split_once(&end).unwrap_or_else(|| panic!("{README} has no {end}"));
    format!("{before}{begin}{part}{end}{after}")
}

#[test]
fn the_readme_is_up_to_date() {
    let text = std::fs::read_to_string(README).unwrap();
    let wanted = with_part(&with_part(&text, "verbs", &tables::verbs()), "keys", &tables::keys());
    if std::env::var_os("UPDATE_REFERENCE").is_some() {
        std::fs::write(README, &wanted).unwrap();
    }
    let now = std::fs::read_to_string(README).unwrap();
    assert!(now == wanted, "the tables of {README} are stale: UPDATE_REFERENCE=1 cargo test --test reference");
}

#[test]
fn a_stale_part_is_noticed() {
    let text = "a\n<!-- keys: made from the registry -->\nold\n<!-- /keys -->\nb";
    assert_eq!(with_part(text, "keys", "new\n"), "a\n<!-- keys: made from the registry -->\nnew\n<!-- /keys -->\nb");
}
