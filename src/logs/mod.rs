//! Log lines: decoded, sanitised, masked and kept within bounds. Pure.

pub mod assemble;
pub mod glyph;
pub mod line;
pub mod resume;
pub mod sanitise;
pub mod screenline;
pub mod store;

pub use line::{Colour, Span, Style, StyledLine};
pub use store::{Entry, Limits, LogLine, Mark, Store};
