//! `/system/logging`: which messages go where.
//!
//! Manual: "Log". Actions `memory` and `echo` work; `disk`, `remote` and `email` are accepted and reported.

mod menu;

pub use self::menu::{Action, Rule, Target};

use crate::config::{Change, Config, Feature};
use crate::state::State;
use ::menu::{List, Name, Ref};
use ::menu::{Menu, Rejected};
use clock::Instant;
use console::Pattern;
use std::sync::{Arc, OnceLock};

/// `/system/logging` and `/system/logging/action`.
pub static FEATURE: Feature = Feature { check, apply, refresh, ..Feature::NONE };

/// The rules as the log uses them.
#[derive(Clone, Debug, Default)]
pub struct Compiled {
    /// In order.
    pub rules: Vec<CompiledRule>,
}

/// One rule.
#[derive(Clone, Debug)]
pub struct CompiledRule {
    wanted: Vec<Box<str>>,
    refused: Vec<Box<str>>,
    /// Put before the message.
    pub prefix: Box<str>,
    /// Id of the action.
    pub action: u32,
    /// How many lines memory keeps; `None` = the action keeps none there.
    pub memory_lines: Option<usize>,
    /// Memory keeps the oldest lines.
    pub stop_on_full: bool,
    /// What the message must match.
    regex: Option<Pattern>,
}

impl CompiledRule {
    /// True when the message itself passes `regex`.
    #[must_use]
    pub fn takes(&self, message: &str) -> bool {
        self.regex.as_ref().is_none_or(|regex| regex.is_match(message))
    }

    /// True when the message has every wanted topic and none of the refused ones.
    #[must_use]
    pub fn matches(&self, topics: &str) -> bool {
        let has = |topic: &str| topics.split(',').any(|have| have == topic);
        self.wanted.iter().all(|topic| has(topic)) && !self.refused.iter().any(|topic| has(topic))
    }
}

/// Topics and action of the rules that every device starts with.
const DEFAULT_RULES: [(&str, u32); 4] =
    [("info", MEMORY), ("error", MEMORY), ("warning", MEMORY), ("critical", ECHO)];
/// Id of the action `memory`.
const MEMORY: u32 = 1;
/// Id of the action `echo`.
const ECHO: u32 = 3;

/// Makes the rows that every device starts with, when somebody looks at the menu for the first time: most devices of a
/// large network are never asked.
pub(crate) fn ensure_rows(config: &mut Config) {
    if !config.tables.logging_action.is_empty() {
        return;
    }
    let actions = [
        ("memory", Target::Memory),
        ("disk", Target::Disk),
        ("echo", Target::Echo),
        ("remote", Target::Remote),
    ];
    for (name, target) in actions {
        let item = Action { name: Name::from(name), target, default_: true, ..Action::default() };
        config.tables.logging_action.push(item, false);
    }
    for (topic, action) in DEFAULT_RULES {
        let item = Rule {
            topics: List(vec![topic.into()]),
            action: Ref::to(::menu::Id(action)),
            default_: true,
            ..Rule::default()
        };
        config.tables.logging.push(item, false);
    }
}

fn refresh(config: &mut Config, _state: &mut State, _now: Instant) {
    ensure_rows(config);
}

/// What the rows of [`ensure_rows`] compile to; one for all devices.
fn default_rules() -> Arc<Compiled> {
    static RULES: OnceLock<Arc<Compiled>> = OnceLock::new();
    let rule = |(topic, action): &(&str, u32)| CompiledRule {
        wanted: vec![(*topic).into()],
        refused: Vec::new(),
        prefix: Box::default(),
        action: *action,
        memory_lines: (*action == MEMORY).then_some(1000),
        stop_on_full: false,
        regex: None,
    };
    let make = || Arc::new(Compiled { rules: DEFAULT_RULES.iter().map(rule).collect() });
    Arc::clone(RULES.get_or_init(make))
}

fn check(config: &Config, change: &mut Change<'_>) -> Result<(), Rejected> {
    if let Some((_, item)) = change.item::<Rule>()
        && let Some(regex) = &item.regex
        && let Err(message) = Pattern::new(&regex.to_string())
    {
        return Err(Rejected::failure(message).at("regex"));
    }
    if let Some((id, item)) = change.item::<Action>()
        && config
            .tables
            .logging_action
            .rows()
            .iter()
            .any(|row| Some(row.id) != id && row.item.name == item.name)
    {
        return Err(Rejected::failure("action with this name already exists").at("name"));
    }
    if let Change::Remove(def, id) = change {
        let builtin = if def.path == Action::DEF.path {
            config.tables.logging_action.by_id(*id).is_some_and(|row| row.item.default_)
        } else {
            def.path == Rule::DEF.path
                && config.tables.logging.by_id(*id).is_some_and(|row| row.item.default_)
        };
        if builtin {
            return Err(Rejected::failure("can not remove default logging items"));
        }
    }
    Ok(())
}

fn apply(config: &mut Config, state: &mut State, _now: Instant) {
    state.log.rules = match config.tables.logging_action.is_empty() {
        true => default_rules(),
        false => Arc::new(compile(config)),
    };
    // Lines that nobody would read are not made.
    let debug = state
        .log
        .rules
        .rules
        .iter()
        .any(|rule| rule.matches("dhcp,debug") || rule.matches("dhcp,debug,packet"));
    state.ip.dhcp.engine.set_debug(debug);
}

fn compile(config: &Config) -> Compiled {
    let mut compiled = Compiled::default();
    for row in config.tables.logging.active() {
        let Some(action) = config.tables.logging_action.by_id(row.item.action.id) else { continue };
        let mut rule = CompiledRule {
            wanted: Vec::new(),
            refused: Vec::new(),
            prefix: row.item.prefix.to_string().into(),
            action: action.id.0,
            memory_lines: (action.item.target == Target::Memory)
                .then(|| usize::try_from(action.item.memory_lines.get()).unwrap_or(1000)),
            stop_on_full: action.item.memory_stop_on_full,
            regex: row.item.regex.as_ref().and_then(|regex| Pattern::new(&regex.to_string()).ok()),
        };
        for topic in &row.item.topics.0 {
            let topic = topic.to_string();
            match topic.strip_prefix('!') {
                Some(topic) => rule.refused.push(topic.into()),
                None => rule.wanted.push(topic.into()),
            }
        }
        compiled.rules.push(rule);
    }
    compiled
}
