//! The `time` matcher: hours of the day and days of the week, in the router's local time.

use clock::Instant;

const DAY_SECONDS: i64 = 86_400;

/// `time=8h-17h,mon,tue`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeOfWeek {
    /// First second of the day.
    pub first_second: u32,
    /// Last second of the day, included; before `first_second` when the span runs past midnight.
    pub last_second: u32,
    /// Days as bits: bit 0 = Sunday … bit 6 = Saturday.
    pub days: u8,
}

impl TimeOfWeek {
    pub(crate) fn holds(self, now: Instant, utc_offset_seconds: i64) -> bool {
        let seconds = (now.unix_nanos() / 1_000_000_000) as i64;
        let local = seconds.saturating_add(utc_offset_seconds);
        // 1970-01-01 was a Thursday.
        let weekday = (local.div_euclid(DAY_SECONDS) + 4).rem_euclid(7);
        let second = local.rem_euclid(DAY_SECONDS) as u32;
        let in_span = if self.first_second <= self.last_second {
            self.first_second <= second && second <= self.last_second
        } else {
            second >= self.first_second || second <= self.last_second
        };
        in_span && self.days & 1 << weekday != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clock::Duration;

    const THURSDAY: u8 = 1 << 4;
    const FRIDAY: u8 = 1 << 5;

    #[test]
    fn the_run_starts_on_a_thursday_at_midnight() {
        let at = |hours: u64| Instant::START + Duration::from_hours(hours);
        let office = TimeOfWeek { first_second: 8 * 3600, last_second: 17 * 3600, days: THURSDAY };
        let night = TimeOfWeek { first_second: 22 * 3600, last_second: 6 * 3600, days: THURSDAY | FRIDAY };
        for (time, hours, offset, expected) in [
            (office, 7, 0, false),
            (office, 8, 0, true),
            (office, 17, 0, true),
            (office, 18, 0, false),
            (office, 32, 0, false),
            (office, 7, 3600, true),
            (office, 8, -3600, false),
            (night, 5, 0, true),
            (night, 12, 0, false),
            (night, 23, 0, true),
            (night, 1, -2 * 3600, false),
            (night, 47, 0, true),
            (night, 49, 0, false),
        ] {
            assert_eq!(time.holds(at(hours), offset), expected, "{time:?} at {hours} h {offset:+}");
        }
    }
}
