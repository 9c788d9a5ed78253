//! How `/ping` looks: column geometry of data-plane 8.1.

use super::{Run, status_text};
use clock::Duration;
use ip::v4::ping::{Row, Status};
use std::fmt::Write;
use std::net::Ipv4Addr;

/// `  SEQ HOST                                     SIZE TTL TIME       STATUS`
pub(super) fn header(run: &Run, out: &mut String) {
    let _ = writeln!(
        out,
        "{:>5} {:<40} {:>4} {:>3} {:<10} {:<status$}",
        "SEQ",
        "HOST",
        "SIZE",
        "TTL",
        "TIME",
        "STATUS",
        status = status_width(run)
    );
}

/// The last column, which is filled up with blanks, reaches to the edge of the terminal but for one character. Without a
/// terminal it is as wide as the longest text that can stand in it.
fn status_width(run: &Run) -> usize {
    const BEFORE: usize = 67;
    run.width.map_or(40, |width| usize::from(width).saturating_sub(BEFORE + 1).max("STATUS".len()))
}

/// Whole microseconds, as RouterOS shows round trips: `407us`, `1ms45us`.
pub(super) fn round_trip(time: Duration) -> String {
    match time.as_micros() {
        0 => "0us".into(),
        micros => Duration::from_micros(micros).to_string(),
    }
}

/// Who a row is about: who answered, or who did not in time; nobody when nothing was sent.
pub(super) fn host(run: &Run, row: &Row) -> Option<Ipv4Addr> {
    match row.status {
        Status::Timeout => Some(run.engine.config().destination),
        _ => row.host,
    }
}

/// One row.
pub(super) fn row(run: &Run, row: &Row, out: &mut String) {
    let came_back = row.host.is_some() && row.status != Status::Timeout;
    let host = host(run, row).map(|host| host.to_string());
    let number = |n: u16| if came_back { n.to_string() } else { String::new() };
    let time = match row.status {
        Status::Timeout | Status::NoRoute | Status::TooLarge => String::new(),
        Status::Reply | Status::Error(_) => round_trip(row.time),
    };
    let _ = write!(
        out,
        "{:>5} {:<40} {:>4} {:>3} {:<10}",
        row.sequence,
        host.unwrap_or_default(),
        number(row.size),
        number(u16::from(row.ttl)),
        time
    );
    match status_text(row.status) {
        "" => out.push('\n'),
        text => {
            let _ = writeln!(out, " {text:<status$}", status = status_width(run));
        }
    }
}

/// The last line.
pub(super) fn summary(run: &Run, out: &mut String) {
    let figures = run.engine.summary();
    let _ = write!(
        out,
        "    sent={} received={} packet-loss={}%",
        figures.sent,
        figures.received,
        figures.loss_percent()
    );
    if figures.received > 0 {
        let _ = write!(
            out,
            " min-rtt={} avg-rtt={} max-rtt={}",
            round_trip(figures.min),
            round_trip(figures.average()),
            round_trip(figures.max)
        );
    }
    out.push_str(" \n");
}
