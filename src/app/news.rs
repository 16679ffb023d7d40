//! What was told while the notices were not in view: a line over the pane that is, for a while, and
//! a count at the notices' tab.

use std::time::Duration;

use crate::app::layout;
use crate::app::model::{Model, Pane};
use crate::components::news::Line;
use crate::core::observed::Timestamp;

/// How long the line stays: long enough to read it.
const STAYS: Duration = Duration::from_secs(12);

/// What was told since the notices were last in view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct News {
    /// How many notices.
    pub count: usize,
    /// When the last of them came.
    pub at: Timestamp,
}

/// Counts a notice that came.
pub fn came(news: Option<News>, now: Timestamp) -> Option<News> {
    Some(News { count: news.map_or(0, |news| news.count).saturating_add(1), at: now })
}

/// Whoever has the notices before him has read them.
pub fn read(model: &mut Model) {
    if model.screen.news.is_some() && layout::shows(model, Pane::Notices) {
        model.screen.news = None;
    }
}

/// Whether the line is shown now.
pub fn is_shown(model: &Model) -> bool {
    let age = |news: News| u128::try_from(model.now.saturating_sub(news.at)).unwrap_or_default();
    model.screen.news.is_some_and(|news| age(news) < STAYS.as_nanos())
}

/// The line, with the newest notice, if it came after this moment.
pub fn line_since(model: &Model, since: Timestamp) -> Option<Line<'_>> {
    let news = model.screen.news.filter(|news| is_shown(model) && news.at >= since)?;
    let panes = model.panes();
    let number = panes.iter().position(|pane| *pane == Pane::Notices).map(|place| place + 1);
    Some(Line {
        notice: &model.notices.first()?.notice,
        others: news.count.saturating_sub(1),
        number: number.filter(|number| *number <= 9 && !model.screen.alone),
        colours: model.screen.colours,
    })
}
