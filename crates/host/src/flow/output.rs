//! What the host itself sends: route, source address, fragments, and the way onto the cable.

use super::{datagram, neighbour};
use crate::routes::RouteKind;
use crate::{Cx, Drop, Host};
use clock::{Duration, Instant};
use core::net::Ipv4Addr;
use ip::v4::drop::IpDrop;
use ip::v4::fib::{Hop, Route};
use ip::v4::fragment as cut;
use wire::ethernet::{self, EtherType, HEADER_LEN};
use wire::ipv4::View;
use wire::{Frame, Mac};

/// Time that a datagram takes through `lo`. It is not zero so that a conversation with oneself lets time go on.
const LOOPBACK_DELAY: Duration = Duration::from_micros(10);
/// How long a learned path MTU or redirect counts (`ip_rt_mtu_expires`, RFC 1191 §6.3).
const EXCEPTION_TIME: Duration = Duration::from_mins(10);
/// Smallest path MTU that is believed (`ip_rt_min_pmtu`).
const MIN_PATH_MTU: u16 = 552;

/// What a socket asks the routing decision.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RouteQuery {
    pub(crate) destination: Ipv4Addr,
    /// Source that the socket is bound to.
    pub(crate) source: Option<Ipv4Addr>,
    /// Interface that the socket is bound to.
    pub(crate) interface: Option<usize>,
}

/// Kind of an output route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// To this host itself.
    Local,
    /// To one neighbour.
    Unicast,
    /// To all stations of the link.
    Broadcast,
    /// To a group.
    Multicast,
}

/// The answer: how a datagram leaves.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OutputRoute {
    pub(crate) kind: Kind,
    /// Position of the interface.
    pub(crate) interface: usize,
    pub(crate) source: Ipv4Addr,
    /// Router, when there is one.
    pub(crate) gateway: Option<Ipv4Addr>,
    pub(crate) destination: Ipv4Addr,
    /// Longest datagram in bytes.
    pub(crate) mtu: u16,
    /// Default time to live.
    pub(crate) ttl: u8,
}

/// Why a datagram can't leave: the error number that a socket would give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SendError {
    /// ENETUNREACH.
    NetworkUnreachable,
    /// EHOSTUNREACH.
    HostUnreachable,
    /// EACCES.
    Prohibited,
    /// EINVAL.
    Invalid,
}

impl SendError {
    /// The words of the C library.
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Self::NetworkUnreachable => "Network is unreachable",
            Self::HostUnreachable => "No route to host",
            Self::Prohibited => "Permission denied",
            Self::Invalid => "Invalid argument",
        }
    }
}

/// What was learned about one destination: a better router, a smaller MTU.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Exception {
    gateway: Option<Ipv4Addr>,
    mtu: Option<u16>,
    until: Instant,
}

impl Host {
    /// Decides how a datagram of this host leaves.
    pub(crate) fn route_output(
        &mut self,
        now: Instant,
        query: &RouteQuery,
    ) -> Result<OutputRoute, SendError> {
        let destination = query.destination;
        let any = query.source.unwrap_or(Ipv4Addr::UNSPECIFIED);
        let (kind, hop) = match self.fib.lookup(any, destination) {
            Route::Local(_) => (Kind::Local, Hop::on_link(self.id(0))),
            Route::Broadcast(Some(interface)) => (Kind::Broadcast, Hop::on_link(interface)),
            Route::Broadcast(None) => (Kind::Broadcast, self.group_hop(query)?),
            Route::Multicast => (Kind::Multicast, self.group_hop(query)?),
            Route::Forward(hop) => (Kind::Unicast, self.bound_hop(query).unwrap_or(hop)),
            Route::Blackhole | Route::Unreachable => return Err(self.forbidden(destination)),
            Route::None => (Kind::Unicast, self.bound_hop(query).ok_or(SendError::NetworkUnreachable)?),
        };
        let interface = self.position(hop.interface);
        let mut mtu = self.interfaces.get(interface).map_or(wire::ipv4::MIN_MTU, |i| i.mtu);
        let mut gateway = if kind == Kind::Unicast { hop.gateway } else { None };
        if kind == Kind::Unicast {
            if let Some(route_mtu) = self.routes.longest(destination, query.interface).and_then(|r| r.mtu) {
                mtu = mtu.min(route_mtu);
            }
            if let Some(exception) = self.exceptions.get(&destination).filter(|e| e.until > now) {
                mtu = mtu.min(exception.mtu.unwrap_or(mtu));
                gateway = exception.gateway.or(gateway);
            }
        }
        let chosen = if kind == Kind::Local {
            Some(destination)
        } else {
            self.addresses.source_for(&Hop { gateway, ..hop }, destination)
        };
        let source = query.source.or(chosen).unwrap_or(Ipv4Addr::UNSPECIFIED);
        Ok(OutputRoute { kind, interface, source, gateway, destination, mtu, ttl: self.settings.ttl })
    }

    /// The way for a socket that is bound to an interface: its own route there, or the link itself.
    fn bound_hop(&self, query: &RouteQuery) -> Option<Hop> {
        let index = query.interface?;
        let found = self.routes.longest(query.destination, Some(index));
        let (gateway, pref_src) = found.map_or((None, None), |route| (route.gateway, route.source));
        Some(Hop { interface: self.id(index), gateway, pref_src })
    }

    /// The interface for groups and 255.255.255.255: the bound one, that of the source, or that of the default route.
    fn group_hop(&self, query: &RouteQuery) -> Result<Hop, SendError> {
        let of_source = || self.interfaces.iter().position(|i| query.source.is_some_and(|s| i.has(s)));
        let of_route = || self.routes.longest(query.destination, None).and_then(|r| r.interface);
        let index = query.interface.or_else(of_source).or_else(of_route);
        index.map(|index| Hop::on_link(self.id(index))).ok_or(SendError::NetworkUnreachable)
    }

    fn forbidden(&self, destination: Ipv4Addr) -> SendError {
        match self.routes.longest(destination, None).map(|r| r.kind) {
            Some(RouteKind::Prohibit) => SendError::Prohibited,
            Some(RouteKind::Blackhole) => SendError::Invalid,
            _ => SendError::HostUnreachable,
        }
    }

    /// Believes a router that the path to `destination` takes no more than `mtu` bytes.
    pub(crate) fn learn_path_mtu(&mut self, now: Instant, destination: Ipv4Addr, mtu: u16) {
        let exception = self.exception(now, destination);
        exception.mtu = Some(mtu.max(MIN_PATH_MTU).min(exception.mtu.unwrap_or(u16::MAX)));
    }

    /// Believes a redirect when it comes from the present router and names a neighbour (RFC 1122 §3.2.2.2).
    pub(crate) fn learn_redirect(
        &mut self,
        now: Instant,
        from: Ipv4Addr,
        destination: Ipv4Addr,
        gateway: Ipv4Addr,
    ) {
        let query = RouteQuery { destination, source: None, interface: None };
        let Ok(route) = self.route_output(now, &query) else { return };
        let near = self.addresses.on_link(self.id(route.interface), gateway);
        if !self.settings.forward && route.gateway == Some(from) && near && !self.is_local(gateway) {
            self.exception(now, destination).gateway = Some(gateway);
        }
    }

    fn exception(&mut self, now: Instant, destination: Ipv4Addr) -> &mut Exception {
        self.exceptions.retain(|_, e| e.until > now);
        let exception =
            self.exceptions.entry(destination).or_insert(Exception { gateway: None, mtu: None, until: now });
        exception.until = now + EXCEPTION_TIME;
        exception
    }

    /// Sends a datagram (IPv4 header first) as `route` says; one that is too long is cut, unless DF forbids it.
    pub(crate) fn output(&mut self, cx: &mut Cx<'_>, route: &OutputRoute, mut frame: Frame) {
        let source = self.interfaces.get(route.interface).map_or(Mac::ZERO, |i| i.mac);
        let header = ethernet::Repr { destination: Mac::ZERO, source, ethertype: EtherType::IPV4 };
        header.push(&mut frame);
        if frame.len() - HEADER_LEN <= usize::from(route.mtu) {
            return self.send_on(cx, route, frame);
        }
        if View::new(datagram(&frame)).is_ok_and(|view| view.dont_fragment()) {
            return cx.drop(frame, None, IpDrop::FragmentationNeeded.into());
        }
        fragment(self, cx, route.interface, route.mtu, frame, |host, cx, piece| {
            host.send_on(cx, route, piece)
        });
    }

    fn send_on(&mut self, cx: &mut Cx<'_>, route: &OutputRoute, frame: Frame) {
        match route.kind {
            Kind::Local => {
                let interface = self.interfaces.first_mut();
                if let Some(counters) = interface.map(|i| &mut i.counters) {
                    counters.tx_packets += 1;
                    counters.tx_bytes += frame.len() as u64;
                }
                self.loopback.push_back((cx.now() + LOOPBACK_DELAY, frame));
            }
            Kind::Broadcast => transmit_to(self, cx, route.interface, Mac::BROADCAST, frame),
            Kind::Multicast => {
                let mac = Mac::of_ipv4_multicast(route.destination);
                transmit_to(self, cx, route.interface, mac, frame);
            }
            Kind::Unicast => {
                let next = route.gateway.unwrap_or(route.destination);
                neighbour::send(self, cx, route.interface, next, route.source, frame);
            }
        }
    }
}

/// Cuts the datagram of a frame for `mtu` and hands each piece, with an Ethernet header, to `send`.
pub(crate) fn fragment(
    host: &mut Host,
    cx: &mut Cx<'_>,
    index: usize,
    mtu: u16,
    frame: Frame,
    mut send: impl FnMut(&mut Host, &mut Cx<'_>, Frame),
) {
    let Ok(view) = View::new(datagram(&frame)) else {
        return cx.drop(frame, None, IpDrop::TotalLength.into());
    };
    for piece in cut::pieces(&view, mtu) {
        let mut part = cx.alloc(usize::from(mtu) + HEADER_LEN);
        part.meta = frame.meta;
        cut::write(&view, piece, &mut part);
        let source = host.interfaces.get(index).map_or(Mac::ZERO, |i| i.mac);
        ethernet::Repr { destination: Mac::ZERO, source, ethertype: EtherType::IPV4 }.push(&mut part);
        send(host, cx, part);
    }
    cx.merge(frame);
}

/// Writes both hardware addresses and puts the frame on the cable.
#[inline]
pub(crate) fn transmit_to(host: &mut Host, cx: &mut Cx<'_>, index: usize, to: Mac, mut frame: Frame) {
    let own = host.interfaces.get(index).map_or(Mac::ZERO, |i| i.mac);
    ethernet::set_addresses(frame.bytes_mut(), to, own);
    transmit(host, cx, index, frame);
}

/// Puts a complete frame on the cable of an interface.
#[inline]
pub(crate) fn transmit(host: &mut Host, cx: &mut Cx<'_>, index: usize, frame: Frame) {
    match host.interfaces.get_mut(index) {
        Some(interface) if interface.up => {
            let Some(port) = interface.port else {
                return cx.drop(frame, None, Drop::InterfaceDown);
            };
            interface.counters.tx_packets += 1;
            interface.counters.tx_bytes += frame.len() as u64;
            cx.send(port, frame);
        }
        _ => cx.drop(frame, None, Drop::InterfaceDown),
    }
}
