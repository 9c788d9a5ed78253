//! What `ping` prints: the texts of iputils 20221126, in integers only.

use clock::Duration;
use core::net::Ipv4Addr;

/// Counters of one `ping`.
#[derive(Clone, Debug, Default)]
pub(super) struct Statistics {
    /// Requests sent, and requests that the local stack refused.
    pub(super) transmitted: u64,
    /// Replies, each request counted once.
    pub(super) received: u64,
    /// Further replies to a request that was answered.
    pub(super) repeats: u64,
    /// ICMP and local errors.
    pub(super) errors: u64,
    /// Shortest round trip in µs.
    pub(super) min_us: u64,
    /// Longest round trip in µs.
    pub(super) max_us: u64,
    /// Sum of the round trips in µs.
    pub(super) sum_us: u64,
    /// Sum of their squares in µs².
    pub(super) sum2_us: u128,
    /// Largest number of requests under way.
    pub(super) pipe: u64,
}

impl Statistics {
    /// Counts one round trip.
    pub(super) fn round_trip(&mut self, us: u64) {
        let first = self.received + self.repeats == 0 || self.min_us > us;
        if first {
            self.min_us = us;
        }
        self.max_us = self.max_us.max(us);
        self.sum_us += us;
        self.sum2_us += u128::from(us) * u128::from(us);
    }

    /// The lines behind the last reply. `timing`: the payload had room for a time stamp; `time`: from the first to the
    /// last request.
    pub(super) fn summary(&self, name: &str, timing: bool, time: Duration) -> String {
        let mut text = format!(
            "\n--- {name} ping statistics ---\n{} packets transmitted, {} received",
            self.transmitted, self.received
        );
        if self.repeats > 0 {
            text += &format!(", +{} duplicates", self.repeats);
        }
        if self.errors > 0 {
            text += &format!(", +{} errors", self.errors);
        }
        if self.transmitted > 0 {
            let lost = self.transmitted.saturating_sub(self.received);
            text += &format!(", {}% packet loss", percent(lost, self.transmitted));
            text += &format!(", time {}ms", time.as_millis());
        }
        text.push('\n');
        let mut comma = "";
        let total = self.received + self.repeats;
        if self.received > 0 && timing {
            let average = self.sum_us / total;
            let square = u128::from(self.sum_us) * u128::from(self.sum_us) / u128::from(total);
            let variance = self.sum2_us.saturating_sub(square) / u128::from(total);
            let deviation = variance.isqrt() as u64;
            let [min, avg, max, mdev] = [self.min_us, average, self.max_us, deviation]
                .map(|us| format!("{}.{:03}", us / 1000, us % 1000));
            text += &format!("rtt min/avg/max/mdev = {min}/{avg}/{max}/{mdev} ms");
            comma = ", ";
        }
        if self.pipe > 1 {
            text += &format!("{comma}pipe {}", self.pipe);
        }
        text.push('\n');
        text
    }
}

/// `part / whole` in per cent with six significant digits and no trailing zeros, as C's `%g` prints it.
fn percent(part: u64, whole: u64) -> String {
    let (part, whole) = (u128::from(part) * 100, u128::from(whole));
    let mut digits = 5usize;
    let mut n = part / whole;
    while n >= 10 {
        n /= 10;
        digits = digits.saturating_sub(1);
    }
    if n == 0 && part > 0 {
        let mut scaled = part;
        while scaled < whole {
            scaled *= 10;
            digits += 1;
        }
    }
    let scale = 10u128.pow(digits as u32);
    let rounded = (part * scale + whole / 2) / whole;
    let text = format!("{}.{:0digits$}", rounded / scale, rounded % scale);
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

/// ` time=0.042 ms`: three significant digits or microseconds.
pub(super) fn time(us: u64) -> String {
    if us >= 100_000 - 50 {
        format!(" time={} ms", (us + 500) / 1000)
    } else if us >= 10_000 - 5 {
        format!(" time={}.{:01} ms", (us + 50) / 1000, (us + 50) % 1000 / 100)
    } else if us >= 1000 {
        format!(" time={}.{:02} ms", (us + 5) / 1000, (us + 5) % 1000 / 10)
    } else {
        format!(" time={}.{:03} ms", us / 1000, us % 1000)
    }
}

/// The words for an ICMP error. `info`: MTU of "fragmentation needed", pointer of a parameter problem.
pub(super) fn icmp_error(kind: u8, code: u8, info: u32, gateway: Ipv4Addr) -> String {
    const UNREACHABLE: [&str; 16] = [
        "Destination Net Unreachable",
        "Destination Host Unreachable",
        "Destination Protocol Unreachable",
        "Destination Port Unreachable",
        "",
        "Source Route Failed",
        "Destination Net Unknown",
        "Destination Host Unknown",
        "Source Host Isolated",
        "Destination Net Prohibited",
        "Destination Host Prohibited",
        "Destination Net Unreachable for Type of Service",
        "Destination Host Unreachable for Type of Service",
        "Packet filtered",
        "Precedence Violation",
        "Precedence Cutoff",
    ];
    match (kind, code) {
        (3, 4) => format!("Frag needed and DF set (mtu = {info})"),
        (3, code) => match UNREACHABLE.get(usize::from(code)) {
            Some(text) => (*text).to_string(),
            None => format!("Dest Unreachable, Bad Code: {code}"),
        },
        (4, _) => "Source Quench".to_string(),
        (5, code) => {
            let what = match code {
                0 => "Redirect Network".to_string(),
                1 => "Redirect Host".to_string(),
                2 => "Redirect Type of Service and Network".to_string(),
                3 => "Redirect Type of Service and Host".to_string(),
                code => format!("Redirect, Bad Code: {code}"),
            };
            format!("{what}(New nexthop: {gateway})")
        }
        (11, 0) => "Time to live exceeded".to_string(),
        (11, 1) => "Frag reassembly time exceeded".to_string(),
        (11, code) => format!("Time exceeded, Bad Code: {code}"),
        (12, _) => format!("Parameter problem: pointer = {info}"),
        (kind, _) => format!("Bad ICMP type: {kind}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loss_has_six_significant_digits() {
        for (lost, of, text) in [
            (0, 3, "0"),
            (1, 3, "33.3333"),
            (2, 3, "66.6667"),
            (3, 3, "100"),
            (1, 8, "12.5"),
            (1, 300, "0.333333"),
            (1, 30, "3.33333"),
            (999_999, 1_000_000, "99.9999"),
        ] {
            assert_eq!(percent(lost, of), text);
        }
    }

    #[test]
    fn times_have_three_digits() {
        for (us, text) in [
            (42, " time=0.042 ms"),
            (999, " time=0.999 ms"),
            (1234, " time=1.23 ms"),
            (9996, " time=10.0 ms"),
            (12_345, " time=12.3 ms"),
            (123_456, " time=123 ms"),
        ] {
            assert_eq!(time(us), text);
        }
    }

    #[test]
    fn the_summary_of_iputils() {
        let mut s = Statistics { transmitted: 3, ..Statistics::default() };
        for us in [100, 200, 300] {
            s.round_trip(us);
            s.received += 1;
        }
        assert_eq!(
            s.summary("10.0.0.1", true, Duration::from_millis(2003)),
            "\n--- 10.0.0.1 ping statistics ---\n3 packets transmitted, 3 received, 0% packet loss, time 2003ms\n\
             rtt min/avg/max/mdev = 0.100/0.200/0.300/0.081 ms\n"
        );
        let s = Statistics { transmitted: 3, errors: 3, pipe: 3, ..Statistics::default() };
        assert_eq!(
            s.summary("10.0.0.1", true, Duration::from_secs(2)),
            "\n--- 10.0.0.1 ping statistics ---\n3 packets transmitted, 0 received, +3 errors, 100% packet loss, \
             time 2000ms\npipe 3\n"
        );
    }
}
