//! Reads `catalog.txt`.
//!
//! The first byte of a line says what it is; fields are separated by tabs, `\t \n \r \\` are escaped:
//!
//! | line | meaning |
//! |---|---|
//! | `/path` kind [`boards`] [`stats`] | a menu; sorted by path |
//! | `:add comment …` | all its commands |
//! | `!name arg arg …` | a command beyond the common ones |
//! | `=name …` | properties that identify an item |
//! | `.name` fields | a property; fields by their first byte: `a` access letters (`q` required, `u` unset, `f` stands bare, `r` read-only, `w` write-only), `t` type, `v` words separated by a bar, `r` range `a..b`, `d` default, `n` absent value, `h` hint |
//! | `#` | a remark |

use super::facts::{self, Facts};
use super::form::Form;
use super::{CatalogMenu, CatalogProperty, CatalogType};
use crate::{
    Access, CommandDef, FlagDef, Kind, Layout, MenuDef, Namespace, Negated, PropertyDef, PropertyType,
    Protocol, StatsLayout, ValueKind,
};
use std::sync::OnceLock;

/// One menu that may not have been parsed yet.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) path: &'static str,
    pub(super) boards_only: bool,
    text: &'static str,
    menu: OnceLock<CatalogMenu>,
}

impl Entry {
    pub(super) fn menu(&'static self) -> &'static CatalogMenu {
        self.menu.get_or_init(|| menu(self.text))
    }
}

/// Finds the menus; their facts are left unread.
pub(super) fn entries(text: &'static str) -> Vec<Entry> {
    let mut rest = text.find("\n/").and_then(|at| text.get(at + 1..)).unwrap_or("");
    let mut entries = Vec::with_capacity(640);
    while !rest.is_empty() {
        let end = rest.find("\n/").map_or(rest.len(), |at| at + 1);
        let (own, others) = rest.split_at(end);
        let head = own.lines().next().unwrap_or("");
        let path = head.split('\t').next().unwrap_or("");
        let boards_only = head.split('\t').any(|field| field == "boards");
        entries.push(Entry { path, boards_only, text: own, menu: OnceLock::new() });
        rest = others;
    }
    entries
}

fn words(text: &'static str, separator: char) -> &'static [&'static str] {
    text.split(separator).filter(|word| !word.is_empty()).collect::<Vec<_>>().leak()
}

fn unescape(text: &'static str) -> &'static str {
    if !text.contains('\\') {
        return text;
    }
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.push(match chars.next() {
                Some('t') => '\t',
                Some('n') => '\n',
                Some('r') => '\r',
                other => other.unwrap_or('\\'),
            }),
            other => out.push(other),
        }
    }
    out.leak()
}

/// A property of which nothing but the name is known.
fn unknown(name: &'static str) -> CatalogProperty {
    CatalogProperty {
        name,
        hint: "",
        kind: CatalogType::Unknown,
        values: &[],
        range: None,
        default: None,
        required: false,
        unset: false,
        bare: false,
        access: Access::ReadWrite,
        list: false,
        absent: None,
        shown: None,
        counter: false,
        reference: None,
        form: None,
    }
}

/// A counter; `zero` is what it begins with: `0`, or `0/0` of one that counts both ways.
fn counter(name: &'static str, zero: &'static str) -> CatalogProperty {
    let kind = if zero == "0" { CatalogType::Number } else { CatalogType::Text };
    CatalogProperty { kind, access: Access::ReadOnly, default: Some(zero), counter: true, ..unknown(name) }
}

fn property(line: &'static str) -> CatalogProperty {
    let mut fields = line.split('\t');
    let mut property = unknown(fields.next().unwrap_or(""));
    for field in fields {
        let (key, value) = field.split_at(1);
        match key {
            "a" => {
                property.required = value.contains('q');
                property.unset = value.contains('u');
                property.bare = value.contains('f');
                if value.contains('r') {
                    property.access = Access::ReadOnly;
                } else if value.contains('w') {
                    property.access = Access::WriteOnly;
                }
            }
            "t" => {
                property.kind = match value {
                    "yes-no" => CatalogType::Bool,
                    "integer" | "number" => CatalogType::Number,
                    "time" => CatalogType::Time,
                    "mac" => CatalogType::Mac,
                    "ip" => CatalogType::Ip,
                    "set" | "list" => CatalogType::List,
                    _ => CatalogType::Text,
                };
            }
            "v" => property.values = words(value, '|'),
            "r" => {
                let bounds = value.split_once("..");
                property.range = bounds.and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)));
            }
            "d" => property.default = Some(unescape(value)),
            "n" => property.absent = Some(unescape(value)),
            "h" => property.hint = unescape(value),
            _ => {}
        }
    }
    if property.access == Access::ReadWrite && is_sensitive(&property) {
        property.access = Access::Sensitive;
    }
    property.list = property.kind == CatalogType::List;
    property.counter = property.access == Access::ReadOnly && COUNTERS.contains(&property.name);
    // The console's own help is surer than the type.
    if let Some((list, rest)) = property.hint.split_once("[,")
        && rest.ends_with("*]")
        && list.contains('|')
    {
        property.kind = CatalogType::List;
        property.list = true;
        property.values = words(list, '|');
    } else if property.hint.ends_with("(time interval)") || property.hint == "time interval" {
        property.kind = CatalogType::Time;
    } else if property.hint.ends_with("(MAC address)") {
        property.kind = CatalogType::Mac;
    } else if property.hint.starts_with("string value") && property.kind == CatalogType::Unknown {
        property.kind = CatalogType::Text;
    }
    property
}

/// Passwords and keys: printed and exported with `show-sensitive` only.
fn is_sensitive(property: &CatalogProperty) -> bool {
    const ENDS: [&str; 8] = [
        "password",
        "secret",
        "secrets",
        "passphrase",
        "private-key",
        "preshared-key",
        "pre-shared-key",
        "md5-key",
    ];
    let own = property.name.rsplit('.').next().unwrap_or("");
    let keys = own == "auth-key" || own == "cak" || own.starts_with("static-key-");
    property.kind != CatalogType::Bool && (keys || ENDS.iter().any(|end| own.ends_with(end)))
}

/// Names of counters; they stand in the tables of `print stats`.
const COUNTERS: [&str; 14] = [
    "bytes",
    "packets",
    "rx-byte",
    "tx-byte",
    "rx-packet",
    "tx-packet",
    "rx-bytes",
    "tx-bytes",
    "rx-packets",
    "tx-packets",
    "rx-drop",
    "tx-drop",
    "dropped",
    "queued-packets",
];

/// Properties that are numbers although the catalogue does not say so.
const NUMBERS: [&str; 14] = [
    "vlan-id",
    "vlan-ids",
    "mtu",
    "actual-mtu",
    "l2mtu",
    "port",
    "vni",
    "tunnel-id",
    "listen-port",
    "endpoint-port",
    "as",
    "max-sessions",
    "ip-port",
    "prefix-length",
];

/// Is it right-aligned in tables?
fn is_number(property: &CatalogProperty) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit());
    property.kind == CatalogType::Number
        || property.counter
        || property.values.is_empty()
            && property.reference.is_none()
            && (NUMBERS.contains(&property.name) || property.default.is_some_and(digits))
}

/// The definition of a property; nothing of a catalogue menu is simulated.
pub(super) fn property_def(property: &CatalogProperty) -> PropertyDef {
    let space = property.reference.as_ref().and_then(|reference| reference.spaces.first());
    let value = match (property.kind, property.range) {
        _ if property.form == Some(Form::Protocol) => <Negated<Protocol>>::KIND,
        _ if space.is_some() => ValueKind::Reference(space.copied().unwrap_or(Namespace(""))),
        (CatalogType::Bool, _) if property.values.is_empty() => ValueKind::Bool,
        (CatalogType::List, _) if !property.values.is_empty() => ValueKind::Keywords(property.values),
        _ if !property.values.is_empty() => ValueKind::Keyword(property.values),
        (CatalogType::Number, range) => {
            let (min, max) = range.unwrap_or((0, 0xFFFF_FFFF));
            ValueKind::Number { min, max }
        }
        _ => ValueKind::Other(if property.hint.is_empty() { "string value" } else { property.hint }),
    };
    let string = property.hint.starts_with("string value") || property.hint.starts_with("hexadecimal");
    PropertyDef {
        name: property.name,
        aliases: &[],
        access: property.access,
        required: property.required,
        unset: property.unset,
        simulated: false,
        always_export: property.required,
        stats: property.counter,
        right_aligned: is_number(property),
        quoted: string && property.values.is_empty(),
        help: "",
        value,
        words: property.reference.map_or(&[], |reference| reference.words),
    }
}

/// Properties that take other words than `yes` and `no` as well, though the catalogue does not say so.
const MORE_THAN_YES_OR_NO: [&str; 1] = ["use-peer-dns"];

const DISABLED: &[FlagDef] = &[FlagDef { letter: 'X', name: "disabled", group: 0 }];

/// Arguments that may stand unnamed, as the manual shows them; a command has one of them at most.
const UNNAMED: [&str; 9] = [
    "numbers",
    "number",
    "address",
    "interface",
    "message",
    "file-name",
    "domain-name",
    "number-or-name",
    "style",
];

/// A command with its arguments; the catalogue has them in alphabetical order, so the unnamed one is put first.
fn command(line: &'static str) -> Option<CommandDef> {
    let mut arguments: Vec<&'static str> = line.split(' ').collect();
    let name = arguments.remove(0);
    let unnamed = UNNAMED.iter().find_map(|word| arguments.iter().position(|argument| argument == word));
    if let Some(at) = unnamed
        && let Some(front) = arguments.get_mut(..=at)
    {
        front.rotate_right(1);
    }
    let positional = usize::from(unnamed.is_some());
    (!name.is_empty()).then(|| CommandDef { name, arguments: arguments.leak(), positional, help: "" })
}

/// Commands that set counters to zero, and their arguments.
const RESETS: [(&str, &[&str]); 2] = [("reset-counters", &["numbers"]), ("reset-counters-all", &[])];

fn menu(text: &'static str) -> CatalogMenu {
    let mut path = "";
    let mut kind = Kind::Commands;
    let (mut boards_only, mut print_stats) = (false, false);
    let (mut commands, mut keys): (&[&str], &[&str]) = (&[], &[]);
    let mut other_commands = Vec::new();
    let mut properties = Vec::new();
    let (mut can_disable, mut can_comment, mut born_disabled) = (false, false, false);
    for line in text.lines() {
        let Some(rest) = line.get(1..) else { continue };
        match line.as_bytes().first() {
            Some(b'/') => {
                let mut fields = line.split('\t');
                path = fields.next().unwrap_or("");
                for field in fields {
                    match field {
                        "list" => kind = Kind::List,
                        "fixed-list" => kind = Kind::FixedList,
                        "settings" => kind = Kind::Settings,
                        "status" => kind = Kind::Status,
                        "boards" => boards_only = true,
                        "stats" => print_stats = true,
                        _ => {}
                    }
                }
            }
            Some(b':') => commands = words(rest, ' '),
            Some(b'=') => keys = words(rest, ' '),
            Some(b'!') => {
                other_commands.extend(command(rest));
            }
            Some(b'.') => match rest.split('\t').next() {
                // In settings menus they are properties like others.
                Some("comment") if kind != Kind::Settings => can_comment = true,
                Some("disabled") if kind != Kind::Settings => {
                    can_disable = true;
                    born_disabled = rest.split('\t').any(|field| field == "dyes");
                }
                _ => properties.push(property(rest)),
            },
            _ => {}
        }
    }
    // The catalogue lists them among the common ones.
    for (name, arguments) in RESETS {
        if commands.contains(&name) && other_commands.iter().all(|known: &CommandDef| known.name != name) {
            other_commands.push(CommandDef { name, arguments, positional: arguments.len(), help: "" });
        }
    }
    can_disable |= kind == Kind::List && commands.contains(&"disable");
    let facts = facts::of(path);
    properties.extend(facts.counters.iter().map(|(name, zero)| counter(name, zero)));
    for property in &mut properties {
        let shown = facts.shown.iter().find(|(name, _)| *name == property.name);
        property.shown = shown.map(|(_, shown)| *shown);
        let named = facts.references.iter().find(|(name, _)| *name == property.name);
        property.reference = named.map(|(_, reference)| *reference);
        if let Some((_, default)) = facts.defaults.iter().find(|(name, _)| *name == property.name) {
            property.default = Some(default);
        }
        property.list |= facts.lists.contains(&property.name)
            || property.reference.is_some_and(|reference| reference.separator == Some(','));
        // Nothing else is known of it than that it is `yes` or `no` at first.
        if property.kind == CatalogType::Unknown
            && property.values.is_empty()
            && property.hint.is_empty()
            && property.reference.is_none()
            && matches!(property.default, Some("yes" | "no"))
            && !MORE_THAN_YES_OR_NO.contains(&property.name)
        {
            property.kind = CatalogType::Bool;
        }
        if let Some((_, form)) = facts.forms.iter().find(|(name, _)| *name == property.name) {
            property.form = Some(*form);
            property.hint = if property.hint.is_empty() { form.hint() } else { property.hint };
        }
        if let Some((_, min, max)) = facts.ranges.iter().find(|(name, ..)| *name == property.name) {
            property.kind = CatalogType::Number;
            property.range = Some((*min, *max));
        }
        // What is refused in words of its own is not asked for as an argument.
        if facts.needs.iter().any(|need| need.properties.contains(&property.name)) {
            property.required = false;
        }
        if property.counter && property.default.is_none() {
            property.default = Some("0");
        }
    }
    // What a flag says is no property besides.
    let is_flag = |name: &str| facts.flags.is_some_and(|flags| flags.iter().any(|flag| flag.name == name));
    properties.retain(|property| property.access != Access::ReadOnly || !is_flag(property.name));
    let first = first(facts, keys, &properties);
    // The order of the plain table is that of `print detail` as well.
    properties.sort_by_key(|property| {
        first.iter().position(|column| *column == property.name).unwrap_or(first.len())
    });
    let narrow = kind == Kind::List && facts.columns.is_empty() && config(&properties).count() <= NARROW;
    let columns = if narrow { with_rest(first, &properties) } else { first };
    let properties: &'static [CatalogProperty] = properties.leak();
    let defs: &'static [PropertyDef] = properties.iter().map(property_def).collect::<Vec<_>>().leak();
    let other_commands: &'static [CommandDef] = other_commands.leak();
    let name_property = properties.iter().position(|p| p.name == facts.each.unwrap_or("name"));
    // Disks are called by their slot.
    let name_property = name_property.or_else(|| properties.iter().position(|p| p.name == "slot"));
    let named = name_property.is_some() && kind != Kind::Settings;
    let flags = facts.flags.unwrap_or(if can_disable { DISABLED } else { &[] });
    let def = MenuDef {
        path,
        kind,
        help: "",
        properties: defs,
        flags,
        columns,
        layout: layout(facts, kind, properties),
        commands: other_commands,
        name_property: name_property.filter(|_| named),
        namespace: facts.space,
        ordered: commands.contains(&"move"),
        can_disable,
        can_comment,
        dynamic_unnumbered: false,
        wide_number: flags.is_empty(),
        stats_layout: if facts.stats_detail { StatsLayout::Detail } else { StatsLayout::Table },
        stats_columns: facts.stats,
        not_simulated: Some("the whole menu"),
    };
    CatalogMenu {
        path,
        kind,
        boards_only,
        print_stats,
        commands,
        other_commands,
        keys,
        properties,
        born_disabled,
        facts,
        def,
    }
}

/// What stands first: the columns that are known, else what identifies an item; empty = nothing in particular.
fn first(
    facts: &Facts,
    keys: &'static [&'static str],
    properties: &[CatalogProperty],
) -> &'static [&'static str] {
    if !facts.columns.is_empty() {
        return facts.columns;
    }
    let mut columns: Vec<&'static str> = Vec::new();
    let required = properties.iter().filter(|p| p.required).map(|p| p.name);
    let named = properties.iter().filter(|p| p.reference.is_some() && p.access != Access::ReadOnly);
    for name in
        std::iter::once("name").chain(keys.iter().copied()).chain(required).chain(named.map(|p| p.name))
    {
        if !columns.contains(&name) && properties.iter().any(|p| p.name == name) {
            columns.push(name);
        }
    }
    columns.leak()
}

/// How many properties an item of a table has at most when nothing is known of the columns: all of them are shown.
const NARROW: usize = 8;

/// What of an item can be set, without what every item has.
fn config(properties: &[CatalogProperty]) -> impl Iterator<Item = &'static str> {
    let set = properties.iter().filter(|p| p.access == Access::ReadWrite);
    set.map(|p| p.name).filter(|name| !matches!(*name, "comment" | "disabled"))
}

/// The columns, and behind them what else can be set.
fn with_rest(first: &'static [&'static str], properties: &[CatalogProperty]) -> &'static [&'static str] {
    let rest = config(properties).filter(|name| !first.contains(name));
    first.iter().copied().chain(rest).collect::<Vec<_>>().leak()
}

/// How items are printed. A table of a few of many properties would not say what an item does.
fn layout(facts: &Facts, kind: Kind, properties: &[CatalogProperty]) -> Layout {
    let wide = kind == Kind::List && facts.columns.is_empty() && config(properties).count() > NARROW;
    if facts.detail || wide { Layout::Detail } else { Layout::Table }
}
