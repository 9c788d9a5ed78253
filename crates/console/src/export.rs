//! One section of an export: `/ip address` and its `add` or `set` lines, quoted and wrapped as RouterOS does.

use crate::View;
use crate::quote::{escaped, needs_quotes};
use menu::{Access, Id, Kind, MenuDef, Namespace};

/// The arguments of `export`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    pub(crate) verbose: bool,
    pub(crate) terse: bool,
    pub(crate) sensitive: bool,
    /// Longest line, the trailing backslash included.
    pub(crate) width: usize,
}

/// Appends a menu's section, of all items or of some; nothing when it has nothing to say.
pub(crate) fn section(
    def: &'static MenuDef,
    view: &View<'_>,
    only: Option<&[Id]>,
    style: Style,
    out: &mut String,
) {
    // A view over the items of other menus has nothing of its own to say, files are no configuration, and users, keys and
    // certificates stay on the device.
    const NEVER: [&str; 3] = ["/certificate", "/user", "/user/ssh-keys"];
    if matches!(def.namespace, Some(Namespace("interface-view" | "file"))) || NEVER.contains(&def.path) {
        return;
    }
    let title = format!("/{}", def.path.trim_start_matches('/').replace('/', " "));
    let mut titled = false;
    for index in 0..view.table.len() {
        if view.table.dynamic(index) || only.is_some_and(|only| !only.contains(&view.table.id(index))) {
            continue;
        }
        // Items that are there from the start (flag `*`) are never added, only changed.
        let builtin = view.table.builtin(index);
        let pairs = pairs(def, view, index, builtin, style);
        let command = match def.kind {
            Kind::List if !builtin => "add".to_owned(),
            Kind::Settings => "set".to_owned(),
            _ => format!("set {}", selector(def, view, index)),
        };
        if pairs.is_empty() && (def.kind != Kind::List || builtin) {
            continue;
        }
        // `# DHCP server can not run on slave interface!`: why an item does not work.
        let reason = view.table.reason(index).filter(|_| !builtin).map(|reason| format!("# {reason}\n"));
        let reason = reason.unwrap_or_default();
        if style.terse {
            out.push_str(&reason);
            let words: Vec<String> = pairs.iter().map(|(name, value)| word(name, value.as_deref())).collect();
            out.push_str(&format!("{title} {command} {}\n", words.join(" ")));
            continue;
        }
        if !std::mem::replace(&mut titled, true) {
            out.push_str(&title);
            out.push('\n');
        }
        out.push_str(&reason);
        write_line(&command, &pairs, style.width, out);
    }
}

/// What sets an item up, as words of `add` or `set`: name and value (in quotes where needed), sorted; a flag has no value.
#[must_use]
pub fn item_arguments(view: &View<'_>, index: usize) -> Vec<(String, Option<String>)> {
    let style = Style { verbose: false, terse: true, sensitive: false, width: usize::MAX };
    let pairs = pairs(view.table.def(), view, index, false, style);
    pairs.into_iter().map(|(name, value)| (name, value.map(|value| plain(&value)))).collect()
}

fn word(name: &str, value: Option<&str>) -> String {
    match value {
        Some(value) => format!("{name}={}", plain(value)),
        None => name.to_owned(),
    }
}

fn plain(value: &str) -> String {
    match needs_quotes(value.as_bytes()) {
        true => crate::quote::quote(value.as_bytes()),
        false => value.to_owned(),
    }
}

/// How a `set` line names an item that exists by itself.
fn selector(def: &'static MenuDef, view: &View<'_>, index: usize) -> String {
    let text = |property: usize| {
        let mut out = String::new();
        view.table.print(index, property, view.names, &mut out).then_some(out)
    };
    if let Some(selector) = view.table.selector(index) {
        return selector;
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
    style: Style,
) -> Vec<(String, Option<String>)> {
    let mut pairs: Vec<(String, Option<String>)> = Vec::new();
    for property in (0..def.properties.len()).chain(view.table.extra(index)) {
        let Some(p) = def.property_at(property) else { continue };
        let shown = match p.access {
            Access::ReadWrite => true,
            Access::Sensitive => style.sensitive,
            Access::ReadOnly | Access::WriteOnly => false,
        };
        // What the system itself gave an item (names of ports, addresses of hardware) was never set.
        let changed =
            view.table.explicit(index, property) && !view.table.is_default(index, property, view.names);
        let says = style.verbose || changed || (p.always_export && def.kind == Kind::List && !builtin);
        let mut value = String::new();
        if shown && says && view.table.print(index, property, view.names, &mut value) {
            pairs.push((p.name.to_owned(), Some(value).filter(|_| !def.bare_flag(property))));
        }
    }
    if def.can_disable && (view.table.disabled(index) != view.table.born_disabled(index) || style.verbose) {
        let value = if view.table.disabled(index) { "yes" } else { "no" };
        pairs.push(("disabled".into(), Some(value.into())));
    }
    let comment = view.table.comment(index);
    if *comment != view.table.born_comment(index) {
        pairs.push(("comment".into(), Some(comment.to_string())));
    }
    pairs.sort();
    let mut prefix = String::new();
    for (name, _) in &mut pairs {
        let full = name.clone();
        if let Some((own, rest)) = full.split_once('.') {
            if own == prefix {
                *name = format!(".{rest}");
            }
            own.clone_into(&mut prefix);
        }
    }
    pairs
}

/// Writes one command, broken at the width: before `name=`, behind `name=`, or inside a quoted value.
fn write_line(command: &str, pairs: &[(String, Option<String>)], width: usize, out: &mut String) {
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
        let quoted = needs_quotes(value.as_bytes());
        let length = if quoted { crate::quote::quote(value.as_bytes()).len() } else { value.len() };
        let key = name.len() + 1;
        if column + 1 + key + length <= limit {
            out.push(' ');
            column += 1;
        } else if column + 1 + key < width {
            out.push(' ');
            out.push_str(name);
            column = wrap(out, "=");
            column = write_value(value, column, quoted || length > width - INDENT, width, out);
            continue;
        } else {
            column = wrap(out, " ");
        }
        out.push_str(name);
        out.push('=');
        column = write_value(value, column + key, quoted || length > width - INDENT, width, out);
    }
    out.push('\n');
}

/// Writes a value and gives the column behind it.
fn write_value(value: &str, column: usize, quoted: bool, width: usize, out: &mut String) -> usize {
    if !quoted {
        out.push_str(value);
        return column + value.len();
    }
    let mut column = column + 1;
    out.push('"');
    let bytes = value.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        let mut piece = escaped(*byte);
        let more = at + 1 < bytes.len();
        // The closing quote or the backslash must fit too; script text breaks behind every line.
        let after_line = at > 0 && bytes.get(at - 1) == Some(&b'\n');
        if column + piece.len() + usize::from(more) + 1 > width
            || (after_line && *byte != b'\r' && *byte != b'\n')
        {
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
