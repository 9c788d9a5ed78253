//! Exports: sections (`/ip address`) with their `add` and `set` lines, quoted and wrapped as RouterOS does.

mod manners;
mod order;
mod plan;

pub(crate) use order::ordered;
pub(crate) use plan::write;

use crate::View;
use crate::literal::text_of;
use crate::quote::{escaped, needs_quotes};
use menu::{Access, Id, Kind, MenuDef, Namespace, PropertyDef, Value};

/// A word of a line: a name, and its value unless it is a flag.
type Pair = (String, Option<Vec<u8>>);

/// The arguments of `export`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    pub(crate) verbose: bool,
    pub(crate) terse: bool,
    pub(crate) sensitive: bool,
    /// Longest line, the trailing backslash included.
    pub(crate) width: usize,
}

/// Menus that no export shows: a view over the items of other menus has nothing of its own to say, files are no
/// configuration, and users, keys and certificates stay on the device.
fn never(def: &MenuDef) -> bool {
    const NEVER: [&str; 3] = ["/certificate", "/user", "/user/ssh-keys"];
    matches!(def.namespace, Some(Namespace("interface-view" | "file"))) || NEVER.contains(&def.path)
}

/// May an export tell a property?
fn told(def: &MenuDef, property: &PropertyDef) -> bool {
    // The time goes on.
    let time = def.path == "/system/clock" && matches!(property.name, "date" | "time");
    matches!(property.access, Access::ReadWrite | Access::Sensitive) && !time
}

/// Which of the properties of an item a line says.
#[derive(Clone, Copy)]
enum Part<'a> {
    Whole,
    /// All but these, which a later line says.
    Without(&'a [usize]),
    /// Only these, of an item that stands already.
    Only(&'a [usize]),
}

impl Part<'_> {
    fn has(self, property: usize) -> bool {
        match self {
            Self::Whole => true,
            Self::Without(others) => !others.contains(&property),
            Self::Only(own) => own.contains(&property),
        }
    }
}

/// Appends the section of some items of a menu; nothing when it has nothing to say.
pub(crate) fn section(def: &'static MenuDef, view: &View<'_>, only: &[Id], style: Style, out: &mut String) {
    if never(def) {
        return;
    }
    let mut titled = false;
    for index in 0..view.table.len() {
        if !view.table.dynamic(index) && only.contains(&view.table.id(index)) {
            titled |= write_item(def, view, index, titled, Part::Whole, style, out);
        }
    }
}

/// Appends the line of one item, and before it the section's title unless it stands there already; false when there
/// is nothing to say.
fn write_item(
    def: &'static MenuDef,
    view: &View<'_>,
    index: usize,
    titled: bool,
    part: Part<'_>,
    style: Style,
    out: &mut String,
) -> bool {
    // Items that are there from the start (flag `*`) are never added, only changed.
    let builtin = view.table.builtin(index);
    let pairs = pairs(def, view, index, builtin, part, style);
    let added = def.kind == Kind::List && !builtin;
    let command = match (def.kind, part) {
        (_, Part::Only(_)) if added => format!("set {}", found(def, view, index)),
        _ if added => "add".to_owned(),
        (Kind::Settings, _) => "set".to_owned(),
        _ => format!("set {}", selector(def, view, index)),
    };
    if pairs.is_empty() && (!added || matches!(part, Part::Only(_))) {
        return false;
    }
    let title = title(def);
    if !style.terse && !titled {
        out.push_str(&title);
        out.push('\n');
    }
    // `# DHCP server can not run on slave interface!`: why an item does not work.
    if let Some(reason) = view.table.reason(index).filter(|_| !builtin && !matches!(part, Part::Only(_))) {
        out.push_str(&format!("# {reason}\n"));
    }
    if style.terse {
        let words = pairs.iter().map(|(name, value)| format!(" {}", word(name, value.as_deref())));
        out.push_str(&format!("{title} {command}{}\n", words.collect::<String>()));
    } else {
        write_line(&command, &pairs, style.width, out);
    }
    true
}

fn title(def: &MenuDef) -> String {
    format!("/{}", def.path.trim_start_matches('/').replace('/', " "))
}

/// How a line finds an item by its name, whatever that looks like.
fn found(def: &'static MenuDef, view: &View<'_>, index: usize) -> String {
    let name = def.name_property.and_then(|property| text(view, index, property)).unwrap_or_default();
    let word =
        name.iter().all(u8::is_ascii_alphanumeric) && name.first().is_some_and(u8::is_ascii_alphabetic);
    let name = if word { plain(&name) } else { crate::quote::quote(&name) };
    format!("[ find name={name} ]")
}

/// What sets an item up, as words of `add` or `set`: name and value (in quotes where needed), sorted; a flag has no value.
#[must_use]
pub fn item_arguments(view: &View<'_>, index: usize) -> Vec<(String, Option<String>)> {
    let style = Style { verbose: false, terse: true, sensitive: false, width: usize::MAX };
    let pairs = pairs(view.table.def(), view, index, false, Part::Whole, style);
    pairs.into_iter().map(|(name, value)| (name, value.map(|value| plain(&value)))).collect()
}

fn word(name: &str, value: Option<&[u8]>) -> String {
    match value {
        Some(value) => format!("{name}={}", plain(value)),
        None => name.to_owned(),
    }
}

/// A value as one word of a command: in quotes where it needs them.
#[must_use]
pub fn word_of(value: &[u8]) -> String {
    plain(value)
}

fn plain(value: &[u8]) -> String {
    match std::str::from_utf8(value) {
        Ok(text) if !needs_quotes(value) => text.to_owned(),
        _ => crate::quote::quote(value),
    }
}

/// What a property shows, byte by byte; `None` when it is unset.
fn text(view: &View<'_>, index: usize, property: usize) -> Option<Vec<u8>> {
    let mut out = String::new();
    if !view.table.print(index, property, view.names, &mut out) {
        return None;
    }
    if !out.contains(char::REPLACEMENT_CHARACTER) {
        return Some(out.into_bytes());
    }
    // Printed text stands for bytes that are no UTF-8 with a mark; the text itself, and the names that it is made of,
    // have them.
    if let Some(bytes) = view.table.name(index, property) {
        return Some(bytes.to_vec());
    }
    let value = match view.table.get(index, property, view.names) {
        Some(Value::Array(list)) => {
            let parts: Vec<Vec<u8>> = list.items.iter().map(|item| text_of(item).to_vec()).collect();
            Some(parts.join(&b","[..]))
        }
        Some(Value::Nil) | None => None,
        Some(value) => Some(text_of(&value).to_vec()),
    };
    value.or_else(|| Some(out.into_bytes()))
}

/// How a `set` line names an item that exists by itself.
fn selector(def: &'static MenuDef, view: &View<'_>, index: usize) -> String {
    let text = |property: usize| text(view, index, property);
    if let Some(selector) = view.table.selector(index) {
        return selector;
    }
    if manners::numbered(def) {
        return index.to_string();
    }
    if let Some(name) = def.property("default-name").and_then(text).filter(|name| !name.is_empty()) {
        return format!("[ find default-name={} ]", plain(&name));
    }
    match def.name_property.and_then(text) {
        Some(name) => plain(&name),
        None => index.to_string(),
    }
}

/// What an item says, sorted by name, flags without a value; dotted names shorten after the first of their group.
fn pairs(
    def: &'static MenuDef,
    view: &View<'_>,
    index: usize,
    builtin: bool,
    part: Part<'_>,
    style: Style,
) -> Vec<Pair> {
    let mut pairs: Vec<Pair> = Vec::new();
    let remembers = manners::remembers(def);
    let all = (0..def.properties.len()).chain(view.table.extra(index));
    for property in all.filter(|property| part.has(*property)) {
        let Some(p) = def.property_at(property) else { continue };
        let shown = told(def, p) && (p.access != Access::Sensitive || style.sensitive);
        // What the system itself gave an item (names of ports, addresses of hardware) was never set.
        let changed = view.table.explicit(index, property)
            && (remembers
                || manners::remembered(def, p.name)
                || !view.table.is_default(index, property, view.names));
        // What ports have by themselves is said as well (`disable-running-check=no`).
        let own = def.kind == Kind::FixedList && !p.required;
        let always =
            p.always_export && (own || def.kind == Kind::List && !builtin) || manners::always(def, p.name);
        let says = style.verbose || changed || always;
        if !shown || !says || manners::goes_without_saying(def, view, index, p.name) {
            continue;
        }
        match text(view, index, property).map(|value| manners::written(def, p.name, value)) {
            // A flag is there or it is not.
            Some(value) if def.bare_flag(property) || manners::flag(def, p.name) => {
                pairs.extend((value == b"yes").then(|| (p.name.to_owned(), None)));
            }
            Some(value) => pairs.push((p.name.to_owned(), Some(value))),
            // `!keepalive`: taken away, though it is there by default.
            None if view.table.taken_away(index, property) => pairs.push((format!("!{}", p.name), None)),
            None => {}
        }
    }
    if !matches!(part, Part::Only(_)) {
        pairs.extend(common(def, view, index, remembers, style));
    }
    pairs.sort_by(|(a, _), (b, _)| a.trim_start_matches('!').cmp(b.trim_start_matches('!')));
    shorten(&mut pairs);
    pairs
}

/// `disabled=` and `comment=`.
fn common(def: &MenuDef, view: &View<'_>, index: usize, remembers: bool, style: Style) -> Vec<Pair> {
    let mut pairs: Vec<Pair> = Vec::new();
    let disabled = view.table.disabled(index);
    let set = remembers && view.table.disabled_explicit(index);
    if def.can_disable && (disabled != view.table.born_disabled(index) || set || style.verbose) {
        pairs.push(("disabled".into(), Some(if disabled { "yes" } else { "no" }.into())));
    }
    let comment = view.table.comment(index);
    if *comment != view.table.born_comment(index) {
        pairs.push(("comment".into(), Some(comment.to_vec())));
    }
    pairs
}

/// `output.network=a output.redistribute=b` is written `output.network=a .redistribute=b`.
fn shorten(pairs: &mut [Pair]) {
    let mut prefix = String::new();
    for (name, _) in pairs {
        let full = name.clone();
        if let Some((own, rest)) = full.split_once('.') {
            if own == prefix {
                *name = format!(".{rest}");
            }
            own.clone_into(&mut prefix);
        }
    }
}

/// Writes one command, broken at the width: before `name=`, behind `name=`, or inside a quoted value.
fn write_line(command: &str, pairs: &[Pair], width: usize, out: &mut String) {
    const INDENT: usize = 4;
    out.push_str(command);
    let mut column = command.len();
    let wrap = |out: &mut String, mark: &str| {
        out.push_str(mark);
        out.push_str("\\\n");
        out.push_str(&" ".repeat(INDENT));
        INDENT
    };
    for (at, (name, value)) in pairs.iter().enumerate() {
        let last = at + 1 == pairs.len();
        // Room for the blank and backslash that end a broken line.
        let limit = if last { width } else { width - 2 };
        let Some(value) = value else {
            if column + 1 + name.len() <= limit {
                out.push(' ');
                column += 1;
            } else {
                column = wrap(out, " ");
            }
            out.push_str(name);
            column += name.len();
            continue;
        };
        let quoted = needs_quotes(value);
        let length = if quoted { crate::quote::quote(value).len() } else { value.len() };
        let key = name.len() + 1;
        // Longer than any line: it is quoted so that it can be broken, and begins where it stands.
        let long = length > limit - INDENT;
        let first = value.first().map_or(0, |byte| escaped(*byte).len());
        if column + 1 + key + length <= limit || long && column + 1 + key + 1 + first < width {
            out.push(' ');
            column += 1;
        } else if column + 2 + key < width {
            out.push(' ');
            out.push_str(name);
            column = wrap(out, "=");
            column = write_value(value, column, quoted || long, (width, limit), out);
            continue;
        } else {
            column = wrap(out, " ");
        }
        if column == INDENT && !long && column + key + length > limit && column + key + 1 < width {
            out.push_str(name);
            column = wrap(out, "=");
            column = write_value(value, column, quoted, (width, limit), out);
            continue;
        }
        out.push_str(name);
        out.push('=');
        column = write_value(value, column + key, quoted || long, (width, limit), out);
    }
    out.push('\n');
}

/// Writes a value and gives the column behind it, which is at most the limit; lines within it are as wide as they can.
fn write_value(
    value: &[u8],
    column: usize,
    quoted: bool,
    (width, limit): (usize, usize),
    out: &mut String,
) -> usize {
    if !quoted {
        out.push_str(&String::from_utf8_lossy(value));
        return column + value.len();
    }
    let mut column = column + 1;
    out.push('"');
    for (at, byte) in value.iter().enumerate() {
        let mut piece = escaped(*byte);
        let last = at + 1 == value.len();
        // The backslash or the closing quote must fit too. Script text has a line for each of its own: RouterOS breaks
        // between `\r` and `\n`.
        let room = if last { limit } else { width };
        if column + piece.len() + 1 > room || (at > 0 && *byte == b'\n') {
            out.push_str("\\\n    ");
            column = 4;
            if piece == " " {
                piece = "\\_".into();
            }
        }
        column += piece.len();
        out.push_str(&piece);
    }
    out.push('"');
    column + 1
}
