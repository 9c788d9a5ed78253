//! The spaces of names that references point into.

use menu::Namespace;
use menu::Space;
pub use menu::spaces::{
    DhcpServer as DhcpServerSpace, Interface as InterfaceSpace, LoggingAction as LoggingActionSpace,
    Pool as PoolSpace,
};

/// Interfaces that are bridges.
pub const BRIDGE: Namespace = Namespace("bridge");

/// Marker of [`BRIDGE`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BridgeSpace {}

impl Space for BridgeSpace {
    const NAMESPACE: Namespace = BRIDGE;
}
