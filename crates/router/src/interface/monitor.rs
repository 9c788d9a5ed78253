//! `/interface/monitor-traffic`: how much passes through interfaces.
//!
//! A run takes the counters, waits for its interval and shows the difference by the second; RouterOS, which measures all the
//! time, shows its first figures at once. Fast path, queues of interfaces and damaged frames are not simulated, so those
//! figures are zero.
//!
//! Manual: "Interface stats and monitor-traffic".

use super::{Counters, Interface, Number};
use crate::Router;
use crate::ip::firewall::connection::BitRate;
use bstr::{BString, ByteSlice};
use clock::{Duration, Instant};
use console::{CommandCall, Outcome, Poll, Token};
use menu::{Array, Counter, Id, Lookup, Menu, Names, PropertyType, Text, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Tokens with this bit are of this command.
const OURS: u64 = 1 << 62;

/// Runs by token.
#[derive(Clone, Debug, Default)]
pub(crate) struct Monitors {
    last: u64,
    runs: BTreeMap<u64, Run>,
}

#[derive(Clone, Debug)]
struct Run {
    /// The interfaces with their counters at `since`; none stands for all together.
    before: Vec<(Option<Number>, Counters)>,
    since: Instant,
    interval: Duration,
    /// When it ends by itself.
    until: Option<Instant>,
    once: bool,
    as_value: bool,
    /// `proplist`; empty = all.
    shown: Vec<String>,
    /// What ended it has been printed.
    done: bool,
}

/// `monitor-traffic`.
pub(super) fn command(router: &mut Router, call: &CommandCall) -> Option<Outcome> {
    if call.menu.path != Interface::DEF.path || call.command != "monitor-traffic" {
        return None;
    }
    Some(match start(router, call) {
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

fn start(router: &mut Router, call: &CommandCall) -> Result<Token, String> {
    for unknown in ["do", "file", "append"] {
        if call.argument(unknown).is_some() {
            return Err(format!("failure: {unknown} is not simulated"));
        }
    }
    let Some(named) = call.argument("interface") else {
        return Err("missing value(s) of argument(s) interface".into());
    };
    let mut interfaces = Vec::new();
    collect(router, named, &mut interfaces)?;
    let now = router.now;
    let shown = call.argument("proplist").map(|list| list.argument().to_str_lossy().into_owned());
    let run = Run {
        before: interfaces.into_iter().map(|number| (number, read(router, number))).collect(),
        since: now,
        interval: span(call, "interval")?.unwrap_or(Duration::from_secs(1)),
        until: span(call, "duration")?.map(|span| now + span),
        once: call.argument("once").is_some(),
        as_value: call.argument("as-value").is_some(),
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

/// The counters of an interface now. All together are those of the ports: what passes a bridge passes its ports.
fn read(router: &Router, number: Option<Number>) -> Counters {
    if let Some(number) = number {
        return router.state.interfaces.get(number).map(|running| running.counters).unwrap_or_default();
    }
    let ports = router.config.tables.ethernet.rows().iter();
    let ports = ports.filter_map(|row| router.state.interfaces.get(row.id.into()));
    ports.fold(Counters::default(), |mut sum, port| {
        sum.rx_byte += port.counters.rx_byte;
        sum.rx_packet += port.counters.rx_packet;
        sum.tx_byte += port.counters.tx_byte;
        sum.tx_packet += port.counters.tx_packet;
        sum.rx_drop += port.counters.rx_drop;
        sum.tx_drop += port.counters.tx_drop;
        sum
    })
}

/// Goes on with a run.
pub(crate) fn poll(router: &mut Router, token: Token) -> Poll {
    let Some(run) = router.state.monitors.runs.get(&token.0) else {
        return Poll::Failed("interrupted".into());
    };
    let due = run.since + run.interval;
    let ends = run.done || (run.until.is_some_and(|until| router.now >= until) && router.now < due);
    if ends {
        router.state.monitors.runs.remove(&token.0);
        return Poll::Done(Value::Nil);
    }
    if router.now < due {
        return Poll::Pending(Some(run.until.map_or(due, |until| due.min(until))));
    }
    let mut run = run.clone();
    let columns: Vec<_> =
        run.before.iter().map(|(number, before)| rates(router, &run, *number, *before)).collect();
    run.since = router.now;
    for (number, before) in &mut run.before {
        *before = read(router, *number);
    }
    run.done = run.once || run.until.is_some_and(|until| router.now >= until);
    if run.as_value && run.done {
        router.state.monitors.runs.remove(&token.0);
        return Poll::Done(as_value(columns));
    }
    let silent = run.as_value;
    router.state.monitors.runs.insert(token.0, run);
    match silent {
        true => poll(router, token),
        false => Poll::Output(BString::from(print(&columns))),
    }
}

/// The job is gone.
pub(crate) fn cancel(router: &mut Router, token: Token) {
    router.state.monitors.runs.remove(&token.0);
}

/// A figure of an interface.
type Figure = (&'static str, Value, String);

/// The figures of one interface since the last ones.
fn rates(router: &Router, run: &Run, number: Option<Number>, before: Counters) -> Vec<Figure> {
    let now = read(router, number);
    let nanos = (router.now - run.since).as_nanos().max(1);
    let by_second = |now: u64, before: u64| {
        let passed = u128::from(now.saturating_sub(before)) * 1_000_000_000 / u128::from(nanos);
        u64::try_from(passed).unwrap_or(u64::MAX)
    };
    let events = |name, n: u64| (name, Counter(n).to_value(&menu::NoNames), Counter(n).grouped());
    let bits = |name, bytes: u64| {
        let rate = BitRate(bytes.saturating_mul(8));
        let mut text = String::new();
        rate.print(&menu::NoNames, &mut text);
        (name, rate.to_value(&menu::NoNames), text)
    };
    let mut figures = Vec::new();
    if let Some(running) = number.and_then(|number| router.state.interfaces.get(number)) {
        figures.push(("name", Value::text(&*running.name), running.name.to_string()));
    }
    figures.extend([
        events("rx-packets-per-second", by_second(now.rx_packet, before.rx_packet)),
        bits("rx-bits-per-second", by_second(now.rx_byte, before.rx_byte)),
        events("fp-rx-packets-per-second", 0),
        bits("fp-rx-bits-per-second", 0),
        events("rx-drops-per-second", by_second(now.rx_drop, before.rx_drop)),
        events("rx-errors-per-second", 0),
        events("tx-packets-per-second", by_second(now.tx_packet, before.tx_packet)),
        bits("tx-bits-per-second", by_second(now.tx_byte, before.tx_byte)),
        events("fp-tx-packets-per-second", 0),
        bits("fp-tx-bits-per-second", 0),
        events("tx-drops-per-second", by_second(now.tx_drop, before.tx_drop)),
        events("tx-queue-drops-per-second", 0),
        events("tx-errors-per-second", 0),
    ]);
    figures.retain(|(name, ..)| run.shown.is_empty() || run.shown.iter().any(|shown| shown == name));
    figures
}

/// The names to the right, then a column for each interface.
fn print(columns: &[Vec<Figure>]) -> String {
    let mut out = String::new();
    let Some(first) = columns.iter().max_by_key(|column| column.len()) else { return out };
    let longest = first.iter().map(|(name, ..)| name.len()).max().unwrap_or(0);
    for (name, ..) in first {
        out.push_str(&format!("  {name:>longest$}:"));
        for column in columns {
            let width = column.iter().map(|(.., text)| text.chars().count()).max().unwrap_or(0);
            let text = column.iter().find(|(own, ..)| own == name).map_or("", |(.., text)| text);
            out.push_str(&format!(" {text:>width$}"));
        }
        out.push('\n');
    }
    out.push('\n');
    out
}

/// One interface: its figures by name; several: an array of those.
fn as_value(columns: Vec<Vec<Figure>>) -> Value {
    let mut rows = columns.into_iter().map(|column| {
        let keyed = column.into_iter().map(|(name, value, _)| (Text::from(name), value)).collect();
        Value::Array(Arc::new(Array { items: Vec::new(), keyed }))
    });
    match (rows.len(), rows.next()) {
        (1, Some(row)) => row,
        (_, first) => Value::list(first.into_iter().chain(rows).collect()),
    }
}
