//! ICMP errors that this host sends (RFC 1122 §3.2.2).

use super::datagram;
use super::output::{Kind, RouteQuery};
use crate::{Cx, Host};
use ip::v4::icmp;
use ip::v4::input::LinkDestination;
use wire::Frame;
use wire::icmpv4::Message;
use wire::ipv4::View;

/// Reports `message` about the datagram in `frame` to its sender, if the rules allow an error.
#[cold]
pub(crate) fn report(
    host: &mut Host,
    cx: &mut Cx<'_>,
    frame: &Frame,
    link: LinkDestination,
    message: &Message,
) {
    let Ok(view) = View::new(datagram(frame)) else { return };
    if icmp::may_report(&view, link, &mut host.fib).is_err() {
        return;
    }
    let now = cx.now();
    let own = host.fib.is_local(view.destination()).then(|| view.destination());
    let query = RouteQuery { destination: view.source(), source: own, interface: None };
    let Ok(route) = host.route_output(now, &query) else { return };
    // The kernel does not limit what it tells itself.
    if route.kind != Kind::Local && !host.limiter.allow(now, view.source(), message) {
        return;
    }
    let id = host.next_ip_id();
    let mut error = cx.alloc(icmp::ERROR_MAX);
    icmp::error(&view, message, route.source, id, &mut error);
    host.output(cx, &route, error);
}
