//! BRIDGING: the way of a frame through a bridge.
//!
//! ```text
//! port ─▶ dst-nat ─▶ bridging decision ─┬─▶ bridge filter input ─▶ the device's own stack (in-interface = bridge)
//!                                       └─▶ bridge filter forward ─▶ src-nat ─▶ port
//! own stack ─▶ bridging decision ─▶ bridge filter output ─▶ src-nat ─▶ port
//! ```
//! `/interface/bridge/filter` and `nat` are not simulated yet: their boxes have no file.

pub(crate) mod decision;
pub(crate) mod output;
