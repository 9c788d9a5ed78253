//! The command: its arguments, and how a console job waits for it.

use super::{Run, print};
use crate::Router;
use crate::interface::Number;
use bstr::BString;
use clock::Duration;
use console::{CommandCall, Outcome, Poll, Token};
use core::net::Ipv4Addr;
use ip::v4::ping::{Config, Output, Ping, SIZE_MIN};
use menu::{Array, Id, Lookup, Names, Text, Value, parse_ipv4, parse_time};
use std::sync::Arc;

/// `/ping`, `/tool/ping`.
pub(crate) fn command(router: &mut Router, call: &CommandCall) -> Option<Outcome> {
    if call.command != "ping" || !matches!(call.menu.path, "/" | "" | "/tool") {
        return None;
    }
    match start(router, call) {
        Ok(token) => Some(Outcome::Pending(token)),
        Err(text) => Some(Outcome::Failed(text)),
    }
}

fn text(value: &Value) -> String {
    String::from_utf8_lossy(&value.argument()).into_owned()
}

/// A number in bounds.
fn number(call: &CommandCall, name: &str, min: i64, max: i64) -> Result<Option<i64>, String> {
    let Some(value) = call.argument(name) else { return Ok(None) };
    let read = text(value).parse::<i64>().map_err(|_| format!("invalid value for argument {name}"))?;
    if read < min || read > max {
        return Err(format!("value of {name} is out of range ({min} .. {max})"));
    }
    Ok(Some(read))
}

fn span(call: &CommandCall, name: &str) -> Result<Option<Duration>, String> {
    let Some(value) = call.argument(name) else { return Ok(None) };
    if let Value::Time(nanos) = value {
        return Ok(Some(Duration::from_nanos(u64::try_from(*nanos).unwrap_or(0))));
    }
    let nanos = parse_time(&text(value)).ok_or_else(|| format!("invalid value for argument {name}"))?;
    Ok(Some(Duration::from_nanos(nanos)))
}

fn address(call: &CommandCall, name: &str) -> Result<Option<Ipv4Addr>, String> {
    match call.argument(name) {
        None => Ok(None),
        Some(Value::Ip(address)) => Ok(Some(*address)),
        Some(value) => {
            parse_ipv4(&text(value)).map(Some).ok_or_else(|| format!("invalid value for argument {name}"))
        }
    }
}

/// What RouterOS says about an address that is none of the kinds it takes, when no DNS server answers.
const NO_ADDRESS: &str = "invalid value for argument address:\n    \
    invalid value of mac-address, mac address required\n    \
    invalid value for argument ipv6-address\n    \
    while resolving ip-address: could not get answer from dns server";

fn start(router: &mut Router, call: &CommandCall) -> Result<Token, String> {
    for unknown in ["arp-ping", "vrf"] {
        if call.argument(unknown).is_some_and(|value| !matches!(text(value).as_str(), "no" | "main")) {
            return Err(format!("failure: {unknown} is not simulated"));
        }
    }
    // A name has to be resolved, which needs a DNS client: the text is that of a look-up without an answer.
    let destination = match address(call, "address") {
        Ok(Some(address)) => address,
        Ok(None) => return Err("missing value(s) of argument(s) address".into()),
        Err(_) => return Err(NO_ADDRESS.into()),
    };
    let pings = &mut router.state.pings;
    pings.last += 1;
    let token = pings.last;
    let defaults = Config::router(destination, token as u16);
    let size = number(call, "size", i64::from(SIZE_MIN), 65_535)?;
    let config = Config {
        count: number(call, "count", 0, i64::from(u32::MAX))?.filter(|n| *n > 0).map(|n| n as u32),
        interval: span(call, "interval")?.unwrap_or(defaults.interval),
        timeout: span(call, "interval")?.unwrap_or(defaults.timeout),
        size: size.map_or(defaults.size, |n| n as u16),
        ttl: number(call, "ttl", 1, 255)?.map_or(defaults.ttl, |n| n as u8),
        tos: number(call, "dscp", 0, 63)?.map_or(0, |n| (n as u8) << 2),
        dont_fragment: call.argument("do-not-fragment").is_some_and(|value| text(value) != "no"),
        ..defaults
    };
    let bounds = Duration::from_millis(10)..=Duration::from_secs(5);
    if !bounds.contains(&config.interval) {
        return Err("value of interval is out of range (00:00:00.010 .. 00:00:05)".into());
    }
    let interface = match call.argument("interface") {
        None => None,
        Some(value) => match router.config.lookup(crate::config::INTERFACE, &Text::from(text(value))) {
            Lookup::One(id) => Some(Number::from(id)),
            Lookup::None => return Err("input does not match any value of interface".into()),
            Lookup::Ambiguous => {
                return Err("ambiguous value of interface, more than one possible value matches input".into());
            }
        },
    };
    let now = router.now;
    let run = Run {
        engine: Ping::new(config, now),
        source: address(call, "src-address")?,
        interface,
        until: span(call, "duration")?.map(|span| now + span),
        rows: Vec::new(),
        printed: 0,
        header: false,
        summary: false,
        finished: false,
        as_value: call.argument("as-value").is_some(),
        width: call.width,
    };
    router.state.pings.runs.insert(token, run);
    Ok(Token(token))
}

/// Goes on with a run: new rows, or its end with the number of replies as value.
pub(crate) fn poll(router: &mut Router, token: Token) -> Poll {
    let Some(run) = router.state.pings.runs.get_mut(&token.0) else {
        return Poll::Failed("interrupted".into());
    };
    let mut out = String::new();
    if !run.as_value {
        if !run.header {
            run.header = true;
            print::header(run, &mut out);
        }
        for row in run.rows.iter().skip(run.printed) {
            print::row(run, row, &mut out);
        }
        run.printed = run.rows.len();
        if run.finished && !run.summary {
            run.summary = true;
            print::summary(run, &mut out);
        }
    }
    if !out.is_empty() {
        return Poll::Output(BString::from(out));
    }
    if !run.finished {
        return Poll::Pending(None);
    }
    let Some(run) = router.state.pings.runs.remove(&token.0) else { return Poll::Done(Value::Nil) };
    if run.as_value {
        return Poll::Done(as_value(&run));
    }
    Poll::Done(Value::Num(i64::from(run.engine.summary().received)))
}

/// The rows, as devices give them: `.id=*0;host=8.8.8.8;seq=0;size=56;time=00:00:00.002854;ttl=117`, without the figures of
/// the last line. One alone is not put into a list.
fn as_value(run: &Run) -> Value {
    let mut rows = Vec::new();
    for (number, row) in (0_u32..).zip(&run.rows) {
        let mut array = Array::default();
        let mut put = |name: &str, value: Value| {
            array.keyed.insert(Text::from(name), value);
        };
        put(".id", Value::Id(Id(number)));
        put("seq", Value::Num(i64::from(row.sequence)));
        if let Some(host) = print::host(run, row) {
            put("host", Value::Ip(host));
        }
        if row.host.is_some() {
            put("size", Value::Num(i64::from(row.size)));
            put("ttl", Value::Num(i64::from(row.ttl)));
        }
        match super::status_text(row.status) {
            // Devices measure whole microseconds.
            "" => put("time", Value::Time(i64::try_from(row.time.as_micros() * 1000).unwrap_or(i64::MAX))),
            status => put("status", Value::text(status)),
        }
        rows.push(Value::Array(Arc::new(array)));
    }
    match (rows.len(), rows.pop()) {
        (1, Some(row)) => row,
        (_, last) => Value::list(rows.into_iter().chain(last).collect()),
    }
}

/// Ctrl-C: rows that were not printed yet, and the summary.
pub(crate) fn interrupt(router: &mut Router, token: Token) -> Option<BString> {
    let run = router.state.pings.runs.get_mut(&token.0)?;
    run.engine.stop(&mut Vec::new());
    let mut out = String::new();
    if !run.as_value {
        if !run.header {
            print::header(run, &mut out);
        }
        run.rows.iter().skip(run.printed).for_each(|row| print::row(run, row, &mut out));
        if !run.summary {
            print::summary(run, &mut out);
        }
    }
    router.state.pings.runs.remove(&token.0);
    Some(BString::from(out))
}

/// The job is gone.
pub(crate) fn cancel(router: &mut Router, token: Token) {
    if let Some(mut run) = router.state.pings.runs.remove(&token.0) {
        let mut out: Vec<Output> = Vec::new();
        run.engine.stop(&mut out);
    }
}
