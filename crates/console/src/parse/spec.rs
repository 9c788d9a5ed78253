//! What arguments the commands of a menu take.

use crate::syntax::Verb;
use menu::{Catalog, Kind, MenuDef};

/// Arguments of `print` that take a value.
const PRINT_VALUES: [&str; 7] = ["file", "from", "group-by", "interval", "on-event", "order-by", "proplist"];

/// Arguments of `print` that stand bare.
const PRINT_FLAGS: [&str; 17] = [
    "oid",
    "append",
    "as-value",
    "brief",
    "comments",
    "count-only",
    "detail",
    "follow",
    "follow-only",
    "show-ids",
    "show-sensitive",
    "terse",
    "timestamp",
    "value-list",
    "without-paging",
    "stats",
    "stats-detail",
];

/// Of those, the ones that a menu has: `stats` and `stats-detail` need counters, `oid` what SNMP shows of it.
fn print_flags(def: Option<&'static MenuDef>) -> &'static [&'static str] {
    let known = def.and_then(|def| Catalog::get().menu(def.path));
    let counts =
        def.is_some_and(|def| def.properties.iter().any(|p| p.stats)) || known.is_some_and(|m| m.print_stats);
    let has_oids = known.is_some_and(|menu| !menu.facts.oids.is_empty());
    let end = PRINT_FLAGS.len() - if counts { 0 } else { 2 };
    PRINT_FLAGS.get(usize::from(!has_oids)..end).unwrap_or_default()
}

const EXPORT_VALUES: [&str; 2] = ["file", "path"];
const EXPORT_FLAGS: [&str; 5] = ["compact", "verbose", "terse", "show-sensitive", "hide-sensitive"];

/// What a menu command takes.
pub(crate) struct Spec {
    /// Unnamed arguments in their order.
    pub(crate) positional: &'static [&'static str],
    /// Named arguments that are not properties.
    pub(crate) named: Vec<&'static str>,
    /// Arguments that stand bare.
    pub(crate) flags: &'static [&'static str],
    /// Are writable properties arguments?
    pub(crate) properties: bool,
    pub(crate) filter: bool,
}

pub(crate) fn spec(verb: Verb, def: Option<&'static MenuDef>) -> Spec {
    const NONE: Spec =
        Spec { positional: &[], named: Vec::new(), flags: &[], properties: false, filter: false };
    let settings = def.is_some_and(|def| def.kind == Kind::Settings);
    let common = |mut named: Vec<&'static str>| {
        if def.is_some_and(|def| def.can_disable) {
            named.push("disabled");
        }
        if def.is_some_and(|def| def.can_comment) {
            named.push("comment");
        }
        named
    };
    match verb {
        Verb::Add => {
            let mut named = vec!["copy-from"];
            if def.is_some_and(|def| def.ordered) {
                named.push("place-before");
            }
            Spec { named: common(named), properties: true, ..NONE }
        }
        Verb::Set if settings => Spec { properties: true, ..NONE },
        Verb::Set => Spec { positional: &["numbers"], named: common(Vec::new()), properties: true, ..NONE },
        Verb::Enable | Verb::Disable if settings => NONE,
        Verb::Remove | Verb::Enable | Verb::Disable => Spec { positional: &["numbers"], ..NONE },
        Verb::Comment => Spec { positional: &["numbers", "comment"], ..NONE },
        Verb::Edit if settings => Spec { positional: &["value-name"], ..NONE },
        Verb::Edit | Verb::Unset | Verb::Reset if !settings => {
            Spec { positional: &["numbers", "value-name"], ..NONE }
        }
        Verb::Unset | Verb::Edit | Verb::Reset => Spec { positional: &["value-name"], ..NONE },
        Verb::Get if settings => Spec { positional: &["value-name"], ..NONE },
        Verb::Get => Spec { positional: &["number", "value-name"], ..NONE },
        Verb::Move => Spec { positional: &["numbers", "destination"], ..NONE },
        Verb::Find => Spec { filter: true, ..NONE },
        Verb::Print => {
            Spec { named: PRINT_VALUES.to_vec(), flags: print_flags(def), filter: !settings, ..NONE }
        }
        Verb::Export => {
            let filter = def.is_some_and(|def| !settings && def.kind != Kind::Commands);
            Spec { named: EXPORT_VALUES.to_vec(), flags: &EXPORT_FLAGS, filter, ..NONE }
        }
        Verb::Other(command) => Spec {
            positional: command.arguments.get(..command.positional).unwrap_or_default(),
            named: command.arguments.to_vec(),
            flags: command.arguments,
            ..NONE
        },
    }
}
