//! A look that takes long says so, on a terminal.

use std::{future::Future, io::IsTerminal as _, time::Duration};

use indicatif::{ProgressBar, ProgressStyle};

/// Who gets an answer by then has not waited.
const PATIENCE: Duration = Duration::from_millis(500);
/// What is looked at, and for how long.
const SPINNER: &str = "{spinner} {msg}, {elapsed}";

/// Waits for a look; on standard error it is told what is looked at while it takes.
pub async fn at<T>(what: &str, look: impl Future<Output = T>) -> T {
    tokio::pin!(look);
    if std::io::stderr().is_terminal() {
        tokio::select! {
            seen = &mut look => return seen,
            () = tokio::time::sleep(PATIENCE) => {}
        }
        let bar = spinner(what);
        let seen = look.await;
        bar.finish_and_clear();
        return seen;
    }
    look.await
}

fn spinner(what: &str) -> ProgressBar {
    let bar = ProgressBar::new_spinner().with_message(what.to_owned());
    // A template that indicatif could not read would fail the test below.
    bar.set_style(ProgressStyle::with_template(SPINNER).unwrap_or_else(|_| ProgressStyle::default_spinner()));
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_can_be_read() {
        assert!(ProgressStyle::with_template(SPINNER).is_ok());
    }

    #[tokio::test]
    async fn what_is_seen_is_given_back() {
        assert_eq!(at("at it", async { 7 }).await, 7);
    }
}
