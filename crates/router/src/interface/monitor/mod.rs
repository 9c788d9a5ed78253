//! `/interface/monitor-traffic`: how much passes through interfaces; `/interface/ethernet/monitor`: their links.
//!
//! A run takes the counters, waits for its interval and shows the difference by the second; RouterOS, which measures all the
//! time, shows its first figures at once. Fast path, queues of interfaces and damaged frames are not simulated, so those
//! figures are zero.
//!
//! Arguments that both have: `once`, `duration`, `interval` and `freeze-frame-interval` (the longer one is the time between
//! two printouts), `file` with `append`, `as-value`, and `do`, whose block sees the figures as variables.
//!
//! Manual: "Interface stats and monitor-traffic", "Ethernet".

mod figures;

use self::figures::{as_value, read, variables};
use super::ethernet::Ethernet;
use super::{Counters, Interface, Number};
use crate::Router;
use bstr::{BString, ByteSlice};
use clock::{Duration, Instant};
use console::{CommandCall, Outcome, Poll, Token};
use menu::{Id, Lookup, Menu, Names, Text, Value};
use std::collections::BTreeMap;

/// Tokens with this bit are of this command.
const OURS: u64 = 1 << 62;

/// Runs by token.
#[derive(Clone, Debug, Default)]
pub(crate) struct Monitors {
    last: u64,
    runs: BTreeMap<u64, Run>,
}

/// What a run looks at.
#[derive(Clone, Debug)]
enum Source {
    /// Interfaces with their counters at the last printout; none stands for all together.
    Traffic(Vec<(Option<Number>, Counters)>),
    /// Links of ports.
    Link(Vec<Number>),
}

#[derive(Clone, Debug)]
struct Run {
    source: Source,
    since: Instant,
    interval: Duration,
    /// When it shows its next figures.
    due: Instant,
    /// When it ends by itself.
    until: Option<Instant>,
    once: bool,
    as_value: bool,
    /// Each printout is handed to the block of `do=` as well.
    runs_block: bool,
    /// Gets the printouts in place of the terminal.
    file: Option<Text>,
    /// `proplist`; empty = all.
    shown: Vec<String>,
    /// What ended it has been printed.
    done: bool,
}

/// `monitor-traffic`, and `monitor` of ports.
pub(super) fn command(router: &mut Router, call: &CommandCall) -> Option<Outcome> {
    let source = match (call.menu.path, call.command) {
        (path, "monitor-traffic") if path == Interface::DEF.path => traffic(router, call),
        (path, "monitor") if path == Ethernet::DEF.path => links(call),
        _ => return None,
    };
    Some(match source.and_then(|source| start(router, call, source)) {
        Ok(token) => Outcome::Pending(token),
        Err(text) => Outcome::Failed(text),
    })
}

/// Is this a run of `monitor-traffic`?
pub(crate) fn owns(token: Token) -> bool {
    token.0 & OURS != 0
}

fn span(call: &CommandCall, name: &str) -> Result<Option<Duration>, String> {
    let nanos = match call.argument(name) {
        None => return Ok(None),
        Some(Value::Time(nanos)) => u64::try_from(*nanos).ok(),
        Some(Value::Num(seconds)) => u64::try_from(*seconds).ok().and_then(|s| s.checked_mul(1_000_000_000)),
        Some(other) => menu::parse_time(&other.argument().to_str_lossy()),
    };
    match nanos {
        Some(nanos) if nanos > 0 => Ok(Some(Duration::from_nanos(nanos))),
        _ => Err(format!("invalid value for argument {name}")),
    }
}

/// Bounds of `freeze-frame-interval`.
const SHORTEST_FRAME: Duration = Duration::from_millis(20);
const LONGEST_FRAME: Duration = Duration::from_secs(30);

fn traffic(router: &Router, call: &CommandCall) -> Result<Source, String> {
    let Some(named) = call.argument("interface") else {
        return Err("missing value(s) of argument(s) interface".into());
    };
    let mut interfaces = Vec::new();
    collect(router, named, &mut interfaces)?;
    Ok(Source::Traffic(interfaces.into_iter().map(|number| (number, read(router, number))).collect()))
}

fn links(call: &CommandCall) -> Result<Source, String> {
    if call.argument("numbers").is_none() {
        return Err("missing value(s) of argument(s) numbers".into());
    }
    Ok(Source::Link(call.items.iter().map(|id| Number::from(*id)).collect()))
}

/// Time between two printouts.
fn pace(call: &CommandCall) -> Result<Duration, String> {
    let frame = span(call, "freeze-frame-interval")?;
    if frame.is_some_and(|frame| !(SHORTEST_FRAME..=LONGEST_FRAME).contains(&frame)) {
        return Err("value of freeze-frame-interval is out of range (00:00:00.020 .. 00:00:30)".into());
    }
    let interval = span(call, "interval")?;
    Ok(frame.into_iter().chain(interval).max().unwrap_or(Duration::from_secs(1)))
}

fn start(router: &mut Router, call: &CommandCall, source: Source) -> Result<Token, String> {
    let now = router.now;
    let shown = call.argument("proplist").map(|list| list.argument().to_str_lossy().into_owned());
    let interval = pace(call)?;
    let mut file = call.argument("file").map(|name| Text::from(name.argument().into_owned()));
    if let Some(name) = &mut file {
        if !name.ends_with(b".txt") {
            name.extend_from_slice(b".txt");
        }
        if call.argument("append").is_none() || crate::file::read(router, name).is_none() {
            crate::file::write(router, name, b"")?;
        }
    }
    // A link is seen at once; rates need time.
    let due = if matches!(source, Source::Link(_)) { now } else { now + interval };
    let run = Run {
        source,
        since: now,
        interval,
        due,
        until: span(call, "duration")?.map(|span| now + span),
        once: call.argument("once").is_some(),
        as_value: call.argument("as-value").is_some(),
        runs_block: call.argument("do").is_some(),
        file,
        shown: shown.unwrap_or_default().split(',').filter(|n| !n.is_empty()).map(str::to_owned).collect(),
        done: false,
    };
    let monitors = &mut router.state.monitors;
    monitors.last += 1;
    let token = OURS | monitors.last;
    monitors.runs.insert(token, run);
    Ok(Token(token))
}

/// The interfaces that the argument names: names, ids, lists of them, `aggregate`.
fn collect(router: &Router, value: &Value, found: &mut Vec<Option<Number>>) -> Result<(), String> {
    match value {
        Value::Array(array) => array.items.iter().try_for_each(|element| collect(router, element, found)),
        Value::Id(id) => one(router, &Text::from(id.to_string()), found),
        other => other.argument().split_str(",").try_for_each(|name| one(router, &Text::from(name), found)),
    }
}

fn one(router: &Router, name: &Text, found: &mut Vec<Option<Number>>) -> Result<(), String> {
    if name.as_slice() == b"aggregate" {
        found.push(None);
        return Ok(());
    }
    let known = |id: &Id| router.state.interfaces.get((*id).into()).is_some();
    let by_id = Id::parse(name).filter(known);
    match by_id.map_or_else(|| router.config.lookup(crate::config::INTERFACE, name), Lookup::One) {
        Lookup::One(id) => {
            found.push(Some(Number::from(id)));
            Ok(())
        }
        Lookup::None => Err("input does not match any value of interface".into()),
        Lookup::Ambiguous => {
            Err("ambiguous value of interface, more than one possible value matches input".into())
        }
    }
}

/// Goes on with a run.
pub(crate) fn poll(router: &mut Router, token: Token) -> Poll {
    let Some(run) = router.state.monitors.runs.get(&token.0) else {
        return Poll::Failed("interrupted".into());
    };
    let ends = run.done || (run.until.is_some_and(|until| router.now >= until) && router.now < run.due);
    if ends {
        router.state.monitors.runs.remove(&token.0);
        return Poll::Done(Value::Nil);
    }
    if router.now < run.due {
        return Poll::Pending(Some(run.until.map_or(run.due, |until| run.due.min(until))));
    }
    let mut run = run.clone();
    let mut columns = run.source.figures(router, run.since);
    for column in &mut columns {
        column.retain(|(name, ..)| run.shown.is_empty() || run.shown.iter().any(|shown| shown == name));
    }
    run.since = router.now;
    run.due = router.now + run.interval;
    run.source.begin_again(router);
    run.done = run.once || run.until.is_some_and(|until| router.now >= until);
    if run.as_value && run.done && !run.runs_block {
        router.state.monitors.runs.remove(&token.0);
        return Poll::Done(as_value(columns));
    }
    let mut text = if run.as_value { String::new() } else { run.source.print(&columns) };
    if let Some(name) = &run.file {
        let mut contents = crate::file::read(router, name).unwrap_or_default();
        contents.extend_from_slice(text.as_bytes());
        if let Err(message) = crate::file::write(router, name, &contents) {
            router.state.monitors.runs.remove(&token.0);
            return Poll::Failed(message);
        }
        text.clear();
    }
    let runs_block = run.runs_block;
    router.state.monitors.runs.insert(token.0, run);
    match runs_block {
        true => Poll::Round(BString::from(text), variables(&columns)),
        false if text.is_empty() => poll(router, token),
        false => Poll::Output(BString::from(text)),
    }
}

/// The job is gone.
pub(crate) fn cancel(router: &mut Router, token: Token) {
    router.state.monitors.runs.remove(&token.0);
}
