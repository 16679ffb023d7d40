//! A screen as a picture: what the emulator shows of the program, as SVG.

use std::fmt::Write as _;

use alacritty_terminal::term::cell::{Cell, Flags};
use alacritty_terminal::vte::ansi::{Color, NamedColor, Rgb};
use biostar_tui::core::theme::xterm;

/// A cell's size in a picture, and the letters' within it: those of DejaVu Sans Mono are 0.602 of
/// their size wide, 1.164 high and 0.928 above their line, so that frames have no gaps.
const CELL: f64 = 8.0;
const ROW: f64 = 15.5;
const LETTERS: f64 = 13.288;
const BASE: f64 = 12.3;

/// A cell as it is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drawn {
    letter: char,
    ink: (u8, u8, u8),
    ground: (u8, u8, u8),
    is_bold: bool,
}

impl Drawn {
    pub fn of(cell: &Cell) -> Self {
        let (mut ink, mut ground) = (rgb(cell.fg), rgb(cell.bg));
        if cell.flags.contains(Flags::INVERSE) {
            (ink, ground) = (ground, ink);
        }
        Self { letter: cell.c, ink, ground, is_bold: cell.flags.contains(Flags::BOLD) }
    }
}

fn rgb(colour: Color) -> (u8, u8, u8) {
    match colour {
        Color::Spec(Rgb { r, g, b }) => (r, g, b),
        Color::Indexed(number) => xterm(number),
        Color::Named(NamedColor::Foreground) => (0xd5, 0xda, 0xe1),
        Color::Named(NamedColor::Background) => (0x15, 0x19, 0x1e),
        Color::Named(name) => xterm(u8::try_from(name as usize).unwrap_or(7)),
    }
}

fn hex((red, green, blue): (u8, u8, u8)) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// A name by another one, in a row whose middle is empty: what stands right of that stays there.
pub fn rename(row: &mut Vec<Drawn>, from: &str, to: &str) {
    let letters: Vec<char> = row.iter().map(|cell| cell.letter).collect();
    let wanted: Vec<char> = from.chars().collect();
    let Some(at) = letters.windows(wanted.len()).position(|window| window == wanted) else { return };
    let (style, width) = (row[at], row.len());
    row.splice(at..at + wanted.len(), to.chars().map(|letter| Drawn { letter, ..style }));
    let gap = row.windows(2).rposition(|pair| pair.iter().all(|cell| cell.letter == ' ')).unwrap_or(row.len() - 1);
    let blank = Drawn { letter: ' ', ..row[gap] };
    (row.len()..width).for_each(|_| row.insert(gap, blank));
    row.truncate(width);
}

/// What of a screen does not change from one day to the next: frames with their titles, and the
/// row of keys.
pub fn skeleton(rows: &[Vec<Drawn>]) -> String {
    let text = |row: &Vec<Drawn>| row.iter().map(|cell| cell.letter).collect::<String>();
    let texts: Vec<String> = rows.iter().skip(1).map(text).collect();
    let keys = texts.last().map(|row| plain(row));
    let edges = texts.iter().flat_map(|row| edges(row)).map(|edge| plain(&edge));
    edges.chain(keys).collect::<Vec<_>>().join("\n")
}

/// The upper and lower edges of frames in a row.
fn edges(row: &str) -> Vec<String> {
    let mut edges = Vec::new();
    let mut rest = row;
    while let Some(start) = rest.find(['┌', '┏', '└', '┗']) {
        let Some(length) = rest[start..].find(['┐', '┓', '┘', '┛']) else { break };
        edges.push(rest[start..start + length].to_owned());
        rest = &rest[start + length..];
    }
    edges
}

/// Runs of digits, lines and blanks as one of them.
fn plain(row: &str) -> String {
    let same = row.trim().chars().map(|c| match c {
        '0'..='9' => '0',
        '━' => '─',
        other => other,
    });
    let mut text = String::new();
    for c in same {
        if !(matches!(c, '0' | '─' | ' ') && text.ends_with(c)) {
            text.push(c);
        }
    }
    text
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The skeleton that a picture was made of.
pub fn described(svg: &str) -> Option<String> {
    let text = svg.split_once("<desc>")?.1.split_once("</desc>")?.0;
    Some(text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
}

/// The picture of a screen.
pub fn svg(rows: &[Vec<Drawn>], title: &str) -> String {
    let columns = rows.first().map_or(0, Vec::len);
    let (width, height) = (size(columns, CELL), size(rows.len(), ROW));
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\">\n\
         <title>{}</title>\n<desc>{}</desc>\n\
         <g font-family=\"DejaVu Sans Mono, Menlo, Consolas, monospace\" font-size=\"{LETTERS}\">\n",
        escaped(title),
        escaped(&skeleton(rows)),
    );
    for (number, row) in rows.iter().enumerate() {
        runs(row, |a, b| a.ground == b.ground, |start, run| ground(&mut svg, number, start, run));
        runs(row, |a, b| (a.ink, a.is_bold) == (b.ink, b.is_bold), |start, run| letters(&mut svg, number, start, run));
    }
    svg.push_str("</g>\n</svg>\n");
    svg
}

fn size(cells: usize, one: f64) -> f64 {
    f64::from(u32::try_from(cells).unwrap_or_default()) * one
}

fn runs(row: &[Drawn], same: impl Fn(&Drawn, &Drawn) -> bool, mut draw: impl FnMut(usize, &[Drawn])) {
    let mut start = 0;
    for run in row.chunk_by(same) {
        draw(start, run);
        start += run.len();
    }
}

fn ground(svg: &mut String, row: usize, start: usize, run: &[Drawn]) {
    let (x, y, width) = (size(start, CELL), size(row, ROW), size(run.len(), CELL));
    let fill = hex(run[0].ground);
    let _ = writeln!(
        svg,
        "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{ROW}\" fill=\"{fill}\" shape-rendering=\"crispEdges\"/>"
    );
}

/// Words at their own places, so that no font moves what is behind them.
fn letters(svg: &mut String, row: usize, start: usize, run: &[Drawn]) {
    let weight = if run[0].is_bold { " font-weight=\"bold\"" } else { "" };
    runs(
        run,
        |a, b| (a.letter == ' ') == (b.letter == ' '),
        |within, word| {
            if word[0].letter == ' ' {
                return;
            }
            let text: String = word.iter().map(|cell| cell.letter).collect();
            let (x, y, length) = (size(start + within, CELL), size(row, ROW) + BASE, size(word.len(), CELL));
            let _ = writeln!(
                svg,
                "<text x=\"{x}\" y=\"{y}\" textLength=\"{length}\" lengthAdjust=\"spacingAndGlyphs\" fill=\"{}\"{weight}>{}</text>",
                hex(word[0].ink),
                escaped(&text)
            );
        },
    );
}
