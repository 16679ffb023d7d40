//! Amounts of memory: `64m`, `1.5g`.

use crate::config::forms::{Misfit, short};

const FORM: &str = "a number with k, m or g: \"64m\", \"1.5g\"; 6m at least";
/// The engine refuses less (moby, `daemon/daemon_unix.go`).
const LEAST: u64 = 6 << 20;

/// Bytes; a number without a unit is bytes, as for the docker command.
///
/// # Errors
/// What is wrong with it.
pub fn bytes(text: &str) -> Result<u64, Misfit> {
    let wrong = || Misfit::new(format!("`{}` is no amount of memory", short(text)), FORM);
    let lower = text.trim().to_ascii_lowercase();
    let at = lower.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(lower.len());
    let (number, unit) = lower.split_at(at);
    let factor: u32 = match unit {
        "" | "b" => 1,
        "k" | "kb" => 1 << 10,
        "m" | "mb" => 1 << 20,
        "g" | "gb" => 1 << 30,
        _ => return Err(wrong()),
    };
    let amount = number.trim().parse::<f64>().map_err(|_| wrong())? * f64::from(factor);
    // More than any machine has is a slip of the pen.
    if !amount.is_finite() || amount < 0.0 || amount > f64::from(1 << 30) * 1024.0 * 1024.0 {
        return Err(wrong());
    }
    // In range by the line above; what is below a byte does not count.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked above")]
    let bytes = amount as u64;
    if bytes < LEAST {
        return Err(Misfit::new(format!("`{}` is too little: the engine starts nothing in it", short(text)), FORM));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_of_memory() {
        for (text, wanted) in
            [("64m", 64 << 20), ("64MB", 64 << 20), ("1.5g", 3 << 29), ("8192k", 8 << 20), ("7340032", 7 << 20)]
        {
            assert_eq!(bytes(text), Ok(wanted), "{text}");
        }
        for text in ["", "m", "64x", "-64m", "5m", "1e400g", "nang", "64 m m", "9999999999g"] {
            assert!(bytes(text).is_err(), "{text}");
        }
    }
}
