//! Transit (`net.ipv4.ip_forward` = 1): one hop less, and on.

use super::{datagram, datagram_mut, error, neighbour, output};
use crate::{Cx, Host};
use ip::v4::fib::Hop;
use ip::v4::forward::{self, Outcome};
use ip::v4::input::LinkDestination;
use wire::Frame;
use wire::icmpv4::Message;
use wire::ipv4::{self, View};

/// Sends a datagram for somebody else on by `hop`.
pub(crate) fn forward(
    host: &mut Host,
    cx: &mut Cx<'_>,
    index: usize,
    link: LinkDestination,
    hop: &Hop,
    mut frame: Frame,
) {
    let out = host.position(hop.interface);
    let port = host.port(index);
    let interface = host.id(index);
    let mtu = host.interfaces.get(out).map_or(ipv4::MIN_MTU, |i| i.mtu);
    let (outcome, next, source) = match View::new(datagram(&frame)) {
        Ok(view) => (
            forward::decide(&view, interface, hop, mtu, true, &host.addresses),
            hop.neighbour(view.destination()),
            view.destination(),
        ),
        Err(reason) => return cx.drop(frame, port, ip::v4::drop::IpDrop::from(reason).into()),
    };
    let (fragment, redirect) = match outcome {
        Outcome::Send { fragment, redirect } => (fragment, redirect),
        Outcome::Drop(reason, message) => {
            error::report(host, cx, &frame, link, &message);
            return cx.drop(frame, port, reason.into());
        }
    };
    if let Some(gateway) = redirect {
        error::report(host, cx, &frame, link, &Message::Redirect { code: 1, gateway });
    }
    if let Err(reason) = ipv4::decrement_ttl(datagram_mut(&mut frame)) {
        return cx.drop(frame, port, ip::v4::drop::IpDrop::from(reason).into());
    }
    let from = host.addresses.source_for(hop, source).unwrap_or(next);
    if fragment {
        output::fragment(host, cx, out, mtu, frame, |host, cx, piece| {
            neighbour::send(host, cx, out, next, from, piece);
        });
    } else {
        neighbour::send(host, cx, out, next, from, frame);
    }
}
