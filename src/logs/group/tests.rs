//! Groups of real logs, and of any lines.

use super::*;
use crate::logs::{level, sanitise::Sanitiser};
use proptest::prelude::*;

/// Real logs, as the demo's containers and servers wrote them.
const RUNSERVER: &str = include_str!("../../../tests/fixtures/logs/runserver.log");
const POSTGRES: &str = include_str!("../../../tests/fixtures/logs/postgres.log");
const GUNICORN: &str = include_str!("../../../tests/fixtures/logs/gunicorn.log");
/// `unittest` of Python 3.11, as Django's runner prints it.
const UNITTEST: &str = include_str!("../../../tests/fixtures/logs/unittest.log");
const GROUP: &str = include_str!("../../../tests/fixtures/logs/exception_group.log");

fn groups(lines: &[String]) -> Groups {
    let mut groups = Groups::default();
    for (number, line) in (0..).zip(lines) {
        groups.push(number, line, level::recognise(line));
    }
    groups
}

fn sanitised(log: &str) -> Vec<String> {
    let mut sanitiser = Sanitiser::default();
    log.split('\n').map(|line| sanitiser.line(line.as_bytes(), 0).text().to_owned()).collect()
}

/// Each group as its title, its first and last line, and the line of its place.
fn told(log: &str) -> Vec<[String; 4]> {
    let lines = sanitised(log);
    let line = |number: u64| lines[usize::try_from(number).unwrap()].trim().to_owned();
    let tell = |group: &Group| {
        [group.title.to_string(), line(group.first), line(group.end - 1), group.place.map(line).unwrap_or_default()]
    };
    groups(&lines).iter().map(tell).collect()
}

#[test]
fn tracebacks_of_django() {
    assert_eq!(
        told(RUNSERVER),
        [
            [
                "ValueError: cannot divide the posts",
                "ERROR django.request: Internal Server Error: /boom/",
                "ValueError: cannot divide the posts",
                "File \"/project/forum/views.py\", line 274, in boom",
            ],
            [
                "ProgrammingError: relation \"nowhere\" does not exist",
                "ERROR django.request: Internal Server Error: /boomsql/",
                "^",
                "File \"/project/forum/views.py\", line 280, in boom_sql",
            ],
        ]
    );
}

#[test]
fn messages_of_postgresql() {
    let told = told(POSTGRES);
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0][0], "relation \"nowhere\" does not exist at character 26");
    assert!(told[0][1].contains("ERROR:") && told[0][2] == "FROM nowhere");
}

#[test]
fn a_worker_that_does_not_boot() {
    let told = told(GUNICORN);
    assert_eq!(told.len(), 2, "{told:?}");
    assert_eq!(told[0][0], "ValueError: cannot divide the posts");
    assert!(told[1][1].ends_with("[ERROR] Exception in worker process"), "{told:?}");
    assert_eq!(told[1][0], "ModuleNotFoundError: No module named 'demo.nothere'");
}

#[test]
fn an_exception_group_is_one() {
    let told = told(GROUP);
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0][0], "ExceptionGroup: several (2 sub-exceptions)");
    assert!(told[0][2].starts_with("+---"), "{told:?}");
}

#[test]
fn each_failed_test_is_one() {
    let lines = sanitised(UNITTEST);
    let groups = groups(&lines);
    let line = |number: u64| lines[usize::try_from(number).unwrap()].trim();
    let tell = |group: &Group| {
        assert!(group.kind == Kind::Test && group.level == Level::Error && line(group.first).starts_with("==="));
        let subject = group.subject.clone().unwrap_or_default();
        (format!("{subject} · {}", group.title), group.place.map(line).unwrap_or_default())
    };
    let told: Vec<_> = groups.iter().map(tell).collect();
    let wanted = [
        ("ERROR: test_lost (forum.tests.VoteTest) · ValueError: no such post", "line 10, in test_lost"),
        (
            "FAIL: test_counts (forum.tests.VoteTest) · AssertionError: '12 votes\\nup\\n' != '12 votes\\ndown\\n'",
            "line 5, in test_counts",
        ),
        ("FAIL: test_each (forum.tests.VoteTest) (n=0) · AssertionError: 0 is not true", "line 14, in test_each"),
    ];
    assert_eq!(told.len(), wanted.len(), "{told:?}");
    for ((title, place), (wanted, at)) in told.iter().zip(wanted) {
        assert!(title == wanted && place.ends_with(at), "{title} at {place}");
    }
    let ends: Vec<_> = groups.iter().map(|group| line(group.end)).collect();
    assert_eq!(ends, ["=".repeat(70), "=".repeat(70), "-".repeat(70)], "what a test has printed is of it");
}

#[test]
fn a_rule_alone_is_no_failed_test() {
    let rule = "=".repeat(70);
    assert_eq!(told(&format!("{rule}\n{rule}\nFAILED (failures=1)\n{rule}\nFAIL: x\n")).len(), 1);
    assert!(told(&format!("{rule}\nno heading\nFAIL: test_x (a.B)\n")).is_empty());
}

#[test]
fn a_group_is_trimmed_and_cut() {
    let lines = sanitised(RUNSERVER);
    let mut groups = groups(&lines);
    let [first, second] = [0, 1].map(|n| groups.list[n].clone());
    groups.trim(first.first + 2);
    assert_eq!(groups.unit(first.first + 3), first.first + 2..first.end);
    groups.cut(second.first + 1);
    assert_eq!(groups.iter().count(), 1);
    groups.trim(second.first);
    assert_eq!(groups.iter().count(), 0);
}

/// Lines of real logs in any order, and others.
fn any_lines() -> impl Strategy<Value = Vec<String>> {
    let all: Vec<String> = [RUNSERVER, POSTGRES, GROUP, UNITTEST].iter().flat_map(|log| sanitised(log)).collect();
    let piece = (0..all.len(), 1_usize..12);
    prop::collection::vec(piece, 0..30).prop_map(move |pieces| {
        pieces.iter().flat_map(|(from, count)| all.iter().skip(*from).take(*count).cloned()).collect()
    })
}

proptest! {
    /// Going from entry to entry meets every line once, whatever came.
    #[test]
    fn grouping_never_loses_a_line(lines in any_lines(), first in 0_u64..40) {
        let mut groups = groups(&lines);
        groups.trim(first);
        let end = lines.len() as u64;
        let mut next = first.min(end);
        while next < end {
            let unit = groups.unit(next);
            prop_assert_eq!(unit.start, next);
            prop_assert!(unit.end > next && unit.end <= end);
            for number in unit.clone() {
                prop_assert_eq!(groups.unit(number), unit.clone());
            }
            next = unit.end;
        }
    }
}
