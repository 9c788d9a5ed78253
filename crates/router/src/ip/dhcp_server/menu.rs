//! `/ip/dhcp-server` with its networks and leases.

use crate::names::{DhcpServerSpace, InterfaceSpace, PoolSpace};
use clock::Duration;
use menu::{Ipv4Network, List, Mac, Name, Num, Or, Ref, TimeIn, words};
use menu::{Keyword, Menu, Text};
use std::net::Ipv4Addr;

/// A time as leases use it: up to 49,710 days.
pub type LeaseTime = TimeIn<0, 4_294_967_295>;

/// What is answered to a request for an address that the server cannot give.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Keyword)]
pub enum Authoritative {
    /// A NAK when the client has tried for 10 seconds.
    #[keyword("after-10sec-delay")]
    After10SecDelay,
    /// A NAK when the client has tried for 2 seconds.
    #[keyword("after-2sec-delay")]
    After2SecDelay,
    /// Nothing.
    No,
    /// A NAK.
    #[default]
    Yes,
}

/// Which plain BOOTP clients are served.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Keyword)]
pub enum BootpSupport {
    /// Those with a static lease and others.
    Dynamic,
    /// None.
    None,
    /// Those with a static lease.
    #[default]
    Static,
}

/// `forever`, `lease-time`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Keyword)]
pub enum BootpLease {
    /// Never expires.
    #[default]
    Forever,
    /// As other leases.
    LeaseTime,
}

/// Whether RADIUS decides about leases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Keyword)]
pub enum UseRadius {
    /// Accounting only.
    Accounting,
    /// No.
    #[default]
    No,
    /// Yes.
    Yes,
}

/// DHCP servers.
#[derive(Clone, Debug, Menu)]
#[menu("/ip/dhcp-server", list, namespace = "dhcp-server",
    flags(dynamic = 'D'; disabled = 'X', invalid = 'I'),
    columns(name, interface, relay, address_pool, lease_time))]
pub struct Server {
    /// Name of the server; `server1` and so on when not given.
    pub name: Name,
    /// Interface that it serves.
    #[prop(required)]
    pub interface: Ref<InterfaceSpace>,
    /// Relay that it serves: 0.0.0.0 = none, 255.255.255.255 = any.
    #[prop(unset)]
    pub relay: Option<Ipv4Addr>,
    /// Pool that addresses come from.
    #[prop(default = Or::default())]
    pub address_pool: Or<words::StaticOnly, Ref<PoolSpace>>,
    /// How long a lease is valid.
    #[prop(default = LeaseTime::new(Duration::from_secs(1800)))]
    pub lease_time: LeaseTime,
    /// How requests for addresses of others are answered.
    pub authoritative: Authoritative,
    /// Requests of clients that have tried for less are passed over.
    #[prop(default = Or::default())]
    pub delay_threshold: Or<words::None, LeaseTime>,
    /// Plain BOOTP clients.
    pub bootp_support: BootpSupport,
    /// How long the lease of a BOOTP client is valid.
    #[prop(default = Or::default())]
    pub bootp_lease_time: Or<BootpLease, LeaseTime>,
    /// An ARP entry is made for each bound lease.
    pub add_arp: bool,
    /// Replies always go to the broadcast address.
    pub always_broadcast: bool,
    /// A dynamic address is probed by ARP and ping before it is offered.
    #[prop(default = true)]
    pub conflict_detection: bool,
    /// Most leases for one MAC address.
    #[prop(default = Or::default())]
    pub client_mac_limit: Or<words::Unlimited, Num<0, 4_294_967_295>>,
    /// Server identifier, when the interface has several addresses.
    #[prop(unset)]
    pub server_address: Option<Ipv4Addr>,
    /// RADIUS.
    #[prop(not_simulated)]
    pub use_radius: UseRadius,
    /// Script that is run when a lease is bound or ends.
    #[prop(not_simulated)]
    pub lease_script: Text,
}

/// What is sent to clients, by network.
#[derive(Clone, Debug, Menu)]
#[menu(
    "/ip/dhcp-server/network",
    list,
    no_name,
    no_disable,
    flags(dynamic = 'D'),
    columns(address, gateway, dns_server, wins_server, domain)
)]
pub struct Network {
    /// The network; the most specific one that holds the client's address counts.
    #[prop(required)]
    pub address: Ipv4Network,
    /// Routers (option 3).
    pub gateway: List<Ipv4Addr>,
    /// Prefix length of the mask (option 1); 0 = that of `address`.
    #[prop(default = Num::new(0))]
    pub netmask: Num<0, 32>,
    /// DNS servers (option 6).
    pub dns_server: List<Ipv4Addr>,
    /// No DNS servers are sent.
    pub dns_none: bool,
    /// NTP servers (option 42).
    pub ntp_server: List<Ipv4Addr>,
    /// No NTP servers are sent.
    pub ntp_none: bool,
    /// WINS servers (option 44).
    pub wins_server: List<Ipv4Addr>,
    /// CAPsMAN managers (option 138).
    pub caps_manager: List<Ipv4Addr>,
    /// Domain name (option 15).
    pub domain: Text,
    /// Address of the next server (siaddr).
    #[prop(unset)]
    pub next_server: Option<Ipv4Addr>,
    /// Boot file (option 67).
    pub boot_file_name: Text,
}

/// State of a lease.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Keyword)]
pub enum Status {
    /// A static lease without a client.
    #[default]
    Waiting,
    /// The address is being probed.
    Testing,
    /// RADIUS is asked.
    Authorizing,
    /// The client has been told.
    Offered,
    /// The client uses it.
    Bound,
    /// The client found the address in use.
    Declined,
    /// The probe found the address in use.
    Conflict,
}

/// Leases.
#[derive(Clone, Debug, Menu)]
#[menu(
    "/ip/dhcp-server/lease",
    list,
    no_name,
    flags(disabled = 'X', radius = 'R', dynamic = 'D', blocked = 'B'),
    columns(address, mac_address, host_name, server, rate_limit, status, last_seen),
    command("make-static", args("numbers"), positional = 1, help = "Makes dynamic leases static."),
    command("check-status", args("numbers"), positional = 1, help = "Probes leases in conflict again.")
)]
pub struct Lease {
    /// Address of the client; 0.0.0.0 = from the server's pool.
    #[prop(default = Ipv4Addr::UNSPECIFIED)]
    pub address: Ipv4Addr,
    /// MAC address of the client.
    pub mac_address: Option<Mac>,
    /// Client identifier (option 61).
    pub client_id: Option<Text>,
    /// Address lists that the address is put on while bound.
    #[prop(not_simulated)]
    pub address_lists: Text,
    /// Server.
    #[prop(default = Or::default())]
    pub server: Or<words::All, Ref<DhcpServerSpace>>,
    /// How long the lease is valid; 0 = as the server says.
    #[prop(default = LeaseTime::new(Duration::from_secs(0)))]
    pub lease_time: LeaseTime,
    /// The client is not answered.
    pub block_access: bool,
    /// Replies always go to the broadcast address.
    pub always_broadcast: Option<bool>,
    /// Speed limit of the client.
    #[prop(not_simulated)]
    pub rate_limit: Option<Text>,
    /// DHCP options for this client.
    #[prop(not_simulated)]
    pub dhcp_option: Text,
    /// State.
    #[prop(read_only)]
    pub status: Status,
    /// Time until it expires.
    #[prop(read_only)]
    pub expires_after: Option<LeaseTime>,
    /// Time since the client was last heard; `never`.
    #[prop(read_only)]
    pub last_seen: Or<words::Never, LeaseTime>,
    /// Address in use.
    #[prop(read_only)]
    pub active_address: Option<Ipv4Addr>,
    /// MAC address of the client in fact.
    #[prop(read_only)]
    pub active_mac_address: Option<Mac>,
    /// Client identifier in fact.
    #[prop(read_only)]
    pub active_client_id: Option<Text>,
    /// Server in fact.
    #[prop(read_only)]
    pub active_server: Option<Ref<DhcpServerSpace>>,
    /// Name that the client gave (option 12).
    #[prop(read_only)]
    pub host_name: Option<Text>,
    /// Vendor class that the client gave (option 60).
    #[prop(read_only)]
    pub class_id: Option<Text>,
    /// By RADIUS.
    pub radius: bool,
    /// `block-access=yes`.
    pub blocked: bool,
    /// The engine's number of the lease.
    #[prop(skip)]
    pub engine: Option<u32>,
}
