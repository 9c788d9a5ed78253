//! TTL: one hop is taken off; the length is checked against the next link, as the kernel does before the filter.

use super::super::{Packet, report};
use crate::device::Context;
use crate::drop::Drop;
use crate::interface::Number;
use crate::state::State;
use ip::v4::drop::IpDrop;
use ip::v4::fib::Hop;
use ip::v4::forward::{Outcome, decide};
use wire::Frame;
use wire::ethernet::HEADER_LEN;
use wire::icmpv4::Message;
use wire::ipv4::{View, decrement_ttl};

/// Takes a hop off, or ends the packet with an error to its sender.
#[inline]
pub(crate) fn pass(
    state: &mut State,
    cx: &mut Context<'_>,
    packet: &Packet,
    hop: &Hop,
    mut frame: Frame,
) -> Option<(Frame, Option<report::Prepared>)> {
    let arrival = packet.arrival?;
    let view = match View::new(frame.bytes().get(HEADER_LEN..).unwrap_or_default()) {
        Ok(view) => view,
        Err(error) => {
            cx.drop(frame, arrival.port, Drop::ip(arrival.interface, IpDrop::from(error)));
            return None;
        }
    };
    let mtu = state.interfaces.get(Number(hop.interface.0)).map_or(u16::MAX, |out| out.mtu);
    let in_interface = ip::Interface(arrival.interface.0);
    let redirects = state.ip.send_redirects;
    let redirect = match decide(&view, in_interface, hop, mtu, redirects, &state.ip.addresses) {
        Outcome::Send { redirect, .. } => redirect.and_then(|gateway| {
            report::prepare(state, cx, packet, &frame, &Message::Redirect { code: 1, gateway })
        }),
        Outcome::Drop(reason, message) => {
            report::error(state, cx, packet, &frame, &message);
            cx.drop(frame, arrival.port, Drop::ip(arrival.interface, reason));
            return None;
        }
    };
    let options = view.header_len() > wire::ipv4::HEADER_LEN;
    if let Some(bytes) = frame.bytes_mut().get_mut(HEADER_LEN..) {
        // The header was validated, so this cannot fail.
        let _ = decrement_ttl(bytes);
    }
    if options {
        record(state, cx, hop, &mut frame);
    }
    Some((frame, redirect))
}

/// Record route and timestamp: the router enters itself with the address of the interface that the packet leaves by
/// (RFC 791 §3.1).
#[cold]
fn record(state: &State, cx: &Context<'_>, hop: &Hop, frame: &mut Frame) {
    let Some(bytes) = frame.bytes_mut().get_mut(HEADER_LEN..) else { return };
    let Ok(destination) = View::new(bytes).map(|view| view.destination()) else { return };
    let own = state.ip.addresses.source_for(&Hop { pref_src: None, ..*hop }, destination);
    if let Some(own) = own {
        let since_midnight = cx.now().unix_nanos() / 1_000_000 % 86_400_000;
        wire::ipv4_option::record(bytes, own, since_midnight as u32);
    }
}
