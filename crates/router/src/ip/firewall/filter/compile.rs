//! From a rule of the menu to a rule of the engine.

use super::menu::{self, Rule, Stays, TcpFlag};
use crate::ip::firewall::Running;
use ::menu::{Limit, LimitUnit, Negated, Or, Ports, Ref, Row, Set};
use firewall::action::Action;
use firewall::address_list::ListTimeout;
use firewall::interface::Interface;
use firewall::matcher::{Matcher, Test, rate, transport};
use firewall::packet::{AddressTypes, ConnectionState, ConnectionStates, NatStates};
use firewall::range::{AddressRange, NumberRange};
use firewall::reject::RejectWith;
use firewall::rule::{Rule as Compiled, RuleId};

/// Compiles one enabled and valid rule.
pub(super) fn rule(row: &Row<Rule>, running: &mut Running) -> Compiled {
    let item = &row.item;
    let chain = running.chain_number(&item.chain.to_string());
    let mut matchers = Vec::new();
    connection(item, &mut matchers);
    addresses(item, running, &mut matchers);
    interfaces(item, &mut matchers);
    transport(item, &mut matchers);
    rest(item, &mut matchers);
    Compiled {
        id: RuleId(row.id.0),
        chain,
        matchers,
        action: action(item, running),
        log: item.log == Some(true),
    }
}

fn action(item: &Rule, running: &mut Running) -> Action {
    let text = |text: &Option<::menu::Text>| text.as_ref().map(ToString::to_string).unwrap_or_default();
    let timeout = match &item.address_list_timeout {
        None | Some(Or::Word(Stays::NoneDynamic)) => ListTimeout::NoneDynamic,
        Some(Or::Word(Stays::NoneStatic)) => ListTimeout::NoneStatic,
        Some(Or::Value(time)) => ListTimeout::After(*time),
    };
    match item.action {
        menu::Action::Accept => Action::Accept,
        menu::Action::Drop => Action::Drop,
        menu::Action::Reject => Action::Reject(reject_with(item.reject_with.unwrap_or_default())),
        menu::Action::Tarpit => Action::Tarpit,
        menu::Action::Jump => Action::Jump(running.chain_number(&text(&item.jump_target))),
        menu::Action::Return => Action::Return,
        menu::Action::Log => Action::Log,
        menu::Action::Passthrough => Action::Passthrough,
        menu::Action::FasttrackConnection => Action::FasttrackConnection,
        menu::Action::AddSrcToAddressList => {
            Action::AddSrcToAddressList(running.list_number(&text(&item.address_list)), timeout)
        }
        menu::Action::AddDstToAddressList => {
            Action::AddDstToAddressList(running.list_number(&text(&item.address_list)), timeout)
        }
    }
}

fn reject_with(with: menu::RejectWith) -> RejectWith {
    match with {
        menu::RejectWith::IcmpAdminProhibited => RejectWith::IcmpAdminProhibited,
        menu::RejectWith::IcmpHostProhibited => RejectWith::IcmpHostProhibited,
        menu::RejectWith::IcmpHostUnreachable => RejectWith::IcmpHostUnreachable,
        menu::RejectWith::IcmpNetProhibited => RejectWith::IcmpNetProhibited,
        menu::RejectWith::IcmpNetworkUnreachable => RejectWith::IcmpNetworkUnreachable,
        menu::RejectWith::IcmpPortUnreachable => RejectWith::IcmpPortUnreachable,
        menu::RejectWith::IcmpProtocolUnreachable => RejectWith::IcmpProtocolUnreachable,
        menu::RejectWith::TcpReset => RejectWith::TcpReset,
    }
}

/// Adds the matcher of a property that is set.
fn push<T>(value: Option<&Negated<T>>, out: &mut Vec<Matcher>, test: impl FnOnce(&T) -> Test) {
    if let Some(value) = value {
        out.push(Matcher { negated: value.negated, test: test(&value.value) });
    }
}

fn connection(item: &Rule, out: &mut Vec<Matcher>) {
    push(item.connection_state.as_ref(), out, |states: &Set<menu::ConnectionState>| {
        let state = |state| match state {
            menu::ConnectionState::Established => ConnectionState::Established,
            menu::ConnectionState::Invalid => ConnectionState::Invalid,
            menu::ConnectionState::New => ConnectionState::New,
            menu::ConnectionState::Related => ConnectionState::Related,
            menu::ConnectionState::Untracked => ConnectionState::Untracked,
        };
        Test::ConnectionState(states.iter().map(state).collect::<ConnectionStates>())
    });
    push(item.connection_nat_state.as_ref(), out, |states: &Set<menu::NatState>| {
        let state = |state| match state {
            menu::NatState::Dstnat => NatStates::DSTNAT,
            menu::NatState::Srcnat => NatStates::SRCNAT,
            menu::NatState::EinDnat => NatStates::EIN_DNAT,
            menu::NatState::EinSnat => NatStates::EIN_SNAT,
        };
        Test::ConnectionNatState(states.iter().map(state).fold(NatStates::default(), NatStates::with))
    });
    if let Some(bytes) = item.connection_bytes {
        let last = if bytes.last == 0 { u64::MAX } else { bytes.last as u64 };
        out.push(Test::ConnectionBytes(NumberRange { first: bytes.first as u64, last }).into());
    }
}

fn addresses(item: &Rule, running: &mut Running, out: &mut Vec<Matcher>) {
    let range = |matcher: &::menu::AddressMatcher| {
        let (first, last) = matcher.bounds();
        AddressRange::new(first, last)
    };
    push(item.src_address.as_ref(), out, |address| Test::SrcAddress(range(address)));
    push(item.dst_address.as_ref(), out, |address| Test::DstAddress(range(address)));
    push(item.src_address_type.as_ref(), out, |kinds| Test::SrcAddressType(address_types(kinds)));
    push(item.dst_address_type.as_ref(), out, |kinds| Test::DstAddressType(address_types(kinds)));
    push(item.src_address_list.as_ref(), out, |list| {
        Test::SrcAddressList(running.list_number(&list.to_string()))
    });
    push(item.dst_address_list.as_ref(), out, |list| {
        Test::DstAddressList(running.list_number(&list.to_string()))
    });
}

fn address_types(kinds: &Set<menu::AddressType>) -> AddressTypes {
    use firewall::packet::AddressType;
    let kind = |kind| match kind {
        menu::AddressType::Blackhole => AddressType::Blackhole,
        menu::AddressType::Broadcast => AddressType::Broadcast,
        menu::AddressType::Local => AddressType::Local,
        menu::AddressType::Multicast => AddressType::Multicast,
        menu::AddressType::Unicast => AddressType::Unicast,
    };
    kinds.iter().map(kind).collect()
}

fn interfaces(item: &Rule, out: &mut Vec<Matcher>) {
    let number = |interface: &Ref<crate::names::InterfaceSpace>| Interface(interface.id.0);
    push(item.in_interface.as_ref(), out, |interface| Test::InInterface(number(interface)));
    push(item.out_interface.as_ref(), out, |interface| Test::OutInterface(number(interface)));
    push(item.src_mac_address.as_ref(), out, |mac| Test::SrcMacAddress(*mac));
}

fn transport(item: &Rule, out: &mut Vec<Matcher>) {
    let ports = |ports: &Ports| {
        let ranges: Vec<(u16, u16)> =
            ports.0.iter().map(|range| (range.first as u16, range.last as u16)).collect();
        firewall::range::Ports::new(&ranges)
    };
    push(item.protocol.as_ref(), out, |protocol| Test::Protocol(protocol.0));
    push(item.src_port.as_ref(), out, |value| Test::SrcPort(ports(value)));
    push(item.dst_port.as_ref(), out, |value| Test::DstPort(ports(value)));
    push(item.port.as_ref(), out, |value| Test::AnyPort(ports(value)));
    push(item.icmp_options.as_ref(), out, |options| {
        Test::IcmpOptions(transport::IcmpOptions {
            kind: options.icmp_type,
            first_code: options.first_code,
            last_code: options.last_code,
        })
    });
    push(item.tcp_mss.as_ref(), out, |range| {
        Test::TcpMss(NumberRange { first: range.first as u64, last: range.last as u64 })
    });
    if let Some(flags) = &item.tcp_flags {
        let mut wanted = transport::TcpFlags { set: 0, clear: 0 };
        for flag in &flags.0 {
            let bit = tcp_flag(flag.value);
            if flag.negated { wanted.clear |= bit } else { wanted.set |= bit }
        }
        out.push(Test::TcpFlags(wanted).into());
    }
}

/// Bit of a flag in the TCP header (RFC 9293 §3.1).
const fn tcp_flag(flag: TcpFlag) -> u8 {
    match flag {
        TcpFlag::Fin => 0x01,
        TcpFlag::Syn => 0x02,
        TcpFlag::Rst => 0x04,
        TcpFlag::Psh => 0x08,
        TcpFlag::Ack => 0x10,
        TcpFlag::Urg => 0x20,
        TcpFlag::Ece => 0x40,
        TcpFlag::Cwr => 0x80,
    }
}

fn rest(item: &Rule, out: &mut Vec<Matcher>) {
    push(item.packet_size.as_ref(), out, |range| {
        Test::PacketSize(NumberRange { first: range.first as u64, last: range.last as u64 })
    });
    push(item.dscp.as_ref(), out, |dscp| Test::Dscp(dscp.get() as u8));
    push(item.content.as_ref(), out, |text| Test::Content(text.to_vec().into()));
    push(item.limit.as_ref(), out, |limit: &Limit| {
        Test::Limit(rate::Limit {
            rate: limit.rate,
            time: limit.time,
            burst: limit.burst,
            bits: limit.unit == LimitUnit::Bit,
        })
    });
    if let Some(later) = item.fragment {
        out.push(Test::Fragment(later).into());
    }
    if let Some(percent) = item.random {
        out.push(Test::Random(percent.get() as u8).into());
    }
}
