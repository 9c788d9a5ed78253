//! Fragments that are for this host: they wait until their datagram is whole.

use super::{error, local};
use crate::{Cx, Drop, Host};
use ip::v4::drop::IpDrop;
use ip::v4::input::LinkDestination;
use ip::v4::reassembly::Outcome;
use wire::Frame;
use wire::ethernet::HEADER_LEN;
use wire::icmpv4::Message;

/// Takes a fragment; the whole datagram is delivered when this was the last one missing.
pub(crate) fn insert(host: &mut Host, cx: &mut Cx<'_>, index: usize, link: LinkDestination, frame: Frame) {
    match host.fragments.insert(cx.now(), frame, HEADER_LEN) {
        Outcome::Held => {}
        Outcome::Complete { frame, merged } => {
            for part in merged {
                cx.merge(part);
            }
            local::deliver(host, cx, index, link, frame);
        }
        Outcome::Dropped(reason, frames) => {
            let port = host.port(index);
            for frame in frames {
                cx.drop(frame, port, reason.into());
            }
        }
    }
}

/// Gives up datagrams whose fragments did not come in time; the sender hears of it when the first one is there.
pub(crate) fn wake(host: &mut Host, cx: &mut Cx<'_>) {
    if host.fragments.deadline().is_none_or(|at| at > cx.now()) {
        return;
    }
    let mut expired = Vec::new();
    host.fragments.wake(cx.now(), &mut expired);
    for datagram in expired {
        if let Some(first) = datagram.frames.first().filter(|_| datagram.has_first) {
            error::report(host, cx, first, LinkDestination::Own, &Message::TimeExceeded { code: 1 });
        }
        for frame in datagram.frames {
            cx.drop(frame, None, Drop::Ip(IpDrop::ReassemblyTimeout));
        }
    }
}
