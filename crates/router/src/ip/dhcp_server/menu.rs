//! `/ip/dhcp-server` with its networks and leases.

use crate::names::{DhcpServerSpace, InterfaceSpace, PoolSpace};
use clock::Duration;
use menu::spaces::{DhcpOption as OptionSpace, DhcpOptionSet as OptionSetSpace};
use menu::{Either, HexText, Ipv4Prefix, List, Mac, Name, Num, Or, Ref, Set, TimeIn, words};
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

/// What makes two requests come from one client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Keyword)]
pub enum LeaseIdentifier {
    /// The hardware address.
    ClientMac,
    /// Option 61.
    ClientId,
    /// Option 82.
    #[keyword("opt-82")]
    Opt82,
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
    /// What makes two requests come from one client.
    #[prop(default = Set::of(&[LeaseIdentifier::ClientMac, LeaseIdentifier::ClientId]))]
    pub dynamic_lease_identifiers: Set<LeaseIdentifier>,
    /// Options for all clients of this server.
    pub dhcp_option_set: Option<Or<words::None, Ref<OptionSetSpace>>>,
    /// Address lists that bound addresses are put on.
    #[prop(quoted = false)]
    pub address_lists: List<Text>,
    /// RADIUS.
    #[prop(not_simulated)]
    pub use_radius: UseRadius,
    /// Routes from RADIUS are sent as option 121.
    #[prop(default = true, not_simulated)]
    pub use_framed_as_classless: bool,
    /// More of option 82 is told to RADIUS.
    #[prop(not_simulated)]
    pub support_broadband_tr101: bool,
    /// Clients may be told to renew (RFC 3203).
    #[prop(not_simulated)]
    pub use_reconfigure: bool,
    /// Names of clients are put into `/ip/dns/static`.
    #[prop(not_simulated)]
    pub add_dns_entries: bool,
    /// Domain of those names.
    #[prop(not_simulated)]
    pub add_dns_entries_suffix: Option<Text>,
    /// Where queues of leases stand.
    #[prop(not_simulated)]
    pub insert_queue_before: Option<Text>,
    /// Parent of the queues of leases.
    #[prop(not_simulated)]
    pub parent_queue: Option<Text>,
    /// One queue for both address families.
    #[prop(not_simulated)]
    pub allow_dual_stack_queue: Option<bool>,
    /// Script that is run when a lease is bound or ends.
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
    #[prop(always_export, default = Ipv4Prefix::default())]
    pub address: Ipv4Prefix,
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
    /// Further options.
    pub dhcp_option: List<Ref<OptionSpace>>,
    /// Further options, as a set.
    pub dhcp_option_set: Option<Or<words::None, Ref<OptionSetSpace>>>,
}

/// Options that clients can be given.
#[derive(Clone, Debug, Menu)]
#[menu(
    "/ip/dhcp-server/option",
    list,
    wide_number,
    namespace = "dhcp-option",
    columns(name, code, value, raw_value, force)
)]
pub struct DhcpOption {
    /// Name.
    #[prop(required)]
    pub name: Name,
    /// Number of the option.
    #[prop(required, always_export, default = Num::new(1))]
    pub code: Num<1, 254>,
    /// What is sent: `'text'`, `'10.0.0.1'`, `0x0a`, `$(HOSTNAME)`, one behind the other.
    pub value: Text,
    /// Sent also to clients that did not ask for it.
    pub force: bool,
    /// What is sent, as bytes.
    #[prop(read_only, quoted = false)]
    pub raw_value: Text,
}

/// Sets of options.
#[derive(Clone, Debug, Menu)]
#[menu(
    "/ip/dhcp-server/option/sets",
    list,
    wide_number,
    namespace = "dhcp-option-set",
    columns(name, options)
)]
pub struct OptionSet {
    /// Name.
    #[prop(required)]
    pub name: Name,
    /// The options.
    #[prop(required)]
    pub options: List<Ref<OptionSpace>>,
}

/// How a matcher compares.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Keyword)]
pub enum MatchingType {
    /// The whole option.
    #[default]
    Exact,
    /// Anywhere in the option.
    Substring,
}

/// Pools and options for clients that send a certain option.
#[derive(Clone, Debug, Menu)]
#[menu(
    "/ip/dhcp-server/matcher",
    list,
    flags(disabled = 'X'),
    columns(name, server, code, value, matching_type, address_pool, option_set)
)]
pub struct Matcher {
    /// Name.
    #[prop(required)]
    pub name: Name,
    /// Server.
    #[prop(default = Or::default())]
    pub server: Or<words::All, Ref<DhcpServerSpace>>,
    /// Number of the option that is looked at.
    #[prop(required, always_export, default = Num::new(1))]
    pub code: Num<1, 254>,
    /// What it must be; text, or bytes as `0x0a0b`.
    #[prop(required, always_export)]
    pub value: Text,
    /// How it is compared.
    pub matching_type: MatchingType,
    /// The pool that such clients get addresses from.
    #[prop(default = Or::default())]
    pub address_pool: Or<words::None, Ref<PoolSpace>>,
    /// Options for such clients.
    pub option_set: Option<Or<words::None, Ref<OptionSetSpace>>>,
}

/// `immediately`, `never`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Keyword)]
pub enum StoreLeases {
    /// With every change.
    #[default]
    Immediately,
    /// Only when the device is shut down.
    Never,
}

/// What stands for a password towards RADIUS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Keyword)]
pub enum RadiusPassword {
    /// Nothing.
    #[default]
    Empty,
    /// The user name.
    SameAsUser,
}

/// What all servers share.
#[derive(Clone, Debug, Menu)]
#[menu("/ip/dhcp-server/config", settings, no_name)]
pub struct Settings {
    /// How often leases are written to disk.
    #[prop(default = Or::Value(LeaseTime::new(Duration::from_mins(5))), not_simulated)]
    pub store_leases_disk: Or<StoreLeases, LeaseTime>,
    /// Accounting by RADIUS.
    #[prop(default = true, not_simulated)]
    pub accounting: bool,
    /// How often accounting is told.
    #[prop(not_simulated)]
    pub interim_update: LeaseTime,
    /// What stands for a password towards RADIUS.
    #[prop(not_simulated)]
    pub radius_password: RadiusPassword,
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
    /// Address of the client, or the pool that it comes from; 0.0.0.0 = from the server's pool.
    #[prop(default = Either::First(Ipv4Addr::UNSPECIFIED))]
    pub address: Either<Ipv4Addr, Ref<PoolSpace>>,
    /// MAC address of the client.
    pub mac_address: Option<Mac>,
    /// Client identifier (option 61).
    pub client_id: Option<Text>,
    /// Compare the source of the frame instead of the hardware address inside.
    pub use_src_mac: Option<bool>,
    /// Circuit identifier of the relay (option 82), in hexadecimal.
    pub agent_circuit_id: Option<HexText>,
    /// Remote identifier of the relay (option 82), in hexadecimal.
    pub agent_remote_id: Option<HexText>,
    /// Address lists that the address is put on while bound.
    #[prop(quoted = false)]
    pub address_lists: List<Text>,
    /// Server; unset = all.
    pub server: Option<Or<words::All, Ref<DhcpServerSpace>>>,
    /// How long the lease is valid; 0 = as the server says.
    pub lease_time: Option<LeaseTime>,
    /// DHCP options for this client.
    pub dhcp_option: List<Ref<OptionSpace>>,
    /// DHCP options for this client, as a set.
    pub dhcp_option_set: Option<Or<words::None, Ref<OptionSetSpace>>>,
    /// The client is not answered.
    pub block_access: Option<bool>,
    /// Replies always go to the broadcast address.
    pub always_broadcast: Option<bool>,
    /// Speed limit of the client.
    #[prop(not_simulated)]
    pub rate_limit: Option<Text>,
    /// Where its queue stands.
    #[prop(not_simulated)]
    pub insert_queue_before: Option<Text>,
    /// Parent of its queue.
    #[prop(not_simulated)]
    pub parent_queue: Option<Text>,
    /// Type of its queue.
    #[prop(not_simulated)]
    pub queue_type: Option<Text>,
    /// One queue for both address families.
    #[prop(not_simulated)]
    pub allow_dual_stack_queue: Option<bool>,
    /// Routes that are there while it is bound.
    #[prop(not_simulated)]
    pub routes: Option<Text>,
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
    /// Circuit identifier that the relay gave.
    #[prop(read_only)]
    pub active_agent_circuit_id: Option<HexText>,
    /// Remote identifier that the relay gave.
    #[prop(read_only)]
    pub active_agent_remote_id: Option<HexText>,
    /// Name that the client gave (option 12).
    #[prop(read_only)]
    pub host_name: Option<Text>,
    /// Vendor class that the client gave (option 60).
    #[prop(read_only)]
    pub class_id: Option<Text>,
    /// Source of the client's frames.
    #[prop(read_only)]
    pub src_mac_address: Option<Mac>,
    /// Time since the row came or was bound.
    #[prop(read_only)]
    pub age: Option<LeaseTime>,
    /// By RADIUS.
    pub radius: bool,
    /// `block-access=yes`.
    pub blocked: bool,
    /// The engine's number of the lease.
    #[prop(skip)]
    pub engine: Option<u32>,
}
