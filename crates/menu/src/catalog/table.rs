//! [`CatalogTable`]: items of a menu without a struct.

use super::{Catalog, CatalogMenu, CatalogProperty};
use crate::table::Rows;
use crate::{
    Access, AnyTable, Extra, Id, Kind, Layout, MenuDef, Names, Prepared, PropertyError, Row, SavedRow, Text,
    Value, missing_arguments,
};
use std::any::Any;

/// An item of a catalogue menu: text by property index.
#[derive(Clone, Debug, Default)]
pub struct CatalogItem {
    values: Extra,
}

impl CatalogItem {
    /// The text of a property, when it was set.
    #[must_use]
    pub fn get(&self, property: usize) -> Option<&Text> {
        self.values.get(property)
    }
}

/// The items of a menu that has no struct: checked by the catalogue, stored, printed, exported.
#[derive(Clone, Debug)]
pub struct CatalogTable {
    menu: &'static CatalogMenu,
    rows: Rows<CatalogItem>,
}

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
        not_simulated: None,
    },
};

impl CatalogTable {
    /// The table of a catalogue menu, found by its path: empty, or with the one row of a settings menu. A menu that
    /// the catalogue lacks gives a table that can hold nothing.
    #[must_use]
    pub fn new(def: &'static MenuDef) -> Self {
        Self::at(def.path).unwrap_or_else(|| Self { menu: &NO_MENU, rows: Rows::default() })
    }

    /// The same by path; `None` when the catalogue has no such menu.
    #[must_use]
    pub fn at(path: &str) -> Option<Self> {
        let menu = Catalog::get().menu(path)?;
        let mut table = Self { menu, rows: Rows::default() };
        if menu.kind == Kind::Settings {
            let id = table.rows.allocate();
            table.rows.insert(Row::new(id, CatalogItem::default(), false), None);
        }
        Some(table)
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

    /// The text that is shown: what was set, else the default.
    fn text(&self, index: usize, property: usize) -> Option<Text> {
        let set = self.rows()[index].item.get(property).cloned();
        set.or_else(|| self.property(property)?.default.map(Text::from))
    }

    fn apply(
        &self,
        item: &mut CatalogItem,
        arguments: &[(usize, Option<Value>)],
    ) -> Result<(), PropertyError> {
        for (index, value) in arguments {
            let Some(property) = self.property(*index) else {
                return Err(PropertyError::read_only(""));
            };
            if property.access == Access::ReadOnly {
                return Err(PropertyError::read_only(property.name));
            }
            let text = match value {
                Some(value) => {
                    let checked = property.check(value);
                    Some(checked.map_err(|error| PropertyError { property: property.name, error })?)
                }
                None => None,
            };
            item.values.set(*index, text);
        }
        Ok(())
    }
}

/// A `Prepared` of catalogue items keeps what is explicit in the item itself.
fn prepared(item: CatalogItem, disabled: Option<bool>, comment: Option<Text>) -> Prepared {
    Prepared { item: Box::new(item), disabled, comment, explicit: 0, extra: Extra::default() }
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
    fn comment(&self, index: usize) -> &Text {
        &self.rows()[index].comment
    }
    fn reason(&self, index: usize) -> Option<&str> {
        self.rows()[index].reason.as_deref()
    }
    fn flag(&self, index: usize, flag: usize) -> bool {
        let row = &self.rows()[index];
        self.menu.def.flags.get(flag).is_some_and(|flag| flag.name == "disabled" && row.disabled)
    }
    fn get(&self, index: usize, property: usize, _: &dyn Names) -> Option<Value> {
        let text = self.text(index, property)?;
        Some(self.property(property)?.value(&text))
    }
    fn name(&self, index: usize, property: usize) -> Option<&[u8]> {
        self.rows()[index].item.get(property).map(|text| text.as_slice())
    }
    fn print(&self, index: usize, property: usize, _: &dyn Names, out: &mut String) -> bool {
        let text = self.text(index, property);
        text.map(|text| out.push_str(&String::from_utf8_lossy(&text))).is_some()
    }
    fn explicit(&self, index: usize, property: usize) -> bool {
        self.rows()[index].item.get(property).is_some()
    }
    fn is_default(&self, index: usize, property: usize, _: &dyn Names) -> bool {
        let default = self.property(property).and_then(|p| p.default);
        let set = self.rows()[index].item.get(property);
        set.is_none_or(|text| default.is_some_and(|default| default.as_bytes() == text.as_slice()))
    }
    fn prepare_add(
        &self,
        copy_from: Option<usize>,
        arguments: &[(usize, Option<Value>)],
        _: &dyn Names,
    ) -> Result<Prepared, PropertyError> {
        let source = copy_from.map(|index| &self.rows()[index]);
        let mut item = source.map_or_else(CatalogItem::default, |row| row.item.clone());
        self.apply(&mut item, arguments)?;
        if source.is_none() {
            missing_arguments(&self.menu.def, |property| item.get(property).is_some())?;
        }
        Ok(prepared(item, source.map(|row| row.disabled), source.map(|row| row.comment.clone())))
    }
    fn prepare_set(
        &self,
        index: usize,
        arguments: &[(usize, Option<Value>)],
        _: &dyn Names,
    ) -> Result<Prepared, PropertyError> {
        let mut item = self.rows()[index].item.clone();
        self.apply(&mut item, arguments)?;
        Ok(prepared(item, None, None))
    }
    fn insert(&mut self, prepared: Prepared, at: Option<usize>, id: Option<Id>) -> Id {
        self.rows.insert_prepared(prepared, at, id)
    }
    fn replace(&mut self, index: usize, prepared: Prepared) {
        self.rows.replace(index, prepared);
    }
    fn set_disabled(&mut self, index: usize, disabled: bool) {
        self.rows.as_mut_slice()[index].disabled = disabled;
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
        Box::new(Self { menu: self.menu, rows })
    }
    fn as_any(&self) -> &dyn Any {
        self
    }
    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}
