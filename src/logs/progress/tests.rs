//! Real outputs, and what is read from them.

use super::*;

/// What each telling line says: `12/40 label`, `12 label` without a total.
fn read(own: Option<&str>, output: &str) -> Vec<String> {
    let mut reader = Reader::new(own);
    let told = output.lines().filter_map(|line| reader.line(line));
    told.map(|Progress { label, done, total }| match total {
        0 => format!("{done} {label}"),
        total => format!("{done}/{total} {label}"),
    })
    .collect()
}

#[test]
fn pip_counts_requirements_until_their_own_requirements_come() {
    // pip 23.0.1 without a terminal.
    let output = "biostar-tui: 2 requirements to install\n\
                  Collecting Django==5.2.19\n  \
                  Downloading django-5.2.19-py3-none-any.whl (8.3 MB)\n\
                  Requirement already satisfied: django-haystack in ./x (from -r r.txt (line 2)) (3.4.0)\n  \
                  Preparing metadata (pyproject.toml): started\n\
                  Collecting asgiref<4,>=3.8.1\n  \
                  Downloading https://files.example/a/asgiref-3.13.0-py3-none-any.whl (27 kB)\n\
                  Building wheels for collected packages: django-haystack\n  \
                  Building wheel for django-haystack (pyproject.toml): started\n\
                  Installing collected packages: Whoosh, sqlparse, Django\n\
                  Successfully installed Django-5.2.19";
    assert_eq!(
        read(None, output),
        [
            "0/2 packages",
            "1/2 Django==5.2.19",
            "1/2 downloading django-5.2.19-py3-none-any.whl",
            "2/2 django-haystack",
            "3 asgiref<4,>=3.8.1",
            "3 downloading asgiref-3.13.0-py3-none-any.whl",
            "3 building django-haystack",
            "0 installing 3 packages",
        ]
    );
}

#[test]
fn migrate_counts_what_it_announced() {
    let output = "Operations to perform:\n  Apply all migrations: auth, forum\nbiostar-tui: 2 migrations to apply\n\
                  Running migrations:\n  Applying auth.0001_initial... OK\n  Applying forum.0002_x...some words\n OK\n  \
                  Applying forum.0003_y... FAKED\n  Applying forum.0004_z... OK";
    assert_eq!(
        read(None, output),
        ["0/2 migrations", "1/2 auth.0001_initial", "1/2 forum.0002_x", "2/2 forum.0003_y", "3 forum.0004_z"]
    );
    assert_eq!(
        read(None, "  Applying a.0001_initial... OK\n  Unapplying a.0001_initial... OK"),
        ["1 a.0001_initial", "2 a.0001_initial"]
    );
    assert!(read(None, "biostar-tui: 0 migrations to apply\n  No migrations to apply.").is_empty());
}

#[test]
fn an_index_is_read_model_by_model() {
    let output = "Removing all documents from your index because you said so.\nIndexing 354 posts\n  \
                  indexed 1 - 200 of 354 (worker PID: 40).\n  indexed 201 - 354 of 354 (worker PID: 40).\n\
                  Indexing 3 users";
    assert_eq!(read(None, output), ["0/354 posts", "200/354 posts", "354/354 posts", "0/3 users"]);
}

#[test]
fn other_commands_tell_what_they_have_done() {
    for (line, wanted) in [
        ("Installed 913 object(s) from 1 fixture(s)", "913 objects"),
        ("\rProcessed 40 object(s).\rProcessed 41 object(s).", "41 objects"),
        ("130 static files copied to '/var/lib/static', 2 unmodified.", "130 static files"),
        ("1 static file copied to '/var/lib/static'.", "1 static files"),
    ] {
        assert_eq!(read(None, line), [wanted], "{line}");
    }
}

#[test]
fn other_lines_tell_nothing() {
    for line in [
        "",
        " ",
        "Applying",
        "Indexing posts",
        "Indexing 99999999999999999999999 posts",
        "indexed 1 - x of y",
        "indexed 1 - 2 of ",
        "biostar-tui: many migrations to apply",
        "12 monkeys",
        "\u{202e}Collecting",
        "Downloading https://example.org/",
        "Installed 3 apps",
    ] {
        assert!(read(None, line).is_empty(), "{line}");
    }
}

#[test]
fn a_step_s_own_expression_is_all_that_counts() {
    let own = Some(r"(\d+)/(\d+)");
    assert_eq!(read(own, "Indexing 354 posts\nuser 12/40\r13/40\nat 99999999999999999999/4\nnothing"), ["13/40 "]);
    assert_eq!(read(own, &format!("{} 1/2", "x".repeat(LONGEST))), [""; 0]);
    assert_eq!(read(Some("("), "Indexing 354 posts"), ["0/354 posts"]);
}

#[test]
fn announcements_are_known_as_such() {
    assert!(is_announcement("biostar-tui: 20 migrations to apply"));
    assert!(is_announcement("biostar-tui: 7 requirements to install"));
    assert!(!is_announcement("biostar-tui: the database is as it was"));
}

proptest::proptest! {
    #[test]
    fn nothing_makes_it_panic(output in r"(?s).{0,200}", words in proptest::collection::vec(
        proptest::sample::select(vec!["Collecting ", "Applying ", "...", " OK", "Indexing ", "indexed ", " - ", " of ",
            "18446744073709551615", "1", " ", "\n", "biostar-tui: ", "migrations to apply", "\r", "é"]), 0..30)) {
        read(None, &output);
        read(None, &words.concat());
        read(Some(r"(\d+)\D+(\d+)"), &words.concat());
    }
}

#[test]
fn tests_are_counted_as_they_end() {
    let mut reader = Reader::new(None);
    let at = reader.line("biostar-tui: test 12/42 FAILED forum.tests.test_posts.PostTests.test_edit (0.02 s)").unwrap();
    assert_eq!((at.label.as_str(), at.done, at.total), ("test_edit", 12, 42));
    assert_eq!(reader.line("biostar-tui: 42 tests to run"), None);
}
