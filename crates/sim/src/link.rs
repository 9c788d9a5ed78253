//! [`LinkParams`]: what one direction of a cable does to frames, in the words and units of `tc netem`.

use clock::Duration;
use core::fmt;
use core::str::FromStr;

/// A probability in parts per thousand million: an exact integer, so every machine draws the same.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Probability(u32);

impl Probability {
    /// Never.
    pub const ZERO: Self = Self(0);
    /// Always.
    pub const ONE: Self = Self(1_000_000_000);

    /// `parts` in 1,000,000,000; more counts as always.
    #[must_use]
    pub const fn from_billionths(parts: u32) -> Self {
        if parts > 1_000_000_000 { Self::ONE } else { Self(parts) }
    }

    /// `percent` in 100; more counts as always.
    #[must_use]
    pub const fn from_percent(percent: u32) -> Self {
        if percent > 100 { Self::ONE } else { Self(percent * 10_000_000) }
    }

    /// Parts in 1,000,000,000.
    #[must_use]
    pub const fn billionths(self) -> u32 {
        self.0
    }

    /// Decides with a uniformly random `draw`: true with this probability.
    #[must_use]
    pub(crate) const fn hits(self, draw: u64) -> bool {
        ((draw as u128 * 1_000_000_000) >> 64) < self.0 as u128
    }
}

impl fmt::Debug for Probability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Display for Probability {
    /// Percent with as many decimals as it takes: `0.5%`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, part) = (self.0 / 10_000_000, self.0 % 10_000_000);
        if part == 0 {
            return write!(f, "{whole}%");
        }
        write!(f, "{whole}.{}%", format!("{part:07}").trim_end_matches('0'))
    }
}

impl FromStr for Probability {
    type Err = LinkError;

    /// Percent, with or without the sign, up to seven decimals: `0.5%`, `12`.
    fn from_str(text: &str) -> Result<Self, LinkError> {
        let wrong = || LinkError::Probability(text.into());
        let number = text.strip_suffix('%').unwrap_or(text).trim();
        let parts = decimal(number, 10_000_000).ok_or_else(wrong)?;
        u32::try_from(parts).ok().filter(|p| *p <= Self::ONE.0).map(Self).ok_or_else(wrong)
    }
}

/// What one direction of a cable does to frames.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LinkParams {
    /// Bits per second on the wire; 0 = infinitely fast. Default 1 Gbit/s.
    pub rate_bps: u64,
    /// Time from the last bit's leaving to its arrival. Default 1 µs.
    pub delay: Duration,
    /// The delay of each frame is uniformly random within `delay` ± this much (never below zero); frames may overtake.
    pub jitter: Duration,
    /// Probability that a frame is lost on the way.
    pub loss: Probability,
    /// Probability that a frame is followed by a copy of itself, as `netem duplicate`.
    pub duplicate: Probability,
    /// Probability that a frame skips the delay and so overtakes others, as `netem reorder`.
    pub reorder: Probability,
    /// Probability that one bit of a frame is flipped; the receiving port then discards it.
    pub corrupt: Probability,
    /// Longest payload in bytes: a frame may have this many and the 14 of the Ethernet header (VLAN tags count as
    /// payload). Default 10,000, which no usual device exceeds.
    pub mtu: u32,
    /// How many frames may wait for the wire while another one is sent, as `netem limit`. Default 1000.
    pub queue: u32,
}

impl Default for LinkParams {
    fn default() -> Self {
        Self {
            rate_bps: 1_000_000_000,
            delay: Duration::from_micros(1),
            jitter: Duration::ZERO,
            loss: Probability::ZERO,
            duplicate: Probability::ZERO,
            reorder: Probability::ZERO,
            corrupt: Probability::ZERO,
            mtu: 10_000,
            queue: 1000,
        }
    }
}

impl LinkParams {
    /// The words that [`LinkParams::set`] knows.
    pub const WORDS: [&'static str; 9] =
        ["delay", "jitter", "loss", "duplicate", "reorder", "corrupt", "rate", "mtu", "queue"];

    /// Sets one property from text: `delay 20ms`, `jitter 2ms`, `loss 0.5%`, `duplicate`, `reorder` and `corrupt` alike,
    /// `rate 10mbit` (also `10M`), `mtu 1500`, `queue 100`. A time without unit is in microseconds and a rate without
    /// unit in bit/s, as in `tc`; in `tc`'s way `kbps` means 1000 bytes per second.
    ///
    /// # Errors
    /// The word or its value is not understood.
    pub fn set(&mut self, word: &str, value: &str) -> Result<(), LinkError> {
        match word {
            "delay" => self.delay = parse_time(value)?,
            "jitter" => self.jitter = parse_time(value)?,
            "loss" => self.loss = value.parse()?,
            "duplicate" => self.duplicate = value.parse()?,
            "reorder" => self.reorder = value.parse()?,
            "corrupt" => self.corrupt = value.parse()?,
            "rate" => self.rate_bps = parse_rate(value)?,
            "mtu" => self.mtu = value.trim().parse().map_err(|_| LinkError::Number(value.into()))?,
            "queue" => self.queue = value.trim().parse().map_err(|_| LinkError::Number(value.into()))?,
            _ => return Err(LinkError::Word(word.into())),
        }
        Ok(())
    }

    /// Time from a send to the earliest possible arrival at the other end: the shortest delay and the serialisation of
    /// the shortest frame. What happens at one end cannot be seen at the other any earlier.
    #[must_use]
    pub fn lookahead(&self) -> Duration {
        let shortest =
            if self.reorder > Probability::ZERO { Duration::ZERO } else { self.delay - self.jitter };
        shortest + Duration::of_transmission(MIN_FRAME as u64 + OVERHEAD, self.rate_bps)
    }

    /// True when no frame is lost, doubled, changed or moved.
    pub(crate) fn is_clean(&self) -> bool {
        self.jitter == Duration::ZERO
            && [self.loss, self.duplicate, self.reorder, self.corrupt].iter().all(|p| *p == Probability::ZERO)
    }
}

/// Shortest Ethernet frame without FCS; shorter ones are padded with zeros (IEEE 802.3 §4A.2.3.2.4).
pub(crate) const MIN_FRAME: usize = 60;

/// Bytes that a frame takes on the wire besides its own: FCS 4, preamble and delimiter 8, gap 12.
pub(crate) const OVERHEAD: u64 = 24;

/// Bytes of an Ethernet header, which an MTU does not count.
pub(crate) const ETHERNET_HEADER: u32 = 14;

/// What is wrong with a link property.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LinkError {
    /// No such property.
    Word(String),
    /// Not a time.
    Time(String),
    /// Not a percentage from 0 to 100 with at most seven decimals.
    Probability(String),
    /// Not a rate.
    Rate(String),
    /// Not a whole number.
    Number(String),
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(w) => {
                write!(f, "unknown link property \"{w}\" (known: {})", LinkParams::WORDS.join(", "))
            }
            Self::Time(t) => write!(f, "\"{t}\" is not a time such as 20ms or 1.5s"),
            Self::Probability(p) => write!(f, "\"{p}\" is not a percentage such as 0.5%"),
            Self::Rate(r) => write!(f, "\"{r}\" is not a rate such as 10mbit or 1G"),
            Self::Number(n) => write!(f, "\"{n}\" is not a whole number"),
        }
    }
}

impl core::error::Error for LinkError {}

/// A decimal number times `scale`, exactly; `None` when it is not one or has more decimals than the scale holds.
fn decimal(text: &str, scale: u64) -> Option<u64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(part) || (text.contains('.') && part.is_empty()) {
        return None;
    }
    let mut value = whole.parse::<u64>().ok()?.checked_mul(scale)?;
    let mut unit = scale;
    for digit in part.bytes() {
        let digit = u64::from(digit - b'0');
        if !unit.is_multiple_of(10) {
            if digit == 0 {
                continue;
            }
            return None;
        }
        unit /= 10;
        value = value.checked_add(digit * unit)?;
    }
    Some(value)
}

/// Splits a number from the unit behind it.
fn split_unit(text: &str) -> (&str, &str) {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    (number, unit.trim())
}

/// A time in the units of `tc`: `s`, `ms`, `us` (or none), `ns` and their long forms.
fn parse_time(text: &str) -> Result<Duration, LinkError> {
    let (number, unit) = split_unit(text);
    let scale = match unit {
        "s" | "sec" | "secs" => 1_000_000_000,
        "ms" | "msec" | "msecs" => 1_000_000,
        "us" | "usec" | "usecs" | "µs" | "" => 1_000,
        "ns" | "nsec" | "nsecs" => 1,
        _ => return Err(LinkError::Time(text.into())),
    };
    decimal(number, scale).map(Duration::from_nanos).ok_or_else(|| LinkError::Time(text.into()))
}

/// A rate in the units of `tc`, and the plain `k`, `M`, `G` of RouterOS and netlab.
fn parse_rate(text: &str) -> Result<u64, LinkError> {
    let (number, unit) = split_unit(text);
    let scale = match unit.to_ascii_lowercase().as_str() {
        "" | "bit" => 1,
        "k" | "kbit" => 1_000,
        "m" | "mbit" => 1_000_000,
        "g" | "gbit" => 1_000_000_000,
        "t" | "tbit" => 1_000_000_000_000,
        "kibit" => 1 << 10,
        "mibit" => 1 << 20,
        "gibit" => 1 << 30,
        "bps" => 8,
        "kbps" => 8_000,
        "mbps" => 8_000_000,
        "gbps" => 8_000_000_000,
        _ => return Err(LinkError::Rate(text.into())),
    };
    decimal(number, scale).ok_or_else(|| LinkError::Rate(text.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_units_are_those_of_tc_netem() {
        let mut p = LinkParams::default();
        for (word, value) in [
            ("delay", "20ms"),
            ("jitter", "1.5 msec"),
            ("loss", "0.5%"),
            ("rate", "10mbit"),
            ("mtu", "1500"),
            ("queue", "7"),
        ] {
            p.set(word, value).unwrap();
        }
        assert_eq!(p.delay, Duration::from_millis(20));
        assert_eq!(p.jitter, Duration::from_micros(1500));
        assert_eq!(p.loss.billionths(), 5_000_000);
        assert_eq!((p.rate_bps, p.mtu, p.queue), (10_000_000, 1500, 7));
        for (text, rate) in [("1G", 1_000_000_000), ("2.5gbit", 2_500_000_000), ("100", 100), ("1kbps", 8000)]
        {
            assert_eq!(parse_rate(text), Ok(rate), "{text}");
        }
        assert_eq!(parse_time("10"), Ok(Duration::from_micros(10)));
    }

    #[test]
    fn wrong_values_are_refused() {
        let mut p = LinkParams::default();
        for (word, value) in [
            ("delay", "soon"),
            ("delay", "1.h"),
            ("delay", ""),
            ("loss", "101%"),
            ("loss", "-1"),
            ("loss", "0.00000001%"),
            ("rate", "10 parsec"),
            ("mtu", "1.5"),
            ("colour", "red"),
        ] {
            assert!(p.set(word, value).is_err(), "{word}={value}");
        }
        assert_eq!(p, LinkParams::default());
    }

    #[test]
    fn probabilities_print_as_they_are_read() {
        for text in ["0%", "0.5%", "12.3456789%", "100%"] {
            assert_eq!(text.parse::<Probability>().unwrap().to_string(), text);
        }
        assert!(Probability::ONE.hits(u64::MAX) && !Probability::ZERO.hits(0));
    }

    #[test]
    fn default_lookahead_is_delay_and_shortest_frame() {
        assert_eq!(LinkParams::default().lookahead().as_nanos(), 1672);
    }
}
