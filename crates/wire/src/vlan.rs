//! VLAN tags (IEEE 802.1Q clause 9, 802.1ad for stacked tags).
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//! |  TPID: 0x8100 or 0x88A8       | PCP |D|        VLAN id        |
//! +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//! ```
//! The tag stands between the source address and the EtherType of the frame.

use crate::Frame;
use crate::error::{Error, Layer};
use crate::ethernet::{EtherType, HEADER_LEN};

/// Length of one tag in bytes.
pub const TAG_LEN: usize = 4;

/// The tag control information.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag {
    /// VLAN id, 0–4095; 0 = only a priority, 4095 is reserved.
    pub vid: u16,
    /// Priority code point, 0–7.
    pub pcp: u8,
    /// Drop eligible indicator.
    pub dei: bool,
}

impl Tag {
    /// A tag with this VLAN id and no priority.
    #[must_use]
    pub const fn of(vid: u16) -> Self {
        Self { vid, pcp: 0, dei: false }
    }

    /// The tag from its 16 bits.
    #[must_use]
    #[inline]
    pub const fn from_tci(tci: u16) -> Self {
        Self { vid: tci & 0x0FFF, pcp: (tci >> 13) as u8, dei: tci & 0x1000 != 0 }
    }

    /// The 16 bits of the tag; id and priority are cut to their width.
    #[must_use]
    #[inline]
    pub const fn to_tci(self) -> u16 {
        (self.pcp as u16) << 13 | (self.dei as u16) << 12 | self.vid & 0x0FFF
    }
}

/// The outermost tag of the Ethernet frame `bytes` when its EtherType is `tpid`.
#[must_use]
#[inline]
pub fn peek(bytes: &[u8], tpid: EtherType) -> Option<Tag> {
    let header = bytes.first_chunk::<{ HEADER_LEN + TAG_LEN }>()?;
    (u16::from_be_bytes([header[12], header[13]]) == tpid.0)
        .then(|| Tag::from_tci(u16::from_be_bytes([header[14], header[15]])))
}

/// Puts a tag into the frame. Returns false, with nothing changed, when it is shorter than an Ethernet header.
pub fn push(frame: &mut Frame, tpid: EtherType, tag: Tag) -> bool {
    if frame.len() < HEADER_LEN {
        return false;
    }
    frame.push_front_zeroed(TAG_LEN);
    let bytes = frame.bytes_mut();
    bytes.copy_within(TAG_LEN..TAG_LEN + 12, 0);
    bytes[12..14].copy_from_slice(&tpid.0.to_be_bytes());
    bytes[14..16].copy_from_slice(&tag.to_tci().to_be_bytes());
    true
}

/// Takes the outermost tag out of the frame, if its EtherType is `tpid`.
pub fn pop(frame: &mut Frame, tpid: EtherType) -> Option<Tag> {
    let tag = peek(frame.bytes(), tpid)?;
    frame.bytes_mut().copy_within(0..12, TAG_LEN);
    frame.pull_front(TAG_LEN);
    Some(tag)
}

/// Overwrites the outermost tag, if the EtherType is `tpid`; returns whether it did.
pub fn set(bytes: &mut [u8], tpid: EtherType, tag: Tag) -> bool {
    if peek(bytes, tpid).is_none() {
        return false;
    }
    bytes[14..16].copy_from_slice(&tag.to_tci().to_be_bytes());
    true
}

/// What stands behind all tags of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inner {
    /// Type of the payload.
    pub ethertype: EtherType,
    /// Offset of the payload in the frame, in bytes.
    pub offset: usize,
    /// The outermost tag.
    pub outer: Option<(EtherType, Tag)>,
    /// The second tag.
    pub inner: Option<(EtherType, Tag)>,
}

/// Steps over up to two tags of either type.
///
/// # Errors
/// Truncated: the frame ends in its header or in a tag.
pub fn skip(bytes: &[u8]) -> Result<Inner, Error> {
    let word = |at: usize| {
        let pair = bytes.get(at..).and_then(|rest| rest.first_chunk::<2>());
        pair.map(|pair| u16::from_be_bytes(*pair)).ok_or_else(|| Error::truncated(Layer::Vlan, bytes.len()))
    };
    let ethertype = EtherType(word(12)?);
    let mut result = Inner { ethertype, offset: HEADER_LEN, outer: None, inner: None };
    for depth in 0..2 {
        if !matches!(result.ethertype, EtherType::VLAN | EtherType::SERVICE_VLAN) {
            break;
        }
        let tag = Some((result.ethertype, Tag::from_tci(word(result.offset)?)));
        result.ethertype = EtherType(word(result.offset + 2)?);
        result.offset += TAG_LEN;
        if depth == 0 { result.outer = tag } else { result.inner = tag }
    }
    Ok(result)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Mac, Pool, ethernet};
    use proptest::prelude::*;

    fn untagged(payload: &[u8]) -> Frame {
        let mut frame = Pool::default().frame(payload);
        let header =
            ethernet::Repr { destination: Mac([1; 6]), source: Mac([2; 6]), ethertype: EtherType::ARP };
        header.push(&mut frame);
        frame
    }

    #[test]
    fn a_tag_stands_between_source_and_type() {
        let mut frame = untagged(b"xyz");
        assert!(push(&mut frame, EtherType::VLAN, Tag { vid: 44, pcp: 5, dei: true }));
        assert_eq!(&frame.bytes()[12..], b"\x81\x00\xb0\x2c\x08\x06xyz");
        assert!(set(frame.bytes_mut(), EtherType::VLAN, Tag::of(7)));
        assert!(push(&mut frame, EtherType::SERVICE_VLAN, Tag::of(100)));
        let inner = skip(frame.bytes()).unwrap();
        assert_eq!((inner.ethertype, inner.offset), (EtherType::ARP, 22));
        assert_eq!(inner.outer, Some((EtherType::SERVICE_VLAN, Tag::of(100))));
        assert_eq!(inner.inner, Some((EtherType::VLAN, Tag::of(7))));
        assert_eq!(pop(&mut frame, EtherType::VLAN), None);
        assert!(!set(frame.bytes_mut(), EtherType::VLAN, Tag::of(1)));
    }

    #[test]
    fn no_length_panics() {
        let mut whole = untagged(b"");
        push(&mut whole, EtherType::VLAN, Tag::of(1));
        push(&mut whole, EtherType::VLAN, Tag::of(2));
        for len in 0..whole.len() {
            let mut cut = whole.clone();
            cut.truncate(len);
            assert!(skip(cut.bytes()).is_err(), "{len}");
            assert_eq!(peek(cut.bytes(), EtherType::VLAN).is_some(), len >= 18);
            assert_eq!(pop(&mut cut, EtherType::VLAN).is_some(), len >= 18);
            if len < HEADER_LEN {
                assert!(!push(&mut cut, EtherType::VLAN, Tag::of(1)));
            }
        }
    }

    proptest! {
        #[test]
        fn push_and_pop_leave_the_frame_as_it_was(tci: u16, payload in proptest::collection::vec(any::<u8>(), 0..80)) {
            let mut frame = untagged(&payload);
            let before = frame.bytes().to_vec();
            let tag = Tag::from_tci(tci);
            prop_assert_eq!(tag.to_tci(), tci);
            push(&mut frame, EtherType::VLAN, tag);
            prop_assert_eq!(pop(&mut frame, EtherType::VLAN), Some(tag));
            prop_assert_eq!(frame.bytes(), &before[..]);
        }
    }
}
