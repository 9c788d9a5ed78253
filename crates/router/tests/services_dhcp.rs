//! The DHCP server of a router, with clients made of frames: what they get, what the menus and the log then show.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod services_support;

use clock::Duration;
use core::net::Ipv4Addr;
use dhcp::message::{MessageType, code};
use services_support::{Net, client_mac, discover, rebind};

const LAN: &str = "
/interface bridge add name=lan
/interface bridge port add bridge=lan interface=ether2
/interface bridge port add bridge=lan interface=ether3
/ip address add address=10.0.0.1/24 interface=lan
/ip pool add name=lan ranges=10.0.0.100-10.0.0.110
/ip dhcp-server add name=dhcp1 interface=lan address-pool=lan lease-time=10m
/ip dhcp-server network add address=10.0.0.0/24 gateway=10.0.0.1 dns-server=8.8.8.8,8.8.4.4 domain=lan
";

fn ip(last: u8) -> Ipv4Addr {
    Ipv4Addr::new(10, 0, 0, last)
}

#[test]
fn a_client_gets_the_highest_address_and_the_menus_say_so() {
    let mut net = Net::new(LAN);
    assert_eq!(net.lease(2, 1), Some(ip(110)));
    net.pass(Duration::from_secs(65));
    insta::assert_snapshot!(net.transcript(&[
        "/ip dhcp-server lease print",
        "/ip dhcp-server lease print detail",
        "/ip dhcp-server print",
        "/ip dhcp-server network print",
        "/ip pool print",
        "/ip pool used print",
        "/log print where topics~\"dhcp\"",
    ]));
    net.assert_conserved();
}

#[test]
fn options_stand_on_the_wire_as_message_type_server_time_and_then_by_code() {
    let mut net = Net::new(LAN);
    net.broadcast(2, client_mac(1), &discover(1));
    net.pass(Duration::from_secs(1));
    let offer = net.replies(2).pop().unwrap();
    assert_eq!(offer.message_type(), Some(MessageType::Offer));
    let codes: Vec<u8> = offer.options.iter().map(|(code, _)| *code).collect();
    assert_eq!(codes, [53, 54, 51, 1, 3, 6, 15]);
    assert_eq!(offer.siaddr, ip(1), "the server itself is the next server");
}

#[test]
fn an_input_chain_that_drops_everything_does_not_see_the_broadcasts() {
    let mut net = Net::new(LAN);
    net.run("/ip firewall filter add chain=input action=drop");
    assert_eq!(net.lease(2, 1), Some(ip(110)));
    assert_eq!(net.value("[/ip firewall filter get 0 packets]"), "0");
}

#[test]
fn a_lease_that_runs_out_frees_its_address_and_is_logged() {
    let mut net = Net::new(LAN);
    net.lease(2, 1);
    net.pass(Duration::from_mins(11));
    insta::assert_snapshot!(net.transcript(&[
        "/ip dhcp-server lease print",
        "/ip pool print",
        "/log print where topics~\"dhcp\"",
    ]));
}

#[test]
fn a_renewal_starts_the_time_again() {
    let mut net = Net::new(LAN);
    net.lease(2, 1);
    net.pass(Duration::from_mins(5));
    // The answer goes by unicast to an address that is in use: the tap does not answer ARP.
    net.run("/ip arp add address=10.0.0.110 mac-address=02:00:00:00:02:01 interface=lan");
    net.broadcast(2, client_mac(1), &rebind(1, ip(110)));
    assert_eq!(net.replies(2).pop().unwrap().message_type(), Some(MessageType::Ack));
    net.pass(Duration::from_mins(6));
    assert_eq!(net.value("[/ip dhcp-server lease get 0 status]"), "bound");
}

#[test]
fn the_client_of_a_removed_lease_is_refused_when_it_renews() {
    let mut net = Net::new(LAN);
    net.lease(2, 1);
    assert_eq!(net.run("/ip dhcp-server lease remove 0"), "");
    assert_eq!(net.value("[:len [/ip dhcp-server lease find]]"), "0");
    net.broadcast(2, client_mac(1), &rebind(1, ip(110)));
    assert_eq!(net.replies(2).pop().unwrap().message_type(), Some(MessageType::Nak));
}

#[test]
fn make_static_keeps_the_client_and_the_lease_is_exported() {
    let mut net = Net::new(LAN);
    net.lease(2, 1);
    insta::assert_snapshot!(net.transcript(&[
        "/ip dhcp-server lease make-static 0",
        "/ip dhcp-server lease print",
        "/ip dhcp-server lease export terse",
        "/ip dhcp-server lease add mac-address=02:00:00:00:02:01 address=10.0.0.5 server=dhcp1",
        "/ip dhcp-server lease add mac-address=02:00:00:00:02:09 address=10.0.0.110",
        "/ip dhcp-server lease set 0 address=10.0.0.7",
    ]));
    // Its time goes on, but with another address it is refused and gets the new one.
    net.broadcast(2, client_mac(1), &rebind(1, ip(110)));
    assert_eq!(net.replies(2).pop().unwrap().message_type(), Some(MessageType::Nak));
    assert_eq!(net.lease(2, 1), Some(ip(7)));
}

#[test]
fn a_blocked_client_is_not_answered_and_flagged() {
    let mut net = Net::new(LAN);
    net.run("/ip dhcp-server lease add mac-address=02:00:00:00:02:01 address=10.0.0.5 block-access=yes");
    assert_eq!(net.lease(2, 1), None);
    insta::assert_snapshot!(net.transcript(&["/ip dhcp-server lease print"]));
}

#[test]
fn an_exhausted_pool_goes_on_in_its_next_pool_and_then_says_that_it_is_empty() {
    let mut net = Net::new(LAN);
    net.run("/ip pool set lan ranges=10.0.0.100");
    net.run("/ip pool add name=more ranges=10.0.0.50");
    net.run("/ip pool set lan next-pool=more");
    assert_eq!(net.lease(2, 1), Some(ip(100)));
    assert_eq!(net.lease(2, 2), Some(ip(50)));
    assert_eq!(net.lease(2, 3), None);
    let log = net.run("/log print where topics~\"error\"");
    assert!(log.contains("dhcp,error dhcp1 failed to give out IP address: pool <lan> is empty"), "{log}");
}

#[test]
fn custom_options_are_sent_when_asked_for_or_forced() {
    let mut net = Net::new(LAN);
    net.run("/ip dhcp-server option add name=tftp code=66 value=\"'boot.lan'\"");
    net.run("/ip dhcp-server option add name=forced code=150 value=\"'10.0.0.9'\" force=yes");
    net.run("/ip dhcp-server option add name=mtu code=15 value=\"s'other'\"");
    net.run("/ip dhcp-server option sets add name=phones options=tftp,forced");
    net.run("/ip dhcp-server set dhcp1 dhcp-option-set=phones");
    net.run("/ip dhcp-server network set 0 dhcp-option=mtu");
    net.broadcast(2, client_mac(1), &discover(1));
    net.pass(Duration::from_secs(1));
    let offer = net.replies(2).pop().unwrap();
    assert_eq!(offer.option(66), None, "not asked for");
    assert_eq!(offer.option(150), Some([10, 0, 0, 9].as_slice()));
    assert_eq!(offer.option(code::DOMAIN), Some(b"other".as_slice()), "takes the place of `domain`");
    insta::assert_snapshot!(net.transcript(&[
        "/ip dhcp-server option print",
        "/ip dhcp-server option sets print",
        "/ip dhcp-server option add name=bad code=1 value=plain",
        "/ip dhcp-server option add name=bad code=255",
        "/ip dhcp-server option export terse",
    ]));
}

#[test]
fn a_matcher_gives_its_clients_another_pool() {
    let mut net = Net::new(LAN);
    net.run("/ip pool add name=phones ranges=10.0.0.200");
    net.run("/ip dhcp-server matcher add name=phones server=dhcp1 code=60 value=phone address-pool=phones matching-type=substring");
    let mut phone = discover(1);
    phone.set(code::CLASS_ID, "a phone of some kind");
    net.broadcast(2, client_mac(1), &phone);
    net.pass(Duration::from_secs(1));
    assert_eq!(net.replies(2).pop().unwrap().yiaddr, ip(200));
    assert_eq!(net.lease(2, 2), Some(ip(110)));
}

#[test]
fn bound_addresses_stand_on_the_lists_of_server_and_lease() {
    let mut net = Net::new(LAN);
    net.run("/ip dhcp-server set dhcp1 address-lists=clients");
    net.lease(2, 1);
    assert_eq!(net.value("[/ip firewall address-list get [find list=clients] address]"), "10.0.0.110");
    assert_eq!(net.value("[/ip firewall address-list get [find list=clients] dynamic]"), "true");
    net.run("/ip dhcp-server lease remove 0");
    assert_eq!(net.value("[:len [/ip firewall address-list find]]"), "0");
}

#[test]
fn a_server_on_a_bridge_port_is_invalid_and_one_without_address_or_disabled_is_silent() {
    let mut net = Net::new(LAN);
    insta::assert_snapshot!(net.transcript(&[
        "/ip dhcp-server add name=dhcp2 interface=ether3 address-pool=lan",
        "/ip dhcp-server print",
        "/ip dhcp-server export terse",
    ]));
    net.run("/ip dhcp-server disable dhcp1");
    assert_eq!(net.lease(2, 1), None);
    net.run("/ip dhcp-server enable dhcp1");
    net.run("/ip address disable [find interface=lan]");
    assert_eq!(net.lease(2, 1), None);
    net.run("/ip address enable [find interface=lan]");
    assert_eq!(net.lease(2, 1), Some(ip(110)));
}

#[test]
fn what_a_lease_network_or_server_may_not_be_is_said_in_routeros_words() {
    let mut net = Net::new(LAN);
    insta::assert_snapshot!(net.transcript(&[
        "/ip dhcp-server add name=dhcp1 interface=ether1",
        "/ip dhcp-server add interface=lan",
        "/ip dhcp-server add name=x interface=nowhere",
        "/ip dhcp-server add name=x interface=ether1 address-pool=nopool",
        "/ip dhcp-server network add address=10.0.0.0/24",
        "/ip dhcp-server network add address=10.0.1.1/24",
        "/ip dhcp-server lease add address=10.0.0.9",
        "/ip dhcp-server lease add mac-address=1 address=10.0.0.9",
        "/ip dhcp-server lease add mac-address=02:00:00:00:00:09 server=nosuch",
        "/ip pool add name=lan ranges=10.1.0.1",
        "/ip pool add name=x ranges=221.167.154.1-221.167.154.300",
        "/ip pool add name=x ranges=nowhere",
        "/ip pool add name=x ranges=a-b",
        "/ip pool add name=x ranges=10.0.0.1-10.0.0.9,10.0.0.5",
        "/ip pool add name=x",
        "/ip pool print",
        "/ip pool remove lan",
        "/ip dhcp-server export terse",
    ]));
}

#[test]
fn debug_lines_are_written_only_when_a_rule_asks_for_them() {
    let mut net = Net::new(LAN);
    net.lease(2, 1);
    assert_eq!(net.run("/log print where topics~\"debug\""), "");
    net.run("/system logging add topics=dhcp,!packet");
    net.lease(2, 2);
    let log = net.run("/log print where topics~\"debug\"");
    assert!(log.contains("dhcp,debug dhcp1 received discover"), "{log}");
    assert!(!log.contains("packet"), "{log}");
}

#[test]
fn a_lease_script_sees_the_lease_when_it_is_bound_and_when_it_ends() {
    let mut net = Net::new(LAN);
    let script =
        r#":log info ("$leaseBound $leaseServerName $leaseActMAC $leaseActIP " . $"lease-hostname")"#;
    assert_eq!(net.run(&format!("/ip dhcp-server set dhcp1 lease-script={{ {script} }}")), "");
    net.lease(2, 1);
    net.pass(Duration::from_mins(11));
    insta::assert_snapshot!(net.transcript(&[
        "/log print where topics~\"script\"",
        "/ip dhcp-server set dhcp1 lease-script=\":log info one; :nonsense\"",
    ]));
    net.lease(2, 1);
    let log = net.run("/log print where topics~\"error\"");
    assert!(
        log.contains("script,error executing script from dhcp failed, please check it manually"),
        "{log}"
    );
    net.assert_conserved();
}

#[test]
fn very_many_static_leases_are_added_one_by_one() {
    let mut net = Net::new(LAN);
    net.run(":for i from=1 to=1000 do={ /ip dhcp-server lease add client-id=\"client-$i\" address=(10.2.0.0 + $i) }");
    assert_eq!(
        net.value("[:len [/ip dhcp-server lease find where status=waiting and client-id~\"client\"]]"),
        "1000"
    );
    net.run("/ip dhcp-server lease add mac-address=02:00:00:00:02:01 address=10.0.0.9");
    assert_eq!(net.lease(2, 1), Some(ip(9)));
    assert_eq!(net.value("[/ip dhcp-server lease get [find address=10.0.0.9] status]"), "bound");
}

#[test]
fn with_add_arp_a_bound_client_is_an_arp_entry_until_its_lease_ends() {
    let mut net = Net::new(LAN);
    net.run("/ip dhcp-server set dhcp1 add-arp=yes");
    net.run("/interface bridge set lan arp=reply-only");
    net.lease(2, 1);
    let entry = "[:len [/ip arp find where address=10.0.0.110 and dhcp and dynamic and complete]]";
    assert_eq!(net.value(entry), "1");
    net.run("/ip arp add address=10.0.0.7 mac-address=02:00:00:00:00:77 interface=lan");
    assert_eq!(net.value(entry), "1", "other changes leave it alone");
    net.pass(Duration::from_mins(11));
    assert_eq!(net.value("[:len [/ip arp find where address=10.0.0.110]]"), "0");
    net.lease(2, 1);
    assert_eq!(net.value(entry), "1");
    net.run("/ip dhcp-server set dhcp1 add-arp=no");
    assert_eq!(net.value("[:len [/ip arp find where address=10.0.0.110]]"), "0");
    net.assert_conserved();
}

#[test]
fn a_pool_without_a_next_one_says_nothing_of_it() {
    let mut net = Net::new("");
    net.run("/ip pool add name=a ranges=10.1.0.2-10.1.0.9 next-pool=none");
    net.run("/ip pool add name=b ranges=10.2.0.2-10.2.0.9 next-pool=a");
    let export = net.run("/ip pool export terse");
    assert!(!export.contains("next-pool=none") && export.contains("next-pool=a"), "{export}");
    net.run("/ip pool set b next-pool=none");
    let export = net.run("/ip pool export terse");
    assert!(!export.contains("next-pool"), "{export}");
}
