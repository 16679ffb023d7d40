//! Hostile output, endless lines, floods, and a dashboard that stands still. Numbers are those
//! of the list of faults.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use alacritty_terminal::vte::{Params, Parser, Perform};
use biostar_tui::engine::{Engine as _, port::LogRequest};
use futures_util::StreamExt as _;

use crate::{
    dashboard::{self, shows, shows_all},
    place::Place,
    pty::Pty,
};

/// Lines that try to reach the terminal, each with an end that must be seen.
fn corpus() -> Vec<Vec<u8>> {
    let marks = format!("stacked o{} end01", "\u{301}".repeat(2000));
    let mut lines: Vec<Vec<u8>> = [
        "\x1b]52;c;ZXZpbA==\x07end02",
        "\x1b]0;a title\x1b\\\x1b]8;;http://evil\x1b\\end03",
        "\x1bP+q544e\x1b\\\x1b_Gi=1\x1b\\\x1b^pm\x1b\\end04",
        "\x1b[2J\x1b[H\x1b[?1049l\x1b[?1003h\x1b[6n\x1b[c\x1bcend05",
        "\u{9b}31m\u{9d}52;c;x\u{9c}end06",
        "bidi \u{202e}txet\u{2066} tags \u{e0041}\u{e007f} end07",
        "\x1b(0\x0e\x0f\x05\x07\x08end08",
        "\x1b]52;c;never closed",
        marks.as_str(),
        "שלום مرحبا end10",
        "👨\u{200d}👩\u{200d}👧\u{200d}👦 family\tend11",
        "Downloading  10%\rDownloading 100%\x1b[K end12",
        "name\tsize\tend13",
    ]
    .iter()
    .map(|line| line.as_bytes().to_vec())
    .collect();
    lines.push(b"\xff\xfe broken \xc3( end14".to_vec());
    lines
}

/// Lines of the flood and bytes of the endless line. A test build takes a minute of a busy
/// machine for what the list of faults asks; the long tier does that.
const SIZES: (u64, u64) = if cfg!(feature = "long") { (1_000_000, 100_000_000) } else { (10_000, 2_000_000) };

fn flood() -> String {
    format!("while [ ! -e /tmp/go ]; do sleep 0.1; done; busybox seq 1 {}; echo flooded; sleep 3600", SIZES.0)
}

fn endless() -> String {
    let line = format!("busybox head -c {} /dev/zero | busybox tr '\\000' x", SIZES.1);
    format!("{line}; echo; echo behind the long line; sleep 3600")
}

fn project(place: &Place) -> String {
    let octal = |line: &Vec<u8>| line.iter().map(|byte| format!("\\{byte:03o}")).collect::<String>() + "\\n";
    let hostile: String = corpus().iter().map(octal).map(|line| format!("printf '{line}'; ")).collect();
    let image = place.tiny_image();
    let service = |name: &str, script: &str| {
        format!(
            "[services.{name}]\nimage = \"{image}\"\ncommand = [\"sh\", \"-c\", {}]\n",
            serde_json::to_string(&script).unwrap()
        )
    };
    service("hostile", &format!("{hostile} sleep 3600")) + &service("endless", &endless()) + &service("flood", &flood())
}

/// Faults 14, 15, 18 and 23.
#[test]
fn whatever_containers_write_only_our_own_sequences_reach_the_terminal() {
    let place = Place::new("hostile");
    std::fs::create_dir_all(&place.root).unwrap();
    place.write("biostar-tui.toml", &project(&place));
    place.set("BIOSTAR_TUI_LOGS__SPOOL", "0");
    place.set("BIOSTAR_TUI_LOGS__LINES", "1000");
    place.run(&["up"]).ends(0);
    let mut screen = dashboard::open(&place, (140, 70));
    shows_all(&screen, &["end08", "end10", "end12", "end14", "Downloading 100%", "name    size    end13"]);
    shows_all(&screen, &["<U+202E>", "<U+2066>", "<U+E0041>"]);
    stands_still(&place, screen.pid());
    let begun = Instant::now();
    screen.type_keys("?");
    shows(&screen, "esc closes");
    // The figures hold it to 50 ms; here a test build shares a busy machine.
    assert!(begun.elapsed() < Duration::from_secs(5), "a key was answered after {:?}", begun.elapsed());
    screen.type_keys("\x1b");
    shows_after_long(&screen, &["flooded", "older lines dropped", "behind the long line"]);
    assert!(resident_mib(screen.pid()) < 100, "{} MiB", resident_mib(screen.pid()));
    only_our_own(screen.raw().as_bytes());
    for verb in ["logs hostile", "logs hostile --json"] {
        let printed = dashboard::terminal(&place, verb, (140, 70));
        shows_all(&printed, &["end08", "end13", "end14"]);
        only_our_own(printed.raw().as_bytes());
    }
}

/// While the dashboard does not run at all, a container writes on at its own rate.
fn stands_still(place: &Place, dashboard: u32) {
    signal("STOP", dashboard);
    place.execute("development", "flood", &["sh", "-c", ": > /tmp/go"]);
    let id = place.service("flood").id;
    let request = LogRequest { tail: Some(1), ..LogRequest::default() };
    place.until("the flood is written", || {
        let lines = place.wait_for(async { place.engine.logs(&id, &request).await.unwrap().collect::<Vec<_>>().await });
        lines.iter().flatten().any(|line| line.bytes.starts_with(b"flooded")).then_some(())
    });
    signal("CONT", dashboard);
}

/// A test build takes minutes of a busy machine for a million lines.
#[track_caller]
fn shows_after_long(screen: &Pty, texts: &[&str]) {
    let (begun, patience) = (Instant::now(), Duration::from_secs(1200));
    let is_there = || {
        let screen = screen.screen().join("\n");
        texts.iter().all(|text| screen.contains(text))
    };
    while !is_there() && begun.elapsed() < patience {
        std::thread::sleep(Duration::from_millis(100));
    }
    shows_all(screen, texts);
}

fn signal(name: &str, pid: u32) {
    let sent = std::process::Command::new("kill").args(["-s", name, &pid.to_string()]).status().unwrap();
    assert!(sent.success());
}

fn resident_mib(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}

/// What was written, taken apart as a terminal does.
#[derive(Default)]
struct Written(BTreeSet<String>);

/// What `runtime::terminal` and ratatui's backend write, and nothing else.
fn only_our_own(raw: &[u8]) {
    let mut written = Written::default();
    Parser::<1024>::new().advance(&mut written, raw);
    let modes = ["1000", "1002", "1003", "1004", "1006", "1049", "2004", "2026", "25"];
    let own = |sequence: &String| match sequence.as_str() {
        "CSI H" | "CSI m" | "CSI J" | "CSI K" | "CSI  q" | "OSC 11;?" | "ESC \\" | "C0 0d" | "C0 0a" => true,
        other => modes.iter().any(|mode| other == format!("CSI ?h {mode}") || other == format!("CSI ?l {mode}")),
    };
    let foreign: Vec<&String> = written.0.iter().filter(|sequence| !own(sequence)).collect();
    assert!(foreign.is_empty(), "{foreign:?}");
}

impl Perform for Written {
    fn print(&mut self, c: char) {
        let hidden = matches!(c, '\u{80}'..='\u{9f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
            | '\u{e0000}'..='\u{e0fff}' | '\u{200b}' | '\u{feff}');
        if hidden {
            self.0.insert(format!("char {:04x}", u32::from(c)));
        }
    }

    fn execute(&mut self, byte: u8) {
        self.0.insert(format!("C0 {byte:02x}"));
    }

    fn csi_dispatch(&mut self, params: &Params, intermediates: &[u8], _ignored: bool, action: char) {
        let kind = String::from_utf8_lossy(intermediates).into_owned();
        if kind == "?" {
            self.0.extend(params.iter().flatten().map(|mode| format!("CSI ?{action} {mode}")));
        } else {
            self.0.insert(format!("CSI {kind}{action}"));
        }
    }

    fn osc_dispatch(&mut self, params: &[&[u8]], _bell: bool) {
        let text: Vec<_> = params.iter().map(|part| String::from_utf8_lossy(part).into_owned()).collect();
        self.0.insert(format!("OSC {}", text.join(";")));
    }

    fn esc_dispatch(&mut self, intermediates: &[u8], _ignored: bool, byte: u8) {
        self.0.insert(format!("ESC {}{}", String::from_utf8_lossy(intermediates), byte as char));
    }

    fn hook(&mut self, _params: &Params, _intermediates: &[u8], _ignored: bool, action: char) {
        self.0.insert(format!("DCS {action}"));
    }
}
