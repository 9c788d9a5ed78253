//! Names that RouterOS takes without asking whether anything bears them: address lists, marks, scripts, lists of interfaces.

use super::matchers::{FIREWALLS, filled_otherwise};
use super::view::{Item, View};
use super::{Findings, Lint};

pub(super) static EMPTY_ADDRESS_LIST: Lint = Lint {
    code: "empty-address-list",
    title: "a rule that matches an address list which nothing fills",
    explanation: "the rule matches no packet (with `!` every packet): add entries in /ip/firewall/address-list, or correct the name",
    missing: true,
    check: address_lists,
};

pub(super) static EMPTY_INTERFACE_LIST: Lint = Lint {
    code: "empty-interface-list",
    title: "a rule that matches a list of interfaces without members",
    explanation: "the rule matches no packet (with `!` every packet): add members in /interface/list/member",
    missing: true,
    check: interface_lists,
};

pub(super) static MARK_NEVER_SET: Lint = Lint {
    code: "mark-never-set",
    title: "a rule or queue that matches a mark which nothing sets",
    explanation: "no packet has that mark: set it in /ip/firewall/mangle, or correct the name",
    missing: true,
    check: marks,
};

pub(super) static MISSING_SCRIPT: Lint = Lint {
    code: "missing-script",
    title: "an event that runs a script which does not exist",
    explanation: "nothing happens then: add it in /system/script, or correct the name",
    missing: true,
    check: scripts,
};

/// Whether a script of the configuration has this name in its text: it may do anything with it.
fn in_a_script(view: &View<'_>, name: &str) -> bool {
    let is_code =
        |property: &str| property == "source" || property.starts_with("on-") || property.ends_with("script");
    view.everything().any(|item| {
        item.properties()
            .iter()
            .any(|(property, text)| is_code(property) && text.contains(name) && text != name)
    })
}

/// Whether an item that is no match of a firewall rule has one of these properties with `name` in its list.
fn set_by(view: &View<'_>, properties: &[&str], name: &str) -> bool {
    view.everything().any(|item| {
        item.properties()
            .iter()
            .any(|(property, text)| properties.contains(property) && text.split(',').any(|word| word == name))
    })
}

/// The texts of one property of all enabled rules of all firewalls, without `!`; each text once.
fn matched<'a>(view: &View<'a>, property: &'static str, menus: &[&'static str]) -> Vec<(Item<'a>, String)> {
    let mut found: Vec<(Item<'a>, String)> = Vec::new();
    for rule in menus.iter().flat_map(|menu| view.items(menu)) {
        let Some(text) = rule.given(property) else { continue };
        let name = text.trim_start_matches('!').to_owned();
        let v6 = |item: &Item<'_>| item.menu().path.starts_with("/ipv6");
        let known = found.iter().any(|(item, known)| *known == name && v6(item) == v6(&rule));
        if !name.is_empty() && !known {
            found.push((rule, name));
        }
    }
    found
}

fn address_lists<'a>(view: &View<'a>, findings: &mut Findings<'a>) {
    if view.uses(&["/radius"]) {
        return;
    }
    let fill = ["address-list", "address-lists", "prefix-address-lists"];
    for property in ["src-address-list", "dst-address-list"] {
        for (rule, name) in matched(view, property, &FIREWALLS) {
            let menus = ["/ip/firewall/address-list", "/ipv6/firewall/address-list"];
            let entries = menus.iter().flat_map(|menu| view.all(menu)).any(|entry| entry.is("list", &name));
            if !entries && !set_by(view, &fill, &name) && !in_a_script(view, &name) {
                findings
                    .add(rule, property, format!("nothing fills address list {name}"))
                    .label("always empty");
            }
        }
    }
}

fn interface_lists<'a>(view: &View<'a>, findings: &mut Findings<'a>) {
    let lists = view.items("/interface/list");
    for property in ["in-interface-list", "out-interface-list"] {
        for (rule, name) in matched(view, property, &FIREWALLS) {
            // RouterOS fills these itself.
            if ["all", "none", "dynamic", "static"].contains(&name.as_str()) {
                continue;
            }
            let Some(list) = lists.iter().find(|list| list.is("name", &name)) else { continue };
            let members = view.all("/interface/list/member").iter().any(|member| member.is("list", &name));
            let includes = !list.list("include").is_empty();
            if !members && !includes && !filled_otherwise(view, &name) && !in_a_script(view, &name) {
                findings
                    .add(rule, property, format!("interface list {name} has no members"))
                    .label("always empty");
            }
        }
    }
}

fn marks<'a>(view: &View<'a>, findings: &mut Findings<'a>) {
    let queues = ["/queue/simple", "/queue/tree"];
    let menus: Vec<&'static str> = FIREWALLS.into_iter().chain(queues).collect();
    let kinds: [(&[&'static str], &str); 3] = [
        (&["packet-mark", "packet-marks"], "new-packet-mark"),
        (&["connection-mark"], "new-connection-mark"),
        (&["routing-mark"], "new-routing-mark"),
    ];
    for (properties, setter) in kinds {
        for property in properties {
            for (item, name) in matched(view, property, &menus) {
                let own = name == "no-mark" || name.contains(',');
                let vrf = *property == "routing-mark"
                    && (name == "main" || view.items("/ip/vrf").iter().any(|vrf| vrf.is("name", &name)));
                if !own && !vrf && !set_by(view, &[setter], &name) && !in_a_script(view, &name) {
                    findings
                        .add(
                            item,
                            property,
                            format!("nothing sets {} {name}", property.trim_end_matches('s')),
                        )
                        .label("no packet has it");
                }
            }
        }
    }
}

/// Properties that hold the name of a script, or one itself.
const EVENTS: [(&str, &[&str]); 6] = [
    ("/system/scheduler", &["on-event"]),
    ("/tool/netwatch", &["up-script", "down-script", "test-script"]),
    ("/ppp/profile", &["on-up", "on-down"]),
    ("/ip/dhcp-server", &["lease-script"]),
    ("/interface/vrrp", &["on-master", "on-backup", "on-fail"]),
    ("/ip/dhcp-client", &["script"]),
];

fn scripts<'a>(view: &View<'a>, findings: &mut Findings<'a>) {
    let known = view.all("/system/script");
    for (menu, properties) in EVENTS {
        for item in view.items(menu) {
            for property in properties {
                let Some(name) = item.given(property) else { continue };
                // A word alone that is no command: only a script's name makes sense.
                let word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
                let is_word = !name.is_empty() && name.bytes().all(word);
                let command = ["beep", "quit", "undo", "redo", "import", "export"].contains(&name.as_str());
                if is_word && !command && !known.iter().any(|script| script.is("name", &name)) {
                    findings
                        .add(item, property, format!("there is no script {name}"))
                        .label("no such script");
                }
            }
        }
    }
}
