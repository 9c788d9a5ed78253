//! From a rule of the menu to a rule of the engine.

use super::menu::{self, Rule, Stays, TcpFlag};
use crate::ip::firewall::{Running, types};
use ::menu::{Limit, LimitUnit, Negated, Or, Ports, Ref, Row, Set};
use firewall::action::Action;
use firewall::address_list::ListTimeout;
use firewall::conntrack::Helper;
use firewall::interface::{Interface, InterfaceClass, InterfaceListId};
use firewall::matcher::connection::{ConnectionLimit, ConnectionRate};
use firewall::matcher::scan::Psd;
use firewall::matcher::time::TimeOfWeek;
use firewall::matcher::{Matcher, Test, header, payload, rate, transport};
use firewall::packet::{AddressTypes, ConnectionState, ConnectionStates, NatStates};
use firewall::range::{AddressRange, NumberRange};
use firewall::reject::RejectWith;
use firewall::rule::{Rule as Compiled, RuleId};

/// True when the rule asks for what no packet of the simulation can have (a hotspot's clients, a pattern over several
/// packets): it must match nothing rather than everything.
pub(super) fn never_matches(row: &Row<Rule>) -> bool {
    row.item.hotspot.is_some() || row.item.layer7_protocol.is_some()
}

/// Compiles one enabled and valid rule.
pub(super) fn rule(row: &Row<Rule>, running: &mut Running) -> Compiled {
    let item = &row.item;
    let chain = running.chain_number(&item.chain.to_string());
    let mut matchers = Vec::new();
    connection(item, running, &mut matchers);
    addresses(item, running, &mut matchers);
    interfaces(item, &mut matchers);
    transport(item, &mut matchers);
    header(item, &mut matchers);
    counting(item, &mut matchers);
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
        Some(Or::Value(time)) => ListTimeout::After(time.get()),
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

fn connection(item: &Rule, running: &mut Running, out: &mut Vec<Matcher>) {
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
        out.push(Test::ConnectionBytes(NumberRange { first: bytes.from, last: bytes.last() }).into());
    }
    push(item.connection_rate.as_ref(), out, |rate| {
        Test::ConnectionRate(ConnectionRate { first: rate.from, last: rate.last() })
    });
    push(item.connection_limit.as_ref(), out, |limit| {
        Test::ConnectionLimit(ConnectionLimit { connections: limit.connections, netmask: limit.netmask })
    });
    push(item.connection_type.as_ref(), out, |helper| Test::ConnectionType(self::helper(*helper)));
    push(item.connection_mark.as_ref(), out, |mark| {
        Test::ConnectionMark(running.mark_number(&mark.to_string()))
    });
    push(item.packet_mark.as_ref(), out, |mark| Test::PacketMark(running.mark_number(&mark.to_string())));
    push(item.routing_mark.as_ref(), out, |mark| Test::RoutingMark(running.mark_number(&mark.to_string())));
}

const fn helper(helper: menu::ConnectionType) -> Helper {
    match helper {
        menu::ConnectionType::Ftp => Helper::Ftp,
        menu::ConnectionType::H323 => Helper::H323,
        menu::ConnectionType::Irc => Helper::Irc,
        menu::ConnectionType::Pptp => Helper::Pptp,
        menu::ConnectionType::Quake3 => Helper::Quake3,
        menu::ConnectionType::Sip => Helper::Sip,
        menu::ConnectionType::Tftp => Helper::Tftp,
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

/// The test of one interface, or of the list of a class.
fn interface(
    matcher: menu::InterfaceMatcher,
    one: fn(Interface) -> Test,
    list: fn(InterfaceListId) -> Test,
) -> Test {
    let class = match matcher {
        Or::Value(interface) => return one(Interface(interface.id.0)),
        Or::Word(menu::InterfaceClass::AllEthernet) => InterfaceClass::Ethernet,
        Or::Word(menu::InterfaceClass::AllPpp) => InterfaceClass::Ppp,
        Or::Word(menu::InterfaceClass::AllVlan) => InterfaceClass::Vlan,
        Or::Word(menu::InterfaceClass::AllWireless) => InterfaceClass::Wireless,
    };
    list(class.list())
}

fn interfaces(item: &Rule, out: &mut Vec<Matcher>) {
    push(item.in_interface.as_ref(), out, |to| interface(*to, Test::InInterface, Test::InInterfaceList));
    push(item.out_interface.as_ref(), out, |to| interface(*to, Test::OutInterface, Test::OutInterfaceList));
    let list = |list: &Ref<::menu::spaces::InterfaceList>| InterfaceListId(list.id.0);
    push(item.in_interface_list.as_ref(), out, |name| Test::InInterfaceList(list(name)));
    push(item.out_interface_list.as_ref(), out, |name| Test::OutInterfaceList(list(name)));
    push(item.in_bridge_port.as_ref(), out, |to| interface(*to, Test::InBridgePort, Test::InBridgePortList));
    push(item.out_bridge_port.as_ref(), out, |to| {
        interface(*to, Test::OutBridgePort, Test::OutBridgePortList)
    });
    push(item.in_bridge_port_list.as_ref(), out, |name| Test::InBridgePortList(list(name)));
    push(item.out_bridge_port_list.as_ref(), out, |name| Test::OutBridgePortList(list(name)));
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

fn header(item: &Rule, out: &mut Vec<Matcher>) {
    push(item.packet_size.as_ref(), out, |range| {
        Test::PacketSize(NumberRange { first: range.first as u64, last: range.last as u64 })
    });
    push(item.dscp.as_ref(), out, |dscp| Test::Dscp(dscp.get() as u8));
    push(item.priority.as_ref(), out, |priority| Test::Priority(priority.get() as u8));
    push(item.ingress_priority.as_ref(), out, |priority| Test::IngressPriority(priority.get() as u8));
    push(item.realm.as_ref(), out, |realm| Test::Realm(realm.get() as u32));
    push(item.content.as_ref(), out, |text| Test::Content(text.to_vec().into()));
    push(item.tls_host.as_ref(), out, |host| Test::TlsHost(payload::Glob::new(&host.to_string())));
    let plain = [
        item.ttl.map(|ttl| Test::Ttl(ttl.0)),
        item.fragment.map(Test::Fragment),
        item.ipv4_options.map(|options| Test::Ipv4Options(ipv4_options(options))),
        item.ipsec_policy.map(|p| Test::IpsecPolicy { inbound: p.inbound, ipsec: p.ipsec }),
    ];
    out.extend(plain.into_iter().flatten().map(Matcher::from));
}

fn ipv4_options(options: menu::Ipv4Options) -> header::Ipv4Options {
    use header::Ipv4Options as O;
    match options {
        menu::Ipv4Options::Any => O::Any,
        menu::Ipv4Options::LooseSourceRouting => O::LooseSourceRouting,
        menu::Ipv4Options::NoRecordRoute => O::NoRecordRoute,
        menu::Ipv4Options::NoRouterAlert => O::NoRouterAlert,
        menu::Ipv4Options::NoSourceRouting => O::NoSourceRouting,
        menu::Ipv4Options::NoTimestamp => O::NoTimestamp,
        menu::Ipv4Options::None => O::None,
        menu::Ipv4Options::RecordRoute => O::RecordRoute,
        menu::Ipv4Options::RouterAlert => O::RouterAlert,
        menu::Ipv4Options::StrictSourceRouting => O::StrictSourceRouting,
        menu::Ipv4Options::Timestamp => O::Timestamp,
    }
}

/// The matchers that count or draw.
fn counting(item: &Rule, out: &mut Vec<Matcher>) {
    push(item.limit.as_ref(), out, |limit: &Limit| {
        Test::Limit(rate::Limit {
            rate: limit.rate,
            time: limit.time,
            burst: limit.burst,
            bits: limit.unit == LimitUnit::Bit,
        })
    });
    push(item.dst_limit.as_ref(), out, |limit| Test::DstLimit(dst_limit(limit)));
    push(item.nth.as_ref(), out, |nth| Test::Nth(rate::Nth { every: nth.every, packet: nth.packet }));
    push(item.per_connection_classifier.as_ref(), out, |classifier| {
        Test::PerConnectionClassifier(rate::PerConnectionClassifier {
            fields: classifier_fields(classifier.fields),
            denominator: classifier.denominator,
            remainder: classifier.remainder,
        })
    });
    push(item.time.as_ref(), out, |time| {
        Test::Time(TimeOfWeek {
            first_second: time.from.as_secs() as u32,
            last_second: time.to.as_secs() as u32,
            days: time.days,
        })
    });
    let psd = item.psd.map(|psd| Psd {
        weight_threshold: psd.weight,
        delay_threshold: psd.delay,
        low_port_weight: psd.low,
        high_port_weight: psd.high,
    });
    let plain = [psd.map(Test::Psd), item.random.map(|percent| Test::Random(percent.get() as u8))];
    out.extend(plain.into_iter().flatten().map(Matcher::from));
}

fn dst_limit(limit: &types::DstLimit) -> rate::DstLimit {
    use rate::DstLimitMode as Mode;
    rate::DstLimit {
        limit: rate::Limit { rate: limit.rate, time: limit.time, burst: limit.burst, bits: false },
        mode: match limit.mode {
            types::DstLimitMode::AddressesAndDstPort => Mode::AddressesAndDstPort,
            types::DstLimitMode::DstAddress => Mode::DstAddress,
            types::DstLimitMode::DstAddressAndPort => Mode::DstAddressAndPort,
            types::DstLimitMode::SrcAddress => Mode::SrcAddress,
            types::DstLimitMode::SrcAndDstAddresses => Mode::SrcAndDstAddresses,
        },
        expire: limit.expire,
    }
}

fn classifier_fields(fields: types::Classifier) -> rate::ClassifierFields {
    use types::Classifier as C;
    let src_address = [C::SrcAddress, C::SrcAddressAndPort, C::BothAddresses, C::BothAddressesAndPorts];
    let dst_address = [C::DstAddress, C::DstAddressAndPort, C::BothAddresses, C::BothAddressesAndPorts];
    let src_port = [C::SrcPort, C::SrcAddressAndPort, C::BothPorts, C::BothAddressesAndPorts];
    let dst_port = [C::DstPort, C::DstAddressAndPort, C::BothPorts, C::BothAddressesAndPorts];
    rate::ClassifierFields {
        src_address: src_address.contains(&fields),
        dst_address: dst_address.contains(&fields),
        src_port: src_port.contains(&fields),
        dst_port: dst_port.contains(&fields),
    }
}
