//! A learning bridge as a value: who hears a frame, and why not.
//!
//! [`Bridge`] serves a RouterOS `/interface/bridge` and a plain learning switch alike. It owns the host table (FDB),
//! the VLAN table and the flags of its ports; the device owns the frames. For each frame the device calls
//! [`Bridge::decide`] and gets a [`Decision`] (a set of ports, and whether the device's own stack hears it) or a
//! typed [`BridgeDrop`]; then it copies, tags and sends.
//!
//! Sources: IEEE 802.1Q-2022 clause 8; the RouterOS manual, "Bridging and Switching"; the order of the tests is that
//! of `/interface/bridge` (special addresses, VLAN classification, admission, learning, lookup, egress).
//!
//! **Invariant:** sans-IO: no clock, no randomness, no frame buffer. Forwarding a frame whose destination is known
//! allocates nothing. Nothing that a caller sees depends on hash order.

mod bridge;
mod config;
mod decision;
mod fdb;
mod port_set;
pub mod vlan;

pub use bridge::Bridge;
pub use config::{BridgeConfig, FrameTypes, Learn, PortConfig, PortState};
pub use decision::{BridgeDrop, Decision, Destination, Header, Ingress, Learned, Tag};
pub use fdb::{Host, HostKind};
pub use port_set::{BridgePort, PortSet};
