//! [`Detector`]: address conflict detection by ARP (RFC 5227), for hosts and DHCP clients.
//!
//! ```text
//! wait 0–1 s → probe → 1–2 s → probe → 1–2 s → probe → 2 s → announce, address is ours → 2 s → announce → defend
//!        any packet from the address, or another's probe for it → conflict
//! ```
//! **Deadline:** changes only in [`Detector::wake`] and [`Detector::receive`].

use clock::{Duration, Instant};
use core::net::Ipv4Addr;
use wire::Mac;
use wire::arp::{Operation, Repr};

/// Longest wait before the first probe.
pub const PROBE_WAIT: Duration = Duration::from_secs(1);
/// Number of probes.
pub const PROBE_NUM: u8 = 3;
/// Shortest time between probes.
pub const PROBE_MIN: Duration = Duration::from_secs(1);
/// Longest time between probes.
pub const PROBE_MAX: Duration = Duration::from_secs(2);
/// Wait between the last probe and the first announcement.
pub const ANNOUNCE_WAIT: Duration = Duration::from_secs(2);
/// Number of announcements.
pub const ANNOUNCE_NUM: u8 = 2;
/// Time between announcements.
pub const ANNOUNCE_INTERVAL: Duration = Duration::from_secs(2);
/// A second conflict within this time ends the defence.
pub const DEFEND_INTERVAL: Duration = Duration::from_secs(10);

/// What the device shall do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// Send this packet to all stations.
    Send(Repr),
    /// Nobody answered: the address may be used from now on.
    Claimed,
    /// Somebody else has the address: do not use it, or give it up (DHCP: decline).
    Conflict(Mac),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Probing { sent: u8 },
    Announcing { sent: u8 },
    Defending { last_conflict: Option<Instant> },
    Lost,
}

/// The state of one address on one interface.
#[derive(Clone, Debug)]
pub struct Detector {
    mac: Mac,
    address: Ipv4Addr,
    phase: Phase,
    due: Option<Instant>,
}

impl Detector {
    /// Begins to probe for `address`; `random` chooses the first wait.
    #[must_use]
    pub fn start(now: Instant, mac: Mac, address: Ipv4Addr, random: u64) -> Self {
        let wait = Duration::from_nanos(random % (PROBE_WAIT.as_nanos() + 1));
        Self { mac, address, phase: Phase::Probing { sent: 0 }, due: Some(now + wait) }
    }

    /// The address in question.
    #[must_use]
    pub const fn address(&self) -> Ipv4Addr {
        self.address
    }

    /// True when the address may be used.
    #[must_use]
    pub const fn is_claimed(&self) -> bool {
        matches!(self.phase, Phase::Announcing { .. } | Phase::Defending { .. })
    }

    /// When [`Detector::wake`] has something to do.
    #[must_use]
    pub const fn deadline(&self) -> Option<Instant> {
        self.due
    }

    /// Sends what is due; `random` chooses the time to the next probe.
    pub fn wake(&mut self, now: Instant, random: u64, out: &mut Vec<Output>) {
        if self.due.is_none_or(|due| due > now) {
            return;
        }
        match self.phase {
            Phase::Probing { sent } if sent < PROBE_NUM => {
                out.push(Output::Send(Repr::probe(self.mac, self.address)));
                let spread = (PROBE_MAX - PROBE_MIN).as_nanos() + 1;
                let gap = PROBE_MIN + Duration::from_nanos(random % spread);
                self.phase = Phase::Probing { sent: sent + 1 };
                self.due = Some(now + if sent + 1 == PROBE_NUM { ANNOUNCE_WAIT } else { gap });
            }
            Phase::Probing { .. } => {
                out.push(Output::Claimed);
                self.announce(now, 0, out);
            }
            Phase::Announcing { sent } => self.announce(now, sent, out),
            Phase::Defending { .. } | Phase::Lost => self.due = None,
        }
    }

    fn announce(&mut self, now: Instant, sent: u8, out: &mut Vec<Output>) {
        out.push(Output::Send(Repr::announcement(self.mac, self.address)));
        let sent = sent + 1;
        let more = sent < ANNOUNCE_NUM;
        self.phase = if more { Phase::Announcing { sent } } else { Phase::Defending { last_conflict: None } };
        self.due = more.then_some(now + ANNOUNCE_INTERVAL);
    }

    /// Looks at an ARP packet of the link. While probing, any sign of another user is a conflict (§2.1.1); later the
    /// address is defended once in ten seconds and given up at the second conflict (§2.4 b).
    pub fn receive(&mut self, now: Instant, packet: &Repr, out: &mut Vec<Output>) {
        if packet.sender_mac == self.mac {
            return;
        }
        let uses = packet.sender_ip == self.address;
        let probes = packet.operation == Operation::Request
            && packet.sender_ip.is_unspecified()
            && packet.target_ip == self.address;
        match self.phase {
            Phase::Probing { .. } if uses || probes => self.lose(packet.sender_mac, out),
            Phase::Announcing { .. } | Phase::Defending { .. } if uses => {
                let last =
                    if let Phase::Defending { last_conflict } = self.phase { last_conflict } else { None };
                if last.is_some_and(|last| now.since(last) < DEFEND_INTERVAL) {
                    self.lose(packet.sender_mac, out);
                } else {
                    out.push(Output::Send(Repr::announcement(self.mac, self.address)));
                    self.phase = Phase::Defending { last_conflict: Some(now) };
                    self.due = None;
                }
            }
            _ => {}
        }
    }

    fn lose(&mut self, other: Mac, out: &mut Vec<Output>) {
        self.phase = Phase::Lost;
        self.due = None;
        out.push(Output::Conflict(other));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: Mac = Mac([2, 0, 0, 0, 0, 1]);
    const OTHER: Mac = Mac([2, 0, 0, 0, 0, 2]);
    const ADDRESS: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 7);

    fn second(n: u64) -> Instant {
        Instant::START + Duration::from_secs(n)
    }

    /// Runs until nothing is due and returns what came out, with the second.
    fn run(detector: &mut Detector, until: Instant) -> Vec<(Instant, Output)> {
        let mut seen = Vec::new();
        while let Some(due) = detector.deadline().filter(|due| *due <= until) {
            let mut out = Vec::new();
            if due > Instant::START {
                detector.wake(due - Duration::from_nanos(1), 0, &mut out);
            }
            assert!(out.is_empty(), "nothing before the deadline");
            detector.wake(due, 0, &mut out);
            seen.extend(out.into_iter().map(|o| (due, o)));
        }
        seen
    }

    #[test]
    fn the_timetable_of_rfc_5227() {
        let mut detector = Detector::start(second(0), OWN, ADDRESS, 0);
        let probe = Output::Send(Repr::probe(OWN, ADDRESS));
        let announcement = Output::Send(Repr::announcement(OWN, ADDRESS));
        let seen = run(&mut detector, second(100));
        let expected =
            [(0, probe), (1, probe), (2, probe), (4, Output::Claimed), (4, announcement), (6, announcement)];
        assert_eq!(seen, expected.map(|(s, o)| (second(s), o)));
        assert!(detector.is_claimed());
    }

    #[test]
    fn random_waits_stay_in_their_range() {
        for random in [1, 999_999_999, 1_000_000_000, 1_000_000_001, u64::MAX] {
            let mut detector = Detector::start(second(0), OWN, ADDRESS, random);
            let first = detector.deadline().unwrap();
            assert!(first <= second(1));
            detector.wake(first, random, &mut Vec::new());
            let gap = detector.deadline().unwrap() - first;
            assert!(gap >= PROBE_MIN && gap <= PROBE_MAX);
        }
    }

    #[test]
    fn any_user_or_second_prober_is_a_conflict_while_probing() {
        for packet in [
            Repr::probe(OTHER, ADDRESS),
            Repr::announcement(OTHER, ADDRESS),
            Repr::reply_to(&Repr::probe(OWN, ADDRESS), OTHER),
            Repr::request(OTHER, ADDRESS, Ipv4Addr::new(10, 0, 0, 1)),
        ] {
            let mut detector = Detector::start(second(0), OWN, ADDRESS, 0);
            let mut out = Vec::new();
            detector.receive(second(1), &packet, &mut out);
            assert_eq!(out, [Output::Conflict(OTHER)]);
            assert_eq!(detector.deadline(), None);
        }
        let mut detector = Detector::start(second(0), OWN, ADDRESS, 0);
        for packet in [
            Repr::probe(OWN, ADDRESS),
            Repr::request(OTHER, Ipv4Addr::new(10, 0, 0, 9), ADDRESS),
            Repr::probe(OTHER, Ipv4Addr::new(10, 0, 0, 9)),
        ] {
            let mut out = Vec::new();
            detector.receive(second(1), &packet, &mut out);
            assert!(out.is_empty());
        }
    }

    #[test]
    fn a_claimed_address_is_defended_once_in_ten_seconds() {
        let mut detector = Detector::start(second(0), OWN, ADDRESS, 0);
        run(&mut detector, second(100));
        let conflict = Repr::announcement(OTHER, ADDRESS);
        let mut out = Vec::new();
        detector.receive(second(100), &conflict, &mut out);
        detector.receive(second(111), &conflict, &mut out);
        let defence = Output::Send(Repr::announcement(OWN, ADDRESS));
        assert_eq!(out, [defence, defence]);
        detector.receive(second(120), &conflict, &mut out);
        assert_eq!(out.last(), Some(&Output::Conflict(OTHER)));
        assert!(!detector.is_claimed());
    }
}
