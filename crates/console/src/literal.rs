//! Literals: what type a bare word has, and how values are written back.

use bstr::ByteSlice;
use menu::{Array, Id, Text, Value};
use std::fmt::Write;
use std::net::{Ipv4Addr, Ipv6Addr};

/// Texts made of arrays are cut off here; texts themselves are never longer.
const MAX_TEXT: usize = 1 << 22;

/// Deepest nesting that `:environment print` opens up.
const MAX_ENVIRONMENT: usize = 20;

const SECOND: i128 = 1_000_000_000;

/// The value of an unquoted word where a value of any type may stand.
pub(crate) fn literal(word: &[u8]) -> Value {
    if word.contains(&b',') && word != b"," {
        return Value::list(word.split(|b| *b == b',').map(scalar).collect());
    }
    scalar(word)
}

/// The same without lists.
pub(crate) fn scalar(word: &[u8]) -> Value {
    let text = || Value::Str(word.into());
    match word {
        b"true" | b"yes" => return Value::Bool(true),
        b"false" | b"no" => return Value::Bool(false),
        [] => return text(),
        _ => {}
    }
    let first = word.first().copied().unwrap_or_default();
    if !(first.is_ascii_hexdigit() || matches!(first, b'-' | b'*' | b':' | b'+')) {
        return text();
    }
    let Ok(word) = word.to_str() else { return text() };
    if let Some(n) = number(word) {
        return Value::Num(n);
    }
    if let Some(id) = id(word) {
        return Value::Id(id);
    }
    if let Some(ip) = ip(word) {
        return Value::Ip(ip);
    }
    if let Some((ip, bits)) = ip_prefix(word) {
        return Value::IpPrefix(ip, bits);
    }
    if let Some(nanos) = time(word) {
        return Value::Time(nanos);
    }
    if let Ok(ip) = word.parse::<Ipv6Addr>() {
        return Value::Ip6(ip);
    }
    if let Some((ip, bits)) = ip6_prefix(word) {
        return Value::Ip6Prefix(ip, bits);
    }
    text()
}

/// `123`, `-1`, `0x1F`; saturating.
pub(crate) fn number(word: &str) -> Option<i64> {
    let (negative, digits) = match word.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, word),
    };
    let (digits, radix) = match digits.strip_prefix("0x") {
        Some(hex) => (hex, 16),
        None => (digits, 10),
    };
    if digits.is_empty() {
        return None;
    }
    let mut n: i64 = 0;
    for c in digits.chars() {
        let digit = i64::from(c.to_digit(radix)?);
        n = n.saturating_mul(i64::from(radix)).saturating_add(digit);
    }
    Some(if negative { -n } else { n })
}

/// `*1A`.
pub(crate) fn id(word: &str) -> Option<Id> {
    let digits = word.strip_prefix('*')?;
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_hexdigit());
    plain.then(|| u32::from_str_radix(digits, 16).ok().map(Id)).flatten()
}

/// `1.2.3.4`; short forms fill before the last part: `1.1` = `1.0.0.1`.
pub(crate) fn ip(word: &str) -> Option<Ipv4Addr> {
    let mut parts = [0u8; 4];
    let mut count = 0;
    for part in word.split('.') {
        let plain = !part.is_empty() && part.len() <= 3 && part.bytes().all(|b| b.is_ascii_digit());
        *parts.get_mut(count)? = part.parse().ok().filter(|_| plain)?;
        count += 1;
    }
    let [a, b, c, d] = parts;
    match count {
        4 => Some(Ipv4Addr::new(a, b, c, d)),
        3 => Some(Ipv4Addr::new(a, b, 0, c)),
        2 => Some(Ipv4Addr::new(a, 0, 0, b)),
        _ => None,
    }
}

/// `10.0.0.1/24`, host bits kept.
pub(crate) fn ip_prefix(word: &str) -> Option<(Ipv4Addr, u8)> {
    let (address, bits) = word.split_once('/')?;
    let address = ip(address).or_else(|| address.parse::<u8>().ok().map(|n| Ipv4Addr::new(0, 0, 0, n)))?;
    Some((address, bits.parse().ok().filter(|bits| *bits <= 32)?))
}

/// `2008:1::2/64`, host bits kept.
pub(crate) fn ip6_prefix(word: &str) -> Option<(Ipv6Addr, u8)> {
    let (address, bits) = word.split_once('/')?;
    Some((address.parse().ok()?, bits.parse().ok().filter(|bits| *bits <= 128)?))
}

/// `10s`, `1w2d3h`, `200ms`, `00:10:00`, `1d00:00:00`, `256.1`: nanoseconds.
pub(crate) fn time(word: &str) -> Option<i64> {
    let (negative, rest) = match word.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, word),
    };
    let bytes = rest.as_bytes();
    if !bytes.first()?.is_ascii_digit() {
        return None;
    }
    let mut total: i128 = 0;
    let mut at = 0;
    while at < bytes.len() {
        let tail = rest.get(at..)?;
        let digits = tail.bytes().take_while(u8::is_ascii_digit).count();
        let n: i128 = tail.get(..digits)?.parse().ok().filter(|_| digits <= 20)?;
        let unit = tail.get(digits..)?;
        if unit.starts_with(':') || unit.starts_with('.') || unit.is_empty() {
            // A clock form ends the word; a bare number is no time.
            total += clock_form(tail)?;
            at = bytes.len();
            continue;
        }
        let (nanos, length) =
            UNITS.iter().find(|(name, _)| unit.starts_with(name)).map(|(n, f)| (*f, n.len()))?;
        total += n * nanos;
        at += digits + length;
    }
    let total = if negative { -total } else { total };
    i64::try_from(total).ok()
}

/// Longer names first: `ms` before `m`.
const UNITS: [(&str, i128); 8] = [
    ("ms", 1_000_000),
    ("us", 1_000),
    ("ns", 1),
    ("w", 604_800 * SECOND),
    ("d", 86_400 * SECOND),
    ("h", 3_600 * SECOND),
    ("m", 60 * SECOND),
    ("s", SECOND),
];

/// `9:00` (hours, minutes), `00:00:02.001`, `256.1` (seconds).
fn clock_form(text: &str) -> Option<i128> {
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    let mut parts = [0i128; 3];
    let mut count = 0;
    for part in whole.split(':') {
        let plain = !part.is_empty() && part.len() <= 18 && part.bytes().all(|b| b.is_ascii_digit());
        *parts.get_mut(count)? = part.parse().ok().filter(|_| plain)?;
        count += 1;
    }
    let [a, b, c] = parts;
    let seconds = match (count, fraction) {
        (3, _) => a * 3600 + b * 60 + c,
        (2, None) => a * 3600 + b * 60,
        (1, Some(_)) => a,
        _ => return None,
    };
    let mut nanos = 0;
    if let Some(fraction) = fraction {
        let plain = (1..=9).contains(&fraction.len()) && fraction.bytes().all(|b| b.is_ascii_digit());
        let digits: i128 = fraction.parse().ok().filter(|_| plain)?;
        nanos = digits * 10i128.pow(9 - u32::try_from(fraction.len()).ok()?);
    }
    Some(seconds * SECOND + nanos)
}

/// A time as `:put` shows it: `[Nw][Nd]HH:MM:SS[.mmm]`.
pub(crate) fn write_time(nanos: i64, out: &mut String) {
    if nanos < 0 {
        out.push('-');
    }
    let nanos = nanos.unsigned_abs();
    let (seconds, fraction) = (nanos / 1_000_000_000, nanos % 1_000_000_000);
    let (weeks, days) = (seconds / 604_800, seconds % 604_800 / 86_400);
    // Writing into a `String` cannot fail.
    if weeks > 0 {
        let _ = write!(out, "{weeks}w");
    }
    if days > 0 {
        let _ = write!(out, "{days}d");
    }
    let rest = seconds % 86_400;
    let _ = write!(out, "{:02}:{:02}:{:02}", rest / 3600, rest % 3600 / 60, rest % 60);
    if fraction > 0 {
        let _ = match fraction {
            f if f % 1_000_000 == 0 => write!(out, ".{:03}", f / 1_000_000),
            f if f % 1_000 == 0 => write!(out, ".{:06}", f / 1_000),
            f => write!(out, ".{f:09}"),
        };
    }
}

/// The text of a value, as `:put`, `.` and strings show it. Output beyond `limit` bytes is cut off.
pub(crate) fn write_value(value: &Value, out: &mut Vec<u8>, limit: usize) {
    if out.len() > limit {
        return;
    }
    let mut text = String::new();
    let _ = match value {
        Value::Nothing | Value::Nil => Ok(()),
        Value::Bool(b) => write!(text, "{b}"),
        Value::Num(n) => write!(text, "{n}"),
        Value::Str(s) => {
            out.extend_from_slice(s);
            Ok(())
        }
        Value::Time(nanos) => {
            write_time(*nanos, &mut text);
            Ok(())
        }
        Value::Ip(ip) => write!(text, "{ip}"),
        Value::IpPrefix(ip, bits) => write!(text, "{ip}/{bits}"),
        Value::Ip6(ip) => write!(text, "{ip}"),
        Value::Ip6Prefix(ip, bits) => write!(text, "{ip}/{bits}"),
        Value::Id(id) => write!(text, "{id}"),
        Value::Array(array) => {
            write_array(array, out, limit);
            Ok(())
        }
        Value::Code(_) | Value::Op(_) => write!(text, "(code)"),
    };
    out.extend_from_slice(text.as_bytes());
}

fn write_array(array: &Array, out: &mut Vec<u8>, limit: usize) {
    let mut first = true;
    let mut separate = |out: &mut Vec<u8>| {
        if !std::mem::take(&mut first) {
            out.push(b';');
        }
    };
    for value in &array.items {
        separate(out);
        write_value(value, out, limit);
    }
    for (key, value) in &array.keyed {
        separate(out);
        out.extend_from_slice(key);
        out.push(b'=');
        write_value(value, out, limit);
    }
}

/// The text of a value.
pub(crate) fn text_of(value: &Value) -> Text {
    let mut out = Vec::new();
    write_value(value, &mut out, MAX_TEXT);
    out.into()
}

/// The text of a global in `:environment print`: strings in quotes, arrays as `{x=5; y="a"}`.
#[must_use]
pub fn environment_text(value: &Value) -> Text {
    fn write(value: &Value, depth: usize, out: &mut Vec<u8>) {
        match value {
            Value::Str(text) => out.extend_from_slice(crate::quote::quote(text).as_bytes()),
            Value::Array(array) if depth < MAX_ENVIRONMENT => {
                out.push(b'{');
                let items = array.items.iter().map(|value| (None, value));
                let keyed = array.keyed.iter().map(|(key, value)| (Some(key), value));
                for (at, (key, value)) in items.chain(keyed).enumerate() {
                    if at > 0 {
                        out.extend_from_slice(b"; ");
                    }
                    if let Some(key) = key {
                        out.extend_from_slice(key);
                        out.push(b'=');
                    }
                    if out.len() < MAX_TEXT {
                        write(value, depth + 1, out);
                    }
                }
                out.push(b'}');
            }
            other => out.extend_from_slice(&text_of(other)),
        }
    }
    let mut out = Vec::new();
    write(value, 0, &mut out);
    out.into()
}

/// `:typeof`.
pub(crate) fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Nothing => "nothing",
        Value::Nil => "nil",
        Value::Bool(_) => "bool",
        Value::Num(_) => "num",
        Value::Str(_) => "str",
        Value::Time(_) => "time",
        Value::Ip(_) => "ip",
        Value::IpPrefix(..) => "ip-prefix",
        Value::Ip6(_) => "ip6",
        Value::Ip6Prefix(..) => "ip6-prefix",
        Value::Id(_) => "id",
        Value::Array(_) => "array",
        Value::Code(_) => "code",
        Value::Op(_) => "op",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_the_types_measured_on_devices() {
        for (word, kind, text) in [
            ("123", "num", "123"),
            ("-1", "num", "-1"),
            ("0x1F", "num", "31"),
            ("007", "num", "7"),
            ("9223372036854775808", "num", "9223372036854775807"),
            ("1.1", "ip", "1.0.0.1"),
            ("2.1.1", "ip", "2.1.0.1"),
            ("1.1.1.1", "ip", "1.1.1.1"),
            ("256.1", "time", "00:04:16.100"),
            ("1.256", "time", "00:00:01.256"),
            ("1.1.1.1/24", "ip-prefix", "1.1.1.1/24"),
            ("1.1/24", "ip-prefix", "1.0.0.1/24"),
            ("::1", "ip6", "::1"),
            ("2008:1::2/128", "ip6-prefix", "2008:1::2/128"),
            ("*1A", "id", "*1A"),
            ("true", "bool", "true"),
            ("no", "bool", "false"),
            ("Yes", "str", "Yes"),
            ("TRUE", "str", "TRUE"),
            ("10s", "time", "00:00:10"),
            ("200ms", "time", "00:00:00.200"),
            ("100us", "time", "00:00:00.000100"),
            ("1w2d3h4m5s", "time", "1w2d03:04:05"),
            ("1m1m", "time", "00:02:00"),
            ("9:00", "time", "09:00:00"),
            ("1d00:00:00", "time", "1d00:00:00"),
            ("00:00:02.001", "time", "00:00:02.001"),
            ("32d8h", "time", "4w4d08:00:00"),
            ("00:11:22:33:44:55", "str", "00:11:22:33:44:55"),
            ("1,2,3", "array", "1;2;3"),
            ("ether1", "str", "ether1"),
            ("bound", "str", "bound"),
            ("1.1.1.1.1", "str", "1.1.1.1.1"),
            ("99999999w", "str", "99999999w"),
        ] {
            let value = literal(word.as_bytes());
            assert_eq!((type_name(&value), text_of(&value).to_string()), (kind, text.to_string()), "{word}");
        }
    }
}
