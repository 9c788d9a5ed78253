//! [`Config`]: the items of every menu, as data.
//!
//! Configuration is data and state is derived from it: a command changes items here, the features that own the
//! changed menus bring [`State`] in line, and the packet path reads only the state.

use crate::features::{FEATURES, MENUS, Tables, owner};
use crate::interface::loopback::NAME as LOOPBACK;
use crate::left_out::LeftOut;
use crate::state::State;
use clock::Instant;
use menu::{AnyTable, CatalogTable, Id, Lookup, MenuDef, Names, Namespace, Prepared, Rejected, Text};
use std::collections::BTreeMap;

/// What a feature offers to the device; one `static FEATURE` in each feature folder.
pub struct Feature {
    /// Rules over several properties or items, before a change is stored. May fill in what RouterOS computes (a
    /// default name, the network of an address).
    pub check: fn(&Config, &mut Change<'_>) -> Result<(), Rejected>,
    /// Brings the engines in line with the items, once after any number of changes.
    pub apply: fn(&mut Config, &mut State, Instant),
    /// Brings read-only fields and dynamic rows up to date before they are read.
    pub refresh: fn(&mut Config, &mut State, Instant),
    /// Commands beyond the common ones; `None` = not this feature's.
    pub command: fn(&mut crate::Router, &console::CommandCall) -> Option<console::Outcome>,
    /// What the items ask for and the simulation leaves out, beyond what the menu's struct declares (a value of a
    /// property that acts otherwise), as [`crate::Router::left_out`] says it; entries that count nothing are passed over.
    pub left_out: fn(&Config) -> Vec<LeftOut>,
}

impl Feature {
    /// A feature that does nothing of its own; override what it needs.
    pub const NONE: Self = Self {
        check: |_, _| Ok(()),
        apply: |_, _, _| {},
        refresh: |_, _, _| {},
        command: |_, _| None,
        left_out: |_| Vec::new(),
    };
}

/// A change that is about to be stored.
pub enum Change<'a> {
    /// A new item.
    Add(&'static MenuDef, &'a mut Prepared),
    /// New properties of an item.
    Set(&'static MenuDef, Id, &'a mut Prepared),
    /// An item goes.
    Remove(&'static MenuDef, Id),
    /// An item is enabled (`false`) or disabled (`true`).
    Disable(&'static MenuDef, Id, bool),
}

impl<'a> Change<'a> {
    /// Whether the item will be disabled afterwards.
    pub(crate) fn disabled(&self, config: &Config) -> bool {
        let now = |menu: &'static MenuDef, id: Id| {
            let table = config.table(menu);
            table.is_some_and(|table| table.index_of(id).is_some_and(|index| table.disabled(index)))
        };
        match self {
            Change::Add(_, prepared) => prepared.disabled.unwrap_or(false),
            Change::Set(menu, id, prepared) => prepared.disabled.unwrap_or_else(|| now(menu, *id)),
            Change::Remove(menu, id) => now(menu, *id),
            Change::Disable(.., disabled) => *disabled,
        }
    }

    /// The new item of type `T`, when this change adds or sets one.
    pub fn item<T: menu::Menu>(&mut self) -> Option<(Option<Id>, &mut T)> {
        match self {
            Change::Add(_, prepared) => Some((None, prepared.item.downcast_mut::<T>()?)),
            Change::Set(_, id, prepared) => Some((Some(*id), prepared.item.downcast_mut::<T>()?)),
            Change::Remove(..) | Change::Disable(..) => None,
        }
    }
}

/// The configuration of one device.
#[derive(Clone, Default)]
pub struct Config {
    /// Menus that have a struct.
    pub tables: Tables,
    /// Menus that have none, by path: accepted, stored, printed, exported. Made on first use.
    pub catalog: BTreeMap<&'static str, CatalogTable>,
    /// Features (bit = index in [`FEATURES`]) whose menus changed since they were applied.
    pub(crate) changed: u64,
    /// Features (bit as in `changed`) whose menus changed otherwise than by rows added at the end: one with very many
    /// rows need not look at all of them for each row that is added.
    pub(crate) rewritten: u64,
    /// Features (bit as in `changed`) that lost an item since they were applied: one like it that is added now is a
    /// new one, not the same.
    pub(crate) removed: u64,
    /// What address lists hold, so that adding to them does not scan them.
    pub(crate) address_lists: crate::ip::firewall::address_list::Index,
    /// `lo`, which has no menu of its own.
    pub(crate) loopback: crate::interface::loopback::Loopback,
    /// What the device runs on; `None`: a CHR.
    pub(crate) board: Option<std::sync::Arc<crate::Board>>,
    /// Counts removals: what refers to something may refer to nothing after one.
    pub(crate) removals: u64,
    /// The menu that was opened for a change last: its rows, built-in ones too, are there.
    pub(crate) opened: Option<&'static MenuDef>,
    /// Last id given to an interface: all interface menus share one space.
    last_interface: u32,
}

/// Where names of routing tables live.
const ROUTING_TABLE: Namespace = Namespace("routing-table");

/// Where interface names live: every `/interface/*` menu.
pub const INTERFACE: Namespace = Namespace("interface");

/// Index in [`MENUS`] of a menu that has a struct.
pub(crate) fn typed(menu: &'static MenuDef) -> Option<usize> {
    MENUS.iter().position(|def| std::ptr::eq(*def, menu))
}

impl Config {
    /// The items of a menu; `None` for a menu of the catalogue that was not used yet.
    pub fn table(&self, menu: &'static MenuDef) -> Option<&dyn AnyTable> {
        match typed(menu) {
            Some(index) => Some(self.tables.table(index)),
            None => self.catalog.get(menu.path).map(|table| table as &dyn AnyTable),
        }
    }

    /// The items of a menu, to change them; a catalogue table is made on demand.
    pub(crate) fn table_mut(&mut self, menu: &'static MenuDef) -> &mut dyn AnyTable {
        match typed(menu) {
            Some(index) => self.tables.table_mut(index),
            None => self.catalog.entry(menu.path).or_insert_with(|| CatalogTable::new(menu)),
        }
    }

    /// A fresh id of the space that all interfaces share.
    pub(crate) fn next_interface_id(&mut self) -> Id {
        self.last_interface += 1;
        Id(self.last_interface)
    }

    /// Marks the feature that owns `menu` as changed, and with it every feature after it that reads its items.
    pub(crate) fn mark(&mut self, menu: &'static MenuDef) {
        if let Some(index) = typed(menu) {
            // Later features lie on earlier ones (an address on an interface): all of them are brought in line,
            // in order. Applying is idempotent and costs nothing on the packet path.
            self.changed |= u64::MAX << owner(index);
            self.rewritten |= u64::MAX << owner(index);
        } else if menu.namespace == Some(INTERFACE) {
            self.mark_all();
        }
    }

    /// True when changes wait and none of them took an item from the menu: then an item can be added to it before they
    /// are applied.
    pub(crate) fn takes_more(&self, menu: &'static MenuDef) -> bool {
        self.changed != 0 && typed(menu).is_none_or(|index| self.removed >> owner(index) & 1 == 0)
    }

    /// As [`Config::mark`], when an item of `menu` went.
    pub(crate) fn mark_removed(&mut self, menu: &'static MenuDef) {
        self.mark(menu);
        if let Some(index) = typed(menu) {
            self.removed |= 1 << owner(index);
        }
    }

    /// As [`Config::mark`], when all that changed in `menu` is a row added at its end.
    pub(crate) fn mark_added(&mut self, menu: &'static MenuDef) {
        if let Some(index) = typed(menu) {
            let own = owner(index);
            self.changed |= u64::MAX << own;
            self.rewritten |= (u64::MAX << own) & !(1 << own);
        } else {
            self.mark(menu);
        }
    }

    /// True when a menu's rows are the ones of the last time and those added at the end since; asked in `apply`.
    pub(crate) fn only_added(&self, menu: &'static MenuDef) -> bool {
        typed(menu).is_some_and(|index| self.rewritten >> owner(index) & 1 == 0)
    }

    /// The menu that holds an item: `/interface` only shows those of the menus of its kinds.
    pub(crate) fn owner_of(&self, menu: &'static MenuDef, id: Id) -> &'static MenuDef {
        if !std::ptr::eq(menu, <crate::interface::Interface as menu::Menu>::DEF) {
            return menu;
        }
        let holds = |(index, def): &(usize, &&'static MenuDef)| {
            def.namespace == Some(INTERFACE) && self.tables.table(*index).index_of(id).is_some()
        };
        let typed = MENUS.iter().enumerate().find(holds).map(|(_, def)| *def);
        typed.or_else(|| Some(self.stored_interface(id)?.0.def())).unwrap_or(menu)
    }

    /// Marks every feature as changed.
    pub(crate) fn mark_all(&mut self) {
        self.changed = u64::MAX;
        self.rewritten = u64::MAX;
    }

    /// Runs the rules of the feature that owns the menu.
    pub(crate) fn check(&self, menu: &'static MenuDef, mut change: Change<'_>) -> Result<(), Rejected> {
        match typed(menu) {
            Some(index) => (FEATURES[owner(index)].check)(self, &mut change),
            None => crate::catalog::check(self, menu, &mut change),
        }
    }
}

/// Set in the ids of the routing tables of VRFs, which are in no menu of tables.
const VRF_TABLE: u32 = 1 << 30;

/// The id that stands for the routing table `main`, which is in no menu.
pub(crate) const MAIN_TABLE: Id = Id(u32::MAX);

impl Config {
    /// The routing tables: `main`, those of `/routing/table`, and the one that each VRF has under its own name. Both
    /// menus are stored by the catalogue.
    fn routing_tables(&self) -> impl Iterator<Item = (Id, Text)> {
        let rows = |path: &str, of: fn(Id) -> Id| {
            let table = self.catalog.get(path);
            table.into_iter().flat_map(move |table| {
                let name = table.def().name_property;
                let text = move |row| Some((of(table.id(row)), Text::from(table.name(row, name?)?)));
                (0..table.len()).filter(|row| !table.builtin(*row)).filter_map(text)
            })
        };
        let own = rows("/routing/table", |id| id);
        let rows = own.chain(rows("/ip/vrf", |id| Id(id.0 | VRF_TABLE)));
        std::iter::once((MAIN_TABLE, Text::from("main"))).chain(rows)
    }
}

/// True when the names of this menu's items belong to the namespace. Bridges are interfaces and have one of their own.
fn owns(def: &MenuDef, namespace: Namespace) -> bool {
    let bridges = <crate::interface::bridge::Bridge as menu::Menu>::DEF;
    def.namespace == Some(namespace) || namespace == crate::names::BRIDGE && std::ptr::eq(def, bridges)
}

impl Config {
    /// The menu that holds an item of a space of names, and the item's id there.
    pub(crate) fn home(&self, space: Namespace, id: Id) -> Option<(&'static MenuDef, Id)> {
        if space == ROUTING_TABLE && id != MAIN_TABLE && id.0 & VRF_TABLE != 0 {
            return self.home(Namespace("vrf"), Id(id.0 & !VRF_TABLE));
        }
        let typed = MENUS.iter().enumerate().filter(|(_, def)| owns(def, space));
        let mut typed = typed.filter(|(index, _)| self.tables.table(*index).index_of(id).is_some());
        if let Some((_, def)) = typed.next() {
            return Some((def, id));
        }
        if space == INTERFACE {
            return self.stored_interface(id).map(|(table, _)| (table.def(), id));
        }
        let mut tables = menu::Catalog::members(space).iter().filter_map(|path| self.catalog.get(path));
        tables.find(|table| table.index_of(id).is_some()).map(|table| (table.def(), id))
    }
}

/// What a look-up has found so far.
struct Search<'a> {
    name: &'a Text,
    exact: Option<Id>,
    prefix: Lookup,
}

impl Search<'_> {
    fn see(&mut self, id: Id, known: &[u8]) {
        if known == self.name.as_slice() {
            self.exact = self.exact.or(Some(id));
        } else if !self.name.is_empty() && known.starts_with(self.name.as_slice()) {
            self.prefix = match self.prefix {
                Lookup::None => Lookup::One(id),
                Lookup::One(_) | Lookup::Ambiguous => Lookup::Ambiguous,
            };
        }
    }
}

impl Config {
    /// Calls `f` with id and name of every item of menus with a struct that has a name in the space; stops when `f`
    /// says so.
    fn typed_names(&self, namespace: Namespace, f: &mut dyn FnMut(Id, &[u8]) -> bool) {
        for (index, def) in MENUS.iter().enumerate() {
            let (true, Some(property)) = (owns(def, namespace), def.name_property) else {
                continue;
            };
            let table = self.tables.table(index);
            for row in 0..table.len() {
                if let Some(known) = table.name(row, property)
                    && f(table.id(row), known)
                {
                    return;
                }
            }
        }
    }
}

impl Names for Config {
    fn lookup(&self, namespace: Namespace, name: &Text) -> Lookup {
        if namespace == ROUTING_TABLE {
            let known = self.routing_tables().find(|(_, known)| known == name);
            return known.map_or(Lookup::None, |(id, _)| Lookup::One(id));
        }
        let mut search = Search { name, exact: None, prefix: Lookup::None };
        self.typed_names(namespace, &mut |id, known| {
            search.see(id, known);
            search.exact.is_some()
        });
        if search.exact.is_none() {
            self.catalog_names(namespace, &mut |id, known| search.see(id, known));
        }
        if namespace == INTERFACE {
            search.see(self.loopback.id, LOOPBACK.as_bytes());
        }
        match search.exact {
            Some(id) => Lookup::One(id),
            None if name.is_empty() => Lookup::Ambiguous,
            None => search.prefix,
        }
    }

    fn name(&self, namespace: Namespace, id: Id) -> Option<Text> {
        if namespace == ROUTING_TABLE {
            return self.routing_tables().find(|(known, _)| *known == id).map(|(_, name)| name);
        }
        if namespace == INTERFACE && id == self.loopback.id {
            return Some(LOOPBACK.into());
        }
        let mut typed = MENUS.iter().enumerate().filter(|(_, def)| owns(def, namespace));
        let typed = typed.find_map(|(index, def)| {
            let table = self.tables.table(index);
            let row = table.index_of(id)?;
            table.name(row, def.name_property?).map(Text::from)
        });
        typed.or_else(|| self.catalog_name(namespace, id))
    }

    fn all(&self, namespace: Namespace) -> Vec<Text> {
        if namespace == ROUTING_TABLE {
            return self.routing_tables().map(|(_, name)| name).collect();
        }
        let mut names = Vec::new();
        self.typed_names(namespace, &mut |_, name| {
            names.push(Text::from(name));
            false
        });
        self.catalog_names(namespace, &mut |_, name| names.push(Text::from(name)));
        if namespace == INTERFACE {
            names.push(LOOPBACK.into());
        }
        names
    }
}

/// Declares [`Config`] from the list of features.
macro_rules! features {
    ($($(#[$doc:meta])* $($feature:ident)::+ => { $($field:ident : $item:path),* $(,)? }),* $(,)?) => {
        /// The items of every menu that has a struct.
        #[derive(Clone, Default)]
        pub struct Tables {
            $($(
                #[doc = concat!("Items of `", stringify!($item), "`.")]
                pub $field: menu::Table<$item>,
            )*)*
        }

        /// Every menu that has a struct, in the order of the features.
        pub static MENUS: &[&menu::MenuDef] = &[$($(<$item as menu::Menu>::DEF,)*)*];

        /// Every feature, in order.
        pub static FEATURES: &[&crate::config::Feature] = &[$(&$($feature)::+::FEATURE,)*];

        /// For each menu of [`MENUS`]: the index of its feature.
        static OWNER: &[usize] = &{
            let mut owner = [0; MENUS.len()];
            let mut menu = 0;
            let mut feature = 0;
            $(
                $( let _ = stringify!($field); owner[menu] = feature; menu += 1; )*
                feature += 1;
            )*
            let _ = (menu, feature);
            owner
        };

        impl Tables {
            /// The table of menu number `menu` in [`MENUS`].
            pub fn table(&self, menu: usize) -> &dyn menu::AnyTable {
                let mut at = 0;
                $($(
                    if at == menu { return &self.$field; }
                    at += 1;
                )*)*
                unreachable!("menu {menu} of {at}")
            }
            /// The table of menu number `menu` in [`MENUS`], to change it.
            pub fn table_mut(&mut self, menu: usize) -> &mut dyn menu::AnyTable {
                let mut at = 0;
                $($(
                    if at == menu { return &mut self.$field; }
                    at += 1;
                )*)*
                unreachable!("menu {menu} of {at}")
            }
        }

        /// Index of the feature that owns menu number `menu`.
        pub fn owner(menu: usize) -> usize {
            OWNER[menu]
        }
    };
}
pub(crate) use features;
