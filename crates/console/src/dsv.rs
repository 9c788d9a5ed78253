//! Delimiter-separated values of `:serialize to=dsv` and `:deserialize from=dsv`.
//!
//! One line for each row; a field that holds the delimiter, a quote or a line end stands in quotes, with quotes in it
//! doubled (RFC 4180 §2). What RouterOS prints beyond its manual's examples is (unconfirmed).

use crate::literal::{literal, text_of};
use crate::operators::MAX_SIZE;
use bstr::ByteSlice;
use menu::{Array, Text, Value};
use std::sync::Arc;

/// Longest text written without `dsv.ignore-size`.
pub(crate) const MAX_TEXT: usize = 64 << 10;

/// How `:serialize` writes.
#[derive(Clone, Debug)]
pub(crate) struct Style {
    pub(crate) delimiter: Text,
    /// `dsv.wrap-strings`: every string in quotes.
    pub(crate) wrap: bool,
    /// `dsv.remap`: rows with keys get one heading, and a field each for every key of it.
    pub(crate) remap: bool,
    /// Keys in the order of the fields; the others follow.
    pub(crate) order: Vec<Text>,
}

/// `order=`: an array, or words separated by commas.
pub(crate) fn names(value: &Value) -> Vec<Text> {
    match value {
        Value::Array(array) => array.items.iter().map(text_of).collect(),
        other => text_of(other).split_str(",").map(Text::from).collect(),
    }
}

/// The lines of a value: of a row, or of an array of rows.
pub(crate) fn write(value: &Value, style: &Style) -> Text {
    let one = [value.clone()];
    let rows: &[Value] = match value {
        Value::Array(array) if array.items.iter().any(|item| matches!(item, Value::Array(_))) => &array.items,
        _ => &one,
    };
    let mut keys = style.order.clone();
    for row in rows {
        if let Value::Array(array) = row {
            keys.extend(array.keyed.keys().cloned());
        }
    }
    let mut known = std::collections::BTreeSet::new();
    keys.retain(|key| known.insert(key.clone()));
    let mut out = Vec::new();
    if style.remap && !keys.is_empty() {
        let heading: Vec<Value> = keys.iter().cloned().map(Value::Str).collect();
        line(heading.iter(), style, &mut out);
    }
    for row in rows {
        let Value::Array(array) = row else {
            line([row].into_iter(), style, &mut out);
            continue;
        };
        let absent = Value::Nil;
        let named = keys.iter().filter_map(|key| match array.keyed.get(key) {
            Some(value) => Some(value),
            None => style.remap.then_some(&absent),
        });
        line(array.items.iter().chain(named), style, &mut out);
        if out.len() > MAX_SIZE {
            break;
        }
    }
    out.into()
}

fn line<'a>(fields: impl Iterator<Item = &'a Value>, style: &Style, out: &mut Vec<u8>) {
    for (at, value) in fields.enumerate() {
        if at > 0 {
            out.extend_from_slice(&style.delimiter);
        }
        let text = text_of(value);
        let special = text.contains_str(&style.delimiter) || text.find_byteset(b"\"\r\n").is_some();
        if special || style.wrap && matches!(value, Value::Str(_)) {
            out.push(b'"');
            out.extend_from_slice(&text.replace("\"", "\"\""));
            out.push(b'"');
        } else {
            out.extend_from_slice(&text);
        }
    }
    out.push(b'\n');
}

/// The rows of a text: arrays with the keys of the first line (`dsv.array`), or, when `plain` (`dsv.plain`), arrays
/// without keys, the first line too.
pub(crate) fn read(text: &[u8], delimiter: &[u8], plain: bool) -> Value {
    let typed = |(field, quoted): (Text, bool)| match quoted {
        true => Value::Str(field),
        false => literal(&field),
    };
    let mut rows = records(text, delimiter).into_iter();
    let array = |array: Array| Value::Array(Arc::new(array));
    if plain {
        let row = |fields: Vec<(Text, bool)>| Value::list(fields.into_iter().map(typed).collect());
        return Value::list(rows.map(row).collect());
    }
    let keys: Vec<Text> = rows.next().unwrap_or_default().into_iter().map(|(field, _)| field).collect();
    let row = |fields: Vec<(Text, bool)>| {
        let keyed = keys.iter().cloned().zip(fields.into_iter().map(typed)).collect();
        array(Array { keyed, ..Array::default() })
    };
    Value::list(rows.map(row).collect())
}

/// The fields of each line, and whether they stood in quotes.
fn records(text: &[u8], delimiter: &[u8]) -> Vec<Vec<(Text, bool)>> {
    let mut rows = Vec::new();
    let mut row: Vec<(Text, bool)> = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let quoted = rest.starts_with(b"\"");
        let field = if quoted { quoted_field(&mut rest) } else { plain_field(&mut rest, delimiter) };
        row.push((field, quoted));
        if let Some(behind) = rest.strip_prefix(delimiter) {
            rest = behind;
            if rest.is_empty() || rest.starts_with(b"\n") || rest.starts_with(b"\r") {
                row.push((Text::default(), false));
            } else {
                continue;
            }
        }
        let line_end = rest.iter().position(|b| *b == b'\n').map_or(rest.len(), |at| at + 1);
        rest = rest.get(line_end..).unwrap_or_default();
        rows.push(std::mem::take(&mut row));
    }
    if !row.is_empty() {
        rows.push(row);
    }
    rows
}

fn plain_field(rest: &mut &[u8], delimiter: &[u8]) -> Text {
    let line = rest.find_byteset(b"\r\n").unwrap_or(rest.len());
    let end = rest.find(delimiter).unwrap_or(rest.len()).min(line);
    let (field, behind) = rest.split_at(end);
    *rest = behind;
    field.into()
}

fn quoted_field(rest: &mut &[u8]) -> Text {
    let mut out = Vec::new();
    let mut at = 1;
    while let Some(byte) = rest.get(at) {
        at += 1;
        match (byte, rest.get(at)) {
            (b'"', Some(b'"')) => at += 1,
            (b'"', _) => break,
            _ => {}
        }
        out.push(*byte);
    }
    *rest = rest.get(at..).unwrap_or_default();
    out.into()
}
