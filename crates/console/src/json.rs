//! JSON of `:serialize` and `:deserialize`.

use crate::literal::{number, scalar, text_of};
use crate::operators::MAX_SIZE;
use bstr::ByteSlice;
use menu::{Array, Text, Value};
use std::fmt::Write;
use std::sync::Arc;

/// Deepest nesting read.
const MAX_DEPTH: usize = 100;

/// The options of `:serialize`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    /// Text that looks like a number stays text; else it becomes a number with six decimals, as on devices.
    pub(crate) keep_strings: bool,
    /// One element a line.
    pub(crate) pretty: bool,
}

/// JSON of a value; an array with any key is an object.
pub(crate) fn write(value: &Value, style: Style) -> String {
    let mut out = String::new();
    write_value(value, style, 0, &mut out);
    out
}

fn write_value(value: &Value, style: Style, depth: usize, out: &mut String) {
    // Writing into a `String` cannot fail.
    let _ = match value {
        _ if out.len() > 4 * MAX_SIZE => Ok(()),
        Value::Nil | Value::Nothing => write!(out, "null"),
        Value::Bool(b) => write!(out, "{b}"),
        Value::Num(n) => write!(out, "{n}"),
        Value::Str(text) => {
            let plain = text.to_str().ok().and_then(number).filter(|_| !style.keep_strings);
            match plain {
                Some(n) => write!(out, "{n}.000000"),
                None => {
                    write_string(text, out);
                    Ok(())
                }
            }
        }
        Value::Array(array) => {
            write_array(array, style, depth, out);
            Ok(())
        }
        other => {
            write_string(&text_of(other), out);
            Ok(())
        }
    };
}

fn write_array(array: &Array, style: Style, depth: usize, out: &mut String) {
    let object = !array.keyed.is_empty();
    let line = |depth: usize, out: &mut String| {
        if style.pretty {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', 4 * depth));
        }
    };
    out.push(if object { '{' } else { '[' });
    let positions = array.items.iter().enumerate().map(|(i, value)| (Text::from(i.to_string()), value));
    let keyed = array.keyed.iter().map(|(key, value)| (key.clone(), value));
    let empty = array.items.is_empty() && !object;
    for (at, (key, value)) in positions.chain(keyed).enumerate() {
        if at > 0 {
            out.push(',');
        }
        line(depth + 1, out);
        if object {
            write_string(&key, out);
            out.push(':');
        }
        write_value(value, style, depth + 1, out);
    }
    if !empty {
        line(depth, out);
    }
    out.push(if object { '}' } else { ']' });
}

fn write_string(text: &[u8], out: &mut String) {
    out.push('"');
    for c in text.to_str_lossy().chars() {
        let _ = match c {
            '"' | '\\' => write!(out, "\\{c}"),
            '\n' => write!(out, "\\n"),
            '\r' => write!(out, "\\r"),
            '\t' => write!(out, "\\t"),
            c if u32::from(c) < 0x20 => write!(out, "\\u{:04x}", u32::from(c)),
            c => write!(out, "{c}"),
        };
    }
    out.push('"');
}

/// The value of a JSON text; `None` when it is none.
pub(crate) fn read(text: &[u8], keep_strings: bool) -> Option<Value> {
    let mut reader = Reader { text: text.to_str().ok()?, depth: 0, keep_strings };
    let value = reader.value()?;
    reader.blanks();
    reader.text.is_empty().then_some(value)
}

/// What a text says: a number, a time, an address, or itself.
fn converted(text: Text) -> Value {
    match scalar(&text) {
        value @ (Value::Num(_)
        | Value::Time(_)
        | Value::Ip(_)
        | Value::IpPrefix(..)
        | Value::Ip6(_)
        | Value::Ip6Prefix(..)) => value,
        _ => Value::Str(text),
    }
}

struct Reader<'a> {
    text: &'a str,
    depth: usize,
    keep_strings: bool,
}

impl Reader<'_> {
    fn blanks(&mut self) {
        self.text = self.text.trim_start_matches([' ', '\t', '\r', '\n']);
    }

    fn eat(&mut self, word: &str) -> bool {
        self.blanks();
        match self.text.strip_prefix(word) {
            Some(rest) => {
                self.text = rest;
                true
            }
            None => false,
        }
    }

    fn value(&mut self) -> Option<Value> {
        self.blanks();
        if self.text.starts_with('"') {
            return self
                .string()
                .map(|text| if self.keep_strings { Value::Str(text) } else { converted(text) });
        }
        for (word, value) in
            [("null", Value::Nil), ("true", Value::Bool(true)), ("false", Value::Bool(false))]
        {
            if self.eat(word) {
                return Some(value);
            }
        }
        if self.text.starts_with(['[', '{']) {
            if self.depth >= MAX_DEPTH {
                return None;
            }
            self.depth += 1;
            let array = if self.eat("[") { self.list() } else { self.object() };
            self.depth -= 1;
            return array.map(|array| Value::Array(Arc::new(array)));
        }
        let digits = |c: char| c.is_ascii_digit() || "+-.eE".contains(c);
        let end = self.text.find(|c| !digits(c)).unwrap_or(self.text.len());
        let (written, rest) = self.text.split_at(end);
        self.text = rest;
        // Fractions have no type of their own; whole ones are numbers.
        let whole = written.split_once('.').map_or(written, |(whole, fraction)| {
            if fraction.bytes().all(|b| b == b'0') { whole } else { written }
        });
        match number(whole) {
            Some(n) => Some(Value::Num(n)),
            None => {
                written.starts_with(|c: char| c == '-' || c.is_ascii_digit()).then(|| Value::text(written))
            }
        }
    }

    fn list(&mut self) -> Option<Array> {
        let mut array = Array::default();
        if self.eat("]") {
            return Some(array);
        }
        loop {
            array.items.push(self.value()?);
            if self.eat("]") {
                return Some(array);
            }
            self.eat(",").then_some(())?;
        }
    }

    fn object(&mut self) -> Option<Array> {
        let mut array = Array::default();
        self.eat("{").then_some(())?;
        if self.eat("}") {
            return Some(array);
        }
        loop {
            self.blanks();
            let key = self.string()?;
            self.eat(":").then_some(())?;
            let value = self.value()?;
            array.keyed.insert(key, value);
            if self.eat("}") {
                return Some(array);
            }
            self.eat(",").then_some(())?;
        }
    }

    fn string(&mut self) -> Option<Text> {
        let mut chars = self.text.strip_prefix('"')?.chars();
        let mut out = String::new();
        loop {
            match chars.next()? {
                '"' => break,
                '\\' => out.push(match chars.next()? {
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    'b' => '\u{8}',
                    'f' => '\u{c}',
                    'u' => {
                        let mut code = 0;
                        for _ in 0..4 {
                            code = code * 16 + chars.next()?.to_digit(16)?;
                        }
                        char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
                    }
                    other => other,
                }),
                c => out.push(c),
            }
        }
        self.text = chars.as_str();
        Some(out.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_goes_out_and_comes_back() {
        let style = Style { keep_strings: true, pretty: false };
        for text in ["[1,\"a\",true,null]", "{\"a\":{\"b\":[]},\"c\":\"x\\n\\\"\"}", "-5", "\"\u{e4}\""] {
            assert_eq!(write(&read(text.as_bytes(), true).unwrap(), style), text);
        }
        assert_eq!(write(&Value::text("1234"), Style { keep_strings: false, pretty: false }), "1234.000000");
        for wrong in ["", "[1", "{a:1}", "tru", "\"", "[1]x", "\"\\u12\""] {
            assert_eq!(read(wrong.as_bytes(), true), None, "{wrong}");
        }
        assert_eq!(read("[".repeat(100_000).as_bytes(), true), None);
    }
}
