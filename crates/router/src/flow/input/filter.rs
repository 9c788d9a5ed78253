//! FILTER INPUT: chain `input` of `/ip/firewall/filter`.

use super::super::{Packet, filter};
use crate::device::Context;
use crate::state::State;
use wire::Frame;

/// Passes the packet, or ends it.
pub(crate) fn pass(state: &mut State, cx: &mut Context<'_>, packet: &Packet, frame: Frame) -> Option<Frame> {
    filter::pass(state, cx, filter::Chain::Input, packet, None, frame)
}
