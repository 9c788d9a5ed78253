//! UDP traffic for benchmarks and load: flows that send, sinks that count or echo.
//!
//! A flow is paced by time (so many datagrams every so often) or by a window (so many on their way; the next leaves when
//! an answer comes, so the far end must be an echoing sink). The engine only decides when to send and counts; the host
//! routes and builds the datagrams.

use clock::{Duration, Instant};
use core::net::Ipv4Addr;

/// A window that hears nothing for this long takes its datagrams for lost and fills up again.
const STALL: Duration = Duration::from_secs(1);

/// Which flow of a host: counts from 0 in the order in which they were started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FlowId(pub u32);

/// When the datagrams of a flow leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// `burst` datagrams now and after each interval `every` (at least 1 ns).
    Interval {
        /// Time between bursts.
        every: Duration,
        /// Datagrams in each burst.
        burst: u32,
    },
    /// So many datagrams on their way at a time; answers let the next ones out.
    Window(u32),
}

/// What a flow sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UdpFlow {
    /// Where to.
    pub destination: Ipv4Addr,
    /// Port at the far end.
    pub destination_port: u16,
    /// Port here; answers to it are counted.
    pub source_port: u16,
    /// Length of the UDP payload in bytes, at most 65,507. The first 8 bytes, if there are so many, count the
    /// datagrams; the rest is zero.
    pub payload_len: u16,
    /// How many datagrams; `None` = without end.
    pub count: Option<u64>,
    /// When they leave.
    pub pace: Pace,
}

/// Counters of a flow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FlowStats {
    /// Datagrams handed to the stack.
    pub sent: u64,
    /// Datagrams that came back to the source port.
    pub received: u64,
    /// Datagrams that could not be sent for lack of a route.
    pub refused: u64,
}

/// Counters of a sink.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SinkStats {
    /// Datagrams that arrived.
    pub datagrams: u64,
    /// Their payload in bytes.
    pub bytes: u64,
}

/// A port that takes datagrams.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sink {
    pub(crate) echo: bool,
    pub(crate) stats: SinkStats,
}

/// A flow under way.
#[derive(Clone, Debug)]
pub(crate) struct Flow {
    pub(crate) spec: UdpFlow,
    pub(crate) stats: FlowStats,
    /// When the next burst leaves, or the window is taken for lost.
    next: Instant,
    /// Datagrams of a window that are not answered.
    under_way: u32,
}

impl Flow {
    pub(crate) fn new(spec: UdpFlow, now: Instant) -> Self {
        Self { spec, stats: FlowStats::default(), next: now, under_way: 0 }
    }

    fn left(&self) -> u64 {
        self.spec.count.map_or(u64::MAX, |count| count.saturating_sub(self.stats.sent + self.stats.refused))
    }

    /// How many datagrams leave now; the flow counts on their being sent.
    pub(crate) fn take_due(&mut self, now: Instant) -> u32 {
        let wanted = match self.spec.pace {
            Pace::Interval { every, burst } if now >= self.next => {
                self.next = now + every.max(Duration::from_nanos(1));
                burst
            }
            Pace::Interval { .. } => 0,
            Pace::Window(window) => {
                if now >= self.next {
                    self.under_way = 0;
                }
                window.saturating_sub(self.under_way)
            }
        };
        let n = u32::try_from(self.left()).map_or(wanted, |left| left.min(wanted));
        if let Pace::Window(_) = self.spec.pace
            && n > 0
        {
            self.under_way += n;
            self.next = now + STALL;
        }
        n
    }

    /// A datagram came back to the source port.
    pub(crate) fn answered(&mut self, now: Instant) {
        self.stats.received += 1;
        self.under_way = self.under_way.saturating_sub(1);
        if let Pace::Window(_) = self.spec.pace {
            self.next = now + STALL;
        }
    }

    pub(crate) fn deadline(&self) -> Option<Instant> {
        (self.left() > 0).then_some(self.next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flow(count: Option<u64>, pace: Pace) -> Flow {
        let spec = UdpFlow {
            destination: Ipv4Addr::LOCALHOST,
            destination_port: 9,
            source_port: 40_000,
            payload_len: 64,
            count,
            pace,
        };
        Flow::new(spec, Instant::START)
    }

    fn at(ms: u64) -> Instant {
        Instant::START + Duration::from_millis(ms)
    }

    #[test]
    fn an_interval_sends_bursts_until_the_count_is_reached() {
        let mut f = flow(Some(5), Pace::Interval { every: Duration::from_millis(10), burst: 2 });
        let mut sent = Vec::new();
        for ms in [0, 5, 10, 20, 30] {
            let n = f.take_due(at(ms));
            f.stats.sent += u64::from(n);
            sent.push(n);
        }
        assert_eq!(sent, [2, 0, 2, 1, 0]);
        assert_eq!(f.deadline(), None);
    }

    #[test]
    fn a_window_lets_one_out_for_each_answer_and_recovers_from_loss() {
        let mut f = flow(None, Pace::Window(3));
        assert_eq!(f.take_due(at(0)), 3);
        assert_eq!(f.take_due(at(1)), 0);
        f.answered(at(2));
        assert_eq!(f.take_due(at(2)), 1);
        assert_eq!(f.deadline(), Some(at(1002)));
        assert_eq!(f.take_due(at(1002)), 3, "what was under way is taken for lost");
    }
}
