//! What a configuration uses and the simulation leaves out, so that it can be said once and is never silent.

use crate::Router;
use crate::features::{FEATURES, MENUS};
use menu::{AnyTable, MenuDef};
use std::collections::BTreeMap;

/// Something that the configuration asks for and that has no effect, or less than on a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The menu's path.
    pub menu: &'static str,
    /// The property that is stored only; empty for the menu as a whole and for a command.
    pub property: &'static str,
    /// The command that did nothing; empty for items.
    pub command: &'static str,
    /// What is left out, in words, when it is not all of it.
    pub without: &'static str,
    /// How many items have it, or how often the command ran.
    pub count: usize,
}

impl LeftOut {
    /// A menu of whose items nothing is simulated, or not what `without` says.
    pub(crate) const fn menu(menu: &'static str, without: &'static str, count: usize) -> Self {
        Self { menu, property: "", command: "", without, count }
    }

    /// A property that changes nothing.
    pub(crate) const fn property(menu: &'static str, property: &'static str, count: usize) -> Self {
        Self { menu, property, command: "", without: "", count }
    }

    /// A value of a property that acts otherwise than on a device.
    pub(crate) const fn value(
        menu: &'static str,
        property: &'static str,
        without: &'static str,
        count: usize,
    ) -> Self {
        Self { menu, property, command: "", without, count }
    }

    /// One text for each menu that `all` names, in the order of the paths: `/ip/dns (1 item)`,
    /// `/interface/bridge (1 item, without spanning tree: ports forward at once; protocol-mode of 1 item)`.
    #[must_use]
    pub fn by_menu(all: &[Self]) -> Vec<String> {
        let mut menus: BTreeMap<&str, Vec<&Self>> = BTreeMap::new();
        for one in all {
            menus.entry(one.menu).or_default().push(one);
        }
        let text = |(menu, entries): (&str, Vec<&Self>)| {
            // Of a menu without any effect the properties need not be named one by one.
            let nothing = entries.iter().any(|entry| entry.is_whole() && entry.without.is_empty());
            let told = entries.iter().filter(|entry| !nothing || entry.property.is_empty());
            let words: Vec<String> = told.map(|entry| entry.words()).collect();
            format!("{menu} ({})", words.join("; "))
        };
        menus.into_iter().map(text).collect()
    }

    /// True for the entry of a menu, not of a property or command.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.property.is_empty() && self.command.is_empty()
    }

    /// What is left out of the menu, with the count: `2 items`, `edge of 1 item`, `fetch run 3 times`.
    #[must_use]
    pub fn words(&self) -> String {
        let many = if self.count == 1 { "" } else { "s" };
        let items = format!("{} item{many}", self.count);
        match (self.property, self.command, self.without) {
            ("", "", "") => items,
            ("", "", without) => format!("{items}, without {without}"),
            ("", command, _) => format!("{command} run {} time{many}", self.count),
            (property, _, "") => format!("{property} of {items}"),
            (property, _, without) => format!("{property} of {items}: {without}"),
        }
    }
}

impl Router {
    /// What this device's configuration uses and the simulation leaves out, by menu: menus of the catalogue that hold
    /// something, properties that are stored only, what a feature as a whole leaves out, and commands that did nothing.
    /// A menu's own entry (without a property) stands before those of its properties.
    #[must_use]
    pub fn left_out(&self) -> Vec<LeftOut> {
        let mut all = Vec::new();
        for def in MENUS.iter().copied() {
            if let Some(table) = self.config.table(def) {
                typed_menu(def, table, &mut all);
            }
        }
        for (path, table) in &self.config.catalog {
            catalogue_menu(path, table, &mut all);
        }
        all.extend(FEATURES.iter().flat_map(|feature| (feature.left_out)(&self.config)));
        let commands = self.not_simulated.iter().map(|((menu, command), count)| LeftOut {
            command,
            ..LeftOut::menu(menu, "", usize::try_from(*count).unwrap_or(usize::MAX))
        });
        all.extend(commands);
        all.retain(|entry| entry.count > 0);
        // Stable: what stands together stays so.
        all.sort_by_key(|entry| entry.menu);
        all
    }

    /// RouterOS version that the device shows.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }
}

/// True when somebody set a property of the row.
fn is_set(table: &dyn AnyTable, row: usize) -> bool {
    !table.dynamic(row)
        && ((0..table.def().properties.len()).any(|property| table.explicit(row, property))
            || !table.extra(row).is_empty())
}

/// A menu with a struct: what it leaves out as a whole, and its stored-only properties that are set.
fn typed_menu(def: &'static MenuDef, table: &dyn AnyTable, all: &mut Vec<LeftOut>) {
    let rows: Vec<usize> = (0..table.len()).filter(|row| is_set(table, *row)).collect();
    if let Some(without) = def.not_simulated {
        all.push(LeftOut::menu(def.path, without, rows.len()));
    }
    let stored = def.properties.iter().enumerate().filter(|(_, property)| !property.simulated);
    for (index, property) in stored {
        let count = rows.iter().filter(|row| table.explicit(**row, index)).count();
        all.push(LeftOut::property(def.path, property.name, count));
    }
    let mut extra: BTreeMap<usize, usize> = BTreeMap::new();
    for index in rows.iter().flat_map(|row| table.extra(*row)) {
        *extra.entry(index).or_default() += 1;
    }
    let named = |(index, count)| Some(LeftOut::property(def.path, table.property(index)?.name, count));
    all.extend(extra.into_iter().filter_map(named));
}

/// A menu of the catalogue: its items, and each property that is set.
fn catalogue_menu(path: &'static str, table: &dyn AnyTable, all: &mut Vec<LeftOut>) {
    let rows: Vec<usize> = (0..table.len()).filter(|row| is_set(table, *row)).collect();
    all.push(LeftOut::menu(path, "", rows.len()));
    for (index, property) in table.def().properties.iter().enumerate() {
        let count = rows.iter().filter(|row| table.explicit(**row, index)).count();
        all.push(LeftOut::property(path, property.name, count));
    }
}
