//! `print detail`: every property as `name=value`, wrapped.

use super::{Page, REMARK, Row, pad, width};
use crate::quote::quote;
use std::fmt::Write;

impl Page<'_> {
    pub(super) fn detail(&self) -> String {
        self.items(|row| {
            let time = self.options.timestamp.iter().map(|time| format!("timestamp={time}"));
            time.chain(self.pairs(row, true)).collect()
        })
    }

    /// The items with what `pairs` says of each.
    pub(super) fn items(&self, pairs: impl Fn(&Row) -> Vec<String>) -> String {
        let mut out = String::new();
        if self.options.heading {
            self.full_legend(&mut out);
        }
        let groups = self.flag_groups();
        let number_width = self.label_width();
        for (at, row) in self.rows.iter().enumerate() {
            if at > 0 {
                out.push('\n');
            }
            self.item(row, pairs(row), &groups, number_width, &mut out);
        }
        // At a terminal the legend of no items is followed by an empty line, as captures show.
        if self.options.person && self.rows.is_empty() && !out.is_empty() {
            out.push('\n');
        }
        out
    }

    /// `Flags: X - disabled, I - invalid; D - dynamic `: all flags of the menu; a group that does not fit goes on the
    /// next line.
    fn full_legend(&self, out: &mut String) {
        let groups = self.flag_groups();
        if groups.is_empty() {
            return;
        }
        out.push_str("Flags: ");
        let mut column = "Flags: ".len();
        for (at, group) in groups.iter().enumerate() {
            let flags = group.iter().filter_map(|flag| self.def.flags.get(*flag));
            let names: Vec<String> = flags.map(|flag| format!("{} - {}", flag.letter, flag.name)).collect();
            let last = at + 1 == groups.len();
            let text = format!("{}{}", names.join(", "), if last { " " } else { "; " });
            if self.options.width.is_some_and(|limit| column + text.len() > limit) && at > 0 {
                out.push('\n');
                column = 0;
            }
            column += text.len();
            out.push_str(&text);
        }
        out.push('\n');
    }

    fn item(
        &self,
        row: &Row,
        pairs: Vec<String>,
        groups: &[Vec<usize>],
        number_width: usize,
        out: &mut String,
    ) {
        let label = self.label(row);
        out.push(' ');
        pad(out, number_width.max(1) - label.len().min(number_width.max(1)));
        out.push_str(&label);
        self.flag_letters(row, groups, out);
        // A menu without flags has no column for them.
        let flags = if groups.is_empty() { 0 } else { groups.len() + 1 };
        let indent = number_width.max(1) + flags + 2;
        let mut column = indent;
        if let Some(remark) = self.remark(row, indent) {
            let _ = write!(out, "{REMARK}{remark}");
            out.push('\n');
            pad(out, indent);
        }
        for pair in pairs {
            let length = width(&pair) + 1;
            if self.options.width.is_some_and(|limit| column + length > limit) && column > indent {
                out.push('\n');
                pad(out, indent);
                column = indent;
            }
            column += length;
            out.push_str(&pair);
            out.push(' ');
        }
        out.push('\n');
    }

    /// What stands between the number and the first pair: blanks and the letters of the flags.
    pub(super) fn flag_letters(&self, row: &Row, groups: &[Vec<usize>], out: &mut String) {
        out.push(' ');
        if !groups.is_empty() {
            out.extend(groups.iter().map(|group| self.letter(row, group)));
            out.push(' ');
        }
    }

    /// `name=value` of each property that is set; dotted names shorten after the first of their group.
    pub(super) fn pairs(&self, row: &Row, quotes: bool) -> Vec<String> {
        let mut pairs = Vec::new();
        let mut dotted = "";
        for property in &self.properties {
            let Some(text) = self.text(row, *property) else { continue };
            let name = self.name(*property);
            let shown = match name.split_once('.') {
                Some((prefix, rest)) if quotes && prefix == dotted && !dotted.is_empty() => {
                    format!(".{rest}")
                }
                _ => name.to_string(),
            };
            dotted = name.split_once('.').map_or("", |(prefix, _)| prefix);
            if self.def.bare_flag(*property) {
                pairs.push(shown);
                continue;
            }
            let text = match quotes && (self.quoted(*property) || text.is_empty()) {
                true => quote(text.as_bytes()),
                false => text,
            };
            pairs.push(format!("{shown}={text}"));
        }
        pairs
    }
}
