//! `edit`: the value of a property on the whole screen, with RouterOS's keys.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, read};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode, size};

use crate::terminal;

/// What a router answers to `edit` where nobody can edit.
pub(crate) const NEEDS_TERMINAL: &str = "edit needs a terminal\n";
/// The line below the text.
const KEYS: &str = "C-c quit C-o save&quit C-u undo C-k cut line C-y paste F5 repaint";

/// An `edit` that was typed, as the commands that read and write the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Edit {
    /// Puts the value.
    pub(crate) get: String,
    /// What stands before the value in the command that sets it.
    set: String,
}

impl Edit {
    /// Reads a line of one command; `verb` is where its `edit` stands. `None`: not what [`Self::set`] can write.
    pub(crate) fn read(line: &str, verb: std::ops::Range<usize>) -> Option<Self> {
        let (before, behind) = (line.get(..verb.start)?, line.get(verb.end..)?);
        let plain = |word: &'_ str, names: &[&str]| {
            let value = names.iter().find_map(|name| word.strip_prefix(name)?.strip_prefix('='));
            value.unwrap_or(word).to_owned()
        };
        let words = words(behind);
        let (items, property) = match words.as_slice() {
            [property] => (String::new(), property),
            [items, property] => (format!("{} ", plain(items, &["number", "numbers"])), property),
            _ => return None,
        };
        let property = plain(property, &["value-name"]);
        let property = property.trim_matches('"');
        Some(Self {
            get: format!(":put [{before}get {items}{property}]"),
            set: format!("{before}set {items}{property}="),
        })
    }

    /// The command that gives the property this value.
    pub(crate) fn set(&self, value: &str) -> String {
        let mut quoted = String::new();
        for c in value.chars() {
            match c {
                '"' | '\\' | '$' => quoted.extend(['\\', c]),
                '\n' => quoted.push_str("\\n"),
                '\r' => quoted.push_str("\\r"),
                '\t' => quoted.push_str("\\t"),
                c => quoted.push(c),
            }
        }
        format!("{}\"{quoted}\"", self.set)
    }
}

/// The words of a command's arguments; what stands in quotes or brackets is part of one.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let (mut begin, mut depth, mut quoted, mut escaped) = (None, 0_i32, false, false);
    for (at, c) in text.char_indices() {
        if c == ' ' && depth == 0 && !quoted {
            words.extend(begin.take().and_then(|from| text.get(from..at)));
            continue;
        }
        begin.get_or_insert(at);
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            '[' | '(' | '{' if !quoted => depth += 1,
            ']' | ')' | '}' if !quoted => depth -= 1,
            _ => {}
        }
    }
    words.extend(begin.and_then(|from| text.get(from..)));
    words
}

/// A text that is being edited.
#[derive(Clone, Debug, Default)]
struct Text {
    lines: Vec<Vec<char>>,
    row: usize,
    column: usize,
    /// What Ctrl-K has taken last.
    cut: Vec<char>,
    /// How it was before each change.
    before: Vec<(Vec<Vec<char>>, usize, usize)>,
}

/// What a key has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum After {
    GoOn,
    Save,
    Quit,
}

impl Text {
    fn new(text: &str) -> Self {
        let lines = text.split('\n').map(|line| line.trim_end_matches('\r').chars().collect()).collect();
        Self { lines, ..Self::default() }
    }

    /// The text with the ends of lines that it had; RouterOS writes CR LF where it had none.
    fn text(&self, was: &str) -> String {
        let bare = was.contains('\n') && !was.contains("\r\n");
        let lines: Vec<String> = self.lines.iter().map(|line| line.iter().collect()).collect();
        lines.join(if bare { "\n" } else { "\r\n" })
    }

    fn press(&mut self, key: KeyEvent) -> After {
        if key.modifiers.contains(KeyModifiers::CONTROL) {
            match key.code {
                KeyCode::Char('c') => return After::Quit,
                KeyCode::Char('o') => return After::Save,
                KeyCode::Char('u') => self.undo(),
                KeyCode::Char('k') => self.cut_line(),
                KeyCode::Char('y') => self.paste(),
                KeyCode::Char('a') => self.column = 0,
                KeyCode::Char('e') => self.column = self.width(self.row),
                _ => {}
            }
            return After::GoOn;
        }
        match key.code {
            KeyCode::Char(c) => self.insert(c),
            KeyCode::Tab => self.insert('\t'),
            KeyCode::Enter => self.split(),
            KeyCode::Backspace => self.take_before(),
            KeyCode::Delete => self.take_behind(),
            KeyCode::Left if self.column > 0 => self.column -= 1,
            KeyCode::Left if self.row > 0 => self.go(self.row - 1, usize::MAX),
            KeyCode::Right if self.column < self.width(self.row) => self.column += 1,
            KeyCode::Right if self.row + 1 < self.lines.len() => self.go(self.row + 1, 0),
            KeyCode::Up => self.go(self.row.saturating_sub(1), self.column),
            KeyCode::Down => self.go(self.row + 1, self.column),
            KeyCode::PageUp => self.go(self.row.saturating_sub(20), self.column),
            KeyCode::PageDown => self.go(self.row + 20, self.column),
            KeyCode::Home => self.column = 0,
            KeyCode::End => self.column = self.width(self.row),
            _ => {}
        }
        After::GoOn
    }

    fn width(&self, row: usize) -> usize {
        self.lines.get(row).map_or(0, Vec::len)
    }

    fn go(&mut self, row: usize, column: usize) {
        self.row = row.min(self.lines.len().saturating_sub(1));
        self.column = column.min(self.width(self.row));
    }

    fn remember(&mut self) {
        self.before.push((self.lines.clone(), self.row, self.column));
    }

    fn undo(&mut self) {
        if let Some((lines, row, column)) = self.before.pop() {
            (self.lines, self.row, self.column) = (lines, row, column);
        }
    }

    fn insert(&mut self, c: char) {
        self.remember();
        if let Some(line) = self.lines.get_mut(self.row) {
            line.insert(self.column.min(line.len()), c);
            self.column += 1;
        }
    }

    fn split(&mut self) {
        self.remember();
        if let Some(line) = self.lines.get_mut(self.row) {
            let rest = line.split_off(self.column.min(line.len()));
            self.lines.insert(self.row + 1, rest);
            self.go(self.row + 1, 0);
        }
    }

    fn take_before(&mut self) {
        let (row, column) = (self.row, self.column);
        match (row, column) {
            (0, 0) => return,
            (_, 0) => self.go(row - 1, usize::MAX),
            _ => self.column -= 1,
        }
        self.take_behind();
        if let Some(before) = self.before.last_mut() {
            (before.1, before.2) = (row, column);
        }
    }

    fn take_behind(&mut self) {
        let last = self.row + 1 >= self.lines.len();
        let at_end = self.column >= self.width(self.row);
        if last && at_end {
            return;
        }
        self.remember();
        let next = if at_end { self.lines.remove(self.row + 1) } else { Vec::new() };
        if let Some(line) = self.lines.get_mut(self.row) {
            if at_end {
                line.extend(next);
            } else {
                line.remove(self.column);
            }
        }
    }

    fn cut_line(&mut self) {
        if self.row >= self.lines.len() {
            return;
        }
        self.remember();
        self.cut = self.lines.remove(self.row);
        if self.lines.is_empty() {
            self.lines.push(Vec::new());
        }
        self.go(self.row, 0);
    }

    fn paste(&mut self) {
        self.remember();
        self.lines.insert(self.row, self.cut.clone());
        self.go(self.row + 1, 0);
    }

    /// What stands on a screen of this size, and the cursor's row and column there (from 0).
    fn page(&self, columns: usize, rows: usize) -> (String, usize, usize) {
        let top = (self.row + 1).saturating_sub(rows);
        let left = (self.column + 1).saturating_sub(columns);
        let shown = |line: &Vec<char>| -> String {
            let visible = line.iter().skip(left).take(columns);
            visible.map(|c| if c.is_control() { ' ' } else { *c }).collect()
        };
        let mut page = String::new();
        for row in top..top + rows {
            let line = self.lines.get(row).map(shown).unwrap_or_default();
            page += &format!("\r{line}\u{1b}[K\r\n");
        }
        (page, self.row - top, self.column - left)
    }
}

/// Lets a person edit the text; `None` when they leave without saving.
pub(crate) fn edit(was: &str) -> Option<String> {
    enable_raw_mode().ok()?;
    terminal::print("\u{1b}[?1049h");
    let mut text = Text::new(was);
    let saved = loop {
        paint(&text);
        match read() {
            Ok(Event::Key(key)) if key.kind != KeyEventKind::Release => match text.press(key) {
                After::GoOn => {}
                After::Save => break Some(text.text(was)),
                After::Quit => break None,
            },
            Ok(_) => {}
            // The terminal is gone.
            Err(_) => break None,
        }
    };
    terminal::print("\u{1b}[?1049l");
    let _ = disable_raw_mode();
    saved
}

fn paint(text: &Text) {
    let (columns, rows) = size().map_or((80, 24), |(c, r)| (usize::from(c.max(2)), usize::from(r.max(2))));
    let (page, row, column) = text.page(columns - 1, rows - 1);
    let keys = KEYS.get(..columns - 1).unwrap_or(KEYS);
    terminal::print(&format!("\u{1b}[H{page}\r{keys}\u{1b}[K\u{1b}[{};{}H", row + 1, column + 1));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(line: &str) -> Option<Edit> {
        let at = line.find("edit").unwrap();
        Edit::read(line, at..at + 4)
    }

    #[test]
    fn an_edit_is_read_as_a_get_and_a_set() {
        let of = |line: &str| edit(line).map(|edit| (edit.get.clone(), edit.set("a \"b\"\r\n$c")));
        let value = r#""a \"b\"\r\n\$c""#;
        let (get, set) = of("/system/script/edit s1 source").unwrap();
        assert_eq!(get, ":put [/system/script/get s1 source]");
        assert_eq!(set, format!("/system/script/set s1 source={value}"));
        let (get, set) = of("edit number=[find name=\"a b\"] value-name=comment").unwrap();
        assert_eq!(get, ":put [get [find name=\"a b\"] comment]");
        assert_eq!(set, format!("set [find name=\"a b\"] comment={value}"));
        let (get, set) = of("/system note edit note").unwrap();
        assert_eq!(get, ":put [/system note get note]");
        assert_eq!(set, format!("/system note set note={value}"));
        assert_eq!(edit("edit"), None);
        assert_eq!(edit("edit 1 2 3"), None);
    }

    #[test]
    fn keys_change_the_text_and_can_be_undone() {
        let mut text = Text::new("ab\ncd");
        let mut type_keys = |keys: &[KeyCode], control: bool| {
            let modifiers = if control { KeyModifiers::CONTROL } else { KeyModifiers::NONE };
            keys.iter().for_each(|key| {
                let _ = text.press(KeyEvent::new(*key, modifiers));
            });
            text.text("ab\ncd")
        };
        assert_eq!(type_keys(&[KeyCode::End, KeyCode::Char('x'), KeyCode::Enter], false), "abx\n\ncd");
        assert_eq!(type_keys(&[KeyCode::Backspace, KeyCode::Delete], false), "abxcd");
        assert_eq!(type_keys(&[KeyCode::Char('u'), KeyCode::Char('u')], true), "abx\n\ncd");
        assert_eq!(type_keys(&[KeyCode::Char('k')], true), "abx\ncd");
        assert_eq!(type_keys(&[KeyCode::Char('k'), KeyCode::Char('y')], true), "cd\nabx");
        assert_eq!(type_keys(&[KeyCode::Left, KeyCode::Up, KeyCode::Down, KeyCode::Right], false), "cd\nabx");
    }

    #[test]
    fn lines_end_as_they_did_and_new_ones_as_routeros_ends_them() {
        assert_eq!(Text::new("a\r\nb").text("a\r\nb"), "a\r\nb");
        assert_eq!(Text::new("a\nb").text("a\nb"), "a\nb");
        assert_eq!(Text::new("a\nb").text("a"), "a\r\nb");
    }

    #[test]
    fn the_cursor_is_always_on_the_screen() {
        let mut text = Text::new("0123456789\nb\nc");
        text.go(2, 0);
        assert_eq!(text.page(4, 2), ("\rb\u{1b}[K\r\n\rc\u{1b}[K\r\n".into(), 1, 0));
        text.go(0, 10);
        assert_eq!(text.page(4, 1), ("\r789\u{1b}[K\r\n".into(), 0, 3));
    }
}
