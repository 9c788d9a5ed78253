//! [`Device`]: a router or a host, for workloads that have both.

use clock::Instant;
use host::Host;
use router::{PortSpec, Router, RouterSpec};
use sim::{Context, Node, Port, mac};
use wire::{Frame, Mac};

/// A node of a workload.
#[derive(Clone)]
pub(crate) enum Device {
    /// A RouterOS device.
    Router(Box<Router>),
    /// A Linux-like host.
    Host(Box<Host>),
}

/// Why one of them drops.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum DeviceDrop {
    Router(router::Drop),
    Host(host::Drop),
}

/// Seed of all worlds here.
pub(crate) const SEED: u64 = 1;

/// What a router with `ports` ports is made from.
pub(crate) fn router_spec(name: &str, ports: u16) -> RouterSpec {
    let port = |n: u16| {
        let port = format!("ether{}", n + 1);
        PortSpec { mac: Mac(mac(SEED, name, &port)), name: port }
    };
    RouterSpec {
        name: name.into(),
        ports: (0..ports).map(port).collect(),
        version: router::VERSION.into(),
        seed: SEED,
    }
}

/// Runs a call on the device that it is for.
macro_rules! each {
    ($self:ident, $cx:ident, $device:ident, $cx2:ident => $call:expr) => {
        match $self {
            Self::Router($device) => $cx.map(DeviceDrop::Router, |$cx2| $call),
            Self::Host($device) => $cx.map(DeviceDrop::Host, |$cx2| $call),
        }
    };
}

impl Node for Device {
    type Drop = DeviceDrop;

    #[inline]
    fn receive(&mut self, cx: &mut Context<'_, DeviceDrop>, port: Port, frame: Frame) {
        each!(self, cx, device, cx => device.receive(cx, port, frame));
    }

    fn carrier(&mut self, cx: &mut Context<'_, DeviceDrop>, port: Port, up: bool) {
        each!(self, cx, device, cx => device.carrier(cx, port, up));
    }

    fn wake(&mut self, cx: &mut Context<'_, DeviceDrop>) {
        each!(self, cx, device, cx => device.wake(cx));
    }

    #[inline]
    fn deadline(&self) -> Option<Instant> {
        match self {
            Self::Router(router) => router.deadline(),
            Self::Host(host) => host.deadline(),
        }
    }

    fn held(&self) -> usize {
        match self {
            Self::Router(router) => router.held(),
            Self::Host(host) => host.held(),
        }
    }

    fn describe_drop(&self, reason: &DeviceDrop) -> String {
        match (self, reason) {
            (Self::Router(router), DeviceDrop::Router(reason)) => router.describe_drop(reason),
            (Self::Host(host), DeviceDrop::Host(reason)) => host.describe_drop(reason),
            (Self::Router(_), DeviceDrop::Host(_)) | (Self::Host(_), DeviceDrop::Router(_)) => String::new(),
        }
    }
}
