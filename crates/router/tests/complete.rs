//! Completion of values that a router knows.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod common;

use console::{Session, complete};

#[test]
fn names_that_are_in_use_complete() {
    let mut router = common::router(1, 2);
    let config = "/ip firewall filter add chain=input action=jump jump-target=guard\n\
        /ip firewall filter add chain=guard-icmp protocol=icmp\n\
        /ip firewall address-list add list=friends address=10.0.0.1\n\
        /ip firewall address-list add list=friends address=10.0.0.2\n\
        /ip firewall address-list add list=\"old foes\" address=10.0.0.3\n\
        /ip firewall mangle add chain=forward action=mark-packet new-packet-mark=voice\n\
        /interface bridge filter add chain=forward action=accept";
    common::load(&mut router, config).unwrap();
    for (line, expected) in [
        ("/ip firewall filter add chain=", "forward|guard-icmp|input|output"),
        ("/ip firewall filter add chain=in", "input"),
        ("/ip firewall filter add jump-target=gu", "guard|guard-icmp"),
        ("/ip firewall nat add chain=", "dstnat|input|output|srcnat"),
        ("/ip firewall raw add chain=p", "prerouting"),
        ("/ip firewall mangle add chain=p", "postrouting|prerouting"),
        ("/interface bridge filter add chain=f", "forward"),
        ("/ipv6 firewall filter add chain=o", "output"),
        ("/ip firewall filter add src-address-list=", "\"old foes\"|friends"),
        ("/ip firewall filter add dst-address-list=!fr", "friends"),
        ("/ip firewall address-list add list=f", "friends"),
        ("/ipv6 firewall address-list add list=f", ""),
        ("/ip firewall filter print where chain=gu", "guard-icmp"),
        ("/ip firewall filter add packet-mark=v", "voice"),
        ("/ip firewall filter add comment=f", ""),
    ] {
        let found = complete(line.as_bytes(), line.len(), &Session::terminal(), &mut router);
        let texts: Vec<_> = found.iter().map(|candidate| candidate.text.as_str()).collect();
        assert_eq!(texts.join("|"), expected, "{line}");
    }
}

#[test]
fn no_word_is_offered_twice() {
    let mut router = common::router(1, 2);
    for line in ["", "/", ":", "/ip", "/ip ", "/interface ", "/system ", "/system script "] {
        let found = complete(line.as_bytes(), line.len(), &Session::terminal(), &mut router);
        let mut texts: Vec<_> = found.iter().map(|candidate| candidate.text.as_str()).collect();
        texts.sort_unstable();
        let count = texts.len();
        texts.dedup();
        assert_eq!(texts.len(), count, "{line}: {texts:?}");
    }
}

#[test]
fn the_menu_of_variables_shows_them() {
    let mut router = common::router(1, 1);
    let found = complete(b"/environ", 8, &Session::terminal(), &mut router);
    assert_eq!(
        found.iter().map(|c| (c.text.as_str(), c.help)).collect::<Vec<_>>(),
        [("environment", "Variables.")]
    );
    common::load(&mut router, ":global one 1; :global text \"x y\"").unwrap();
    let expected = common::load(&mut router, ":environment print").unwrap();
    assert_eq!(expected, "one=1\ntext=\"x y\"\n");
    for line in ["/environment/print", "/environment print", "/environment\nprint", "environment print"] {
        assert_eq!(common::load(&mut router, line).unwrap(), expected, "{line}");
    }
}
