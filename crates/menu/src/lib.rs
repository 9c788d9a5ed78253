//! Menus as data: definitions, property types, item tables.
//!
//! A menu is declared once, as a Rust struct with `#[derive(Menu)]`. The derive emits a static [`MenuDef`] and
//! field accessors; everything a user sees of a menu (parsing, printing, flags, export, completion, help, REST) is
//! ordinary code over [`MenuDef`] and [`AnyTable`]. Menus without a struct live in a [`CatalogTable`] by the facts of
//! RouterOS's menu catalogue.
//!
//! **Invariant:** no engine, no device, no console language is known here; no I/O; no clock but virtual instants.

mod def;
mod error;
mod names;
mod table;
mod value;

pub use def::{Access, CommandDef, FlagDef, Kind, Layout, MenuDef, PropertyDef, PropertyType, ValueKind};
pub use error::{PropertyError, Rejected, ValueError, match_word};
pub use menu_derive::{Keyword, Menu};
pub use names::{Lookup, Names, Namespace, NoNames};
pub use table::{AnyTable, Menu, Prepared, Row, Table};
pub use value::{Array, Id, Text, Value};
