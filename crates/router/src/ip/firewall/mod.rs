//! `/ip/firewall`: what its menus share while the device runs.

pub mod address_list;
pub mod connection;
pub mod filter;
pub mod types;

use crate::interface::Number;
use crate::state::State;
use clock::Instant;
use firewall::action::Effects;
use firewall::address_list::AddressLists;
use firewall::chain::Table;
use firewall::conntrack::{Conntrack, Tracked};
use firewall::interface::InterfaceLists;
use firewall::log_line::{Names, log_line};
use firewall::packet::{Mark, PacketKey};
use firewall::rule::{ChainId, RuleId};
use std::collections::BTreeMap;

/// The running firewall of a device.
#[derive(Clone, Default)]
pub struct Running {
    /// Compiled rules of `/ip/firewall/filter`.
    pub filter: Table,
    /// `/ip/firewall/address-list`.
    pub address_lists: AddressLists,
    /// Members of interface lists.
    pub(crate) interface_lists: InterfaceLists,
    /// Interface lists that `interface_lists` was told of.
    pub(crate) known_interface_lists: Vec<menu::Id>,
    /// Connection tracking.
    pub conntrack: Conntrack,
    /// Side effects of the rule walk under way.
    pub(crate) effects: Effects,
    /// Names of the chains, by number.
    pub(crate) chains: Vec<Box<str>>,
    /// `log-prefix` of the rules that have one.
    pub(crate) prefixes: BTreeMap<RuleId, Box<str>>,
    /// Entries of address lists that have a row.
    pub(crate) list_rows: std::collections::BTreeSet<u64>,
    /// How far the rows of the address lists were looked at.
    pub(crate) list_seen: address_list::Seen,
    /// Names of the address lists, by number.
    pub(crate) lists: Vec<Box<str>>,
    /// Names of the marks; mark *n* is the name at *n* - 1.
    pub(crate) marks: Vec<Box<str>>,
    /// What the router's clock shows beyond UTC, in seconds: rules with `time` go by it.
    pub(crate) utc_offset_seconds: i64,
}

impl Running {
    /// True when packets are tracked.
    #[inline]
    pub(crate) fn tracking(&self) -> bool {
        self.conntrack.is_active()
    }

    /// Finds or opens the connection of a packet. A full table tracks nothing more: the packet is invalid then.
    pub(crate) fn track(&mut self, now: Instant, key: &PacketKey, packet: &[u8]) -> Tracked {
        self.conntrack.track(now, key, packet).unwrap_or(Tracked::INVALID)
    }

    /// The packet has passed all chains: its connection is one from now on. False when another connection has taken
    /// one of its tuples meanwhile: the packet must be dropped.
    #[inline]
    #[must_use]
    pub(crate) fn confirm(&mut self, now: Instant, tracked: &Tracked) -> bool {
        tracked.id.is_none_or(|id| self.conntrack.confirm(now, id).is_some())
    }

    /// `mark-connection`.
    pub(crate) fn mark_connection(&mut self, tracked: &Tracked, mark: Mark) {
        if let Some(connection) = tracked.id.and_then(|id| self.conntrack.get_mut(id)) {
            connection.mark = mark;
        }
    }

    /// Ends what has run out.
    pub(crate) fn wake(&mut self, now: Instant) {
        self.conntrack.wake(now);
        // Their rows go when somebody looks (`address_list::refresh`).
        self.address_lists.wake(now, &mut Vec::new());
    }

    /// When [`Running::wake`] has something to do.
    #[inline]
    pub(crate) fn deadline(&self) -> Option<Instant> {
        match (self.conntrack.deadline(), self.address_lists.deadline()) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }

    /// The number of a chain; a new name gets the next.
    pub(crate) fn chain_number(&mut self, name: &str) -> ChainId {
        if self.chains.is_empty() {
            self.chains = ["input", "forward", "output"].map(Box::from).to_vec();
        }
        let at = self.chains.iter().position(|known| **known == *name).unwrap_or_else(|| {
            self.chains.push(name.into());
            self.chains.len() - 1
        });
        ChainId(at as u16)
    }

    /// The mark of this name; a new name gets the next number.
    pub(crate) fn mark_number(&mut self, name: &str) -> Mark {
        if name == "no-mark" {
            return Mark::NONE;
        }
        let at = self.marks.iter().position(|known| **known == *name).unwrap_or_else(|| {
            self.marks.push(name.into());
            self.marks.len() - 1
        });
        Mark(at as u32 + 1)
    }

    /// The name of a mark; `None` without one.
    pub(crate) fn mark_name(&self, mark: Mark) -> Option<&str> {
        self.marks.get((mark.0 as usize).checked_sub(1)?).map(AsRef::as_ref)
    }

    /// The number of an address list; a new name gets the next.
    pub(crate) fn list_number(&mut self, name: &str) -> firewall::address_list::ListId {
        let at = self.lists.iter().position(|known| **known == *name).unwrap_or_else(|| {
            self.lists.push(name.into());
            self.lists.len() - 1
        });
        firewall::address_list::ListId(at as u32)
    }
}

/// Writes the log lines of the rules that matched (`log=yes`, `action=log`), topics `firewall,info`.
#[cold]
pub(crate) fn log_matches(state: &mut State, now: Instant, key: &PacketKey, tracked: Tracked) {
    let running = &state.ip.firewall;
    let name = |interface: firewall::interface::Interface| {
        (interface != firewall::interface::Interface::NONE)
            .then(|| state.interfaces.get(Number(interface.0)).map(|running| running.name.as_ref()))
            .flatten()
    };
    let connection = tracked.id.and_then(|id| running.conntrack.get(id)).map(|c| (c, tracked.direction));
    let lines: Vec<String> = running
        .effects
        .logs
        .iter()
        .map(|entry| {
            let names = Names {
                prefix: running.prefixes.get(&entry.rule).map_or("", AsRef::as_ref),
                chain: running.chains.get(usize::from(entry.chain.0)).map_or("", AsRef::as_ref),
                in_interface: name(key.in_interface()),
                out_interface: name(key.out_interface()),
                connection_mark: running.mark_name(key.connection_mark),
            };
            log_line(key, &names, connection)
        })
        .collect();
    for line in lines {
        state.log.record(now, "firewall,info", line);
    }
}
