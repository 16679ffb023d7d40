//! Which rows of which entries are in view, and how the view moves.

use std::ops::Range;

use crate::components::log_entry::Shown;
use crate::components::log_text::broken;
use crate::components::log_view::{Long, Position, ends};
use crate::logs::walk::{Item, Place, Source, Walk};
use crate::logs::{Entry, Group};

/// A row of the view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// The entry.
    pub item: Item,
    /// Which of its rows, from 0.
    pub part: usize,
}

/// Columns and rows inside a pane.
pub type Size = (u16, u16);

/// A row, and where one stands behind it.
struct Placed {
    row: Row,
    at: Place,
    hidden: usize,
}

impl<'a> Shown<'a> {
    /// The rows of an entry, as the bytes of its text.
    pub fn parts(&self, item: Item, columns: usize) -> Vec<Range<usize>> {
        let text = self.text(item);
        let plain: String = text.iter().map(|(piece, _)| &**piece).collect();
        match self.view.long {
            Long::Cut => std::iter::once(0..plain.len()).collect(),
            Long::Wrapped => broken(&plain, columns.saturating_sub(self.prefix_width())),
        }
    }

    fn height(&self, item: Item, (columns, _): Size) -> usize {
        match self.view.long {
            Long::Cut => 1,
            Long::Wrapped => self.parts(item, usize::from(columns)).len(),
        }
    }

    fn walk_from(&self, at: &[u64]) -> Walk<'a> {
        Walk::from(self.sources, &self.view.folds, at)
    }

    fn bottom_up(&self) -> (Walk<'a>, usize) {
        match &self.view.position {
            Position::Following => (self.walk_from(&[]), 0),
            Position::Paused { at, hidden, .. } => (self.walk_from(at), *hidden),
        }
    }

    /// The rows that are in view, the uppermost first.
    pub fn rows(&self, size: Size) -> Vec<Row> {
        let height = usize::from(size.1);
        let mut rows: Vec<Row> = self.upwards(size, height).into_iter().map(|placed| placed.row).collect();
        if rows.len() < height && self.view.position != Position::Following && self.awaited(size).is_none() {
            // What was in view is gone, or the view has grown: the oldest that are left fill it.
            rows = self.downwards(self.start(), 0, size, height).into_iter().map(|placed| placed.row).collect();
            rows.reverse();
        }
        rows.reverse();
        rows
    }

    fn start(&self) -> Walk<'a> {
        Walk::from_start(self.sources, &self.view.folds)
    }

    /// So many rows from the view's bottom upwards.
    fn upwards(&self, size: Size, count: usize) -> Vec<Placed> {
        let (mut walk, mut skip) = self.bottom_up();
        let mut rows = Vec::new();
        while rows.len() < count {
            let at = walk.at.clone();
            let Some(item) = walk.back() else { break };
            let height = self.height(item, size);
            for hidden in std::mem::take(&mut skip).min(height - 1)..height {
                rows.push(Placed { row: Row { item, part: height - 1 - hidden }, at: at.clone(), hidden });
            }
        }
        rows.truncate(count);
        rows
    }

    /// So many rows from a place downwards, `hidden` ones of the entry before it first.
    fn downwards(&self, mut walk: Walk<'a>, hidden: usize, size: Size, count: usize) -> Vec<Placed> {
        let mut rows = Vec::new();
        if hidden > 0 {
            let (at, mut before) = (walk.at.clone(), self.walk_from(&walk.at));
            let item = before.back();
            let height = item.map_or(0, |item| self.height(item, size));
            rows.extend(item.into_iter().flat_map(|item| {
                let at = at.clone();
                (0..hidden.min(height)).rev().map(move |hidden| Placed {
                    row: Row { item, part: height - 1 - hidden },
                    at: at.clone(),
                    hidden,
                })
            }));
        }
        while rows.len() < count {
            let Some(item) = walk.on() else { break };
            let height = self.height(item, size);
            let at = &walk.at;
            rows.extend((0..height).rev().map(|hidden| Placed {
                row: Row { item, part: height - 1 - hidden },
                at: at.clone(),
                hidden,
            }));
        }
        rows.truncate(count);
        rows
    }

    fn paused(&self, at: Place, hidden: usize) -> Position {
        let end = match &self.view.position {
            Position::Paused { end, .. } => *end,
            Position::Following => ends(self.sources),
        };
        Position::Paused { at, hidden, end }
    }

    /// The position so many rows on (down where it is positive).
    pub fn moved(&self, size: Size, by: i64) -> Position {
        // A screen is far smaller than what is left to move in either number.
        let count = usize::try_from(by.unsigned_abs()).unwrap_or(usize::MAX);
        if by < 0 { self.up(size, count) } else { self.down(size, count) }
    }

    fn up(&self, size: Size, count: usize) -> Position {
        let height = usize::from(size.1);
        let mut rows = self.upwards(size, count.saturating_add(height));
        // A pane that is folded away has no height, and there is no row behind the last.
        let count = count.min(rows.len().saturating_sub(height.max(1)));
        let is_awaited = rows.len() < height + count && self.awaited(size).is_some();
        if rows.is_empty() || (count == 0 && !is_awaited) {
            return self.view.position.clone();
        }
        let Placed { at, hidden, .. } = rows.swap_remove(count);
        self.paused(at, hidden)
    }

    fn down(&self, size: Size, count: usize) -> Position {
        let (walk, hidden) = self.bottom_up();
        let rows = self.downwards(walk, hidden, size, count);
        match rows.into_iter().next_back() {
            Some(Placed { at, hidden, .. }) if hidden > 0 || self.is_before_end(&at) => self.paused(at, hidden),
            _ if self.walk_from(&self.bottom()).missing_on().is_some() => self.view.position.clone(),
            _ => Position::Following,
        }
    }

    fn bottom(&self) -> Place {
        self.bottom_up().0.at
    }

    fn is_before_end(&self, at: &[u64]) -> bool {
        let mut walk = self.walk_from(at);
        walk.on().is_some() || walk.missing_on().is_some()
    }

    /// The position that shows the oldest entries; an entry of the spool that it needs is
    /// told by `awaited`.
    pub fn top(&self, size: Size) -> Position {
        let walk = self.start();
        let mut at = walk.at.clone();
        if let Some((source, _)) = walk.missing_on() {
            at[source] += u64::from(size.1);
            return self.paused(at, 0);
        }
        match self.downwards(walk, 0, size, usize::from(size.1)).into_iter().next_back() {
            Some(Placed { at, hidden, .. }) if hidden > 0 || self.is_before_end(&at) => self.paused(at, hidden),
            _ => Position::Following,
        }
    }

    /// The position that shows a line, with some lines below it; as it is where the line is
    /// in view already.
    pub fn showing(&self, size: Size, source: usize, number: u64) -> Position {
        let is_it = |row: &Row| row.item.source == source && (row.item.number..row.item.end).contains(&number);
        if self.rows(size).iter().any(is_it) {
            return self.paused(self.bottom(), self.bottom_up().1);
        }
        let below = usize::from(size.1) / 2;
        let walk = self.walk_from(&self.behind(source, number));
        let at = walk.at.clone();
        let place = self.downwards(walk, 0, size, below).into_iter().next_back();
        place.map_or_else(|| self.paused(at, 0), |placed| self.paused(placed.at, placed.hidden))
    }

    /// The place right behind a line, in each log.
    pub fn behind(&self, source: usize, number: u64) -> Place {
        let store = self.sources[source].store;
        let time = store.get(number).map_or(0, Entry::time);
        let is_folded = |group: &&Group| self.view.folds.is_folded(group.kind, source, group.first);
        let end = store.group(number).filter(is_folded).map_or(number + 1, |group| group.end);
        let place = |(n, other): (usize, &Source<'_>)| {
            if n == source { end } else { other.store.at_time(time) }
        };
        self.sources.iter().enumerate().map(place).collect()
    }

    /// An entry of the spool that the view lacks: its log and number.
    pub fn awaited(&self, size: Size) -> Option<(usize, u64)> {
        let (mut walk, hidden) = self.bottom_up();
        let mut rows = 0;
        while rows < usize::from(size.1) + hidden {
            match walk.back() {
                Some(item) => rows += self.height(item, size),
                None => return walk.missing(),
            }
        }
        None
    }
}
