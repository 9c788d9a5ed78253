//! Text longer than the screen, page by page, with RouterOS's line of keys.

use crossterm::event::{Event, KeyCode, KeyEventKind, KeyModifiers, read};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode, size};

use crate::terminal;

/// What a person wants next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wish {
    Page,
    Line,
    PageUp,
    LineUp,
    Rest,
    Quit,
}

/// Shows the text; a person turns the pages when it is longer than the screen.
pub(crate) fn show(text: &str) {
    let (columns, rows) = size().map_or((80, 24), |(c, r)| (usize::from(c), usize::from(r)));
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let heights: Vec<usize> = lines.iter().map(|line| height(line, columns)).collect();
    let room = rows.saturating_sub(1).max(1);
    let print = |from: usize, until: usize| {
        terminal::print(&lines.get(from..until).unwrap_or_default().concat());
    };
    let mut top = 0;
    let mut end = fill(&heights, top, room);
    print(top, end);
    while end < lines.len() {
        terminal::print(keys(top));
        let wish = ask();
        terminal::print("\r\u{1b}[K");
        let shown = end;
        match wish {
            Wish::Page => (top, end) = (end, fill(&heights, end, room)),
            Wish::Line => {
                end += 1;
                while fill(&heights, top, room) < end && top + 1 < end {
                    top += 1;
                }
            }
            Wish::PageUp | Wish::LineUp => {
                let up = if wish == Wish::LineUp { 1 } else { heights_above(&heights, top, room) };
                top = top.saturating_sub(up);
                end = fill(&heights, top, room);
                terminal::print("\u{1b}[H\u{1b}[J");
                print(top, end);
                continue;
            }
            Wish::Rest => end = lines.len(),
            Wish::Quit => return,
        }
        print(shown, end);
    }
}

/// What stands below a page that begins with this line.
fn keys(top: usize) -> &'static str {
    if top > 0 { "-- [Q quit|D dump|up|down]" } else { "-- [Q quit|D dump|down]" }
}

/// Rows that a line takes on the screen; colours take no room.
fn height(line: &str, columns: usize) -> usize {
    let mut width = 0usize;
    let mut chars = line.trim_end_matches('\n').chars();
    while let Some(c) = chars.next() {
        if c == '\u{1b}' {
            chars.by_ref().find(char::is_ascii_alphabetic);
        } else {
            width += 1;
        }
    }
    usize::max(1, width.div_ceil(columns.max(1)))
}

/// Behind which line a page ends that begins with line `top`; one line at least.
fn fill(heights: &[usize], top: usize, room: usize) -> usize {
    let mut left = room;
    let fits = |height: &&usize| {
        let fits = **height <= left;
        left = left.saturating_sub(**height);
        fits
    };
    top + heights.iter().skip(top).take_while(fits).count().max(1)
}

/// How many lines fit on a page that ends above line `top`.
fn heights_above(heights: &[usize], top: usize, room: usize) -> usize {
    let above: Vec<usize> = heights.iter().take(top).rev().copied().collect();
    fill(&above, 0, room)
}

/// Waits for a key that means something.
fn ask() -> Wish {
    if enable_raw_mode().is_err() {
        return Wish::Rest;
    }
    let wish = loop {
        match read() {
            Ok(Event::Key(key)) if key.kind != KeyEventKind::Release => {
                let control = key.modifiers.contains(KeyModifiers::CONTROL);
                if let Some(wish) = wish(key.code, control) {
                    break wish;
                }
            }
            Ok(_) => {}
            Err(_) => break Wish::Rest,
        }
    };
    let _ = disable_raw_mode();
    wish
}

fn wish(key: KeyCode, control: bool) -> Option<Wish> {
    match key {
        KeyCode::Char('c') if control => Some(Wish::Quit),
        KeyCode::Char('q' | 'Q') | KeyCode::Esc => Some(Wish::Quit),
        KeyCode::Char('d' | 'D') => Some(Wish::Rest),
        KeyCode::Char(' ') | KeyCode::PageDown => Some(Wish::Page),
        KeyCode::Down | KeyCode::Enter => Some(Wish::Line),
        KeyCode::PageUp => Some(Wish::PageUp),
        KeyCode::Up => Some(Wish::LineUp),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keys_are_those_of_routeros() {
        assert_eq!(wish(KeyCode::Char('q'), false), Some(Wish::Quit));
        assert_eq!(wish(KeyCode::Char('c'), true), Some(Wish::Quit));
        assert_eq!(wish(KeyCode::Char('c'), false), None);
        assert_eq!(wish(KeyCode::Char('D'), false), Some(Wish::Rest));
        assert_eq!(wish(KeyCode::Down, false), Some(Wish::Line));
        assert_eq!(wish(KeyCode::Char(' '), false), Some(Wish::Page));
        assert_eq!(wish(KeyCode::Up, false), Some(Wish::LineUp));
    }

    #[test]
    fn a_page_is_as_long_as_the_screen() {
        assert_eq!(height("\u{1b}[36mabcd\u{1b}[0m\n", 4), 1);
        assert_eq!(height("abcde\n", 4), 2);
        assert_eq!(height("\n", 4), 1);
        assert_eq!(fill(&[1, 1, 2, 1], 0, 3), 2);
        assert_eq!(fill(&[1, 1, 2, 1], 2, 3), 4);
        assert_eq!(fill(&[9], 0, 3), 1);
        assert_eq!(heights_above(&[1, 1, 2, 1], 3, 3), 2);
    }
}
