//! What lies over the panes, from the model.

use ratatui::text::Line;

use crate::actions::{registry::Action, test};
use crate::app::availability::unavailable;
use crate::app::choice::Choice;
use crate::app::console_prompt::{ConsolePrompt, Kind};
use crate::app::layout;
use crate::app::log_prompt::LogPrompt;
use crate::app::message::{Closes, Page};
use crate::app::model::Model;
use crate::app::palette::{Palette, Stage};
use crate::app::task_list;
use crate::components::choice_list::ChoiceList;
use crate::components::log_entry::Shown;
use crate::components::log_prompt::PromptLine;
use crate::components::log_rows::Size;
use crate::components::palette::{Offer, PaletteBox, Row};
use crate::components::task_page::TaskPage;
use crate::components::text_page::TextPage;
use crate::core::state::TaskState;
use crate::core::status::TaskView;
use crate::logs::walk::Source;

/// The palette.
pub fn palette<'a>(model: &'a Model, palette: &'a Palette) -> PaletteBox<'a> {
    PaletteBox {
        halves: palette.line.halves(),
        wrong: palette.wrong.as_deref(),
        offer: offer(model, palette),
        colours: model.screen.colours,
    }
}

fn offer(model: &Model, palette: &Palette) -> Offer {
    match palette.stage(&task_list::known(model)) {
        Stage::Actions(found) => {
            let rows = found.into_iter().map(|action| row(model, action)).collect();
            Offer::Actions { rows, selected: palette.selected }
        }
        Stage::Arguments(action, words) => Offer::Arguments {
            usage: action.usage(),
            words,
            helps: action.arguments.iter().map(|argument| (argument.usage(), argument.help)).collect(),
            unavailable: unavailable(model, action.id),
        },
    }
}

fn row(model: &Model, action: &'static Action) -> Row {
    let bindings = model.keymap.bindings().iter().filter(|binding| binding.action.id == action.id);
    let keys: Vec<String> = bindings.map(|binding| binding.key.to_string()).collect();
    let keys = match keys.as_slice() {
        [first, .., last] if keys.len() > 2 => format!("{first} to {last}"),
        keys => keys.join(" "),
    };
    Row { name: action.id, keys, summary: action.summary, unavailable: unavailable(model, action.id) }
}

/// Something to read.
pub fn page(page: &Page, offset: usize) -> TextPage<'_> {
    let hint = match page.closes {
        Closes::ByBack => " esc closes · j and k scroll ",
        Closes::ByAnyKey => " any key closes ",
    };
    TextPage { title: &page.title, lines: &page.lines, hint, offset }
}

/// Rows to choose one from.
pub fn choice(choice: &Choice) -> ChoiceList<'_> {
    let lines = choice.rows.iter().map(|row| Line::raw(row.text.as_str())).collect();
    ChoiceList { title: &choice.title, hint: choice.hint, lines, selected: choice.selected }
}

/// What is typed about a log.
pub fn log_prompt<'a>(model: &'a Model, prompt: &'a LogPrompt) -> PromptLine<'a> {
    PromptLine {
        label: prompt.kind.label(),
        halves: prompt.line.halves(),
        problem: prompt.problem.as_deref(),
        hint: "enter keeps it · esc goes back",
        colours: model.screen.colours,
    }
}

/// What is typed about a console.
pub fn console_prompt<'a>(model: &'a Model, prompt: &'a ConsolePrompt) -> PromptLine<'a> {
    let (label, hint) = match prompt.kind {
        Kind::Search => ("search the console: ", "enter searches · esc goes back"),
        Kind::Name => ("call the console: ", "enter names it, nothing takes the name away · esc goes back"),
    };
    PromptLine {
        label,
        halves: prompt.line.halves(),
        problem: prompt.problem.as_deref(),
        hint,
        colours: model.screen.colours,
    }
}

/// Looks at the open task as it is shown.
pub fn with_task<T>(model: &Model, look: impl FnOnce(&TaskPage<'_>) -> T) -> Option<T> {
    let open = model.open.as_ref()?;
    let task = task_list::of_container(model, &open.container).map(|task| &task.view);
    let shown = Shown {
        sources: &[Source { store: &open.output, hits: None, floor: 0 }],
        names: &[],
        view: &open.view,
        zone: &model.screen.zone,
        now: model.now,
        colours: model.screen.colours,
    };
    Some(look(&TaskPage { task, shown, hint: hint(task) }))
}

/// What there is to do about a task: tests that failed are run again, or looked into.
fn hint(task: Option<&TaskView>) -> &'static str {
    match task {
        Some(task) if task.name == test::TASK && task.state == TaskState::Failed => {
            " esc close · [ ] failures · o fold · t the failed again · C debugger in one "
        }
        _ => " esc close · j k scroll · f follow · [ ] errors · o fold · t again · x cancel ",
    }
}

/// Columns and rows of the open task's output.
pub fn task_output(model: &Model) -> Size {
    let area = with_task(model, |task| task.output(layout::places(model).body)).unwrap_or_default();
    (area.width, area.height)
}
