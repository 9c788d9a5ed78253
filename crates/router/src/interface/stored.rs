//! Interfaces of menus that have no struct (`/interface/vlan`, `/interface/gre` …): they can be named, given addresses
//! and put into lists and bridges, but they are never running: nothing passes through them, and that is reported.

use super::arp_mode::ArpMode;
use super::{Counters, Kind, LinkState, Number, Running};
use crate::config::{Config, Feature, INTERFACE};
use crate::state::State;
use clock::{Duration, Instant};
use menu::{AnyTable, CatalogTable, Id, Mac, NoNames, PropertyType, Text, Value};

/// Every `/interface/*` menu without a struct.
pub static FEATURE: Feature = Feature { apply, ..Feature::NONE };

impl Config {
    /// The menus of interfaces without a struct that were used.
    pub(crate) fn stored_interfaces(&self) -> impl Iterator<Item = &CatalogTable> {
        // Interface menus stand behind each other, so that a device without any looks at nothing.
        let tables = self.catalog.range("/interface/".."/interface0").map(|(_, table)| table);
        tables.filter(|table| table.def().namespace == Some(INTERFACE))
    }

    fn stored_interfaces_mut(&mut self) -> impl Iterator<Item = &mut CatalogTable> {
        let tables = self.catalog.range_mut("/interface/".."/interface0").map(|(_, table)| table);
        tables.filter(|table| table.def().namespace == Some(INTERFACE))
    }

    /// The menu and the row of an interface without a struct.
    pub(crate) fn stored_interface(&self, id: Id) -> Option<(&CatalogTable, usize)> {
        self.stored_interfaces().find_map(|table| Some((table, table.index_of(id)?)))
    }
}

/// The text of a property: what was set, else the default.
pub(super) fn text(table: &CatalogTable, row: usize, property: &str) -> Option<String> {
    let mut out = String::new();
    table.print(row, table.def().property(property)?, &NoNames, &mut out).then_some(out)
}

/// MTU in bytes: what was set, else 1500 less what the tunnel's headers take.
fn mtu(table: &CatalogTable, row: usize) -> u16 {
    let set = text(table, row, "mtu").and_then(|mtu| mtu.parse().ok());
    set.unwrap_or_else(|| match table.menu().facts.interface_type {
        Some("gre-tunnel") => 1476,
        Some("ipip-tunnel" | "6to4-tunnel") => 1480,
        Some("eoip") => 1458,
        _ => 1500,
    })
}

fn mac(table: &CatalogTable, row: usize) -> Option<Mac> {
    let set = text(table, row, "mac-address").or_else(|| text(table, row, "admin-mac"))?;
    Mac::parse(&Value::text(set), &NoNames).ok()
}

/// Is it an interface without a struct that carries Ethernet, so that a bridge can have it as a port?
pub(super) fn carries_ethernet(config: &Config, id: Id) -> bool {
    const ETHERNET: [&str; 14] = [
        "vlan",
        "bond",
        "eoip",
        "eoipv6",
        "vxlan",
        "vpls",
        "veth",
        "wlan",
        "wifi",
        "w60g",
        "l2tp-ether",
        "ovpn-out",
        "macsec",
        "lte",
    ];
    let kind = config.stored_interface(id).and_then(|(table, _)| table.menu().facts.interface_type);
    kind.is_some_and(|kind| ETHERNET.contains(&kind))
}

fn running(table: &CatalogTable, row: usize) -> Running {
    Running {
        counters: Counters::default(),
        mac: mac(table, row).unwrap_or(Mac::ZERO),
        mtu: mtu(table, row),
        arp: ArpMode::Disabled,
        arp_timeout: Duration::from_secs(30),
        master: None,
        link: LinkState { enabled: !table.disabled(row), carrier: false, ..LinkState::default() },
        kind: Kind::Stored,
        name: text(table, row, "name").unwrap_or_default().into(),
    }
}

/// Brings the running list in line: who was added, changed or removed.
fn apply(config: &mut Config, state: &mut State, _now: Instant) {
    for number in state.interfaces.numbers() {
        let stored = state.interfaces.get(number).is_some_and(|known| matches!(known.kind, Kind::Stored));
        let is_port = config.tables.ethernet.by_id(number.id()).is_some();
        if stored && !is_port && config.stored_interface(number.id()).is_none() {
            state.interfaces.remove(number);
        }
    }
    for table in config.stored_interfaces() {
        for row in 0..table.len() {
            state.interfaces.insert(Number::from(table.id(row)), running(table, row));
        }
    }
}

/// Rows of `/interface`: id, view, disabled, comment.
pub(super) fn rows(config: &Config) -> impl Iterator<Item = (Id, super::Interface, bool, Text)> {
    config.stored_interfaces().flat_map(|table| {
        (0..table.len()).map(move |row| {
            let item = super::Interface {
                name: text(table, row, "name").unwrap_or_default().as_str().into(),
                type_: table.menu().facts.interface_type.unwrap_or_default().into(),
                mtu: match text(table, row, "mtu").and_then(|mtu| mtu.parse().ok()) {
                    Some(mtu) => menu::Or::Value(menu::Num::new(mtu)),
                    None => menu::Or::default(),
                },
                actual_mtu: u32::from(mtu(table, row)),
                mac_address: mac(table, row),
                ..super::Interface::default()
            };
            (table.id(row), item, table.disabled(row), table.comment(row).clone())
        })
    })
}

/// Carries what was set on `/interface` over to the menu of the kind; false when no such interface is known here.
pub(super) fn write_through(config: &mut Config, view: &menu::Row<super::Interface>) -> bool {
    for table in config.stored_interfaces_mut() {
        let Some(row) = table.index_of(view.id) else { continue };
        let name = table.def().property("name");
        if let Some(name) = name.filter(|name| table.name(row, *name) != Some(view.item.name.as_slice())) {
            table.set_text(row, name, Some(Text::clone(&view.item.name)));
        }
        if let (Some(property), menu::Or::Value(mtu)) = (table.def().property("mtu"), &view.item.mtu) {
            let mtu = mtu.get().to_string();
            if text(table, row, "mtu").as_ref() != Some(&mtu) {
                table.set_text(row, property, Some(mtu.into()));
            }
        }
        if table.disabled(row) != view.disabled {
            table.set_disabled(row, view.disabled);
        }
        table.set_comment(row, view.comment.clone());
        return true;
    }
    false
}
