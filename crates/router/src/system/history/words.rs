//! The words of `/system/history`: what an item is called, and the commands that make or take back a change.

use super::record::{Action, Step, Verb};
use crate::config::Config;
use console::{View, item_arguments};
use menu::{AnyTable, MenuDef, SavedRow};
use std::fmt::Write;

/// What the items of a menu are called. Seen in logs of RouterOS 7 are `filter rule`, `route 0.0.0.0/0`, `dhcp client`,
/// `static dns entry`, `ip service`, `log rule`, `log action`, `Netwatch config`, `ppp secret <NAME>`, `ppp profile <NAME>` and
/// `device`; the others follow them.
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
    ("/ppp/profile", "ppp profile"),
    ("/ppp/secret", "ppp secret"),
    ("/queue/simple", "simple queue"),
    ("/queue/tree", "queue"),
    ("/system/identity", "system identity"),
    ("/system/logging", "log rule"),
    ("/system/logging/action", "log action"),
    ("/system/script", "script"),
    ("/tool/netwatch", "Netwatch config"),
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
    menu.path.ends_with("/route") || menu.path.starts_with("/ppp/")
}

/// Menus whose words follow no pattern: added, changed, removed.
const PHRASES: &[(&str, [&str; 3])] = &[
    (
        "/system/scheduler",
        ["new script scheduled", "changed scheduled script settings", "script removed from scheduler"],
    ),
    ("/system/script", ["new script added", "changed script settings", "script removed"]),
];

/// `route 0.0.0.0/0 added`.
pub(super) fn phrase(menu: &MenuDef, verb: Verb, item: Option<&str>) -> String {
    if let Some((_, [added, changed, removed])) = PHRASES.iter().find(|(path, _)| *path == menu.path) {
        match verb {
            Verb::Added => return (*added).to_owned(),
            Verb::Changed => return (*changed).to_owned(),
            Verb::Removed => return (*removed).to_owned(),
            Verb::Moved => {}
        }
    }
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

/// What the words name an item by: the destination of a route, else its name in `<>`.
pub(super) fn item_name(config: &Config, table: &dyn AnyTable, row: usize) -> Option<String> {
    if let Some(property) = table.def().name_property {
        return table.name(row, property).map(|name| format!("<{}>", String::from_utf8_lossy(name)));
    }
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
        let Some((redo, undo)) = of_step(config, action, step, other(step)) else { continue };
        let title = title(step.menu());
        line(&mut commands.redo, &title, &redo);
        line(&mut commands.undo, &title, &undo);
    }
    commands
}

/// `/ip firewall filter`.
fn title(menu: &MenuDef) -> String {
    format!("/{}", menu.path.trim_start_matches('/').replace('/', " "))
}

/// What makes a step and what takes it back.
fn of_step(
    config: &Config,
    action: &Action,
    step: &Step,
    other: Option<&SavedRow>,
) -> Option<(String, String)> {
    let table = config.table(step.menu())?;
    let id = step.id();
    let beyond = || match other {
        Some(saved) => Some(table.alone(saved)),
        None => Some(table.alone(&table.save(table.index_of(id)?))),
    };
    Some(match step {
        Step::Added(..) | Step::Removed(..) => {
            let item = match step {
                Step::Removed(_, saved, _) => table.alone(saved),
                _ => beyond()?,
            };
            let (add, remove) = (format!("add{}", words(config, &*item)), format!("remove {id}"));
            match action.verb {
                Verb::Added => (add, remove),
                Verb::Changed | Verb::Removed | Verb::Moved => (remove, add),
            }
        }
        Step::Changed(_, saved) => {
            let other = beyond()?;
            let before = table.alone(saved);
            let (forth, back) =
                (set(config, &*before, &*other, false), set(config, &*other, &*before, false));
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
    })
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

/// The command that made a step, as the log shows it: items that have a name are set by it. Empty for a `set` that changed
/// nothing.
pub(super) fn logged(config: &Config, action: &Action, step: &Step) -> Option<String> {
    let id = step.id();
    let table = config.table(step.menu());
    let row = table.and_then(|table| table.index_of(id));
    let command = match step {
        Step::Added(..) => {
            format!("{id} = {} {}", title(step.menu()), of_step(config, action, step, None)?.0)
        }
        Step::Removed(..) => format!("{} remove {id}", title(step.menu())),
        Step::Changed(_, saved) => {
            let table = table?;
            let now = table.alone(&table.save(row?));
            match set(config, &*table.alone(saved), &*now, true) {
                text if text.contains(' ') => format!("{} {text}", title(step.menu())),
                _ => String::new(),
            }
        }
        Step::Moved(..) => {
            let place = super::record::behind(table?, row?).map(|id| format!(" {id}")).unwrap_or_default();
            format!("{} move {id}{place}", title(step.menu()))
        }
    };
    Some(command)
}

/// `set *4 disabled=yes`: what differs. `by_name`: an item that has a name is named by it; nothing but the verb when
/// nothing differs.
fn set(config: &Config, from: &dyn AnyTable, to: &dyn AnyTable, by_name: bool) -> String {
    let arguments = |table| item_arguments(&View { table, names: config }, 0);
    let (from_words, to_words) = (arguments(from), arguments(to));
    if by_name && from_words == to_words {
        return "set".to_owned();
    }
    let name = from.def().name_property.filter(|_| by_name).and_then(|property| from.name(0, property));
    let mut text = match (from.def().kind, name) {
        (menu::Kind::Settings, _) => "set".to_owned(),
        (_, Some(name)) => format!("set {}", console::word_of(name)),
        (_, None) => format!("set {}", from.id(0)),
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
