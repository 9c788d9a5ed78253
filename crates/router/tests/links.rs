//! Interfaces, bridges and neighbours while a network runs: carrier, host tables, MTUs, counters, ARP.

mod common;

use clock::Duration;
use common::Net;

/// r1 is a bridge with three ports; r2, r3 and r4 are stations 10.0.0.2 to 10.0.0.4 on ports 1 to 3.
fn bridged(bridge: &str, ports: &str) -> Net {
    let config = format!(
        "/interface bridge add name=lan {bridge}
         /interface bridge port add bridge=lan interface=ether1 {ports}
         /interface bridge port add bridge=lan interface=ether2 {ports}
         /interface bridge port add bridge=lan interface=ether3 {ports}
         /ip address add address=10.0.0.1/24 interface=lan"
    );
    let station = |n| format!("/ip address add address=10.0.0.{n}/24 interface=ether1");
    let (a, b, c) = (station(2), station(3), station(4));
    Net::new(&[&config, &a, &b, &c], &[((1, 1), (2, 1)), ((1, 2), (3, 1)), ((1, 3), (4, 1))])
}

const HOSTS: &str = "[:len [/interface bridge host find where !local]]";

#[test]
fn the_bridge_keeps_its_address_until_the_donor_goes_to_another_bridge() {
    let mut net = bridged("", "");
    let mac = "[/interface get lan mac-address]";
    assert_eq!(net.value(1, mac), "02:00:00:00:01:01");
    net.console(1, "/interface disable ether1");
    assert_eq!(net.value(1, mac), "02:00:00:00:01:01", "a port that is down stays the donor");
    net.console(1, "/interface bridge port remove [find interface=ether1]");
    assert_eq!(net.value(1, mac), "02:00:00:00:01:01", "and one that has left to nowhere");
    net.console(1, "/interface bridge add name=other");
    net.console(1, "/interface bridge port add bridge=other interface=ether1");
    assert_eq!(net.value(1, mac), "02:00:00:00:01:02");
    assert_eq!(net.value(1, "[/interface get other mac-address]"), "02:00:00:00:01:01");
    net.console(1, "/interface bridge set lan auto-mac=no admin-mac=02:AA:00:00:00:01");
    assert_eq!(net.value(1, mac), "02:AA:00:00:00:01");
    assert_eq!(net.replies(3, "10.0.0.1 count=2"), "2");
    net.console(1, "/interface bridge set lan auto-mac=yes");
    assert_eq!(net.value(1, mac), "02:00:00:00:01:02");
}

#[test]
fn the_own_stack_hears_frames_for_the_address_of_any_port() {
    let mut net = bridged("", "");
    net.console(2, "/ip arp add address=10.0.0.1 interface=ether1 mac-address=02:00:00:00:01:03");
    assert_eq!(net.replies(2, "10.0.0.1 count=2"), "2");
}

#[test]
fn a_port_that_goes_down_loses_its_hosts_and_its_flags() {
    let mut net = bridged("", "");
    net.console(2, "/ping 10.0.0.3 count=1");
    assert_eq!(net.value(1, HOSTS), "2");
    net.world.set_link(net.cables[1], false);
    net.run(Duration::from_millis(10));
    assert_eq!(net.value(1, HOSTS), "1");
    assert_eq!(net.value(1, "[/interface bridge port get [find interface=ether2] inactive]"), "true");
    assert_eq!(net.value(1, "[/interface get ether2 running]"), "false");
    assert_eq!(net.value(1, "[/interface get ether2 link-downs]"), "1");
    assert_eq!(
        net.value(1, "[/interface get lan running]"),
        "true",
        "a bridge runs as long as it is enabled"
    );
    assert_eq!(net.replies(2, "10.0.0.1 count=1"), "1");
    net.world.set_link(net.cables[1], true);
    net.run(Duration::from_millis(10));
    assert_eq!(net.replies(2, "10.0.0.3 count=2"), "2");
}

#[test]
fn disabling_and_enabling_a_port_is_seen_at_both_ends() {
    let mut net = bridged("", "");
    net.console(2, "/ping 10.0.0.1 count=1");
    assert_eq!(net.value(2, "[:len [/ip arp find]]"), "1");
    net.console(1, "/interface ethernet disable ether1");
    net.run(Duration::from_millis(10));
    assert_eq!(net.value(2, "[/interface get ether1 running]"), "false");
    assert_eq!(net.value(2, "[:len [/ip arp find]]"), "0", "neighbours go with the link");
    assert_eq!(net.value(2, "[/ip route get [find connect] active]"), "false");
    assert!(net.console(2, "/ping 10.0.0.1 count=1").contains("no route to host"));
    net.console(1, "/interface enable ether1");
    net.run(Duration::from_millis(10));
    assert_eq!(net.replies(2, "10.0.0.1 count=1"), "1");
    assert_eq!(net.logged("ether1 link down"), 2);
}

#[test]
fn an_address_on_a_port_acts_on_the_bridge() {
    let mut net = bridged("", "");
    net.console(1, "/ip address add address=10.5.0.1/24 interface=ether3");
    net.console(2, "/ip address add address=10.5.0.2/24 interface=ether1");
    assert_eq!(net.replies(2, "10.5.0.1 count=2"), "2", "heard on another port of the bridge");
    assert_eq!(net.value(1, "[/ip address get [find address=\"10.5.0.1/24\"] actual-interface]"), "lan");
    assert_eq!(net.value(1, "[/ip route get [find dst-address=10.5.0.0/24] gateway]"), "lan");
    net.console(1, "/interface bridge port remove [find interface=ether3]");
    assert_eq!(net.replies(2, "10.5.0.1 count=1"), "0", "back on the port");
    assert_eq!(net.value(1, "[/ip address get [find address=\"10.5.0.1/24\"] slave]"), "false");
}

#[test]
fn static_hosts_hold_until_they_are_removed() {
    let mut net = bridged("", "");
    net.console(1, "/interface bridge host add bridge=lan interface=ether3 mac-address=02:00:00:00:03:01");
    assert_eq!(net.replies(2, "10.0.0.3 count=2"), "0", "frames for r3 go to r4");
    net.console(1, "/interface bridge host disable [find !dynamic]");
    net.console(3, "/ping 10.0.0.1 count=1");
    assert_eq!(net.replies(2, "10.0.0.3 count=2"), "2");
    net.console(1, "/interface bridge host enable [find !dynamic]");
    assert_eq!(net.replies(2, "10.0.0.3 count=1"), "0");
    net.console(1, "/interface bridge host remove [find !dynamic]");
    net.console(3, "/ping 10.0.0.1 count=1");
    assert_eq!(net.replies(2, "10.0.0.3 count=2"), "2");
}

#[test]
fn hosts_age_and_learning_has_a_limit() {
    let mut net = bridged("ageing-time=10s max-learned-entries=1", "");
    net.console(2, "/ping 10.0.0.3 count=1");
    assert_eq!(net.value(1, HOSTS), "1");
    net.run(Duration::from_secs(60));
    assert_eq!(net.value(1, HOSTS), "0");
    let mut net = bridged("", "learn=no");
    assert_eq!(net.replies(2, "10.0.0.3 count=2"), "2");
    assert_eq!(net.value(1, HOSTS), "0");
}

#[test]
fn ports_of_one_horizon_never_speak_to_each_other() {
    let mut net = bridged("", "horizon=1");
    assert_eq!(net.replies(2, "10.0.0.3 count=1"), "0");
    assert_eq!(net.replies(2, "10.0.0.1 count=1"), "1");
    net.console(1, "/interface bridge set lan arp=local-proxy-arp");
    net.run(Duration::from_secs(4));
    assert_eq!(net.replies(2, "10.0.0.3 count=2"), "2", "the router answers for its stations and routes");
}

#[test]
fn a_loop_warns_a_few_times_and_not_for_each_frame() {
    let mut net = Net::new(
        &[
            "/interface bridge add name=lan
             /interface bridge port add bridge=lan interface=ether1 horizon=1
             /ip address add address=10.0.0.1/24 interface=lan",
            "/interface bridge add name=echo
             /interface bridge port add bridge=echo interface=ether1
             /interface bridge port add bridge=echo interface=ether2",
        ],
        &[((1, 1), (2, 1)), ((2, 2), (2, 3))],
    );
    net.console(1, "/interface ethernet set ether2 mac-address=02:00:00:00:09:09");
    // r2 speaks with r1's own address.
    net.console(2, "/interface bridge port remove [find interface=ether1]");
    net.console(2, "/interface ethernet set ether1 mac-address=02:00:00:00:01:01");
    net.console(2, "/ip address add address=10.0.0.2/24 interface=ether1");
    net.console(2, "/ping 10.0.0.1 count=200 interval=10ms");
    let warned = net.logged("own address as source address (02:00:00:00:01:01), probably loop");
    assert!((1..=20).contains(&warned), "{warned}");
}

#[test]
fn a_bridge_does_not_cut_frames_that_a_port_cannot_take() {
    let mut net = bridged("mtu=1500", "");
    net.console(1, "/interface ethernet set ether2 mtu=1000");
    assert_eq!(net.replies(2, "10.0.0.3 count=2 size=1000"), "2");
    assert_eq!(net.replies(2, "10.0.0.3 count=2 size=1100"), "0");
    assert_eq!(net.drops("longer than the MTU of the port"), 2);
    assert_eq!(net.value(1, "[/interface get ether2 tx-drop]"), "2");
    net.console(1, "/interface bridge set lan mtu=auto");
    assert_eq!(net.value(1, "[/interface get lan actual-mtu]"), "1000", "the lowest of the ports");
}

#[test]
fn counters_count_on_the_port_and_on_the_bridge() {
    let mut net = bridged("", "");
    net.console(2, "/ping 10.0.0.1 count=1");
    net.console(1, "/interface reset-counters [find]");
    net.console(2, "/ping 10.0.0.1 count=3 size=100");
    for (interface, property, expected) in [
        ("ether1", "rx-packet", "3"),
        ("ether1", "rx-byte", "342"),
        ("ether1", "tx-packet", "3"),
        ("lan", "rx-packet", "3"),
        ("lan", "tx-byte", "342"),
        ("ether2", "tx-packet", "0"),
    ] {
        assert_eq!(
            net.value(1, &format!("[/interface get {interface} {property}]")),
            expected,
            "{interface} {property}"
        );
    }
}

/// r2 — r1 — r3, where r2 believes that r3 is on its own link.
fn proxied(mode: &str) -> Net {
    let r1 = format!(
        "/interface ethernet set ether1 arp={mode}
         /ip address add address=10.0.0.1/24 interface=ether1
         /ip address add address=10.0.1.1/24 interface=ether2"
    );
    Net::new(
        &[
            &r1,
            "/ip address add address=10.0.0.2/16 interface=ether1",
            "/ip address add address=10.0.1.3/24 interface=ether1\n/ip route add gateway=10.0.1.1",
        ],
        &[((1, 1), (2, 1)), ((1, 2), (3, 1))],
    )
}

#[test]
fn arp_modes_answer_and_learn_as_the_manual_says() {
    let cases = [
        ("enabled", "1", "0"),
        ("proxy-arp", "1", "1"),
        ("local-proxy-arp", "1", "0"),
        ("disabled", "0", "0"),
    ];
    for (mode, near, far) in cases {
        let mut net = proxied(mode);
        assert_eq!(net.replies(2, "10.0.0.1 count=1"), near, "{mode}: the router itself");
        assert_eq!(net.replies(2, "10.0.1.3 count=1"), far, "{mode}: behind the router");
    }
}

#[test]
fn reply_only_answers_but_reaches_static_neighbours_only() {
    let mut net = proxied("reply-only");
    assert_eq!(net.replies(2, "10.0.0.1 count=1"), "0");
    assert_eq!(net.value(2, "[/ip arp get [find address=10.0.0.1] complete]"), "true");
    assert_eq!(net.value(1, "[:len [/ip arp find interface=ether1]]"), "0");
    net.console(1, "/ip arp add address=10.0.0.2 interface=ether1 mac-address=02:00:00:00:02:01");
    assert_eq!(net.replies(2, "10.0.0.1 count=1"), "1");
    net.console(1, "/ip arp remove [find static]");
    net.console(1, "/ip arp remove [find address=10.0.0.2]");
    assert_eq!(net.replies(2, "10.0.0.1 count=1"), "0");
}

#[test]
fn a_published_address_is_answered_for() {
    let mut net = proxied("enabled");
    assert_eq!(net.replies(2, "10.0.1.3 count=1"), "0");
    net.console(1, "/ip arp add address=10.0.1.3 interface=ether1 published=yes");
    net.run(Duration::from_secs(4));
    assert_eq!(net.replies(2, "10.0.1.3 count=2"), "2");
    net.console(1, "/ip arp remove [find published]");
    net.console(2, "/ip arp remove [find address=10.0.1.3]");
    assert_eq!(net.replies(2, "10.0.1.3 count=1"), "0");
}

#[test]
fn neighbours_become_stale_after_the_arp_timeout_and_fail_without_answers() {
    let mut net = Net::new(
        &[
            "/ip settings set arp-timeout=4s\n/ip address add address=10.0.0.1/24 interface=ether1",
            "/ip address add address=10.0.0.2/24 interface=ether1",
        ],
        &[((1, 1), (2, 1))],
    );
    let status = "[/ip arp get [find address=10.0.0.2] status]";
    net.console(1, "/ping 10.0.0.2 count=1");
    assert_eq!(net.value(1, status), "reachable");
    net.run(Duration::from_secs(20));
    assert_eq!(net.value(1, status), "stale");
    net.console(2, "/interface ethernet set ether1 arp=disabled");
    net.console(1, "/ping 10.0.0.2 count=1");
    assert_eq!(net.value(1, status), "delay");
    net.run(Duration::from_secs(10));
    assert_eq!(net.value(1, status), "failed");
    assert_eq!(net.value(1, "[/ip arp get [find address=10.0.0.2] complete]"), "false");
}

#[test]
fn the_lowest_mtu_that_the_menu_takes_still_carries_packets() {
    let mut net = Net::new(
        &[
            "/interface ethernet set ether1 mtu=68\n/ip address add address=10.0.0.1/24 interface=ether1",
            "/ip address add address=10.0.0.2/24 interface=ether1",
        ],
        &[((1, 1), (2, 1))],
    );
    assert_eq!(net.replies(1, "10.0.0.2 count=1 size=1000"), "1");
}

#[test]
fn link_up_names_the_speed_of_the_cable() {
    let mut net = bridged("", "");
    let up = net.console(1, "/log print where message~\"link up\"");
    assert_eq!(up.matches("link up (speed 1G, full duplex)").count(), 3, "{up}");
}
