//! FILTER OUTPUT: chain `output` of `/ip/firewall/filter`.

use super::super::{Packet, filter};
use crate::device::Context;
use crate::interface::Number;
use crate::state::State;
use ip::v4::fib::Hop;
use wire::Frame;

/// Passes the packet, or ends it.
pub(crate) fn pass(
    state: &mut State,
    cx: &mut Context<'_>,
    packet: &Packet,
    hop: &Hop,
    frame: Frame,
) -> Option<Frame> {
    filter::pass(state, cx, filter::Chain::Output, packet, Some(Number(hop.interface.0)), frame)
}
