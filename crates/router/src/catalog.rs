//! Menus without a struct: the rules that `facts.txt` gives for their items, and the names that they own.

use crate::config::{Change, Config, INTERFACE};
use crate::ip::firewall::filter::NO_PORTS;
use menu::{
    AnyTable, Builtin, Catalog, CatalogItem, CatalogTable, CatalogValue, Id, Kind, MenuDef, Names, Namespace,
    Prepared, Rejected, Text,
};

const INTERFACE_LIST: Namespace = Namespace("interface-list");

/// Rules of a change in a menu without a struct, before it is stored. Fills in a name that was not given.
///
/// # Errors
/// RouterOS's text.
pub(crate) fn check(config: &Config, def: &'static MenuDef, change: &mut Change<'_>) -> Result<(), Rejected> {
    let Some(menu) = Catalog::get().menu(def.path) else { return Ok(()) };
    let empty;
    let table = match config.catalog.get(def.path) {
        Some(table) => table,
        None => {
            empty = CatalogTable::new(def);
            &empty
        }
    };
    match change {
        Change::Add(_, prepared) => {
            prepared.item::<CatalogItem>().map_or(Ok(()), |item| needs(table, item))?;
            ports(table, prepared)?;
            if let Some(prefix) = menu.facts.names {
                give_name(config, table, prefix, prepared);
            }
            unique(config, table, None, prepared)
        }
        Change::Set(_, id, prepared) => {
            let before = table.index_of(*id).and_then(|row| table.rows().get(row));
            if let (Some(before), Some(item)) = (before, prepared.item::<CatalogItem>())
                && needs(table, &before.item).is_ok()
            {
                needs(table, item)?;
            }
            ports(table, prepared)?;
            unique(config, table, Some(*id), prepared)
        }
        Change::Remove(_, id) => {
            let row = table.index_of(*id);
            if row.is_some_and(|row| table.builtin(row)) {
                return Err(Rejected::failure(menu.facts.fixed.unwrap_or("cannot remove builtin")));
            }
            Ok(())
        }
        Change::Disable(..) => Ok(()),
    }
}

/// Before a menu without a struct is read: its table is made, and items that name something that is gone are marked.
pub(crate) fn refresh(config: &mut Config, def: &'static MenuDef) {
    let Some(menu) = Catalog::get().menu(def.path) else { return };
    let references = &menu.facts.references;
    if references.iter().any(|(_, reference)| reference.spaces.contains(&INTERFACE_LIST)) {
        crate::interface::list::ensure_rows(config);
    }
    config.table_mut(def);
    if menu.facts.each.is_some() {
        // Where others can be added, those of the ports are the device's own.
        let own = (def.kind == Kind::List).then_some(&NOTHING);
        let mut items: Vec<(Id, Option<&'static Builtin>)> =
            config.tables.ethernet.rows().iter().map(|row| (row.id, own)).collect();
        if def.path == SCREENS {
            let radios = config.stored_interfaces().filter(|table| RADIOS.contains(&table.def().path));
            items.extend(radios.flat_map(|table| table.rows()).map(|row| (row.id, own)));
        }
        if def.path == QUEUES {
            items.extend(other_queues(config));
        }
        if let Some(table) = config.catalog.get_mut(def.path) {
            table.mirror(INTERFACE, &items);
        }
    }
    crate::system::routerboard::add_switches(config, def.path);
    if references.is_empty() {
        return;
    }
    let invalid = config.catalog.get(def.path).and_then(|table| table.invalid_items(config.removals, config));
    if let (Some(table), Some(invalid)) = (config.catalog.get_mut(def.path), invalid) {
        table.mark_invalid(config.removals, &invalid);
    }
}

/// The menu of what the screen of a board shows of each port and radio.
const SCREENS: &str = "/lcd/interface";
const RADIOS: [&str; 3] = ["/interface/lte", "/interface/wifi", "/interface/wireless"];

/// The menu of the queues of all interfaces.
const QUEUES: &str = "/queue/interface";
/// What interfaces that are no Ethernet ports have there: nothing waits in those made of others.
static NOTHING: Builtin = Builtin { id: Id(0), values: &[] };
static NO_QUEUE: Builtin = Builtin { id: Id(0), values: &[("queue", "no-queue")] };
static WIRELESS_QUEUE: Builtin = Builtin { id: Id(0), values: &[("queue", "wireless-default")] };

/// The interfaces beside Ethernet ports by name, which an import does not change, and the queue that each has by itself.
fn other_queues(config: &Config) -> Vec<(Id, Option<&'static Builtin>)> {
    let bridges = config.tables.bridge.rows().iter().map(|row| (row.id, Some(&NO_QUEUE)));
    let stored = config.stored_interfaces().flat_map(|table| {
        let wireless = table.def().path == "/interface/wireless";
        let own = if wireless { &WIRELESS_QUEUE } else { &NO_QUEUE };
        table.rows().iter().map(move |row| (row.id, Some(own)))
    });
    let mut all: Vec<_> = bridges.chain(stored).collect();
    all.sort_by_cached_key(|(id, _)| config.name(INTERFACE, *id));
    all
}

/// What an item has at least one of.
fn needs(table: &CatalogTable, item: &CatalogItem) -> Result<(), Rejected> {
    for need in &table.menu().facts.needs {
        let given = |name: &&str| {
            let value = table.def().property(name).and_then(|property| item.get(property));
            value.is_some_and(|value| value.text().is_none_or(|text| !text.is_empty()))
        };
        if !need.properties.iter().any(given) {
            return Err(Rejected::failure(need.text));
        }
    }
    Ok(())
}

/// Menus of rules that match ports of the protocols that have some, as `/ip/firewall/filter` does.
const RULES: [&str; 7] = [
    "/ip/firewall/nat",
    "/ip/firewall/mangle",
    "/ip/firewall/raw",
    "/ipv6/firewall/filter",
    "/ipv6/firewall/nat",
    "/ipv6/firewall/mangle",
    "/ipv6/firewall/raw",
];

/// A rule that names ports names a protocol that has them.
fn ports(table: &CatalogTable, prepared: &Prepared) -> Result<(), Rejected> {
    let Some(item) = prepared.item::<CatalogItem>().filter(|_| RULES.contains(&table.def().path)) else {
        return Ok(());
    };
    let given = |name: &str| item.get(table.def().property(name)?);
    let Some(port) = ["src-port", "dst-port", "port"].into_iter().find(|name| given(name).is_some()) else {
        return Ok(());
    };
    let protocol = given("protocol").and_then(CatalogValue::text).map(Text::to_string).unwrap_or_default();
    let with_ports = ["tcp", "udp", "udp-lite", "dccp", "sctp", "6", "17", "136", "33", "132"];
    let has_ports = with_ports.contains(&protocol.as_str());
    if has_ports { Ok(()) } else { Err(Rejected::failure(NO_PORTS).at(port)) }
}

/// The first free of `vlan1`, `vlan2` … for an item without a name.
fn give_name(config: &Config, table: &CatalogTable, prefix: &str, prepared: &mut Prepared) {
    let (Some(property), Some(item)) = (table.def().name_property, prepared.item_mut::<CatalogItem>()) else {
        return;
    };
    if item.get(property).and_then(CatalogValue::text).is_some_and(|name| !name.is_empty()) {
        return;
    }
    let taken = |name: &Text| match table.def().namespace {
        Some(INTERFACE) => config.interface_called(name).is_some(),
        _ => (0..table.len()).any(|row| table.name(row, property) == Some(name.as_slice())),
    };
    let name = (1_u32..).map(|n| Text::from(format!("{prefix}{n}"))).find(|name| !taken(name));
    item.set(property, name.map(CatalogValue::Text));
}

/// Names and other values that no two items share.
fn unique(
    config: &Config,
    table: &CatalogTable,
    id: Option<Id>,
    prepared: &Prepared,
) -> Result<(), Rejected> {
    let Some(item) = prepared.item::<CatalogItem>() else { return Ok(()) };
    if table.def().namespace == Some(INTERFACE) {
        let name = table.def().name_property.and_then(|property| item.get(property));
        if let Some(name) = name.and_then(CatalogValue::text) {
            crate::interface::refuse_taken_name(config, id, name)?;
        }
    }
    for rule in &table.menu().facts.unique {
        let properties: Option<Vec<usize>> =
            rule.properties.iter().map(|name| table.def().property(name)).collect();
        let Some(properties) = properties else { continue };
        let same = |row: usize| {
            Some(table.id(row)) != id
                && properties.iter().all(|property| same_value(config, table, row, *property, item))
        };
        let given = properties.iter().any(|property| item.get(*property).is_some());
        if given && (0..table.len()).any(same) {
            let first = properties.first().and_then(|property| item.get(*property));
            let first = first.and_then(CatalogValue::text).cloned().unwrap_or_default();
            let text = rule.text.replace("{}", &first.to_string());
            let at = rule.properties.first().copied().unwrap_or("");
            return Err(Rejected::failure(text).at(at));
        }
    }
    Ok(())
}

/// Has a row the value that an item is to have?
fn same_value(
    config: &Config,
    table: &CatalogTable,
    row: usize,
    property: usize,
    item: &CatalogItem,
) -> bool {
    match item.get(property) {
        Some(CatalogValue::Text(text)) => match table.name(row, property) {
            Some(known) => known == text.as_slice(),
            None => {
                let mut known = String::new();
                table.print(row, property, config, &mut known) && known.as_bytes() == text.as_slice()
            }
        },
        other => table.rows().get(row).is_some_and(|row| row.item.get(property) == other),
    }
}

impl Config {
    /// The interface with exactly this name.
    pub(crate) fn interface_called(&self, name: &Text) -> Option<Id> {
        match self.lookup(INTERFACE, name) {
            menu::Lookup::One(id) if self.name(INTERFACE, id).as_ref() == Some(name) => Some(id),
            _ => None,
        }
    }

    /// The name of the catalogue's item with this id in a space.
    pub(crate) fn catalog_name(&self, space: Namespace, id: Id) -> Option<Text> {
        let of_table = |table: &CatalogTable| {
            let (row, property) = (table.index_of(id)?, table.def().name_property?);
            table.name(row, property).map(Text::from)
        };
        if space == INTERFACE {
            return self.stored_interfaces().find_map(of_table);
        }
        Catalog::members(space).iter().find_map(|path| match self.catalog.get(path) {
            Some(table) => of_table(table),
            None => {
                let item = Catalog::builtin(path).iter().find(|item| item.id == id)?;
                item.get("name").map(Text::from)
            }
        })
    }

    /// Names and ids of the catalogue's items in a space, built-in ones of menus that were not used yet too.
    pub(crate) fn catalog_names(&self, space: Namespace, f: &mut dyn FnMut(Id, &[u8])) {
        if space == INTERFACE {
            return self.stored_interfaces().for_each(|table| names_of(table, f));
        }
        for path in Catalog::members(space) {
            match self.catalog.get(path) {
                Some(table) => names_of(table, f),
                None => {
                    for item in Catalog::builtin(path) {
                        if let Some(name) = item.get("name") {
                            f(item.id, name.as_bytes());
                        }
                    }
                }
            }
        }
    }
}

/// Ids and names of the items of a table.
fn names_of(table: &CatalogTable, f: &mut dyn FnMut(Id, &[u8])) {
    let Some(property) = table.def().name_property else { return };
    for row in 0..table.len() {
        if let Some(name) = table.name(row, property) {
            f(table.id(row), name);
        }
    }
}
