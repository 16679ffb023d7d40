//! What is drawn: one component a file, each a function of what it is given.
//!
//! Colour never carries a meaning alone. Components draw with the names of ANSI's colours, which
//! stand for roles; the theme's colours come with the last step ([`paint`]). Names and messages of others pass the sanitiser on their way here.

pub mod activity;
pub mod banner;
pub mod bar;
pub mod choice_list;
mod console_cell;
pub mod console_pane;
pub mod elapsed;
pub mod footer;
pub mod frames;
pub mod help;
pub mod log_entry;
pub mod log_lines;
pub mod log_pane;
pub mod log_prompt;
pub mod log_rows;
pub mod log_text;
pub mod log_view;
pub mod log_word;
pub mod look;
pub mod news;
pub mod next_keys;
pub mod notices;
pub mod offline;
pub mod paint;
pub mod palette;
pub mod pane;
pub mod question;
pub mod services;
pub mod sparkline;
pub mod status_line;
pub mod tabs;
pub mod task_page;
pub mod tasks;
pub mod text_page;
pub mod usage_graphs;
pub mod wrap;
