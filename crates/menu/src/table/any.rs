//! [`AnyTable`]: a table without its type.

use super::row::{Prepared, SavedRow};
use crate::{Access, Id, MenuDef, Names, Namespace, PropertyDef, PropertyError, Text, Value, ValueError};
use std::any::Any;

/// A table without its type: what the console, export and the APIs work on.
///
/// Rows are addressed by index (a position) or by [`Id`]. `prepare_*` check and build without storing, so that a
/// change of several properties or items is refused as a whole; `insert` and `replace` cannot fail.
///
/// Property indices up to `def().properties.len()` are the menu's own; those behind it are the catalogue's further
/// properties ([`MenuDef::extra_properties`]), which every method takes as well.
///
/// # Panics
/// Methods that take a row's index panic when there is no such row, and `insert` and `replace` when the item was
/// prepared for another menu.
pub trait AnyTable: Send {
    /// The description.
    fn def(&self) -> &'static MenuDef;
    /// Number of rows.
    fn len(&self) -> usize;
    /// True when there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Id of the row at `index`.
    fn id(&self, index: usize) -> Id;
    /// Position of the row with this id.
    fn index_of(&self, id: Id) -> Option<usize>;
    /// `dynamic`.
    fn dynamic(&self, index: usize) -> bool;
    /// `disabled`.
    fn disabled(&self, index: usize) -> bool;
    /// Was `disabled` set explicitly, to whatever it is?
    fn disabled_explicit(&self, index: usize) -> bool {
        let _ = index;
        false
    }
    /// The comment; empty = none.
    fn comment(&self, index: usize) -> &Text;
    /// A reason printed like a comment.
    fn reason(&self, index: usize) -> Option<&str>;
    /// State of flag `flag`.
    fn flag(&self, index: usize, flag: usize) -> bool;
    /// Typed value of a property; `None` = unset.
    fn get(&self, index: usize, property: usize, names: &dyn Names) -> Option<Value>;
    /// The bytes of a property that is text, without copying them: for looking up names. `None` for other types.
    fn name(&self, index: usize, property: usize) -> Option<&[u8]>;
    /// Appends the printed text of a property; false when unset.
    fn print(&self, index: usize, property: usize, names: &dyn Names, out: &mut String) -> bool;
    /// Was the property set explicitly?
    fn explicit(&self, index: usize, property: usize) -> bool;
    /// Was the property taken away (`!keepalive`), though it is there by default?
    fn taken_away(&self, index: usize, property: usize) -> bool {
        let _ = (index, property);
        false
    }
    /// Does the property equal its default?
    fn is_default(&self, index: usize, property: usize, names: &dyn Names) -> bool;
    /// Is it there from the start (flag `*`, services, ports)? Such items are changed, never added or removed.
    fn builtin(&self, index: usize) -> bool {
        let flag = self.def().flags.iter().position(|flag| flag.letter == '*');
        flag.is_some_and(|flag| self.flag(index, flag))
    }
    /// How an export names a built-in item, when not by its name.
    fn selector(&self, index: usize) -> Option<String> {
        let _ = index;
        None
    }
    /// Is an item disabled as long as nobody enables it? Then an export says `disabled=no`.
    fn born_disabled(&self, index: usize) -> bool {
        let _ = index;
        false
    }
    /// The comment that a built-in item has by itself.
    fn born_comment(&self, index: usize) -> &'static str {
        let _ = index;
        ""
    }
    /// Indices of the catalogue's further properties that this row has; printed and exported after the others.
    fn extra(&self, index: usize) -> Vec<usize> {
        let _ = index;
        Vec::new()
    }
    /// The description of a property, one of the catalogue's further ones too.
    fn property(&self, property: usize) -> Option<&'static PropertyDef> {
        self.def().property_at(property)
    }
    /// Calls `f` with each property of the row that points at an item, and with that item.
    fn references(&self, index: usize, f: &mut dyn FnMut(usize, Namespace, Id));
    /// Checks the arguments of `add`; `None` as value = `!name`. A copied row gives its settable properties, its
    /// comment and whether it is disabled.
    ///
    /// # Errors
    /// The first argument whose value does not fit; then required arguments that are missing.
    fn prepare_add(
        &self,
        copy_from: Option<usize>,
        arguments: &[(usize, Option<Value>)],
        names: &dyn Names,
    ) -> Result<Prepared, PropertyError>;
    /// Checks the arguments of `set` on one row; `None` as value = `!name` or `unset`.
    ///
    /// # Errors
    /// The first argument whose value does not fit.
    fn prepare_set(
        &self,
        index: usize,
        arguments: &[(usize, Option<Value>)],
        names: &dyn Names,
    ) -> Result<Prepared, PropertyError>;
    /// Stores a new item before position `at` (at the end when `None`), under `id` when the caller allocates ids.
    fn insert(&mut self, prepared: Prepared, at: Option<usize>, id: Option<Id>) -> Id;
    /// Stores a changed item.
    fn replace(&mut self, index: usize, prepared: Prepared);
    /// Sets `disabled`.
    fn set_disabled(&mut self, index: usize, disabled: bool);
    /// Sets the comment.
    fn set_comment(&mut self, index: usize, comment: Text);
    /// Removes a row. For several rows see [`Self::remove_ids`].
    fn remove(&mut self, index: usize);
    /// Removes the rows with these ids in one pass; ids that are not there are passed over.
    fn remove_ids(&mut self, ids: &[Id]);
    /// Moves a row before position `to` (to the end when `None`).
    fn move_row(&mut self, index: usize, to: Option<usize>);
    /// The row as it stands.
    fn save(&self, index: usize) -> SavedRow;
    /// Makes the row with the saved one's id as it was; its state fields and handles of engines stay as they are now.
    /// False when there is no such row.
    fn restore(&mut self, saved: &SavedRow) -> bool;
    /// Puts removed rows back, one after the other, each before the row with the given id (at the end when `None`, or
    /// when that row is gone). They are as they were, but belong to no engine.
    fn put_back(&mut self, rows: &[(SavedRow, Option<Id>)]);
    /// A table of this menu with nothing but the saved row in it, to print it.
    fn alone(&self, saved: &SavedRow) -> Box<dyn AnyTable>;
    /// For tests and the typed accessors of features: the `Table<T>` or `CatalogTable` itself.
    fn as_any(&self) -> &dyn Any;
    /// For the typed accessors of features.
    fn as_any_mut(&mut self) -> &mut dyn Any;
}

/// `missing value(s) of argument(s) a b` when `given` lacks required properties; `given` says of a property index
/// whether it has a value.
///
/// # Errors
/// The message, at the first missing property.
pub fn missing_arguments(def: &'static MenuDef, given: impl Fn(usize) -> bool) -> Result<(), PropertyError> {
    let missing = |(i, p): (usize, &'static PropertyDef)| {
        (p.required && p.access != Access::ReadOnly && !given(i)).then_some(p.name)
    };
    let mut names = def.properties.iter().enumerate().filter_map(missing).peekable();
    let Some(first) = names.peek().copied() else { return Ok(()) };
    let list = names.fold(String::new(), |list, name| list + " " + name);
    let error = ValueError::Text(format!("missing value(s) of argument(s){list}"));
    Err(PropertyError { property: first, error })
}
