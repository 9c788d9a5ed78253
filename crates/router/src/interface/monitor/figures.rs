//! What the commands of `monitor` show of an interface.

use super::Source;
use crate::Router;
use crate::interface::{Counters, Number};
use crate::ip::firewall::connection::BitRate;
use clock::Instant;
use menu::{Array, Counter, PropertyType, Text, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The counters of an interface now. All together are those of the ports: what passes a bridge passes its ports.
pub(super) fn read(router: &Router, number: Option<Number>) -> Counters {
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

/// A figure of an interface.
pub(super) type Figure = (&'static str, Value, String);

/// The figures of one interface since the last ones.
fn rates(router: &Router, since: Instant, number: Option<Number>, before: Counters) -> Vec<Figure> {
    let now = read(router, number);
    let nanos = (router.now - since).as_nanos().max(1);
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
    figures
}

/// The state of the link of a port.
fn link(router: &Router, number: Number) -> Vec<Figure> {
    let Some(running) = router.state.interfaces.get(number) else { return Vec::new() };
    let word = |name, text: &str| (name, Value::text(text), text.to_owned());
    let up = running.running();
    let mut figures = vec![
        word("name", &running.name),
        word("status", if up { "link-ok" } else { "no-link" }),
        word("auto-negotiation", if up { "done" } else { "incomplete" }),
    ];
    if up {
        let rate = speed(running.link.rate_bps);
        figures.push(word("rate", &rate));
        for (name, on) in [("full-duplex", true), ("tx-flow-control", false), ("rx-flow-control", false)] {
            figures.push((name, Value::Bool(on), if on { "yes" } else { "no" }.to_owned()));
        }
    }
    figures
}

/// `1Gbps`, `2.5Gbps`, `100Mbps`.
fn speed(bps: u64) -> String {
    let (unit, name) = match bps {
        1_000_000_000.. => (1_000_000_000, "Gbps"),
        _ => (1_000_000, "Mbps"),
    };
    match bps % unit * 10 / unit {
        0 => format!("{}{name}", bps / unit),
        tenth => format!("{}.{tenth}{name}", bps / unit),
    }
}

impl Source {
    /// The figures of each interface since the last ones.
    pub(super) fn figures(&self, router: &Router, since: Instant) -> Vec<Vec<Figure>> {
        match self {
            Self::Traffic(before) => {
                before.iter().map(|(number, before)| rates(router, since, *number, *before)).collect()
            }
            Self::Link(ports) => ports.iter().map(|number| link(router, *number)).collect(),
        }
    }

    /// From now on the figures begin here.
    pub(super) fn begin_again(&mut self, router: &Router) {
        if let Self::Traffic(before) = self {
            for (number, before) in before {
                *before = read(router, *number);
            }
        }
    }
}

impl Source {
    /// The names to the right, then a column for each interface: numbers to the right, words to the left.
    pub(super) fn print(&self, columns: &[Vec<Figure>]) -> String {
        let mut out = String::new();
        let Some(first) = columns.iter().max_by_key(|column| column.len()) else { return out };
        let longest = first.iter().map(|(name, ..)| name.len()).max().unwrap_or(0);
        for (name, ..) in first {
            let mut line = format!("  {name:>longest$}:");
            for column in columns {
                let width = column.iter().map(|(.., text)| text.chars().count()).max().unwrap_or(0);
                let text = column.iter().find(|(own, ..)| own == name).map_or("", |(.., text)| text);
                line.push_str(&match self {
                    Self::Traffic(_) => format!(" {text:>width$}"),
                    Self::Link(_) => format!(" {text:<width$}"),
                });
            }
            out.push_str(line.trim_end());
            out.push('\n');
        }
        out.push('\n');
        out
    }
}

/// One interface: its figures by name; several: an array of those.
pub(super) fn as_value(columns: Vec<Vec<Figure>>) -> Value {
    let mut rows = columns.into_iter().map(|column| {
        let keyed = column.into_iter().map(|(name, value, _)| (Text::from(name), value)).collect();
        Value::Array(Arc::new(Array { items: Vec::new(), keyed }))
    });
    match (rows.len(), rows.next()) {
        (1, Some(row)) => row,
        (_, first) => Value::list(first.into_iter().chain(rows).collect()),
    }
}

/// What the block of `do=` sees: the figures by name; of several interfaces, lists of them.
pub(super) fn variables(columns: &[Vec<Figure>]) -> BTreeMap<Text, Value> {
    let mut variables: BTreeMap<Text, Vec<Value>> = BTreeMap::new();
    for (name, value, _) in columns.iter().flatten() {
        variables.entry(Text::from(*name)).or_default().push(value.clone());
    }
    let joined = |mut values: Vec<Value>| match (values.len(), values.pop()) {
        (1, Some(value)) => value,
        (_, last) => Value::list(values.into_iter().chain(last).collect()),
    };
    variables.into_iter().map(|(name, values)| (name, joined(values))).collect()
}
