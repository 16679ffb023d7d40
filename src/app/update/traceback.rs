//! From a traceback to the editor: the innermost frame of the project, or any from a list.

use crate::app::effect::Effect;
use crate::app::logs::{focused, newest, with_shown};
use crate::app::model::{Model, Overlay};
use crate::app::update::choice::{self, Step};
use crate::app::update::editing;
use crate::components::log_entry::Shown;
use crate::core::input::Key;
use crate::core::notice::Notice;
use crate::core::paths::Paths;
use crate::logs::python::{self, Frame};
use crate::logs::{Entry, Group};

/// Frames of a traceback to choose from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frames {
    /// The frames, the innermost last.
    pub frames: Vec<Frame>,
    /// The chosen one.
    pub selected: usize,
}

/// Opens the place of the traceback under the cursor; `None` where there is none.
pub(super) fn open(model: &mut Model) -> Option<Vec<Effect>> {
    let frames = with_shown(model, focused(model)?, |shown| under_cursor(&shown))?;
    open_innermost(model, &frames)
}

/// Opens the project's innermost frame.
pub(super) fn open_innermost(model: &mut Model, frames: &[Frame]) -> Option<Vec<Effect>> {
    let place = frames.iter().rposition(Frame::is_of_project).or(frames.len().checked_sub(1))?;
    Some(edit(model, &frames[place]))
}

/// The frames of the traceback under the cursor.
pub(super) fn under_cursor(shown: &Shown<'_>) -> Option<Vec<Frame>> {
    let (source, number) = shown.view.cursor?;
    Some(frames(shown, source, traceback(shown, source, number)?))
}

/// Lists the frames of the traceback under the cursor, or of the newest one.
pub(super) fn list(model: &mut Model) {
    let Some(pane) = focused(model) else { return };
    let frames = with_shown(model, pane, |shown| of_chosen(&shown));
    list_these(model, frames);
}

/// The frames of the traceback under the cursor, or of the newest one.
pub(super) fn of_chosen(shown: &Shown<'_>) -> Option<Vec<Frame>> {
    let (source, group) = chosen(shown)?;
    Some(frames(shown, source, group))
}

/// Lists frames to choose from.
pub(super) fn list_these(model: &mut Model, frames: Option<Vec<Frame>>) {
    match frames.filter(|frames| !frames.is_empty()) {
        Some(frames) => {
            let selected = frames.iter().rposition(Frame::is_of_project).unwrap_or(frames.len() - 1);
            model.screen.overlay = Overlay::Frames(Frames { frames, selected });
        }
        None => model.tell(Notice::info("there is no traceback in the log")),
    }
}

fn traceback<'a>(shown: &Shown<'a>, source: usize, number: u64) -> Option<&'a Group> {
    shown.sources[source].store.group(number).filter(|group| group.kind.has_frames())
}

fn chosen<'a>(shown: &Shown<'a>) -> Option<(usize, &'a Group)> {
    let under = shown.view.cursor.and_then(|(source, number)| Some((source, traceback(shown, source, number)?)));
    if under.is_some() {
        return under;
    }
    let last = |(n, source): (usize, &crate::logs::walk::Source<'a>)| Some((n, source.store.last_traceback()?.first));
    let (source, first) = newest(shown, shown.sources.iter().enumerate().filter_map(last))?;
    traceback(shown, source, first).map(|group| (source, group))
}

fn frames(shown: &Shown<'_>, source: usize, group: &Group) -> Vec<Frame> {
    let store = shown.sources[source].store;
    let lines = (group.first..group.end).filter_map(|number| store.get(number).and_then(Entry::line));
    lines.filter_map(|line| python::frame(line.text())).collect()
}

fn edit(model: &mut Model, frame: &Frame) -> Vec<Effect> {
    match Paths::of(&model.project).on_host(&frame.path) {
        Some(path) => editing::edit(model, path, frame.line),
        None => {
            let notice = Notice::info(format!("{} is in the container alone, not on this machine", frame.path));
            model.tell(notice.remedy("E lists the other frames of the traceback"));
            Vec::new()
        }
    }
}

/// A key while the list is open.
pub(super) fn key(model: &mut Model, mut open: Frames, key: Key) -> Vec<Effect> {
    match choice::step(model, "frames", key, open.selected, open.frames.len()) {
        Step::Take(place) => return edit(model, &open.frames[place]),
        Step::Select(place) => open.selected = place,
        Step::Close => return Vec::new(),
    }
    model.screen.overlay = Overlay::Frames(open);
    Vec::new()
}
