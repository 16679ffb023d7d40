//! A bar that tells how much of something is done.

use crate::core::progress::Progress;

/// `[████░░░░] 12/40`; nothing where the total is unknown. `cells` is the bar's width; of none only
/// the numbers are left.
pub fn bar(progress: &Progress, cells: u16) -> Option<String> {
    let Progress { done, total, .. } = *progress;
    if total == 0 {
        return None;
    }
    let done = done.min(total);
    if cells == 0 {
        return Some(format!("{done}/{total}"));
    }
    let cells = usize::from(cells);
    // At most `cells`, so the conversion cannot fail.
    let full = usize::try_from(u128::from(done) * cells as u128 / u128::from(total)).unwrap_or(cells);
    Some(format!("[{}{}] {done}/{total}", "█".repeat(full), "░".repeat(cells - full)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_bounded() {
        let of = |done, total| bar(&Progress { label: "x".into(), done, total }, 16);
        assert_eq!(of(1, 2).unwrap(), "[████████░░░░░░░░] 1/2");
        assert_eq!(of(9, 2).unwrap(), "[████████████████] 2/2");
        assert_eq!(of(u64::MAX, u64::MAX).unwrap().matches('█').count(), 16);
        assert_eq!(of(7, 0), None);
        assert_eq!(bar(&Progress { label: String::new(), done: 9, total: 2 }, 0).unwrap(), "2/2");
    }
}
