//! Screens of real devices of RouterOS 7.2x, character by character: where cells stand, what follows a number, how wide
//! the last column is.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod common;

use common::{Net, load, router, transcript};

/// The screen that a router with this configuration prints.
fn screen(config: &str, command: &str) -> String {
    let mut router = router(1, 3);
    load(&mut router, config).unwrap();
    let text = transcript(&mut router, command);
    text.split_once('\n').unwrap().1.to_owned()
}

#[test]
fn cells_stand_right_where_all_of_a_column_are_numbers() {
    let mut big = String::from("/file add name=dir1 type=directory\n/file add name=big.txt contents=\"");
    big.push_str(&"x".repeat(20_275));
    big.push_str("\"\n");
    let small = "/file add name=address.rsc contents=\"/ip address\"\n";
    for (config, command, expected) in [
        (
            "",
            "/system/package/print",
            "Columns: NAME, VERSION, BUILD-TIME, SIZE\n\
             # NAME      VERSION  BUILD-TIME           SIZE   \n\
             0 routeros  7.24     2026-01-01 00:00:00  12.5MiB\n",
        ),
        (
            &format!("/file add name=dir1 type=directory\n{small}"),
            "/file/print",
            "Columns: NAME, TYPE, SIZE, LAST-MODIFIED\n\
             # NAME         TYPE       SIZE  LAST-MODIFIED      \n\
             0 dir1         directory        2026-01-01 00:00:00\n\
             1 address.rsc  script       11  2026-01-01 00:00:00\n",
        ),
        (
            &format!("{big}{small}"),
            "/file/print",
            "Columns: NAME, TYPE, SIZE, LAST-MODIFIED\n\
             # NAME         TYPE       SIZE     LAST-MODIFIED      \n\
             0 dir1         directory           2026-01-01 00:00:00\n\
             1 big.txt      .txt file  19.8KiB  2026-01-01 00:00:00\n\
             2 address.rsc  script     11       2026-01-01 00:00:00\n",
        ),
        (
            "/interface bridge add name=bridge1\n/interface bridge vlan add bridge=bridge1 vlan-ids=20\n",
            "/interface/bridge/vlan/print",
            "Columns: BRIDGE, VLAN-IDS\n# BRIDGE   VLAN-IDS\n0 bridge1        20\n",
        ),
        (
            "/interface bridge add name=bridge1\n/interface bridge vlan add bridge=bridge1 vlan-ids=911\n\
             /interface bridge vlan add bridge=bridge1 vlan-ids=100-115\n",
            "/interface/bridge/vlan/print",
            "Columns: BRIDGE, VLAN-IDS\n# BRIDGE   VLAN-IDS\n0 bridge1  911     \n1 bridge1  100-115 \n",
        ),
    ] {
        assert_eq!(screen(config, command), expected, "{config}{command}");
    }
}

#[test]
fn a_menu_without_flags_leaves_no_room_for_them_in_detail() {
    let pool = "/ip pool add name=p ranges=10.0.0.1-10.0.0.9";
    let detail = " 0 name=\"p\" ranges=10.0.0.1-10.0.0.9 total=9 used=0 available=9 \n";
    assert_eq!(screen(pool, "/ip/pool/print detail"), detail);
    let terse = " 0 name=p ranges=10.0.0.1-10.0.0.9 total=9 used=0 available=9 \n";
    assert_eq!(screen(pool, "/ip/pool/print terse"), terse);
    let file = "/file add name=a.txt type=file";
    let detail = " 0 name=a.txt type=.txt file size=0 last-modified=2026-01-01 00:00:00 contents=\"\" \n";
    assert_eq!(screen(file, "/file/print detail"), detail);
}

#[test]
fn settings_show_each_value_of_a_list_on_its_line() {
    let shown = screen("/ip dns set servers=1.1.1.1,8.8.8.8", "/ip/dns/print");
    let begin = "                      servers: 1.1.1.1\n                               8.8.8.8\n              \
                 dynamic-servers: \n               use-doh-server: \n";
    assert!(shown.starts_with(begin), "{shown}");
    assert!(
        shown.ends_with("                          vrf: main\n           mdns-repeat-ifaces: \n"),
        "{shown}"
    );
}

#[test]
fn a_name_of_the_dns_has_a_type() {
    let shown = screen("/ip dns static add name=r.lan address=192.168.88.1", "/ip/dns/static/print");
    let expected = "Columns: NAME, TYPE, ADDRESS, TTL\n# NAME   TYPE  ADDRESS       TTL\n\
                    0 r.lan  A     192.168.88.1  1d \n";
    assert_eq!(shown, expected);
}

#[test]
fn flags_of_wireguard_have_a_column_each() {
    let shown = screen("/interface wireguard add name=wg1", "/interface/wireguard/print");
    assert!(shown.starts_with("Flags: X - disabled; R - running \n 0    name=\"wg1\""), "{shown}");
}

#[test]
fn what_ping_says_of_a_probe_reaches_to_the_edge_of_the_terminal() {
    let mut net =
        Net::new(&["/ip address add address=10.0.0.1/24 interface=ether1", ""], &[((1, 1), (2, 1))]);
    let shown = net.console(1, "/ping 10.0.0.1 count=1");
    let mut lines = shown.lines();
    assert_eq!(lines.next().unwrap().len(), 107);
    assert_eq!(lines.next(), Some("    0 10.0.0.1                                   56  64 0us       "));
    let (node, mut session) = (net.nodes[0], console::Session::script());
    session.width = Some(80);
    let ping = "/ping 10.0.0.9 count=1";
    let job = net.world.with_node(node, |router, cx| router.type_line(cx, ping, session));
    net.run(clock::Duration::from_secs(3));
    let shown = net.world.with_node(node, |router, _| router.take_result(job)).unwrap().output.to_string();
    let expected = "  SEQ HOST                                     SIZE TTL TIME       STATUS      \n    0 \
                    10.0.0.9                                                     timeout     \n    sent=1 received=0 \
                    packet-loss=100% \n";
    assert_eq!(shown, expected);
}
