//! CONNECTION TRACKING: which connection a packet belongs to.

use super::super::{Packet, filter};
use crate::device::Context;
use crate::state::State;
use wire::Frame;

/// Finds or opens the connection of a packet; `frame` begins with its Ethernet header.
pub(crate) fn track(state: &mut State, cx: &Context<'_>, packet: &mut Packet, frame: &Frame) {
    let bytes = frame.bytes().get(wire::ethernet::HEADER_LEN..).unwrap_or_default();
    if let Some(key) = filter::key(bytes) {
        packet.tracked = state.ip.firewall.track(cx.now(), &key, bytes);
    }
}
