//! `/ip/firewall/connection` and its `tracking`.

use clock::Duration;
use menu::{Counter, Keyword, Menu, Names, PropertyType, Protocol, Text, Value, ValueError, ValueKind};
use std::fmt::Write;

/// A rate in bits per second as state shows it: `0bps`, `27.8kbps`, `1622.5Mbps`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BitRate(pub u64);

impl PropertyType for BitRate {
    const KIND: ValueKind = ValueKind::Other("rate");
    const RIGHT_ALIGNED: bool = true;

    fn parse(input: &Value, names: &dyn Names) -> Result<Self, ValueError> {
        u64::parse(input, names).map(Self)
    }

    fn print(&self, _: &dyn Names, out: &mut String) {
        let tenths = |unit: u64| (self.0 / unit, self.0 % unit * 10 / unit);
        let _ = match self.0 {
            n if n < 1_000 => write!(out, "{n}bps"),
            n if n < 1_000_000 => {
                let (whole, tenth) = tenths(1_000);
                write!(out, "{whole}.{tenth}kbps")
            }
            _ => {
                let (whole, tenth) = tenths(1_000_000);
                write!(out, "{whole}.{tenth}Mbps")
            }
        };
    }

    fn to_value(&self, _: &dyn Names) -> Value {
        Value::Num(i64::try_from(self.0).unwrap_or(i64::MAX))
    }
}

/// Connections that are tracked.
#[derive(Clone, Debug, Menu)]
#[menu("/ip/firewall/connection", status, no_name,
    flags(expected = 'E'; seen_reply = 'S'; assured = 'A'; confirmed = 'C'; dying = 'D'; fasttrack = 'F';
        hw_offload = 'H'; srcnat = 's'; dstnat = 'd'; uses_helper = 'h'),
    columns(protocol, src_address, dst_address, tcp_state, timeout, orig_rate, repl_rate, orig_packets,
        repl_packets, orig_bytes, repl_bytes),
    command("remove", args("numbers"), positional = 1, help = "Ends connections."))]
pub struct Connection {
    /// IP protocol.
    #[prop(read_only)]
    pub protocol: Protocol,
    /// Source of the end that opened it, with its port.
    #[prop(read_only, quoted = false)]
    pub src_address: Text,
    /// Destination of the end that opened it, with its port.
    #[prop(read_only, quoted = false)]
    pub dst_address: Text,
    /// Source of the replies.
    #[prop(read_only, quoted = false)]
    pub reply_src_address: Text,
    /// Destination of the replies.
    #[prop(read_only, quoted = false)]
    pub reply_dst_address: Text,
    /// ICMP type.
    #[prop(read_only)]
    pub icmp_type: Option<u8>,
    /// ICMP code.
    #[prop(read_only)]
    pub icmp_code: Option<u8>,
    /// ICMP identifier.
    #[prop(read_only)]
    pub icmp_id: Option<u16>,
    /// State of a TCP connection.
    #[prop(read_only, quoted = false)]
    pub tcp_state: Option<Text>,
    /// Mark.
    #[prop(read_only)]
    pub connection_mark: Option<Text>,
    /// Time until it ends unless another packet comes.
    #[prop(read_only)]
    pub timeout: Duration,
    /// Rate from the end that opened it.
    #[prop(read_only)]
    pub orig_rate: BitRate,
    /// Rate of the replies.
    #[prop(read_only)]
    pub repl_rate: BitRate,
    /// Packets from the end that opened it.
    #[prop(read_only)]
    pub orig_packets: Counter,
    /// Packets of the replies.
    #[prop(read_only)]
    pub repl_packets: Counter,
    /// Bytes from the end that opened it.
    #[prop(read_only)]
    pub orig_bytes: Counter,
    /// Bytes of the replies.
    #[prop(read_only)]
    pub repl_bytes: Counter,
    /// Announced by another connection.
    pub expected: bool,
    /// Packets went both ways.
    pub seen_reply: bool,
    /// Not removed when the table is full.
    pub assured: bool,
    /// Its first packet has passed all chains.
    pub confirmed: bool,
    /// About to end.
    pub dying: bool,
    /// FastTrack.
    pub fasttrack: bool,
    /// In the switch chip.
    pub hw_offload: bool,
    /// Its source is translated.
    pub srcnat: bool,
    /// Its destination is translated.
    pub dstnat: bool,
    /// Understood by a helper.
    pub uses_helper: bool,
}

/// Whether connections are tracked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Keyword)]
pub enum Enabled {
    /// From the first firewall rule on.
    #[default]
    Auto,
    /// Never.
    No,
    /// Always.
    Yes,
}

/// Settings of connection tracking.
#[derive(Clone, Debug, Menu)]
#[menu("/ip/firewall/connection/tracking", settings, no_name)]
pub struct Tracking {
    /// Whether connections are tracked.
    pub enabled: Enabled,
    /// IPv4 connections are tracked now.
    #[prop(read_only)]
    pub active_ipv4: bool,
    /// IPv6 connections are tracked now.
    #[prop(read_only)]
    pub active_ipv6: bool,
    /// After a SYN.
    #[prop(default = Duration::from_secs(5))]
    pub tcp_syn_sent_timeout: Duration,
    /// After the answer to a SYN.
    #[prop(default = Duration::from_secs(5))]
    pub tcp_syn_received_timeout: Duration,
    /// Of an open connection.
    #[prop(default = Duration::from_days(1))]
    pub tcp_established_timeout: Duration,
    /// After the first FIN.
    #[prop(default = Duration::from_secs(10))]
    pub tcp_fin_wait_timeout: Duration,
    /// After the first FIN was acknowledged.
    #[prop(default = Duration::from_secs(10))]
    pub tcp_close_wait_timeout: Duration,
    /// After the second FIN.
    #[prop(default = Duration::from_secs(10))]
    pub tcp_last_ack_timeout: Duration,
    /// After the second FIN was acknowledged.
    #[prop(default = Duration::from_secs(10))]
    pub tcp_time_wait_timeout: Duration,
    /// After a reset.
    #[prop(default = Duration::from_secs(10))]
    pub tcp_close_timeout: Duration,
    /// While segments are sent again and again.
    #[prop(default = Duration::from_mins(5))]
    pub tcp_max_retrans_timeout: Duration,
    /// While data is not acknowledged.
    #[prop(default = Duration::from_mins(5))]
    pub tcp_unacked_timeout: Duration,
    /// A connection may be picked up in the middle.
    #[prop(default = true)]
    pub loose_tcp_tracking: bool,
    /// Segments outside the window are not invalid.
    pub liberal_tcp_tracking: bool,
    /// UDP, until both directions were seen.
    #[prop(default = Duration::from_secs(30))]
    pub udp_timeout: Duration,
    /// UDP afterwards.
    #[prop(default = Duration::from_mins(3))]
    pub udp_stream_timeout: Duration,
    /// ICMP.
    #[prop(default = Duration::from_secs(10))]
    pub icmp_timeout: Duration,
    /// Other protocols.
    #[prop(default = Duration::from_mins(10))]
    pub generic_timeout: Duration,
    /// Most connections.
    #[prop(read_only)]
    pub max_entries: u32,
    /// Connections now.
    #[prop(read_only)]
    pub total_entries: u32,
    /// IPv4 connections now.
    #[prop(read_only)]
    pub total_ip4_entries: u32,
    /// IPv6 connections now.
    #[prop(read_only)]
    pub total_ip6_entries: u32,
}
