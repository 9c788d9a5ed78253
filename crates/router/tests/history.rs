//! `/system/history`, `/undo`, `/redo`, `/safe-mode`.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod common;

use common::{Net, typed};
use router::Terminal;

#[test]
fn history_names_what_was_done_and_how_to_take_it_back() {
    let mut net = Net::new(&["/ip pool add name=before ranges=10.9.9.9"], &[]);
    insta::assert_snapshot!(typed(
        &mut net,
        "
        /system history print
        /ip firewall filter add action=accept chain=forward protocol=tcp
        /ip route add gateway=10.0.0.1
        /ip address add address=10.0.0.2/24 interface=ether1
        /ip address set [find] comment=\"to the world\" disabled=yes
        /interface set ether2 comment=spare
        /ip dns set servers=1.1.1.1
        /ip firewall filter remove [find]
        /system history print
        /undo
        /undo
        /system history print
        /system history print detail
        /ip firewall filter export
        /redo
        /redo
        /redo
        /ip firewall filter print count-only
    "
    ));
}

#[test]
fn what_was_taken_back_is_gone_after_another_change() {
    let mut net = Net::new(&[""], &[]);
    insta::assert_snapshot!(typed(
        &mut net,
        "
        /ip pool add name=a ranges=10.0.0.1
        /ip pool add name=b ranges=10.0.0.2
        /undo
        /ip pool add name=c ranges=10.0.0.3
        /redo
        /undo
        /undo
        /undo
        /ip pool print
    "
    ));
}

#[test]
fn a_hundred_actions_are_kept() {
    let mut net = Net::new(&[""], &[]);
    net.console(1, ":for i from=1 to=150 do={/ip pool add name=\"p$i\" ranges=10.0.0.1}");
    assert_eq!(net.value(1, "[:len [/system history find]]"), "100");
    net.console(1, ":for i from=1 to=100 do={/undo}");
    assert_eq!(net.value(1, "[:len [/ip pool find]]"), "50");
    assert!(net.console(1, "/undo").contains("failure: nothing to undo"));
}

#[test]
fn rows_come_back_in_their_places() {
    let mut net = Net::new(&[""], &[]);
    net.console(1, ":for i from=1 to=9 do={/ip firewall filter add chain=forward comment=\"$i\"}");
    let order = |net: &mut Net| {
        net.value(1, "[:tostr [/ip firewall filter print as-value proplist=comment]]").replace("comment=", "")
    };
    let before = order(&mut net);
    for command in [
        "/ip firewall filter remove [find comment~\"[2367]\"]",
        "/ip firewall filter move [find comment~\"[1258]\"]",
        "/ip firewall filter move [find comment~\"[89]\"] [find comment=1]",
        "/ip firewall filter add chain=input comment=new place-before=[find comment=3]",
        "/ip firewall filter remove [find]",
    ] {
        net.console(1, command);
        let after = order(&mut net);
        assert_ne!(after, before, "{command}");
        net.console(1, "/undo");
        assert_eq!(order(&mut net), before, "{command}");
        net.console(1, "/redo");
        assert_eq!(order(&mut net), after, "{command}");
        net.console(1, "/undo");
    }
}

#[test]
fn an_entry_with_a_timeout_is_taken_back() {
    let mut net = Net::new(&[""], &[]);
    let count = |net: &mut Net| net.value(1, "[:len [/ip firewall address-list find]]");
    net.console(1, "/ip firewall address-list add list=l address=1.1.1.1 timeout=1h");
    assert!(net.console(1, "/ip firewall address-list print").contains("0 D l     1.1.1.1"));
    net.run(clock::Duration::from_secs(5));
    for (command, expected) in [("/undo", "0"), ("/redo", "1"), ("/undo", "0")] {
        assert_eq!(net.console(1, command), "");
        assert_eq!(count(&mut net), expected, "{command}");
    }
    assert!(net.console(1, "/undo").contains("nothing to undo"));
    // One that has ended by itself cannot go again.
    net.console(1, "/ip firewall address-list add list=l address=1.1.1.1 timeout=1s");
    net.run(clock::Duration::from_secs(5));
    net.console(1, "/undo");
    assert_eq!(count(&mut net), "0");
}

#[test]
fn every_kind_of_change_is_taken_back_and_made_again() {
    let mut net = Net::new(
        &["/ip firewall filter add chain=input comment=a src-address=1.1.1.1
           /ip firewall filter add chain=input comment=b protocol=tcp
           /ip firewall filter add chain=input comment=c disabled=yes
           /queue simple add name=q1 target=10.0.0.1
           /queue simple add name=q2 target=10.0.0.2
           /ppp secret add name=u1 password=x
           /interface bridge add name=br
           /interface bridge port add bridge=br interface=ether2
           /system script add name=s source=\":put 1\"
           /ip packing add"],
        &[],
    );
    let picture = |net: &mut Net| {
        let text = net.console(1, "/export terse show-sensitive\n/user print\n/ip firewall filter print");
        text.lines().filter(|line| !line.contains(" by RouterOS ")).collect::<Vec<_>>().join("\n")
    };
    for command in [
        "/ip firewall filter move [find comment=c] [find comment=a]",
        "/ip firewall filter move [find comment=a]",
        "/ip firewall filter enable [find comment=c]",
        "/ip firewall filter disable [find]",
        "/ip firewall filter comment [find comment=b] \"two\\nlines\"",
        "/ip firewall filter unset [find comment=b] protocol",
        "/ip firewall filter unset [find comment=b] comment",
        "/ip firewall filter set [find comment=a] !src-address",
        "/ip firewall filter add copy-from=[find comment=a] place-before=[find comment=b]",
        "/ip firewall filter remove [find]",
        "/queue simple move q2 q1",
        "/ppp secret comment u1 hello",
        "/interface bridge port set [find] pvid=7",
        "/interface bridge port remove [find]",
        "/interface bridge disable br",
        "/interface ethernet set ether1 name=wan mtu=1400",
        "/system script set s source=\":put 2\"",
        "/ip service set telnet port=2323 disabled=yes",
        "/ip packing remove [find]",
        "/ip dns set servers=1.1.1.1",
        "/system clock set time-zone-name=Europe/Riga",
        "/user add name=bob group=read password=abcDEF12",
    ] {
        let before = picture(&mut net);
        assert_eq!(net.console(1, command), "", "{command}");
        let after = picture(&mut net);
        assert_ne!(before, after, "{command}");
        assert_eq!(net.console(1, "/undo"), "", "{command}");
        assert_eq!(picture(&mut net), before, "{command}");
        assert_eq!(net.console(1, "/redo"), "", "{command}");
        assert_eq!(picture(&mut net), after, "{command}");
        assert_eq!(net.console(1, "/undo"), "", "{command}");
    }
}

#[test]
fn a_lost_session_takes_its_changes_along() {
    let mut net = Net::new(&[""], &[]);
    let window = Terminal(7);
    let at = |net: &mut Net, text: &str| {
        let id = net.nodes[0];
        let job =
            net.world.with_node(id, |r, cx| r.type_line_at(cx, text, console::Session::terminal(), window));
        net.world.with_node(id, |r, _| r.take_result(job)).unwrap().output.to_string()
    };
    net.console(1, "/ip pool add name=old ranges=10.0.0.1");
    assert_eq!(at(&mut net, "/safe-mode take"), "[Safe Mode taken]\n");
    at(&mut net, "/ip pool add name=mine ranges=10.0.0.2");
    net.console(1, "/ip pool add name=others ranges=10.0.0.3");
    insta::assert_snapshot!(typed(
        &mut net,
        "/system history print
        /safe-mode print
        /safe-mode take
        /safe-mode take on-error=release"
    ));
    let node = net.nodes[0];
    net.world.with_node(node, |router, _| {
        assert_eq!(router.safe_mode(), Some(Terminal::NONE), "another one took it and kept the changes");
        router.take_safe_mode(window);
    });
    at(&mut net, "/ip pool remove [find]");
    at(&mut net, "/ip pool add name=last ranges=10.0.0.4");
    net.world.with_node(node, |router, _| router.lose_terminal(Terminal(8)));
    assert_eq!(net.value(1, "[:len [/ip pool find]]"), "1", "that was another session");
    net.world.with_node(node, |router, _| router.lose_terminal(window));
    assert_eq!(net.value(1, "[:len [/ip pool find]]"), "3");
    // Released changes stay.
    at(&mut net, "/safe-mode take; /ip pool remove old; /safe-mode release");
    net.world.with_node(node, |router, _| router.lose_terminal(window));
    assert_eq!(net.value(1, "[:len [/ip pool find]]"), "2");
    // More changes than are kept end safe mode.
    at(&mut net, "/safe-mode take; :for i from=1 to=101 do={/ip pool set others comment=\"$i\"}");
    net.world.with_node(node, |router, _| assert_eq!(router.safe_mode(), None));
}
