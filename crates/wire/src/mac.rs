//! [`Mac`]: a 48-bit IEEE 802 address.

use crate::error::{Error, Layer, What};
use core::fmt;
use core::net::Ipv4Addr;
use core::str::FromStr;

/// A 48-bit hardware address, first byte first on the wire.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Mac(pub [u8; 6]);

impl Mac {
    /// FF:FF:FF:FF:FF:FF, every station.
    pub const BROADCAST: Self = Self([0xFF; 6]);
    /// 00:00:00:00:00:00: unknown.
    pub const ZERO: Self = Self([0; 6]);

    /// The address from its number; the upper 16 bits are ignored.
    #[must_use]
    pub const fn from_u64(n: u64) -> Self {
        let b = n.to_be_bytes();
        Self([b[2], b[3], b[4], b[5], b[6], b[7]])
    }

    /// The address as a 48-bit number, to hash or to count upward from a base address.
    #[must_use]
    #[inline]
    pub const fn to_u64(self) -> u64 {
        let b = self.0;
        u64::from_be_bytes([0, 0, b[0], b[1], b[2], b[3], b[4], b[5]])
    }

    /// Reads the six bytes at `offset`, if they are there.
    #[must_use]
    #[inline]
    pub fn read(bytes: &[u8], offset: usize) -> Option<Self> {
        bytes.get(offset..)?.first_chunk::<6>().map(|b| Self(*b))
    }

    /// True for group addresses: multicast and broadcast (lowest bit of the first byte).
    #[must_use]
    #[inline]
    pub const fn is_multicast(self) -> bool {
        self.0[0] & 1 == 1
    }

    /// True for FF:FF:FF:FF:FF:FF.
    #[must_use]
    #[inline]
    pub const fn is_broadcast(self) -> bool {
        self.to_u64() == 0xFFFF_FFFF_FFFF
    }

    /// True for an address of one station: not a group address and not zero.
    #[must_use]
    pub const fn is_unicast(self) -> bool {
        !self.is_multicast() && self.to_u64() != 0
    }

    /// True when the address was not assigned by the IEEE (second lowest bit of the first byte).
    #[must_use]
    pub const fn is_locally_administered(self) -> bool {
        self.0[0] & 2 == 2
    }

    /// True for 01:80:C2:00:00:00 to 0F, which a bridge never forwards (IEEE 802.1D table 7-10).
    #[must_use]
    pub const fn is_link_local(self) -> bool {
        self.to_u64() & 0xFFFF_FFFF_FFF0 == 0x0180_C200_0000
    }

    /// The group address that carries IPv4 multicast to `group`: 01:00:5E and the lower 23 bits (RFC 1112 §6.4).
    #[must_use]
    pub const fn of_ipv4_multicast(group: Ipv4Addr) -> Self {
        let g = group.octets();
        Self([0x01, 0x00, 0x5E, g[1] & 0x7F, g[2], g[3]])
    }
}

impl fmt::Display for Mac {
    /// Upper-case hexadecimal with colons, as RouterOS prints it: `4C:5E:0C:00:00:01`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g] = self.0;
        write!(f, "{a:02X}:{b:02X}:{c:02X}:{d:02X}:{e:02X}:{g:02X}")
    }
}

impl fmt::Debug for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Mac {
    type Err = Error;

    /// Reads six pairs of hexadecimal digits, separated throughout by `:` or by `-` or not at all, in either case.
    ///
    /// # Errors
    /// [`What::Syntax`] at the byte that does not fit.
    fn from_str(text: &str) -> Result<Self, Error> {
        let bytes = text.as_bytes();
        let step = match bytes.len() {
            17 => 3,
            12 => 2,
            n => return Err(Error::new(Layer::Mac, n.min(17) as u16, What::Syntax)),
        };
        let mut mac = [0; 6];
        for (i, out) in mac.iter_mut().enumerate() {
            let at = i * step;
            let digit = |at: usize| {
                let digit = bytes.get(at).and_then(|b| char::from(*b).to_digit(16));
                digit.map(|d| d as u8).ok_or_else(|| Error::new(Layer::Mac, at as u16, What::Syntax))
            };
            *out = digit(at)? << 4 | digit(at + 1)?;
            let separator = bytes.get(2).copied();
            if step == 3
                && i < 5
                && (bytes.get(at + 2).copied() != separator || !matches!(separator, Some(b':' | b'-')))
            {
                return Err(Error::new(Layer::Mac, at as u16 + 2, What::Syntax));
            }
        }
        Ok(Self(mac))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn prints_upper_case_with_colons() {
        assert_eq!(Mac([0x4c, 0x5e, 0x0c, 0, 0xab, 1]).to_string(), "4C:5E:0C:00:AB:01");
    }

    #[test]
    fn reads_colons_hyphens_and_plain_digits_in_either_case() {
        let mac = Mac([0x4c, 0x5e, 0x0c, 0, 0xab, 1]);
        for text in ["4C:5E:0C:00:AB:01", "4c:5e:0c:00:ab:01", "4C-5E-0C-00-AB-01", "4c5e0c00ab01"] {
            assert_eq!(text.parse(), Ok(mac), "{text}");
        }
    }

    #[test]
    fn refuses_everything_else_and_says_where() {
        let offset = |text: &str| text.parse::<Mac>().map_err(|e| e.offset);
        assert_eq!(offset("4C:5E:0C:00:AB"), Err(14));
        assert_eq!(offset("4C:5E:0C:00:AB:0G"), Err(16));
        assert_eq!(offset("4C:5E-0C:00:AB:01"), Err(5));
        assert_eq!(offset("4C.5E.0C.00.AB.01"), Err(2));
        assert_eq!(offset(""), Err(0));
        assert_eq!(offset("ääääää"), Err(0));
    }

    #[test]
    fn kinds_of_addresses() {
        assert!(Mac::BROADCAST.is_broadcast() && Mac::BROADCAST.is_multicast());
        assert!(!Mac::ZERO.is_unicast() && !Mac::BROADCAST.is_unicast());
        let group = Mac::of_ipv4_multicast(Ipv4Addr::new(224, 129, 2, 3));
        assert_eq!(group.to_string(), "01:00:5E:01:02:03");
        assert!(group.is_multicast() && !group.is_broadcast());
        assert!(Mac([2, 0, 0, 0, 0, 1]).is_locally_administered());
        assert!(Mac([1, 0x80, 0xC2, 0, 0, 0x0E]).is_link_local());
        assert!(!Mac([1, 0x80, 0xC2, 0, 0, 0x10]).is_link_local());
    }

    proptest! {
        #[test]
        fn text_and_number_round_trip(bytes: [u8; 6]) {
            let mac = Mac(bytes);
            prop_assert_eq!(mac.to_string().parse(), Ok(mac));
            prop_assert_eq!(Mac::from_u64(mac.to_u64()), mac);
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,20}") {
            let _ = text.parse::<Mac>();
        }
    }
}
