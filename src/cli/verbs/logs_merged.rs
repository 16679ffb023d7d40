//! Logs of several services in the order of their times, a line of each held at a time.

use std::time::Duration;

use futures_util::future::{FutureExt as _, join_all, select_all};
use futures_util::{Stream, StreamExt as _};

/// How long a line is held back for earlier ones of others where logs are followed. What is
/// silent for longer is not waited for until it has something again.
const PATIENCE: Duration = Duration::from_millis(300);

/// What has a time.
pub(super) trait Timed {
    /// When it was, in nanoseconds.
    fn time(&self) -> i64;
}

/// One log of several.
struct Source<S: Stream> {
    name: String,
    lines: S,
    head: Option<S::Item>,
    is_quiet: bool,
    has_ended: bool,
}

impl<S: Stream + Unpin> Source<S> {
    fn is_wanted(&self) -> bool {
        self.head.is_none() && !self.has_ended
    }

    async fn fill(&mut self) {
        self.head = self.lines.next().await;
        self.has_ended = self.head.is_none();
        self.is_quiet = false;
    }
}

/// Several logs as one.
pub(super) struct Merged<S: Stream> {
    sources: Vec<Source<S>>,
    /// Whether the logs go on without end.
    follows: bool,
}

impl<S: Stream<Item = Result<T, E>> + Unpin, T: Timed, E> Merged<S> {
    pub(super) fn new(logs: Vec<(String, S)>, follows: bool) -> Self {
        let source = |(name, lines)| Source { name, lines, head: None, is_quiet: false, has_ended: false };
        Self { sources: logs.into_iter().map(source).collect(), follows }
    }

    /// The next line that is there without waiting, with whose it is.
    pub(super) fn ready(&mut self) -> Option<(&str, S::Item)> {
        self.fill().now_or_never()?;
        self.take()
    }

    /// The next line with whose it is; `None` where all have ended. May be dropped and called
    /// again.
    pub(super) async fn next(&mut self) -> Option<(&str, S::Item)> {
        if self.follows {
            let filled = tokio::time::timeout(PATIENCE, self.fill()).await;
            let silent = self.sources.iter_mut().filter(|source| filled.is_err() && source.is_wanted());
            silent.for_each(|source| source.is_quiet = true);
            if self.sources.iter().all(|source| source.head.is_none()) {
                self.any().await;
            }
        } else {
            self.fill().await;
        }
        self.take()
    }

    /// A line of each that is waited for; of the quiet ones what they have.
    async fn fill(&mut self) {
        let (quiet, others): (Vec<_>, Vec<_>) =
            self.sources.iter_mut().filter(|source| source.is_wanted()).partition(|source| source.is_quiet);
        for source in quiet {
            let _ = source.fill().now_or_never();
        }
        join_all(others.into_iter().map(Source::fill)).await;
    }

    /// A line of any.
    async fn any(&mut self) {
        let wanted: Vec<_> =
            self.sources.iter_mut().filter(|source| source.is_wanted()).map(|it| Box::pin(it.fill())).collect();
        if !wanted.is_empty() {
            select_all(wanted).await;
        }
    }

    fn take(&mut self) -> Option<(&str, S::Item)> {
        let time =
            |source: &&mut Source<S>| source.head.as_ref().map(|line| line.as_ref().map_or(i64::MIN, Timed::time));
        let there = self.sources.iter_mut().filter(|source| source.head.is_some());
        let source = there.min_by_key(time)?;
        source.head.take().map(|line| (source.name.as_str(), line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::stream::{self, BoxStream};

    impl Timed for i64 {
        fn time(&self) -> i64 {
            *self
        }
    }

    type Lines = BoxStream<'static, Result<i64, ()>>;

    /// Lines of these times; each comes when the pause before it is over.
    fn log(lines: &[(u64, i64)]) -> Lines {
        let line = |(pause, time)| async move {
            tokio::time::sleep(Duration::from_millis(pause)).await;
            Ok(time)
        };
        stream::iter(lines.to_vec()).then(line).boxed()
    }

    async fn all(logs: Vec<Lines>, follows: bool) -> Vec<i64> {
        let named = logs.into_iter().map(|lines| ("a".to_owned(), lines)).collect();
        let mut merged = Merged::new(named, follows);
        let mut times = Vec::new();
        while let Some((_, line)) = merged.next().await {
            times.extend(line);
        }
        times
    }

    #[tokio::test(start_paused = true)]
    async fn what_has_ended_is_waited_for_as_long_as_it_takes() {
        for follows in [false, true] {
            let logs = vec![log(&[(0, 1), (0, 4), (0, 6)]), log(&[(200, 2), (200, 3), (200, 5)])];
            assert_eq!(all(logs, follows).await, [1, 2, 3, 4, 5, 6]);
        }
        let late = vec![log(&[(0, 2)]), log(&[(5000, 1)])];
        assert_eq!(all(late, false).await, [1, 2]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_quiet_log_holds_no_other_back() {
        let began = tokio::time::Instant::now();
        let quick: Vec<_> = (0..1000).map(|time| (0, time)).collect();
        let mut merged =
            Merged::new(vec![("quick".into(), log(&quick)), ("quiet".into(), stream::pending().boxed())], true);
        for time in 0..1000 {
            assert_eq!(merged.next().await, Some(("quick", Ok(time))));
        }
        assert_eq!(began.elapsed(), PATIENCE);
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_quiet_has_its_place_again() {
        let quick: Vec<_> = (0..20).map(|time| (100, time * 100)).collect();
        let times = all(vec![log(&quick), log(&[(1050, 950), (10, 960)])], true).await;
        assert!(times.is_sorted(), "{times:?}");
        assert_eq!(times.len(), 22);
    }
}
