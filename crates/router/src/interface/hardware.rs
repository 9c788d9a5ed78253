//! Ports and other hardware that a configuration names and the device lacks, for devices of no known model: ports are there,
//! have no cable, and never run.

use super::ethernet::Ethernet;
use crate::Router;
use console::{Note, NoteKind, Piece};
use menu::{Id, Mac, Name};

/// The menu of a port that is no Ethernet port, by how its name begins.
const RADIOS: [(&str, &str); 4] = [
    ("wlan60-", "/interface/w60g"),
    ("wlan", "/interface/wireless"),
    ("wifi", "/interface/wifi"),
    ("lte", "/interface/lte"),
];

/// What an item of other hardware is called, and the property that has its name.
const OTHERS: [(&str, &str, &str); 11] = [
    ("/disk", "disk", "slot"),
    ("/interface/ethernet/switch/port-isolation", "isolated port", ""),
    ("/interface/wireless/manual-tx-power-table", "table of powers for", "name"),
    ("/interface/wireless/nstreme", "Nstreme settings for", "name"),
    ("/lcd/interface/pages", "page of graphs", ""),
    ("/lcd/screen", "screen", ""),
    ("/port", "serial port", "name"),
    ("/system/leds", "LED", ""),
    ("/system/resource/irq", "interrupt", ""),
    ("/system/resource/irq/rps", "receive queue of", "name"),
    ("/zerotier", "ZeroTier instance", "name"),
];

/// How many items a number may ask for.
const MOST_NUMBERED: usize = 256;

/// Makes what is missing; a note for each, at the first mention.
pub(crate) fn make(router: &mut Router, pieces: &[Piece]) -> Vec<Note> {
    let mut notes = Vec::new();
    for Piece { menu, name, position } in pieces {
        if let Some(menu) = menu {
            let message = make_other(router, menu, &name.to_string());
            notes.extend(message.map(|message| Note { kind: NoteKind::Port, position: *position, message }));
            continue;
        }
        let by_itself = |row: &menu::Row<Ethernet>| *row.item.default_name == *name;
        if router.config.tables.ethernet.rows().iter().any(by_itself)
            || router.config.interface_called(name).is_some()
        {
            continue;
        }
        let text = name.to_string();
        make_port(router, &text);
        let message = format!("the device has no {text}: it is made, without a cable");
        notes.push(Note { kind: NoteKind::Port, position: *position, message });
    }
    notes
}

impl Router {
    /// Gives the device a radio (`wlan1`, `wifi1`, `lte1`, `wlan60-1`), which no cable reaches. Before a configuration is
    /// loaded.
    pub fn add_radio(&mut self, name: &str) {
        make_port(self, name);
    }
}

/// The radios that the device has by itself.
pub(crate) fn radios(config: &crate::Config) -> Vec<String> {
    let menus = RADIOS.iter().filter_map(|(_, path)| config.catalog.get(path));
    let rows = menus.flat_map(|table| table.rows());
    rows.filter_map(|row| row.item.builtin()?.get("default-name").map(str::to_owned)).collect()
}

/// Makes an item of another menu, or as many as a number takes; what to say of it.
fn make_other(router: &mut Router, menu: &str, name: &str) -> Option<String> {
    let (path, what, named) = OTHERS.into_iter().find(|(path, ..)| *path == menu)?;
    let def = crate::menus::tree().menu(path)?;
    // Built-in items are there from the first look.
    router.config.table_mut(def);
    let table = router.config.catalog.get_mut(def.path)?;
    let number = name.parse::<usize>().ok().filter(|number| *number < MOST_NUMBERED);
    let is_there = match number {
        Some(number) => number < table.rows().len(),
        None => {
            table.rows().iter().any(|row| row.item.builtin().and_then(|own| own.get(named)) == Some(name))
        }
    };
    if is_there || number.is_none() && (named.is_empty() || name.starts_with('*')) {
        return None;
    }
    let last = number.unwrap_or_else(|| table.rows().len());
    for index in table.rows().len()..=last {
        let id = Id(table.rows().iter().map(|row| row.id.0).max().unwrap_or(0) + 1);
        let serial = format!("serial{index}");
        match (path, named) {
            (_, "") => table.push_own(id, &[]),
            ("/port", _) if number.is_some() => table.push_own(id, &[(named, &serial)]),
            _ => table.push_own(id, &[(named, name)]),
        }
    }
    router.config.mark_all();
    Some(format!("the device has no {what} {name}: it is made"))
}

fn make_port(router: &mut Router, name: &str) {
    let id = router.config.next_interface_id();
    let radio = RADIOS.iter().find(|(prefix, _)| name.starts_with(prefix));
    if let Some((_, path)) = radio
        && let Some(def) = crate::menus::tree().menu(path)
    {
        router.config.table_mut(def);
        let Some(table) = router.config.catalog.get_mut(def.path) else { return };
        // Radios come disabled.
        table.push_own(id, &[("default-name", name), ("disabled", "yes"), ("name", name)]);
        router.config.mark_all();
        return;
    }
    let mac = Mac(sim::mac(0, &router.name, name));
    let item = Ethernet {
        name: Name::from(name),
        default_name: Name::from(name),
        mac_address: mac,
        orig_mac_address: mac,
        disable_running_check: router.config.board.is_none().then_some(false),
        ..Ethernet::default()
    };
    router.config.tables.ethernet.push_with_id(id, item, false);
    router.config.mark_all();
}
