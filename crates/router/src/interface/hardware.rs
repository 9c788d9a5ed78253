//! Ports that a configuration names and the device lacks, for devices of no known model: they are there, have no cable, and
//! never run.

use super::ethernet::Ethernet;
use crate::Router;
use console::{Note, NoteKind, Position};
use menu::{Mac, Name, Text};

/// The menu of a port that is no Ethernet port, by how its name begins.
const RADIOS: [(&str, &str); 4] = [
    ("wlan60-", "/interface/w60g"),
    ("wlan", "/interface/wireless"),
    ("wifi", "/interface/wifi"),
    ("lte", "/interface/lte"),
];

/// Makes the ports that are missing; a note for each, at the first mention.
pub(crate) fn make(router: &mut Router, ports: &[(Text, Position)]) -> Vec<Note> {
    let mut notes = Vec::new();
    for (name, position) in ports {
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
        ..Ethernet::default()
    };
    router.config.tables.ethernet.push_with_id(id, item, false);
    router.config.mark_all();
}
