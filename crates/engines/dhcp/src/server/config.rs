//! What the server is told: plain values, set by the device from the menus under `/ip/dhcp-server`.

use crate::option_value::OptionValue;
use crate::pool::PoolId;
use clock::Duration;
use ipnet::Ipv4Net;
use std::net::Ipv4Addr;
use wire::Mac;

/// A row of `/ip/dhcp-server`; the number is the device's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServerId(pub u32);

/// An interface; the number is the device's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InterfaceId(pub u32);

/// A row of `/ip/dhcp-server/option`; the number is the device's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OptionId(pub u32);

/// `authoritative`: when a request for an address that this server cannot give is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Authoritative {
    /// Never: stay silent.
    No,
    /// When the client has tried for 2 seconds (`secs`).
    After2Seconds,
    /// When the client has tried for 10 seconds.
    After10Seconds,
    /// At once.
    Yes,
}

/// `bootp-support`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BootpSupport {
    /// Plain BOOTP is not answered.
    None,
    /// Only for static leases.
    Static,
    /// Also from the pool.
    Dynamic,
}

/// `bootp-lease-time`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BootpLeaseTime {
    /// Never ends.
    Forever,
    /// The server's `lease-time`.
    LeaseTime,
    /// This long.
    Time(Duration),
}

/// `dynamic-lease-identifiers`: what makes two requests come from one client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identifiers {
    /// Option 61.
    pub client_id: bool,
    /// The hardware address.
    pub client_mac: bool,
    /// Option 82, circuit and remote id.
    pub option_82: bool,
}

/// A row of `/ip/dhcp-server`. A disabled or invalid server is not set at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerConfig {
    /// `name`, for log lines.
    pub name: String,
    /// `interface`.
    pub interface: InterfaceId,
    /// The addresses on the interface; one of them becomes the server identifier.
    pub addresses: Vec<Ipv4Net>,
    /// `address-pool`; `None` = `static-only`.
    pub pool: Option<PoolId>,
    /// `lease-time`.
    pub lease_time: Duration,
    /// `relay`: 0.0.0.0 direct clients only, 255.255.255.255 any relay, else this relay.
    pub relay: Ipv4Addr,
    /// `authoritative`.
    pub authoritative: Authoritative,
    /// `delay-threshold`: messages with fewer `secs` are not answered.
    pub delay_threshold: Option<Duration>,
    /// `bootp-support`.
    pub bootp_support: BootpSupport,
    /// `bootp-lease-time`.
    pub bootp_lease_time: BootpLeaseTime,
    /// `always-broadcast`.
    pub always_broadcast: bool,
    /// `conflict-detection`.
    pub conflict_detection: bool,
    /// `client-mac-limit`; `None` = unlimited.
    pub client_mac_limit: Option<u32>,
    /// `dynamic-lease-identifiers`.
    pub identifiers: Identifiers,
    /// `server-address`; 0.0.0.0 = the interface's.
    pub server_address: Ipv4Addr,
    /// `use-radius`: a new lease waits for [`Input::Authorized`](super::Input::Authorized).
    pub use_radius: bool,
    /// The options of `dhcp-option-set`.
    pub options: Vec<OptionId>,
}

impl ServerConfig {
    /// RouterOS's defaults for a server of this name on this interface.
    #[must_use]
    pub fn new(name: &str, interface: InterfaceId) -> Self {
        Self {
            name: name.into(),
            interface,
            addresses: Vec::new(),
            pool: None,
            lease_time: Duration::from_mins(30),
            relay: Ipv4Addr::UNSPECIFIED,
            authoritative: Authoritative::Yes,
            delay_threshold: None,
            bootp_support: BootpSupport::Static,
            bootp_lease_time: BootpLeaseTime::Forever,
            always_broadcast: false,
            conflict_detection: true,
            client_mac_limit: None,
            identifiers: Identifiers { client_id: true, client_mac: true, option_82: false },
            server_address: Ipv4Addr::UNSPECIFIED,
            use_radius: false,
            options: Vec::new(),
        }
    }
}

/// The servers of one kind (DNS, NTP) that a network names.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Servers {
    /// Not set: the router's own.
    #[default]
    Router,
    /// `dns-none=yes`, `ntp-none=yes`.
    None,
    /// These.
    List(Vec<Ipv4Addr>),
}

/// A row of `/ip/dhcp-server/network`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network {
    /// `address`.
    pub address: Ipv4Net,
    /// `netmask`, 0 = that of `address`.
    pub netmask: u8,
    /// `gateway`.
    pub gateway: Vec<Ipv4Addr>,
    /// `dns-server`, `dns-none`.
    pub dns: Servers,
    /// `ntp-server`, `ntp-none`.
    pub ntp: Servers,
    /// `wins-server`.
    pub wins: Vec<Ipv4Addr>,
    /// `domain`; empty = none.
    pub domain: String,
    /// `caps-manager`.
    pub caps_manager: Vec<Ipv4Addr>,
    /// `next-server`; `None` = the server itself.
    pub next_server: Option<Ipv4Addr>,
    /// `boot-file-name`; empty = none.
    pub boot_file_name: String,
    /// `dhcp-option` and the options of `dhcp-option-set`.
    pub options: Vec<OptionId>,
}

impl Network {
    /// A network that sends nothing but its mask and the router's DNS and NTP servers.
    #[must_use]
    pub fn new(address: Ipv4Net) -> Self {
        Self {
            address,
            netmask: 0,
            gateway: Vec::new(),
            dns: Servers::Router,
            ntp: Servers::Router,
            wins: Vec::new(),
            domain: String::new(),
            caps_manager: Vec::new(),
            next_server: None,
            boot_file_name: String::new(),
            options: Vec::new(),
        }
    }
}

/// A row of `/ip/dhcp-server/option`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionDef {
    /// Its id.
    pub id: OptionId,
    /// `code`, 1..254.
    pub code: u8,
    /// `value`.
    pub value: OptionValue,
    /// `force`: sent also when the client did not ask for it.
    pub force: bool,
}

/// `matching-type` of a matcher.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MatchingType {
    /// The whole option.
    Exact,
    /// Anywhere in the option; of several hits one is drawn.
    Substring,
}

/// A row of `/ip/dhcp-server/matcher` that is not disabled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matcher {
    /// `server`; `None` = all.
    pub server: Option<ServerId>,
    /// `code`.
    pub code: u8,
    /// `value`.
    pub value: Vec<u8>,
    /// `matching-type`.
    pub matching_type: MatchingType,
    /// `address-pool`; `None` = the server's.
    pub pool: Option<PoolId>,
    /// The options of `option-set`.
    pub options: Vec<OptionId>,
}

/// `address` of a static lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeaseAddress {
    /// 0.0.0.0: from the server's pool.
    ServerPool,
    /// From this pool.
    Pool(PoolId),
    /// This one.
    Address(Ipv4Addr),
}

/// A row of `/ip/dhcp-server/lease` that a person wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaticLease {
    /// `address`.
    pub address: LeaseAddress,
    /// `mac-address`; `None` = 00:00:00:00:00:00.
    pub mac: Option<Mac>,
    /// `client-id` as bytes; see [`parse_client_id`](crate::message::parse_client_id).
    pub client_id: Option<Vec<u8>>,
    /// `use-src-mac`: compare the frame's source instead of the hardware address inside.
    pub use_src_mac: bool,
    /// `agent-circuit-id`.
    pub agent_circuit_id: Option<Vec<u8>>,
    /// `agent-remote-id`.
    pub agent_remote_id: Option<Vec<u8>>,
    /// `server`; `None` = all.
    pub server: Option<ServerId>,
    /// `lease-time`; `None` (0s) = the server's.
    pub lease_time: Option<Duration>,
    /// `block-access`: no answer.
    pub block_access: bool,
    /// `always-broadcast`.
    pub always_broadcast: bool,
    /// `dhcp-option` and the options of `dhcp-option-set`.
    pub options: Vec<OptionId>,
    /// `disabled`: the row matches nobody.
    pub disabled: bool,
}

impl StaticLease {
    /// A lease of `address` for `mac`, from any server.
    #[must_use]
    pub fn new(address: LeaseAddress, mac: Option<Mac>) -> Self {
        Self {
            address,
            mac,
            client_id: None,
            use_src_mac: false,
            agent_circuit_id: None,
            agent_remote_id: None,
            server: None,
            lease_time: None,
            block_access: false,
            always_broadcast: false,
            options: Vec::new(),
            disabled: false,
        }
    }
}

/// What the router itself contributes to answers.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct RouterFacts {
    /// `/system/identity`, for `$(HOSTNAME)`.
    pub host_name: String,
    /// DNS servers: the dynamic ones, else the static `servers` of `/ip/dns`.
    pub dns: Vec<Ipv4Addr>,
    /// NTP servers.
    pub ntp: Vec<Ipv4Addr>,
}
