//! What a failed test leaves in the output of `unittest`, which Django's runner is one of
//! (`printErrorList` of the standard library's `unittest/runner.py`).

/// Characters that both rules have.
const RULE: usize = 70;
/// What stands before a test's name.
const FLAVOURS: [&str; 3] = ["FAIL: ", "ERROR: ", "UNEXPECTED SUCCESS: "];

/// The line above a failed test's heading.
pub fn begins(text: &str) -> bool {
    is_rule(text, b'=')
}

/// The line below a failed test's heading, and above the count of all tests.
pub fn divides(text: &str) -> bool {
    is_rule(text, b'-')
}

fn is_rule(text: &str, of: u8) -> bool {
    let text = text.trim_end();
    text.len() == RULE && text.bytes().all(|byte| byte == of)
}

/// What a heading says: how the test ended and its name, without the path that Python 3.11
/// and newer repeat it with.
pub fn heading(text: &str) -> Option<String> {
    let text = text.trim_end();
    let flavour = FLAVOURS.iter().find(|flavour| text.starts_with(**flavour))?;
    let name = &text[flavour.len()..];
    let Some((method, rest)) = name.split_once(" (") else { return Some(text.to_owned()) };
    let (path, more) = rest.split_once(')')?;
    let path = path.strip_suffix(method).and_then(|path| path.strip_suffix('.')).unwrap_or(path);
    Some(format!("{flavour}{method} ({path}){more}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn headings_of_all_versions() {
        for (text, wanted) in [
            ("FAIL: test_x (forum.tests.A.test_x)", "FAIL: test_x (forum.tests.A)"),
            ("FAIL: test_x (forum.tests.A)", "FAIL: test_x (forum.tests.A)"),
            ("ERROR: test_x (forum.tests.A.test_x) (n=1)", "ERROR: test_x (forum.tests.A) (n=1)"),
            (
                "ERROR: forum.tests.b (unittest.loader._FailedTest.forum.tests.b)",
                "ERROR: forum.tests.b (unittest.loader._FailedTest)",
            ),
            ("ERROR: setUpClass (forum.tests.A)", "ERROR: setUpClass (forum.tests.A)"),
            ("FAIL: /project/a.rst", "FAIL: /project/a.rst"),
        ] {
            assert_eq!(heading(text).as_deref(), Some(wanted));
        }
        assert_eq!(heading("FAILED (failures=1)"), None);
        assert!(begins(&"=".repeat(70)) && !begins(&"=".repeat(69)) && divides(&"-".repeat(70)));
    }

    proptest! {
        #[test]
        fn any_line_may_come(text in "(FAIL: )?\\PC{0,80}") {
            let _ = (heading(&text), begins(&text), divides(&text));
        }
    }
}
