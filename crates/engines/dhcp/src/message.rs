//! [`Message`]: a BOOTP/DHCP payload with its options in wire order (RFC 2131 §2, RFC 2132, RFC 1497).
//!
//! ```text
//!  0 op  1 htype  2 hlen  3 hops   4 xid   8 secs  10 flags   12 ciaddr  16 yiaddr  20 siaddr  24 giaddr
//! 28 chaddr (16)   44 sname (64)   108 file (128)   236 magic cookie   240 options
//! ```

use std::net::Ipv4Addr;
use wire::Mac;

/// Length of the fixed part in bytes, without the magic cookie.
const FIXED: usize = 236;
/// RFC 1497: the four bytes in front of the options.
const COOKIE: [u8; 4] = [99, 130, 83, 99];

/// Option codes that the engine speaks of (RFC 2132 unless named).
pub mod code {
    /// Subnet Mask.
    pub const SUBNET_MASK: u8 = 1;
    /// Router.
    pub const ROUTER: u8 = 3;
    /// Domain Name Server.
    pub const DNS: u8 = 6;
    /// Host Name.
    pub const HOST_NAME: u8 = 12;
    /// Domain Name.
    pub const DOMAIN: u8 = 15;
    /// Static Route.
    pub const STATIC_ROUTE: u8 = 33;
    /// Network Time Protocol Servers.
    pub const NTP: u8 = 42;
    /// Vendor Specific Information.
    pub const VENDOR_SPECIFIC: u8 = 43;
    /// NetBIOS over TCP/IP Name Server.
    pub const WINS: u8 = 44;
    /// Requested IP Address.
    pub const REQUESTED_IP: u8 = 50;
    /// IP Address Lease Time.
    pub const LEASE_TIME: u8 = 51;
    /// Option Overload.
    pub const OVERLOAD: u8 = 52;
    /// DHCP Message Type.
    pub const MESSAGE_TYPE: u8 = 53;
    /// Server Identifier.
    pub const SERVER_ID: u8 = 54;
    /// Parameter Request List.
    pub const PARAMETER_LIST: u8 = 55;
    /// Message (text of an error).
    pub const MESSAGE: u8 = 56;
    /// Maximum DHCP Message Size.
    pub const MAX_MESSAGE_SIZE: u8 = 57;
    /// Renewal (T1) Time Value.
    pub const T1: u8 = 58;
    /// Rebinding (T2) Time Value.
    pub const T2: u8 = 59;
    /// Vendor class identifier.
    pub const CLASS_ID: u8 = 60;
    /// Client-identifier.
    pub const CLIENT_ID: u8 = 61;
    /// Bootfile name.
    pub const BOOT_FILE: u8 = 67;
    /// Relay Agent Information (RFC 3046).
    pub const RELAY_AGENT: u8 = 82;
    /// Classless Static Route (RFC 3442).
    pub const CLASSLESS_ROUTE: u8 = 121;
    /// CAPWAP Access Controller addresses (RFC 5417); RouterOS's `caps-manager`.
    pub const CAPS_MANAGER: u8 = 138;
    /// End.
    pub const END: u8 = 255;
}

/// Option 53 (RFC 2132 §9.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MessageType {
    /// Client looks for servers.
    Discover = 1,
    /// Server offers an address.
    Offer,
    /// Client asks for an offered address, or confirms or extends a lease.
    Request,
    /// Client found the address in use.
    Decline,
    /// Server commits the lease.
    Ack,
    /// Server refuses.
    Nak,
    /// Client gives the address back.
    Release,
    /// Client has an address and asks for the other parameters.
    Inform,
}

impl MessageType {
    /// The type with this number.
    #[must_use]
    pub const fn from_code(code: u8) -> Option<Self> {
        Some(match code {
            1 => Self::Discover,
            2 => Self::Offer,
            3 => Self::Request,
            4 => Self::Decline,
            5 => Self::Ack,
            6 => Self::Nak,
            7 => Self::Release,
            8 => Self::Inform,
            _ => return None,
        })
    }

    /// The word in RouterOS's debug log.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Discover => "discover",
            Self::Offer => "offer",
            Self::Request => "request",
            Self::Decline => "decline",
            Self::Ack => "ack",
            Self::Nak => "nak",
            Self::Release => "release",
            Self::Inform => "inform",
        }
    }
}

/// Why bytes are no BOOTP message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageError {
    /// Shorter than the fixed part.
    Truncated,
    /// `op` is neither 1 nor 2.
    Operation,
    /// `hlen` is above 16.
    HardwareLength,
}

/// A BOOTP/DHCP message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// True in a reply (op 2), false in a request (op 1).
    pub reply: bool,
    /// Hardware type; 1 = Ethernet.
    pub htype: u8,
    /// Length of the hardware address in `chaddr`, 0..=16.
    pub hlen: u8,
    /// Relays passed.
    pub hops: u8,
    /// Transaction id.
    pub xid: u32,
    /// Seconds since the client began.
    pub secs: u16,
    /// Flags; only [`BROADCAST_FLAG`](Self::BROADCAST_FLAG) has a meaning.
    pub flags: u16,
    /// The address that the client uses already.
    pub ciaddr: Ipv4Addr,
    /// "Your" address.
    pub yiaddr: Ipv4Addr,
    /// Next server to boot from.
    pub siaddr: Ipv4Addr,
    /// The relay's address.
    pub giaddr: Ipv4Addr,
    /// Client hardware address.
    pub chaddr: [u8; 16],
    /// Server name, without trailing zeros; at most 64 bytes are sent.
    pub sname: Vec<u8>,
    /// Boot file name, without trailing zeros; at most 128 bytes are sent.
    pub file: Vec<u8>,
    /// True when the magic cookie stood in front of the options.
    pub cookie: bool,
    /// Options in wire order; an option sent in parts is joined (RFC 3396). Codes 0 and 255 never stand here.
    pub options: Vec<(u8, Vec<u8>)>,
}

impl Message {
    /// The BROADCAST bit of `flags` (RFC 2131 §2).
    pub const BROADCAST_FLAG: u16 = 0x8000;

    /// A client's message without options.
    #[must_use]
    pub fn request(xid: u32, mac: Mac) -> Self {
        let mut chaddr = [0; 16];
        chaddr[..6].copy_from_slice(&mac.0);
        let none = Ipv4Addr::UNSPECIFIED;
        Self {
            reply: false,
            htype: 1,
            hlen: 6,
            hops: 0,
            xid,
            secs: 0,
            flags: 0,
            ciaddr: none,
            yiaddr: none,
            siaddr: none,
            giaddr: none,
            chaddr,
            sname: Vec::new(),
            file: Vec::new(),
            cookie: true,
            options: Vec::new(),
        }
    }

    /// A reply to `request` without options: same transaction, client, relay and flags (RFC 2131 table 3).
    #[must_use]
    pub fn reply_to(request: &Self) -> Self {
        let none = Ipv4Addr::UNSPECIFIED;
        Self {
            reply: true,
            hops: 0,
            secs: 0,
            ciaddr: none,
            yiaddr: none,
            siaddr: none,
            sname: Vec::new(),
            file: Vec::new(),
            options: Vec::new(),
            ..*request
        }
    }

    /// The client's MAC; for other hardware the first six bytes of its address.
    #[must_use]
    pub fn mac(&self) -> Mac {
        let [a, b, c, d, e, f, ..] = self.chaddr;
        Mac([a, b, c, d, e, f])
    }

    /// Whether the client asks for broadcast replies.
    #[must_use]
    pub fn broadcast(&self) -> bool {
        self.flags & Self::BROADCAST_FLAG != 0
    }

    /// The bytes of option `code`.
    #[must_use]
    pub fn option(&self, code: u8) -> Option<&[u8]> {
        self.options.iter().find(|(c, _)| *c == code).map(|(_, data)| data.as_slice())
    }

    /// Option 53; `None` in a plain BOOTP message.
    #[must_use]
    pub fn message_type(&self) -> Option<MessageType> {
        match self.option(code::MESSAGE_TYPE)? {
            [code] => MessageType::from_code(*code),
            _ => None,
        }
    }

    /// An option that holds one IPv4 address.
    #[must_use]
    pub fn address_option(&self, code: u8) -> Option<Ipv4Addr> {
        let data: [u8; 4] = self.option(code)?.try_into().ok()?;
        Some(data.into())
    }

    /// An option that holds a list of IPv4 addresses; a broken tail is left out.
    #[must_use]
    pub fn addresses_option(&self, code: u8) -> Vec<Ipv4Addr> {
        let chunks = self.option(code).unwrap_or_default().as_chunks::<4>().0;
        chunks.iter().map(|chunk| Ipv4Addr::from(*chunk)).collect()
    }

    /// An option that holds a 32-bit number.
    #[must_use]
    pub fn number_option(&self, code: u8) -> Option<u32> {
        Some(u32::from_be_bytes(self.option(code)?.try_into().ok()?))
    }

    /// An option that holds text; trailing zeros go (RFC 2132 §2), odd bytes become U+FFFD.
    #[must_use]
    pub fn text_option(&self, code: u8) -> Option<String> {
        let data = self.option(code)?;
        let end = data.iter().rposition(|b| *b != 0).map_or(0, |at| at + 1);
        Some(String::from_utf8_lossy(&data[..end]).into_owned())
    }

    /// Appends an option, or replaces its bytes where it stands.
    pub fn set(&mut self, code: u8, data: impl Into<Vec<u8>>) {
        let data = data.into();
        match self.options.iter_mut().find(|(c, _)| *c == code) {
            Some(option) => option.1 = data,
            None => self.options.push((code, data)),
        }
    }

    /// Appends an option that holds addresses; nothing when there are none.
    pub fn set_addresses(&mut self, code: u8, addresses: &[Ipv4Addr]) {
        if !addresses.is_empty() {
            self.set(code, addresses.iter().flat_map(Ipv4Addr::octets).collect::<Vec<u8>>());
        }
    }

    /// Reads a UDP payload. Options behind a broken one are left out; `sname` and `file` are read as options when
    /// option 52 says so (RFC 2131 §4.1).
    ///
    /// # Errors
    /// [`MessageError`] when the fixed part is not that of a BOOTP message.
    pub fn parse(bytes: &[u8]) -> Result<Self, MessageError> {
        let fixed: &[u8; FIXED] = bytes.first_chunk().ok_or(MessageError::Truncated)?;
        let word = |at: usize| u32::from_be_bytes([fixed[at], fixed[at + 1], fixed[at + 2], fixed[at + 3]]);
        let half = |at: usize| u16::from_be_bytes([fixed[at], fixed[at + 1]]);
        if !matches!(fixed[0], 1 | 2) {
            return Err(MessageError::Operation);
        }
        if fixed[2] > 16 {
            return Err(MessageError::HardwareLength);
        }
        let mut chaddr = [0; 16];
        chaddr.copy_from_slice(&fixed[28..44]);
        let mut message = Self {
            reply: fixed[0] == 2,
            htype: fixed[1],
            hlen: fixed[2],
            hops: fixed[3],
            xid: word(4),
            secs: half(8),
            flags: half(10),
            ciaddr: word(12).into(),
            yiaddr: word(16).into(),
            siaddr: word(20).into(),
            giaddr: word(24).into(),
            chaddr,
            sname: until_zero(&fixed[44..108]),
            file: until_zero(&fixed[108..236]),
            cookie: bytes.get(FIXED..FIXED + 4) == Some(&COOKIE),
            options: Vec::new(),
        };
        if message.cookie {
            message.read_options(&bytes[FIXED + 4..]);
            let overload = message.option(code::OVERLOAD).and_then(|data| data.first().copied()).unwrap_or(0);
            if overload & 1 != 0 {
                message.file.clear();
                message.read_options(&fixed[108..236]);
            }
            if overload & 2 != 0 {
                message.sname.clear();
                message.read_options(&fixed[44..108]);
            }
        }
        Ok(message)
    }

    fn read_options(&mut self, mut bytes: &[u8]) {
        while let [code, rest @ ..] = bytes {
            match *code {
                0 => bytes = rest,
                code::END => return,
                code => {
                    let [len, rest @ ..] = rest else { return };
                    let Some((data, rest)) = rest.split_at_checked(usize::from(*len)) else { return };
                    match self.options.iter_mut().find(|(c, _)| *c == code) {
                        Some(option) => option.1.extend_from_slice(data),
                        None => self.options.push((code, data.to_vec())),
                    }
                    bytes = rest;
                }
            }
        }
    }

    /// The UDP payload, filled up with zeros to 300 bytes (RFC 1542 §2.1). Options longer than 255 bytes are sent in
    /// parts (RFC 3396).
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(wire::dhcp::MIN_LEN);
        bytes.extend([if self.reply { 2 } else { 1 }, self.htype, self.hlen, self.hops]);
        bytes.extend(self.xid.to_be_bytes());
        bytes.extend(self.secs.to_be_bytes());
        bytes.extend(self.flags.to_be_bytes());
        for address in [self.ciaddr, self.yiaddr, self.siaddr, self.giaddr] {
            bytes.extend(address.octets());
        }
        bytes.extend(self.chaddr);
        for (text, end) in [(&self.sname, 108), (&self.file, FIXED)] {
            let room = end - bytes.len();
            bytes.extend(text.iter().take(room));
            bytes.resize(end, 0);
        }
        if self.cookie {
            bytes.extend(COOKIE);
            for (code, data) in &self.options {
                for part in split(data) {
                    bytes.extend([*code, part.len() as u8]);
                    bytes.extend(part);
                }
            }
            bytes.push(code::END);
        }
        bytes.resize(bytes.len().max(wire::dhcp::MIN_LEN), 0);
        bytes
    }
}

/// The parts of an option's bytes: one empty part when there are none.
fn split(data: &[u8]) -> impl Iterator<Item = &[u8]> {
    let empty = data.is_empty().then_some(data);
    empty.into_iter().chain(data.chunks(255))
}

fn until_zero(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().copied().take_while(|b| *b != 0).collect()
}

/// A client identifier as RouterOS prints it: `1:30:7:4d:f5:7:49`, hexadecimal bytes without leading zeros.
#[must_use]
pub fn client_id_text(id: &[u8]) -> String {
    let mut text = String::with_capacity(id.len() * 3);
    for (i, byte) in id.iter().enumerate() {
        if i > 0 {
            text.push(':');
        }
        text.push_str(&format!("{byte:x}"));
    }
    text
}

/// Reads what [`client_id_text`] prints; any other text stands for its own bytes (text ids).
#[must_use]
pub fn parse_client_id(text: &str) -> Vec<u8> {
    let hex: Option<Vec<u8>> = text
        .split(':')
        .map(|part| {
            u8::from_str_radix(part, 16)
                .ok()
                .filter(|_| (1..=2).contains(&part.len()) && !part.starts_with('+'))
        })
        .collect();
    match hex {
        Some(id) if id.len() > 1 => id,
        _ => text.as_bytes().to_vec(),
    }
}

/// Routes of option 121 (RFC 3442): destination, prefix length, gateway; a broken tail is left out.
#[must_use]
pub fn classless_routes(mut data: &[u8]) -> Vec<(Ipv4Addr, u8, Ipv4Addr)> {
    let mut routes = Vec::new();
    while let [len, rest @ ..] = data {
        let bytes = usize::from(*len).div_ceil(8);
        let Some((net, rest)) = rest.split_at_checked(bytes).filter(|_| *len <= 32) else { break };
        let Some((gateway, rest)) = rest.split_first_chunk::<4>() else { break };
        let mut address = [0; 4];
        address[..bytes].copy_from_slice(net);
        routes.push((address.into(), *len, Ipv4Addr::from(*gateway)));
        data = rest;
    }
    routes
}

/// The bytes of option 121 for these routes: what [`classless_routes`] reads. Lengths above 32 count as 32.
#[must_use]
pub fn encode_classless_routes(routes: &[(Ipv4Addr, u8, Ipv4Addr)]) -> Vec<u8> {
    let mut data = Vec::new();
    for (net, len, gateway) in routes {
        let len = (*len).min(32);
        data.push(len);
        data.extend(&net.octets()[..usize::from(len).div_ceil(8)]);
        data.extend(gateway.octets());
    }
    data
}
