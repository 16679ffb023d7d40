//! Dependencies in a Pipfile.

use crate::config::{
    init::{
        ground::{Ground, place_of},
        needs::Listed,
        poetry,
    },
    value::Node,
};

/// What it lists; `None` where it lists nothing.
pub(super) fn look(ground: &Ground<'_>, path: &str) -> Option<Listed> {
    let node = ground.toml(path)?;
    let mut listed = Listed { from: place_of(node.at(&["packages"])?), ..Listed::default() };
    for key in ["packages", "dev-packages"] {
        if let Some(table) = node.at(&[key]).and_then(Node::as_table) {
            poetry::dependencies(table, &mut listed);
        }
    }
    if node.at(&["dev-packages"]).is_some() {
        listed.groups.push("dev-packages".to_owned());
    }
    (!listed.lines.is_empty()).then_some(listed)
}
