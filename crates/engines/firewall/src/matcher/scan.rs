//! The `psd` matcher: port scans of one source, as weights of the ports that it tries (after xt_psd of Linux's
//! xtables-addons, which RouterOS's four numbers come from).

use crate::packet::{PacketKey, TCP, UDP};
use clock::{Duration, Instant};
use foldhash::fast::FixedState;
use hashbrown::HashMap;
use smallvec::SmallVec;

/// Above so many sources those that were quiet for longer than the delay are forgotten; then all.
const HOSTS_MAX: usize = 16_384;
/// Ports below this have the low weight (manual: "privileged destination port").
const LOW_PORTS: u16 = 1024;

/// `psd=weight,delay,low,high`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Psd {
    /// Total weight that makes a scan.
    pub weight_threshold: u32,
    /// Packets that lie further apart start again.
    pub delay_threshold: Duration,
    /// Weight of a port below 1024.
    pub low_port_weight: u32,
    /// Weight of another port.
    pub high_port_weight: u32,
}

#[derive(Clone, Debug)]
struct Host {
    last: Instant,
    weight: u32,
    ports: SmallVec<[(u8, u16); 8]>,
}

/// Sources that are watched. Never iterated into an output.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hosts(HashMap<u32, Host, FixedState>);

impl Psd {
    /// True once the source has reached the threshold. Each port counts once.
    pub(crate) fn holds(&self, key: &PacketKey, now: Instant, hosts: &mut Hosts) -> Option<bool> {
        let (_, dst_port) = key.ports().filter(|_| matches!(key.protocol(), TCP | UDP))?;
        if hosts.0.len() >= HOSTS_MAX && !hosts.0.contains_key(&key.src()) {
            hosts.0.retain(|_, host| now.since(host.last) <= self.delay_threshold);
            if hosts.0.len() >= HOSTS_MAX {
                hosts.0.clear();
            }
        }
        let host =
            hosts.0.entry(key.src()).or_insert_with(|| Host { last: now, weight: 0, ports: SmallVec::new() });
        if now.since(host.last) > self.delay_threshold {
            host.weight = 0;
            host.ports.clear();
        }
        host.last = now;
        if host.weight >= self.weight_threshold {
            return Some(true);
        }
        let port = (key.protocol(), dst_port);
        if host.ports.contains(&port) {
            return Some(false);
        }
        let weight = if dst_port < LOW_PORTS { self.low_port_weight } else { self.high_port_weight };
        // A port of weight 0 need not be remembered, so the list is as short as the threshold.
        if weight > 0 {
            host.ports.push(port);
            host.weight = host.weight.saturating_add(weight);
        }
        Some(host.weight >= self.weight_threshold)
    }
}
