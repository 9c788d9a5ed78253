//! [`CatalogTable`]: items of a menu without a struct.

use super::facts::{Builtin, Facts, Selector};
use super::{Catalog, CatalogMenu, CatalogProperty, CatalogValue, Named};
use crate::table::Rows;
use crate::{
    Access, AnyTable, Extra, Id, Kind, Layout, MenuDef, Names, Namespace, Prepared, PropertyError, Row,
    SavedRow, StatsLayout, Text, Value, missing_arguments,
};
use std::any::Any;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// An item of a catalogue menu: what was set, by property index.
#[derive(Clone, Debug, Default)]
pub struct CatalogItem {
    values: BTreeMap<u16, CatalogValue>,
    builtin: Option<&'static Builtin>,
    /// The interface that the item belongs to, where there is one for each.
    of: Option<(Namespace, Id)>,
}

impl CatalogItem {
    /// What was set of a property.
    #[must_use]
    pub fn get(&self, property: usize) -> Option<&CatalogValue> {
        self.values.get(&u16::try_from(property).ok()?)
    }

    /// Sets or, with `None`, removes a property.
    pub fn set(&mut self, property: usize, value: Option<CatalogValue>) {
        let Ok(property) = u16::try_from(property) else { return };
        match value {
            Some(value) => self.values.insert(property, value),
            None => self.values.remove(&property),
        };
    }

    /// Every value that was set, by property index.
    pub fn values(&self) -> impl Iterator<Item = (usize, &CatalogValue)> {
        self.values.iter().map(|(property, value)| (usize::from(*property), value))
    }

    /// The built-in item that this is.
    #[must_use]
    pub fn builtin(&self) -> Option<&'static Builtin> {
        self.builtin
    }
}

/// The items of a menu that has no struct: checked by the catalogue, stored, printed, exported.
#[derive(Clone, Debug)]
pub struct CatalogTable {
    menu: &'static CatalogMenu,
    rows: Rows<CatalogItem>,
    /// For which state of the other menus [`Self::mark_invalid`] looked at the rows.
    checked: u64,
}

static NO_FACTS: Facts = Facts {
    space: None,
    interface_type: None,
    names: None,
    flags: None,
    columns: &[],
    detail: false,
    stats: &[],
    counters: Vec::new(),
    stats_detail: false,
    shown: Vec::new(),
    references: Vec::new(),
    unique: Vec::new(),
    needs: Vec::new(),
    items: Vec::new(),
    each: None,
    defaults: Vec::new(),
    oids: Vec::new(),
    kinds: None,
    silent: &[],
    lists: &[],
    ranges: Vec::new(),
    forms: Vec::new(),
    selector: Selector::Name,
    fixed: None,
};

/// Stands for a menu that the catalogue lacks.
static NO_MENU: CatalogMenu = CatalogMenu {
    path: "",
    kind: Kind::Commands,
    boards_only: false,
    print_stats: false,
    commands: &[],
    other_commands: &[],
    keys: &[],
    properties: &[],
    born_disabled: false,
    facts: &NO_FACTS,
    def: MenuDef {
        path: "",
        kind: Kind::Commands,
        help: "",
        properties: &[],
        flags: &[],
        columns: &[],
        layout: Layout::Table,
        commands: &[],
        name_property: None,
        namespace: None,
        ordered: false,
        can_disable: false,
        can_comment: false,
        dynamic_unnumbered: false,
        wide_number: false,
        stats_layout: StatsLayout::Table,
        stats_columns: &[],
        not_simulated: None,
    },
};

/// What an item of the device has by itself, by property.
type OwnValues = Vec<(&'static str, String)>;

/// By what they have; only looked up, so the order of the calls cannot leak.
static OWN: Mutex<BTreeMap<OwnValues, &'static Builtin>> = Mutex::new(BTreeMap::new());

impl CatalogTable {
    /// The table of a catalogue menu, found by its path: empty, or with the one row of a settings menu. A menu that
    /// the catalogue lacks gives a table that can hold nothing.
    #[must_use]
    pub fn new(def: &'static MenuDef) -> Self {
        Self::at(def.path).unwrap_or_else(|| Self { menu: &NO_MENU, rows: Rows::default(), checked: 0 })
    }

    /// The same by path; `None` when the catalogue has no such menu.
    #[must_use]
    pub fn at(path: &str) -> Option<Self> {
        let menu = Catalog::get().menu(path)?;
        let mut table = Self { menu, rows: Rows::default(), checked: 0 };
        if menu.kind == Kind::Settings {
            let id = table.rows.allocate();
            let item = CatalogItem { builtin: menu.facts.items.first(), ..CatalogItem::default() };
            table.rows.insert(Row::new(id, item, false), None);
            return Some(table);
        }
        for builtin in &menu.facts.items {
            let item = CatalogItem { builtin: Some(builtin), ..CatalogItem::default() };
            let mut row = Row::new(builtin.id, item, builtin.get("dynamic") == Some("yes"));
            row.disabled = builtin.get("disabled") == Some("yes");
            row.comment = builtin.get("comment").unwrap_or("").into();
            table.rows.insert(row, None);
        }
        Some(table)
    }

    /// Puts in an item that the device has by itself, with these values (hardware that is made on demand). There are few
    /// kinds of them: what they have by themselves is kept for the process.
    pub fn push_own(&mut self, id: Id, values: &[(&'static str, &str)]) {
        let key = values.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        let mut known = OWN.lock().unwrap_or_else(PoisonError::into_inner);
        let builtin = *known.entry(key).or_insert_with_key(|key: &OwnValues| {
            let value = |(name, value): &(&'static str, String)| (*name, &*value.clone().leak());
            let values: Vec<(&'static str, &'static str)> = key.iter().map(value).collect();
            Box::leak(Box::new(Builtin { id: Id(0), values: values.leak() }))
        });
        let item = CatalogItem { values: BTreeMap::new(), builtin: Some(builtin), of: None };
        let mut row = Row::new(id, item, false);
        row.disabled = builtin.get("disabled") == Some("yes");
        self.rows.insert(row, None);
    }

    /// The catalogue's facts about the menu.
    #[must_use]
    pub fn menu(&self) -> &'static CatalogMenu {
        self.menu
    }

    /// The rows in order.
    #[must_use]
    pub fn rows(&self) -> &[Row<CatalogItem>] {
        self.rows.as_slice()
    }

    fn property(&self, property: usize) -> Option<&'static CatalogProperty> {
        self.menu.properties.get(property)
    }

    /// What is shown while nothing was set: what a built-in item has by itself, else the default.
    fn own(&self, item: &CatalogItem, property: usize) -> Option<&'static str> {
        let known = self.property(property)?;
        item.builtin.and_then(|builtin| builtin.get(known.name)).or(known.default)
    }

    /// The text that is shown.
    fn text(&self, index: usize, property: usize, names: &dyn Names) -> Option<Text> {
        let item = &self.rows()[index].item;
        if let Some((space, id)) = item.of.filter(|_| self.menu.def.name_property == Some(property)) {
            return names.name(space, id);
        }
        if self.menu.facts.kinds.is_some()
            && self.of_other_kind(item, property)
            && self.is_default(index, property, names)
        {
            return None;
        }
        match item.get(property) {
            Some(CatalogValue::Unset) => None,
            Some(value) => {
                let mut text = Text::default();
                value.print(names, &mut text);
                Some(text)
            }
            None => self.own(item, property).map(Text::from),
        }
    }

    /// Has the property its default, which nobody wants to see?
    fn is_silent(&self, index: usize, property: usize, names: &dyn Names) -> bool {
        let silent = self.menu.facts.silent;
        !silent.is_empty()
            && self.property(property).is_some_and(|property| silent.contains(&property.name))
            && self.is_default(index, property, names)
    }

    /// Has the property a meaning only for items of a kind that this one is not of (`pcq-rate` of a FIFO)?
    fn of_other_kind(&self, item: &CatalogItem, property: usize) -> bool {
        let Some((kind, words)) = self.menu.facts.kinds else { return false };
        let name = self.property(property).map_or("", |property| property.name);
        let of_word = |word: &&&str| name.strip_prefix(**word).is_some_and(|rest| rest.starts_with('-'));
        let Some(word) = words.iter().find(of_word) else { return false };
        let kind = self.menu.def.property(kind);
        let own = kind.and_then(|kind| item.get(kind)).and_then(CatalogValue::text);
        match own {
            Some(own) => own != word,
            None => kind.and_then(|kind| self.own(item, kind)) != Some(word),
        }
    }

    /// Where a built-in item stands before any is moved.
    fn born_index(&self, index: usize) -> usize {
        let builtin = self.rows()[index].item.builtin;
        let mut items = self.menu.facts.items.iter();
        builtin.and_then(|own| items.position(|item| std::ptr::eq(item, own))).unwrap_or(index)
    }

    /// Changes a property from code, as a view over this menu does (`/interface` renames what stands here).
    ///
    /// # Panics
    /// When there is no such row.
    pub fn set_text(&mut self, index: usize, property: usize, text: Option<Text>) {
        self.rows.as_mut_slice()[index].item.set(property, text.map(CatalogValue::Text));
    }

    /// Makes an item for each of these, in a menu that has one for each, with what it has by itself; those of others go.
    pub fn mirror(&mut self, space: Namespace, items: &[(Id, Option<&'static Builtin>)]) {
        let mirrored = self.rows().iter().filter(|row| row.item.of.is_some());
        if mirrored.map(|row| row.id).eq(items.iter().map(|(id, _)| *id)) {
            return;
        }
        self.rows.retain(|row| row.item.of.is_none() || items.iter().any(|(id, _)| *id == row.id));
        for (id, builtin) in items {
            if self.rows.position(*id).is_none() {
                let of = Some((space, *id));
                let item = CatalogItem { of, builtin: *builtin, ..CatalogItem::default() };
                self.rows.insert(Row::new(*id, item, false), None);
            }
        }
        // Items that somebody added stay behind them.
        let place =
            |row: &Row<CatalogItem>| items.iter().position(|(id, _)| *id == row.id).unwrap_or(items.len());
        self.rows.sort_by(|a, b| place(a).cmp(&place(b)));
    }

    /// The ids of items that name something that is gone, when that may have changed: `removals` counts what was ever
    /// removed anywhere. Hand them to [`Self::mark_invalid`].
    #[must_use]
    pub fn invalid_items(&self, removals: u64, names: &dyn Names) -> Option<Vec<Id>> {
        let gone = |(space, id): (Namespace, Id)| names.name(space, id).is_none();
        let invalid =
            |row: &&Row<CatalogItem>| row.item.values.values().flat_map(CatalogValue::items).any(gone);
        (self.checked != removals).then(|| self.rows().iter().filter(invalid).map(|row| row.id).collect())
    }

    /// Marks the items with these ids, in the order of the rows, as invalid and the others as not.
    pub fn mark_invalid(&mut self, removals: u64, ids: &[Id]) {
        self.checked = removals;
        let mut ids = ids.iter().peekable();
        for row in self.rows.as_mut_slice() {
            row.invalid = ids.next_if(|id| **id == row.id).is_some();
        }
    }

    /// A copy of an item for `copy-from`: what a built-in one has by itself is set in the copy, and the copy gets a
    /// name of its own.
    fn copy(&self, item: &CatalogItem) -> CatalogItem {
        let mut copy = CatalogItem { values: item.values.clone(), ..CatalogItem::default() };
        let known = self.menu.properties.iter().enumerate().filter(|(_, p)| p.access != Access::ReadOnly);
        for (index, property) in known {
            let own = item.builtin.and_then(|builtin| builtin.get(property.name));
            if let (None, Some(own)) = (item.get(index), own) {
                copy.set(index, Some(CatalogValue::Text(own.into())));
            }
        }
        if let Some(name) = self.menu.def.name_property {
            copy.set(name, None);
        }
        copy
    }

    /// Where an item goes that is added at the end: before built-in ones with ids from the far end
    /// (`default-encryption`), which stay last; one that is the first item by itself (the template of
    /// `/ip/ipsec/policy`) stays first.
    fn end(&self) -> Option<usize> {
        if self.rows().first().is_some_and(|row| row.id >= Id::FAR) {
            return None;
        }
        let last = self.rows().iter().rposition(|row| row.id < Id::FAR).map_or(0, |at| at + 1);
        (last < self.len()).then_some(last)
    }

    fn apply(
        &self,
        item: &mut CatalogItem,
        arguments: &[(usize, Option<Value>)],
        names: &dyn Names,
    ) -> Result<(), PropertyError> {
        for (index, value) in arguments {
            let Some(property) = self.property(*index) else {
                return Err(PropertyError::read_only(""));
            };
            if property.access == Access::ReadOnly {
                return Err(PropertyError::read_only(property.name));
            }
            let value = match value {
                Some(value) => {
                    let checked = property.read(value, names);
                    Some(checked.map_err(|error| PropertyError { property: property.name, error })?)
                }
                // Without it the default would come back.
                None if property.unset && self.own(item, *index).is_some_and(|own| !own.is_empty()) => {
                    Some(CatalogValue::Unset)
                }
                None => None,
            };
            item.set(*index, value);
        }
        Ok(())
    }
}

/// A `Prepared` of catalogue items keeps what is explicit in the item itself.
fn prepared(item: CatalogItem, disabled: Option<bool>, comment: Option<Text>) -> Prepared {
    let extra = Extra::default();
    Prepared { item: Box::new(item), disabled, disabled_explicit: false, comment, explicit: 0, extra }
}

impl AnyTable for CatalogTable {
    fn def(&self) -> &'static MenuDef {
        &self.menu.def
    }
    fn len(&self) -> usize {
        self.rows().len()
    }
    fn id(&self, index: usize) -> Id {
        self.rows()[index].id
    }
    fn index_of(&self, id: Id) -> Option<usize> {
        self.rows.position(id)
    }
    fn dynamic(&self, index: usize) -> bool {
        self.rows()[index].dynamic
    }
    fn disabled(&self, index: usize) -> bool {
        self.rows()[index].disabled
    }
    fn disabled_explicit(&self, index: usize) -> bool {
        self.rows()[index].disabled_explicit
    }
    fn comment(&self, index: usize) -> &Text {
        &self.rows()[index].comment
    }
    fn reason(&self, index: usize) -> Option<&str> {
        self.rows()[index].reason.as_deref()
    }
    fn flag(&self, index: usize, flag: usize) -> bool {
        let row = &self.rows()[index];
        match self.menu.def.flags.get(flag).map(|flag| flag.name) {
            Some("disabled") => row.disabled,
            Some("dynamic") => row.dynamic,
            Some("invalid") => row.invalid && !row.disabled,
            Some("builtin" | "default") => row.item.builtin.is_some(),
            // Other state is what a property says (`template`); nothing else comes about without a simulation.
            Some(other) => self.menu.def.property(other).is_some_and(|property| {
                let set = row.item.get(property).and_then(CatalogValue::text);
                set.map_or_else(|| self.own(&row.item, property) == Some("yes"), |text| text == "yes")
            }),
            None => false,
        }
    }
    fn get(&self, index: usize, property: usize, names: &dyn Names) -> Option<Value> {
        let text = self.text(index, property, names)?;
        let known = self.property(property)?;
        if !known.list
            && let Some(CatalogValue::Items(_, parts)) = self.rows()[index].item.get(property)
            && let [part] = &**parts
            && let Named::Item(space, id) = part.named
            && names.name(space, id).is_none()
        {
            return Some(Value::Id(id));
        }
        Some(known.value(&text))
    }
    fn name(&self, index: usize, property: usize) -> Option<&[u8]> {
        let item = &self.rows()[index].item;
        match item.get(property) {
            Some(value) => value.text().map(|text| text.as_slice()),
            None => item.builtin?.get(self.property(property)?.name).map(str::as_bytes),
        }
    }
    fn print(&self, index: usize, property: usize, names: &dyn Names, out: &mut String) -> bool {
        if self.is_silent(index, property, names) {
            return false;
        }
        let own = self.property(property).and_then(|p| p.shown);
        if let (Some(shown), None) = (own, self.rows()[index].item.get(property)) {
            out.push_str(shown);
            return true;
        }
        let text = self.text(index, property, names);
        text.map(|text| out.push_str(&String::from_utf8_lossy(&text))).is_some()
    }
    fn explicit(&self, index: usize, property: usize) -> bool {
        let item = &self.rows()[index].item;
        // The interface that an item belongs to is nothing that was set.
        let own = item.of.is_some() && self.menu.def.name_property == Some(property);
        !own && item.get(property).is_some()
    }
    fn taken_away(&self, index: usize, property: usize) -> bool {
        self.rows()[index].item.get(property) == Some(&CatalogValue::Unset)
    }
    fn is_default(&self, index: usize, property: usize, names: &dyn Names) -> bool {
        let item = &self.rows()[index].item;
        let Some(set) = item.get(property) else { return true };
        if *set == CatalogValue::Unset {
            return false;
        }
        let mut text = Text::default();
        set.print(names, &mut text);
        self.own(item, property).is_some_and(|own| own.as_bytes() == text.as_slice())
    }
    fn builtin(&self, index: usize) -> bool {
        self.rows()[index].item.builtin.is_some()
    }
    fn selector(&self, index: usize) -> Option<String> {
        let item = &self.rows()[index].item;
        if item.builtin.is_none() && item.of.is_none() {
            return None;
        }
        match self.menu.facts.selector {
            // What it is called by itself; the export may give it another name.
            Selector::Name if self.menu.def.property("default-name").is_some() => None,
            Selector::Name if self.menu.def.name_property.is_some() => {
                item.builtin?.get("name").map(str::to_owned)
            }
            Selector::Name => item.builtin.map(|_| self.born_index(index).to_string()),
            Selector::Id => Some(self.rows()[index].id.to_string()),
            Selector::Default => Some("[ find default=yes ]".into()),
            Selector::Find => {
                let (name, value) = item.builtin?.values.first()?;
                Some(format!("[ find {name}={value} ]"))
            }
            // Where it stands by itself.
            Selector::Number => Some(self.born_index(index).to_string()),
        }
    }
    fn born_disabled(&self, index: usize) -> bool {
        match self.rows()[index].item.builtin {
            Some(builtin) => builtin.get("disabled") == Some("yes"),
            None => self.menu.born_disabled,
        }
    }
    fn born_comment(&self, index: usize) -> &'static str {
        self.rows()[index].item.builtin.and_then(|builtin| builtin.get("comment")).unwrap_or("")
    }
    fn references(&self, index: usize, f: &mut dyn FnMut(usize, Namespace, Id)) {
        let item = &self.rows()[index].item;
        // Interfaces that are no ports were made by somebody.
        if let (Some((space, id)), Some(_), Some(name)) = (item.of, item.builtin, self.menu.def.name_property)
        {
            f(name, space, id);
        }
        for (property, value) in item.values() {
            value.items().for_each(|(space, id)| f(property, space, id));
        }
    }
    fn prepare_add(
        &self,
        copy_from: Option<usize>,
        arguments: &[(usize, Option<Value>)],
        names: &dyn Names,
    ) -> Result<Prepared, PropertyError> {
        let source = copy_from.map(|index| &self.rows()[index]);
        let mut item = source.map_or_else(CatalogItem::default, |row| self.copy(&row.item));
        self.apply(&mut item, arguments, names)?;
        if source.is_none() {
            missing_arguments(&self.menu.def, |property| item.get(property).is_some())?;
        }
        let disabled = source.map_or(self.menu.born_disabled, |row| row.disabled);
        let mut prepared = prepared(item, Some(disabled), source.map(|row| row.comment.clone()));
        prepared.disabled_explicit = source.is_some_and(|row| row.disabled_explicit);
        Ok(prepared)
    }
    fn prepare_set(
        &self,
        index: usize,
        arguments: &[(usize, Option<Value>)],
        names: &dyn Names,
    ) -> Result<Prepared, PropertyError> {
        let mut item = self.rows()[index].item.clone();
        self.apply(&mut item, arguments, names)?;
        // `!name` cannot take away what an item must have.
        let taken = |property: usize| arguments.iter().any(|(at, value)| *at == property && value.is_none());
        missing_arguments(&self.menu.def, |property| !taken(property) || item.get(property).is_some())?;
        Ok(prepared(item, None, None))
    }
    fn insert(&mut self, prepared: Prepared, at: Option<usize>, id: Option<Id>) -> Id {
        let at = at.or_else(|| self.end());
        self.rows.insert_prepared(prepared, at, id)
    }
    fn replace(&mut self, index: usize, prepared: Prepared) {
        self.checked = u64::MAX;
        self.rows.replace(index, prepared);
    }
    fn set_disabled(&mut self, index: usize, disabled: bool) {
        let row = &mut self.rows.as_mut_slice()[index];
        (row.disabled, row.disabled_explicit) = (disabled, true);
    }
    fn set_comment(&mut self, index: usize, comment: Text) {
        self.rows.as_mut_slice()[index].comment = comment;
    }
    fn remove(&mut self, index: usize) {
        self.rows.remove(index);
    }
    fn remove_ids(&mut self, ids: &[Id]) {
        self.rows.remove_ids(ids);
    }
    fn move_row(&mut self, index: usize, to: Option<usize>) {
        self.rows.move_row(index, to);
    }
    fn save(&self, index: usize) -> SavedRow {
        SavedRow::new(&self.rows()[index])
    }
    fn restore(&mut self, saved: &SavedRow) -> bool {
        let Some(at) = self.rows.position(saved.id()) else { return false };
        self.rows.as_mut_slice()[at] = saved.row();
        true
    }
    fn put_back(&mut self, rows: &[(SavedRow, Option<Id>)]) {
        self.rows.put_back(rows.iter().map(|(saved, before)| (saved.row(), *before)).collect());
    }
    fn alone(&self, saved: &SavedRow) -> Box<dyn AnyTable> {
        let mut rows = Rows::default();
        rows.insert(saved.row(), None);
        Box::new(Self { menu: self.menu, rows, checked: self.checked })
    }
    fn as_any(&self) -> &dyn Any {
        self
    }
    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}
