//! [`Table`]: the items of one menu; [`AnyTable`]: the same without the type, for the console and the APIs.

use crate::{Id, MenuDef, Names, PropertyError, Text, Value};
use std::any::Any;

/// What `#[derive(Menu)]` implements: accessors by property index, over the static [`MenuDef`].
pub trait Menu: Default + Clone + Send + 'static {
    /// The description.
    const DEF: &'static MenuDef;

    /// The typed value of a property; `None` when it is unset (an `Option` field that is `None`).
    fn get(&self, property: usize, names: &dyn Names) -> Option<Value>;
    /// Appends the text that `print` shows; false when unset.
    fn print(&self, property: usize, names: &dyn Names, out: &mut String) -> bool;
    /// Sets a property from the value that the console passes.
    ///
    /// # Errors
    /// The value does not fit the property's type.
    fn set(&mut self, property: usize, value: &Value, names: &dyn Names) -> Result<(), PropertyError>;
    /// Puts a property back to its default.
    fn unset(&mut self, property: usize);
    /// State of the flag `MenuDef::flags[flag]`, for flags that are boolean fields of the struct; the common ones
    /// (`disabled`, `dynamic`, `invalid`) are kept in [`Row`] and answered by [`Table`].
    fn flag(&self, flag: usize) -> bool;
    /// Calls `f` with the property index and target of each reference that is set.
    fn references(&self, f: &mut dyn FnMut(usize, crate::Namespace, Id));
}

/// One item.
#[derive(Clone, Debug)]
pub struct Row<T> {
    /// Internal id.
    pub id: Id,
    /// Made by a feature, not by the configuration: not exported, not settable.
    pub dynamic: bool,
    /// `disabled=yes`.
    pub disabled: bool,
    /// Flag `I`: refers to something missing or impossible.
    pub invalid: bool,
    /// Free text; empty = none. For invalid rows `reason` is what is printed behind `;;;`.
    pub comment: Text,
    /// A reason that the system prints like a comment (`inactivated, …`).
    pub reason: Option<&'static str>,
    /// Bit *n* = property *n* was set explicitly (unset ≠ default ≠ empty).
    pub explicit: u128,
    /// The properties.
    pub item: T,
}

/// An item that was checked but not yet stored: the first half of a two-phase change.
pub struct Prepared {
    /// The new item: a `T` or a catalogue item.
    pub item: Box<dyn Any + Send>,
    /// `disabled=`, when given.
    pub disabled: Option<bool>,
    /// `comment=`, when given.
    pub comment: Option<Text>,
    /// Which properties are explicitly set afterwards.
    pub explicit: u128,
}

/// The items of one menu, in order.
#[derive(Clone, Debug)]
pub struct Table<T> {
    rows: Vec<Row<T>>,
    next_id: u32,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), next_id: 1 }
    }
}

impl<T: Menu> Table<T> {
    /// The rows in order.
    #[must_use]
    pub fn rows(&self) -> &[Row<T>] {
        &self.rows
    }
    /// The rows in order, to change state fields.
    pub fn rows_mut(&mut self) -> &mut [Row<T>] {
        &mut self.rows
    }
    /// The items that take part: not disabled, not invalid.
    pub fn active(&self) -> impl Iterator<Item = &Row<T>> {
        self.rows.iter().filter(|row| !row.disabled && !row.invalid)
    }
    /// The row with this id.
    #[must_use]
    pub fn by_id(&self, id: Id) -> Option<&Row<T>> {
        self.rows.iter().find(|row| row.id == id)
    }
    /// The row with this id, to change state fields.
    pub fn by_id_mut(&mut self, id: Id) -> Option<&mut Row<T>> {
        self.rows.iter_mut().find(|row| row.id == id)
    }
    /// Appends an item that a feature makes (`dynamic`), or a built-in one, and returns its id.
    pub fn push(&mut self, item: T, dynamic: bool) -> Id {
        let id = self.allocate_id();
        self.push_with_id(id, item, dynamic);
        id
    }
    /// Appends an item under an id that the caller allocated (interfaces share one id space).
    pub fn push_with_id(&mut self, id: Id, item: T, dynamic: bool) {
        self.next_id = self.next_id.max(id.0 + 1);
        self.rows.push(Row {
            id,
            dynamic,
            disabled: false,
            invalid: false,
            comment: Text::default(),
            reason: None,
            explicit: 0,
            item,
        });
    }
    /// Removes the rows for which `keep` is false.
    pub fn retain(&mut self, keep: impl FnMut(&Row<T>) -> bool) {
        self.rows.retain(keep);
    }
    fn allocate_id(&mut self) -> Id {
        let id = Id(self.next_id);
        self.next_id += 1;
        id
    }
}

/// A table without its type: what the console, export and the APIs work on.
///
/// Rows are addressed by index (a position) or by [`Id`]. `prepare_*` check and build without storing, so that a
/// change of several properties or items is refused as a whole; `insert` and `replace` cannot fail.
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
    /// The comment; empty = none.
    fn comment(&self, index: usize) -> &Text;
    /// A reason printed like a comment.
    fn reason(&self, index: usize) -> Option<&'static str>;
    /// State of flag `flag`.
    fn flag(&self, index: usize, flag: usize) -> bool;
    /// Typed value of a property; `None` = unset.
    fn get(&self, index: usize, property: usize, names: &dyn Names) -> Option<Value>;
    /// Appends the printed text of a property; false when unset.
    fn print(&self, index: usize, property: usize, names: &dyn Names, out: &mut String) -> bool;
    /// Was the property set explicitly?
    fn explicit(&self, index: usize, property: usize) -> bool;
    /// Does the property equal its default?
    fn is_default(&self, index: usize, property: usize, names: &dyn Names) -> bool;
    /// Checks the arguments of `add`; `None` as value = `!name`.
    ///
    /// # Errors
    /// The first argument whose value does not fit.
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
    /// Removes a row.
    fn remove(&mut self, index: usize);
    /// Moves a row before position `to` (to the end when `None`).
    fn move_row(&mut self, index: usize, to: Option<usize>);
    /// For tests and the typed accessors of features.
    fn as_any(&self) -> &dyn Any;
    /// For the typed accessors of features.
    fn as_any_mut(&mut self) -> &mut dyn Any;
}
