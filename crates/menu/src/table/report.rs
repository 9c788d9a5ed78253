//! What of a table's configuration changes nothing in the simulation.

use crate::AnyTable;
use std::collections::BTreeMap;
use std::fmt;

/// What of one menu is accepted, stored and printed, but not simulated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotSimulated {
    /// Path of the menu.
    pub menu: &'static str,
    /// What the feature leaves out as a whole.
    pub reason: Option<&'static str>,
    /// Number of configured items (not dynamic).
    pub items: usize,
    /// Properties that were set explicitly, with the number of items, by name.
    pub properties: Vec<(&'static str, usize)>,
}

impl fmt::Display for NotSimulated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.menu)?;
        if let Some(reason) = self.reason {
            let items = if self.items == 1 { "item" } else { "items" };
            write!(f, " ({reason}; {} {items})", self.items)?;
        }
        for (i, (name, count)) in self.properties.iter().enumerate() {
            write!(f, "{} {name}", if i == 0 { ":" } else { "," })?;
            if *count > 1 {
                write!(f, " ({count})")?;
            }
        }
        Ok(())
    }
}

/// What of the table is not simulated; `None` when nothing of it is set. Rows that features made do not count.
#[must_use]
pub fn not_simulated(table: &dyn AnyTable) -> Option<NotSimulated> {
    let def = table.def();
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    let mut items = 0;
    for row in (0..table.len()).filter(|row| !table.dynamic(*row)) {
        let own = 0..def.properties.len();
        let mut any = false;
        for property in own.chain(table.extra(row)) {
            if !table.explicit(row, property) {
                continue;
            }
            any = true;
            if let Some(property) = table.property(property).filter(|property| !property.simulated) {
                *counts.entry(property.name).or_default() += 1;
            }
        }
        items += usize::from(any);
    }
    let reason = def.not_simulated.filter(|_| items > 0);
    if reason.is_none() && counts.is_empty() {
        return None;
    }
    Some(NotSimulated { menu: def.path, reason, items, properties: counts.into_iter().collect() })
}
