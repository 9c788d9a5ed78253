//! Menus as data: definitions, property types, item tables.
//!
//! A menu is declared once, as a Rust struct with `#[derive(Menu)]`. The derive emits a static [`MenuDef`] and
//! field accessors; everything a user sees of a menu (parsing, printing, flags, export, completion, help, REST) is
//! ordinary code over [`MenuDef`] and [`AnyTable`]. Menus without a struct live in a [`CatalogTable`] by the facts of
//! RouterOS's menu catalogue.
//!
//! # Property types
//! | type | RouterOS form |
//! |---|---|
//! | `bool`, `#[derive(Keyword)]` enums, [`Set<K>`](Set) | `yes`/`no`; a word; words `a,b` |
//! | `u8` … `i64`, [`Num<MIN, MAX>`](Num), [`Hex<MAX, DIGITS>`](Hex) | `1500`; with bounds; `0x8000` |
//! | [`Counter`], [`Bytes`], [`Rate`], [`RatePair`] | counters; `2048KiB`; `10M`; `1M/2M` |
//! | `clock::Duration`, [`TimeIn<MIN, MAX>`](TimeIn) (seconds), [`Date`] | `10m`; with bounds; `2026-01-01 00:00:00` |
//! | [`Text`], [`Name`], [`HexText`] | text; text that is not empty; `0a0b` |
//! | [`Mac`], `Ipv4Addr`, `Ipv6Addr` | `02:00:00:00:00:0A`; `10.0.0.1`; `fe80::1` |
//! | [`Ipv4Prefix`], [`Ipv4Network`] | `192.168.88.1/24` (host bits kept); `192.168.88.0/24` (cleared) |
//! | [`Ipv4Ranges`], [`AddressMatcher`], [`AddressEntry`] | `a-b,c` of pools; `a`, `a/24`, `a-b`; the same or a DNS name |
//! | [`NumRange<MIN, MAX>`](NumRange), [`Ports`] | `5`, `5-9`; `80,443,1000-2000` |
//! | [`Protocol`], [`IcmpOptions`], [`Limit`], [`Gateway`] | `tcp`; `3:0-15`; `5/1m,5:packet`; `10.0.0.1%ether1@main` |
//! | [`Ref<S>`](Ref) | the name of an item of namespace `S` (markers in [`spaces`]), `*1A` when it is gone |
//! | [`Or<W, T>`](Or), [`Either<A, B>`](Either) | a word (one-word enums in [`words`]) or a `T`; an `A` or a `B` |
//! | [`List<T>`](List), [`Negated<T>`](Negated), `Option<T>` | `a,b`; `!a`; may be unset |
//!
//! **Invariant:** no engine, no device, no console language is known here; no I/O; no clock but virtual instants.

extern crate self as menu;

mod catalog;
mod def;
#[doc(hidden)]
pub mod derive_support;
mod error;
mod legacy;
mod names;
mod table;
mod types;
mod value;

pub use catalog::{
    Builtin, Catalog, CatalogItem, CatalogMenu, CatalogProperty, CatalogTable, CatalogType, CatalogValue,
    Element, Facts, Form, Named, Need, Reference, Sampler, Selector, Step, Tree, Unique, drift,
};
pub use def::{
    Access, CommandDef, FlagDef, Kind, Layout, MenuDef, PropertyDef, PropertyType, StatsLayout, ValueKind,
};
pub use error::{PropertyError, Rejected, ValueError, match_word};
pub use legacy::{Becomes, Legacy, LegacyCommand, LegacyKind, LegacyMenu, LegacyProperty};
pub use menu_derive::{Keyword, Menu};
pub use names::{Lookup, Names, Namespace, NoNames};
pub use table::{
    AnyTable, Extra, Menu, NotSimulated, Prepared, Row, SavedRow, Table, missing_arguments, not_simulated,
};
pub use types::{
    AddressEntry, AddressMatcher, Bytes, Counter, Date, Either, Gateway, Hex, HexText, IcmpOptions,
    InterfaceAddress, Ipv4Network, Ipv4Prefix, Ipv4Range, Ipv4Ranges, Keyword, Limit, LimitUnit, List, Mac,
    Name, Negated, Num, NumRange, Or, Ports, Protocol, Rate, RatePair, Ref, Set, Space, TimeIn, colon_time,
    parse_ipv4, parse_keyword, parse_time, spaces, words,
};
pub use value::{Array, Id, Text, Value};
