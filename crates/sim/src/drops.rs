//! [`WireDrop`]: why the kernel itself ends a frame, and [`DropPlace`]: where a frame ended.

use crate::{NodeId, Port};
use core::fmt;

/// Why a cable, or a port with no working cable, ended a frame.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum WireDrop {
    /// The sending port has no cable plugged in.
    NoCable,
    /// The sending port has no carrier: the cable is down, or one of its two ports is disabled.
    NoCarrier,
    /// The frame is longer than the cable's MTU and the 14 bytes of the Ethernet header.
    LargerThanMtu,
    /// So many frames wait for the cable already that its queue is full.
    QueueFull,
    /// The cable loses some of its frames at random, and this is one (`loss`).
    Lost,
    /// A bit was flipped on the way (`corrupt`); the receiving port sees a wrong FCS and discards the frame.
    Corrupted,
    /// The cable or the receiving port went down while the frame was on its way.
    CarrierLost,
}

impl WireDrop {
    /// All reasons, in order.
    pub const ALL: [Self; 7] = [
        Self::NoCable,
        Self::NoCarrier,
        Self::LargerThanMtu,
        Self::QueueFull,
        Self::Lost,
        Self::Corrupted,
        Self::CarrierLost,
    ];
}

impl fmt::Display for WireDrop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoCable => "no cable on the port",
            Self::NoCarrier => "no carrier on the port",
            Self::LargerThanMtu => "larger than the cable's MTU",
            Self::QueueFull => "queue of the cable is full",
            Self::Lost => "lost on a lossy cable",
            Self::Corrupted => "corrupted on the cable: FCS error at the receiving port",
            Self::CarrierLost => "link went down while the frame was on its way",
        })
    }
}

/// Where a frame was dropped.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum DropPlace {
    /// Inside a node.
    Node(NodeId),
    /// At a port that sends (no cable, no carrier, queue full), or on the cable after it.
    Sending(NodeId, Port),
    /// At a port that receives, or in a node that names this port (mostly the one that the frame came in on).
    Receiving(NodeId, Port),
}

impl DropPlace {
    /// The node at or behind whose port it happened.
    #[must_use]
    pub fn node(self) -> NodeId {
        match self {
            Self::Node(node) | Self::Sending(node, _) | Self::Receiving(node, _) => node,
        }
    }
}
