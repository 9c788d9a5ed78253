//! Matchers: what a rule can ask of a packet. One file for each family; this one lists them in the documented order.
//!
//! A test answers `Some(true)`, `Some(false)` or `None` = "cannot be asked of this packet" (ports of an ICMP packet,
//! connection matchers while tracking is off). `None` never matches, negated or not.

pub mod address;
pub mod connection;
pub mod header;
pub mod interface;
pub mod payload;
pub mod rate;
pub mod scan;
pub mod time;
pub mod transport;

use crate::address_list::{AddressLists, ListId};
use crate::conntrack::{ConnectionId, Conntrack, Helper};
use crate::interface::{Interface, InterfaceListId, InterfaceLists};
use crate::packet::{AddressTypes, ConnectionStates, Mark, NatStates, PacketKey};
use crate::range::{AddressRange, NumberRange, Ports};
use clock::Instant;
use connection::{ConnectionLimit, ConnectionRate};
use header::{Ipv4Options, Ttl};
use payload::Glob;
use rate::{DstLimit, Limit, Nth, PerConnectionClassifier};
use scan::Psd;
use time::TimeOfWeek;
use transport::{IcmpOptions, TcpFlags};
use wire::Mac;

/// One matcher of a rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Matcher {
    /// `!` in front of the value.
    pub negated: bool,
    /// What is asked.
    pub test: Test,
}

impl From<Test> for Matcher {
    fn from(test: Test) -> Self {
        Self { negated: false, test }
    }
}

impl Matcher {
    /// The matcher with `!`.
    #[must_use]
    pub const fn not(test: Test) -> Self {
        Self { negated: true, test }
    }
}

/// What a matcher asks. The order of the variants is the order in which RouterOS documents that it asks; where the
/// manual is silent (protocol, bridge ports, routing mark, time) the cheap and stateless ones come first.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// `src-mac-address`.
    SrcMacAddress(Mac),
    /// `in-interface`.
    InInterface(Interface),
    /// `out-interface`.
    OutInterface(Interface),
    /// `in-bridge-port`.
    InBridgePort(Interface),
    /// `out-bridge-port`.
    OutBridgePort(Interface),
    /// `in-interface-list`.
    InInterfaceList(InterfaceListId),
    /// `out-interface-list`.
    OutInterfaceList(InterfaceListId),
    /// `in-bridge-port-list`.
    InBridgePortList(InterfaceListId),
    /// `out-bridge-port-list`.
    OutBridgePortList(InterfaceListId),
    /// `protocol`.
    Protocol(u8),
    /// `src-address`.
    SrcAddress(AddressRange),
    /// `dst-address`.
    DstAddress(AddressRange),
    /// `fragment`: `true` = fragments that are not the first.
    Fragment(bool),
    /// `src-address-type`.
    SrcAddressType(AddressTypes),
    /// `dst-address-type`.
    DstAddressType(AddressTypes),
    /// `src-address-list`.
    SrcAddressList(ListId),
    /// `dst-address-list`.
    DstAddressList(ListId),
    /// `ttl`.
    Ttl(Ttl),
    /// `dscp`, 0..63.
    Dscp(u8),
    /// `packet-size`: IP total length in bytes.
    PacketSize(NumberRange),
    /// `tls-host`.
    TlsHost(Glob),
    /// `ipv4-options`.
    Ipv4Options(Ipv4Options),
    /// `dst-port`.
    DstPort(Ports),
    /// `src-port`.
    SrcPort(Ports),
    /// `port`: either of the two.
    AnyPort(Ports),
    /// `tcp-flags`.
    TcpFlags(TcpFlags),
    /// `tcp-mss`: the MSS option of a SYN, in bytes.
    TcpMss(NumberRange),
    /// `icmp-options`.
    IcmpOptions(IcmpOptions),
    /// `ingress-priority`, 0..63.
    IngressPriority(u8),
    /// `priority`, 0..63.
    Priority(u8),
    /// `packet-mark`.
    PacketMark(Mark),
    /// `routing-mark`.
    RoutingMark(Mark),
    /// `realm`.
    Realm(u32),
    /// `connection-mark`.
    ConnectionMark(Mark),
    /// `connection-state`: any of the set.
    ConnectionState(ConnectionStates),
    /// `connection-nat-state`: any of the set.
    ConnectionNatState(NatStates),
    /// `connection-bytes`: both directions together; a `last` of 0 in RouterOS is [`u64::MAX`] here.
    ConnectionBytes(NumberRange),
    /// `connection-limit`.
    ConnectionLimit(ConnectionLimit),
    /// `connection-rate`, in bit/s.
    ConnectionRate(ConnectionRate),
    /// `ipsec-policy`: `inbound` = `in`, `ipsec` = `ipsec` as against `none`.
    IpsecPolicy {
        /// `in` as against `out`.
        inbound: bool,
        /// `ipsec` as against `none`.
        ipsec: bool,
    },
    /// `connection-type`.
    ConnectionType(Helper),
    /// `content`: bytes that the packet must hold behind its IP header.
    Content(Box<[u8]>),
    /// `time`.
    Time(TimeOfWeek),
    /// `psd`.
    Psd(Psd),
    /// `random`, 1..99 percent.
    Random(u8),
    /// `nth`.
    Nth(Nth),
    /// `per-connection-classifier`.
    PerConnectionClassifier(PerConnectionClassifier),
    /// `limit`.
    Limit(Limit),
    /// `dst-limit`.
    DstLimit(DstLimit),
}

impl Test {
    /// Place in the documented order.
    pub(crate) const fn rank(&self) -> u8 {
        match self {
            Self::SrcMacAddress(_) => 0,
            Self::InInterface(_) => 1,
            Self::OutInterface(_) => 2,
            Self::InBridgePort(_) => 3,
            Self::OutBridgePort(_) => 4,
            Self::InInterfaceList(_) => 5,
            Self::OutInterfaceList(_) => 6,
            Self::InBridgePortList(_) => 7,
            Self::OutBridgePortList(_) => 8,
            Self::Protocol(_) => 9,
            Self::SrcAddress(_) => 10,
            Self::DstAddress(_) => 11,
            Self::Fragment(_) => 12,
            Self::SrcAddressType(_) => 13,
            Self::DstAddressType(_) => 14,
            Self::SrcAddressList(_) => 15,
            Self::DstAddressList(_) => 16,
            Self::Ttl(_) => 17,
            Self::Dscp(_) => 18,
            Self::PacketSize(_) => 19,
            Self::TlsHost(_) => 20,
            Self::Ipv4Options(_) => 21,
            Self::DstPort(_) => 22,
            Self::SrcPort(_) => 23,
            Self::AnyPort(_) => 24,
            Self::TcpFlags(_) => 25,
            Self::TcpMss(_) => 26,
            Self::IcmpOptions(_) => 27,
            Self::IngressPriority(_) => 28,
            Self::Priority(_) => 29,
            Self::PacketMark(_) => 30,
            Self::RoutingMark(_) => 31,
            Self::Realm(_) => 32,
            Self::ConnectionMark(_) => 33,
            Self::ConnectionState(_) => 34,
            Self::ConnectionNatState(_) => 35,
            Self::ConnectionBytes(_) => 36,
            Self::ConnectionLimit(_) => 37,
            Self::ConnectionRate(_) => 38,
            Self::IpsecPolicy { .. } => 39,
            Self::ConnectionType(_) => 40,
            Self::Content(_) => 41,
            Self::Time(_) => 42,
            Self::Psd(_) => 43,
            Self::Random(_) => 44,
            Self::Nth(_) => 45,
            Self::PerConnectionClassifier(_) => 46,
            Self::Limit(_) => 47,
            Self::DstLimit(_) => 48,
        }
    }

    /// The property name in the menu, for `explain`.
    #[must_use]
    pub const fn property(&self) -> &'static str {
        match self {
            Self::SrcMacAddress(_) => "src-mac-address",
            Self::InInterface(_) => "in-interface",
            Self::OutInterface(_) => "out-interface",
            Self::InBridgePort(_) => "in-bridge-port",
            Self::OutBridgePort(_) => "out-bridge-port",
            Self::InInterfaceList(_) => "in-interface-list",
            Self::OutInterfaceList(_) => "out-interface-list",
            Self::InBridgePortList(_) => "in-bridge-port-list",
            Self::OutBridgePortList(_) => "out-bridge-port-list",
            Self::Protocol(_) => "protocol",
            Self::SrcAddress(_) => "src-address",
            Self::DstAddress(_) => "dst-address",
            Self::Fragment(_) => "fragment",
            Self::SrcAddressType(_) => "src-address-type",
            Self::DstAddressType(_) => "dst-address-type",
            Self::SrcAddressList(_) => "src-address-list",
            Self::DstAddressList(_) => "dst-address-list",
            Self::Ttl(_) => "ttl",
            Self::Dscp(_) => "dscp",
            Self::PacketSize(_) => "packet-size",
            Self::TlsHost(_) => "tls-host",
            Self::Ipv4Options(_) => "ipv4-options",
            Self::DstPort(_) => "dst-port",
            Self::SrcPort(_) => "src-port",
            Self::AnyPort(_) => "port",
            Self::TcpFlags(_) => "tcp-flags",
            Self::TcpMss(_) => "tcp-mss",
            Self::IcmpOptions(_) => "icmp-options",
            Self::IngressPriority(_) => "ingress-priority",
            Self::Priority(_) => "priority",
            Self::PacketMark(_) => "packet-mark",
            Self::RoutingMark(_) => "routing-mark",
            Self::Realm(_) => "realm",
            Self::ConnectionMark(_) => "connection-mark",
            Self::ConnectionState(_) => "connection-state",
            Self::ConnectionNatState(_) => "connection-nat-state",
            Self::ConnectionBytes(_) => "connection-bytes",
            Self::ConnectionLimit(_) => "connection-limit",
            Self::ConnectionRate(_) => "connection-rate",
            Self::IpsecPolicy { .. } => "ipsec-policy",
            Self::ConnectionType(_) => "connection-type",
            Self::Content(_) => "content",
            Self::Time(_) => "time",
            Self::Psd(_) => "psd",
            Self::Random(_) => "random",
            Self::Nth(_) => "nth",
            Self::PerConnectionClassifier(_) => "per-connection-classifier",
            Self::Limit(_) => "limit",
            Self::DstLimit(_) => "dst-limit",
        }
    }
}

/// What matchers may look at besides the packet.
pub struct Environment<'a> {
    /// Virtual time.
    pub now: Instant,
    /// The router's local time: seconds to add to UTC.
    pub utc_offset_seconds: i64,
    /// Members of the interface lists.
    pub interface_lists: &'a InterfaceLists,
    /// The address lists; actions add to them at once, so that a later rule of the same chain sees it.
    pub address_lists: &'a mut AddressLists,
    /// Connection tracking; `None` = off.
    pub conntrack: Option<&'a Conntrack>,
    /// The packet's connection.
    pub connection: Option<ConnectionId>,
    /// The device's random stream, used by `random`.
    pub random: &'a mut dyn FnMut() -> u64,
}

/// State that a matcher of one rule keeps from packet to packet.
#[derive(Clone, Debug)]
pub(crate) enum State {
    Nth(u32),
    Limit(rate::Bucket),
    DstLimit(rate::Buckets),
    Psd(scan::Hosts),
}

impl State {
    /// The state that `test` starts with, if it keeps any.
    pub(crate) fn of(test: &Test) -> Option<Self> {
        Some(match test {
            Test::Nth(_) => Self::Nth(0),
            Test::Limit(limit) => Self::Limit(limit.full()),
            Test::DstLimit(_) => Self::DstLimit(rate::Buckets::default()),
            Test::Psd(_) => Self::Psd(scan::Hosts::default()),
            _ => return None,
        })
    }
}

/// Asks one matcher. `state` is the state of this matcher, where it keeps any.
pub(crate) fn matches(
    matcher: &Matcher,
    key: &PacketKey,
    packet: &[u8],
    env: &mut Environment<'_>,
    state: Option<&mut State>,
) -> bool {
    ask(&matcher.test, key, packet, env, state).is_some_and(|holds| holds != matcher.negated)
}

fn ask(
    test: &Test,
    key: &PacketKey,
    packet: &[u8],
    env: &mut Environment<'_>,
    state: Option<&mut State>,
) -> Option<bool> {
    match test {
        Test::SrcMacAddress(mac) => key.src_mac.map(|src| src == *mac),
        Test::InInterface(i) => Some(key.in_interface() == *i),
        Test::OutInterface(i) => Some(key.out_interface() == *i),
        Test::InBridgePort(i) => Some(key.in_bridge_port == *i),
        Test::OutBridgePort(i) => Some(key.out_bridge_port == *i),
        Test::InInterfaceList(list) => interface::in_list(env, *list, key.in_interface()),
        Test::OutInterfaceList(list) => interface::in_list(env, *list, key.out_interface()),
        Test::InBridgePortList(list) => interface::in_list(env, *list, key.in_bridge_port),
        Test::OutBridgePortList(list) => interface::in_list(env, *list, key.out_bridge_port),
        Test::Protocol(protocol) => Some(key.protocol() == *protocol),
        Test::SrcAddress(range) => Some(range.contains(key.src())),
        Test::DstAddress(range) => Some(range.contains(key.dst())),
        Test::Fragment(later) => Some(key.is_later_fragment() == *later),
        Test::SrcAddressType(types) => address::src_type(key, *types),
        Test::DstAddressType(types) => address::dst_type(key, *types),
        Test::SrcAddressList(list) => Some(env.address_lists.contains(*list, key.src())),
        Test::DstAddressList(list) => Some(env.address_lists.contains(*list, key.dst())),
        Test::Ttl(ttl) => Some(ttl.holds(key.ttl)),
        Test::Dscp(dscp) => Some(key.tos >> 2 == *dscp),
        Test::PacketSize(range) => Some(range.contains(u64::from(key.total_len))),
        Test::TlsHost(glob) => payload::tls_host(key, packet, glob),
        Test::Ipv4Options(options) => Some(header::ipv4_options(key, packet, *options)),
        Test::DstPort(ports) => key.ports().map(|(_, dst)| ports.contains(dst)),
        Test::SrcPort(ports) => key.ports().map(|(src, _)| ports.contains(src)),
        Test::AnyPort(ports) => key.ports().map(|(src, dst)| ports.contains(src) || ports.contains(dst)),
        Test::TcpFlags(flags) => key.tcp_flags().map(|bits| flags.holds(bits)),
        Test::TcpMss(range) => transport::tcp_mss(key, packet, *range),
        Test::IcmpOptions(options) => key.icmp().map(|(kind, code)| options.holds(kind, code)),
        Test::IngressPriority(priority) => Some(key.ingress_priority == *priority),
        Test::Priority(priority) => Some(key.priority == *priority),
        Test::PacketMark(mark) => Some(key.packet_mark == *mark),
        Test::RoutingMark(mark) => Some(key.routing_mark == *mark),
        Test::Realm(realm) => Some(key.realm == *realm),
        Test::ConnectionMark(mark) => connection::with_state(key, key.connection_mark == *mark),
        Test::ConnectionState(states) => connection::state(key, *states),
        Test::ConnectionNatState(states) => connection::with_state(key, key.nat.intersects(*states)),
        Test::ConnectionBytes(range) => connection::bytes(env, *range),
        Test::ConnectionLimit(limit) => connection::limit(key, env, *limit),
        Test::ConnectionRate(range) => connection::rate(key, env, *range),
        Test::IpsecPolicy { inbound, ipsec } => {
            Some((if *inbound { key.from_ipsec } else { key.to_ipsec }) == *ipsec)
        }
        Test::ConnectionType(helper) => connection::helper(env, *helper),
        Test::Content(text) => Some(payload::contains(key.transport(packet), text)),
        Test::Time(time) => Some(time.holds(env.now, env.utc_offset_seconds)),
        Test::Random(percent) => Some((env.random)() % 100 < u64::from(*percent)),
        Test::PerConnectionClassifier(classifier) => classifier.holds(key),
        Test::Psd(_) | Test::Nth(_) | Test::Limit(_) | Test::DstLimit(_) => {
            ask_with_state(test, key, env.now, state?)
        }
    }
}

/// The matchers that change state: asked last, and only when all others hold.
fn ask_with_state(test: &Test, key: &PacketKey, now: Instant, state: &mut State) -> Option<bool> {
    match (test, state) {
        (Test::Psd(psd), State::Psd(hosts)) => psd.holds(key, now, hosts),
        (Test::Nth(nth), State::Nth(counter)) => Some(nth.holds(counter)),
        (Test::Limit(limit), State::Limit(bucket)) => Some(limit.holds(now, key.total_len, bucket)),
        (Test::DstLimit(limit), State::DstLimit(buckets)) => limit.holds(key, now, buckets),
        _ => None,
    }
}
