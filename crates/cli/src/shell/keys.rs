//! Keys: those of the line editor, those that are handed to the shell, and those that were pressed behind one of the latter.
//!
//! The line editor reads all keys that wait at once, and forgets what stands behind a key that it hands out. Here they are
//! held and pressed again after the shell has answered, so that a burst of keys (typed ahead, pasted, sent by a program) does
//! what the same keys do one by one.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use reedline::{
    EditCommand, EditMode, Emacs, KeyCode, KeyModifiers, Keybindings, PromptEditMode, Reedline,
    ReedlineEvent, ReedlineRawEvent, Signal, default_emacs_keybindings,
};

/// The names of the keys that the shell answers.
pub(super) const TAB: &str = "tab";
pub(super) const HELP: &str = "help";
pub(super) const SAFE: &str = "safe";
pub(super) const HOT: &str = "hot";
pub(super) const ENTER: &str = "enter";
/// In front of a character that was typed in hotlock mode.
pub(super) const TYPED: &str = "typed ";

/// What keys and shell share.
#[derive(Default)]
pub(super) struct Held {
    /// Hotlock: words complete while they are typed.
    hot: bool,
    /// A key was handed out that the shell has not answered yet.
    waits: bool,
    events: VecDeque<ReedlineEvent>,
}

/// The keys.
pub(super) struct Keys {
    emacs: Emacs,
    held: Arc<Mutex<Held>>,
}

impl Keys {
    pub(super) fn new(held: &Arc<Mutex<Held>>) -> Self {
        Self { emacs: Emacs::new(bindings()), held: Arc::clone(held) }
    }
}

fn bindings() -> Keybindings {
    let mut keys = default_emacs_keybindings();
    let (none, control) = (KeyModifiers::NONE, KeyModifiers::CONTROL);
    let host = |name: &str| ReedlineEvent::ExecuteHostCommand(name.to_owned());
    keys.add_binding(none, KeyCode::Tab, host(TAB));
    keys.add_binding(none, KeyCode::F(1), host(HELP));
    // Keys pressed while a command ran arrive so: the terminal makes a line feed of Enter then.
    keys.add_binding(control, KeyCode::Char('j'), host(ENTER));
    keys.add_binding(none, KeyCode::F(3), ReedlineEvent::SearchHistory);
    keys.add_binding(none, KeyCode::F(4), host(SAFE));
    keys.add_binding(control, KeyCode::Char('x'), host(SAFE));
    keys.add_binding(none, KeyCode::F(5), ReedlineEvent::ClearScreen);
    keys.add_binding(none, KeyCode::F(7), host(HOT));
    // All lines are always shown.
    keys.add_binding(none, KeyCode::F(8), ReedlineEvent::Repaint);
    // Ctrl-\, as terminals send it.
    for key in ['\\', '4'] {
        keys.add_binding(control, KeyCode::Char(key), ReedlineEvent::Edit(vec![EditCommand::InsertNewline]));
    }
    keys
}

impl EditMode for Keys {
    fn parse_event(&mut self, event: ReedlineRawEvent) -> ReedlineEvent {
        let mut event = self.emacs.parse_event(event);
        let Ok(mut held) = self.held.lock() else { return event };
        if let ReedlineEvent::Edit(commands) = &event
            && let [EditCommand::InsertChar(c)] = commands.as_slice()
            && held.hot
        {
            event = ReedlineEvent::ExecuteHostCommand(format!("{TYPED}{c}"));
        }
        if held.waits {
            held.events.push_back(event);
            return ReedlineEvent::None;
        }
        held.waits = matches!(event, ReedlineEvent::ExecuteHostCommand(_));
        event
    }

    fn edit_mode(&self) -> PromptEditMode {
        self.emacs.edit_mode()
    }
}

/// Turns hotlock on or off.
pub(super) fn toggle_hot(held: &Mutex<Held>) {
    if let Ok(mut held) = held.lock() {
        held.hot = !held.hot;
    }
}

/// Whether hotlock is on.
pub(super) fn is_hot(held: &Mutex<Held>) -> bool {
    held.lock().is_ok_and(|held| held.hot)
}

/// Presses the held keys, up to the next one that the shell answers; `None`: all were pressed, the person is next.
pub(super) fn press_held(editor: &mut Reedline, held: &Mutex<Held>) -> Option<Signal> {
    loop {
        let event = {
            let Ok(mut held) = held.lock() else { return None };
            let event = held.events.pop_front();
            held.waits = event.is_some();
            event?
        };
        match event {
            ReedlineEvent::Edit(commands) => editor.run_edit_commands(&commands),
            ReedlineEvent::ExecuteHostCommand(key) => return Some(Signal::HostCommand(key)),
            ReedlineEvent::Enter | ReedlineEvent::Submit => {
                return Some(Signal::HostCommand(ENTER.to_owned()));
            }
            ReedlineEvent::CtrlC => {
                editor.run_edit_commands(&[EditCommand::Clear]);
                return Some(Signal::CtrlC);
            }
            ReedlineEvent::CtrlD if editor.current_buffer_contents().is_empty() => {
                return Some(Signal::CtrlD);
            }
            ReedlineEvent::CtrlD => editor.run_edit_commands(&[EditCommand::Delete]),
            ReedlineEvent::UntilFound(events) => move_cursor(editor, &events),
            // What moves in the history or paints means nothing without a painted line.
            _ => {}
        }
    }
}

/// The arrows, which stand last in their lists.
fn move_cursor(editor: &mut Reedline, events: &[ReedlineEvent]) {
    let command = match events.last() {
        Some(ReedlineEvent::Left) => EditCommand::MoveLeft { select: false },
        Some(ReedlineEvent::Right) => EditCommand::MoveRight { select: false },
        _ => return,
    };
    editor.run_edit_commands(&[command]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossterm::event::{Event, KeyEvent};

    fn press(keys: &mut Keys, code: KeyCode) -> ReedlineEvent {
        let event = ReedlineRawEvent::try_from(Event::Key(KeyEvent::new(code, KeyModifiers::NONE)));
        event.map_or(ReedlineEvent::None, |event| keys.parse_event(event))
    }

    #[test]
    fn keys_behind_one_that_the_shell_answers_are_pressed_afterwards() {
        let held = Arc::default();
        let mut keys = Keys::new(&held);
        let mut editor = Reedline::create();
        for c in ['a', 'b'] {
            assert!(matches!(press(&mut keys, KeyCode::Char(c)), ReedlineEvent::Edit(_)));
        }
        assert_eq!(press(&mut keys, KeyCode::Tab), ReedlineEvent::ExecuteHostCommand(TAB.into()));
        for code in [KeyCode::Char('c'), KeyCode::Left, KeyCode::Char('d'), KeyCode::Enter, KeyCode::F(1)] {
            assert_eq!(press(&mut keys, code), ReedlineEvent::None);
        }
        let host = |key: &str| Some(key.to_owned());
        let pressed = |signal| match signal {
            Some(Signal::HostCommand(key)) => Some(key),
            _ => None,
        };
        assert_eq!(pressed(press_held(&mut editor, &held)), host(ENTER));
        assert_eq!(editor.current_buffer_contents(), "dc");
        assert_eq!(pressed(press_held(&mut editor, &held)), host(HELP));
        assert_eq!(pressed(press_held(&mut editor, &held)), None);
        assert!(matches!(press(&mut keys, KeyCode::Char('e')), ReedlineEvent::Edit(_)));
    }

    #[test]
    fn hotlock_hands_each_character_out() {
        let held = Arc::default();
        let mut keys = Keys::new(&held);
        toggle_hot(&held);
        assert_eq!(press(&mut keys, KeyCode::Char('i')), ReedlineEvent::ExecuteHostCommand("typed i".into()));
        toggle_hot(&held);
        assert!(!is_hot(&held));
    }
}
