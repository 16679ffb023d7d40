//! Building images with the classic builder: BuildKit cannot use a network of ours.

use std::collections::VecDeque;

use futures_util::stream;

use crate::engine::{
    docker::{
        DockerEngine,
        errors::{kind_of_status, printable, sanitised},
        http::{Ask, Call},
        images::progress,
        lines::JsonLines,
        query::Path,
        wire,
    },
    error::{EngineError, ErrorKind},
    port::{BuildEvent, BuildRequest, Result, Stream},
};

/// So many lines of output are kept for an error.
const KEPT_LINES: usize = 20;
/// So many of them it tells, where none of them says that it is one.
const TOLD_LINES: usize = 8;
/// So many characters of the instruction that failed: they are found by them.
const TOLD_INSTRUCTION: usize = 80;
/// What programs of a build begin their errors with: apt, pip, compilers and git, make.
const ERROR_MARKS: [&str; 5] = ["E: ", "ERROR: ", "error: ", "fatal: ", "make: ***"];
/// No line of output is held any longer than this.
const LONGEST_LINE: usize = 64 << 10;

impl DockerEngine {
    pub(super) async fn build_image(&self, request: BuildRequest) -> Result<Stream<BuildEvent>> {
        let call = Call::new("build image", &request.tag);
        let json = |map| serde_json::to_string(map).map_err(|error| call.error(error));
        let path = Path::from("/build")
            .with("version", "1")
            .with("t", &request.tag)
            .with("dockerfile", &request.dockerfile)
            .with("buildargs", json(&request.args)?)
            .with("labels", json(&request.labels)?)
            .with("networkmode", &request.network)
            .with("target", &request.target)
            .with("nocache", if request.no_cache { "1" } else { "0" })
            .with("rm", "1")
            .with("forcerm", "1");
        // The builder answers when it has read the context and begun: no deadline fits.
        let response = self.http.wait(call, Ask::post(path).tar(request.context)).await?;
        let work = Work { lines: Some(JsonLines::new(response.into_body())), report: Report::new(&request.tag) };
        Ok(Box::pin(stream::unfold(work, Work::step)))
    }
}

struct Work {
    /// `None` once it is over.
    lines: Option<JsonLines>,
    report: Report,
}

impl Work {
    async fn step(mut self) -> Option<(Result<BuildEvent>, Self)> {
        loop {
            if let Some(event) = self.report.ready.pop_front() {
                return Some((event, self));
            }
            let call = Call::new("build image", &self.report.tag);
            match self.lines.as_mut()?.next::<wire::Message>().await {
                Ok(Some(message)) => self.report.take(message),
                Ok(None) => self.report.end(),
                Err(failure) => self.report.ready.push_back(Err(call.error(failure))),
            }
            if self.report.over() {
                self.lines = None;
            }
        }
    }
}

/// What a builder has said so far.
struct Report {
    tag: String,
    ready: VecDeque<Result<BuildEvent>>,
    line: String,
    instruction: String,
    last: VecDeque<String>,
    image: Option<String>,
}

impl Report {
    fn new(tag: &str) -> Self {
        Self {
            tag: tag.to_owned(),
            ready: VecDeque::new(),
            line: String::new(),
            instruction: String::new(),
            last: VecDeque::new(),
            image: None,
        }
    }

    /// Whether what was said last is the last.
    fn over(&self) -> bool {
        matches!(self.ready.back(), Some(Err(_) | Ok(BuildEvent::Built(_))))
    }

    fn take(&mut self, message: wire::Message) {
        if let Some(id) = message.aux.as_ref().and_then(|aux| aux.get("ID")).and_then(|id| id.as_str()) {
            self.image = Some(id.to_owned());
        } else if let Some(text) = message.error {
            self.flush();
            self.ready.push_back(Err(self.failure(&text)));
        } else if let Some(text) = message.stream {
            self.text(&text);
        } else if message.status.is_some() {
            self.ready.push_back(Ok(progress(message)));
        }
    }

    /// Output comes in fragments of lines.
    fn text(&mut self, text: &str) {
        for piece in text.split_inclusive('\n') {
            self.line.push_str(piece);
            if piece.ends_with('\n') || self.line.len() > LONGEST_LINE {
                self.flush();
            }
        }
    }

    fn flush(&mut self) {
        let line = std::mem::take(&mut self.line);
        // What is left of a progress bar is its last state.
        let line = line.trim_end().rsplit('\r').next().unwrap_or_default();
        if line.is_empty() {
            return;
        }
        if let Some(step) = step(line) {
            self.instruction = line.to_owned();
            self.last.clear();
            self.ready.push_back(Ok(step));
            return;
        }
        if let Some(id) = line.strip_prefix("Successfully built ") {
            self.image.get_or_insert_with(|| id.to_owned());
        }
        self.remember(line);
        self.ready.push_back(Ok(BuildEvent::Output(line.to_owned())));
    }

    fn remember(&mut self, line: &str) {
        // What the program wrote on standard error comes in colours.
        let line = printable(line);
        if line.starts_with(" ---> ") || line.starts_with("Removing intermediate container") {
            return;
        }
        if self.last.len() == KEPT_LINES {
            self.last.pop_front();
        }
        self.last.push_back(line.chars().take(300).collect());
    }

    fn end(&mut self) {
        self.flush();
        let call = Call::new("build image", &self.tag);
        self.ready.push_back(match self.image.take() {
            Some(id) => Ok(BuildEvent::Built(id)),
            None => Err(call.ended_early()),
        });
    }

    fn failure(&self, text: &str) -> EngineError {
        let full = std::iter::once(text).chain(self.last.iter().map(String::as_str)).find(|text| is_disk_full(text));
        let mut message = String::new();
        if !self.instruction.is_empty() {
            message = shortened(&printable(&self.instruction), TOLD_INSTRUCTION);
            message.push('\n');
        }
        if let Some(line) = full {
            message.push_str(line.trim());
            return Call::new("build image", &self.tag).fails(ErrorKind::DiskFull, message);
        }
        message.push_str(&sanitised(&without_command(text)));
        for line in self.told() {
            message.push_str("\n  ");
            message.push_str(line);
        }
        Call::new("build image", &self.tag).fails(ErrorKind::Build, message)
    }

    /// The lines that call themselves errors, else the last ones.
    fn told(&self) -> Vec<&String> {
        let is_error = |line: &&String| ERROR_MARKS.iter().any(|mark| line.trim_start().starts_with(mark));
        let errors: Vec<_> = self.last.iter().filter(is_error).take(TOLD_LINES).collect();
        let last = || self.last.iter().skip(self.last.len().saturating_sub(TOLD_LINES)).collect();
        if errors.is_empty() { last() } else { errors }
    }
}

fn is_disk_full(text: &str) -> bool {
    kind_of_status(hyper::StatusCode::INTERNAL_SERVER_ERROR, text) == ErrorKind::DiskFull
}

fn shortened(text: &str, length: usize) -> String {
    match text.char_indices().nth(length) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The builder repeats the whole instruction: `The command '/bin/sh -c ...' returned a
/// non-zero code: 1`.
fn without_command(text: &str) -> String {
    let rest = text.rsplit_once("' returned a non-zero code: ").filter(|_| text.starts_with("The command '"));
    rest.map_or_else(|| text.to_owned(), |(_, code)| format!("it ended with exit code {code}"))
}

/// `Step 3/9 : RUN ...`
fn step(line: &str) -> Option<BuildEvent> {
    let (numbers, instruction) = line.strip_prefix("Step ")?.split_once(" : ")?;
    let (number, total) = numbers.split_once('/')?;
    Some(BuildEvent::Step {
        number: number.trim().parse().ok()?,
        total: total.trim().parse().ok()?,
        instruction: instruction.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(messages: &[&str]) -> Report {
        let mut report = Report::new("x:1");
        for message in messages {
            report.take(serde_json::from_str(message).unwrap());
        }
        report
    }

    #[test]
    fn fragments_become_steps_and_lines() {
        let messages = [r#"{"stream":"Step 2/3 : RUN a : b"}"#, r#"{"stream":"\n"}"#, r#"{"stream":"one\ntw"}"#];
        let mut report = report(&messages);
        report.take(serde_json::from_str(r#"{"stream":"o\n"}"#).unwrap());
        report.take(serde_json::from_str(r#"{"aux":{"ID":"sha256:1"}}"#).unwrap());
        report.end();
        let events: Vec<BuildEvent> = report.ready.into_iter().map(Result::unwrap).collect();
        let step = BuildEvent::Step { number: 2, total: 3, instruction: "RUN a : b".into() };
        let output = |text: &str| BuildEvent::Output(text.into());
        assert_eq!(events, [step, output("one"), output("two"), BuildEvent::Built("sha256:1".into())]);
    }

    #[test]
    fn a_failure_names_the_instruction_and_the_last_lines() {
        let messages = [
            r#"{"stream":"Step 1/2 : RUN false\n"}"#,
            r#"{"stream":"E: no such package\n"}"#,
            r#"{"stream":"that is all\n"}"#,
            r#"{"errorDetail":{"code":1,"message":"m"},"error":"The command '/bin/sh -c false' returned a non-zero code: 1"}"#,
        ];
        let error = report(&messages).ready.pop_back().unwrap().unwrap_err();
        assert_eq!(error.kind, ErrorKind::Build);
        assert_eq!(error.message, "Step 1/2 : RUN false\nit ended with exit code 1\n  E: no such package");
    }

    #[test]
    fn a_full_disk_is_told_alone() {
        let fetch = "E: Failed to fetch x  Error writing to file - write (28: No space left on device)";
        let messages = [
            &format!(r#"{{"stream":"Step 4/4 : RUN {}\n{fetch}\nE: Unable to fetch\n"}}"#, "x".repeat(99)),
            r#"{"errorDetail":{"code":1,"message":"m"},"error":"The command '/bin/sh -c x' returned a non-zero code: 100"}"#,
        ];
        let error = report(&messages.map(|message| message as &str)).ready.pop_back().unwrap().unwrap_err();
        assert_eq!(error.kind, ErrorKind::DiskFull);
        assert_eq!(error.message, format!("Step 4/4 : RUN {}…\n{fetch}", "x".repeat(65)));
    }

    #[test]
    fn an_end_without_an_image_is_an_error() {
        let mut report = report(&[r#"{"stream":"Step 1/2 : FROM x\n"}"#]);
        report.end();
        assert_eq!(report.ready.pop_back().unwrap().unwrap_err().kind, ErrorKind::Unreachable);
    }
}
