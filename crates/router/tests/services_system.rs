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
