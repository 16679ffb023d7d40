//! Real outputs (Django 5.2 on PostgreSQL 15), and what is told of them.

use super::*;

fn reason(text: &str) -> Reason {
    of(&text.lines().collect::<Vec<_>>())
}

fn told(text: &str) -> String {
    reason(text).text()
}

macro_rules! output {
    ($name:literal) => {
        include_str!(concat!("../../../tests/outputs/", $name, ".txt"))
    };
}

#[test]
fn what_failed_is_named_first() {
    for (output, what, first) in [
        (
            output!("migrate-sql"),
            "migration forum.0003_bad",
            "django.db.utils.ProgrammingError: column \"id\" of relation \"forum_post\" already exists",
        ),
        (output!("migrate-python"), "migration forum.0003_bad", "ValueError: no post may be so old: 354"),
        (
            output!("migrate-graph"),
            "migration forum.0003_bad",
            "django.db.migrations.exceptions.NodeNotFoundError: Migration forum.0003_bad dependencies reference \
             nonexistent parent node ('forum', '0002_nosuch')",
        ),
        (
            output!("load-broken"),
            "fixture forum/fixtures/broken.json, line 2 column 1",
            "django.core.serializers.base.DeserializationError: Problem installing fixture \
             '/project/forum/fixtures/broken.json':",
        ),
        (
            output!("load-badvalue"),
            "fixture forum/fixtures/badvalue.json, forum.vote:pk=1",
            "django.core.serializers.base.DeserializationError: Problem installing fixture \
             '/project/forum/fixtures/badvalue.json': ['“abc” value must be an integer.']: (forum.vote:pk=1) \
             field_value was 'abc'",
        ),
        (
            output!("load-badmodel"),
            "fixture forum/fixtures/badmodel.json",
            "django.core.serializers.base.DeserializationError: Problem installing fixture \
             '/project/forum/fixtures/badmodel.json': Invalid model identifier: forum.nosuch",
        ),
        (
            output!("load-badfk"),
            "fixtures: Key (author_id)=(424242) is not present in table \"auth_user\".",
            "django.db.utils.IntegrityError: Problem installing fixtures: insert or update on table \"forum_post\" \
             violates foreign key constraint \"forum_post_author_id_609b7963_fk_auth_user_id\"",
        ),
        (
            output!("settings-import"),
            "the settings cannot be imported",
            "ModuleNotFoundError: No module named 'nosuchmodule'",
        ),
        (output!("settings-syntax"), "the settings cannot be imported", "SyntaxError: '(' was never closed"),
        (output!("settings-name"), "the settings cannot be imported", "ModuleNotFoundError: No module named 'nosuch'"),
        (output!("settings-app"), "an app of INSTALLED_APPS", "ModuleNotFoundError: No module named 'nosuchapp'"),
        (output!("unknown-command"), "Unknown command: 'nosuchcommand'", "Type 'manage.py help' for usage."),
        (output!("pip-none"), PIP, "check the spelling or pin another version"),
    ] {
        let reason = reason(output);
        assert_eq!((reason.what.as_deref(), reason.lines.first().map(String::as_str)), (Some(what), Some(first)));
    }
}

const PIP: &str = "nosuchpackagehere==9: the package index has nothing of that name for Python 3.11.2";

#[test]
fn places_are_the_project_s() {
    for (output, place) in [
        (
            output!("migrate-python"),
            "at forum/migrations/0003_bad.py:4 in boom: raise ValueError(\"no post may be so old: %s\" % \
             Post.objects.count())",
        ),
        (output!("settings-import"), "at demo/settings.py:118: import nosuchmodule"),
        (output!("settings-syntax"), "at demo/settings.py:118: X = ("),
        (output!("urls"), "at forum/views.py:41: def (page_of(request, objects, size=POSTS_PER_PAGE):"),
    ] {
        assert_eq!(reason(output).lines[1], place);
    }
}

#[test]
fn what_is_behind_it_is_told() {
    let broken = reason(output!("load-broken"));
    assert_eq!(broken.lines[1], "json.decoder.JSONDecodeError: Expecting value: line 2 column 1 (char 55)");
    let rolled_back = "the database demo is as it was before the step; what the step left is in demo__failed";
    assert_eq!(reason(output!("migrate-sql")).lines[1..], [rolled_back]);
    assert_eq!(reason(output!("pip-none")).lines[1..], ["the packages from before stay in use"]);
    assert_eq!(
        reason(output!("load-badfk")).lines[1..],
        ["DETAIL:  Key (author_id)=(424242) is not present in table \"auth_user\"."]
    );
}

#[test]
fn an_object_that_cannot_be_stored_is_named() {
    let text = "Traceback (most recent call last):\n  File \"/lib/a.py\", line 1, in b\n    c()\n\
                django.db.utils.ProgrammingError: Problem installing fixture '/project/forum/fixtures/x.json': \
                Could not load forum.Post(pk=9): relation \"forum_post\" does not exist\n\
                LINE 1: UPDATE \"forum_post\" SET\n               ^\n";
    let reason = reason(text);
    assert_eq!(reason.what.as_deref(), Some("fixture forum/fixtures/x.json, forum.Post(pk=9)"));
    assert_eq!(reason.lines[1..], ["LINE 1: UPDATE \"forum_post\" SET"]);
}

#[test]
fn refusals_are_told_without_what_is_around_them() {
    assert_eq!(
        told(
            "CommandError: no such app\n\nbiostar-tui: step x failed with exit code 2\n\
              biostar-tui: the database is as it was"
        ),
        "no such app\nthe database is as it was"
    );
    let usage = reason(output!("usage"));
    assert_eq!(usage.what.as_deref(), Some("unrecognized arguments: --foo"));
    assert!(usage.lines[0].starts_with("usage: manage.py migrate") && usage.lines.len() == 7, "{usage:?}");
    assert_eq!(
        told(output!("system-check")),
        "forum.Tag: (models.E015) 'ordering' refers to the nonexistent field, related field, or lookup 'nosuch'."
    );
}

#[test]
fn a_traceback_is_its_exception_and_the_frame_in_the_project() {
    let text = r#"  Applying forum.0003_y...Traceback (most recent call last):
  File "/project/manage.py", line 16, in <module>
    main()
Traceback (most recent call last):
  File "/project/manage.py", line 16, in <module>
    main()
  File "/project/forum/migrations/0003_y.py", line 3, in bad
    raise ValueError("no way")
    ^^^^^^^^^^
  File "/var/lib/x/django/db.py", line 7, in run
    self.code()
ValueError: no way
DETAIL:  a row
biostar-tui: step migrate failed with exit code 1
biostar-tui: the database is as it was"#;
    let expected = "migration forum.0003_y\nValueError: no way\n\
                    at forum/migrations/0003_y.py:3 in bad: raise ValueError(\"no way\")\n\
                    DETAIL:  a row\nthe database is as it was";
    assert_eq!(told(text), expected);
}

#[test]
fn a_frame_of_an_earlier_traceback_will_do() {
    let chained = "Traceback (most recent call last):\n  File \"/project/a.py\", line 1, in f\n    g()\nE: 1\n\n\
                   Traceback (most recent call last):\n  File \"/lib/b.py\", line 2, in h\n    i()\nF: 2";
    assert_eq!(told(chained), "F: 2\nat a.py:1 in f: g()");
    let manage = "Traceback (most recent call last):\n  File \"/project/manage.py\", line 3\n    x = (\n        ^\n\
                  SyntaxError: '(' was never closed";
    assert_eq!(told(manage), "SyntaxError: '(' was never closed\nat manage.py:3: x = (");
}

#[test]
fn words_of_ours_stand_alone_and_behind_half_a_line() {
    let text = "ERROR: No matching distribution\n\
                biostar-tui: step packages failed with exit code 1; the packages from before stay in use\n\
                biostar-tui: nosuch==9: the package index has nothing of that name";
    let expected = "nosuch==9: the package index has nothing of that name\nthe packages from before stay in use";
    assert_eq!(told(text), expected);
    assert_eq!(told("  Applying x...biostar-tui: PostgreSQL is away"), "migration x\nPostgreSQL is away");
}

#[test]
fn a_command_without_a_traceback_shows_its_last_lines() {
    let text = "one\n\ntwo\nbiostar-tui: step x failed with exit code 2";
    assert_eq!(told(text), "one\ntwo");
    let broken_off = "Traceback (most recent call last):\n  File \"/x\", line 1";
    assert_eq!(told(broken_off), broken_off);
    assert_eq!(told(""), "");
}

proptest::proptest! {
    #[test]
    fn nothing_makes_it_panic(words in proptest::collection::vec(
        proptest::sample::select(vec!["Traceback (most recent call last):", "\n", "  File \"/project/", "\", line ", "1",
            ", in f", "E: ", "Problem installing fixture '", "'", "Could not load ", "): ", ") field_value was ", "(",
            "  Applying ", "...", "usage: ", ": error: ", "SystemCheckError: ", "ERRORS:", "CommandError: ", "é",
            "biostar-tui: ", "step x failed with exit code 1; ", "NodeNotFoundError: Migration ", "DETAIL:",
            "The above exception was the direct cause of the following exception:",
            "json.decoder.JSONDecodeError: ", ": line ", " (char"]), 0..40)) {
        told(&words.concat());
    }
}
