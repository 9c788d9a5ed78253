//! The table: legend of flags, list of columns, header, rows.

use super::{Page, REMARK, Row, narrow, one_line, pad, width};
use std::fmt::Write;

/// One column.
struct Column {
    header: String,
    right: bool,
    width: usize,
    /// Lines of each row's cell.
    cells: Vec<Vec<String>>,
}

impl Page<'_> {
    pub(super) fn table(&self) -> String {
        let mut out = String::new();
        if self.rows.is_empty() {
            return out;
        }
        let groups = self.groups_in_use();
        let time = self.options.timestamp.iter().map(|time| self.time_column(time));
        let mut columns: Vec<Column> =
            time.chain(self.properties.iter().filter_map(|p| self.column(*p))).collect();
        let number_width = self.label_width();
        if let Some(limit) = self.options.width {
            let mut before = " ".repeat(number_width);
            self.gap(number_width, &" ".repeat(groups.len()), &mut before);
            let mut widths: Vec<usize> = columns.iter().map(|column| column.width).collect();
            narrow::shrink(&mut widths, limit.saturating_sub(before.len()));
            columns.iter_mut().zip(widths).for_each(|(column, width)| column.width = width);
        }
        if self.options.heading {
            self.legend(&groups, &mut out);
            let names: Vec<String> =
                columns.iter().map(|column| narrow::told(&column.header, column.width)).collect();
            // Without values there is nothing to name but the numbers.
            if !names.is_empty() {
                // Writing into a `String` cannot fail.
                let _ = writeln!(out, "Columns: {}", names.join(", "));
            }
            self.header(&columns, number_width, groups.len(), &mut out);
        }
        for (at, row) in self.rows.iter().enumerate() {
            if self.options.only.as_ref().is_some_and(|only| !only.contains(&row.id)) {
                continue;
            }
            self.row(row, at, &columns, number_width, &groups, &mut out);
        }
        if self.options.person && self.options.heading {
            out.push('\n');
        }
        out
    }

    /// The groups of flags that have a flag set in some row.
    fn groups_in_use(&self) -> Vec<Vec<usize>> {
        let mut groups = self.flag_groups();
        groups.retain(|group| self.rows.iter().any(|row| self.letter(row, group) != ' '));
        groups
    }

    /// `Flags: D - DYNAMIC; A - ACTIVE; c - CONNECT, s - STATIC`: only what is seen in the rows.
    fn legend(&self, groups: &[Vec<usize>], out: &mut String) {
        if groups.is_empty() {
            return;
        }
        let mut parts = Vec::new();
        for group in groups {
            let seen = |letter: char| self.rows.iter().any(|row| self.letter(row, group) == letter);
            let flags = group.iter().filter_map(|flag| self.def.flags.get(*flag));
            let seen = flags.filter(|flag| seen(flag.letter));
            let names: Vec<String> =
                seen.map(|flag| format!("{} - {}", flag.letter, flag.name.to_uppercase())).collect();
            parts.push(names.join(", "));
        }
        let _ = writeln!(out, "Flags: {}", parts.join("; "));
    }

    /// The column of a property; `None` when no row has a value in it.
    fn column(&self, property: usize) -> Option<Column> {
        let header = self.name(property).to_uppercase();
        let mut cells = Vec::with_capacity(self.rows.len());
        for row in &self.rows {
            let text = self.text(row, property).unwrap_or_default();
            let text = one_line(text);
            cells.push(match self.is_list(row, property) {
                true => text.split(',').map(str::to_owned).collect(),
                false => vec![text],
            });
        }
        let widest = cells.iter().flatten().map(|line| width(line)).max().unwrap_or(0);
        (widest > 0).then(|| Column {
            width: widest.max(width(&header)),
            right: self.right_aligned(property) && cells.iter().flatten().all(|text| is_number(text)),
            header,
            cells,
        })
    }

    /// The column that `timestamp` adds.
    fn time_column(&self, time: &str) -> Column {
        let header = String::from("TIMESTAMP");
        let cells = self.rows.iter().map(|_| vec![time.to_owned()]).collect();
        Column { width: width(time).max(header.len()), right: false, header, cells }
    }

    /// What stands between the numbers and the first column: flags and blanks.
    fn gap(&self, number_width: usize, flags: &str, out: &mut String) {
        if number_width > 0 {
            out.push(' ');
        }
        out.push_str(flags);
        match (self.def.wide_number, flags.is_empty()) {
            (true, _) if number_width > 0 => out.push(' '),
            (_, false) => out.push(' '),
            _ => {}
        }
    }

    fn header(&self, columns: &[Column], number_width: usize, flags: usize, out: &mut String) {
        let mark = if self.options.show_ids { "*" } else { "#" };
        if number_width > 0 {
            pad(out, number_width - 1);
            out.push_str(mark);
        }
        self.gap(number_width, &" ".repeat(flags), out);
        let headers: Vec<&str> = columns.iter().map(|column| column.header.as_str()).collect();
        cells(columns, &headers, out);
    }

    fn row(
        &self,
        row: &Row,
        at: usize,
        columns: &[Column],
        number_width: usize,
        groups: &[Vec<usize>],
        out: &mut String,
    ) {
        if let Some(remark) = self.remark(row, 0) {
            let _ = writeln!(out, "{REMARK}{remark}");
        }
        let lines = columns.iter().filter_map(|c| c.cells.get(at)).map(Vec::len).max().unwrap_or(1);
        for line in 0..lines {
            let label = if line == 0 { self.label(row) } else { String::new() };
            pad(out, number_width - label.len());
            out.push_str(&label);
            let flags: String = match line {
                0 => groups.iter().map(|group| self.letter(row, group)).collect(),
                _ => " ".repeat(groups.len()),
            };
            self.gap(number_width, &flags, out);
            let texts: Vec<&str> = columns
                .iter()
                .map(|column| column.cells.get(at).and_then(|cell| cell.get(line)).map_or("", String::as_str))
                .collect();
            cells(columns, &texts, out);
        }
    }
}

/// Digits, in threes or not. A column in which one cell is more (`12.8MiB`, `0x80`, `100-115`) stands left as a whole.
fn is_number(text: &str) -> bool {
    text.strip_prefix('-').unwrap_or(text).bytes().all(|byte| byte.is_ascii_digit() || byte == b' ')
}

/// One line of cells: numbers right-aligned, text padded, two blanks between.
fn cells(columns: &[Column], texts: &[&str], out: &mut String) {
    for (at, (column, text)) in columns.iter().zip(texts).enumerate() {
        if at > 0 {
            out.push_str("  ");
        }
        let text = narrow::cut(text, column.width);
        let blanks = column.width.saturating_sub(width(text));
        match column.right {
            true => {
                pad(out, blanks);
                out.push_str(text);
            }
            false => {
                out.push_str(text);
                pad(out, blanks);
            }
        }
    }
    out.push('\n');
}
