//! Menus as data: definitions, property types, item tables.
//!
//! A menu is declared once, as a Rust struct with `#[derive(Menu)]`. The derive emits a static [`MenuDef`] and
//! field accessors; everything a user sees of a menu (parsing, printing, flags, export, completion, help, REST) is
//! ordinary code over [`MenuDef`] and [`AnyTable`]. Menus without a struct live in a [`CatalogTable`] by the facts of
//! RouterOS's menu catalogue.
//!
//! **Invariant:** no engine, no device, no console language is known here; no I/O; no clock but virtual instants.

extern crate self as menu;

mod catalog;
mod def;
#[doc(hidden)]
pub mod derive_support;
mod error;
mod names;
mod table;
mod types;
mod value;

pub use catalog::{
    Catalog, CatalogItem, CatalogMenu, CatalogProperty, CatalogTable, CatalogType, Step, Tree, drift,
};
pub use def::{Access, CommandDef, FlagDef, Kind, Layout, MenuDef, PropertyDef, PropertyType, ValueKind};
pub use error::{PropertyError, Rejected, ValueError, match_word};
pub use menu_derive::{Keyword, Menu};
pub use names::{Lookup, Names, Namespace, NoNames};
pub use table::{
    AnyTable, Extra, Menu, NotSimulated, Prepared, Row, Table, missing_arguments, not_simulated,
};
pub use types::{
    AddressEntry, AddressMatcher, Bytes, Counter, Date, Either, Gateway, Hex, HexText, IcmpOptions,
    Ipv4Network, Ipv4Prefix, Ipv4Range, Ipv4Ranges, Keyword, Limit, LimitUnit, List, Mac, Name, Negated, Num,
    NumRange, Or, Ports, Protocol, Rate, RatePair, Ref, Set, Space, TimeIn, colon_time, parse_ipv4,
    parse_keyword, parse_time, spaces, words,
};
pub use value::{Array, Id, Text, Value};
