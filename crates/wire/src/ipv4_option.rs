//! Options of the IPv4 header (RFC 791 §3.1, RFC 1812 §4.2.2 and §5.2.4, RFC 2113).
//!
//! ```text
//! +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-- - -
//! |C|Cls| Number  |    Length     |    Pointer    |  data
//! +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-- - -
//! ```
//! "End" (0) and "no operation" (1) are a single byte. C = copied into every fragment.

use crate::error::{Error, Layer, What};
use core::net::Ipv4Addr;

/// One option, with its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IpOption<'a> {
    /// 1: padding between options.
    NoOperation,
    /// 7: routers write their address to the next free slot. `pointer` counts from 1, the first slot is 4.
    RecordRoute {
        /// Where the next address goes.
        pointer: u8,
        /// The slots, four bytes each.
        route: &'a [u8],
    },
    /// 131: go by these routers, others may lie between.
    LooseSourceRoute {
        /// Where the next address stands.
        pointer: u8,
        /// The addresses.
        route: &'a [u8],
    },
    /// 137: go by exactly these routers.
    StrictSourceRoute {
        /// Where the next address stands.
        pointer: u8,
        /// The addresses.
        route: &'a [u8],
    },
    /// 68: routers write the time to the next slot.
    Timestamp {
        /// Where the next entry goes; the first is 5.
        pointer: u8,
        /// How many routers found no room, 0–15.
        overflow: u8,
        /// 0 = times alone, 1 = address and time, 3 = given addresses.
        flag: u8,
        /// The slots.
        entries: &'a [u8],
    },
    /// 148: routers on the way should look at the datagram (RFC 2113).
    RouterAlert(u16),
    /// Anything else: security (130), stream id (136), unknown.
    Other {
        /// The type byte.
        kind: u8,
        /// The bytes behind the length.
        data: &'a [u8],
    },
}

impl IpOption<'_> {
    /// True for both source routes.
    #[must_use]
    pub const fn is_source_route(&self) -> bool {
        matches!(self, Self::LooseSourceRoute { .. } | Self::StrictSourceRoute { .. })
    }

    /// The next address of a source route that is not used up.
    #[must_use]
    pub fn next_hop(&self) -> Option<Ipv4Addr> {
        let (Self::LooseSourceRoute { pointer, route } | Self::StrictSourceRoute { pointer, route }) = self
        else {
            return None;
        };
        let at = usize::from(*pointer).checked_sub(4)?;
        route.get(at..)?.first_chunk::<4>().map(|a| Ipv4Addr::from(*a))
    }
}

/// One option with its place in the options.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placed<'a> {
    /// Offset of the type byte from the start of the options.
    pub offset: usize,
    /// True when every fragment carries it (highest bit of the type).
    pub copied: bool,
    /// The option.
    pub option: IpOption<'a>,
}

/// Goes through options; stops at "end" and after the first error.
#[derive(Clone, Debug)]
pub struct Iter<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// Goes through the bytes of [`crate::ipv4::View::options`]. An error names the offset within the whole header, as
/// "parameter problem" wants it.
#[must_use]
pub const fn iter(options: &[u8]) -> Iter<'_> {
    Iter { bytes: options, at: 0 }
}

impl<'a> Iterator for Iter<'a> {
    type Item = Result<Placed<'a>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let offset = self.at;
        let rest = self.bytes.get(offset..)?;
        let (kind, len, data) = match *rest {
            [] | [0, ..] => {
                self.at = self.bytes.len();
                return None;
            }
            [1, ..] => (1, 1, &[][..]),
            [kind, len, ..] if len >= 2 && usize::from(len) <= rest.len() => {
                (kind, usize::from(len), &rest[2..usize::from(len)])
            }
            _ => {
                self.at = self.bytes.len();
                let place = crate::ipv4::HEADER_LEN + offset + 1;
                return Some(Err(Error::new(Layer::Ipv4Option, place as u16, What::OptionLength)));
            }
        };
        self.at += len;
        let option = match (kind, data) {
            (1, _) => IpOption::NoOperation,
            (7, [pointer, route @ ..]) => IpOption::RecordRoute { pointer: *pointer, route },
            (131, [pointer, route @ ..]) => IpOption::LooseSourceRoute { pointer: *pointer, route },
            (137, [pointer, route @ ..]) => IpOption::StrictSourceRoute { pointer: *pointer, route },
            (68, [pointer, flags, entries @ ..]) => {
                IpOption::Timestamp { pointer: *pointer, overflow: flags >> 4, flag: flags & 0x0F, entries }
            }
            (148, [high, low]) => IpOption::RouterAlert(u16::from_be_bytes([*high, *low])),
            (kind, data) => IpOption::Other { kind, data },
        };
        Some(Ok(Placed { offset, copied: kind & 0x80 != 0, option }))
    }
}

/// Copies the options that every fragment carries (RFC 791 §3.2) to `out` and returns how many bytes they take, padded
/// with "end" to a multiple of four. Options behind a broken one are left out.
pub fn copied(options: &[u8], out: &mut [u8; crate::ipv4::OPTIONS_MAX]) -> usize {
    out.fill(0);
    let mut len = 0;
    let mut options_of = iter(options);
    while let Some(Ok(placed)) = options_of.next() {
        let bytes = options.get(placed.offset..options_of.at).unwrap_or_default();
        if placed.copied
            && let Some(place) = out.get_mut(len..len + bytes.len())
        {
            place.copy_from_slice(bytes);
            len += bytes.len();
        }
    }
    len.next_multiple_of(4).min(out.len())
}

/// What a router on the way does to the datagram `bytes`: it writes its address to the next free slot of a record route,
/// and the time (`ms` = milliseconds since midnight UTC) to the next slot of a timestamp option, and corrects the
/// checksum. `own` is the address of the interface that the datagram leaves by. Full options stay as they are, except
/// that a full timestamp option counts the overflow. Returns whether anything changed.
pub fn record(bytes: &mut [u8], own: Ipv4Addr, ms: u32) -> bool {
    let Ok(view) = crate::ipv4::View::new(bytes) else { return false };
    let mut at = crate::ipv4::HEADER_LEN;
    let end = view.header_len();
    let mut changed = false;
    while let Some(option) = bytes.get_mut(at..end) {
        let len = match *option {
            [] | [0, ..] => break,
            [1, ..] => 1,
            [_, len, ..] if len >= 2 && usize::from(len) <= option.len() => usize::from(len),
            _ => break,
        };
        let option = &mut option[..len];
        changed |= match option.first() {
            Some(7) => fill_slot(option, 4, &own.octets()),
            Some(68) => stamp(option, own, ms),
            _ => false,
        };
        at += len;
    }
    changed && crate::ipv4::fill_checksum(bytes).is_ok()
}

/// Writes `data` to the slot that the pointer (third byte, from 1) names and moves the pointer on, if there is room.
fn fill_slot(option: &mut [u8], first: u8, data: &[u8]) -> bool {
    let Some(pointer) = option.get(2).copied().filter(|pointer| *pointer >= first) else { return false };
    let at = usize::from(pointer) - 1;
    let Some(slot) = option.get_mut(at..at + data.len()) else { return false };
    slot.copy_from_slice(data);
    option[2] = pointer.saturating_add(data.len() as u8);
    true
}

/// The timestamp option: time alone (flag 0), address and time (1), or time for a given address (3).
fn stamp(option: &mut [u8], own: Ipv4Addr, ms: u32) -> bool {
    let &[_, len, pointer, flags, ..] = &*option else { return false };
    let time = ms.to_be_bytes();
    let [a, b, c, d] = own.octets();
    let both = [a, b, c, d, time[0], time[1], time[2], time[3]];
    let filled = match flags & 0x0F {
        0 => fill_slot(option, 5, &time),
        1 => fill_slot(option, 5, &both),
        3 => {
            let at = usize::from(pointer).saturating_sub(1);
            let named = option.get(at..).and_then(|slot| slot.first_chunk::<4>());
            if named != Some(&own.octets()) {
                return false;
            }
            fill_slot(option, 5, &both)
        }
        _ => return false,
    };
    // Full: count who found no room, up to 15.
    if !filled && pointer > len && flags >> 4 < 15 {
        option[3] += 0x10;
        return true;
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_options_of_rfc_791() {
        let bytes = [
            1, 7, 7, 4, 0, 0, 0, 0, 131, 7, 4, 10, 0, 0, 1, 137, 7, 8, 10, 0, 0, 2, 68, 8, 5, 0x31, 1, 2, 3,
            4, 148, 4, 0, 0, 130, 3, 9, 0, 99, 99,
        ];
        let options: Vec<_> = iter(&bytes).map(Result::unwrap).collect();
        let kinds: Vec<_> = options.iter().map(|p| p.option).collect();
        assert_eq!(
            kinds,
            [
                IpOption::NoOperation,
                IpOption::RecordRoute { pointer: 4, route: &[0; 4] },
                IpOption::LooseSourceRoute { pointer: 4, route: &[10, 0, 0, 1] },
                IpOption::StrictSourceRoute { pointer: 8, route: &[10, 0, 0, 2] },
                IpOption::Timestamp { pointer: 5, overflow: 3, flag: 1, entries: &[1, 2, 3, 4] },
                IpOption::RouterAlert(0),
                IpOption::Other { kind: 130, data: &[9] },
            ]
        );
        assert_eq!(kinds[2].next_hop(), Some(Ipv4Addr::new(10, 0, 0, 1)));
        assert_eq!(kinds[3].next_hop(), None, "used up");
        assert_eq!(options[2].offset, 8);
        assert!(options[2].copied && !options[1].copied);
        let mut out = [0xAA; 40];
        assert_eq!(copied(&bytes, &mut out), 24, "131, 137, 148 and 130 take 21 bytes");
        assert_eq!(out[..7], [131, 7, 4, 10, 0, 0, 1]);
        assert_eq!(out[18..24], [130, 3, 9, 0, 0, 0]);
    }

    #[test]
    fn a_broken_length_ends_the_walk_with_its_place() {
        for (bytes, offset) in [(&[7u8, 1][..], 21), (&[1, 7], 22), (&[7, 9, 4, 0], 21)] {
            let results: Vec<_> = iter(bytes).filter_map(Result::err).collect();
            assert_eq!(results, [Error::new(Layer::Ipv4Option, offset, What::OptionLength)]);
        }
        // An option too short for its own fields is kept as unknown bytes.
        assert_eq!(iter(&[7, 2]).next().unwrap().unwrap().option, IpOption::Other { kind: 7, data: &[] });
    }

    /// The options of a datagram after a router with address 10.0.0.1 at 0x01020304 ms recorded itself.
    fn recorded(options: &[u8]) -> (bool, Vec<u8>) {
        let options = crate::ipv4::Options::new(options).unwrap();
        let repr = crate::ipv4::Repr { options, ..Default::default() };
        let mut bytes = vec![0; repr.header_len()];
        repr.emit(&mut bytes);
        let changed = record(&mut bytes, Ipv4Addr::new(10, 0, 0, 1), 0x0102_0304);
        let view = crate::ipv4::View::new(&bytes).unwrap();
        assert!(view.checksum_ok());
        (changed, view.options().to_vec())
    }

    #[test]
    fn routers_record_route_and_time() {
        for (before, after) in [
            // Record route: free, and full.
            (&[7, 7, 4, 0, 0, 0, 0, 0][..], Some(&[7, 7, 8, 10, 0, 0, 1, 0][..])),
            (&[7, 7, 8, 9, 9, 9, 9, 0], None),
            (&[1, 7, 7, 4, 0, 0, 0, 0], Some(&[1, 7, 7, 8, 10, 0, 0, 1])),
            // Times alone, then full: the overflow counts.
            (&[68, 8, 5, 0, 0, 0, 0, 0], Some(&[68, 8, 9, 0, 1, 2, 3, 4])),
            (&[68, 8, 9, 0, 1, 2, 3, 4], Some(&[68, 8, 9, 0x10, 1, 2, 3, 4])),
            (&[68, 8, 9, 0xF0, 1, 2, 3, 4], None),
            // Address and time.
            (&[68, 12, 5, 1, 0, 0, 0, 0, 0, 0, 0, 0], Some(&[68, 12, 13, 1, 10, 0, 0, 1, 1, 2, 3, 4])),
            // Given addresses: own, and another's.
            (&[68, 12, 5, 3, 10, 0, 0, 1, 0, 0, 0, 0], Some(&[68, 12, 13, 3, 10, 0, 0, 1, 1, 2, 3, 4])),
            (&[68, 12, 5, 3, 10, 0, 0, 2, 0, 0, 0, 0], None),
            (&[131, 7, 4, 9, 9, 9, 9, 0], None),
        ] {
            let (changed, options) = recorded(before);
            assert_eq!((changed, options.as_slice()), (after.is_some(), after.unwrap_or(before)));
        }
    }

    proptest! {
        #[test]
        fn recording_takes_any_options(bytes in proptest::collection::vec(any::<u8>(), 0..=40), kind in prop::sample::select(vec![7u8, 68, 1])) {
            let mut bytes = bytes;
            if let Some(first) = bytes.first_mut() { *first = kind; }
            recorded(&bytes);
        }

        #[test]
        fn any_bytes_end(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let mut end = 0;
            for placed in iter(&bytes).flatten() {
                prop_assert!(placed.offset >= end);
                end = placed.offset + 1;
                let _ = placed.option.next_hop();
            }
            prop_assert!(copied(&bytes, &mut [0; 40]) <= 40);
        }
    }
}
