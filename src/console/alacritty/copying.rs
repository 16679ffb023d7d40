//! Copying, on the core's own cursor, selection and search.

use alacritty_terminal::grid::{Dimensions as _, Scroll};
use alacritty_terminal::index::{Column, Direction as CoreDirection, Line, Point, Side};
use alacritty_terminal::selection::{Selection, SelectionType};
use alacritty_terminal::term::search::{Match, RegexIter, RegexSearch};
use alacritty_terminal::term::{TermMode, viewport_to_point};
use alacritty_terminal::vi_mode::ViMotion;

use crate::console::alacritty::Terminal;
use crate::console::copying::{Copying, Motion, Unit};
use crate::console::frame::{Cell, Direction, Marked};

/// Lines that one search looks at: all of the scrollback, and the screen.
const SEARCHED: usize = 20_000;
/// Finds that are marked in one picture.
const MARKED: usize = 500;

/// What is searched for.
#[derive(Default)]
pub(super) struct Search {
    regex: Option<RegexSearch>,
    missed: bool,
}

impl Terminal {
    /// Whether something is being copied by keys.
    pub(super) fn is_copying(&self) -> bool {
        self.term.mode().contains(TermMode::VI)
    }

    /// Does what is asked; gives the text that is taken.
    pub(super) fn copy_by(&mut self, ask: Copying) -> Option<String> {
        match ask {
            Copying::Press(column, row, unit) => self.press(column, row, unit),
            Copying::Drag(column, row) => self.drag(column, row),
            Copying::Take => return self.take_selected(),
            Copying::End => self.end_copying(),
            Copying::Begin => self.begin_copying(),
            Copying::Move(motion) => self.move_cursor(motion),
            Copying::Select(unit) => self.select(unit),
            Copying::Search(text, direction) => self.search_for(&text, direction),
            Copying::Again(direction) => self.search_on(direction),
        }
        None
    }

    fn begin_copying(&mut self) {
        if !self.is_copying() {
            self.term.toggle_vi_mode();
        }
    }

    fn end_copying(&mut self) {
        if self.is_copying() {
            self.term.toggle_vi_mode();
        }
        self.term.selection = None;
        self.search = Search::default();
        self.term.scroll_display(Scroll::Bottom);
    }

    fn move_cursor(&mut self, motion: Motion) {
        self.begin_copying();
        let last = self.term.last_column();
        match motion {
            Motion::NextWord => self.term.vi_motion(ViMotion::SemanticRight),
            Motion::PreviousWord => self.term.vi_motion(ViMotion::SemanticLeft),
            Motion::WordEnd => self.term.vi_motion(ViMotion::SemanticRightEnd),
            Motion::LineStart => self.cursor_to(|point| Point::new(point.line, Column(0))),
            Motion::LineEnd => self.cursor_to(|point| Point::new(point.line, last)),
            Motion::Columns(by) => self.cursor_to(|point| {
                let column = i64::try_from(point.column.0).unwrap_or(0).saturating_add(by.into());
                Point::new(point.line, Column(usize::try_from(column).unwrap_or(0).min(last.0)))
            }),
            Motion::Lines(by) => self.cursor_to(|point| Point::new(point.line - by, point.column)),
            Motion::Page(by) => {
                let point = self.term.vi_mode_cursor.point;
                self.term.scroll_display(Scroll::Delta(by));
                self.cursor_to(|_| Point::new(point.line - by, point.column));
            }
            Motion::Top => self.cursor_to(|point| Point::new(Line(i32::MIN / 2), point.column)),
            Motion::Bottom => self.cursor_to(|point| Point::new(Line(i32::MAX / 2), point.column)),
        }
        self.extend();
    }

    fn cursor_to(&mut self, to: impl FnOnce(Point) -> Point) {
        let point = to(self.term.vi_mode_cursor.point);
        let line = point.line.clamp(self.term.topmost_line(), self.term.bottommost_line());
        self.term.vi_goto_point(Point::new(line, point.column));
    }

    /// A selection goes as far as the cursor.
    fn extend(&mut self) {
        let point = self.term.vi_mode_cursor.point;
        if let Some(selection) = &mut self.term.selection {
            selection.update(point, Side::Right);
            selection.include_all();
        }
    }

    fn select(&mut self, unit: Unit) {
        self.begin_copying();
        let is_same = self.term.selection.as_ref().is_some_and(|selection| selection.ty == sort(unit));
        self.term.selection =
            (!is_same).then(|| Selection::new(sort(unit), self.term.vi_mode_cursor.point, Side::Left));
        self.extend();
    }

    fn at(&self, column: u16, row: u16) -> Point {
        let column = Column(usize::from(column).min(self.term.last_column().0));
        let row = usize::from(row).min(self.term.screen_lines() - 1);
        viewport_to_point(self.term.grid().display_offset(), Point::new(row, column))
    }

    fn press(&mut self, column: u16, row: u16, unit: Unit) {
        self.term.selection = Some(Selection::new(sort(unit), self.at(column, row), Side::Left));
        if unit != Unit::Characters {
            self.drag(column, row);
        }
    }

    fn drag(&mut self, column: u16, row: u16) {
        let point = self.at(column, row);
        if let Some(selection) = &mut self.term.selection {
            selection.update(point, Side::Right);
        }
    }

    fn take_selected(&mut self) -> Option<String> {
        if self.is_copying() && self.term.selection.is_none() {
            self.select(Unit::Lines);
        }
        let text = self.term.selection_to_string();
        self.end_copying();
        text.filter(|text| !text.is_empty())
    }

    fn search_for(&mut self, text: &str, direction: Direction) {
        self.begin_copying();
        let regex = RegexSearch::new(text).ok();
        self.search = Search { missed: regex.is_none(), regex };
        self.search_on(direction);
    }

    fn search_on(&mut self, direction: Direction) {
        let Some(mut regex) = self.search.regex.take() else { return };
        let (direction, by) = match direction {
            Direction::Older => (CoreDirection::Left, -1_isize),
            Direction::Newer => (CoreDirection::Right, 1),
        };
        let side = if by < 0 { Side::Left } else { Side::Right };
        let origin = self.beside_cursor(by);
        let found = self.term.search_next(&mut regex, origin, direction, side, Some(SEARCHED));
        self.search = Search { missed: found.is_none(), regex: Some(regex) };
        if let Some(found) = found {
            self.term.vi_goto_point(*found.start());
            self.extend();
        }
    }

    /// The cell before or behind the cursor, round the edges.
    fn beside_cursor(&self, by: isize) -> Point {
        let point = self.term.vi_mode_cursor.point;
        let boundary = alacritty_terminal::index::Boundary::None;
        if by < 0 { point.sub(&self.term, boundary, 1) } else { point.add(&self.term, boundary, 1) }
    }

    /// Whether the last search has found nothing.
    pub(super) const fn has_missed(&self) -> bool {
        self.search.missed
    }

    /// Marks cells of a picture: what is selected, and what is found.
    pub(super) fn mark(&self, cells: &mut [Cell]) {
        let (offset, columns) = (self.term.grid().display_offset(), self.term.columns());
        let place = |point: Point| {
            let row = usize::try_from(point.line.0 + i32::try_from(offset).ok()?).ok()?;
            Some(row * columns + point.column.0)
        };
        for found in self.finds() {
            let range = place(*found.start()).unwrap_or(0)..=place(*found.end()).unwrap_or(0);
            cells.get_mut(range).unwrap_or_default().iter_mut().for_each(|cell| cell.marked = Marked::Found);
        }
        let Some(range) = self.term.selection.as_ref().and_then(|selection| selection.to_range(&self.term)) else {
            return;
        };
        for (place, cell) in cells.iter_mut().enumerate() {
            let point = viewport_to_point(offset, Point::new(place / columns, Column(place % columns)));
            if range.contains(point) {
                cell.marked = Marked::Selected;
            }
        }
    }

    /// The finds in view.
    fn finds(&self) -> Vec<Match> {
        // Searching takes the expression mutably, for its cache.
        let Some(mut regex) = self.search.regex.clone() else { return Vec::new() };
        let offset = self.term.grid().display_offset();
        let first = viewport_to_point(offset, Point::new(0, Column(0)));
        let last = viewport_to_point(offset, Point::new(self.term.screen_lines() - 1, self.term.last_column()));
        let finds = RegexIter::new(first, last, CoreDirection::Right, &self.term, &mut regex);
        finds.take_while(|found| *found.start() <= last).take(MARKED).collect()
    }
}

const fn sort(unit: Unit) -> SelectionType {
    match unit {
        Unit::Characters => SelectionType::Simple,
        Unit::Words => SelectionType::Semantic,
        Unit::Lines => SelectionType::Lines,
        Unit::Block => SelectionType::Block,
    }
}
