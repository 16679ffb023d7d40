//! `logs`.

use std::collections::VecDeque;
use std::io::{IsTerminal as _, Write};
use std::pin::{Pin, pin};

use bytes::Bytes;
use clap::ArgMatches;
use futures_util::{FutureExt as _, StreamExt as _, stream::SelectAll};
use serde_json::json;

use crate::cli::{
    exit::{Failure, Outcome},
    flags::Flags,
    session::Session,
    verbs::logs_merged::{Merged, Timed},
    verbs::logs_wanted::{Sieve, Wanted},
};
use crate::core::{naming::Role, notice::Notice, observed::Timestamp, status};
use crate::engine::port::{LogLine, LogRequest, LogStream, Stream};
use crate::logs::level::{self, Level};
use crate::logs::sanitise;
use crate::runtime::{spool::reader, state_folder};

/// Prints logs of services.
///
/// # Errors
/// An unknown service, a moment that cannot be read, or an engine that does not answer.
pub async fn run(flags: &Flags, matches: &ArgMatches) -> Outcome {
    let request = request(matches)?;
    let session = Session::open_for_objects(flags).await?;
    let services = chosen(&session, matches)?;
    let form = Form {
        json: flags.json,
        timestamps: matches.get_flag("timestamps"),
        named: services.len() > 1,
        terminal: std::io::stdout().is_terminal(),
    };
    let wanted = Wanted::read(matches)?;
    let mut sources = Vec::new();
    // The last of what is wanted; what is followed has no last, and begins with the engine's.
    let tail = request.tail.filter(|_| !wanted.is_all() && !request.follow);
    let request = LogRequest { tail: request.tail.filter(|_| tail.is_none()), ..request };
    for (service, id) in services {
        let lines = sifted(whole(&session, &request, &service, id).await?, &wanted);
        let lines = match tail {
            Some(count) => last_of(lines, count),
            None => lines,
        };
        sources.push((service, lines));
    }
    let written = if request.follow && !matches.get_flag("merge") {
        follow(&session, &form, sources).await
    } else {
        merge(&session, &form, sources, request.follow).await
    };
    written.map_err(Failure::from)
}

fn request(matches: &ArgMatches) -> Result<LogRequest, Failure> {
    let text = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    let tail =
        text("tail").map(|tail| tail.parse::<u64>().map_err(|_| bad("tail", tail, "a number of lines"))).transpose()?;
    Ok(LogRequest {
        follow: matches.get_flag("follow"),
        tail,
        since: text("since").map(|text| moment("since", text)).transpose()?,
        until: text("until").map(|text| moment("until", text)).transpose()?,
    })
}

/// `10m` before now, the last `14:05`, a day and a time, or a moment with its zone.
fn moment(flag: &str, text: &str) -> Result<Timestamp, Failure> {
    let moment = moment_before(&jiff::Zoned::now(), text);
    let nanoseconds = moment.and_then(|moment| i64::try_from(moment.as_nanosecond()).ok());
    nanoseconds.ok_or_else(|| bad(flag, text, "10m, 2h, 3d, 14:05, or 2024-05-01T12:00:00Z"))
}

/// Where no zone is named, the one of the present is meant.
fn moment_before(now: &jiff::Zoned, text: &str) -> Option<jiff::Timestamp> {
    let span = || now.checked_sub(text.parse::<jiff::Span>().ok()?).ok();
    let day = || text.parse::<jiff::civil::DateTime>().ok()?.to_zoned(now.time_zone().clone()).ok();
    let moment = text.parse::<jiff::Timestamp>().ok();
    moment.or_else(|| Some(last_at(now, text).or_else(day).or_else(span)?.timestamp()))
}

/// A time of day: today's, or yesterday's where today's is to come.
fn last_at(now: &jiff::Zoned, text: &str) -> Option<jiff::Zoned> {
    // A day with a time would be read as that time alone.
    let is_time = text.contains(':') && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b':');
    let at = is_time.then(|| text.parse::<jiff::civil::Time>().ok()).flatten()?;
    let today = now.with().time(at).build().ok()?;
    if today <= *now { Some(today) } else { now.yesterday().ok()?.with().time(at).build().ok() }
}

fn bad(flag: &str, text: &str, wanted: &str) -> Failure {
    Failure::Usage(vec![Notice::error(format!("--{flag} cannot be {text:?}")).remedy(format!("give {wanted}"))])
}

/// A line from the engine, or from the spool: that knows no stream any more.
struct Printed {
    time: Timestamp,
    stream: Option<LogStream>,
    bytes: Bytes,
    complete: bool,
}

impl Timed for Printed {
    fn time(&self) -> Timestamp {
        self.time
    }
}

impl From<LogLine> for Printed {
    fn from(line: LogLine) -> Self {
        Self { time: line.time, stream: Some(line.stream), bytes: line.bytes, complete: line.complete }
    }
}

/// What is wanted of a service's log.
fn sifted(lines: Stream<Printed>, wanted: &Wanted) -> Stream<Printed> {
    if wanted.is_all() {
        return lines;
    }
    let mut sieve = Sieve::new(wanted.clone());
    let taken = move |line: Result<Printed, _>| {
        let text = |line: &Printed| sanitise::plain(&String::from_utf8_lossy(&line.bytes));
        let taken = match line {
            Ok(line) => sieve.take(&text(&line), line).into_iter().map(Ok).collect(),
            Err(error) => vec![Err(error)],
        };
        futures_util::stream::iter(taken)
    };
    lines.flat_map(taken).boxed()
}

/// A service's log: what the spool has from before the engine's first line (an earlier
/// container's, or what was rotated away), then the engine's. `--tail` counts through both.
async fn whole(
    session: &Session,
    request: &LogRequest,
    service: &str,
    container: Option<String>,
) -> Result<Stream<Printed>, Notice> {
    let missing = missing(session, request, container.as_deref()).await?;
    let mut engine = match container {
        Some(id) => session.engine.logs(&id, request).await?.map(|line| line.map(Printed::from)).boxed().peekable(),
        None => futures_util::stream::empty().boxed().peekable(),
    };
    if missing == Some(0) {
        return Ok(engine.boxed());
    }
    let (since, until) = (request.since.unwrap_or(Timestamp::MIN), request.until.unwrap_or(Timestamp::MAX));
    let folder = state_folder::of(&session.project).join("logs").join(service);
    // A quiet log that is followed has no first line yet: nothing of it is older than now.
    let first = tokio::time::timeout(FIRST_LINE, Pin::new(&mut engine).peek()).await;
    let first = first.ok().flatten().and_then(|line| line.as_ref().ok()).map_or(Timestamp::MAX, |line| line.time);
    let spooled = reader::lines_before(&folder, first).filter(move |(time, _)| (since..=until).contains(time));
    let printed =
        |(time, text): (Timestamp, String)| Printed { time, stream: None, bytes: text.into(), complete: true };
    match missing {
        Some(count) => {
            let last: Vec<_> = last(spooled, count).into_iter().map(printed).map(Ok).collect();
            Ok(futures_util::stream::iter(last).chain(engine).boxed())
        }
        None => Ok(futures_util::stream::iter(spooled.map(printed).map(Ok)).chain(engine).boxed()),
    }
}

/// How many lines of `--tail` the engine does not have; `None` where all are wanted.
async fn missing(session: &Session, request: &LogRequest, container: Option<&str>) -> Result<Option<u64>, Notice> {
    let (Some(wanted), Some(id)) = (request.tail, container) else { return Ok(request.tail) };
    let lines = session.engine.logs(id, &LogRequest { follow: false, ..request.clone() }).await?;
    let whole = lines.filter(|line| std::future::ready(line.as_ref().is_ok_and(|line| line.complete)));
    Ok(Some(wanted.saturating_sub(whole.count().await as u64)))
}

/// The last so many of some lines.
fn last<T>(lines: impl Iterator<Item = T>, count: u64) -> VecDeque<T> {
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    let mut kept = VecDeque::new();
    for line in lines {
        kept.push_back(line);
        if kept.len() > count {
            kept.pop_front();
        }
    }
    kept
}

/// The last so many lines of a log that is not followed.
fn last_of(lines: Stream<Printed>, count: u64) -> Stream<Printed> {
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    let kept = lines.fold(VecDeque::new(), move |mut kept, line| {
        kept.push_back(line);
        if kept.len() > count {
            kept.pop_front();
        }
        std::future::ready(kept)
    });
    kept.map(futures_util::stream::iter).flatten_stream().boxed()
}

/// How long a log's first line is waited for before the spool's lines are printed.
const FIRST_LINE: std::time::Duration = std::time::Duration::from_secs(1);

/// The chosen services with the ids of their containers, where they have one.
fn chosen(session: &Session, matches: &ArgMatches) -> Result<Vec<(String, Option<String>)>, Failure> {
    let named: Vec<String> = matches.get_many::<String>("service").into_iter().flatten().cloned().collect();
    // As they are shown: a container may outlive its declaration.
    let all: Vec<String> =
        status::service_view(&session.project, &session.observed).into_iter().map(|view| view.name).collect();
    if let Some(unknown) = named.iter().find(|name| !all.contains(name)) {
        return Err(unknown_service(session, unknown));
    }
    let wanted = if named.is_empty() { all } else { named };
    let found = wanted.into_iter().map(|name| {
        let container = session.observed.container(Role::Service, &name).map(|container| container.id.clone());
        (name, container)
    });
    Ok(found.collect())
}

fn unknown_service(session: &Session, name: &str) -> Failure {
    Failure::Usage(vec![session.project.no_service(name)])
}

/// How often a quiet log looks whether it is still read.
const LOOK: std::time::Duration = std::time::Duration::from_millis(500);

struct Form {
    json: bool,
    timestamps: bool,
    named: bool,
    terminal: bool,
}

/// Lines as they come; each service's are in order.
async fn follow(session: &Session, form: &Form, sources: Vec<(String, Stream<Printed>)>) -> Result<(), Notice> {
    let named = |(service, lines): (String, Stream<Printed>)| lines.map(move |line| (service.clone(), line)).boxed();
    let mut all: SelectAll<_> = sources.into_iter().map(named).collect();
    let mut out = std::io::stdout().lock();
    while let Some(Some((service, line))) = while_read(all.next()).await {
        if !write_line(&mut out, session, form, &service, &line?) || out.flush().is_err() {
            break;
        }
    }
    Ok(())
}

/// What comes; `None` where nobody reads any more.
async fn while_read<T>(next: impl Future<Output = T>) -> Option<T> {
    let mut next = pin!(next);
    let mut look = tokio::time::interval(LOOK);
    loop {
        tokio::select! {
            biased;
            next = &mut next => return Some(next),
            _ = look.tick() => if nobody_reads() {
                return None;
            },
        }
    }
}

/// Whether standard output is a pipe whose reader is gone: without a line to write that
/// would not be noticed for hours.
fn nobody_reads() -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let stdout = std::io::stdout();
    let mut ends = [PollFd::new(&stdout, PollFlags::empty())];
    let asked = poll(&mut ends, Some(&Timespec { tv_sec: 0, tv_nsec: 0 }));
    // A terminal that hangs up sends its signal; this is for pipes and sockets.
    asked.is_ok() && ends[0].revents().intersects(PollFlags::ERR | PollFlags::NVAL)
}

/// All services' lines in the order of their times.
async fn merge(
    session: &Session,
    form: &Form,
    sources: Vec<(String, Stream<Printed>)>,
    follows: bool,
) -> Result<(), Notice> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut merged = Merged::new(sources, follows);
    loop {
        while let Some((service, line)) = merged.ready() {
            if !write_line(&mut out, session, form, service, &line?) {
                return Ok(());
            }
        }
        // A pipe that is closed has had enough.
        if out.flush().is_err() {
            return Ok(());
        }
        let Some(Some((service, line))) = while_read(merged.next()).await else { return Ok(()) };
        if !write_line(&mut out, session, form, service, &line?) {
            return Ok(());
        }
    }
}

/// Writes a line; false when nobody reads any more.
fn write_line(out: &mut impl Write, session: &Session, form: &Form, service: &str, line: &Printed) -> bool {
    let text = sanitise::plain(&String::from_utf8_lossy(&line.bytes));
    let time =
        || jiff::Timestamp::from_nanosecond(i128::from(line.time)).map(|time| time.to_string()).unwrap_or_default();
    if form.json {
        let level = level::recognise(&text).map(Level::as_str);
        // JSON escapes neither C1 controls nor what reorders text: a terminal gets neither.
        let shown = if form.terminal { text.into() } else { String::from_utf8_lossy(&line.bytes) };
        let shown = session.secrets.mask(&shown);
        let object =
            json!({ "time": time(), "service": service, "stream": line.stream, "level": level, "text": shown });
        return writeln!(out, "{object}").is_ok();
    }
    let mut prefix = String::new();
    if form.timestamps {
        prefix = format!("{} ", time());
    }
    if form.named {
        prefix = format!("{prefix}{service:<8} | ");
    }
    if form.terminal {
        return writeln!(out, "{prefix}{}", session.secrets.mask(&text)).is_ok();
    }
    let end: &[u8] = if line.complete { b"\n" } else { b"" };
    out.write_all(prefix.as_bytes()).and_then(|()| out.write_all(&line.bytes)).and_then(|()| out.write_all(end)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_lines_are_kept() {
        assert_eq!(last(1..=5, 2), [4, 5]);
        assert_eq!(last(1..=2, 5), [1, 2]);
        assert!(last(1..=2, 0).is_empty());
    }

    #[test]
    fn moments_are_spans_or_timestamps() {
        assert_eq!(moment("since", "1970-01-01T00:00:01Z").unwrap(), 1_000_000_000);
        assert!(moment("since", "10m").unwrap() > 0);
        assert!(moment("since", "yesterday-ish").is_err());
    }

    #[test]
    fn a_time_of_day_is_the_last_one() {
        let now: jiff::Zoned = "2026-11-30T12:00:00+01:00[Europe/Vienna]".parse().unwrap();
        for (text, wanted) in [
            ("11:30", "2026-11-30T10:30:00Z"),
            ("11:30:15", "2026-11-30T10:30:15Z"),
            ("14:05", "2026-11-29T13:05:00Z"),
            ("2026-11-28 07:00", "2026-11-28T06:00:00Z"),
            ("2026-11-28T07:00:00Z", "2026-11-28T07:00:00Z"),
            ("90m", "2026-11-30T09:30:00Z"),
        ] {
            assert_eq!(moment_before(&now, text).map(|at| at.to_string()).as_deref(), Some(wanted), "{text}");
        }
        assert_eq!(moment_before(&now, "25:00"), None);
    }
}
