//! Where one was, for the next start: layout, focus, zoom, and the commands that were given.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Sender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::app::consoles::Restored;
use crate::app::model::{Pane, Zoom};
use crate::app::{Keymap, Model};
use crate::config::{layout::Layouts, names};
use crate::core::layout::Node;
use crate::core::notice::Notice;
use crate::core::project::Project;
use crate::runtime::state_folder;

/// More was not written by us.
const LARGEST: u64 = 256 * 1024;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Place {
    /// The configuration's layout of then: where it is another now, the user wants that.
    configured: String,
    layout: String,
    focus: String,
    /// The pane that had the focus before, which may be in front of others still.
    before: String,
    /// The log or console that is in front where there is room for one.
    main: String,
    is_zoomed: bool,
    focus_is_console: bool,
    /// The console that was shown.
    console: String,
    past: Vec<String>,
}

fn file(project: &Project) -> PathBuf {
    state_folder::of(project).join("place.toml")
}

/// Puts everything where it was; what cannot be read begins anew.
pub fn restore(model: &mut Model, layouts: &Layouts) {
    let place = read(&file(&model.project)).unwrap_or_default();
    let same = place.configured == layouts.name;
    let kept = Node::parse(&place.layout).ok().filter(|_| same);
    model.screen.layout = kept.unwrap_or_else(|| layouts.first());
    model.screen.layouts.clone_from(&layouts.own);
    model.screen.configured.clone_from(&layouts.name);
    model.past = place.past;
    let named = |title: &str| model.panes().into_iter().find(|pane| model.title(*pane) == title);
    let (focus, before, main) = (named(&place.focus), named(&place.before), named(&place.main));
    model.screen.focus = focus.unwrap_or_default();
    model.screen.before = before.unwrap_or(model.screen.before);
    model.screen.main = main.unwrap_or(model.screen.main);
    // What was meant for the dashboard must not be typed into a console.
    model.consoles.is_resting = matches!(model.screen.focus, Pane::Console(_));
    let is_focused = place.focus_is_console;
    model.consoles.restored = (!place.console.is_empty()).then_some(Restored { name: place.console, is_focused });
    model.screen.zoom = if place.is_zoomed { Zoom::In } else { Zoom::Out };
    if let Pane::Log(_) | Pane::Console(_) = model.screen.focus {
        model.screen.main = model.screen.focus;
    }
}

/// What is told where a project has no pane of this title.
pub fn no_pane(project: &Project, title: &str) -> Option<Notice> {
    let model = Model::new(project, "", Keymap::default());
    let titles: Vec<&str> = model.panes().into_iter().map(|pane| model.title(pane)).collect();
    (!titles.contains(&title)).then(|| {
        let known = names::help(title, "there are", titles.iter().copied());
        let known = known.unwrap_or_else(|| format!("there are: {}", titles.join(", ")));
        Notice::error(format!("there is no pane {title}")).remedy(known)
    })
}

/// Shows one pane, as large as the screen, whatever was shown before.
pub fn show_alone(model: &mut Model, title: &str) {
    if let Some(pane) = model.panes().into_iter().find(|pane| model.title(*pane) == title) {
        (model.screen.focus, model.screen.zoom) = (pane, Zoom::In);
    }
    (model.consoles.restored, model.consoles.is_resting) = (None, false);
}

fn read(file: &Path) -> Option<Place> {
    let is_ours = std::fs::metadata(file).is_ok_and(|it| it.is_file() && it.len() <= LARGEST);
    is_ours.then(|| toml::from_str(&std::fs::read_to_string(file).ok()?).ok())?
}

/// Between two times that it is written while the dashboard is open: for what kills it.
const PAUSE: Duration = Duration::from_secs(1);

/// Writes down where one is, on a thread of its own: a disk that is slow holds no frame up.
#[derive(Debug)]
pub struct Keeper {
    kept: Place,
    at: Option<Instant>,
    file: PathBuf,
    places: Sender<Place>,
    writer: JoinHandle<()>,
}

impl Keeper {
    /// Keeps the places of this project's dashboard.
    pub fn new(project: &Project) -> Self {
        let (file, (places, taken)) = (file(project), mpsc::channel::<Place>());
        let to = file.clone();
        let write_all = move || {
            for place in taken {
                // A state folder that cannot be written was told by who needs it more.
                let _ = write(&place, &to);
            }
        };
        Self { kept: Place::default(), at: None, file, places, writer: std::thread::spawn(write_all) }
    }

    /// Keeps where everything is, where that has changed since; not twice a second.
    pub fn look(&mut self, model: &Model) {
        if self.at.is_some_and(|at| at.elapsed() < PAUSE) {
            return;
        }
        let place = place(model);
        if place != self.kept {
            // The thread ends with us.
            let _ = self.places.send(place.clone());
            (self.kept, self.at) = (place, Some(Instant::now()));
        }
    }

    /// Keeps where everything is at the end, after all that was to be written before.
    ///
    /// # Errors
    /// Where the state folder cannot be written.
    pub fn end(self, model: &Model) -> io::Result<()> {
        drop(self.places);
        // It has no reason to panic; what it has not written is written here.
        let _ = self.writer.join();
        write(&place(model), &self.file)
    }
}

fn place(model: &Model) -> Place {
    let shown = model.consoles.list.get(model.consoles.shown);
    Place {
        configured: model.screen.configured.clone(),
        layout: model.screen.layout.to_string(),
        focus: model.title(model.screen.focus).to_owned(),
        before: model.title(model.screen.before).to_owned(),
        main: model.title(model.screen.main).to_owned(),
        focus_is_console: matches!(model.screen.focus, Pane::Console(_)),
        console: shown.map(|console| console.name.clone()).unwrap_or_default(),
        is_zoomed: model.screen.zoom == Zoom::In,
        past: model.past.clone(),
    }
}

fn write(place: &Place, file: &Path) -> io::Result<()> {
    let text = toml::to_string(place).map_err(io::Error::other)?;
    std::fs::create_dir_all(file.parent().unwrap_or(Path::new(".")))?;
    // Whole or not at all: two dashboards may be left at the same time.
    let new = file.with_extension(format!("new-{}", std::process::id()));
    std::fs::write(&new, text)?;
    std::fs::rename(&new, file)
}
