//! `/log`: messages of the device, filtered by `/system/logging`.
//!
//! Manual: "Log". Each message passes the rules of `/system/logging` in order; each rule that its topics fit stores it
//! once by its action (a message that fits two rules with `action=memory` is there twice, as on a router).

mod menu;

pub use self::menu::Entry;

use crate::Router;
use crate::config::{Config, Feature};
use crate::device::Context;
use crate::state::State;
use crate::system::logging::Compiled;
use ::menu::{Menu, Value};
use clock::Instant;
use std::collections::VecDeque;
use std::sync::Arc;

/// `/log`.
pub static FEATURE: Feature = Feature { refresh, command, ..Feature::NONE };

/// A stored message.
#[derive(Clone, Debug)]
pub struct Line {
    /// When.
    pub at: Instant,
    /// Topics, comma-separated, severity last.
    pub topics: Box<str>,
    /// The message.
    pub message: Box<str>,
    /// The logging action that kept it.
    pub action: u32,
    /// Number of the line, from 1.
    pub number: u32,
}

/// The log of a device.
#[derive(Clone, Debug, Default)]
pub struct Log {
    lines: VecDeque<Line>,
    last: u32,
    /// What the router's clock shows beyond UTC, in seconds.
    pub(crate) utc_offset_seconds: i64,
    /// Rules of `/system/logging`.
    pub(crate) rules: Arc<Compiled>,
    /// Lines that the kernel was not told yet (`-v` of a run shows them).
    outbox: Vec<(Box<str>, Box<str>)>,
}

impl Log {
    /// True when some rule takes messages with these topics.
    pub(crate) fn wants(&self, topics: &str) -> bool {
        self.rules.rules.iter().any(|rule| rule.matches(topics))
    }

    /// Logs a message under comma-separated topics, severity last (`dhcp,info`).
    pub fn record(&mut self, now: Instant, topics: &str, message: String) {
        let message: Box<str> = message.into();
        let mut shown = false;
        let rules = Arc::clone(&self.rules);
        for rule in &rules.rules {
            if !rule.matches(topics) || !rule.takes(&message) {
                continue;
            }
            shown = true;
            let Some(keep) = rule.memory_lines else { continue };
            let text: Box<str> = match rule.prefix.as_ref() {
                "" => message.clone(),
                prefix => format!("{prefix}: {message}").into(),
            };
            self.last += 1;
            self.lines.push_back(Line {
                at: now,
                topics: topics.into(),
                message: text,
                action: rule.action,
                number: self.last,
            });
            self.trim(rule.action, keep, rule.stop_on_full);
        }
        if shown {
            self.outbox.push((topics.into(), message));
        }
    }

    /// Keeps at most `keep` lines of one action.
    fn trim(&mut self, action: u32, keep: usize, stop_on_full: bool) {
        if self.lines.len() <= keep {
            return;
        }
        let of_action = self.lines.iter().filter(|line| line.action == action).count();
        if of_action > keep {
            let mut positions = self.lines.iter().enumerate().filter(|(_, line)| line.action == action);
            let at = if stop_on_full { positions.next_back() } else { positions.next() }.map(|(at, _)| at);
            if let Some(at) = at {
                self.lines.remove(at);
            }
        }
    }

    /// `2026-01-01 00:10:00`, by the router's clock.
    pub(crate) fn date_time(&self, at: Instant) -> String {
        local_date_time(at, self.utc_offset_seconds)
    }

    /// The stored lines, oldest first.
    pub fn lines(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter()
    }

    /// Hands new lines to the kernel.
    #[inline]
    pub(crate) fn flush(&mut self, cx: &mut Context<'_>) {
        if self.outbox.is_empty() {
            return;
        }
        for (topics, message) in self.outbox.drain(..) {
            cx.log(&topics, || message.into());
        }
    }
}

/// The date and time in UTC.
pub(crate) fn date_time(at: Instant) -> String {
    local_date_time(at, 0)
}

/// The date and time of a clock that is so many seconds ahead of UTC.
pub(crate) fn local_date_time(at: Instant, utc_offset_seconds: i64) -> String {
    let mut text = String::new();
    let date = local_date(at, utc_offset_seconds);
    ::menu::PropertyType::print(&date, &::menu::NoNames, &mut text);
    text
}

/// The same as a value.
pub(crate) fn local_date(at: Instant, utc_offset_seconds: i64) -> ::menu::Date {
    let seconds = at.unix_nanos() / 1_000_000_000;
    ::menu::Date(seconds.saturating_add_signed(utc_offset_seconds))
}

fn refresh(config: &mut Config, state: &mut State, _now: Instant) {
    crate::system::logging::ensure_rows(config);
    config.tables.log.retain(|_| false);
    for line in state.log.lines() {
        let item = Entry {
            time: state.log.date_time(line.at).into(),
            topics: line.topics.as_ref().into(),
            message: line.message.as_ref().into(),
            buffer: config
                .tables
                .logging_action
                .by_id(::menu::Id(line.action))
                .map(|row| (*row.item.name).clone())
                .unwrap_or_default(),
        };
        config.tables.log.push_with_id(::menu::Id(line.number), item, false);
    }
}

/// `/log info "…"` and its kin.
fn command(router: &mut Router, call: &console::CommandCall) -> Option<console::Outcome> {
    if call.menu.path != Entry::DEF.path {
        return None;
    }
    let severity = match call.command {
        "info" | "warning" | "error" | "debug" => call.command,
        _ => return None,
    };
    let message = call.argument("message").map(|value| value.argument().to_vec()).unwrap_or_default();
    let now = router.now;
    router.state.log.record(
        now,
        &format!("script,{severity}"),
        String::from_utf8_lossy(&message).into_owned(),
    );
    Some(console::Outcome::Done(Value::Nil))
}
