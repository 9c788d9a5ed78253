//! `/system/history`, `/undo`, `/redo`: what was changed, and taking it back.
//!
//! Manual: "Configuration Management", "Undo". Recorded is every change that a person, a script or an API makes
//! ([`console::Target`]); what features make by themselves (dynamic rows, states) is not, nor is the configuration that
//! a device starts with. A hundred actions are kept; [`record`] says how one is taken back.

mod menu;
mod record;
mod said;
mod words;

pub use self::menu::Entry;
pub use self::record::Terminal;
pub(crate) use self::record::{Author, History, Origin};
pub(crate) use self::said::say;

use self::record::Step;
use crate::Router;
use crate::config::Feature;
use ::menu::{Id, SavedRow, Value};
use console::{CommandCall, Outcome};

/// `/system/history`.
pub static FEATURE: Feature = Feature { command, ..Feature::NONE };

/// Fills the menu with the actions, newest first.
pub(crate) fn refresh(router: &mut Router) {
    let history = &router.history;
    let actions = history.actions();
    let mut rows = Vec::with_capacity(actions.len());
    for (at, action) in actions.iter().enumerate() {
        // An item as an action left it is what the next one that touched it found.
        let other = |step: &Step| -> Option<&SavedRow> {
            match action.undone {
                false => actions.iter().skip(at + 1).filter(|o| !o.undone).find_map(|o| o.row_of(step)),
                true => actions.iter().take(at).rev().take_while(|o| o.undone).find_map(|o| o.row_of(step)),
            }
        };
        let commands = words::commands(&router.config, action, &other);
        let floats = history.floats(action);
        let entry = Entry {
            redo: commands.redo.as_str().into(),
            undo: commands.undo.as_str().into(),
            action: words::phrase(action.menu, action.verb, action.item.as_deref()).as_str().into(),
            by: (&*action.by).into(),
            policy: "write".into(),
            time: router.state.log.date_time(action.at).as_str().into(),
            undoable: !action.undone && !floats,
            redoable: action.undone,
            floating_undo: floats,
        };
        rows.push((Id(action.number), entry));
    }
    let table = &mut router.config.tables.history;
    table.retain(|_| false);
    for (id, entry) in rows.into_iter().rev() {
        table.push_with_id(id, entry, true);
    }
}

/// `/undo`, `/redo`.
fn command(router: &mut Router, call: &CommandCall) -> Option<Outcome> {
    let redo = match (call.menu.path, call.command) {
        ("/", "undo") => false,
        ("/", "redo") => true,
        _ => return None,
    };
    Some(match router.turn_history(redo) {
        true => Outcome::Done(Value::Nil),
        false => Outcome::Failed(format!("failure: nothing to {}", call.command)),
    })
}

impl Router {
    /// Takes back the last change (`/undo`), or makes the last one that was taken back again (`/redo`). False when
    /// there is none.
    pub fn turn_history(&mut self, redo: bool) -> bool {
        self.history.turn(&mut self.config, redo)
    }
}
