//! `/system/clock`: virtual time as the device shows it.
//!
//! Manual: "Clock". Every device has the kernel's time; `set time=` and `date=` are accepted and change nothing. The
//! time zones are `manual`, with its offset, and those that are UTC; other names of the tz database are accepted, said to
//! be left out, and shown as UTC, as only the names of its zones are at hand.

mod menu;
mod zones;

pub use self::menu::{Clock, Manual, Offset};

use crate::config::{Change, Config, Feature};
use crate::left_out::LeftOut;
use crate::state::State;
use crate::system::scheduler::TimeOfDay;
use ::menu::{PropertyError, PropertyType, Rejected, Value};
use clock::Instant;

/// `/system/clock` and `/system/clock/manual`.
pub static FEATURE: Feature = Feature { check, apply, refresh, left_out, ..Feature::NONE };

/// Names of time zones that are UTC all year.
const UTC: [&str; 8] = ["UTC", "GMT", "Etc/UTC", "Etc/GMT", "Etc/Universal", "Etc/Zulu", "Universal", "Zulu"];

/// A time zone by name is shown as UTC.
fn left_out(config: &Config) -> Vec<LeftOut> {
    let name = config.tables.clock.settings().time_zone_name.to_string();
    let known = name == "manual" || UTC.contains(&name.as_str());
    vec![LeftOut::value("/system/clock", "time-zone-name", "shown as UTC", usize::from(!known))]
}

fn check(_config: &Config, change: &mut Change<'_>) -> Result<(), Rejected> {
    let Some((_, item)) = change.item::<Clock>() else { return Ok(()) };
    if item.time_zone_name.as_slice() == b"manual" {
        return Ok(());
    }
    let refused = |error| {
        let message = PropertyError { property: "time-zone-name", error }.to_string();
        Rejected { message, property: Some("time-zone-name") }
    };
    item.time_zone_name = zones::named(&item.time_zone_name).map_err(refused)?;
    Ok(())
}

fn apply(config: &mut Config, state: &mut State, _now: Instant) {
    let manual = config.tables.clock.settings().time_zone_name.as_slice() == b"manual";
    let minutes = if manual { config.tables.clock_manual.settings().time_zone.0 } else { 0 };
    let seconds = i64::from(minutes) * 60;
    state.log.utc_offset_seconds = seconds;
    state.ip.firewall.utc_offset_seconds = seconds;
}

fn refresh(config: &mut Config, state: &mut State, now: Instant) {
    let text = state.log.date_time(now);
    let (date, time) = text.split_once(' ').unwrap_or((&text, ""));
    let item = config.tables.clock.settings_mut();
    item.date = date.into();
    item.time = TimeOfDay::parse(&Value::text(time), &::menu::NoNames).unwrap_or_default();
    item.gmt_offset = Offset((state.log.utc_offset_seconds / 60) as i32);
}
