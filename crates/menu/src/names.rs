//! Names of items, looked up when a reference is set and when it is printed.

use crate::{Id, Text};

/// A space of item names that references point into (`interface` spans all interface menus; `pool`, `dhcp-server`,
/// `routing-table`, `interface-list` …). Two menus with the same namespace share ids and names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Namespace(pub &'static str);

/// Outcome of a look-up by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// Exactly one.
    One(Id),
    /// None.
    None,
    /// Several names start with the input and none equals it.
    Ambiguous,
}

/// The names that a device knows. Exact match wins, then an unambiguous prefix; `*1A` is an id.
pub trait Names {
    /// The item called `name`.
    fn lookup(&self, namespace: Namespace, name: &Text) -> Lookup;
    /// The name of the item with this id; `None` when it is gone (then `*1A` is printed).
    fn name(&self, namespace: Namespace, id: Id) -> Option<Text>;
    /// All names, for completion and for the hints of error messages.
    fn all(&self, namespace: Namespace) -> Vec<Text>;
}

/// Knows no names; for menus without references.
#[derive(Clone, Copy, Debug)]
pub struct NoNames;

impl Names for NoNames {
    fn lookup(&self, _: Namespace, _: &Text) -> Lookup {
        Lookup::None
    }
    fn name(&self, _: Namespace, _: Id) -> Option<Text> {
        None
    }
    fn all(&self, _: Namespace) -> Vec<Text> {
        Vec::new()
    }
}
