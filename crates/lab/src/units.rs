//! Values with units as `tc netem` and RouterOS write them: durations, rates, probabilities, counts.
//!
//! All are exact integers: no floating point decides anything in a run.

use clock::Duration;

/// A duration: `10s`, `1m30s`, `500ms`, `1.5s`, `20us`, `0`. A bare number other than 0 is refused, because `tc` reads
/// it as microseconds and netlab as milliseconds.
///
/// # Errors
/// Words on what is wrong.
pub fn duration(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    if text == "0" {
        return Ok(Duration::ZERO);
    }
    let wrong = || format!("`{text}` is not a duration; write it with a unit, as in 10s, 1m30s or 500ms");
    let mut rest = text;
    let mut total: u64 = 0;
    if rest.is_empty() {
        return Err(wrong());
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').ok_or_else(wrong)?;
        let (number, tail) = rest.split_at(digits);
        let unit_end = tail.find(|c: char| !c.is_ascii_alphabetic() && c != 'µ').unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(unit_end);
        let nanos: u64 = match unit {
            "ns" | "nsec" => 1,
            "us" | "usec" | "µs" => 1_000,
            "ms" | "msec" => 1_000_000,
            "s" | "sec" => 1_000_000_000,
            "m" | "min" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            "d" => 86_400_000_000_000,
            "w" => 604_800_000_000_000,
            _ => return Err(wrong()),
        };
        let part = decimal(number, nanos).ok_or_else(wrong)?;
        total = total.checked_add(part).ok_or_else(wrong)?;
        rest = tail.trim_start();
    }
    Ok(Duration::from_nanos(total))
}

/// A decimal number times `unit`, rounded down; none when it is no number or does not fit.
fn decimal(number: &str, unit: u64) -> Option<u64> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || (whole.is_empty() && fraction.is_empty()) || fraction.len() > 15
    {
        return None;
    }
    let whole: u128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let scale = 10_u128.pow(u32::try_from(fraction.len()).ok()?);
    let fraction: u128 = if fraction.is_empty() { 0 } else { fraction.parse().ok()? };
    let total = whole.checked_mul(u128::from(unit))?.checked_add(fraction * u128::from(unit) / scale)?;
    u64::try_from(total).ok()
}

/// A probability as `tc` writes it, in percent with or without the sign: `0.5%`, `3`. In parts per billion.
///
/// # Errors
/// Words on what is wrong.
pub fn percent(text: &str) -> Result<u32, String> {
    let number = text.trim().trim_end_matches('%').trim_end();
    // One percent is 10 million parts per billion.
    decimal(number, 10_000_000)
        .filter(|parts| *parts <= 1_000_000_000)
        .and_then(|parts| u32::try_from(parts).ok())
        .ok_or_else(|| format!("`{text}` is not a percentage between 0% and 100%, as in 0.5%"))
}

/// A rate in bits per second: `10mbit`, `10M`, `1.5Gbit`, `256k`, `1000000`. As in `tc`, `bps` is bytes per second.
///
/// # Errors
/// Words on what is wrong.
pub fn rate(text: &str) -> Result<u64, String> {
    let text = text.trim();
    let wrong = || format!("`{text}` is not a rate, as in 10M, 10mbit or 1.5gbit");
    let split = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let unit = unit.trim().to_ascii_lowercase();
    let (prefix, bits) = match unit.as_str() {
        "" | "bit" => ("", 1),
        "bps" => ("", 8),
        unit => {
            let bare = unit.strip_suffix("bit").map(|prefix| (prefix, 1));
            bare.or_else(|| unit.strip_suffix("bps").map(|prefix| (prefix, 8))).unwrap_or((unit, 1))
        }
    };
    let scale = match prefix {
        "" => 1,
        "k" => 1_000,
        "m" => 1_000_000,
        "g" => 1_000_000_000,
        "t" => 1_000_000_000_000,
        "ki" => 1 << 10,
        "mi" => 1 << 20,
        "gi" => 1 << 30,
        "ti" => 1_u64 << 40,
        _ => return Err(wrong()),
    };
    decimal(number, scale * bits).filter(|rate| *rate > 0).ok_or_else(wrong)
}

/// A whole number between `low` and `high`.
///
/// # Errors
/// Words on what is wrong.
pub fn count(text: &str, low: u64, high: u64) -> Result<u64, String> {
    text.trim().parse().ok().filter(|n| (low..=high).contains(n)).ok_or_else(|| match (low, high) {
        (0, high) if high >= u64::MAX - 1 => format!("`{text}` is not a whole number"),
        _ => format!("`{text}` is not a whole number between {low} and {high}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_need_a_unit() {
        for (text, nanos) in [
            ("0", 0),
            ("10s", 10_000_000_000),
            ("1m30s", 90_000_000_000),
            ("500ms", 500_000_000),
            ("1.5s", 1_500_000_000),
            ("20usec", 20_000),
            ("1h 2m", 3_720_000_000_000),
        ] {
            assert_eq!(duration(text).map(Duration::as_nanos), Ok(nanos), "{text}");
        }
        for text in ["", "10", "s", "10x", "-1s", "1..5s", "1s2", "99999999999999999999s"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn percentages_are_exact() {
        assert_eq!(percent("0.5%"), Ok(5_000_000));
        assert_eq!(percent("100"), Ok(1_000_000_000));
        assert_eq!(percent("0.0000001%"), Ok(1));
        for text in ["101%", "x", "-1%", ""] {
            assert!(percent(text).is_err(), "{text}");
        }
    }

    #[test]
    fn rates_are_in_bits_unless_tc_says_bytes() {
        for (text, bits) in [
            ("10M", 10_000_000),
            ("10mbit", 10_000_000),
            ("1.5gbit", 1_500_000_000),
            ("256k", 256_000),
            ("1000", 1000),
            ("1mbps", 8_000_000),
            ("1kibit", 1024),
        ] {
            assert_eq!(rate(text), Ok(bits), "{text}");
        }
        for text in ["0", "fast", "10 apples", ""] {
            assert!(rate(text).is_err(), "{text}");
        }
    }
}
