//! The layouts of lines: settings, terse, value-list.

use super::{Page, one_line, pad, width};
use menu::ValueKind;

impl Page<'_> {
    /// `                 name: value`: labels right-aligned.
    pub(super) fn settings(&self) -> String {
        let Some(row) = self.rows.first() else { return String::new() };
        let mut lines: Vec<(&str, String)> = Vec::new();
        for property in &self.properties {
            let Some(text) = self.text(row, *property) else { continue };
            let words =
                self.def.property_at(*property).is_some_and(|p| matches!(p.value, ValueKind::Keywords(_)));
            match !words && self.is_list(row, *property) {
                // One value on a line, the label before the first; words stand side by side (`cdp,lldp,mndp`).
                true => {
                    let names = std::iter::once(self.name(*property)).chain(std::iter::repeat(""));
                    lines.extend(names.zip(text.split(',').map(str::to_owned)));
                }
                false => lines.push((self.name(*property), text)),
            }
        }
        labelled(&lines)
    }

    /// ` 2026-10-02 17:34:34 interface,info lo link up`: the values of the columns.
    pub(super) fn value_lines(&self) -> String {
        let mut out = String::new();
        for row in &self.rows {
            for text in self.properties.iter().filter_map(|property| self.text(row, *property)) {
                out.push(' ');
                out.push_str(&text);
            }
            out.push('\n');
        }
        out
    }

    /// ` 0 R  comment=defconf name=ether1 …`: a line for each item.
    pub(super) fn terse(&self) -> String {
        let mut out = String::new();
        let groups = self.flag_groups();
        let number_width = self.label_width();
        for row in &self.rows {
            let label = self.label(row);
            pad(&mut out, 1 + number_width - label.len());
            out.push_str(&label);
            self.flag_letters(row, &groups, &mut out);
            let comment = self.one_remark(row).map(|remark| format!("comment={remark}"));
            let time = self.options.timestamp.iter().map(|time| format!("timestamp={time}"));
            let pairs: Vec<String> =
                time.chain(comment).chain(self.pairs(row, false)).map(one_line).collect();
            out.push_str(&pairs.join(" "));
            out.push_str(" \n");
        }
        out
    }

    /// A line for each property, a column for each item.
    pub(super) fn value_list(&self) -> String {
        let mut out = String::new();
        let mut lines: Vec<(&str, Vec<String>)> = Vec::new();
        for property in &self.properties {
            let texts: Vec<Option<String>> = self.rows.iter().map(|row| self.text(row, *property)).collect();
            if texts.iter().any(Option::is_some) {
                lines
                    .push((self.name(*property), texts.into_iter().map(Option::unwrap_or_default).collect()));
            }
        }
        let longest = lines.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        let column = |at: usize| {
            lines.iter().filter_map(|(_, texts)| texts.get(at)).map(|text| width(text)).max().unwrap_or(0)
        };
        let columns: Vec<usize> = (0..self.rows.len()).map(column).collect();
        for (name, texts) in &lines {
            pad(&mut out, longest + 2 - name.len());
            out.push_str(name);
            out.push(':');
            for (text, column) in texts.iter().zip(&columns) {
                pad(&mut out, 1 + column.saturating_sub(width(text)));
                out.push_str(text);
            }
            out.push('\n');
        }
        out
    }
}

/// Labels to the right, values behind them.
pub(super) fn labelled(lines: &[(&str, String)]) -> String {
    let mut out = String::new();
    let longest = lines.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    for (name, text) in lines {
        pad(&mut out, longest + 2 - name.len());
        out.push_str(name);
        out.push_str(if name.is_empty() { "  " } else { ": " });
        out.push_str(text);
        out.push('\n');
    }
    out
}
