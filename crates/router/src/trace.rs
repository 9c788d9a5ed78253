//! Where items come from: the places of the commands that added and set them, for who reads a configuration critically.

use crate::Router;
use console::Position;
use menu::{Id, MenuDef};
use std::collections::BTreeMap;

/// The places of each item's commands, by the menu's path.
pub(crate) type Trace = BTreeMap<(&'static str, Id), Vec<Position>>;

/// Most places that are kept of one item: a script may set it very often.
const MAX_PLACES: usize = 16;

impl Router {
    /// From now on the places of commands that add or set items are kept, for [`Router::places`].
    pub fn trace_items(&mut self) {
        self.trace.get_or_insert_default();
    }

    /// Where in the source that was loaded an item was added and set, in that order; empty without
    /// [`Router::trace_items`], and for what no command made.
    #[must_use]
    pub fn places(&self, menu: &'static MenuDef, item: Id) -> &[Position] {
        let places = self.trace.as_ref().and_then(|trace| trace.get(&(menu.path, item)));
        places.map(Vec::as_slice).unwrap_or_default()
    }

    /// Keeps the place of a command.
    pub(crate) fn keep_place(&mut self, menu: &'static MenuDef, items: &[Id], position: Position) {
        let Some(trace) = &mut self.trace else { return };
        for item in items {
            let places = trace.entry((menu.path, *item)).or_default();
            if places.len() < MAX_PLACES {
                places.push(position);
            }
        }
    }
}
