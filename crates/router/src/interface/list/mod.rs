//! `/interface/list` and `/interface/list/member`: named sets of interfaces.
//!
//! Manual: "Interface lists". What rules test are the resolved sets of [`firewall::interface`]: included lists come
//! first, excluded ones are taken away, then the list's own members are added.

mod menu;

pub use self::menu::{InterfaceList, Member};

use crate::config::{Change, Config, Feature};
use crate::interface::Kind;
use crate::state::State;
use ::menu::{Id, Menu, Name, Rejected};
use clock::Instant;
use firewall::interface::{Interface, InterfaceClass, InterfaceListId, InterfaceSet};
use std::collections::{BTreeMap, BTreeSet};

/// `/interface/list`, `/interface/list/member`.
pub static FEATURE: Feature = Feature { check, apply, refresh, ..Feature::NONE };

/// The lists that every device has, in the order of their ids.
const BUILTIN: [(&str, &str); 4] = [
    ("all", "contains all interfaces"),
    ("none", "contains no interfaces"),
    ("dynamic", "contains dynamic interfaces"),
    ("static", "contains static interfaces"),
];
const ALL: Id = Id(1);
const STATIC: Id = Id(4);

/// Makes the built-in lists when somebody looks at them or refers to lists for the first time.
pub(crate) fn ensure_rows(config: &mut Config) {
    if !config.tables.interface_list.is_empty() {
        return;
    }
    for (name, reason) in BUILTIN {
        let item = InterfaceList { name: Name::from(name), builtin: true, ..InterfaceList::default() };
        let id = config.tables.interface_list.push(item, false);
        if let Some(row) = config.tables.interface_list.by_id_mut(id) {
            row.reason = Some(reason.into());
        }
    }
}

fn check(config: &Config, change: &mut Change<'_>) -> Result<(), Rejected> {
    if let Some((id, item)) = change.item::<InterfaceList>() {
        let mut rows = config.tables.interface_list.rows().iter();
        if rows.any(|row| Some(row.id) != id && row.item.name == item.name) {
            return Err(Rejected::failure("already have interface list with such name").at("name"));
        }
        let now = id.and_then(|id| config.tables.interface_list.by_id(id)).map(|row| &row.item);
        let same = |now: &InterfaceList| {
            now.name == item.name && now.include == item.include && now.exclude == item.exclude
        };
        // `/export verbose` sets them to what they are.
        if now.is_some_and(|now| now.builtin && !same(now)) {
            return Err(Rejected::failure("cannot change builtin"));
        }
    } else if let Some((id, item)) = change.item::<Member>() {
        let mut rows = config.tables.interface_member.rows().iter();
        let same = |other: &Member| other.list == item.list && other.interface == item.interface;
        if rows.any(|row| Some(row.id) != id && same(&row.item)) {
            return Err(Rejected::failure("already have such entry").at("interface"));
        }
        if is_builtin(config, item.list.id) {
            return Err(Rejected::failure("can not add members to builtin list").at("list"));
        }
    } else if let Change::Remove(def, id) = change
        && def.path == InterfaceList::DEF.path
        && is_builtin(config, *id)
    {
        return Err(Rejected::failure("cannot remove builtin"));
    }
    Ok(())
}

fn is_builtin(config: &Config, id: Id) -> bool {
    config.tables.interface_list.by_id(id).is_some_and(|row| row.item.builtin)
}

fn refresh(config: &mut Config, _state: &mut State, _now: Instant) {
    ensure_rows(config);
}

fn apply(config: &mut Config, state: &mut State, _now: Instant) {
    let lists: Vec<Id> = config.tables.interface_list.rows().iter().map(|row| row.id).collect();
    for gone in state.ip.firewall.known_interface_lists.iter().filter(|id| !lists.contains(id)) {
        state.ip.firewall.interface_lists.set(InterfaceListId(gone.0), InterfaceSet::default());
    }
    let mut done = BTreeMap::new();
    for id in &lists {
        resolve(config, state, *id, 0, &mut done);
    }
    for (id, members) in done {
        let set = members.into_iter().map(|id| Interface(id.0)).collect();
        state.ip.firewall.interface_lists.set(InterfaceListId(id.0), set);
    }
    state.ip.firewall.known_interface_lists = lists;
    for class in InterfaceClass::ALL {
        let members = state.interfaces.iter().filter(|(number, interface)| match interface.kind {
            Kind::Ethernet => matches!(class, InterfaceClass::Ethernet),
            Kind::Stored => is_of(config, number.id(), class),
            Kind::Bridge(_) | Kind::Loopback => false,
        });
        let set = members.map(|(number, _)| Interface(number.id().0)).collect();
        state.ip.firewall.interface_lists.set(class.list(), set);
    }
}

/// Is an interface of a menu without a struct one of `all-vlan` …? Read from its type, as `/interface/print` shows it.
fn is_of(config: &Config, id: Id, class: InterfaceClass) -> bool {
    const PPP: [&str; 10] = [
        "l2tp-in",
        "l2tp-out",
        "ovpn-in",
        "ovpn-out",
        "pppoe-in",
        "pppoe-out",
        "pptp-in",
        "pptp-out",
        "sstp-in",
        "sstp-out",
    ];
    let stored = config.stored_interface(id).and_then(|(table, _)| table.menu().facts.interface_type);
    match class {
        InterfaceClass::Ethernet => false,
        InterfaceClass::Ppp => stored.is_some_and(|kind| kind.starts_with("ppp-") || PPP.contains(&kind)),
        InterfaceClass::Vlan => stored == Some("vlan"),
        InterfaceClass::Wireless => stored.is_some_and(|kind| ["cap", "wifi", "wlan"].contains(&kind)),
    }
}

/// How deep lists may include each other; a deeper one adds nothing.
const MOST_LEVELS: usize = 64;

/// The interfaces of a list, put into `done`. A list that includes itself adds nothing by that.
fn resolve(config: &Config, state: &State, id: Id, level: usize, done: &mut BTreeMap<Id, BTreeSet<Id>>) {
    let Some(row) = config.tables.interface_list.by_id(id) else { return };
    if level > MOST_LEVELS || done.contains_key(&id) {
        return;
    }
    done.insert(id, BTreeSet::new());
    if row.item.builtin {
        // No feature makes dynamic interfaces yet, so `static` is the same as `all`.
        if id == ALL || id == STATIC {
            done.insert(id, state.interfaces.iter().map(|(number, _)| number.id()).collect());
        }
        return;
    }
    let mut found = BTreeSet::new();
    for list in row.item.include.iter() {
        resolve(config, state, list.id, level + 1, done);
        found.extend(done.get(&list.id).into_iter().flatten().copied());
    }
    for list in row.item.exclude.iter() {
        resolve(config, state, list.id, level + 1, done);
        for interface in done.get(&list.id).into_iter().flatten() {
            found.remove(interface);
        }
    }
    let own = config.tables.interface_member.active().filter(|member| member.item.list.id == id);
    found.extend(own.map(|member| member.item.interface.id));
    done.insert(id, found);
}
