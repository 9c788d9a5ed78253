//! `/safe-mode`: changes that are taken back when the session that makes them is lost.
//!
//! Manual: "Configuration Management", "Safe Mode". One session holds it. What anybody changes meanwhile is taken back
//! when that session is lost, and kept when it is released. More than a hundred changes end it and are kept.

mod menu;

pub use self::menu::SafeMode;

use crate::Router;
use crate::config::Feature;
use crate::system::history::Terminal;
use ::menu::{Menu, Value};
use console::{CommandCall, Outcome};

/// `/safe-mode`.
pub static FEATURE: Feature = Feature { command, ..Feature::NONE };

/// Printed when a session takes safe mode.
pub const TAKEN: &str = "[Safe Mode taken]";
/// Printed when it is released.
pub const RELEASED: &str = "[Safe Mode released]";
/// Printed to the session that loses it to another one.
pub const RELEASED_BY_OTHER: &str = "[Safe mode released by another user]";
/// Asked when somebody else holds it.
pub const HIJACK: &str = "Hijacking Safe Mode from someone - unroll/release/don't take it [u/r/d]: ";

impl Router {
    /// The session that holds safe mode. It ends by itself when more than a hundred changes are made in it.
    #[must_use]
    pub fn safe_mode(&self) -> Option<Terminal> {
        self.history.holder()
    }

    /// Takes safe mode for a session. Who held it until now keeps its changes (`[r]` of [`HIJACK`]); unroll first for
    /// `[u]`.
    pub fn take_safe_mode(&mut self, terminal: Terminal) {
        self.history.take(terminal);
    }

    /// Ends safe mode, whoever holds it, and keeps the changes.
    pub fn release_safe_mode(&mut self) {
        self.history.release();
    }

    /// Ends safe mode, whoever holds it, and takes back what was changed since it was taken.
    pub fn unroll_safe_mode(&mut self) {
        self.history.unroll(&mut self.config);
    }

    /// A session is lost (closed window, Ctrl-D): if it holds safe mode, its changes are taken back. `/quit` releases
    /// first.
    pub fn lose_terminal(&mut self, terminal: Terminal) {
        if self.safe_mode() == Some(terminal) {
            self.unroll_safe_mode();
        }
    }
}

/// Brings the menu up to date.
pub(crate) fn refresh(router: &mut Router) {
    router.config.tables.safe_mode.settings_mut().taken = router.safe_mode().is_some();
}

fn command(router: &mut Router, call: &CommandCall) -> Option<Outcome> {
    if call.menu.path != SafeMode::DEF.path {
        return None;
    }
    let own = router.history.author.as_ref().map_or(Terminal::NONE, |author| author.terminal);
    let holder = router.safe_mode();
    let command = match (call.command, holder) {
        ("toggle", Some(_)) => "release",
        ("toggle", None) => "take",
        (other, _) => other,
    };
    let text = match (command, holder) {
        ("take", Some(holder)) if holder != own => {
            // `on-error=` answers what a person is asked.
            let answer = call.argument("on-error").map(|value| value.argument().into_owned());
            match answer.as_deref() {
                Some(b"unroll") => router.unroll_safe_mode(),
                Some(b"release") => {}
                _ => return Some(Outcome::Failed("failure: safe mode is held by someone else".into())),
            }
            router.take_safe_mode(own);
            TAKEN
        }
        ("take", Some(_)) => return Some(Outcome::Done(Value::Nil)),
        ("take", None) => {
            router.take_safe_mode(own);
            TAKEN
        }
        ("release", Some(_)) => {
            router.release_safe_mode();
            RELEASED
        }
        ("unroll", Some(_)) => {
            router.unroll_safe_mode();
            RELEASED
        }
        ("release" | "unroll", None) => return Some(Outcome::Done(Value::Nil)),
        _ => return None,
    };
    Some(Outcome::Printed(format!("{text}\n").into(), Value::Nil))
}
