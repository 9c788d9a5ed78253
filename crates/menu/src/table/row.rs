//! [`Row`]: one item with what every item has.

use crate::{Id, Text};
use std::any::Any;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// Properties that the catalogue knows and the menu's struct lacks: kept as text by property index (see
/// [`crate::MenuDef::extra_properties`]). Costs one pointer while empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::box_collection, reason = "a pointer instead of 24 bytes in every row of every menu")]
pub struct Extra(Option<Box<BTreeMap<u16, Text>>>);

impl Extra {
    /// The text of a property.
    #[must_use]
    pub fn get(&self, property: usize) -> Option<&Text> {
        self.0.as_ref()?.get(&u16::try_from(property).ok()?)
    }

    /// Sets or, with `None`, removes a property.
    pub fn set(&mut self, property: usize, value: Option<Text>) {
        let Ok(property) = u16::try_from(property) else { return };
        match value {
            Some(text) => {
                self.0.get_or_insert_default().insert(property, text);
            }
            None => {
                if let Some(map) = &mut self.0 {
                    map.remove(&property);
                    if map.is_empty() {
                        self.0 = None;
                    }
                }
            }
        }
    }

    /// The indices of the properties that are set, upwards.
    pub fn properties(&self) -> impl Iterator<Item = usize> {
        self.0.iter().flat_map(|map| map.keys().map(|property| usize::from(*property)))
    }
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
    /// `disabled` was set explicitly, to whatever it is.
    pub disabled_explicit: bool,
    /// Flag `I`: refers to something missing or impossible.
    pub invalid: bool,
    /// Free text; empty = none. For invalid rows `reason` is what is printed behind `;;;`.
    pub comment: Text,
    /// A reason that the system prints like a comment (`inactivated, …`).
    pub reason: Option<Cow<'static, str>>,
    /// Bit *n* = property *n* was set explicitly (unset ≠ default ≠ empty).
    pub explicit: u128,
    /// Properties outside the struct.
    pub extra: Extra,
    /// The properties.
    pub item: T,
}

impl<T> Row<T> {
    /// A row as a feature makes it: nothing set explicitly.
    #[must_use]
    pub fn new(id: Id, item: T, dynamic: bool) -> Self {
        Self {
            id,
            dynamic,
            disabled: false,
            disabled_explicit: false,
            invalid: false,
            comment: Text::default(),
            reason: None,
            explicit: 0,
            extra: Extra::default(),
            item,
        }
    }
}

/// An item that was checked but not yet stored: the first half of a two-phase change.
#[derive(Debug)]
pub struct Prepared {
    /// The new item: a `T` or a catalogue item.
    pub item: Box<dyn Any + Send>,
    /// `disabled=`, when given, or what the item is without it.
    pub disabled: Option<bool>,
    /// `disabled=` was given.
    pub disabled_explicit: bool,
    /// `comment=`, when given.
    pub comment: Option<Text>,
    /// Which properties are explicitly set afterwards.
    pub explicit: u128,
    /// Properties outside the struct.
    pub extra: Extra,
}

impl Prepared {
    /// Takes `disabled=` over as it was given.
    pub fn disable(&mut self, disabled: bool) {
        self.disabled = Some(disabled);
        self.disabled_explicit = true;
    }

    /// The item as its type, for checks before it is stored.
    #[must_use]
    pub fn item<T: 'static>(&self) -> Option<&T> {
        self.item.downcast_ref()
    }

    /// The item as its type, to fill in what the feature decides (a name that was not given).
    pub fn item_mut<T: 'static>(&mut self) -> Option<&mut T> {
        self.item.downcast_mut()
    }

    /// Is the property set explicitly afterwards?
    #[must_use]
    pub const fn is_explicit(&self, property: usize) -> bool {
        property < 128 && self.explicit & (1 << property) != 0
    }
}

/// A row as it stood at one instant, whatever its menu: what undo needs to bring it back. Cloning shares it.
#[derive(Clone)]
pub struct SavedRow {
    id: Id,
    row: Arc<dyn Any + Send + Sync>,
}

impl fmt::Debug for SavedRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SavedRow").field(&self.id).finish()
    }
}

impl SavedRow {
    pub(crate) fn new<T: Clone + Send + Sync + 'static>(row: &Row<T>) -> Self {
        Self { id: row.id, row: Arc::new(row.clone()) }
    }

    /// Id of the row.
    #[must_use]
    pub const fn id(&self) -> Id {
        self.id
    }

    /// The row.
    ///
    /// # Panics
    /// When it was saved from another menu.
    pub(crate) fn row<T: Clone + 'static>(&self) -> Row<T> {
        let row = self.row.downcast_ref::<Row<T>>();
        row.expect("a row goes back to the menu that it was saved from").clone()
    }
}
