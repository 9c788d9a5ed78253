//! Whole numbers, counters, sizes and rates.

use super::ascii;
use crate::{Names, PropertyType, Value, ValueError, ValueKind};
use std::fmt::Write;

/// Digits as RouterOS reads a number: decimal (leading zeros too) or `0x`, with a sign.
fn parse_number(text: &str) -> Option<i128> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let value = match digits.strip_prefix("0x") {
        Some(hex) if hex.bytes().all(|c| c.is_ascii_hexdigit()) => i128::from_str_radix(hex, 16).ok()?,
        None if !digits.is_empty() && digits.bytes().all(|c| c.is_ascii_digit()) => digits.parse().ok()?,
        _ => return None,
    };
    Some(if negative { -value } else { value })
}

/// A number between two bounds, from a typed number or text.
fn bounded(input: &Value, min: i128, max: i128) -> Result<i128, ValueError> {
    let number = match input {
        Value::Num(n) => i128::from(*n),
        other => ascii(other, parse_number)?,
    };
    if number < min || number > max {
        return Err(ValueError::OutOfRange(min.to_string(), max.to_string()));
    }
    Ok(number)
}

/// The `num` of a value that may be above `i64::MAX`: saturates, as RouterOS's own literals do.
fn num(value: impl TryInto<i64>) -> Value {
    Value::Num(value.try_into().unwrap_or(i64::MAX))
}

macro_rules! integers {
    ($($ty:ident),*) => {$(
        impl PropertyType for $ty {
            const KIND: ValueKind = ValueKind::Number {
                min: $ty::MIN as i64,
                max: if $ty::MAX as u128 > i64::MAX as u128 { i64::MAX } else { $ty::MAX as i64 },
            };
            const RIGHT_ALIGNED: bool = true;

            fn parse(input: &Value, _: &dyn Names) -> Result<Self, ValueError> {
                let number = bounded(input, $ty::MIN.into(), $ty::MAX.into())?;
                $ty::try_from(number).map_err(|_| ValueError::Invalid(Vec::new()))
            }

            fn print(&self, _: &dyn Names, out: &mut String) {
                let _ = write!(out, "{self}");
            }

            fn to_value(&self, _: &dyn Names) -> Value {
                num(*self)
            }
        }
    )*};
}
integers!(u8, u16, u32, u64, i32, i64);

/// A whole number from `MIN` to `MAX`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Num<const MIN: i64, const MAX: i64>(i64);

impl<const MIN: i64, const MAX: i64> Num<MIN, MAX> {
    /// The number, moved to the nearest bound when it lies outside.
    #[must_use]
    pub const fn new(value: i64) -> Self {
        Self(if value < MIN {
            MIN
        } else if value > MAX {
            MAX
        } else {
            value
        })
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl<const MIN: i64, const MAX: i64> Default for Num<MIN, MAX> {
    /// 0, or the nearest bound.
    fn default() -> Self {
        Self::new(0)
    }
}

impl<const MIN: i64, const MAX: i64> PropertyType for Num<MIN, MAX> {
    const KIND: ValueKind = ValueKind::Number { min: MIN, max: MAX };
    const RIGHT_ALIGNED: bool = true;

    fn parse(input: &Value, _: &dyn Names) -> Result<Self, ValueError> {
        let number = bounded(input, MIN.into(), MAX.into())?;
        i64::try_from(number).map(Self).map_err(|_| ValueError::Invalid(Vec::new()))
    }

    fn print(&self, _: &dyn Names, out: &mut String) {
        let _ = write!(out, "{}", self.0);
    }

    fn to_value(&self, _: &dyn Names) -> Value {
        Value::Num(self.0)
    }
}

/// A number that is printed in hexadecimal, at least `DIGITS` digits: `0x8000`, `0x80`, `0x88a8`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hex<const MAX: u32, const DIGITS: usize>(pub u32);

impl<const MAX: u32, const DIGITS: usize> PropertyType for Hex<MAX, DIGITS> {
    const KIND: ValueKind = ValueKind::Number { min: 0, max: MAX as i64 };
    const RIGHT_ALIGNED: bool = true;

    fn parse(input: &Value, _: &dyn Names) -> Result<Self, ValueError> {
        let number = bounded(input, 0, MAX.into())?;
        u32::try_from(number).map(Self).map_err(|_| ValueError::Invalid(Vec::new()))
    }

    fn print(&self, _: &dyn Names, out: &mut String) {
        let _ = write!(out, "0x{:0DIGITS$x}", self.0);
    }

    fn to_value(&self, names: &dyn Names) -> Value {
        let mut text = String::new();
        self.print(names, &mut text);
        Value::text(text)
    }
}

/// A counter of packets, bytes, events; the table and detail forms group its digits in threes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Counter(pub u64);

impl Counter {
    /// The kind of counters; `print` groups the digits of such columns.
    pub const KIND: ValueKind = ValueKind::Other("counter");

    /// The form of tables: `205 149 015`.
    #[must_use]
    pub fn grouped(self) -> String {
        let digits = self.0.to_string();
        let mut out = String::with_capacity(digits.len() + digits.len() / 3);
        for (i, c) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                out.push(' ');
            }
            out.push(c);
        }
        out
    }
}

impl PropertyType for Counter {
    const KIND: ValueKind = Self::KIND;
    const RIGHT_ALIGNED: bool = true;

    fn parse(input: &Value, _: &dyn Names) -> Result<Self, ValueError> {
        let text = |text: &str| parse_number(&text.replace(' ', ""));
        let number = match input {
            Value::Num(n) => i128::from(*n),
            other => ascii(other, text)?,
        };
        u64::try_from(number).map(Self).map_err(|_| ValueError::Invalid(Vec::new()))
    }

    fn print(&self, _: &dyn Names, out: &mut String) {
        let _ = write!(out, "{}", self.0);
    }

    fn to_value(&self, _: &dyn Names) -> Value {
        num(self.0)
    }
}

/// An amount of memory or disk; prints `2048KiB`, `1388.1KiB`, `13.0MiB`: rounded to one decimal, none for whole KiB.
///
/// `get` gives the exact number of bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bytes(pub u64);

const SIZES: [(u64, &str); 3] = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];

impl PropertyType for Bytes {
    const KIND: ValueKind = ValueKind::Other("size in bytes");
    const RIGHT_ALIGNED: bool = true;

    /// A plain number, or one with `KiB`, `MiB`, `GiB` (or `k`, `M`, `G`) and up to one decimal.
    fn parse(input: &Value, _: &dyn Names) -> Result<Self, ValueError> {
        ascii(input, |text| {
            let at = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
            let (digits, unit) = text.split_at(at);
            let unit: u64 = match unit {
                "" | "B" => 1,
                "KiB" | "k" | "K" => 1 << 10,
                "MiB" | "M" => 1 << 20,
                "GiB" | "G" => 1 << 30,
                _ => return None,
            };
            let (whole, tenth) = digits.split_once('.').unwrap_or((digits, "0"));
            let tenth: u64 = if tenth.len() == 1 { tenth.parse().ok()? } else { return None };
            let whole: u64 = whole.parse().ok()?;
            whole.checked_mul(unit)?.checked_add(unit * tenth / 10).map(Self)
        })
    }

    fn print(&self, _: &dyn Names, out: &mut String) {
        // KiB is used up to about 5 MiB, plain bytes below 10 KiB unless whole (thresholds inferred); boards with 1 GiB
        // of memory print `1024.0MiB`.
        let unit = SIZES.iter().find(|(size, name)| {
            let from = match *name {
                "GiB" => size + 1,
                "MiB" => 5 * size,
                _ => *size,
            };
            self.0 >= from && (*name != "KiB" || self.0 >= 10 << 10 || self.0.is_multiple_of(1 << 10))
        });
        let Some((size, name)) = unit else {
            let _ = write!(out, "{}", self.0);
            return;
        };
        if *name == "KiB" && self.0.is_multiple_of(*size) {
            let _ = write!(out, "{}{name}", self.0 / size);
            return;
        }
        let tenths = (u128::from(self.0) * 10 + u128::from(size / 2)) / u128::from(*size);
        let _ = write!(out, "{}.{}{name}", tenths / 10, tenths % 10);
    }

    fn to_value(&self, _: &dyn Names) -> Value {
        num(self.0)
    }
}

/// A rate in bits per second; takes and prints the decimal suffixes `k`, `M`, `G` when they are exact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rate(pub u64);

impl Rate {
    fn read(text: &str) -> Option<Self> {
        let (digits, unit) = match text.as_bytes().last()? {
            b'k' | b'K' => (&text[..text.len() - 1], 1_000),
            b'M' => (&text[..text.len() - 1], 1_000_000),
            b'G' => (&text[..text.len() - 1], 1_000_000_000),
            _ => (text, 1),
        };
        if digits.is_empty() || !digits.bytes().all(|c| c.is_ascii_digit()) {
            return None;
        }
        digits.parse::<u64>().ok()?.checked_mul(unit).map(Self)
    }

    fn show(self, out: &mut String) {
        let units = [(1_000_000_000, "G"), (1_000_000, "M"), (1_000, "k")];
        let unit = units.iter().find(|(size, _)| self.0 >= *size && self.0.is_multiple_of(*size));
        let _ = match unit {
            Some((size, name)) => write!(out, "{}{name}", self.0 / size),
            None => write!(out, "{}", self.0),
        };
    }
}

impl PropertyType for Rate {
    const KIND: ValueKind = ValueKind::Other("0..18446744073709551615[k|M|G]    (rate)");
    const RIGHT_ALIGNED: bool = true;

    fn parse(input: &Value, _: &dyn Names) -> Result<Self, ValueError> {
        ascii(input, Self::read)
    }

    fn print(&self, _: &dyn Names, out: &mut String) {
        self.show(out);
    }

    fn to_value(&self, _: &dyn Names) -> Value {
        num(self.0)
    }
}

/// Two rates, `rx/tx`; one alone stands for both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RatePair {
    /// Upload from the client's view.
    pub rx: Rate,
    /// Download.
    pub tx: Rate,
}

impl PropertyType for RatePair {
    const KIND: ValueKind = ValueKind::Other("rx/tx    (rates)");

    fn parse(input: &Value, _: &dyn Names) -> Result<Self, ValueError> {
        ascii(input, |text| {
            let (rx, tx) = text.split_once('/').unwrap_or((text, text));
            Some(Self { rx: Rate::read(rx)?, tx: Rate::read(tx)? })
        })
    }

    fn print(&self, _: &dyn Names, out: &mut String) {
        self.rx.show(out);
        out.push('/');
        self.tx.show(out);
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
    fn numbers_know_their_bounds() {
        type Vlan = Num<1, 4094>;
        assert_eq!(read::<Vlan>("44"), "44");
        assert_eq!(read::<Vlan>("0x2C"), "44");
        assert_eq!(read::<Vlan>("007"), "7");
        assert_eq!(read_value::<Vlan>(&Value::Num(4095)), "value of x is out of range (1 .. 4094)");
        assert_eq!(read::<Vlan>("-1"), "value of x is out of range (1 .. 4094)");
        assert_eq!(read::<Vlan>("ten"), "invalid value for argument x");
        assert_eq!(read::<Vlan>(""), "invalid value for argument x");
        assert_eq!(read::<u8>("256"), "value of x is out of range (0 .. 255)");
        assert_eq!(read::<u64>("18446744073709551615"), "18446744073709551615");
    }

    #[test]
    fn sizes_rates_and_hex_print_as_routeros_does() {
        assert_eq!(read::<Hex<0xFFFF, 4>>("32768"), "0x8000");
        assert_eq!(read::<Hex<0xFFFF, 4>>("0x800"), "0x0800");
        assert_eq!(read::<Hex<0xFFFF, 4>>("0x88A8"), "0x88a8");
        assert_eq!(read::<Hex<0xF0, 2>>("0x100"), "value of x is out of range (0 .. 240)");
        assert_eq!(read::<Bytes>("2048KiB"), "2048KiB");
        assert_eq!(read::<Bytes>("2048"), "2KiB");
        assert_eq!(show(&Bytes(98_776_908)), "94.2MiB");
        assert_eq!(show(&Bytes(1_421_414)), "1388.1KiB");
        assert_eq!(read::<Rate>("10M"), "10M");
        assert_eq!(read::<Rate>("1500000"), "1500k");
        assert_eq!(read::<Rate>("10Q"), "invalid value for argument x");
        assert_eq!(read::<RatePair>("1M"), "1M/1M");
        assert_eq!(Counter(205_149_015).grouped(), "205 149 015");
    }

    proptest! {
        #[test]
        fn numbers_round_trip(n: i64, big: u64, rate in 0..u64::MAX / 2, k in 0..9_000u64) {
            round_trip(&n);
            round_trip(&Num::<-5, 500>::new(n));
            round_trip(&(n as u16));
            round_trip(&Hex::<0xFFFF, 4>((big & 0xFFFF) as u32));
            round_trip(&Counter(big >> 1));
            round_trip(&Rate(rate));
            round_trip(&Bytes(k << 10));
            assert_eq!(read::<Bytes>(&show(&Bytes(big >> 20))), show(&Bytes(big >> 20)));
            round_trip(&RatePair { rx: Rate(rate), tx: Rate(k * 1000) });
        }
    }
}
