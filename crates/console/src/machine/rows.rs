//! The rows that `where` goes through.

use super::Machine;
use crate::compile::Program;
use crate::matching::{Match, exact_property, find_property};
use crate::operators::truthy;
use crate::syntax::RowField;
use crate::{Target, View};
use menu::{Id, MenuDef, Text, Value};

/// A pass over the rows of a menu.
#[derive(Clone, Debug)]
pub(super) struct Rows {
    def: Option<&'static MenuDef>,
    ids: Vec<Id>,
    /// Position of the row at hand, plus one.
    next: usize,
    /// Its position in the table.
    index: usize,
    pub(super) kept: Vec<Id>,
}

/// All rows of a table.
pub(super) fn all_ids(view: &View<'_>) -> Vec<Id> {
    (0..view.table.len()).map(|index| view.table.id(index)).collect()
}

impl Machine {
    pub(super) fn rows_begin(&mut self, site: usize, program: &Program, target: &mut dyn Target) {
        let def = program.sites.get(site).and_then(|site| site.def);
        let mut ids = Vec::new();
        if let Some(def) = def {
            self.refresh(def, target);
            ids = target.view(def).map(|view| all_ids(&view)).unwrap_or_default();
        }
        self.rows.push(Rows { def, ids, next: 0, index: 0, kept: Vec::new() });
    }

    /// Goes to the next row that still exists; false at the end.
    pub(super) fn rows_next(&mut self, target: &mut dyn Target) -> bool {
        let Some(rows) = self.rows.last_mut() else { return false };
        let Some(view) = rows.def.and_then(|def| target.view(def)) else { return false };
        while let Some(id) = rows.ids.get(rows.next) {
            // The position is as at the beginning unless the condition itself changed the table.
            let unmoved = rows.next < view.table.len() && view.table.id(rows.next) == *id;
            let index = if unmoved { Some(rows.next) } else { view.table.index_of(*id) };
            rows.next += 1;
            if let Some(index) = index {
                rows.index = index;
                return true;
            }
        }
        false
    }

    pub(super) fn rows_keep(&mut self) {
        let value = self.pop();
        if let Some(rows) = self.rows.last_mut()
            && truthy(&value)
            && let Some(id) = rows.ids.get(rows.next.saturating_sub(1))
        {
            rows.kept.push(*id);
        }
    }

    /// A property or flag of the row at hand.
    pub(super) fn field(&mut self, field: RowField, target: &mut dyn Target) -> Value {
        let Some(rows) = self.rows.last() else { return Value::Nothing };
        let Some(view) = rows.def.and_then(|def| target.view(def)) else { return Value::Nothing };
        read_field(&view, rows.index, field)
    }
}

/// A property or flag of a row.
pub(crate) fn read_field(view: &View<'_>, index: usize, field: RowField) -> Value {
    let table = view.table;
    if index >= table.len() {
        return Value::Nothing;
    }
    match field {
        RowField::Id => Value::Id(table.id(index)),
        RowField::Disabled => Value::Bool(table.disabled(index)),
        RowField::Dynamic => Value::Bool(table.dynamic(index)),
        RowField::Comment => Value::Str(Text::clone(table.comment(index))),
        RowField::Property(property) => table.get(index, property, view.names).unwrap_or(Value::Nothing),
        RowField::Flag(flag) => Value::Bool(table.flag(index, flag)),
        RowField::Unlisted => Value::Nothing,
    }
}

/// All that can be read of a row, by name: properties, then flags, then what every row has.
pub(super) fn field_named(def: &'static MenuDef, name: &[u8]) -> Option<RowField> {
    let text = std::str::from_utf8(name).ok()?;
    if let Some(index) = exact_property(def, text) {
        return Some(RowField::Property(index));
    }
    if let Some(index) = def.flags.iter().position(|flag| flag.name == text) {
        return Some(RowField::Flag(index));
    }
    match text {
        ".id" => Some(RowField::Id),
        "disabled" => Some(RowField::Disabled),
        "dynamic" => Some(RowField::Dynamic),
        "comment" => Some(RowField::Comment),
        _ => match find_property(def, text, |_| !text.is_empty()) {
            Match::One(index) => Some(RowField::Property(index)),
            _ => None,
        },
    }
}
