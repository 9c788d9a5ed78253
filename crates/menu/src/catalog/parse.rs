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

use super::{CatalogMenu, CatalogProperty, CatalogType};
use crate::{Access, CommandDef, FlagDef, Kind, Layout, MenuDef, Namespace, PropertyDef, ValueKind};
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

fn property(line: &'static str) -> CatalogProperty {
    let mut fields = line.split('\t');
    let mut property = CatalogProperty {
        name: fields.next().unwrap_or(""),
        hint: "",
        kind: CatalogType::Unknown,
        values: &[],
        range: None,
        default: None,
        required: false,
        unset: false,
        bare: false,
        access: Access::ReadWrite,
        absent: None,
    };
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
    // The console's own help is surer than the type.
    if let Some((list, rest)) = property.hint.split_once("[,")
        && rest.ends_with("*]")
        && list.contains('|')
    {
        property.kind = CatalogType::List;
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

/// The definition of a property; nothing of a catalogue menu is simulated.
pub(super) fn property_def(property: &CatalogProperty) -> PropertyDef {
    let value = match (property.kind, property.range) {
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
        stats: false,
        right_aligned: property.kind == CatalogType::Number,
        quoted: string && property.values.is_empty(),
        help: "",
        value,
        words: &[],
    }
}

/// Interface menus share one space of names: `/interface/<type>` with names.
fn namespace(path: &'static str, named: bool) -> Option<Namespace> {
    if !named {
        return None;
    }
    if path == "/interface/list" {
        return Some(Namespace("interface-list"));
    }
    let kind = path.strip_prefix("/interface/")?;
    (!kind.contains('/')).then_some(Namespace("interface"))
}

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

fn menu(text: &'static str) -> CatalogMenu {
    let mut path = "";
    let mut kind = Kind::Commands;
    let (mut boards_only, mut print_stats) = (false, false);
    let (mut commands, mut keys): (&[&str], &[&str]) = (&[], &[]);
    let mut other_commands = Vec::new();
    let mut properties = Vec::new();
    let (mut can_disable, mut can_comment) = (false, false);
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
                Some("disabled") if kind != Kind::Settings => can_disable = true,
                _ => properties.push(property(rest)),
            },
            _ => {}
        }
    }
    let properties: &'static [CatalogProperty] = properties.leak();
    let defs: &'static [PropertyDef] = properties.iter().map(property_def).collect::<Vec<_>>().leak();
    let other_commands: &'static [CommandDef] = other_commands.leak();
    let name_property = properties.iter().position(|p| p.name == "name");
    let named = name_property.is_some() && kind != Kind::Settings;
    let def = MenuDef {
        path,
        kind,
        help: "",
        properties: defs,
        flags: if can_disable { DISABLED } else { &[] },
        columns: &[],
        layout: Layout::Table,
        commands: other_commands,
        name_property: name_property.filter(|_| named),
        namespace: namespace(path, named),
        ordered: commands.contains(&"move"),
        can_disable,
        can_comment,
        dynamic_unnumbered: false,
        wide_number: false,
        not_simulated: Some("the whole menu"),
    };
    CatalogMenu { path, kind, boards_only, print_stats, commands, other_commands, keys, properties, def }
}
