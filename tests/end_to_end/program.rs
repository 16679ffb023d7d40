//! Runs of the built program, and what it has said.

use std::{
    io::Write as _,
    os::unix::process::ExitStatusExt as _,
    process::{Child, Command, Output, Stdio},
};

use serde_json::Value;

/// A run that has ended.
#[derive(Debug)]
pub struct Ran {
    pub line: String,
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ran {
    pub fn of(line: String, output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { line, code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
    }

    /// The same run, which must have ended with this code.
    #[track_caller]
    pub fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}\n--- stdout\n{}\n--- stderr\n{}", self.line, self.out, self.err);
        self
    }

    /// Both streams, for what must be in one of them or in none.
    pub fn all(&self) -> String {
        format!("{}\n{}", self.out, self.err)
    }

    #[track_caller]
    pub fn says(self, words: &[&str]) -> Self {
        let all = self.all();
        for word in words {
            assert!(all.contains(word), "{:?} is not in what {} said:\n{all}", word, self.line);
        }
        self
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{}: {error}:\n{}", self.line, self.out))
    }

    pub fn last_line(&self) -> &str {
        self.out.lines().last().unwrap_or_default()
    }
}

/// Runs a command to its end with this standard input.
pub fn run(mut command: Command, input: &str) -> Ran {
    let line = format!("{command:?}");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("it has an input");
    // A program that asks for nothing may be gone before it is answered.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    let output = child.wait_with_output().expect("the program ends");
    assert_eq!(output.status.signal(), None, "{line} was killed");
    Ran::of(line, &output)
}

/// A run in the background. Killed when the test gives it up.
pub struct Running {
    child: Child,
    line: String,
}

impl Running {
    pub fn of(mut command: Command, log: std::fs::File) -> Self {
        let line = format!("{command:?}");
        let out = log.try_clone().expect("the log can be shared");
        let child = command.stdin(Stdio::null()).stdout(out).stderr(log).spawn().expect("the program starts");
        Self { child, line }
    }

    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("the program can be waited for").is_some()
    }

    /// SIGINT, as by Ctrl-C.
    pub fn interrupt(&self) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::INT).expect("the program can be interrupted");
    }

    /// SIGKILL, as by `kill -9`.
    pub fn kill(mut self) {
        assert!(!self.has_ended(), "{} had ended before it was killed", self.line);
        self.child.kill().expect("the program can be killed");
        self.child.wait().expect("the program can be waited for");
    }

    pub fn end(mut self) -> Option<i32> {
        self.child.wait().expect("the program can be waited for").code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
