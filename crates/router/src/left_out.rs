//! What a configuration uses and the simulation leaves out, so that it can be said once and is never silent.

use crate::Router;
use crate::features::{FEATURES, MENUS};
use menu::{AnyTable, MenuDef};
use std::collections::BTreeSet;

impl Router {
    /// What this device's configuration uses and the simulation leaves out, one text for each menu or command: menus of
    /// the catalogue that hold something, properties that are stored only, and what a feature as a whole leaves out.
    #[must_use]
    pub fn left_out(&self) -> Vec<String> {
        let mut texts = Vec::new();
        for def in MENUS.iter().copied() {
            if let Some(table) = self.config.table(def) {
                texts.extend(typed_menu(def, table));
            }
        }
        let used =
            self.config.catalog.iter().filter(|(_, table)| (0..table.len()).any(|row| is_set(*table, row)));
        texts.extend(used.map(|(path, _)| (*path).to_owned()));
        let features = FEATURES.iter().flat_map(|feature| (feature.left_out)(&self.config));
        texts.extend(features.map(ToOwned::to_owned));
        texts.extend(self.not_simulated.keys().cloned());
        texts
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

/// A menu with a struct: its stored-only properties that are set, and what it leaves out as a whole.
fn typed_menu(def: &'static MenuDef, table: &dyn AnyTable) -> Option<String> {
    let rows: Vec<usize> = (0..table.len()).filter(|row| is_set(table, *row)).collect();
    let mut stored = BTreeSet::new();
    for row in &rows {
        let declared = def.properties.iter().enumerate();
        let explicit =
            declared.filter(|(index, property)| !property.simulated && table.explicit(*row, *index));
        stored.extend(explicit.map(|(_, property)| property.name));
        stored
            .extend(table.extra(*row).into_iter().filter_map(|index| table.property(index)).map(|p| p.name));
    }
    let mut words: Vec<String> = Vec::new();
    if !stored.is_empty() {
        words.push(stored.into_iter().collect::<Vec<_>>().join(", "));
    }
    if let (Some(without), false) = (def.not_simulated, rows.is_empty()) {
        words.push(without.to_owned());
    }
    (!words.is_empty()).then(|| format!("{} ({})", def.path, words.join("; ")))
}
