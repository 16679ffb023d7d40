//! The time.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::core::observed::Timestamp;

/// The current time, in nanoseconds since the Unix epoch.
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    // Fits until the year 2262; a clock beyond that shows wrong spans, nothing else.
    Timestamp::try_from(since.as_nanos()).unwrap_or(Timestamp::MAX)
}
