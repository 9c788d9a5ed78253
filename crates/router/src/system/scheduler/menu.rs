//! `/system/scheduler`.

use crate::system::script::{Policy, all_policies};
use clock::Duration;
use menu::{Date, Keyword, Menu, Name, Names, Or, PropertyType, Set, Text, Value, ValueError, ValueKind};
use std::fmt::Write;

const DAY: u64 = 86_400;

/// A day, in days since 1970: `2026-01-01`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Day(pub u64);

impl PropertyType for Day {
    const KIND: ValueKind = ValueKind::Other("YYYY-MM-DD    (date)");

    fn parse(input: &Value, names: &dyn Names) -> Result<Self, ValueError> {
        Date::parse(input, names).map(|date| Self(date.0 / DAY))
    }

    fn print(&self, _: &dyn Names, out: &mut String) {
        let (year, month, day) = Date(self.0 * DAY).day();
        // Writing into a `String` cannot fail.
        let _ = write!(out, "{year:04}-{month:02}-{day:02}");
    }

    fn to_value(&self, names: &dyn Names) -> Value {
        let mut text = String::new();
        self.print(names, &mut text);
        Value::text(text)
    }
}

/// A time of day in seconds: `03:00:00`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TimeOfDay(pub u64);

impl PropertyType for TimeOfDay {
    const KIND: ValueKind = ValueKind::Other("HH:MM:SS    (time of day)");

    fn parse(input: &Value, names: &dyn Names) -> Result<Self, ValueError> {
        let seconds = Duration::parse(input, names)?.as_secs();
        if seconds < DAY { Ok(Self(seconds)) } else { Err(ValueError::Invalid(Vec::new())) }
    }

    fn print(&self, _: &dyn Names, out: &mut String) {
        let _ = write!(out, "{:02}:{:02}:{:02}", self.0 / 3600, self.0 / 60 % 60, self.0 % 60);
    }

    fn to_value(&self, _: &dyn Names) -> Value {
        Value::Time(i64::try_from(self.0).unwrap_or(0) * 1_000_000_000)
    }
}

/// The word `startup`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Keyword)]
pub enum Startup {
    /// Three seconds after the device has started.
    #[default]
    Startup,
}

/// Scripts that run by time.
#[derive(Clone, Debug, Menu)]
#[menu(
    "/system/scheduler",
    list,
    flags(disabled = 'X'),
    columns(name, start_date, start_time, interval, on_event, run_count)
)]
pub struct Task {
    /// Name.
    #[prop(required)]
    pub name: Name,
    /// Day of the first run.
    #[prop(always_export)]
    pub start_date: Option<Day>,
    /// Time of the first run.
    #[prop(always_export)]
    pub start_time: Option<Or<Startup, TimeOfDay>>,
    /// Time between two runs; zero = one run only.
    pub interval: Duration,
    /// Name of a script, or the commands themselves.
    #[prop(always_export, quoted = false)]
    pub on_event: Text,
    /// Who made it, and in whose name it runs.
    pub owner: Text,
    /// What it may do.
    #[prop(always_export, default = all_policies(), not_simulated)]
    pub policy: Set<Policy>,
    /// How often it has run.
    #[prop(read_only)]
    pub run_count: u64,
    /// When it runs next.
    #[prop(read_only, quoted = false)]
    pub next_run: Option<Text>,
}
