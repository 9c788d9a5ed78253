//! The words of `/system/history`: what an item is called, and the commands that make or take back a change.

use super::record::{Action, Step, Verb};
use crate::config::Config;
use console::{View, item_arguments};
use menu::{AnyTable, MenuDef, SavedRow};
use std::fmt::Write;

/// What the items of a menu are called. Documented are `filter rule` and `route 0.0.0.0/0`; the others follow them.
const NOUNS: &[(&str, &str)] = &[
    ("/ip/address", "address"),
    ("/ip/arp", "arp entry"),
    ("/ip/dhcp-client", "dhcp client"),
    ("/ip/dhcp-relay", "dhcp relay"),
    ("/ip/dhcp-server", "dhcp server"),
    ("/ip/dhcp-server/lease", "dhcp lease"),
    ("/ip/dhcp-server/network", "dhcp network"),
    ("/ip/dns", "dns"),
    ("/ip/dns/static", "static dns entry"),
    ("/ip/firewall/address-list", "address list entry"),
    ("/ip/firewall/filter", "filter rule"),
    ("/ip/firewall/mangle", "mangle rule"),
    ("/ip/firewall/nat", "nat rule"),
    ("/ip/firewall/raw", "raw rule"),
    ("/ip/pool", "ip pool"),
    ("/ip/route", "route"),
    ("/ip/service", "ip service"),
    ("/ipv6/address", "address"),
    ("/ipv6/firewall/filter", "filter rule"),
    ("/ipv6/route", "route"),
    ("/queue/simple", "simple queue"),
    ("/queue/tree", "queue"),
    ("/system/identity", "system identity"),
    ("/system/script", "script"),
    ("/user", "user"),
];

/// `filter rule`, `device`, `item`.
fn noun(menu: &MenuDef) -> &'static str {
    if let Ok(at) = NOUNS.binary_search_by_key(&menu.path, |(path, _)| path) {
        return NOUNS.get(at).map_or("item", |(_, noun)| noun);
    }
    match menu.namespace == Some(crate::config::INTERFACE) || menu.path == "/interface" {
        true => "device",
        false => "item",
    }
}

/// True when the words about a menu's items name the item, which has to be looked up while it is there.
pub(super) fn names_items(menu: &MenuDef) -> bool {
    menu.path.ends_with("/route")
}

/// `route 0.0.0.0/0 added`.
pub(super) fn phrase(menu: &MenuDef, verb: Verb, item: Option<&str>) -> String {
    let verb = match verb {
        Verb::Added => "added",
        Verb::Changed => "changed",
        Verb::Removed => "removed",
        Verb::Moved => "moved",
    };
    match item {
        Some(item) => format!("{} {item} {verb}", noun(menu)),
        None => format!("{} {verb}", noun(menu)),
    }
}

/// What the words name an item by: the destination of a route.
pub(super) fn item_name(config: &Config, table: &dyn AnyTable, row: usize) -> Option<String> {
    let property = table.def().property("dst-address")?;
    let mut text = String::new();
    table.print(row, property, config, &mut text).then_some(text)
}

/// The commands that make a change and that take it back.
pub(super) struct Commands {
    pub(super) redo: String,
    pub(super) undo: String,
}

/// The commands of an action. `other` gives the item of a step on the other side of it (as it left the item, or, when
/// it is taken back, as it found it); `None` when that is how the item stands now.
pub(super) fn commands<'a>(
    config: &Config,
    action: &'a Action,
    other: &dyn Fn(&Step) -> Option<&'a SavedRow>,
) -> Commands {
    let mut commands = Commands { redo: String::new(), undo: String::new() };
    for step in &action.steps {
        let Some(table) = config.table(step.menu()) else { continue };
        let title = format!("/{}", step.menu().path.trim_start_matches('/').replace('/', " "));
        let id = step.id();
        let beyond = || match other(step) {
            Some(saved) => Some(table.alone(saved)),
            None => Some(table.alone(&table.save(table.index_of(id)?))),
        };
        let (redo, undo) = match step {
            Step::Added(..) | Step::Removed(..) => {
                let item = match step {
                    Step::Removed(_, saved, _) => Some(table.alone(saved)),
                    _ => beyond(),
                };
                let Some(item) = item else { continue };
                let (add, remove) = (format!("add{}", words(config, &*item)), format!("remove {id}"));
                match action.verb {
                    Verb::Added => (add, remove),
                    Verb::Changed | Verb::Removed | Verb::Moved => (remove, add),
                }
            }
            Step::Changed(_, saved) => {
                let Some(other) = beyond() else { continue };
                let before = table.alone(saved);
                let (forth, back) = (set(config, &*before, &*other), set(config, &*other, &*before));
                match action.undone {
                    false => (forth, back),
                    true => (back, forth),
                }
            }
            Step::Moved(_, _, before) => {
                let place = before.map(|id| format!(" {id}")).unwrap_or_default();
                let text = format!("move {id}{place}");
                match action.undone {
                    false => (String::new(), text),
                    true => (text, String::new()),
                }
            }
        };
        line(&mut commands.redo, &title, &redo);
        line(&mut commands.undo, &title, &undo);
    }
    commands
}

fn line(out: &mut String, title: &str, command: &str) {
    if command.is_empty() {
        return;
    }
    if !out.is_empty() {
        out.push('\n');
    }
    // Writing into a `String` cannot fail.
    let _ = write!(out, "{title} {command}");
}

/// ` action=accept chain=forward`.
fn words(config: &Config, table: &dyn AnyTable) -> String {
    let mut text = String::new();
    for (name, value) in item_arguments(&View { table, names: config }, 0) {
        word(&mut text, &name, value.as_deref());
    }
    text
}

fn word(text: &mut String, name: &str, value: Option<&str>) {
    text.push(' ');
    text.push_str(name);
    if let Some(value) = value {
        text.push('=');
        text.push_str(value);
    }
}

/// `set *4 disabled=yes`: what differs.
fn set(config: &Config, from: &dyn AnyTable, to: &dyn AnyTable) -> String {
    let arguments = |table| item_arguments(&View { table, names: config }, 0);
    let (from_words, to_words) = (arguments(from), arguments(to));
    let mut text = match from.def().kind {
        menu::Kind::Settings => "set".to_owned(),
        _ => format!("set {}", from.id(0)),
    };
    for (name, value) in to_words.iter().filter(|pair| !from_words.contains(pair)) {
        word(&mut text, name, value.as_deref());
    }
    for (name, _) in from_words.iter().filter(|(name, _)| to_words.iter().all(|(other, _)| other != name)) {
        match name.as_str() {
            "disabled" => text.push_str(" disabled=no"),
            "comment" => text.push_str(" comment=\"\""),
            name => {
                let _ = write!(text, " !{name}");
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::NOUNS;

    #[test]
    fn the_table_is_sorted_for_the_search() {
        assert!(NOUNS.is_sorted_by_key(|(path, _)| path));
    }
}
