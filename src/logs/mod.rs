//! Log lines: decoded, sanitised, masked, recognised, searched and kept within bounds. Pure.

pub mod assemble;
pub mod cause;
pub mod glyph;
pub mod group;
pub mod level;
pub mod line;
pub mod pattern;
pub mod postgres;
pub mod progress;
pub mod python;
pub mod reach;
pub mod record;
pub mod request;
pub mod resume;
pub mod sanitise;
pub mod scan;
pub mod screenline;
pub mod store;
pub mod traffic;
pub mod unittest;
pub mod walk;
pub mod window;

pub use group::Group;
pub use level::Level;
pub use line::{Colour, Span, Style, StyledLine};
pub use store::{Limits, Store};
pub use window::{Entry, LogLine, Mark};
