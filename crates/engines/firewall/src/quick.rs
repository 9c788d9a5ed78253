//! [`Quick`]: the part of a rule that is a comparison of words under a mask; one cache line a rule.
//!
//! Exact addresses, prefixes, protocol, single ports, ICMP type, TCP flags and interfaces become mask and value.
//! Connection state, address type and fragment become "no forbidden bit". What cannot be said that way (ranges, lists,
//! negations) stays a matcher, but may leave a hint here that fails early, such as "has ports".

use crate::matcher::{Matcher, Test};
use crate::packet::{
    CLASS_DST_TYPE_SHIFT, CLASS_LATER_FRAGMENT, CLASS_NO_STATE, CLASS_NO_TYPE, CLASS_NOT_LATER_FRAGMENT,
    CLASS_SRC_TYPE_SHIFT, HAS_ICMP, HAS_PORTS, HAS_TCP,
};
use crate::range::{AddressRange, Ports};

/// Word tests of one rule: `(key ^ value) & mask == 0` for each word and `classes & forbidden == 0`.
#[derive(Clone, Copy, Debug, Default)]
#[repr(align(64))]
pub(crate) struct Quick {
    masks: [u64; 3],
    values: [u64; 3],
    forbidden: u64,
}

impl Quick {
    #[inline(always)]
    pub(crate) fn matches(&self, words: &[u64; 3], classes: u64) -> bool {
        let [m0, m1, m2] = self.masks;
        let [v0, v1, v2] = self.values;
        let [k0, k1, k2] = *words;
        (k0 ^ v0) & m0 | (k1 ^ v1) & m1 | (k2 ^ v2) & m2 | classes & self.forbidden == 0
    }

    /// Takes a matcher in. True when nothing of it is left to ask; otherwise it must be asked as well.
    pub(crate) fn fold(&mut self, matcher: &Matcher) -> bool {
        if matcher.negated {
            return self.fold_negated(&matcher.test);
        }
        match &matcher.test {
            Test::SrcAddress(range) => self.address(*range, 32),
            Test::DstAddress(range) => self.address(*range, 0),
            Test::Protocol(protocol) => self.word(1, 0xFF << 24, u64::from(*protocol) << 24),
            Test::SrcPort(ports) => self.ports(ports, 48),
            Test::DstPort(ports) => self.ports(ports, 32),
            Test::AnyPort(_) => {
                self.word(1, HAS_PORTS, HAS_PORTS);
                false
            }
            Test::TcpFlags(flags) => {
                let bits = u64::from(flags.set | flags.clear) << 16;
                // A flag that must be both set and clear never holds; the matcher says so.
                flags.set & flags.clear == 0
                    && self.word(1, HAS_TCP | bits, HAS_TCP | u64::from(flags.set) << 16)
            }
            Test::TcpMss(_) => {
                self.word(1, HAS_TCP, HAS_TCP);
                false
            }
            Test::IcmpOptions(options) => {
                let kind = u64::from(options.kind) << 40;
                let code = u64::from(options.first_code) << 32;
                if options.first_code == options.last_code {
                    self.word(1, HAS_ICMP | 0xFFFF << 32, HAS_ICMP | kind | code)
                } else {
                    let folded = self.word(1, HAS_ICMP | 0xFF << 40, HAS_ICMP | kind);
                    folded && (options.first_code, options.last_code) == (0, 255)
                }
            }
            Test::InInterface(i) => self.word(2, 0xFFFF_FFFF << 32, u64::from(i.0) << 32),
            Test::OutInterface(i) => self.word(2, 0xFFFF_FFFF, u64::from(i.0)),
            Test::Fragment(later) => self.fragment(*later),
            Test::SrcAddressType(types) => self.any_of(CLASS_SRC_TYPE_SHIFT, types.0, CLASS_NO_TYPE),
            Test::DstAddressType(types) => self.any_of(CLASS_DST_TYPE_SHIFT, types.0, CLASS_NO_TYPE),
            Test::ConnectionState(states) => self.any_of(0, states.0, CLASS_NO_STATE),
            _ => false,
        }
    }

    fn fold_negated(&mut self, test: &Test) -> bool {
        match test {
            Test::SrcPort(_) | Test::DstPort(_) | Test::AnyPort(_) => {
                self.word(1, HAS_PORTS, HAS_PORTS);
                false
            }
            Test::Fragment(later) => self.fragment(!later),
            Test::SrcAddressType(types) => self.any_of(CLASS_SRC_TYPE_SHIFT, !types.0, CLASS_NO_TYPE),
            Test::DstAddressType(types) => self.any_of(CLASS_DST_TYPE_SHIFT, !types.0, CLASS_NO_TYPE),
            Test::ConnectionState(states) => self.any_of(0, !states.0, CLASS_NO_STATE),
            _ => false,
        }
    }

    /// Adds a word test. False, and nothing added, when it contradicts one that is there.
    fn word(&mut self, index: usize, mask: u64, value: u64) -> bool {
        let (Some(old_mask), Some(old_value)) = (self.masks.get_mut(index), self.values.get_mut(index))
        else {
            return false;
        };
        if (*old_value ^ value) & *old_mask & mask != 0 {
            return false;
        }
        *old_mask |= mask;
        *old_value |= value;
        true
    }

    fn address(&mut self, range: AddressRange, shift: u32) -> bool {
        // A range that is no prefix still has a common one, which fails early.
        let common = (range.first ^ range.last).leading_zeros();
        let mask = if common == 0 { 0 } else { u32::MAX << (32 - common) };
        let folded = self.word(0, u64::from(mask) << shift, u64::from(range.first & mask) << shift);
        folded && range.prefix_len().is_some()
    }

    fn ports(&mut self, ports: &Ports, shift: u32) -> bool {
        match ports.0.as_slice() {
            [(first, last)] if first == last => {
                self.word(1, HAS_PORTS | 0xFFFF << shift, HAS_PORTS | u64::from(*first) << shift)
            }
            _ => {
                self.word(1, HAS_PORTS, HAS_PORTS);
                false
            }
        }
    }

    fn fragment(&mut self, later: bool) -> bool {
        self.forbidden |= if later { CLASS_NOT_LATER_FRAGMENT } else { CLASS_LATER_FRAGMENT };
        true
    }

    /// Forbids all bits of a group but `allowed`. The bit "unknown" is always forbidden.
    fn any_of(&mut self, shift: u32, allowed: u8, unknown: u64) -> bool {
        self.forbidden |= (0x3F & !u64::from(allowed) | unknown) << shift;
        true
    }
}
