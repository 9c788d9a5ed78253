//! Reassembly, which stands with connection tracking on the way in and before the local process.

use super::super::{Packet, report};
use crate::device::Context;
use crate::drop::Drop;
use crate::interface::Number;
use crate::state::State;
use firewall::conntrack::Tracked;
use ip::v4::drop::IpDrop;
use ip::v4::input::LinkDestination;
use ip::v4::reassembly::Outcome;
use wire::Frame;
use wire::ethernet::HEADER_LEN;
use wire::icmpv4::Message;

/// Takes a fragment (`frame` begins with its Ethernet header); the whole packet comes back once it is complete.
pub(crate) fn receive(
    state: &mut State,
    cx: &mut Context<'_>,
    packet: &Packet,
    frame: Frame,
) -> Option<Frame> {
    let number = packet.arrival.map_or(Number(0), |arrival| arrival.interface);
    match state.ip.reassembly.insert(cx.now(), frame, HEADER_LEN) {
        Outcome::Held => None,
        Outcome::Complete { frame, merged } => {
            for part in merged {
                cx.merge(part);
            }
            Some(frame)
        }
        Outcome::Dropped(reason, frames) => {
            for frame in frames {
                cx.drop(frame, packet.port(), Drop::ip(number, reason));
            }
            None
        }
    }
}

/// Gives up packets whose fragments did not all come (RFC 1122 §3.3.2): type 11 code 1 when the first one is there.
pub(crate) fn wake(state: &mut State, cx: &mut Context<'_>) {
    if state.ip.reassembly.deadline().is_none_or(|due| due > cx.now()) {
        return;
    }
    let mut expired = Vec::new();
    state.ip.reassembly.wake(cx.now(), &mut expired);
    for datagram in expired {
        let packet = Packet { arrival: None, link: LinkDestination::Own, tracked: Tracked::OFF };
        if let (true, Some(first)) = (datagram.has_first, datagram.frames.first()) {
            report::error(state, cx, &packet, first, &Message::TimeExceeded { code: 1 });
        }
        for frame in datagram.frames {
            cx.drop(frame, None, Drop::Output(IpDrop::ReassemblyTimeout));
        }
    }
}
