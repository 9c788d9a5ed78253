//! `/ip/firewall` and `/interface/list` of a router that packets pass.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod services_support;

use clock::Duration;
use core::net::Ipv4Addr;
use services_support::{Net, client_mac, router_mac, udp_frame};

const TWO_NETS: &str = "
/ip address add address=10.0.1.1/24 interface=ether1
/ip address add address=10.0.2.1/24 interface=ether2
/ip arp add address=10.0.2.9 mac-address=02:00:00:00:02:09 interface=ether2
/ip arp add address=10.0.1.9 mac-address=02:00:00:00:02:01 interface=ether1
";

/// A UDP packet from 10.0.1.9 on ether1, to port 53.
fn packet(to: Ipv4Addr) -> Vec<u8> {
    packet_from(Ipv4Addr::new(10, 0, 1, 9), to)
}

fn packet_from(from: Ipv4Addr, to: Ipv4Addr) -> Vec<u8> {
    udp_frame((client_mac(1), from, 5000), (router_mac(1), to, 53), b"question")
}

const THROUGH: Ipv4Addr = Ipv4Addr::new(10, 0, 2, 9);

/// Packets that came out of ether2.
fn forwarded(net: &mut Net) -> usize {
    net.got(2).iter().filter(|frame| frame.get(12..14) == Some(&[8, 0])).count()
}

#[test]
fn interface_lists_decide_in_rules_and_follow_their_members() {
    let mut net = Net::new(TWO_NETS);
    net.run("/interface list add name=WAN");
    net.run("/ip firewall filter add chain=forward in-interface-list=WAN action=drop");
    net.send(1, &packet(THROUGH));
    assert_eq!(forwarded(&mut net), 1, "the list is empty");
    net.run("/interface list member add list=WAN interface=ether1");
    net.send(1, &packet(THROUGH));
    assert_eq!(forwarded(&mut net), 0);
    net.run("/interface list member disable 0");
    net.send(1, &packet(THROUGH));
    assert_eq!(forwarded(&mut net), 1, "a disabled member does not count");
    net.run("/interface list add name=NOT-LAN include=all exclude=WAN");
    net.run("/ip firewall filter set 0 in-interface-list=NOT-LAN");
    net.send(1, &packet(THROUGH));
    assert_eq!(forwarded(&mut net), 0, "all interfaces without those of WAN, which is empty");
    net.assert_conserved();
}

#[test]
fn interface_lists_are_listed_and_the_built_in_ones_stay() {
    let mut net = Net::new("");
    insta::assert_snapshot!(net.transcript(&[
        "/interface list add name=LAN comment=home",
        "/interface list member add list=LAN interface=ether2",
        "/interface list member add list=LAN interface=ether2",
        "/interface list print",
        "/interface list member print",
        "/interface list add name=LAN",
        "/interface list remove all",
        "/interface list remove LAN",
        "/interface list member print",
        "/export terse",
    ]));
}

#[test]
fn rules_that_add_to_lists_make_dynamic_entries_that_end() {
    let mut net = Net::new(TWO_NETS);
    net.run("/ip firewall filter add chain=forward action=add-src-to-address-list address-list=seen address-list-timeout=1m");
    net.run("/ip firewall filter add chain=forward src-address-list=seen action=drop");
    net.send(1, &packet(THROUGH));
    assert_eq!(forwarded(&mut net), 0, "the second rule sees what the first one added");
    net.pass(Duration::from_secs(10));
    insta::assert_snapshot!(net.transcript(&[
        "/ip firewall address-list print",
        "/ip firewall address-list export terse",
        "/ip firewall filter print stats",
    ]));
    net.pass(Duration::from_secs(51));
    assert_eq!(net.value("[:len [/ip firewall address-list find]]"), "0");
}

#[test]
fn addresses_on_a_list_are_one_only_among_the_enabled_and_a_timeout_makes_dynamic() {
    let mut net = Net::new("");
    insta::assert_snapshot!(net.transcript(&[
        "/ip firewall address-list add list=a address=10.0.0.1",
        "/ip firewall address-list add list=a address=10.0.0.1/32",
        "/ip firewall address-list add list=a address=10.0.0.1 disabled=yes",
        "/ip firewall address-list enable 1",
        "/ip firewall address-list add list=b address=10.0.0.1",
        "/ip firewall address-list add list=a address=10.0.0.0-10.0.0.255 comment=net",
        "/ip firewall address-list add list=a address=10.9.0.1-10.9.0.5 timeout=1h",
        "/ip firewall address-list add list=a address=10.0.0.77/24",
        "/ip firewall address-list add list=a address=1.1.1.1 timeout=36w",
        "/ip firewall address-list add list=a address=example.com",
        "/ip firewall address-list print",
        "/ip firewall address-list remove [find list=a dynamic]",
        "/ip firewall address-list set 0 address=10.0.0.2",
        "/ip firewall address-list add list=a address=10.0.0.1",
        "/ip firewall address-list export terse",
    ]));
}

#[test]
fn very_many_entries_are_added_one_by_one() {
    let mut net = Net::new("");
    net.run(":for i from=0 to=2999 do={ /ip firewall address-list add list=big address=(10.0.0.0 + $i) }");
    assert_eq!(net.value("[:len [/ip firewall address-list find list=big]]"), "3000");
    let again = net.run("/ip firewall address-list add list=big address=10.0.11.183");
    assert!(again.starts_with("failure: already have such entry"), "{again}");
    net.run("/ip firewall address-list remove [find address=10.0.11.183]");
    assert_eq!(net.run("/ip firewall address-list add list=big address=10.0.11.183"), "");
}

#[test]
fn a_logging_rule_writes_the_line_that_routeros_writes() {
    let mut net = Net::new(TWO_NETS);
    net.run("/ip firewall filter add chain=forward protocol=udp action=log log-prefix=DNS");
    net.run("/ip firewall filter add chain=input action=drop log=yes");
    net.send(1, &packet(THROUGH));
    net.send(1, &packet(Ipv4Addr::new(10, 0, 1, 1)));
    insta::assert_snapshot!(net.transcript(&["/log print where topics~\"firewall\""]));
}

#[test]
fn chains_of_ones_own_are_jumped_to_and_returned_from() {
    let mut net = Net::new(TWO_NETS);
    net.run("/ip firewall filter add chain=forward action=jump jump-target=guard");
    net.run("/ip firewall filter add chain=forward action=drop");
    net.run("/ip firewall filter add chain=guard dst-port=53 protocol=udp action=accept comment=dns");
    net.run("/ip firewall filter add chain=guard action=return");
    net.send(1, &packet(THROUGH));
    assert_eq!(forwarded(&mut net), 1);
    net.run("/ip firewall filter disable [find comment=dns]");
    net.send(1, &packet(THROUGH));
    assert_eq!(forwarded(&mut net), 0);
    insta::assert_snapshot!(net.transcript(&[
        "/ip firewall filter print stats",
        "/ip firewall filter reset-counters 0",
        "/ip firewall filter print stats where chain=forward",
        "/ip firewall filter move 1 destination=0",
        "/ip firewall filter add chain=forward action=passthrough place-before=0",
        "/ip firewall filter print",
    ]));
}

#[test]
fn matchers_print_and_export_as_written() {
    let mut net = Net::new("/interface list add name=WAN");
    insta::assert_snapshot!(net.transcript(&[
        "/ip firewall filter add chain=input action=accept connection-state=established,related comment=\"known ones\"",
        "/ip firewall filter add chain=input protocol=tcp dst-port=22,8291 connection-limit=3,32 action=drop",
        "/ip firewall filter add chain=input in-interface-list=!WAN limit=5,10:packet action=accept",
        "/ip firewall filter add chain=forward dst-limit=10,20,dst-address/1m ttl=less-than:5 time=8h-17h,mon,tue action=reject",
        "/ip firewall filter add chain=forward protocol=tcp tcp-flags=syn,!ack psd=21,3s,3,1 action=tarpit",
        "/ip firewall filter add chain=forward nth=2,1 per-connection-classifier=both-addresses:2/0 random=50 action=log log-prefix=some",
        "/ip firewall filter add chain=forward ipsec-policy=in,ipsec ipv4-options=any connection-rate=1M-0 connection-bytes=1000-0 connection-mark=!no-mark",
        "/ip firewall filter print",
        "/ip firewall filter export terse",
    ]));
}

#[test]
fn rules_that_cannot_be_are_refused_and_those_on_slaves_are_invalid() {
    let mut net = Net::new("/interface bridge add name=bridge1");
    insta::assert_snapshot!(net.transcript(&[
        "/ip firewall filter add action=drop",
        "/ip firewall filter add chain=input dst-port=80",
        "/ip firewall filter add chain=input dst-port=80 protocol=icmp",
        "/ip firewall filter add chain=output src-mac-address=02:00:00:00:00:01",
        "/ip firewall filter add chain=output in-interface=ether1",
        "/ip firewall filter add chain=input out-interface-list=all",
        "/ip firewall filter add chain=input in-interface=nosuch",
        "/ip firewall filter add chain=input in-interface-list=nosuch",
        "/ip firewall filter add chain=input action=reject reject-with=tcp-reset",
        "/ip firewall filter add chain=input src-address=10.0.0.300",
        "/ip firewall filter add chain=input src-address=10.0.0.1-x",
        "/ip firewall filter add chain=input action=dropp",
        "/ip firewall filter add chain=input in-interface=ether1 action=drop",
        "/interface bridge port add bridge=bridge1 interface=ether1",
        "/ip firewall filter print",
        "/ip firewall filter export terse",
    ]));
}

#[test]
fn connections_are_listed_with_flags_and_removed() {
    let mut net = Net::new(TWO_NETS);
    net.run("/ip firewall connection tracking set enabled=yes");
    net.send(1, &packet(THROUGH));
    let answer = udp_frame(
        (client_mac(9), THROUGH, 53),
        (router_mac(2), Ipv4Addr::new(10, 0, 1, 9), 5000),
        b"the answer",
    );
    net.send(2, &answer);
    insta::assert_snapshot!(net.transcript(&[
        "/ip firewall connection print",
        "/ip firewall connection print detail",
        "/ip firewall connection tracking print",
        "/ip firewall connection remove [find protocol=udp]",
        ":put [:len [/ip firewall connection find]]",
    ]));
    net.run("/ip firewall connection tracking set udp-timeout=5s");
    net.send(1, &packet(THROUGH));
    assert_eq!(net.value("[:len [/ip firewall connection find]]"), "1");
    net.pass(Duration::from_secs(6));
    assert_eq!(net.value("[:len [/ip firewall connection find]]"), "0");
}

#[test]
fn a_matcher_that_is_not_simulated_matches_nothing() {
    let mut net = Net::new(TWO_NETS);
    net.run("/ip firewall filter add chain=forward layer7-protocol=youtube action=drop");
    net.send(1, &packet(THROUGH));
    assert_eq!(forwarded(&mut net), 1);
}

#[test]
fn the_row_of_fasttrack_stands_first_and_is_not_exported() {
    let mut net = Net::new(TWO_NETS);
    insta::assert_snapshot!(net.transcript(&[
        "/ip firewall filter add chain=forward action=fasttrack-connection connection-state=established hw-offload=yes",
        "/ip firewall filter add chain=forward action=accept",
        "/ip firewall filter print",
        "/ip firewall filter export terse",
        "/ip firewall filter remove [find action=fasttrack-connection]",
        "/ip firewall filter print",
    ]));
}
