//! Opens an address in the user's browser.

use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

use crate::core::browser;
use crate::core::notice::Notice;

/// What has not failed by then has opened it: some programs stay as long as the browser does.
const PATIENCE: Duration = Duration::from_secs(3);

/// Opens an address; tells by what, or what else can be done.
pub async fn open(address: String) -> Notice {
    let openers = browser::openers(&address, |name| std::env::var(name).unwrap_or_default());
    for words in &openers {
        if let Some((program, rest)) = words.split_first()
            && opened(program, rest).await
        {
            return Notice::info(format!("{address} is opened by {program}"));
        }
    }
    let tried: Vec<&str> = openers.iter().filter_map(|words| words.first().map(String::as_str)).collect();
    let why = match tried.as_slice() {
        [] => "neither a desktop nor the variable BROWSER is known here".to_owned(),
        tried => format!("tried: {}", tried.join(", ")),
    };
    let remedy = "copy the address and open it where your browser is; from another machine after \
                  `ssh -L 8000:127.0.0.1:8000 HOST` with its port";
    Notice::warning(format!("{address} could not be opened here")).because(why).remedy(remedy)
}

async fn opened(program: &str, words: &[String]) -> bool {
    let mut command = Command::new(program);
    // It neither writes on our terminal nor ends with us.
    command.args(words).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
    let Ok(mut child) = command.spawn() else { return false };
    match tokio::time::timeout(PATIENCE, child.wait()).await {
        Ok(ended) => ended.is_ok_and(|status| status.success()),
        Err(_) => {
            tokio::spawn(async move { child.wait().await });
            true
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_missing_or_fails_has_opened_nothing() {
        assert!(!opened("biostar-tui-no-such-program", &[]).await);
        assert!(!opened("false", &[]).await);
        assert!(opened("true", &[]).await);
    }
}
