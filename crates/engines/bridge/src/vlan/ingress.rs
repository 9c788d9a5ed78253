//! Ingress: from the tag and the port's settings to the frame's VLAN, or a refusal.

use crate::{BridgeDrop, FrameTypes, Tag};

/// The settings that classification reads: of a port, or of the bridge interface for frames from the own stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IngressRules {
    /// VLAN of untagged and priority-tagged frames.
    pub pvid: u16,
    /// Which frames are admitted.
    pub frame_types: FrameTypes,
    /// Every frame counts as untagged and gets the pvid's tag in front of its own.
    pub tag_stacking: bool,
}

/// What a frame was found to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Classified {
    /// Its VLAN, 1..4094.
    pub vid: u16,
    /// The tag that the bridge takes as the frame's own; `None` when the frame counts as untagged.
    pub tag: Option<Tag>,
}

/// Finds the VLAN of a frame. A tag counts only with the bridge's `ether_type`; VID 0 means the pvid; only the outer
/// tag is looked at. VID 4095 is reserved and not admitted (IEEE 802.1Q §9.6).
///
/// # Errors
/// [`BridgeDrop::FrameTypes`] when `frame-types` does not admit the frame.
#[inline]
pub fn classify(rules: IngressRules, ether_type: u16, tag: Option<Tag>) -> Result<Classified, BridgeDrop> {
    let tag = tag.filter(|tag| tag.tpid == ether_type && !rules.tag_stacking);
    let vid = tag.map_or(0, Tag::vid);
    let admitted = match rules.frame_types {
        FrameTypes::AdmitAll => true,
        FrameTypes::UntaggedAndPriorityTagged => vid == 0,
        FrameTypes::VlanTagged => vid != 0,
    };
    if !admitted || vid == 0x0fff {
        return Err(BridgeDrop::FrameTypes);
    }
    Ok(Classified { vid: if vid == 0 { rules.pvid } else { vid }, tag })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classification_follows_the_table() {
        use FrameTypes::{AdmitAll, UntaggedAndPriorityTagged, VlanTagged};
        let q = |vid: u16| Some(Tag { tpid: 0x8100, tci: 0xa000 | vid });
        let s = |vid: u16| Some(Tag { tpid: 0x88a8, tci: vid });
        for (frame_types, tag_stacking, tag, expected) in [
            (AdmitAll, false, None, Ok(7)),
            (AdmitAll, false, q(0), Ok(7)),
            (AdmitAll, false, q(20), Ok(20)),
            (AdmitAll, false, q(4095), Err(BridgeDrop::FrameTypes)),
            (AdmitAll, false, s(20), Ok(7)),
            (AdmitAll, true, q(20), Ok(7)),
            (UntaggedAndPriorityTagged, false, None, Ok(7)),
            (UntaggedAndPriorityTagged, false, q(0), Ok(7)),
            (UntaggedAndPriorityTagged, false, q(20), Err(BridgeDrop::FrameTypes)),
            (UntaggedAndPriorityTagged, false, s(20), Ok(7)),
            (VlanTagged, false, None, Err(BridgeDrop::FrameTypes)),
            (VlanTagged, false, q(0), Err(BridgeDrop::FrameTypes)),
            (VlanTagged, false, q(20), Ok(20)),
            (VlanTagged, false, s(20), Err(BridgeDrop::FrameTypes)),
        ] {
            let rules = IngressRules { pvid: 7, frame_types, tag_stacking };
            let found = classify(rules, 0x8100, tag).map(|c| c.vid);
            assert_eq!(found, expected, "{frame_types:?} {tag_stacking} {tag:?}");
        }
    }
}
