//! Time spans and dates.

use super::ascii;
use crate::{Names, PropertyType, Value, ValueError, ValueKind};
use clock::Duration;
use std::fmt::Write;

const SECOND: u64 = 1_000_000_000;

/// Nanoseconds of a RouterOS time literal: `10m`, `1w2d`, `1m1m` (additive, any order), `00:10:00`, `9:00` (h:m),
/// `1d00:00:00`, `500ms`, `00:00:02.001`, and plain seconds `30`, `1.5`.
#[must_use]
pub fn parse_time(text: &str) -> Option<u64> {
    let mut total: u64 = 0;
    let mut rest = text;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let at = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (digits, tail) = rest.split_at(at);
        if tail.starts_with([':', '.']) || tail.is_empty() {
            return total.checked_add(parse_clock(rest)?);
        }
        let number: u64 = digits.parse().ok()?;
        let letters = tail.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(letters);
        let unit: u64 = match unit {
            "w" => 604_800 * SECOND,
            "d" => 86_400 * SECOND,
            "h" => 3_600 * SECOND,
            "m" => 60 * SECOND,
            "s" => SECOND,
            "ms" => 1_000_000,
            "us" => 1_000,
            "ns" => 1,
            _ => return None,
        };
        total = total.checked_add(number.checked_mul(unit)?)?;
        rest = tail;
    }
    Some(total)
}

/// `h:m[:s[.frac]]` or `s[.frac]`.
fn parse_clock(text: &str) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(w, f)| (w, Some(f)));
    let mut nanos = 0;
    if let Some(fraction) = fraction {
        if fraction.is_empty() || fraction.len() > 9 || !fraction.bytes().all(|c| c.is_ascii_digit()) {
            return None;
        }
        nanos = fraction.parse::<u64>().ok()? * 10_u64.pow(9 - u32::try_from(fraction.len()).ok()?);
    }
    let mut parts = [0_u64; 3];
    let mut count = 0;
    for part in whole.split(':') {
        if part.is_empty() || !part.bytes().all(|c| c.is_ascii_digit()) {
            return None;
        }
        *parts.get_mut(count)? = part.parse().ok()?;
        count += 1;
    }
    let (units, limit): ([u64; 3], u64) = match count {
        1 => ([1, 0, 0], u64::MAX),
        2 if fraction.is_none() => ([3_600, 60, 0], 60),
        3 => ([3_600, 60, 1], 60),
        _ => return None,
    };
    if parts.iter().skip(1).any(|part| *part >= limit) {
        return None;
    }
    let mut seconds: u64 = 0;
    for (part, unit) in parts.iter().zip(units) {
        seconds = seconds.checked_add(part.checked_mul(unit)?)?;
    }
    seconds.checked_mul(SECOND)?.checked_add(nanos)
}

/// The colon form that `:put` and range messages show: `00:00:10`, `1d00:00:00`, `35w3d13:13:56`, `00:00:02.001`.
#[must_use]
pub fn colon_time(span: Duration) -> String {
    let seconds = span.as_secs();
    let (weeks, days) = (seconds / 604_800, seconds / 86_400 % 7);
    let mut out = String::new();
    if weeks > 0 {
        let _ = write!(out, "{weeks}w");
    }
    if days > 0 {
        let _ = write!(out, "{days}d");
    }
    let _ = write!(out, "{:02}:{:02}:{:02}", seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60);
    let nanos = span.as_nanos() % SECOND;
    if nanos > 0 {
        let digits = format!("{nanos:09}");
        let short = digits.trim_end_matches('0');
        // RouterOS shows milli-, micro- or nanoseconds: groups of three.
        let width = short.len().div_ceil(3) * 3;
        let _ = write!(out, ".{}", digits.get(..width).unwrap_or(&digits));
    }
    out
}

fn span(input: &Value) -> Result<Duration, ValueError> {
    match input {
        Value::Time(nanos) => u64::try_from(*nanos).ok(),
        Value::Num(seconds) => u64::try_from(*seconds).ok().and_then(|s| s.checked_mul(SECOND)),
        other => return ascii(other, parse_time).map(Duration::from_nanos),
    }
    .map(Duration::from_nanos)
    .ok_or(ValueError::Invalid(Vec::new()))
}

fn to_value(span: Duration) -> Value {
    Value::Time(i64::try_from(span.as_nanos()).unwrap_or(i64::MAX))
}

impl PropertyType for Duration {
    const KIND: ValueKind = ValueKind::Other("time interval");

    /// Any time literal; a plain number counts seconds.
    fn parse(input: &Value, _: &dyn Names) -> Result<Self, ValueError> {
        span(input)
    }

    /// The unit form: `10m`, `1w2d3h`.
    fn print(&self, _: &dyn Names, out: &mut String) {
        let _ = write!(out, "{self}");
    }

    fn to_value(&self, _: &dyn Names) -> Value {
        to_value(*self)
    }
}

/// A time span from `MIN` to `MAX` seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimeIn<const MIN: u64, const MAX: u64>(Duration);

impl<const MIN: u64, const MAX: u64> TimeIn<MIN, MAX> {
    /// The span, moved to the nearest bound when it lies outside.
    #[must_use]
    pub fn new(span: Duration) -> Self {
        Self(span.clamp(Duration::from_secs(MIN), Duration::from_secs(MAX)))
    }

    /// The span.
    #[must_use]
    pub const fn get(self) -> Duration {
        self.0
    }
}

impl<const MIN: u64, const MAX: u64> Default for TimeIn<MIN, MAX> {
    fn default() -> Self {
        Self::new(Duration::ZERO)
    }
}

impl<const MIN: u64, const MAX: u64> PropertyType for TimeIn<MIN, MAX> {
    const KIND: ValueKind = ValueKind::Other("time interval");

    fn parse(input: &Value, _: &dyn Names) -> Result<Self, ValueError> {
        let value = span(input)?;
        let (min, max) = (Duration::from_secs(MIN), Duration::from_secs(MAX));
        if value < min || value > max {
            return Err(ValueError::OutOfRange(colon_time(min), colon_time(max)));
        }
        Ok(Self(value))
    }

    fn print(&self, _: &dyn Names, out: &mut String) {
        let _ = write!(out, "{}", self.0);
    }

    fn to_value(&self, _: &dyn Names) -> Value {
        to_value(self.0)
    }
}

/// A date and time of day as RouterOS prints it since 7.10: `2025-07-22 17:09:59`. Seconds since 1970.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date(pub u64);

impl Date {
    /// The date and time of a virtual instant.
    #[must_use]
    pub const fn at(now: clock::Instant) -> Self {
        Self(now.unix_nanos() / SECOND)
    }

    /// Year, month, day.
    #[must_use]
    pub fn day(self) -> (u64, u64, u64) {
        // Days from civil, Howard Hinnant's algorithm, for dates from 1970.
        let z = self.0 / 86_400 + 719_468;
        let era = z / 146_097;
        let doe = z % 146_097;
        let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
        let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
        let mp = (5 * doy + 2) / 153;
        let month = if mp < 10 { mp + 3 } else { mp - 9 };
        (yoe + era * 400 + u64::from(month <= 2), month, doy - (153 * mp + 2) / 5 + 1)
    }

    fn of_day(year: u64, month: u64, day: u64) -> Option<u64> {
        if !(1970..10_000).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return None;
        }
        let y = if month <= 2 { year - 1 } else { year };
        let doy = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
        let yoe = y % 400;
        let days = y / 400 * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719_468;
        let seconds = days * 86_400;
        (Self(seconds).day() == (year, month, day)).then_some(seconds)
    }
}

impl PropertyType for Date {
    const KIND: ValueKind = ValueKind::Other("YYYY-MM-DD HH:MM:SS    (date and time)");

    /// `YYYY-MM-DD`, with or without `HH:MM:SS`.
    fn parse(input: &Value, _: &dyn Names) -> Result<Self, ValueError> {
        ascii(input, |text| {
            let (day, time) = text.split_once(' ').map_or((text, None), |(d, t)| (d, Some(t)));
            let mut parts = day.split('-').map(|part| part.parse::<u64>().ok());
            let (year, month, date) = (parts.next()??, parts.next()??, parts.next()??);
            let seconds = time.map_or(Some(0), |t| parse_clock(t).map(|nanos| nanos / SECOND))?;
            if parts.next().is_some() || seconds >= 86_400 {
                return None;
            }
            Some(Self(Self::of_day(year, month, date)? + seconds))
        })
    }

    fn print(&self, _: &dyn Names, out: &mut String) {
        let ((year, month, day), t) = (self.day(), self.0 % 86_400);
        let _ = write!(out, "{year:04}-{month:02}-{day:02} {:02}:{:02}:{:02}", t / 3600, t / 60 % 60, t % 60);
    }

    fn to_value(&self, names: &dyn Names) -> Value {
        let mut text = String::new();
        self.print(names, &mut text);
        Value::text(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::testing::*;
    use proptest::prelude::*;

    #[test]
    fn time_literals() {
        for (text, printed) in [
            ("10m", "10m"),
            ("1w2d", "1w2d"),
            ("00:10:00", "10m"),
            ("1d00:00:00", "1d"),
            ("500ms", "500ms"),
            ("30", "30s"),
            ("9:00", "9h"),
            ("1m1m", "2m"),
            ("00:00:02.001", "2s1ms"),
            ("1.256", "1s256ms"),
            ("1d2:03", "1d2h3m"),
            ("0", "0s"),
            ("", "invalid value for argument x"),
            ("10x", "invalid value for argument x"),
            ("1:2:3:4", "invalid value for argument x"),
            ("1:99", "invalid value for argument x"),
            ("99999999999999999999w", "invalid value for argument x"),
        ] {
            assert_eq!(read::<Duration>(text), printed, "{text}");
        }
        assert_eq!(read_value::<Duration>(&Value::Time(-1)), "invalid value for argument x");
        assert_eq!(read_value::<Duration>(&Value::Num(90)), "1m30s");
    }

    #[test]
    fn bounds_are_told_in_the_colon_form() {
        assert_eq!(read::<TimeIn<10, 86_400>>("1s"), "value of x is out of range (00:00:10 .. 1d00:00:00)");
        assert_eq!(colon_time(Duration::from_secs(21_474_836)), "35w3d13:13:56");
        assert_eq!(colon_time(Duration::from_millis(2_001)), "00:00:02.001");
    }

    #[test]
    fn the_run_starts_on_new_year() {
        assert_eq!(show(&Date::at(clock::Instant::START)), "2026-01-01 00:00:00");
        assert_eq!(read::<Date>("2024-02-29"), "2024-02-29 00:00:00");
        assert_eq!(read::<Date>("2025-02-29"), "invalid value for argument x");
    }

    proptest! {
        #[test]
        fn spans_round_trip(nanos in 0..i64::MAX as u64, secs in 0..4_000_000_000_u64) {
            round_trip(&Duration::from_nanos(nanos));
            round_trip(&TimeIn::<10, 1_000_000>::new(Duration::from_secs(secs)));
            round_trip(&Date(secs));
            let span = Duration::from_nanos(nanos);
            assert_eq!(parse_time(&colon_time(span)), Some(nanos));
        }
    }
}
