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
