//! Single rules of the bridge that the model does not name.

use bridge::{
    Bridge, BridgeConfig, BridgeDrop, BridgePort, Destination, Header, HostKind, Ingress, Learned,
    PortConfig, PortState,
};
use clock::{Duration, Instant};
use wire::Mac;

fn host(n: u8) -> Mac {
    Mac([2, 0, 0, 0, 2, n])
}

fn header(source: Mac, destination: Mac) -> Header {
    Header { destination, source, tag: None }
}

fn with_ports(config: BridgeConfig, ports: u16) -> Bridge {
    let mut bridge = Bridge::new(config);
    for _ in 0..ports {
        let port = bridge.add_port(PortConfig::default());
        bridge.set_port_state(port, PortState::Forwarding);
    }
    bridge
}

fn at(seconds: u64) -> Instant {
    Instant::START + Duration::from_secs(seconds)
}

#[test]
fn a_switch_learns_floods_and_forwards_on_200_ports() {
    let mut switch = with_ports(BridgeConfig::default(), 200);
    let first = switch.decide(at(0), Ingress::Port(BridgePort(150)), &header(host(1), host(2))).unwrap();
    assert_eq!((first.up, first.ports.len()), (false, 199), "a switch has no stack of its own");
    assert!(!first.ports.contains(BridgePort(150)));
    let back = switch.decide(at(1), Ingress::Port(BridgePort(3)), &header(host(2), host(1))).unwrap();
    assert_eq!(back.ports.iter().collect::<Vec<_>>(), [BridgePort(150)]);
    assert_eq!(back.destination, Destination::Known);
}

#[test]
fn a_host_is_gone_after_five_minutes_and_its_memory_at_the_sweep() {
    let mut switch = with_ports(BridgeConfig::default(), 3);
    let _ = switch.decide(at(0), Ingress::Port(BridgePort(0)), &header(host(1), host(2)));
    let _ = switch.decide(at(100), Ingress::Port(BridgePort(1)), &header(host(2), host(1)));
    assert_eq!(switch.deadline(), Some(at(300)));
    let to_first = |switch: &mut Bridge, now| {
        switch.decide(now, Ingress::Port(BridgePort(2)), &header(host(3), host(1))).unwrap().destination
    };
    assert_eq!(to_first(&mut switch, Instant::from_nanos(at(300).as_nanos() - 1)), Destination::Known);
    assert_eq!(to_first(&mut switch, at(300)), Destination::UnknownUnicast);
    switch.wake(at(300));
    assert_eq!(switch.hosts(at(300)).len(), 2);
    let mut now = at(300);
    while let Some(next) = switch.deadline() {
        assert!(next > now, "a sweep leads to a later one");
        now = next;
        switch.wake(now);
    }
    assert!(switch.hosts(now).is_empty());
}

#[test]
fn a_host_moves_at_once_and_a_static_one_never() {
    let mut switch = with_ports(BridgeConfig::default(), 3);
    switch.add_static_host(None, host(9), BridgePort(2));
    let from = |switch: &mut Bridge, port, source| {
        switch.decide(at(1), Ingress::Port(BridgePort(port)), &header(source, host(5))).unwrap().learned
    };
    assert_eq!(from(&mut switch, 0, host(1)), Learned::New);
    assert_eq!(from(&mut switch, 0, host(1)), Learned::Refreshed);
    assert_eq!(from(&mut switch, 1, host(1)), Learned::Moved { from: BridgePort(0) });
    assert_eq!(from(&mut switch, 0, host(9)), Learned::No);
    let hosts = switch.hosts(at(10_000));
    assert_eq!(hosts.len(), 1, "only the static one does not age");
    assert_eq!(
        (hosts[0].mac, hosts[0].port, hosts[0].kind),
        (host(9), Some(BridgePort(2)), HostKind::Static)
    );
}

#[test]
fn own_addresses_go_up_and_warn_as_a_source() {
    let mac = Mac([2, 0, 0, 0, 1, 0]);
    let mut bridge = with_ports(BridgeConfig { mac: Some(mac), ..BridgeConfig::default() }, 2);
    let up = bridge.decide(at(0), Ingress::Port(BridgePort(0)), &header(host(1), mac)).unwrap();
    assert!(up.up && up.ports.is_empty() && up.destination == Destination::Local && !up.own_source);
    let looped = bridge.decide(at(0), Ingress::Port(BridgePort(1)), &header(mac, host(1))).unwrap();
    assert!(looped.own_source && looped.learned == Learned::No);
    assert_eq!(
        Bridge::own_address_warning("ether2", mac),
        "ether2: bridge port received packet with own address as source address (02:00:00:00:01:00), probably loop"
    );
    // A host that takes the device's address after it was learned is forgotten.
    bridge.configure(BridgeConfig { mac: Some(host(1)), ..BridgeConfig::default() });
    assert!(bridge.hosts(at(0)).iter().all(|host| host.kind == HostKind::Local));
}

#[test]
fn reserved_addresses_follow_the_protocol_mode() {
    let mac = Some(Mac([2, 0, 0, 0, 1, 0]));
    let reserved = |last| header(host(1), Mac([1, 0x80, 0xc2, 0, 0, last]));
    for (spanning_tree, forward, ether_type, last, expected) in [
        (false, false, 0x8100, 0x00, Err(BridgeDrop::ReservedAddress)),
        (false, true, 0x8100, 0x00, Ok(Destination::Multicast)),
        (false, true, 0x8100, 0x01, Err(BridgeDrop::ReservedAddress)),
        (false, true, 0x8100, 0x0e, Ok(Destination::Multicast)),
        (true, true, 0x8100, 0x0e, Err(BridgeDrop::ReservedAddress)),
        (true, false, 0x8100, 0x00, Ok(Destination::Bpdu)),
        (true, false, 0x8100, 0x08, Err(BridgeDrop::ReservedAddress)),
        (true, false, 0x88a8, 0x08, Ok(Destination::Bpdu)),
        (true, false, 0x88a8, 0x00, Err(BridgeDrop::ReservedAddress)),
        (false, false, 0x8100, 0x10, Ok(Destination::Multicast)),
    ] {
        let config = BridgeConfig {
            mac,
            spanning_tree,
            forward_reserved_addresses: forward,
            ether_type,
            ..BridgeConfig::default()
        };
        let mut bridge = with_ports(config, 2);
        let found =
            bridge.decide(at(0), Ingress::Port(BridgePort(0)), &reserved(last)).map(|d| d.destination);
        assert_eq!(found, expected, "stp {spanning_tree} forward {forward} {ether_type:#x} :{last:02x}");
    }
}

#[test]
fn a_bpdu_is_heard_on_a_port_that_discards() {
    let config =
        BridgeConfig { mac: Some(Mac([2, 0, 0, 0, 1, 0])), spanning_tree: true, ..BridgeConfig::default() };
    let mut bridge = with_ports(config, 2);
    bridge.set_port_state(BridgePort(0), PortState::Discarding);
    let bpdu = header(host(1), Mac([1, 0x80, 0xc2, 0, 0, 0]));
    assert!(bridge.decide(at(0), Ingress::Port(BridgePort(0)), &bpdu).unwrap().up);
    bridge.set_port_state(BridgePort(0), PortState::Disabled);
    assert_eq!(bridge.decide(at(0), Ingress::Port(BridgePort(0)), &bpdu), Err(BridgeDrop::PortDisabled));
}

#[test]
fn a_removed_port_takes_its_hosts_along_and_its_number_is_used_again() {
    let mut switch = with_ports(BridgeConfig::default(), 3);
    switch.add_static_host(None, host(9), BridgePort(1));
    let _ = switch.decide(at(0), Ingress::Port(BridgePort(1)), &header(host(1), host(2)));
    switch.remove_port(BridgePort(1));
    assert!(switch.hosts(at(0)).is_empty());
    assert_eq!(
        switch.decide(at(0), Ingress::Port(BridgePort(1)), &header(host(1), host(2))),
        Err(BridgeDrop::PortDisabled)
    );
    assert_eq!(switch.add_port(PortConfig::default()), BridgePort(1));
    assert_eq!(switch.port_state(BridgePort(1)), PortState::Disabled);
}

#[test]
fn the_table_takes_no_more_than_its_limit() {
    let mut switch = with_ports(BridgeConfig { max_learned_entries: Some(10), ..BridgeConfig::default() }, 2);
    for n in 0..20 {
        let _ = switch.decide(at(n.into()), Ingress::Port(BridgePort(0)), &header(host(n), host(99)));
    }
    assert_eq!(switch.hosts(at(20)).len(), 10);
    // The oldest has aged: one more finds room.
    let late = switch.decide(at(300), Ingress::Port(BridgePort(0)), &header(host(50), host(99))).unwrap();
    assert_eq!(late.learned, Learned::New);
    assert_eq!(switch.hosts(at(300)).len(), 10);
}
