//! Matchers that count: `limit`, `dst-limit`, `nth`, `per-connection-classifier`.

use crate::packet::PacketKey;
use clock::{Duration, Instant};
use foldhash::fast::FixedState;
use hashbrown::HashMap;

/// Tokens come in steps of this length (manual: "recharge every 10 ms").
const RECHARGE_NS: u64 = 10_000_000;
/// Above so many flows a `dst-limit` drops its idle buckets before it makes another.
const FLOWS_MAX: usize = 65_536;

/// A rate with a burst: `5/1m,5`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Packets or bits in each `time`.
    pub rate: u64,
    /// The time of `rate`; not 0.
    pub time: Duration,
    /// Packets or bits that may pass at once.
    pub burst: u64,
    /// Count bits of the packet (IP length × 8) instead of packets.
    pub bits: bool,
}

/// What is left in a token bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bucket {
    /// Tokens × `time` in nanoseconds, so that a rate needs no division.
    credit: u128,
    /// The last 10 ms step that was credited.
    step: u64,
}

impl Limit {
    const fn cost(self, tokens: u64) -> u128 {
        tokens as u128 * self.time.as_nanos() as u128
    }

    pub(crate) const fn full(self) -> Bucket {
        Bucket { credit: self.cost(self.burst), step: 0 }
    }

    /// Takes the packet's tokens, if they are there.
    pub(crate) fn holds(self, now: Instant, total_len: u16, bucket: &mut Bucket) -> bool {
        let step = now.as_nanos() / RECHARGE_NS;
        let recharge = u128::from(step.saturating_sub(bucket.step)) * u128::from(RECHARGE_NS);
        let credit = bucket.credit.saturating_add(recharge.saturating_mul(u128::from(self.rate)));
        bucket.credit = credit.min(self.cost(self.burst));
        bucket.step = step;
        let cost = self.cost(if self.bits { u64::from(total_len) * 8 } else { 1 });
        if bucket.credit < cost {
            return false;
        }
        bucket.credit -= cost;
        true
    }
}

/// What `dst-limit` counts together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DstLimitMode {
    /// `dst-address`.
    DstAddress,
    /// `dst-address-and-port`.
    DstAddressAndPort,
    /// `src-address`.
    SrcAddress,
    /// `src-and-dst-addresses`.
    SrcAndDstAddresses,
    /// `addresses-and-dst-port`.
    AddressesAndDstPort,
}

/// `dst-limit`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DstLimit {
    /// Rate and burst of each flow.
    pub limit: Limit,
    /// What a flow is.
    pub mode: DstLimitMode,
    /// A flow that sent nothing for so long is forgotten.
    pub expire: Duration,
}

/// Key: addresses and port that the mode looks at.
type FlowKey = (u64, u16);

/// The buckets of the flows, and when each was last used. Never iterated into an output.
#[derive(Clone, Debug, Default)]
pub(crate) struct Buckets(HashMap<FlowKey, (Bucket, Instant), FixedState>);

impl DstLimit {
    fn flow(&self, key: &PacketKey) -> FlowKey {
        let dst_port = key.ports().map_or(0, |(_, dst)| dst);
        let (src, dst) = (u64::from(key.src()) << 32, u64::from(key.dst()));
        match self.mode {
            DstLimitMode::DstAddress => (dst, 0),
            DstLimitMode::DstAddressAndPort => (dst, dst_port),
            DstLimitMode::SrcAddress => (src, 0),
            DstLimitMode::SrcAndDstAddresses => (src | dst, 0),
            DstLimitMode::AddressesAndDstPort => (src | dst, dst_port),
        }
    }

    /// `None` when the table of flows is full of busy ones.
    pub(crate) fn holds(&self, key: &PacketKey, now: Instant, buckets: &mut Buckets) -> Option<bool> {
        let flow = self.flow(key);
        if buckets.0.len() >= FLOWS_MAX && !buckets.0.contains_key(&flow) {
            buckets.0.retain(|_, (_, used)| now.since(*used) < self.expire);
            if buckets.0.len() >= FLOWS_MAX {
                return None;
            }
        }
        let (bucket, used) = buckets.0.entry(flow).or_insert((self.limit.full(), now));
        if now.since(*used) >= self.expire {
            *bucket = self.limit.full();
        }
        *used = now;
        Some(self.limit.holds(now, key.total_len, bucket))
    }
}

/// `nth=every,packet`: `2,1` matches the first of each two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nth {
    /// Length of the cycle.
    pub every: u32,
    /// Which of the cycle matches, from 1.
    pub packet: u32,
}

impl Nth {
    pub(crate) const fn holds(self, counter: &mut u32) -> bool {
        *counter = if *counter >= self.every { 1 } else { *counter + 1 };
        *counter == self.packet
    }
}

/// The fields of `per-connection-classifier`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClassifierFields {
    /// Source address.
    pub src_address: bool,
    /// Destination address.
    pub dst_address: bool,
    /// Source port.
    pub src_port: bool,
    /// Destination port.
    pub dst_port: bool,
}

/// `per-connection-classifier=fields:denominator/remainder`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PerConnectionClassifier {
    /// What is hashed.
    pub fields: ClassifierFields,
    /// The hash is taken modulo this; 0 never matches.
    pub denominator: u32,
    /// The remainder that matches.
    pub remainder: u32,
}

impl PerConnectionClassifier {
    /// A packet without ports hashes zero ports.
    pub(crate) fn holds(&self, key: &PacketKey) -> Option<bool> {
        let (src_port, dst_port) = key.ports().unwrap_or_default();
        let pick = |wanted: bool, value: u32| if wanted { u64::from(value) } else { 0 };
        let addresses =
            pick(self.fields.src_address, key.src()) << 32 | pick(self.fields.dst_address, key.dst());
        let ports = pick(self.fields.src_port, u32::from(src_port)) << 16
            | pick(self.fields.dst_port, u32::from(dst_port));
        let hash = hash32(addresses, ports);
        hash.checked_rem(self.denominator).map(|remainder| remainder == self.remainder)
    }
}

/// RouterOS does not publish its hash; this one (the finaliser of MurmurHash3, twice) is the same on every machine.
fn hash32(addresses: u64, ports: u64) -> u32 {
    let mix = |mut h: u64| {
        h = (h ^ h >> 33).wrapping_mul(0xFF51_AFD7_ED55_8CCD);
        h = (h ^ h >> 33).wrapping_mul(0xC4CE_B9FE_1A85_EC53);
        h ^ h >> 33
    };
    (mix(mix(addresses) ^ ports) >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at_ms(ms: u64) -> Instant {
        Instant::START + Duration::from_millis(ms)
    }

    #[test]
    fn a_burst_passes_at_once_and_tokens_come_back_in_10_ms_steps() {
        let limit = Limit { rate: 50, time: Duration::from_secs(1), burst: 3, bits: false };
        let mut bucket = limit.full();
        for (ms, expected) in [
            (1000, true),
            (1000, true),
            (1000, true),
            (1000, false),
            (1019, false), // one step: half a token
            (1020, true),
            (1021, false),
            (9000, true),
            (9000, true),
            (9000, true),
            (9000, false),
        ] {
            assert_eq!(limit.holds(at_ms(ms), 100, &mut bucket), expected, "{ms}");
        }
    }

    #[test]
    fn bits_are_counted_by_ip_length() {
        let limit = Limit { rate: 8000, time: Duration::from_secs(1), burst: 1600, bits: true };
        let mut bucket = limit.full();
        assert!(limit.holds(at_ms(0), 150, &mut bucket));
        assert!(!limit.holds(at_ms(0), 51, &mut bucket));
        assert!(limit.holds(at_ms(0), 50, &mut bucket));
    }

    #[test]
    fn nth_counts_each_packet_once() {
        let nth = Nth { every: 3, packet: 2 };
        let mut counter = 0;
        let hits: Vec<bool> = (0..7).map(|_| nth.holds(&mut counter)).collect();
        assert_eq!(hits, [false, true, false, false, true, false, false]);
    }

    #[test]
    fn a_hash_splits_evenly() {
        let mut counts = [0; 4];
        for n in 0..4000u64 {
            counts[(hash32(n << 32 | 0x0808_0808, 0) % 4) as usize] += 1;
        }
        assert!(counts.iter().all(|n| (900..1100).contains(n)), "{counts:?}");
    }
}
