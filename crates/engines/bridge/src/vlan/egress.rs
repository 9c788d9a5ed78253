//! Egress: where a frame of a VLAN may leave and with which tag.

use super::Classified;
use crate::{BridgePort, PortSet};

/// How a frame of a filtering bridge leaves: its VLAN and which ports send it tagged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EgressVlan {
    /// The frame as it was classified.
    pub classified: Classified,
    /// Ports of the decision that send it tagged; the others send it untagged.
    pub tagged: PortSet,
    /// The own stack hears it tagged.
    pub up_tagged: bool,
}

/// What to do with the tag of one copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagAction {
    /// Send as it is.
    Keep,
    /// Insert a tag with the bridge's `ether-type` and this control information after the addresses.
    Push(u16),
    /// Take the outer tag out.
    Pop,
    /// Overwrite the control information of the outer tag (a priority tag that becomes a VLAN tag).
    Rewrite(u16),
}

impl EgressVlan {
    /// The frame's VLAN.
    #[must_use]
    pub fn vid(&self) -> u16 {
        self.classified.vid
    }

    /// What to do with the copy for `port`.
    #[must_use]
    pub fn action(&self, port: BridgePort) -> TagAction {
        self.tag_action(self.tagged.contains(port))
    }

    /// What to do with the copy for the own stack.
    #[must_use]
    pub fn up_action(&self) -> TagAction {
        self.tag_action(self.up_tagged)
    }

    /// A tag that the bridge adds carries PCP 0; one that stays keeps its PCP.
    fn tag_action(&self, tagged: bool) -> TagAction {
        let vid = self.classified.vid;
        match (self.classified.tag, tagged) {
            (None, false) => TagAction::Keep,
            (None, true) => TagAction::Push(vid),
            (Some(_), false) => TagAction::Pop,
            (Some(tag), true) if tag.vid() == vid => TagAction::Keep,
            (Some(tag), true) => TagAction::Rewrite(tag.tci & 0xf000 | vid),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Tag;

    #[test]
    fn tags_come_and_go_as_membership_says() {
        let tag = |tci| Some(Tag { tpid: 0x8100, tci });
        for (arrived, tagged, expected) in [
            (None, false, TagAction::Keep),
            (None, true, TagAction::Push(20)),
            (tag(0xa014), false, TagAction::Pop),
            (tag(0xa014), true, TagAction::Keep),
            (tag(0xa000), false, TagAction::Pop),
            (tag(0xa000), true, TagAction::Rewrite(0xa014)),
        ] {
            let mut set = PortSet::EMPTY;
            set.set(BridgePort(1), tagged);
            let classified = Classified { vid: 20, tag: arrived };
            let egress = EgressVlan { classified, tagged: set, up_tagged: tagged };
            assert_eq!(egress.action(BridgePort(1)), expected);
            assert_eq!(egress.up_action(), expected);
        }
    }
}
