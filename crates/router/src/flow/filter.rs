//! What the three filter boxes share: a packet walks a chain of `/ip/firewall/filter`.

use super::{Packet, local_out, report};
use crate::device::Context;
use crate::drop::{Drop, FilterDrop};
use crate::interface::Number;
use crate::state::State;
use firewall::action::Verdict;
use firewall::interface::Interface;
use firewall::matcher::Environment;
use firewall::packet::{AddressType, PacketKey};
use firewall::reject::RejectWith;
use firewall::rule::{ChainId, RuleId};
use menu::Id;
use wire::Frame;
use wire::ethernet::{HEADER_LEN, View};
use wire::icmpv4::{Message, Unreachable};

/// The built-in chains of the filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Chain {
    /// For the device.
    Input,
    /// Through the device.
    Forward,
    /// From the device.
    Output,
}

impl Chain {
    /// Its number in the compiled table; user chains come after.
    #[must_use]
    pub const fn id(self) -> ChainId {
        ChainId(match self {
            Self::Input => 0,
            Self::Forward => 1,
            Self::Output => 2,
        })
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::Forward => "forward",
            Self::Output => "output",
        }
    }
}

/// The fields that rules test; `None` when the packet is not sound.
pub(crate) fn key(packet: &[u8]) -> Option<PacketKey> {
    PacketKey::parse(packet)
}

/// Passes the packet through `chain`, or ends it.
#[inline]
pub(crate) fn pass(
    state: &mut State,
    cx: &mut Context<'_>,
    chain: Chain,
    packet: &Packet,
    out: Option<Number>,
    frame: Frame,
) -> Option<Frame> {
    if state.ip.firewall.filter.is_chain_empty(chain.id()) {
        return Some(frame);
    }
    walk(state, cx, chain, packet, out, frame)
}

fn walk(
    state: &mut State,
    cx: &mut Context<'_>,
    chain: Chain,
    packet: &Packet,
    out: Option<Number>,
    frame: Frame,
) -> Option<Frame> {
    let bytes = frame.bytes().get(HEADER_LEN..).unwrap_or_default();
    let Some(mut key) = key(bytes) else { return Some(frame) };
    let interface = |number: Option<Number>| number.map_or(Interface::NONE, |n| Interface(n.0));
    // What the device sends to itself comes in by its loopback interface.
    let loopback = (chain == Chain::Input).then(|| state.interfaces.loopback());
    key.set_interfaces(interface(packet.arrival.map(|a| a.interface).or(loopback)), interface(out));
    if packet.arrival.is_some() {
        key.src_mac = View::new(frame.bytes()).ok().map(|view| view.source());
    }
    set_address_types(state, &mut key);
    let firewall = &mut state.ip.firewall;
    key.set_connection(&packet.tracked, &firewall.conntrack);
    firewall.effects.clear();
    let mut random = || cx.random();
    let mut environment = Environment {
        now: state.ip.now,
        utc_offset_seconds: firewall.utc_offset_seconds,
        interface_lists: &firewall.interface_lists,
        address_lists: &mut firewall.address_lists,
        conntrack: Some(&firewall.conntrack),
        connection: packet.tracked.id,
        random: &mut random,
    };
    let verdict =
        firewall.filter.traverse(chain.id(), &mut key, bytes, &mut environment, &mut firewall.effects);
    if !firewall.effects.logs.is_empty() {
        crate::ip::firewall::log_matches(state, cx.now(), &key, packet.tracked);
    }
    if let Some(mark) = state.ip.firewall.effects.connection_mark {
        state.ip.firewall.mark_connection(&packet.tracked, mark);
    }
    match verdict {
        Verdict::Accept { .. } | Verdict::Notrack { .. } => Some(frame),
        Verdict::Drop { rule } => end(state, cx, chain, packet, rule, FilterDrop::Drop, frame),
        Verdict::Tarpit { rule } => end(state, cx, chain, packet, rule, FilterDrop::Tarpit, frame),
        Verdict::Reject { rule, with } => {
            answer(state, cx, packet, with, &key, &frame);
            end(state, cx, chain, packet, rule, FilterDrop::Reject, frame)
        }
    }
}

fn set_address_types(state: &mut State, key: &mut PacketKey) {
    let kind = |kind: ip::v4::fib::AddressType| match kind {
        ip::v4::fib::AddressType::Local => AddressType::Local,
        ip::v4::fib::AddressType::Broadcast => AddressType::Broadcast,
        ip::v4::fib::AddressType::Multicast => AddressType::Multicast,
        ip::v4::fib::AddressType::Unicast | ip::v4::fib::AddressType::Unreachable => AddressType::Unicast,
        ip::v4::fib::AddressType::Blackhole => AddressType::Blackhole,
    };
    if state.ip.firewall.filter.uses_src_type() {
        key.set_src_type(kind(state.ip.fib.address_type(key.src().into())));
    }
    if state.ip.firewall.filter.uses_dst_type() {
        key.set_dst_type(kind(state.ip.fib.address_type(key.dst().into())));
    }
}

fn end(
    state: &mut State,
    cx: &mut Context<'_>,
    chain: Chain,
    packet: &Packet,
    rule: RuleId,
    how: FilterDrop,
    frame: Frame,
) -> Option<Frame> {
    state.ip.firewall.conntrack.discard();
    cx.drop(frame, packet.port(), Drop::Filter { chain, rule: Id(rule.0), how });
    None
}

/// `action=reject`: the sender is told.
fn answer(
    state: &mut State,
    cx: &mut Context<'_>,
    packet: &Packet,
    with: RejectWith,
    key: &PacketKey,
    frame: &Frame,
) {
    let unreachable = match with {
        RejectWith::IcmpNetworkUnreachable => Unreachable::Net,
        RejectWith::IcmpHostUnreachable => Unreachable::Host,
        RejectWith::IcmpProtocolUnreachable => Unreachable::Protocol,
        RejectWith::IcmpPortUnreachable => Unreachable::Port,
        RejectWith::IcmpNetProhibited => Unreachable::NetProhibited,
        RejectWith::IcmpHostProhibited => Unreachable::HostProhibited,
        RejectWith::IcmpAdminProhibited => Unreachable::AdminProhibited,
        RejectWith::TcpReset => {
            let bytes = frame.bytes().get(HEADER_LEN..).unwrap_or_default();
            if let Some(reset) = firewall::reject::tcp_reset(key, bytes) {
                let reset = cx.frame(&reset);
                local_out::send(state, cx, reset);
            }
            return;
        }
    };
    report::error(state, cx, packet, frame, &Message::Unreachable(unreachable));
}
