//! `/system`, `/log`, and the menus of the router against the catalogue.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod services_support;

use clock::Duration;
use services_support::Net;

#[test]
fn a_device_says_what_it_is() {
    let mut net = Net::new("");
    net.pass(Duration::from_secs(3_725));
    insta::assert_snapshot!(net.transcript(&[
        "/system resource print",
        "/system clock print",
        "/system clock manual print",
        "/system package print",
        "/system license print",
        "/system routerboard print",
        "/system identity print",
        ":put [/system resource get uptime]",
        ":put [/system resource get cpu-load]",
        "/system resource set version=8",
    ]));
}

#[test]
fn the_clock_and_the_log_go_by_the_time_zone() {
    let mut net = Net::new("/system clock manual set time-zone=+05:30");
    net.run("/log info hello");
    insta::assert_snapshot!(net.transcript(&[
        "/system clock print",
        "/log print where message=hello",
        "/system clock set time-zone-name=UTC",
        "/system clock print",
        "/system clock set time-zone-name=nowhere",
        "/system clock set time-zone-name=Europe/Nowhere",
        "/system clock manual set time-zone=+99:00",
        "/system clock export terse",
    ]));
}

#[test]
fn messages_go_where_the_rules_say() {
    let mut net = Net::new("");
    insta::assert_snapshot!(net.transcript(&[
        "/system logging print",
        "/system logging action print",
        "/system logging action add name=few target=memory memory-lines=2",
        "/system logging add topics=script,!warning action=few prefix=S",
        "/system logging add topics=script regex=\"^only\" action=few",
        "/system logging add topics=script regex=\"(\"",
        "/system logging add topics=script action=nowhere",
        "/system logging remove 0",
        "/log info one",
        "/log warning two",
        "/log info \"only three\"",
        "/log debug four",
        "/log print",
        "/log print where buffer=few",
        "/system logging export terse",
    ]));
}

/// The catalogue is evidence, not law. The reference's tables name the NAT states, address types and ranges that the
/// catalogue lacks; `print` of resource and license has the layout of settings; a virtual router has
/// `/system/routerboard` with `routerboard: no`.
#[test]
fn menus_differ_from_the_catalogue_only_where_it_is_known() {
    insta::assert_snapshot!(menu::drift(router::menus()).join("\n"));
}

/// As lab files name one by `model`.
static BOARD: router::Board = router::Board {
    model: std::borrow::Cow::Borrowed("RB4011iGS+"),
    name: None,
    architecture: Some("arm"),
    cpu: Some("ARM"),
    cpu_count: Some(4),
    cpu_frequency_mhz: Some(533),
    memory_mib: Some(1024),
    storage_mib: Some(512),
    license_level: Some(5),
    firmware_type: Some("al2"),
    switches: 2,
};

/// One of which little is known.
static OTHER: router::Board = router::Board {
    model: std::borrow::Cow::Borrowed("RBD53iG-5HacD2HnD"),
    name: Some("hAP ac^3"),
    architecture: None,
    cpu: None,
    cpu_count: None,
    cpu_frequency_mhz: None,
    memory_mib: None,
    storage_mib: None,
    license_level: None,
    firmware_type: None,
    switches: 1,
};

#[test]
fn a_board_says_what_it_is_and_nothing_that_is_not_known() {
    let mut text = String::new();
    for board in [&BOARD, &OTHER] {
        let mut net = Net::on(board, "");
        text.push_str(&net.transcript(&[
            "/system resource print",
            "/system routerboard print",
            "/system license print",
            ":put [/system routerboard get model]",
            "/export",
        ]));
    }
    insta::assert_snapshot!(text);
}

#[test]
fn switch_chips_have_ports_to_the_cpu() {
    let mut net = Net::on(
        &BOARD,
        "/interface ethernet switch port\nset 0 vlan-mode=secure\nset 5 vlan-mode=fallback\nset switch1-cpu vlan-mode=check\n\
         /interface ethernet switch set 1 name=second",
    );
    insta::assert_snapshot!(net.transcript(&[
        "/interface ethernet switch print",
        "/interface ethernet switch port print",
        "/interface ethernet switch port set 6 vlan-mode=secure",
        "/interface ethernet switch port remove 5",
        "/export",
    ]));
}
