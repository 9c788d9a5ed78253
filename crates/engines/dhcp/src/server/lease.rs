//! [`Lease`]: one row of `/ip/dhcp-server/lease`, and the table of all of them with its indexes.

use super::config::{ServerId, StaticLease};
use super::request::{ClientKey, Request};
use crate::pool::PoolId;
use clock::Instant;
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use wire::Mac;

/// A lease's id. Ids go up and are never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LeaseId(pub u32);

/// `status` of a lease.
///
/// | state | event → next |
/// |---|---|
/// | waiting | static lease: DISCOVER → offered (or authorizing); REQUEST for its address → bound |
/// | testing | an answer to the probe → conflict; none within 0.5 s → offered |
/// | authorizing | accepted → offered; refused → gone, or waiting |
/// | offered | REQUEST with our id → bound; other server chosen, or 30 s → gone, or waiting |
/// | bound | renewal restarts the time; expiry, RELEASE → gone, or waiting; DECLINE → declined |
/// | declined, conflict | after the lease time → gone, or waiting |
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// A static lease without a client.
    Waiting,
    /// The address is probed.
    Testing,
    /// RADIUS is asked.
    Authorizing,
    /// Offered, not yet requested.
    Offered,
    /// A client holds it.
    Bound,
    /// A client found the address in use.
    Declined,
    /// The probe found the address in use.
    Conflict,
}

impl Status {
    /// The word in the `status` column.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Testing => "testing",
            Self::Authorizing => "authorizing",
            Self::Offered => "offered",
            Self::Bound => "bound",
            Self::Declined => "declined",
            Self::Conflict => "conflict",
        }
    }
}

/// One lease. The fields named "active" in the menu are those without a prefix here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// Its id.
    pub id: LeaseId,
    /// What a person wrote; `None` = dynamic.
    pub configured: Option<StaticLease>,
    /// `status`.
    pub status: Status,
    /// `active-server`; the server that a dynamic lease belongs to.
    pub server: Option<ServerId>,
    /// `active-address`; `None` while a static lease waits.
    pub address: Option<Ipv4Addr>,
    /// `active-mac-address`.
    pub mac: Option<Mac>,
    /// `active-client-id` as bytes.
    pub client_id: Option<Vec<u8>>,
    /// `src-mac-address`: the frame's source.
    pub src_mac: Option<Mac>,
    /// `host-name` as the client sent it; empty = none.
    pub host_name: String,
    /// `class-id`; empty = none.
    pub class_id: String,
    /// `active-agent-circuit-id`.
    pub agent_circuit_id: Option<Vec<u8>>,
    /// `active-agent-remote-id`.
    pub agent_remote_id: Option<Vec<u8>>,
    /// When the present state ends by itself: `expires-after` is the time from now to it. `None` = never.
    pub expires: Option<Instant>,
    /// Last message from the client: `last-seen`; `None` = never.
    pub last_seen: Option<Instant>,
    /// When the row came or was bound: `age` counts from it.
    pub since: Instant,
    /// RADIUS allowed it (flag `R`).
    pub radius: bool,
    /// The pool that gave the address.
    pub pool: Option<PoolId>,
    /// Offers since the client was last bound.
    pub(super) offers: u32,
    /// The DISCOVER that waits for the probe or for RADIUS.
    pub(super) pending: Option<Box<Request>>,
    /// What identifies the client of a dynamic lease; `None` once the address is parked.
    pub(super) key: Option<ClientKey>,
}

impl Lease {
    /// Flag `D`.
    #[must_use]
    pub fn is_dynamic(&self) -> bool {
        self.configured.is_none()
    }

    /// Flag `B`.
    #[must_use]
    pub fn is_blocked(&self) -> bool {
        self.configured.as_ref().is_some_and(|configured| configured.block_access)
    }
}

/// The leases with the indexes by address and by client.
#[derive(Clone, Debug, Default)]
pub(super) struct LeaseTable {
    rows: BTreeMap<LeaseId, Lease>,
    by_address: BTreeMap<Ipv4Addr, LeaseId>,
    by_key: BTreeMap<(ServerId, ClientKey), LeaseId>,
    /// Dynamic leases of each server and MAC, for `client-mac-limit`.
    by_mac: BTreeMap<(ServerId, Mac), u32>,
    statics: BTreeMap<StaticKey, Vec<LeaseId>>,
    next: u32,
}

/// What a static lease is looked up by: the strongest identifier that it has.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum StaticKey {
    Agent(Option<Vec<u8>>, Option<Vec<u8>>),
    ClientId(Vec<u8>),
    Mac(Mac),
    SourceMac(Mac),
}

fn static_key(lease: &StaticLease) -> Option<StaticKey> {
    if lease.agent_circuit_id.is_some() || lease.agent_remote_id.is_some() {
        return Some(StaticKey::Agent(lease.agent_circuit_id.clone(), lease.agent_remote_id.clone()));
    }
    if let Some(id) = &lease.client_id {
        return Some(StaticKey::ClientId(id.clone()));
    }
    let mac = lease.mac?;
    Some(if lease.use_src_mac { StaticKey::SourceMac(mac) } else { StaticKey::Mac(mac) })
}

impl LeaseTable {
    pub(super) fn get(&self, id: LeaseId) -> Option<&Lease> {
        self.rows.get(&id)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Lease> {
        self.rows.values()
    }

    pub(super) fn at(&self, address: Ipv4Addr) -> Option<&Lease> {
        self.get(*self.by_address.get(&address)?)
    }

    /// Adds a row; the id in `lease` is replaced by the one returned.
    pub(super) fn insert(&mut self, mut lease: Lease) -> LeaseId {
        self.next += 1;
        let id = LeaseId(self.next);
        lease.id = id;
        self.index(&lease);
        self.rows.insert(id, lease);
        id
    }

    /// Changes a row and keeps the indexes true. `None` when there is no such row.
    pub(super) fn change<R>(&mut self, id: LeaseId, change: impl FnOnce(&mut Lease) -> R) -> Option<R> {
        let mut lease = self.rows.remove(&id)?;
        self.unindex(&lease);
        let result = change(&mut lease);
        self.index(&lease);
        self.rows.insert(id, lease);
        Some(result)
    }

    pub(super) fn remove(&mut self, id: LeaseId) -> Option<Lease> {
        let lease = self.rows.remove(&id)?;
        self.unindex(&lease);
        Some(lease)
    }

    fn index(&mut self, lease: &Lease) {
        if let Some(address) = lease.address {
            self.by_address.entry(address).or_insert(lease.id);
        }
        if let (Some(server), Some(key)) = (lease.server, &lease.key) {
            self.by_key.insert((server, key.clone()), lease.id);
            if let Some(mac) = lease.mac {
                *self.by_mac.entry((server, mac)).or_default() += 1;
            }
        }
        if let Some(key) = lease.configured.as_ref().and_then(static_key) {
            let ids = self.statics.entry(key).or_default();
            ids.push(lease.id);
            ids.sort_unstable();
        }
    }

    fn unindex(&mut self, lease: &Lease) {
        if let Some(address) = lease.address.filter(|address| self.by_address.get(address) == Some(&lease.id))
        {
            self.by_address.remove(&address);
        }
        if let (Some(server), Some(key)) = (lease.server, &lease.key) {
            self.by_key.remove(&(server, key.clone()));
            if let Some(mac) = lease.mac
                && let Some(count) = self.by_mac.get_mut(&(server, mac))
            {
                *count -= 1;
                if *count == 0 {
                    self.by_mac.remove(&(server, mac));
                }
            }
        }
        if let Some(key) = lease.configured.as_ref().and_then(static_key)
            && let Some(ids) = self.statics.get_mut(&key)
        {
            ids.retain(|id| *id != lease.id);
            if ids.is_empty() {
                self.statics.remove(&key);
            }
        }
    }

    /// The lease of a client: a static one by option 82, client id, source MAC or MAC, else its dynamic one.
    pub(super) fn find(&self, server: ServerId, key: &ClientKey, request: &Request) -> Option<&Lease> {
        self.find_static(server, request).or_else(|| self.get(*self.by_key.get(&(server, key.clone()))?))
    }

    fn find_static(&self, server: ServerId, request: &Request) -> Option<&Lease> {
        let (circuit, remote) = (&request.circuit_id, &request.remote_id);
        let mut keys = Vec::with_capacity(6);
        if circuit.is_some() || remote.is_some() {
            keys.push(StaticKey::Agent(circuit.clone(), remote.clone()));
            keys.push(StaticKey::Agent(circuit.clone(), None));
            keys.push(StaticKey::Agent(None, remote.clone()));
        }
        keys.extend(request.client_id.clone().map(StaticKey::ClientId));
        keys.push(StaticKey::SourceMac(request.src_mac));
        keys.push(StaticKey::Mac(request.message.mac()));
        keys.iter().filter_map(|key| self.statics.get(key)).flatten().filter_map(|id| self.get(*id)).find(
            |lease| {
                lease.configured.as_ref().is_some_and(|configured| {
                    !configured.disabled && configured.server.is_none_or(|wanted| wanted == server)
                })
            },
        )
    }

    /// Dynamic leases that `mac` has from `server`.
    pub(super) fn count_of(&self, server: ServerId, mac: Mac) -> u32 {
        self.by_mac.get(&(server, mac)).copied().unwrap_or(0)
    }
}
