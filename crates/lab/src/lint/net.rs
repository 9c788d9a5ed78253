//! IPv4 networks and ranges, as configurations write them.

use std::net::Ipv4Addr;

/// An IPv4 network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Net {
    /// The network's own address.
    pub(super) address: u32,
    /// Length of the prefix.
    pub(super) length: u8,
}

impl Net {
    /// The network of `10.0.0.1/24`; an address alone is a network of its own.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (address, length) = text.split_once('/').unwrap_or((text, "32"));
        let length = length.parse::<u8>().ok().filter(|length| *length <= 32)?;
        Some(Self { address: address_of(address)? & mask(length), length })
    }

    /// Its last address.
    pub(super) fn last(&self) -> u32 {
        self.address | !mask(self.length)
    }

    /// True for a part of the private networks of RFC 1918.
    pub(super) fn is_private(&self) -> bool {
        let block = |first: [u8; 4], length| {
            self.length >= length && self.address & mask(length) == u32::from(Ipv4Addr::from(first))
        };
        block([10, 0, 0, 0], 8) || block([172, 16, 0, 0], 12) || block([192, 168, 0, 0], 16)
    }

    pub(super) fn holds(&self, address: u32) -> bool {
        address & mask(self.length) == self.address
    }
}

impl std::fmt::Display for Net {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", Ipv4Addr::from(self.address), self.length)
    }
}

fn mask(length: u8) -> u32 {
    u32::MAX.checked_shl(32 - u32::from(length)).unwrap_or(0)
}

/// An IPv4 address; what stands behind a slash is passed over.
pub(super) fn address_of(text: &str) -> Option<u32> {
    let address = text.split('/').next()?;
    address.trim().parse::<Ipv4Addr>().ok().map(u32::from)
}

/// The ranges of a pool: `10.0.0.2-10.0.0.9,10.0.0.20,10.0.1.0/28`, each as first and last address. `None` when one is not
/// understood.
pub(super) fn ranges(text: &str) -> Option<Vec<(u32, u32)>> {
    let range = |text: &str| match text.split_once('-') {
        Some((first, last)) => Some((address_of(first)?, address_of(last)?)),
        None => {
            let net = Net::parse(text.trim())?;
            Some((net.address, net.address | !mask(net.length)))
        }
    };
    text.split(',').map(range).collect()
}
