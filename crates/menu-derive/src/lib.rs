//! `#[derive(Menu)]` and `#[derive(Keyword)]`: a menu of RouterOS is declared once, as a Rust struct.
//!
//! The derive emits data (a `static MenuDef`) and match-based accessors (`impl menu::Menu`), plus `Default` from the
//! default expressions. What works on them is ordinary code in the `menu` crate.
//!
//! # The struct
//! ```ignore
//! /// Leases of the DHCP server.
//! #[derive(Clone, Debug, Menu)]
//! #[menu("/ip/dhcp-server/lease", list,
//!     flags(disabled = 'X'; radius = 'R'; dynamic = 'D'; blocked = 'B'),
//!     columns(address, mac_address, host_name, server, status, last_seen),
//!     command("make-static", args("numbers"), positional = 1, help = "Turns a dynamic lease into a static one."))]
//! pub struct Lease {
//!     /// Address that the client gets.
//!     #[prop(always_export)]
//!     pub address: Option<Ipv4Addr>,
//!     /// Hardware address of the client.
//!     pub mac_address: Option<Mac>,
//!     /// Server that the lease belongs to.
//!     #[prop(default = Or::Word(All::All))]
//!     pub server: Or<All, Ref<DhcpServer>>,
//!     /// Speed limit.
//!     #[prop(not_simulated)]
//!     pub rate_limit: Option<Text>,
//!     /// State of the lease.
//!     #[prop(read_only)]
//!     pub status: Status,
//!     /// Made by RADIUS.
//!     pub radius: bool,                 // a flag: named in flags(…), so it is no property
//!     /// No answer to this client.
//!     pub blocked: bool,
//!     /// The engine's handle; no property either.
//!     #[prop(skip)]
//!     pub handle: u32,
//! }
//! ```
//! `#[menu("path", kind, …)]`, kind one of `list`, `fixed_list`, `settings`, `status`, `commands`; then in any order:
//!
//! | key | meaning |
//! |---|---|
//! | `name = field` / `no_name` | the property that names an item; default: the field called `name`, when there is one |
//! | `namespace = "pool"` | where the names of its items are looked up |
//! | `columns(name, ranges)` | columns of the plain table; without it all properties |
//! | `detail` | plain print is the detail form |
//! | `lines` | plain print is a line of values for each item |
//! | `ordered` | order matters: `move`, `place-before` |
//! | `comment` / `no_comment` | items have comments; default: lists do |
//! | `can_disable` / `no_disable` | default: yes, when the flags name `disabled` |
//! | `wide_number`, `dynamic_unnumbered`, `stats_transposed` | as in `MenuDef`, the last one its `StatsLayout` |
//! | `flags(a = 'A', b = 'B'; c = 'C')` | flags in column order; `,` = same character column, `;` = the next one |
//! | `not_simulated = "…"` | what the feature leaves out |
//! | `command("name", args("a", "b"), positional = 1, help = "…")` | a command beyond the common ones; repeatable |
//!
//! The flags `disabled`, `dynamic` and `invalid` are kept by the table; each other flag must be a `bool` field, which
//! is then no property. Names are identifiers (`_` is printed `-`) or strings.
//!
//! # The fields
//! The doc comment is the help text. The property's name is the field's, `_` → `-`, without a trailing `_` or `r#`.
//! `#[prop(…)]` takes: `default = EXPR`, `read_only`, `write_only`, `sensitive`, `required`, `unset` (implied by
//! `Option<T>`), `not_simulated`, `always_export`, `stats`, `quoted = bool`, `name = "802.3-sap"`, `alias = "older-name"`
//! (repeatable), `flag` (says that the field is one of the flags), `settable` (a flag that is a property too), `skip` (not a
//! property).
//! A default is an expression of the field's type; for `Option<T>` it may also be of type `T`'s `Some(…)` only.
//!
//! # Keywords
//! ```ignore
//! #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Keyword)]
//! pub enum Action { #[default] Accept, AddSrcToAddressList, #[keyword("fasttrack-connection", alias = "ft")] Fasttrack }
//! ```
//! A variant's word is its name in kebab case unless given. The derive implements `menu::Keyword` and
//! `menu::PropertyType`.

mod emit;
mod field;
mod keyword;
mod struct_attribute;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Declares a menu; see the crate's documentation.
#[proc_macro_derive(Menu, attributes(menu, prop))]
pub fn derive_menu(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    emit::menu(&input).unwrap_or_else(|error| error.to_compile_error()).into()
}

/// Makes an enum a set of words; see the crate's documentation.
#[proc_macro_derive(Keyword, attributes(keyword))]
pub fn derive_keyword(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    keyword::keyword(&input).unwrap_or_else(|error| error.to_compile_error()).into()
}
