//! The text of a firewall log line (topics `firewall,info`).
//!
//! ```text
//! [prefix ]chain: in:ether1 out:(unknown 0), connection-state:new src-mac aa:…, proto TCP (SYN), a:p->b:q, len 40
//! ```
//! Source: manual "Log", real devices; where none is known: flags behind SYN and ACK, other protocols as numbers.

use crate::conntrack::{Connection, ConnectionFlags, Direction};
use crate::packet::{ICMP, PacketKey, TCP, UDP};
use std::fmt::{self, Write};
use std::net::Ipv4Addr;

/// The names that a log line shows.
#[derive(Clone, Copy, Debug, Default)]
pub struct Names<'a> {
    /// `log-prefix`; empty = none.
    pub prefix: &'a str,
    /// The chain.
    pub chain: &'a str,
    /// The interface that the packet came in on.
    pub in_interface: Option<&'a str>,
    /// The interface that the packet leaves by.
    pub out_interface: Option<&'a str>,
    /// The mark of the connection.
    pub connection_mark: Option<&'a str>,
}

/// The log line of a packet. `connection` is its connection and direction, where it has one.
#[must_use]
pub fn log_line(key: &PacketKey, names: &Names<'_>, connection: Option<(&Connection, Direction)>) -> String {
    let mut line = String::with_capacity(160);
    // Writing into a string cannot fail.
    let _ = write_line(&mut line, key, names, connection);
    line
}

fn write_line(
    out: &mut String,
    key: &PacketKey,
    names: &Names<'_>,
    connection: Option<(&Connection, Direction)>,
) -> fmt::Result {
    const NO_INTERFACE: &str = "(unknown 0)";
    if !names.prefix.is_empty() {
        write!(out, "{} ", names.prefix)?;
    }
    let in_interface = names.in_interface.unwrap_or(NO_INTERFACE);
    let out_interface = names.out_interface.unwrap_or(NO_INTERFACE);
    write!(out, "{}: in:{in_interface} out:{out_interface},", names.chain)?;
    if let Some(mark) = names.connection_mark {
        write!(out, " connection-mark:{mark}")?;
    }
    if let Some(state) = key.state() {
        write!(out, " connection-state:{}", state.name())?;
        let flags = connection.map_or_else(ConnectionFlags::default, |(connection, _)| connection.flags);
        if flags.contains(ConnectionFlags::SRCNAT) {
            out.push_str(",snat");
        }
        if flags.contains(ConnectionFlags::DSTNAT) {
            out.push_str(",dnat");
        }
    }
    if let Some([a, b, c, d, e, f]) = key.src_mac.map(|mac| mac.0) {
        write!(out, " src-mac {a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{f:02x},")?;
    }
    write_protocol(out, key)?;
    let (src_port, dst_port) = key.ports().unzip();
    write!(out, ", {}->{}, ", End(key.src(), src_port), End(key.dst(), dst_port))?;
    if let Some((connection, direction)) = connection {
        write_nat(out, connection, direction)?;
    }
    if key.priority != key.ingress_priority {
        write!(out, "prio {}->{}, ", key.ingress_priority, key.priority)?;
    }
    write!(out, "len {}", key.total_len)
}

fn write_protocol(out: &mut String, key: &PacketKey) -> fmt::Result {
    match key.protocol() {
        TCP => {
            out.push_str(" proto TCP");
            key.tcp_flags().map_or(Ok(()), |flags| write_tcp_flags(out, flags))
        }
        UDP => write!(out, " proto UDP"),
        ICMP => {
            out.push_str(" proto ICMP");
            key.icmp().map_or(Ok(()), |(kind, code)| write!(out, " (type {kind}, code {code})"))
        }
        other => write!(out, " proto {other}"),
    }
}

fn write_tcp_flags(out: &mut String, flags: u8) -> fmt::Result {
    const ORDER: [(u8, &str); 8] =
        [(2, "SYN"), (16, "ACK"), (1, "FIN"), (4, "RST"), (8, "PSH"), (32, "URG"), (64, "ECE"), (128, "CWR")];
    let mut separator = " (";
    for (bit, name) in ORDER {
        if flags & bit != 0 {
            write!(out, "{separator}{name}")?;
            separator = ",";
        }
    }
    if flags != 0 { write!(out, ")") } else { Ok(()) }
}

/// `NAT (a->b)->c, `: which end was translated, in the direction of the packet.
fn write_nat(out: &mut String, connection: &Connection, direction: Direction) -> fmt::Result {
    let (o, r) = (connection.original, connection.reply);
    let snat = connection.flags.contains(ConnectionFlags::SRCNAT);
    let dnat = connection.flags.contains(ConnectionFlags::DSTNAT);
    if !snat && !dnat {
        return Ok(());
    }
    let has_ports = matches!(o.protocol, TCP | UDP | 33 | 132 | 136);
    let end = |address, port| End(address, has_ports.then_some(port));
    let opener = (end(o.src, o.src_port), end(r.dst, r.dst_port), snat);
    let answerer = (end(o.dst, o.dst_port), end(r.src, r.src_port), dnat);
    out.push_str("NAT ");
    match direction {
        Direction::Original => {
            write_change(out, opener.0, opener.1, opener.2)?;
            out.push_str("->");
            write_change(out, answerer.0, answerer.1, answerer.2)?;
        }
        Direction::Reply => {
            write_change(out, answerer.1, answerer.0, answerer.2)?;
            out.push_str("->");
            write_change(out, opener.1, opener.0, opener.2)?;
        }
    }
    out.push_str(", ");
    Ok(())
}

fn write_change(out: &mut String, from: End, to: End, changed: bool) -> fmt::Result {
    if changed { write!(out, "({from}->{to})") } else { write!(out, "{from}") }
}

/// An address with its port, where it has one.
#[derive(Clone, Copy)]
struct End(u32, Option<u16>);

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = Ipv4Addr::from_bits(self.0);
        match self.1 {
            Some(port) => write!(f, "{address}:{port}"),
            None => write!(f, "{address}"),
        }
    }
}
