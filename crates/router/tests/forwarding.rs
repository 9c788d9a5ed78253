//! Small networks of routers: how packets are routed, fragmented, answered and refused.

mod common;

use clock::Duration;
use common::Net;

/// r1 — r2 — r3 in a row, with routes to both ends.
fn row(r2: &str) -> Net {
    let middle = format!(
        "/ip address add address=10.0.12.2/24 interface=ether1
         /ip address add address=10.0.23.2/24 interface=ether2
         {r2}"
    );
    Net::new(
        &[
            "/ip address add address=10.0.12.1/24 interface=ether1
             /ip route add gateway=10.0.12.2",
            &middle,
            "/ip address add address=10.0.23.3/24 interface=ether1
             /ip route add gateway=10.0.23.2",
        ],
        &[((1, 1), (2, 1)), ((2, 2), (3, 1))],
    )
}

#[test]
fn without_ip_forward_a_router_stays_silent_about_others() {
    let mut net = row("/ip settings set ip-forward=no");
    assert_eq!(net.replies(1, "10.0.12.2 count=2"), "2");
    assert_eq!(net.replies(1, "10.0.23.2 count=2"), "2", "its other address is its own");
    assert_eq!(net.replies(1, "10.0.23.3 count=2"), "0");
    assert_eq!(net.drops("forward"), 2);
}

#[test]
fn long_packets_are_cut_at_the_smaller_link_and_joined_at_the_end() {
    for tracking in
        ["", "/ip firewall filter add chain=forward connection-state=established,new action=accept"]
    {
        let mut net = row(&format!("/interface ethernet set ether2 mtu=600\n{tracking}"));
        assert_eq!(net.replies(1, "10.0.23.3 count=2 size=1500"), "2", "{tracking}");
        assert_eq!(net.replies(1, "10.0.23.3 count=2 size=6000"), "2", "{tracking}");
        let text = net.console(1, "/ping 10.0.23.3 count=1 size=1500 do-not-fragment");
        assert!(text.contains("fragmentation needed and DF set"), "{text}");
        assert!(net.world.ledger().merged > 0);
    }
}

#[test]
fn fragments_that_never_become_whole_are_given_up_after_fragment_time() {
    let mut net = row("/ip firewall connection tracking set enabled=no
             /ip firewall filter add chain=forward fragment=yes action=drop");
    net.console(3, "/ip settings set ipv4-fragment-time=5");
    assert_eq!(net.replies(1, "10.0.23.3 count=1 size=2000"), "0");
    assert_eq!(net.world.node(net.nodes[2]).state().ip.held(), 1);
    net.run(Duration::from_secs(6));
    assert_eq!(net.world.node(net.nodes[2]).state().ip.held(), 0);
    assert_eq!(net.drops("fragments"), 1);
}

#[test]
fn a_recursive_next_hop_is_resolved_by_scope() {
    let mut net = row("/ip address add address=10.9.0.1/24 interface=lo");
    net.console(1, "/ip route remove [find static]");
    net.console(1, "/ip route add dst-address=10.0.23.0/24 gateway=10.0.12.2 scope=10");
    net.console(1, "/ip route add dst-address=10.77.0.0/16 gateway=10.0.23.3");
    let active = "[:len [/ip route find where dst-address=10.77.0.0/16 and active]]";
    assert_eq!(net.value(1, active), "1", "target-scope 10 reaches scope 10");
    let gateway = "[/ip route get [find where dst-address=10.77.0.0/16] immediate-gw]";
    assert_eq!(net.value(1, gateway), "10.0.12.2%ether1");
    net.console(1, "/ip route set [find where dst-address=10.0.23.0/24] scope=30");
    assert_eq!(net.value(1, active), "0", "scope 30 is out of reach");
    net.console(1, "/ip route set [find where dst-address=10.77.0.0/16] target-scope=30");
    assert_eq!(net.value(1, active), "1");
}

#[test]
fn the_lower_distance_wins_and_the_other_takes_over() {
    let mut net = Net::new(
        &[
            "/ip address add address=10.0.1.1/24 interface=ether1
             /ip address add address=10.0.2.1/24 interface=ether2
             /ip route add dst-address=10.9.9.9/32 gateway=10.0.1.2
             /ip route add dst-address=10.9.9.9/32 gateway=10.0.2.2 distance=10",
            "/ip address add address=10.0.1.2/24 interface=ether1
             /ip address add address=10.0.2.2/24 interface=ether2
             /ip address add address=10.9.9.9/32 interface=lo",
        ],
        &[((1, 1), (2, 1)), ((1, 2), (2, 2))],
    );
    let gateway = "[/ip route get [find where dst-address=10.9.9.9/32 and active] gateway]";
    assert_eq!(net.value(1, gateway), "10.0.1.2");
    net.world.set_link(net.cables[0], false);
    net.run(Duration::from_millis(10));
    assert_eq!(net.value(1, gateway), "10.0.2.2");
    assert_eq!(net.value(1, "[:len [/ip route find where connect and inactive]]"), "1");
    assert_eq!(net.replies(1, "10.9.9.9 count=2"), "2");
    net.world.set_link(net.cables[0], true);
    net.run(Duration::from_millis(10));
    assert_eq!(net.value(1, gateway), "10.0.1.2");
}

#[test]
fn blackholes_are_silent_and_missing_routes_are_not() {
    let mut net = row("/ip route add blackhole dst-address=10.5.0.0/16");
    let text = net.console(1, "/ping 10.5.0.1 count=1");
    assert!(text.contains("timeout"), "{text}");
    let text = net.console(1, "/ping 10.6.0.1 count=1");
    assert!(text.contains("net unreachable"), "{text}");
    assert_eq!(net.drops("blackhole"), 1);
}

#[test]
fn check_gateway_takes_routes_out_after_two_losses_and_back_at_any_answer() {
    for by in ["ping", "arp"] {
        let mut net = row("");
        net.console(1, "/ip route remove [find static]");
        net.console(1, &format!("/ip route add gateway=10.0.12.2 check-gateway={by}"));
        net.console(1, "/ip route add gateway=10.0.12.9 distance=5");
        let active = "[/ip route get [find where static and active] gateway]";
        net.run(Duration::from_secs(30));
        assert_eq!(net.value(1, active), "10.0.12.2", "{by}");
        net.console(2, "/ip address disable [find interface=ether1]");
        net.run(Duration::from_secs(10));
        assert_eq!(net.value(1, active), "10.0.12.2", "{by}: one loss is not enough");
        net.run(Duration::from_secs(14));
        assert_eq!(net.value(1, active), "10.0.12.9", "{by}");
        net.console(2, "/ip address enable [find interface=ether1]");
        net.run(Duration::from_secs(15));
        assert_eq!(net.value(1, active), "10.0.12.2", "{by}");
        net.console(1, "/ip route set [find gateway=10.0.12.2] check-gateway=none");
        net.run(Duration::from_secs(11));
        assert_eq!(net.value(1, active), "10.0.12.2", "{by}");
    }
}

#[test]
fn equal_routes_share_flows_by_address() {
    let mut net = Net::new(
        &[
            "/ip address add address=10.0.1.1/24 interface=ether1
             /ip address add address=10.0.2.1/24 interface=ether2
             /ip route add dst-address=10.9.0.0/16 gateway=10.0.1.2
             /ip route add dst-address=10.9.0.0/16 gateway=10.0.2.2",
            "/ip address add address=10.0.1.2/24 interface=ether1
             /ip address add address=10.0.2.2/24 interface=ether2
             /ip address add address=10.9.0.1/16 interface=lo",
        ],
        &[((1, 1), (2, 1)), ((1, 2), (2, 2))],
    );
    for n in 1..=12 {
        net.console(2, &format!("/ip address add address=10.9.1.{n}/32 interface=lo"));
        assert_eq!(net.replies(1, &format!("10.9.1.{n} count=1")), "1");
    }
    let sent: Vec<u64> = [1, 2]
        .map(|port| net.value(1, &format!("[/interface get ether{port} tx-packet]")).parse().unwrap())
        .into();
    assert!(sent.iter().all(|n| *n > 2), "{sent:?}");
}

#[test]
fn the_source_address_is_the_first_of_the_network_whatever_comes_later() {
    let mut net = row("");
    net.console(1, "/ip address add address=10.0.12.77/24 interface=ether1");
    net.console(1, "/ip address add address=10.0.99.1/24 interface=ether1");
    net.console(2, "/ip firewall filter add chain=input src-address=10.0.12.1 action=accept");
    net.console(2, "/ip firewall filter add chain=input action=drop");
    for _ in 0..3 {
        assert_eq!(net.replies(1, "10.0.12.2 count=1"), "1");
    }
    assert_eq!(net.value(1, "[:len [/ip route find where connect]]"), "2", "one row for the shared network");
    assert_eq!(net.value(1, "[:len [/ip route find where ecmp]]"), "0");
    assert_eq!(net.replies(1, "10.0.12.2 count=1 src-address=10.0.12.77"), "0");
    net.console(1, "/ip route set [find static] pref-src=10.0.99.1");
    net.console(1, "/ping 10.0.23.2 count=1");
    assert_eq!(net.drops("filter"), 2, "sent from pref-src");
}

#[test]
fn point_to_point_addresses_and_31_bit_prefixes_connect() {
    let mut net = Net::new(
        &[
            "/ip address add address=10.1.0.1 network=10.2.0.1 interface=ether1
             /ip address add address=10.3.0.0/31 interface=ether2",
            "/ip address add address=10.2.0.1 network=10.1.0.1 interface=ether1
             /ip address add address=10.3.0.1/31 interface=ether2",
        ],
        &[((1, 1), (2, 1)), ((1, 2), (2, 2))],
    );
    assert_eq!(net.replies(1, "10.2.0.1 count=2"), "2");
    assert_eq!(net.replies(1, "10.3.0.1 count=2"), "2");
    assert_eq!(net.replies(2, "10.3.0.0 count=2"), "2");
}

#[test]
fn a_redirect_goes_to_senders_on_the_network_of_the_better_router() {
    for (setting, expected) in [("yes", 1), ("no", 0)] {
        let bridge = "/interface bridge add name=lan
             /interface bridge port add bridge=lan interface=ether1
             /interface bridge port add bridge=lan interface=ether2
             /ip address add address=10.0.0.1/24 interface=lan
             /ip route add dst-address=10.9.0.0/16 gateway=10.0.0.3";
        let mut net = Net::new(
            &[
                &format!("{bridge}\n/ip settings set send-redirects={setting}"),
                "/ip address add address=10.0.0.2/24 interface=ether1\n/ip route add gateway=10.0.0.1",
                "/ip address add address=10.0.0.3/24 interface=ether1
                 /ip address add address=10.9.0.1/16 interface=lo",
            ],
            &[((1, 1), (2, 1)), ((1, 2), (3, 1))],
        );
        assert_eq!(net.replies(2, "10.9.0.1 count=1"), "1");
        let redirects = net.world.node(net.nodes[0]).state().ip.icmp.sent.get(&5).copied().unwrap_or(0);
        assert_eq!(redirects, expected, "send-redirects={setting}");
    }
}

#[test]
fn icmp_errors_are_limited_for_each_target() {
    let mut net = row("");
    net.console(1, "/ping 10.66.0.1 count=100 interval=10ms");
    let sent = net.world.node(net.nodes[1]).state().ip.icmp.sent.get(&3).copied().unwrap_or(0);
    assert_eq!(sent, 100, "one in ten milliseconds is allowed");
    net.console(2, "/ip settings set icmp-rate-limit=100");
    net.run(Duration::from_secs(1));
    net.console(1, "/ping 10.66.0.1 count=100 interval=10ms");
    let more = net.world.node(net.nodes[1]).state().ip.icmp.sent.get(&3).copied().unwrap_or(0) - sent;
    assert!((15..=17).contains(&more), "six at once and ten a second: {more}");
}

#[test]
fn errors_come_from_the_address_towards_the_sender_or_of_the_inbound_interface() {
    // Two cables between r1 and r2: requests from 10.0.50.1 go by the first, what r2 sends back goes by the second.
    let mut net = Net::new(
        &[
            "/ip address add address=10.0.12.1/24 interface=ether1
             /ip address add address=10.0.13.1/24 interface=ether2
             /ip address add address=10.0.50.1/24 interface=lo
             /ip route add gateway=10.0.12.2",
            "/ip address add address=10.0.12.2/24 interface=ether1
             /ip address add address=10.0.13.2/24 interface=ether2
             /ip route add dst-address=10.0.50.0/24 gateway=10.0.13.1
             /ip route add dst-address=10.9.0.0/16 gateway=10.0.13.1",
        ],
        &[((1, 1), (2, 1)), ((1, 2), (2, 2))],
    );
    let seen = |net: &mut Net| net.console(1, "/ping 10.9.9.9 src-address=10.0.50.1 count=1 ttl=1");
    let towards = seen(&mut net);
    assert!(towards.contains("10.0.13.2 ") && towards.contains("TTL exceeded"), "{towards}");
    net.console(2, "/ip settings set icmp-errors-use-inbound-interface-address=yes");
    let inbound = seen(&mut net);
    assert!(inbound.contains("10.0.12.2 ") && inbound.contains("TTL exceeded"), "{inbound}");
}

#[test]
fn rp_filter_drops_sources_that_come_from_elsewhere() {
    for (mode, strange, unknown) in [("no", "0", "0"), ("loose", "0", "1"), ("strict", "1", "1")] {
        let mut net = row(&format!("/ip settings set rp-filter={mode}"));
        net.console(1, "/ip address add address=10.0.23.99/32 interface=lo");
        net.console(1, "/ip address add address=192.0.2.1/32 interface=lo");
        net.console(1, "/ping 10.0.12.2 count=1 src-address=10.0.23.99");
        assert_eq!(net.drops("reverse path").to_string(), strange, "{mode}: routed by another interface");
        let before = net.drops("reverse path");
        net.console(1, "/ping 10.0.12.2 count=1 src-address=192.0.2.1");
        assert_eq!((net.drops("reverse path") - before).to_string(), unknown, "{mode}: no route");
    }
}

#[test]
fn packets_to_own_addresses_pass_output_and_input() {
    let mut net = row("");
    assert_eq!(net.replies(1, "10.0.12.1 count=2"), "2");
    assert_eq!(net.replies(1, "127.0.0.1 count=1"), "1", "127/8 is the device's without an address on lo");
    assert_eq!(net.replies(1, "127.9.9.9 count=1"), "1");
    net.console(
        1,
        "/ip firewall filter add chain=input action=drop dst-address=127.0.0.1 src-address=127.0.0.1 \
        in-interface=lo",
    );
    assert_eq!(net.replies(1, "127.0.0.1 count=1"), "0");
    net.console(1, "/ip firewall filter remove [find]");
    net.console(1, "/ip firewall filter add chain=input action=drop protocol=icmp dst-address=10.0.12.1");
    assert_eq!(net.replies(1, "10.0.12.1 count=2"), "0");
    assert_eq!(net.drops("input drop"), 3);
}

#[test]
fn a_route_through_lo_reaches_nobody() {
    let mut net = row("/ip route add dst-address=10.8.0.0/16 gateway=lo");
    assert_eq!(net.replies(1, "10.8.0.1 count=2"), "0");
    assert_eq!(net.replies(2, "10.8.0.1 count=2"), "0");
}

#[test]
fn martians_and_foreign_broadcasts_end_in_silence() {
    let mut net = row("");
    assert_eq!(net.replies(1, "10.0.12.2 count=1"), "1", "the neighbours know each other");
    net.console(1, "/ip address add address=127.5.0.1/32 interface=lo");
    net.console(1, "/ip address add address=240.0.0.1/32 interface=lo");
    for (source, reason) in [("127.5.0.1", "martian source address"), ("240.0.0.1", "martian source address")]
    {
        let before = net.drops(reason);
        assert_eq!(net.replies(1, &format!("10.0.12.2 count=1 src-address={source}")), "0");
        assert_eq!(net.drops(reason) - before, 1, "{source}");
    }
    assert_eq!(net.replies(1, "10.0.23.255 count=1"), "0", "a directed broadcast does not leave a router");
    assert_eq!(net.drops("broadcast"), 1);
    assert_eq!(net.replies(1, "10.0.12.255 count=1"), "0", "and nobody answers a broadcast");
}

#[test]
fn the_hop_limit_ends_a_loop_of_routes() {
    let mut net = row("/ip route add dst-address=10.50.0.0/16 gateway=10.0.23.3");
    let text = net.console(1, "/ping 10.50.0.1 count=1");
    assert!(text.contains("TTL exceeded"), "{text}");
    assert!(net.world.ledger().hops.frames > 200, "255 hops between two routers");
}

#[test]
fn a_removed_interface_takes_its_routes_with_it() {
    let mut net = row("");
    net.console(2, "/interface bridge add name=br");
    net.console(2, "/interface bridge port add bridge=br interface=ether2");
    assert_eq!(net.replies(1, "10.0.23.3 count=1"), "1", "the address on the port acts on the bridge");
    net.console(2, "/ip route add dst-address=10.60.0.0/16 gateway=br");
    net.console(2, "/interface bridge remove br");
    net.run(Duration::from_millis(10));
    assert_eq!(net.value(2, "[:len [/ip route find where dst-address=10.60.0.0/16 and active]]"), "0");
    assert_eq!(net.replies(1, "10.0.23.3 count=1"), "1", "and the port is a port of its own again");
}
