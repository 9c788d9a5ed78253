//! `print`: how rows become text.
//!
//! Layouts and their exact spacing: `/reference` §2.3, samples §2.5. Everything comes from [`MenuDef`]; there is no
//! code for a particular menu.

mod detail;
mod lines;
mod narrow;
mod oid;
mod table;

use crate::View;
use crate::machine::rows::read_field;
use crate::matching::exact_property;
use crate::syntax::RowField;
use menu::{Access, Array, Counter, Id, Kind, Layout, MenuDef, StatsLayout, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What stands before a comment.
const REMARK: &str = ";;; ";

/// Which layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// As the menu says.
    Default,
    Table,
    /// `print stats`.
    Stats,
    Detail,
    Terse,
    ValueList,
}

/// The arguments of `print`.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    pub(crate) form: Form,
    /// `proplist`; empty = the menu's columns.
    pub(crate) columns: Vec<String>,
    pub(crate) show_ids: bool,
    pub(crate) show_sensitive: bool,
    pub(crate) stats: bool,
    pub(crate) count_only: bool,
    pub(crate) as_value: bool,
    /// Legend and column names stand above the rows.
    pub(crate) heading: bool,
    /// Only these rows are printed, in columns as wide as all need; `None`: all.
    pub(crate) only: Option<BTreeSet<Id>>,
    /// The time, which `timestamp` puts before each row.
    pub(crate) timestamp: Option<String>,
    /// `!comments`: no `;;;`.
    pub(crate) without_comments: bool,
    /// `oid`: what SNMP calls the values instead of the values.
    pub(crate) oid: bool,
    /// Where detail lines wrap, and how wide tables may be.
    pub(crate) width: Option<usize>,
    /// For a person at a terminal: an empty line follows a table.
    pub(crate) person: bool,
}

/// One row to print.
struct Row {
    id: Id,
    index: usize,
    number: Option<usize>,
}

/// What a layout works on.
struct Page<'a> {
    def: &'static MenuDef,
    view: &'a View<'a>,
    rows: Vec<Row>,
    /// Property indices in order.
    properties: Vec<usize>,
    options: &'a Options,
}

/// The text of a print. `numbered` are the rows that have numbers, in order.
pub(crate) fn render(
    def: &'static MenuDef,
    view: &View<'_>,
    ids: &[Id],
    numbered: &[Id],
    options: &Options,
) -> String {
    let page = page(def, view, ids, numbered, options);
    match options.form {
        _ if options.oid => page.oids(),
        Form::Stats if def.stats_layout == StatsLayout::Transposed => page.value_list(),
        _ if def.kind == Kind::Settings && options.form != Form::Terse => page.settings(),
        Form::Terse => page.terse(),
        Form::ValueList => page.value_list(),
        _ if in_lines(def, options) => page.value_lines(),
        _ if tabular(def, options) => page.table(),
        _ => page.detail(),
    }
}

fn tabular(def: &MenuDef, options: &Options) -> bool {
    match options.form {
        Form::Default => def.layout == Layout::Table,
        Form::Stats => def.stats_layout != StatsLayout::Detail,
        form => form == Form::Table,
    }
}

fn in_lines(def: &MenuDef, options: &Options) -> bool {
    options.form == Form::Default && def.layout == Layout::Lines
}

/// Each row as it is shown, to see what changes: flags, remark and what stands in the columns. Times that the router
/// measures are left out, because they pass by themselves (`last-seen`, `uptime`).
pub(crate) fn shown_rows(
    def: &'static MenuDef,
    view: &View<'_>,
    ids: &[Id],
    options: &Options,
) -> BTreeMap<Id, String> {
    let page = page(def, view, ids, &[], options);
    let groups = page.flag_groups();
    let passes = |row: &Row, property: usize| {
        page.def.property_at(property).is_some_and(|p| p.access == Access::ReadOnly)
            && matches!(view.table.get(row.index, property, view.names), Some(Value::Time(_)))
    };
    let text = |row: &Row| {
        let mut text: String = groups.iter().map(|group| page.letter(row, group)).collect();
        text.extend(page.one_remark(row));
        for property in page.properties.iter().filter(|property| !passes(row, **property)) {
            text.push('\0');
            text.extend(page.text(row, *property));
        }
        text
    };
    page.rows.iter().map(|row| (row.id, text(row))).collect()
}

fn page<'a>(
    def: &'static MenuDef,
    view: &'a View<'a>,
    ids: &[Id],
    numbered: &[Id],
    options: &'a Options,
) -> Page<'a> {
    let mut rows = Vec::with_capacity(ids.len());
    // Both lists are mostly in the same order: search from where the last one was found.
    let mut from = 0;
    for id in ids {
        let Some(index) = view.table.index_of(*id) else { continue };
        let ahead = numbered.get(from..).unwrap_or_default().iter().position(|n| n == id);
        let number = ahead.map(|n| n + from).or_else(|| numbered.iter().position(|n| n == id));
        from = number.map_or(from, |n| n + 1);
        rows.push(Row { id: *id, index, number });
    }
    let tabular = tabular(def, options);
    // A table looks at all rows, so that the columns stay where they are.
    if let Some(only) = options.only.as_ref().filter(|_| !tabular) {
        rows.retain(|row| only.contains(&row.id));
    }
    let properties = properties(def, view, &rows, options, tabular || in_lines(def, options));
    Page { def, view, rows, properties, options }
}

/// The properties to show.
fn properties(
    def: &'static MenuDef,
    view: &View<'_>,
    rows: &[Row],
    options: &Options,
    tabular: bool,
) -> Vec<usize> {
    let named = |name: &str| exact_property(def, name);
    let listed: Vec<usize> =
        options.columns.iter().filter(|name| !name.is_empty()).filter_map(|name| named(name)).collect();
    if !listed.is_empty() {
        return listed;
    }
    let shown = |p: &menu::PropertyDef| match p.access {
        Access::ReadWrite | Access::ReadOnly => true,
        Access::Sensitive => options.show_sensitive,
        Access::WriteOnly => false,
    };
    if options.stats && !def.stats_columns.is_empty() {
        return def.stats_columns.iter().filter_map(|name| named(name)).collect();
    }
    if options.stats && def.properties.iter().any(|p| p.stats) {
        return counters(def, tabular);
    }
    let settings = def.kind == Kind::Settings;
    if tabular && !settings && !def.columns.is_empty() {
        let columns = def.columns.iter().filter_map(|name| named(name));
        return columns.filter(|index| def.property_at(*index).is_some_and(shown)).collect();
    }
    let mut all: Vec<usize> = def
        .properties
        .iter()
        .enumerate()
        .filter(|(_, p)| shown(p) && !p.stats)
        .map(|(index, _)| index)
        .collect();
    let further: BTreeSet<usize> = rows.iter().flat_map(|row| view.table.extra(row.index)).collect();
    all.extend(further.into_iter().filter(|index| def.property_at(*index).is_some_and(shown)));
    if settings {
        // What the menu names first stands first.
        let place = |index: &usize| def.columns.iter().position(|name| named(name) == Some(*index));
        all.sort_by_key(|index| place(index).unwrap_or(usize::MAX));
    }
    all
}

/// What `stats` shows: what names an item and its counters, with `stats-detail` its link's history too.
fn counters(def: &'static MenuDef, tabular: bool) -> Vec<usize> {
    let keys = ["chain", "action"].iter().filter_map(|name| def.property(name)).chain(def.name_property);
    let mut columns: Vec<usize> = keys.collect();
    for (index, property) in def.properties.iter().enumerate() {
        let of_link = !tabular && (property.name.starts_with("last-link-") || property.name == "link-downs");
        if (property.stats || of_link) && !columns.contains(&index) {
            columns.push(index);
        }
    }
    columns
}

impl Page<'_> {
    /// The printed text of a property; `None` when unset.
    fn text(&self, row: &Row, property: usize) -> Option<String> {
        let mut out = String::new();
        if !self.view.table.print(row.index, property, self.view.names, &mut out) {
            return None;
        }
        let counter = |p: &menu::PropertyDef| p.stats || p.value == Counter::KIND;
        match out.parse() {
            // For people the digits of counters stand in threes.
            Ok(count)
                if self.options.form != Form::Terse
                    && self.def.stats_layout != StatsLayout::Detail
                    && self.def.property_at(property).is_some_and(counter) =>
            {
                Some(Counter(count).grouped())
            }
            _ => Some(out),
        }
    }

    fn is_list(&self, row: &Row, property: usize) -> bool {
        matches!(self.view.table.get(row.index, property, self.view.names), Some(Value::Array(_)))
    }

    fn name(&self, property: usize) -> &'static str {
        self.def.property_at(property).map_or("", |p| p.name)
    }

    fn quoted(&self, property: usize) -> bool {
        self.def.property_at(property).is_some_and(|p| p.quoted)
    }

    fn right_aligned(&self, property: usize) -> bool {
        self.def.property_at(property).is_some_and(|p| p.right_aligned)
    }

    /// What stands behind `;;;`: the system's reason, else the comment.
    ///
    /// A comment of several lines goes on below, under the text and not under the `;;;`: no row begins there. Real
    /// consoles may show it otherwise; no capture of one is known.
    fn remark(&self, row: &Row, indent: usize) -> Option<String> {
        let remark = self.one_remark(row)?;
        if !remark.contains(['\n', '\r']) {
            return Some(remark);
        }
        let below = format!("\n{}", " ".repeat(indent + REMARK.len()));
        Some(remark.replace("\r\n", "\n").replace('\r', "\n").trim_end_matches('\n').replace('\n', &below))
    }

    /// The same as it stands, with the line ends that it has.
    fn one_remark(&self, row: &Row) -> Option<String> {
        if self.options.without_comments {
            return None;
        }
        if let Some(reason) = self.view.table.reason(row.index) {
            return Some(reason.to_string());
        }
        let comment = self.view.table.comment(row.index);
        (!comment.is_empty()).then(|| comment.to_string())
    }

    /// Groups of flags: the indices of the flags that share a character column.
    fn flag_groups(&self) -> Vec<Vec<usize>> {
        let mut groups: Vec<(u8, Vec<usize>)> = Vec::new();
        for (index, flag) in self.def.flags.iter().enumerate() {
            match groups.iter_mut().find(|(group, _)| *group == flag.group) {
                Some((_, flags)) => flags.push(index),
                None => groups.push((flag.group, vec![index])),
            }
        }
        groups.into_iter().map(|(_, flags)| flags).collect()
    }

    /// The letter of the first flag of a group that is set.
    fn letter(&self, row: &Row, group: &[usize]) -> char {
        let set = group.iter().find(|flag| self.view.table.flag(row.index, **flag));
        set.and_then(|flag| self.def.flags.get(*flag)).map_or(' ', |flag| flag.letter)
    }

    /// The number of a row, or its id with `show-ids`.
    fn label(&self, row: &Row) -> String {
        match row.number {
            _ if self.options.show_ids => row.id.to_string(),
            Some(number) => number.to_string(),
            None => String::new(),
        }
    }

    /// Width of the widest label; 0 when no row has one.
    fn label_width(&self) -> usize {
        self.rows.iter().map(|row| self.label(row).len()).max().unwrap_or(0)
    }
}

/// Characters that a text takes on the terminal.
fn width(text: &str) -> usize {
    text.chars().count()
}

/// A text of several lines in one.
fn one_line(text: String) -> String {
    match text.contains(['\n', '\r']) {
        true => text.replace('\r', "").replace('\n', "\\n"),
        false => text,
    }
}

/// Appends `count` blanks.
fn pad(out: &mut String, count: usize) {
    out.extend(std::iter::repeat_n(' ', count));
}

/// Everything that can be read of a row, by name.
/// With `only` no more than what it lists and the id.
pub(crate) fn row_array(
    def: &'static MenuDef,
    view: &View<'_>,
    index: usize,
    sensitive: bool,
    only: &[String],
) -> Array {
    let mut array = Array::default();
    if def.kind != Kind::Settings {
        array.keyed.insert(".id".into(), Value::Id(view.table.id(index)));
    }
    let shown = |p: &menu::PropertyDef| match p.access {
        Access::ReadWrite | Access::ReadOnly => true,
        Access::Sensitive => sensitive,
        Access::WriteOnly => false,
    };
    let mut put = |name: &str, field| {
        let value = read_field(view, index, field);
        if value != Value::Nothing {
            array.keyed.insert(name.into(), value);
        }
    };
    for property in (0..def.properties.len()).chain(view.table.extra(index)) {
        if let Some(p) = def.property_at(property).filter(|p| shown(p)) {
            put(p.name, RowField::Property(property));
        }
    }
    for (flag, def) in def.flags.iter().enumerate() {
        put(def.name, RowField::Flag(flag));
    }
    let comment = view.table.comment(index);
    if !comment.is_empty() {
        array.keyed.insert("comment".into(), Value::Str(comment.clone()));
    }
    if !only.is_empty() {
        array.keyed.retain(|key, _| {
            key.as_slice() == b".id" || only.iter().any(|name| name.as_bytes() == key.as_slice())
        });
    }
    array
}

/// `print as-value`: an array of rows; of a settings menu the one row itself.
pub(crate) fn as_value(def: &'static MenuDef, view: &View<'_>, ids: &[Id], options: &Options) -> Value {
    let row = |id: &Id| {
        let index = view.table.index_of(*id)?;
        Some(Value::Array(Arc::new(row_array(def, view, index, options.show_sensitive, &options.columns))))
    };
    match def.kind {
        Kind::Settings => ids.first().and_then(row).unwrap_or_else(|| Value::list(Vec::new())),
        _ => Value::list(ids.iter().filter_map(row).collect()),
    }
}
