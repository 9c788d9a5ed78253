//! [`Table`]: the items of a menu that has a struct.

use super::any::{AnyTable, missing_arguments};
use super::row::{Extra, Prepared, Row, SavedRow};
use super::rows::Rows;
use crate::{Access, Id, Kind, MenuDef, Names, Namespace, PropertyError, Text, Value};
use std::any::Any;
use std::collections::BTreeMap;

/// What `#[derive(Menu)]` implements: accessors by property index, over the static [`MenuDef`].
pub trait Menu: Default + Clone + Send + Sync + 'static {
    /// The description.
    const DEF: &'static MenuDef;

    /// The typed value of a property; `None` when it is unset (an `Option` field that is `None`).
    fn get(&self, property: usize, names: &dyn Names) -> Option<Value>;
    /// Appends the text that `print` shows; false when unset.
    fn print(&self, property: usize, names: &dyn Names, out: &mut String) -> bool;
    /// The value of a property that is text, without copying it.
    fn text(&self, property: usize) -> Option<&Text>;
    /// Sets a property from the value that the console passes.
    ///
    /// # Errors
    /// The value does not fit the property's type.
    fn set(&mut self, property: usize, value: &Value, names: &dyn Names) -> Result<(), PropertyError>;
    /// Puts a property back to its default.
    fn unset(&mut self, property: usize);
    /// Does the property print as its default does?
    fn is_default(&self, property: usize, names: &dyn Names) -> bool {
        let (mut own, mut default) = (String::new(), String::new());
        let set = self.print(property, names, &mut own);
        set == Self::default().print(property, names, &mut default) && own == default
    }
    /// State of the flag `MenuDef::flags[flag]`, for flags that are boolean fields of the struct; the common ones
    /// (`disabled`, `dynamic`, `invalid`) are kept in [`Row`] and answered by [`Table`].
    fn flag(&self, flag: usize) -> bool;
    /// Takes over the fields that are state from `now`: those that no property shows (handles of engines), and with
    /// `read_only` also the properties that only the feature writes.
    fn keep_state(&mut self, now: &Self, read_only: bool);
    /// Calls `f` with the property index and target of each reference that is set.
    fn references(&self, f: &mut dyn FnMut(usize, Namespace, Id));
    /// The row of a settings menu that nobody has touched, the same for all devices.
    fn untouched() -> &'static Row<Self>;
}

/// The items of one menu, in order. A settings menu is a table of exactly one row.
///
/// A device has many menus and most of them are never touched: a table takes no memory of its own until it is written.
#[derive(Clone, Debug)]
pub struct Table<T>(Option<Box<Stored<T>>>);

#[derive(Clone, Debug)]
struct Stored<T> {
    rows: Rows<T>,
    /// What items that are there from the start were before they were first set.
    born: BTreeMap<Id, T>,
}

impl<T: Menu> Default for Stored<T> {
    fn default() -> Self {
        let mut rows = Rows::default();
        if T::DEF.kind == Kind::Settings {
            rows.insert(T::untouched().clone(), None);
        }
        Self { rows, born: BTreeMap::new() }
    }
}

impl<T: Menu> Default for Table<T> {
    /// Empty, or the one row of a settings menu with its defaults.
    fn default() -> Self {
        Self(None)
    }
}

impl<T: Menu> Table<T> {
    /// What is stored, to write to it.
    fn stored(&mut self) -> &mut Stored<T> {
        self.0.get_or_insert_default()
    }
    /// The rows, to write to them; `None` when there are none.
    fn written(&mut self) -> Option<&mut Rows<T>> {
        if self.0.is_none() && T::DEF.kind != Kind::Settings {
            return None;
        }
        Some(&mut self.stored().rows)
    }
    /// Where the row with this id stands.
    fn position(&self, id: Id) -> Option<usize> {
        match &self.0 {
            Some(stored) => stored.rows.position(id),
            None => self.rows().iter().position(|row| row.id == id),
        }
    }
    /// The rows in order.
    #[must_use]
    pub fn rows(&self) -> &[Row<T>] {
        match &self.0 {
            Some(stored) => stored.rows.as_slice(),
            None if T::DEF.kind == Kind::Settings => std::slice::from_ref(T::untouched()),
            None => &[],
        }
    }
    /// The rows in order, to change state fields; ids and the order must stay.
    pub fn rows_mut(&mut self) -> &mut [Row<T>] {
        self.written().map(Rows::as_mut_slice).unwrap_or_default()
    }
    /// Is the item there from the start, with values that need not be the defaults?
    fn has_born(&self, index: usize) -> bool {
        T::DEF.kind == Kind::FixedList || T::DEF.kind == Kind::List && self.builtin(index)
    }
    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows().len()
    }
    /// True without rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows().is_empty()
    }
    /// The items that take part: not disabled, not invalid.
    pub fn active(&self) -> impl Iterator<Item = &Row<T>> {
        self.rows().iter().filter(|row| !row.disabled && !row.invalid)
    }
    /// The row with this id.
    #[must_use]
    pub fn by_id(&self, id: Id) -> Option<&Row<T>> {
        self.rows().get(self.position(id)?)
    }
    /// The row with this id, to change state fields.
    pub fn by_id_mut(&mut self, id: Id) -> Option<&mut Row<T>> {
        let at = self.position(id)?;
        self.rows_mut().get_mut(at)
    }
    /// The one row of a settings menu.
    ///
    /// # Panics
    /// In a list menu without rows.
    #[must_use]
    pub fn settings(&self) -> &T {
        &self.rows()[0].item
    }
    /// The one row of a settings menu, to change it from code (nothing becomes explicit).
    ///
    /// # Panics
    /// In a list menu without rows.
    pub fn settings_mut(&mut self) -> &mut T {
        &mut self.rows_mut()[0].item
    }
    /// Appends an item that a feature makes (`dynamic`), or a built-in one, and returns its id.
    pub fn push(&mut self, item: T, dynamic: bool) -> Id {
        let id = self.stored().rows.allocate();
        self.push_with_id(id, item, dynamic);
        id
    }
    /// Appends an item under an id that the caller allocated (interfaces share one id space).
    pub fn push_with_id(&mut self, id: Id, item: T, dynamic: bool) {
        self.stored().rows.insert(Row::new(id, item, dynamic), None);
    }
    /// Removes the rows for which `keep` is false.
    pub fn retain(&mut self, keep: impl FnMut(&Row<T>) -> bool) {
        if let Some(rows) = self.written() {
            rows.retain(keep);
        }
    }
    /// Removes the row with this id.
    pub fn take(&mut self, id: Id) -> Option<Row<T>> {
        let at = self.position(id)?;
        Some(self.written()?.remove(at))
    }
    /// Puts the rows in another order (menus that print sorted, such as routes); equal rows keep theirs.
    pub fn sort_by(&mut self, compare: impl FnMut(&Row<T>, &Row<T>) -> std::cmp::Ordering) {
        if let Some(rows) = self.written() {
            rows.sort_by(compare);
        }
    }
}

/// An item while arguments are applied to it.
struct Draft<T> {
    item: T,
    explicit: u128,
    extra: Extra,
}

impl<T: Menu> Draft<T> {
    fn apply(
        &mut self,
        arguments: &[(usize, Option<Value>)],
        names: &dyn Names,
    ) -> Result<(), PropertyError> {
        for (property, value) in arguments {
            let property = *property;
            if property >= T::DEF.properties.len() {
                let text = match value {
                    Some(value) => Some(T::DEF.check_extra(property, value)?),
                    None => None,
                };
                self.extra.set(property, text);
                continue;
            }
            let bit = 1_u128.checked_shl(u32::try_from(property).unwrap_or(u32::MAX)).unwrap_or(0);
            match value {
                Some(value) => {
                    self.item.set(property, value, names)?;
                    self.explicit |= bit;
                }
                None => {
                    self.item.unset(property);
                    self.explicit &= !bit;
                }
            }
        }
        Ok(())
    }

    fn finish(self, disabled: Option<(bool, bool)>, comment: Option<Text>) -> Prepared {
        Prepared {
            item: Box::new(self.item),
            disabled: disabled.map(|(disabled, _)| disabled),
            disabled_explicit: disabled.is_some_and(|(_, explicit)| explicit),
            comment,
            explicit: self.explicit,
            extra: self.extra,
        }
    }

    /// The settable properties of `row`; state and handles stay behind.
    fn copy_of(row: &Row<T>, names: &dyn Names) -> Result<Self, PropertyError> {
        let mut item = T::default();
        for (i, property) in T::DEF.properties.iter().enumerate() {
            if property.access == Access::ReadOnly {
                continue;
            }
            match row.item.get(i, names) {
                Some(Value::Nil) => {}
                Some(_) if row.item.is_default(i, names) => {}
                Some(value) => item.set(i, &value, names)?,
                None => item.unset(i),
            }
        }
        Ok(Self { item, explicit: row.explicit, extra: row.extra.clone() })
    }
}

/// The text that a property shows; `None` when it is unset.
fn printed<T: Menu>(item: &T, property: usize, names: &dyn Names) -> Option<String> {
    let mut out = String::new();
    item.print(property, names, &mut out).then_some(out)
}

impl<T: Menu> AnyTable for Table<T> {
    fn def(&self) -> &'static MenuDef {
        T::DEF
    }
    fn len(&self) -> usize {
        self.rows().len()
    }
    fn id(&self, index: usize) -> Id {
        self.rows()[index].id
    }
    fn index_of(&self, id: Id) -> Option<usize> {
        self.position(id)
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
        match T::DEF.flags.get(flag).map(|flag| flag.name) {
            Some("disabled") => row.disabled,
            Some("dynamic") => row.dynamic,
            Some("invalid") => row.invalid,
            _ => row.item.flag(flag),
        }
    }
    fn get(&self, index: usize, property: usize, names: &dyn Names) -> Option<Value> {
        let row = &self.rows()[index];
        if property < T::DEF.properties.len() {
            return row.item.get(property, names);
        }
        T::DEF.extra_value(property, row.extra.get(property)?)
    }
    fn name(&self, index: usize, property: usize) -> Option<&[u8]> {
        let row = &self.rows()[index];
        let text = if property < T::DEF.properties.len() {
            row.item.text(property)
        } else {
            row.extra.get(property)
        };
        text.map(|text| text.as_slice())
    }
    fn print(&self, index: usize, property: usize, names: &dyn Names, out: &mut String) -> bool {
        let row = &self.rows()[index];
        if property < T::DEF.properties.len() {
            return row.item.print(property, names, out);
        }
        let text = row.extra.get(property);
        text.map(|text| out.push_str(&String::from_utf8_lossy(text))).is_some()
    }
    fn explicit(&self, index: usize, property: usize) -> bool {
        let row = &self.rows()[index];
        if property < T::DEF.properties.len() {
            return row.explicit & (1 << property) != 0;
        }
        row.extra.get(property).is_some()
    }
    fn is_default(&self, index: usize, property: usize, names: &dyn Names) -> bool {
        let row = &self.rows()[index];
        if property < T::DEF.properties.len() {
            return match self.0.as_ref().and_then(|stored| stored.born.get(&row.id)) {
                Some(born) => printed(&row.item, property, names) == printed(born, property, names),
                None => row.item.is_default(property, names),
            };
        }
        row.extra.get(property).is_none_or(|text| T::DEF.extra_is_default(property, text))
    }
    fn extra(&self, index: usize) -> Vec<usize> {
        self.rows()[index].extra.properties().collect()
    }
    fn references(&self, index: usize, f: &mut dyn FnMut(usize, Namespace, Id)) {
        self.rows()[index].item.references(f);
    }
    fn prepare_add(
        &self,
        copy_from: Option<usize>,
        arguments: &[(usize, Option<Value>)],
        names: &dyn Names,
    ) -> Result<Prepared, PropertyError> {
        let source = copy_from.map(|index| &self.rows()[index]);
        let mut draft = match source {
            Some(row) => Draft::copy_of(row, names)?,
            None => Draft { item: T::default(), explicit: 0, extra: Extra::default() },
        };
        draft.apply(arguments, names)?;
        if source.is_none() {
            missing_arguments(T::DEF, |property| draft.explicit & (1 << property) != 0)?;
        }
        let disabled = source.map(|row| (row.disabled, row.disabled_explicit));
        Ok(draft.finish(disabled, source.map(|row| row.comment.clone())))
    }
    fn prepare_set(
        &self,
        index: usize,
        arguments: &[(usize, Option<Value>)],
        names: &dyn Names,
    ) -> Result<Prepared, PropertyError> {
        let row = &self.rows()[index];
        let mut draft = Draft { item: row.item.clone(), explicit: row.explicit, extra: row.extra.clone() };
        draft.apply(arguments, names)?;
        if self.has_born(index) {
            // What an item has by itself is not set by setting it to just that, as `export verbose` does.
            for property in 0..T::DEF.properties.len() {
                let bit = 1 << property;
                if draft.explicit & !row.explicit & bit != 0
                    && printed(&row.item, property, names) == printed(&draft.item, property, names)
                {
                    draft.explicit &= !bit;
                }
            }
        }
        Ok(draft.finish(None, None))
    }
    fn insert(&mut self, prepared: Prepared, at: Option<usize>, id: Option<Id>) -> Id {
        self.stored().rows.insert_prepared(prepared, at, id)
    }
    fn replace(&mut self, index: usize, prepared: Prepared) {
        let row = &self.rows()[index];
        if row.explicit == 0 && self.has_born(index) {
            let (id, born) = (row.id, row.item.clone());
            self.stored().born.entry(id).or_insert(born);
        }
        self.stored().rows.replace(index, prepared);
    }
    fn set_disabled(&mut self, index: usize, disabled: bool) {
        let row = &mut self.rows_mut()[index];
        (row.disabled, row.disabled_explicit) = (disabled, true);
    }
    fn set_comment(&mut self, index: usize, comment: Text) {
        self.rows_mut()[index].comment = comment;
    }
    fn remove(&mut self, index: usize) {
        self.stored().rows.remove(index);
    }
    fn remove_ids(&mut self, ids: &[Id]) {
        if let Some(rows) = self.written() {
            rows.remove_ids(ids);
        }
    }
    fn move_row(&mut self, index: usize, to: Option<usize>) {
        self.stored().rows.move_row(index, to);
    }
    fn save(&self, index: usize) -> SavedRow {
        SavedRow::new(&self.rows()[index])
    }
    fn restore(&mut self, saved: &SavedRow) -> bool {
        let Some(at) = self.position(saved.id()) else { return false };
        let mut row = saved.row::<T>();
        let now = &mut self.rows_mut()[at];
        row.item.keep_state(&now.item, true);
        (row.invalid, row.reason) = (now.invalid, now.reason.take());
        *now = row;
        true
    }
    fn put_back(&mut self, rows: &[(SavedRow, Option<Id>)]) {
        let fresh = T::default();
        let row = |(saved, before): &(SavedRow, Option<Id>)| {
            let mut row = saved.row::<T>();
            row.item.keep_state(&fresh, false);
            (row, *before)
        };
        self.stored().rows.put_back(rows.iter().map(row).collect());
    }
    fn alone(&self, saved: &SavedRow) -> Box<dyn AnyTable> {
        let mut rows = Rows::default();
        rows.insert(saved.row::<T>(), None);
        let born = self.0.as_ref().map(|stored| stored.born.clone()).unwrap_or_default();
        Box::new(Self(Some(Box::new(Stored { rows, born }))))
    }
    fn as_any(&self) -> &dyn Any {
        self
    }
    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}
