//! `/system/clock` and `/system/clock/manual`.

use crate::system::scheduler::TimeOfDay;
use menu::{Menu, Names, PropertyType, Text, Value, ValueError, ValueKind};
use std::fmt::Write;

/// A distance from UTC in minutes: `+02:00`, `-03:30`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Offset(pub i32);

/// Farthest from UTC that is taken, in minutes. The manual names no bound; the line of dates lies at +14:00.
const MOST: i32 = 14 * 60;

impl Offset {
    fn read(text: &str) -> Option<Self> {
        let (sign, digits) = match text.strip_prefix('-') {
            Some(digits) => (-1, digits),
            None => (1, text.strip_prefix('+').unwrap_or(text)),
        };
        let (hours, minutes) = digits.split_once(':')?;
        let number = |text: &str| {
            let plain = text.len() == 2 && text.bytes().all(|c| c.is_ascii_digit());
            if plain { text.parse::<i32>().ok() } else { None }
        };
        let (hours, minutes) = (number(hours)?, number(minutes)?);
        let total = hours * 60 + minutes;
        (minutes < 60 && total <= MOST).then_some(Self(sign * total))
    }
}

impl PropertyType for Offset {
    const KIND: ValueKind = ValueKind::Other("+HH:MM    (time zone offset)");

    fn parse(input: &Value, _: &dyn Names) -> Result<Self, ValueError> {
        let bytes = input.argument();
        let text = std::str::from_utf8(&bytes).ok();
        text.and_then(Self::read).ok_or(ValueError::Invalid(Vec::new()))
    }

    fn print(&self, _: &dyn Names, out: &mut String) {
        let (sign, minutes) = (if self.0 < 0 { '-' } else { '+' }, self.0.unsigned_abs());
        let _ = write!(out, "{sign}{:02}:{:02}", minutes / 60, minutes % 60);
    }

    fn to_value(&self, names: &dyn Names) -> Value {
        let mut text = String::new();
        self.print(names, &mut text);
        Value::text(text)
    }
}

/// Date and time of the device: virtual time, which `set` does not change.
#[derive(Clone, Debug, Menu)]
#[menu("/system/clock", settings, no_name)]
pub struct Clock {
    /// Time of day.
    #[prop(not_simulated)]
    pub time: TimeOfDay,
    /// Date.
    #[prop(quoted = false, not_simulated)]
    pub date: Text,
    /// Ask where the device is.
    #[prop(default = true, not_simulated)]
    pub time_zone_autodetect: bool,
    /// Time zone; `manual` = as `/system/clock/manual` says.
    #[prop(quoted = false, default = "manual".into())]
    pub time_zone_name: Text,
    /// Distance from UTC now.
    #[prop(read_only)]
    pub gmt_offset: Offset,
    /// Daylight saving time is in force.
    #[prop(read_only)]
    pub dst_active: bool,
}

/// The time zone `manual`.
#[derive(Clone, Debug, Menu)]
#[menu("/system/clock/manual", settings, no_name)]
pub struct Manual {
    /// Distance from UTC.
    pub time_zone: Offset,
    /// What daylight saving time adds.
    #[prop(not_simulated)]
    pub dst_delta: Offset,
    /// When daylight saving time begins.
    #[prop(quoted = false, default = "1970-01-01 00:00:00".into(), not_simulated)]
    pub dst_start: Text,
    /// When daylight saving time ends.
    #[prop(quoted = false, default = "1970-01-01 00:00:00".into(), not_simulated)]
    pub dst_end: Text,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_print_as_written() {
        for (text, printed) in [
            ("+02:00", Some("+02:00")),
            ("-03:30", Some("-03:30")),
            ("05:45", Some("+05:45")),
            ("+15:00", None),
            ("+2", None),
            ("+02:60", None),
        ] {
            let read = Offset::parse(&Value::text(text), &menu::NoNames).ok().map(|offset| {
                let mut out = String::new();
                offset.print(&menu::NoNames, &mut out);
                out
            });
            assert_eq!(read.as_deref(), printed, "{text}");
        }
    }
}
