//! `/ip/firewall/filter`.

use crate::ip::firewall::address_list::Timeout;
use crate::ip::firewall::types::{
    ConnectionLimit, DstLimit, IpsecPolicy, Nth, PerConnectionClassifier, Psd, Span, TimeOfWeek, Ttl,
};
use crate::names::InterfaceSpace;
use menu::spaces::InterfaceList as InterfaceListSpace;
use menu::{
    AddressMatcher, Counter, IcmpOptions, Keyword, Limit, Menu, Negated, Num, NumRange, Or, Ports, Protocol,
    Ref, Set, Text,
};

/// Interfaces of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Keyword)]
pub enum InterfaceClass {
    /// Ethernet ports.
    #[default]
    AllEthernet,
    /// Interfaces of PPP.
    AllPpp,
    /// VLANs.
    AllVlan,
    /// Radios.
    AllWireless,
}

/// What an interface matcher takes.
pub type InterfaceMatcher = Or<InterfaceClass, Ref<InterfaceSpace>>;

/// What a rule does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Keyword)]
pub enum Action {
    /// Lets the packet pass.
    #[default]
    Accept,
    /// Adds the destination address to a list.
    AddDstToAddressList,
    /// Adds the source address to a list.
    AddSrcToAddressList,
    /// Drops the packet silently.
    Drop,
    /// Marks the connection for FastTrack.
    FasttrackConnection,
    /// Goes on in another chain.
    Jump,
    /// Writes a log line.
    Log,
    /// Only counts.
    Passthrough,
    /// Drops the packet and tells the sender.
    Reject,
    /// Goes back to the chain that jumped here.
    Return,
    /// Holds TCP connections without serving them.
    Tarpit,
}

/// What `action=reject` answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Keyword)]
pub enum RejectWith {
    /// Type 3 code 13.
    IcmpAdminProhibited,
    /// Type 3 code 10.
    IcmpHostProhibited,
    /// Type 3 code 1.
    IcmpHostUnreachable,
    /// Type 3 code 9.
    IcmpNetProhibited,
    /// Type 3 code 0.
    #[default]
    IcmpNetworkUnreachable,
    /// Type 3 code 3.
    IcmpPortUnreachable,
    /// Type 3 code 2.
    IcmpProtocolUnreachable,
    /// TCP RST.
    TcpReset,
}

/// State of a packet with regard to its connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Keyword)]
pub enum ConnectionState {
    /// Belongs to a connection that has seen packets both ways.
    Established,
    /// Belongs to no connection and opens none.
    Invalid,
    /// Opens a connection.
    New,
    /// Belongs to a connection by way of another.
    Related,
    /// Exempt from tracking.
    Untracked,
}

/// NAT state of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Keyword)]
pub enum NatState {
    /// Its destination is translated.
    Dstnat,
    /// Endpoint-independent destination translation.
    EinDnat,
    /// Endpoint-independent source translation.
    EinSnat,
    /// Its source is translated.
    Srcnat,
}

/// Kind of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Keyword)]
pub enum AddressType {
    /// Covered by a blackhole route.
    Blackhole,
    /// A broadcast address.
    Broadcast,
    /// An address of the device.
    Local,
    /// A group.
    Multicast,
    /// Any other.
    Unicast,
}

/// A TCP flag, with `!` when it must not be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Keyword)]
pub enum TcpFlag {
    /// ACK.
    Ack,
    /// CWR.
    Cwr,
    /// ECE.
    Ece,
    /// FIN.
    Fin,
    /// PSH.
    Psh,
    /// RST.
    Rst,
    /// SYN.
    Syn,
    /// URG.
    Urg,
}

/// Options in the IP header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Keyword)]
pub enum Ipv4Options {
    /// Any option.
    Any,
    /// Loose source routing.
    LooseSourceRouting,
    /// No record route.
    NoRecordRoute,
    /// No router alert.
    NoRouterAlert,
    /// Neither kind of source routing.
    NoSourceRouting,
    /// No timestamp.
    NoTimestamp,
    /// No option.
    None,
    /// Record route.
    RecordRoute,
    /// Router alert.
    RouterAlert,
    /// Strict source routing.
    StrictSourceRouting,
    /// Timestamp.
    Timestamp,
}

/// The helper that understands a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Keyword)]
pub enum ConnectionType {
    /// FTP.
    Ftp,
    /// H.323.
    H323,
    /// IRC.
    Irc,
    /// PPTP.
    Pptp,
    /// Quake 3.
    Quake3,
    /// SIP.
    Sip,
    /// TFTP.
    Tftp,
}

/// What a hotspot knows of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Keyword)]
pub enum Hotspot {
    /// Logged in.
    Auth,
    /// From a client.
    FromClient,
    /// HTTP.
    Http,
    /// To the hotspot itself.
    LocalDst,
    /// To a client.
    ToClient,
}

/// How long an entry stays on a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Keyword)]
pub enum Stays {
    /// Until the router restarts.
    #[default]
    NoneDynamic,
    /// For ever.
    NoneStatic,
}

/// Filter rules: which packets pass to, through and from the device.
#[derive(Clone, Debug, Menu)]
#[menu("/ip/firewall/filter", list, ordered, detail, no_name,
    flags(disabled = 'X', invalid = 'I'; dynamic = 'D'),
    command("reset-counters", args("numbers"), positional = 1, help = "Sets the counters of rules to zero."),
    command("reset-counters-all", args(), help = "Sets the counters of all rules to zero."))]
pub struct Rule {
    /// Chain: `input`, `forward`, `output`, or one of your own.
    #[prop(required, always_export, quoted = false)]
    pub chain: Text,
    /// What happens to packets that match.
    #[prop(always_export)]
    pub action: Action,
    /// The chain that `action=jump` goes on in.
    #[prop(quoted = false)]
    pub jump_target: Option<Text>,
    /// What `action=reject` answers.
    pub reject_with: Option<RejectWith>,
    /// The list that the action adds to.
    #[prop(quoted = false)]
    pub address_list: Option<Text>,
    /// How long the entry stays.
    pub address_list_timeout: Option<Or<Stays, Timeout>>,
    /// FastTrack in the switch chip.
    #[prop(not_simulated)]
    pub hw_offload: Option<bool>,
    /// State of the packet with regard to its connection.
    pub connection_state: Option<Negated<Set<ConnectionState>>>,
    /// NAT state of the connection.
    pub connection_nat_state: Option<Negated<Set<NatState>>>,
    /// Mark of the connection.
    #[prop(quoted = false)]
    pub connection_mark: Option<Negated<Text>>,
    /// Helper that understands the connection.
    #[prop(not_simulated)]
    pub connection_type: Option<Negated<ConnectionType>>,
    /// Bytes of the connection, both directions.
    pub connection_bytes: Option<Span>,
    /// More connections than this from the source's prefix.
    pub connection_limit: Option<Negated<ConnectionLimit>>,
    /// Bits in each second of the connection, both directions.
    pub connection_rate: Option<Negated<Span>>,
    /// Mark of the packet.
    #[prop(quoted = false)]
    pub packet_mark: Option<Negated<Text>>,
    /// Routing mark of the packet.
    #[prop(quoted = false)]
    pub routing_mark: Option<Negated<Text>>,
    /// IP protocol.
    pub protocol: Option<Negated<Protocol>>,
    /// Source address, network or range.
    pub src_address: Option<Negated<AddressMatcher>>,
    /// Destination address, network or range.
    pub dst_address: Option<Negated<AddressMatcher>>,
    /// Kind of the source address.
    pub src_address_type: Option<Negated<Set<AddressType>>>,
    /// Kind of the destination address.
    pub dst_address_type: Option<Negated<Set<AddressType>>>,
    /// The source is on this list.
    #[prop(quoted = false)]
    pub src_address_list: Option<Negated<Text>>,
    /// The destination is on this list.
    #[prop(quoted = false)]
    pub dst_address_list: Option<Negated<Text>>,
    /// Interface that it came in on.
    pub in_interface: Option<Negated<InterfaceMatcher>>,
    /// Interface that it leaves by.
    pub out_interface: Option<Negated<InterfaceMatcher>>,
    /// Interface that it came in on is on this list.
    pub in_interface_list: Option<Negated<Ref<InterfaceListSpace>>>,
    /// Interface that it leaves by is on this list.
    pub out_interface_list: Option<Negated<Ref<InterfaceListSpace>>>,
    /// Bridge port that it came in on.
    #[prop(not_simulated)]
    pub in_bridge_port: Option<Negated<InterfaceMatcher>>,
    /// Bridge port that it leaves by.
    #[prop(not_simulated)]
    pub out_bridge_port: Option<Negated<InterfaceMatcher>>,
    /// Bridge port that it came in on is on this list.
    #[prop(not_simulated)]
    pub in_bridge_port_list: Option<Negated<Ref<InterfaceListSpace>>>,
    /// Bridge port that it leaves by is on this list.
    #[prop(not_simulated)]
    pub out_bridge_port_list: Option<Negated<Ref<InterfaceListSpace>>>,
    /// Source MAC address.
    pub src_mac_address: Option<Negated<menu::Mac>>,
    /// Source port.
    pub src_port: Option<Negated<Ports>>,
    /// Destination port.
    pub dst_port: Option<Negated<Ports>>,
    /// Source or destination port.
    pub port: Option<Negated<Ports>>,
    /// ICMP type and codes.
    pub icmp_options: Option<Negated<IcmpOptions>>,
    /// TCP flags: `syn,!ack`.
    pub tcp_flags: Option<menu::List<Negated<TcpFlag>>>,
    /// MSS option of a SYN.
    pub tcp_mss: Option<Negated<NumRange<0, 65_535>>>,
    /// IP total length.
    pub packet_size: Option<Negated<NumRange<0, 65_535>>>,
    /// DSCP.
    pub dscp: Option<Negated<Num<0, 63>>>,
    /// Time to live.
    pub ttl: Option<Ttl>,
    /// Fragments other than the first.
    pub fragment: Option<bool>,
    /// Options in the IP header.
    pub ipv4_options: Option<Ipv4Options>,
    /// An IPsec policy applies.
    pub ipsec_policy: Option<IpsecPolicy>,
    /// What a hotspot knows of the client.
    #[prop(not_simulated)]
    pub hotspot: Option<Negated<Set<Hotspot>>>,
    /// Realm of the route.
    #[prop(not_simulated)]
    pub realm: Option<Negated<Num<0, 4_294_967_295>>>,
    /// Priority of the packet.
    #[prop(not_simulated)]
    pub priority: Option<Negated<Num<0, 63>>>,
    /// Priority that the packet came in with.
    #[prop(not_simulated)]
    pub ingress_priority: Option<Negated<Num<0, 63>>>,
    /// Text in the packet.
    pub content: Option<Negated<Text>>,
    /// Host name that a TLS client asks for; `*` stands for anything.
    #[prop(quoted = false)]
    pub tls_host: Option<Negated<Text>>,
    /// Pattern of `/ip/firewall/layer7-protocol`.
    #[prop(quoted = false, not_simulated)]
    pub layer7_protocol: Option<Negated<Text>>,
    /// Matches up to this rate.
    pub limit: Option<Negated<Limit>>,
    /// Matches up to this rate for each flow.
    pub dst_limit: Option<Negated<DstLimit>>,
    /// Matches one of every so many packets.
    pub nth: Option<Negated<Nth>>,
    /// Divides connections into groups.
    pub per_connection_classifier: Option<Negated<PerConnectionClassifier>>,
    /// Port scans.
    pub psd: Option<Psd>,
    /// Time of day and days of the week.
    pub time: Option<Negated<TimeOfWeek>>,
    /// Matches this share of packets, in percent.
    pub random: Option<Num<1, 99>>,
    /// A log line for each packet that matches.
    pub log: Option<bool>,
    /// What the log line begins with.
    pub log_prefix: Option<Text>,
    /// Bytes that matched.
    #[prop(read_only, stats)]
    pub bytes: Counter,
    /// Packets that matched.
    #[prop(read_only, stats)]
    pub packets: Counter,
}
