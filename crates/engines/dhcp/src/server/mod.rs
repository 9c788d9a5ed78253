//! [`Server`]: the whole of `/ip/dhcp-server` of one device.
//!
//! Servers, networks, options and the lease table are one engine, because leases and networks belong to the device
//! and not to a server. The device hands in what arrives on UDP port 67 and acts on what comes out: it sends replies,
//! probes addresses, updates rows, ARP entries, DNS and queues, runs lease scripts, and writes log lines.
//!
//! What may change [`deadline`](Server::deadline): every `&mut` call. An [`Input::ProbeAnswered`] may be repeated.
//! Sources: RFC 2131 §4.3, RFC 951, RFC 3046; the RouterOS manual, "DHCP Server".

mod config;
mod handle;
mod lease;
mod log;
mod reply;
mod request;
mod transitions;

pub use config::{
    Authoritative, BootpLeaseTime, BootpSupport, Identifiers, InterfaceId, LeaseAddress, Matcher,
    MatchingType, Network, OptionDef, OptionId, RouterFacts, ServerConfig, ServerId, Servers, StaticLease,
};
pub use lease::{Lease, LeaseId, Status};

use crate::message::Message;
use crate::pool::Pools;
use clock::{Deadlines, Duration, Instant};
use lease::LeaseTable;
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use wire::Mac;

/// How long an answer to a probe is waited for (manual: "waits for answer for 0.5 seconds").
pub const PROBE_TIME: Duration = Duration::from_millis(500);
/// How long an offer stands without a request. Not documented; long enough for the fourth DISCOVER of a client that
/// follows RFC 2131 §4.1 (at 0, 4, 12, 28 s), which the broadcast of the third and fourth offer needs.
pub const OFFER_TIME: Duration = Duration::from_secs(30);

/// What the server is told.
#[derive(Clone, Copy, Debug)]
pub enum Input<'a> {
    /// A UDP payload arrived on port 67, from a client or a relay, by broadcast or through the IP stack.
    Packet {
        /// Where.
        interface: InterfaceId,
        /// Source MAC of the frame.
        src_mac: Mac,
        /// The UDP payload.
        payload: &'a [u8],
        /// A draw from the device's random stream (chooses among several substring matchers).
        random: u64,
    },
    /// Somebody answered the ARP or ICMP probe for this address.
    ProbeAnswered {
        /// The address in use.
        address: Ipv4Addr,
    },
    /// RADIUS decided on a lease that is in state `authorizing`.
    Authorized {
        /// The lease.
        lease: LeaseId,
        /// Accepted; else the client gets no answer.
        accept: bool,
    },
}

/// Where a reply goes (RFC 2131 §4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Destination {
    /// To 255.255.255.255 and FF:FF:FF:FF:FF:FF, port 68.
    Broadcast,
    /// To this address and this MAC without ARP, port 68: the client does not answer ARP yet.
    Direct {
        /// IP destination.
        address: Ipv4Addr,
        /// Frame destination.
        mac: Mac,
    },
    /// To this address through the IP stack, port 68: the client uses the address already.
    Client {
        /// IP destination.
        address: Ipv4Addr,
    },
    /// To this relay through the IP stack, port 67.
    Relay {
        /// IP destination.
        address: Ipv4Addr,
    },
}

/// A message to send from port 67.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Out of this interface, unless routing decides ([`Destination::Client`], [`Destination::Relay`]).
    pub interface: InterfaceId,
    /// IP source: the server identifier.
    pub source: Ipv4Addr,
    /// Where to.
    pub to: Destination,
    /// The message; [`Message::encode`] gives the UDP payload.
    pub message: Message,
}

/// What the device has to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Send this.
    Send(Box<Reply>),
    /// Send an ARP request and an ICMP echo to this address; an answer within [`PROBE_TIME`] comes back as
    /// [`Input::ProbeAnswered`].
    Probe {
        /// Out of this interface.
        interface: InterfaceId,
        /// The address to probe.
        address: Ipv4Addr,
        /// Source of the probes.
        source: Ipv4Addr,
    },
    /// Ask RADIUS; the answer comes back as [`Input::Authorized`].
    Authorize {
        /// The lease, in state `authorizing`.
        lease: LeaseId,
    },
    /// A lease changed its state or its client.
    LeaseChanged {
        /// The lease as it is now; when it lost its address: as it was just before.
        lease: Box<Lease>,
        /// State before; `None` = the row is new.
        from: Option<Status>,
        /// State now; `None` = the row is gone.
        to: Option<Status>,
    },
    /// Write a log line.
    Log {
        /// Topics, separated by commas.
        topics: &'static str,
        /// The text.
        text: String,
    },
}

/// The DHCP server of a device.
#[derive(Clone, Debug, Default)]
pub struct Server {
    servers: BTreeMap<ServerId, ServerConfig>,
    /// Sorted: longest prefix first, then by address.
    networks: Vec<Network>,
    options: BTreeMap<OptionId, OptionDef>,
    matchers: Vec<Matcher>,
    facts: RouterFacts,
    leases: LeaseTable,
    timers: Deadlines<LeaseId>,
    debug: bool,
}

impl Server {
    /// A device without servers.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a server or replaces its settings; leases stay. Its own addresses are kept from being leased.
    pub fn set_server(&mut self, id: ServerId, config: ServerConfig, pools: &mut Pools) {
        for address in &config.addresses {
            pools.reserve(address.addr());
        }
        if let Some(old) = self.servers.insert(id, config) {
            for address in &old.addresses {
                pools.unreserve(address.addr());
            }
        }
    }

    /// Removes a server (also when it becomes disabled or invalid): its dynamic leases go, static ones wait.
    pub fn remove_server(&mut self, now: Instant, id: ServerId, pools: &mut Pools, out: &mut Vec<Output>) {
        let leases: Vec<LeaseId> =
            self.leases.iter().filter(|lease| lease.server == Some(id)).map(|lease| lease.id).collect();
        for lease in leases {
            self.end(now, lease, pools, out);
        }
        if let Some(old) = self.servers.remove(&id) {
            for address in &old.addresses {
                pools.unreserve(address.addr());
            }
        }
    }

    /// The settings of a server.
    #[must_use]
    pub fn server(&self, id: ServerId) -> Option<&ServerConfig> {
        self.servers.get(&id)
    }

    /// Replaces all of `/ip/dhcp-server/network`; counts from the next reply on.
    pub fn set_networks(&mut self, mut networks: Vec<Network>) {
        networks.sort_by_key(|network| (32 - network.address.prefix_len(), network.address.network()));
        self.networks = networks;
    }

    /// Replaces all of `/ip/dhcp-server/option`.
    pub fn set_options(&mut self, options: Vec<OptionDef>) {
        self.options = options.into_iter().map(|option| (option.id, option)).collect();
    }

    /// Replaces all of `/ip/dhcp-server/matcher`, in its order.
    pub fn set_matchers(&mut self, matchers: Vec<Matcher>) {
        self.matchers = matchers;
    }

    /// Replaces what the router itself contributes.
    pub fn set_facts(&mut self, facts: RouterFacts) {
        self.facts = facts;
    }

    /// Whether lines with topics `dhcp,debug` and `dhcp,debug,packet` are made; off at first, as nobody reads them
    /// without a logging rule.
    pub fn set_debug(&mut self, debug: bool) {
        self.debug = debug;
    }

    /// Adds a static lease, in state `waiting`. Its address is kept from other clients.
    pub fn add_static(
        &mut self,
        now: Instant,
        lease: StaticLease,
        pools: &mut Pools,
        out: &mut Vec<Output>,
    ) -> LeaseId {
        reserve(&lease, pools);
        let row = Lease {
            id: LeaseId(0),
            configured: Some(lease),
            status: Status::Waiting,
            server: None,
            address: None,
            mac: None,
            client_id: None,
            src_mac: None,
            host_name: String::new(),
            class_id: String::new(),
            agent_circuit_id: None,
            agent_remote_id: None,
            expires: None,
            last_seen: None,
            since: now,
            radius: false,
            pool: None,
            offers: 0,
            pending: None,
            key: None,
        };
        let id = self.leases.insert(row);
        self.changed(id, None, out);
        id
    }

    /// Replaces the settings of a static lease. When address, client or server differ, or the row is disabled, a
    /// client that holds it loses it (it is refused at its next renewal). No effect on a dynamic lease.
    pub fn set_static(
        &mut self,
        now: Instant,
        id: LeaseId,
        lease: StaticLease,
        pools: &mut Pools,
        out: &mut Vec<Output>,
    ) {
        let Some(old) = self.leases.get(id).and_then(|row| row.configured.clone()) else { return };
        let same_client = |a: &StaticLease, b: &StaticLease| {
            a.address == b.address
                && a.mac == b.mac
                && a.client_id == b.client_id
                && a.agent_circuit_id == b.agent_circuit_id
                && a.agent_remote_id == b.agent_remote_id
                && a.server == b.server
                && a.disabled == b.disabled
        };
        if !same_client(&old, &lease) {
            self.end(now, id, pools, out);
        }
        unreserve(&old, pools);
        reserve(&lease, pools);
        self.leases.change(id, |row| row.configured = Some(lease));
    }

    /// `remove`: takes a lease away, dynamic or static, and frees its address.
    pub fn remove(&mut self, now: Instant, id: LeaseId, pools: &mut Pools, out: &mut Vec<Output>) {
        let Some(lease) = self.leases.get(id) else { return };
        if lease.is_dynamic() {
            return self.end(now, id, pools, out);
        }
        if lease.status != Status::Waiting {
            self.end(now, id, pools, out);
        }
        self.timers.stop(&id);
        if let Some(lease) = self.leases.remove(id) {
            if let Some(configured) = &lease.configured {
                unreserve(configured, pools);
            }
            let from = Some(lease.status);
            out.push(Output::LeaseChanged { lease: Box::new(lease), from, to: None });
        }
    }

    /// `make-static`: a dynamic lease becomes a static one with its address, MAC, client id and server. Returns what
    /// the row is now; `None` when there is no such dynamic lease, or it has no client (declined, conflict).
    pub fn make_static(&mut self, id: LeaseId, pools: &mut Pools) -> Option<StaticLease> {
        let lease = self.leases.get(id).filter(|lease| lease.is_dynamic() && lease.key.is_some())?;
        let mut configured = StaticLease::new(LeaseAddress::Address(lease.address?), lease.mac);
        configured.client_id = lease.client_id.clone();
        configured.server = lease.server;
        reserve(&configured, pools);
        self.leases.change(id, |lease| {
            lease.key = None;
            lease.configured = Some(configured.clone());
        });
        Some(configured)
    }

    /// `check-status`: probes the address of a declined or conflicting lease again; it is freed when nobody answers.
    pub fn check_status(&mut self, now: Instant, id: LeaseId, out: &mut Vec<Output>) {
        let Some(lease) = self.leases.get(id) else { return };
        let (Some(address), Some(server)) = (lease.address, lease.server) else { return };
        if !matches!(lease.status, Status::Declined | Status::Conflict) {
            return;
        }
        let Some((source, config)) = self.identify(server, address) else { return };
        out.push(Output::Probe { interface: config.interface, address, source });
        self.expire_at(id, Some(now + PROBE_TIME));
    }

    /// A lease.
    #[must_use]
    pub fn lease(&self, id: LeaseId) -> Option<&Lease> {
        self.leases.get(id)
    }

    /// All leases, in the order in which they came.
    pub fn leases(&self) -> impl Iterator<Item = &Lease> {
        self.leases.iter()
    }

    /// When [`wake`](Self::wake) has something to do.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        self.timers.next()
    }

    /// Ends what has run out; no effect before [`deadline`](Self::deadline).
    pub fn wake(&mut self, now: Instant, pools: &mut Pools, out: &mut Vec<Output>) {
        while let Some(id) = self.timers.take_due(now) {
            self.run_out(now, id, pools, out);
        }
    }

    /// Takes an input. Its work is bounded by the input and the logarithm of the number of leases.
    pub fn handle(&mut self, now: Instant, input: Input<'_>, pools: &mut Pools, out: &mut Vec<Output>) {
        match input {
            Input::Packet { interface, src_mac, payload, random } => {
                if let Ok(message) = Message::parse(payload) {
                    let request = request::Request::new(interface, src_mac, message, random);
                    self.packet(now, request, pools, out);
                }
            }
            Input::ProbeAnswered { address } => self.probe_answered(now, address, out),
            Input::Authorized { lease, accept } => self.authorized(now, lease, accept, pools, out),
        }
    }
}

fn reserve(lease: &StaticLease, pools: &mut Pools) {
    if let (LeaseAddress::Address(address), false) = (lease.address, lease.disabled) {
        pools.reserve(address);
    }
}

fn unreserve(lease: &StaticLease, pools: &mut Pools) {
    if let (LeaseAddress::Address(address), false) = (lease.address, lease.disabled) {
        pools.unreserve(address);
    }
}
