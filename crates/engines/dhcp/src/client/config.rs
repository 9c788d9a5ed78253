//! Settings of a client, with the presets of RouterOS and of ISC dhclient.

use crate::message::code;
use clock::Duration;
use wire::Mac;

/// Whose behaviour and whose log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Style {
    /// `/ip/dhcp-client`.
    RouterOs,
    /// ISC `dhclient`.
    Dhclient,
}

/// When the client asks for broadcast replies (`use-broadcast`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Broadcast {
    /// In every message.
    Always,
    /// During the first 15 seconds.
    Both,
    /// Never.
    Never,
}

/// How the client makes sure that nobody uses its new address (RFC 2131 §4.4.1, RFC 5227 §2.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConflictCheck {
    /// ARP probes, at least 1.
    pub probes: u8,
    /// From one probe to the next.
    pub interval: Duration,
    /// From the last probe until the address counts as free.
    pub wait: Duration,
}

impl ConflictCheck {
    /// One probe and half a second: the check of RFC 2131, as short as a server's.
    pub const QUICK: Self = Self { probes: 1, interval: Duration::ZERO, wait: Duration::from_millis(500) };
    /// Three probes, 1.5 s apart (the middle of PROBE_MIN and PROBE_MAX), then ANNOUNCE_WAIT: RFC 5227 §1.1.
    pub const RFC_5227: Self =
        Self { probes: 3, interval: Duration::from_millis(1_500), wait: Duration::from_secs(2) };
}

/// Settings of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientConfig {
    /// Behaviour and log lines.
    pub style: Style,
    /// `name` of the row, for RouterOS's log lines.
    pub name: String,
    /// Name of the interface, for log lines.
    pub interface: String,
    /// Its hardware address.
    pub mac: Mac,
    /// Option 61, with its type byte; `None` = not sent.
    pub client_id: Option<Vec<u8>>,
    /// Option 12; `None` = not sent.
    pub host_name: Option<String>,
    /// Option 55: what the client asks for, in order.
    pub parameter_list: Vec<u8>,
    /// Further options of DISCOVER and REQUEST, behind the others.
    pub options: Vec<(u8, Vec<u8>)>,
    /// The BROADCAST flag.
    pub broadcast: Broadcast,
    /// The check of a new address; `None` = it is taken as it is.
    pub check: Option<ConflictCheck>,
    /// The first DISCOVER comes after a random time below this (RFC 2131 §4.4.1 says 1 to 10 s; real clients don't).
    pub initial_delay: Duration,
    /// Ask for the address of an earlier lease by REQUEST when it has not run out (INIT-REBOOT).
    pub init_reboot: bool,
    /// Make log lines for state changes with topics `dhcp,debug,state`.
    pub debug: bool,
}

impl ClientConfig {
    /// `/ip/dhcp-client` with default settings: options `hostname,clientid`, use-broadcast `both`.
    #[must_use]
    pub fn routeros(name: &str, interface: &str, mac: Mac, identity: &str) -> Self {
        let mut client_id = vec![1];
        client_id.extend(mac.0);
        Self {
            style: Style::RouterOs,
            name: name.into(),
            interface: interface.into(),
            mac,
            client_id: Some(client_id),
            host_name: (!identity.is_empty()).then(|| identity.into()),
            parameter_list: vec![
                code::SUBNET_MASK,
                code::CLASSLESS_ROUTE,
                code::ROUTER,
                code::STATIC_ROUTE,
                code::DNS,
                code::NTP,
                code::CAPS_MANAGER,
                code::VENDOR_SPECIFIC,
            ],
            options: Vec::new(),
            broadcast: Broadcast::Both,
            check: Some(ConflictCheck::QUICK),
            initial_delay: Duration::ZERO,
            init_reboot: false,
            debug: false,
        }
    }

    /// `dhclient` as Debian configures it: no client id, host name, its usual parameter list, unicast replies.
    #[must_use]
    pub fn dhclient(interface: &str, mac: Mac, host_name: &str) -> Self {
        Self {
            style: Style::Dhclient,
            name: String::new(),
            interface: interface.into(),
            mac,
            client_id: None,
            host_name: (!host_name.is_empty()).then(|| host_name.into()),
            // subnet-mask broadcast-address time-offset routers domain-name domain-name-servers domain-search
            // host-name netbios-name-servers netbios-scope interface-mtu rfc3442-classless-static-routes ntp-servers
            parameter_list: vec![1, 28, 2, 3, 15, 6, 119, 12, 44, 47, 26, 121, 42],
            options: Vec::new(),
            broadcast: Broadcast::Never,
            check: Some(ConflictCheck::QUICK),
            initial_delay: Duration::from_millis(500),
            init_reboot: true,
            debug: false,
        }
    }
}
