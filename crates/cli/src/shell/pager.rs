//! Text longer than the screen, page by page, with RouterOS's line of keys.

use crossterm::event::{Event, KeyCode, KeyEventKind, KeyModifiers, read};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode, size};

use crate::terminal;

/// What stands below a page.
const KEYS: &str = "-- [Q quit|D dump|down]";

/// What a person wants next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wish {
    Page,
    Line,
    Rest,
    Quit,
}

/// Shows the text; a person turns the pages when it is longer than the screen.
pub(crate) fn show(text: &str) {
    let rows = size().map_or(24, |(_, rows)| usize::from(rows));
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let page = rows.saturating_sub(1).max(1);
    let mut at = 0;
    let mut count = page;
    loop {
        let until = (at + count).min(lines.len());
        terminal::print(&lines.get(at..until).unwrap_or_default().concat());
        at = until;
        if at >= lines.len() {
            return;
        }
        terminal::print(KEYS);
        let wish = ask();
        terminal::print("\r\u{1b}[K");
        count = match wish {
            Wish::Page => page,
            Wish::Line => 1,
            Wish::Rest => lines.len(),
            Wish::Quit => return,
        };
    }
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
    }
}
