//! [`Context`]: what a node can do while the kernel calls it.

use crate::core::Core;
use crate::{NodeId, Port};
use clock::Instant;
use wire::Frame;

/// The kernel as one node sees it during one call.
///
/// `D` is the node's own reason for a drop ([`crate::Node::Drop`]).
pub struct Context<'a, D> {
    pub(crate) core: &'a mut Core,
    /// Reasons of the drops of this call, for the region to count when the call is over.
    pub(crate) reasons: &'a mut Vec<D>,
    /// Index of the node in its region.
    pub(crate) local: usize,
}

impl<D: Copy + Ord> Context<'_, D> {
    /// The present time.
    #[must_use]
    #[inline]
    pub fn now(&self) -> Instant {
        self.core.now
    }

    /// The node that is being called.
    #[must_use]
    pub fn node(&self) -> NodeId {
        self.core.slots[self.local].id
    }

    /// True when `port` has a cable, the cable is up and the ports at both ends are enabled.
    #[must_use]
    pub fn carrier(&self, port: Port) -> bool {
        self.core.carrier(self.local, port)
    }

    /// Bits per second of the cable on `port`, in the direction away from it; `None` without a cable, `Some(0)` when
    /// it is infinitely fast.
    #[must_use]
    pub fn rate(&self, port: Port) -> Option<u64> {
        self.core.rate(self.local, port)
    }

    /// Enables or disables `port` (`/interface disable`). A disabled port has no carrier; the port at the other end
    /// loses its own as soon as the cable carries the news (delay and shortest frame). The node hears of its own
    /// carrier by [`crate::Node::carrier`] at this instant. All ports start enabled.
    pub fn set_port(&mut self, port: Port, enabled: bool) {
        self.core.set_port(self.local, port, enabled);
    }

    /// An empty frame with room for `len` bytes; counts as created.
    #[must_use = "a frame that is not sent or ended breaks the ledger"]
    #[inline]
    pub fn alloc(&mut self, len: usize) -> Frame {
        self.core.counts.created += 1;
        self.core.pool.alloc(len)
    }

    /// A frame with the given bytes; counts as created.
    #[must_use = "a frame that is not sent or ended breaks the ledger"]
    #[inline]
    pub fn frame(&mut self, bytes: &[u8]) -> Frame {
        self.core.counts.created += 1;
        self.core.pool.frame(bytes)
    }

    /// A copy of `frame`, with its journey; counts as created.
    #[must_use = "a frame that is not sent or ended breaks the ledger"]
    #[inline]
    pub fn copy(&mut self, frame: &Frame) -> Frame {
        self.core.counts.created += 1;
        self.core.pool.copy(frame)
    }

    /// Puts `frame` on the cable of `port`, padded with zeros to 60 bytes. Without a cable or carrier, when the queue is
    /// full or the frame too long it is dropped with the kernel's own reason ([`crate::WireDrop`]).
    #[inline]
    pub fn send(&mut self, port: Port, frame: Frame) {
        self.core.send(self.local, port, frame);
    }

    /// Ends a frame that the device consumed.
    #[inline]
    pub fn deliver(&mut self, frame: Frame) {
        self.core.counts.delivered += 1;
        self.core.pool.free(frame);
    }

    /// Ends a frame that became part of another one.
    #[inline]
    pub fn merge(&mut self, frame: Frame) {
        self.core.counts.merged += 1;
        self.core.pool.free(frame);
    }

    /// Ends a frame with the reason why. `port` is where it happened, if at one: mostly the port it came in on.
    pub fn drop(&mut self, frame: Frame, port: Option<Port>, reason: D) {
        self.core.drop_in_node(self.local, frame, port);
        self.reasons.push(reason);
    }

    /// Runs `code` in the same context for a part of the node that has drop reasons of its own: a world of several
    /// kinds of device is an enum whose reason is an enum, and each device is written against its own. `into` makes
    /// the node's reason of the part's. Costs nothing unless a frame is dropped.
    pub fn map<E, T>(&mut self, into: impl Fn(E) -> D, code: impl FnOnce(&mut Context<'_, E>) -> T) -> T {
        let mut reasons = Vec::new();
        let result = code(&mut Context { core: self.core, reasons: &mut reasons, local: self.local });
        self.reasons.extend(reasons.into_iter().map(into));
        result
    }

    /// The next number of the node's own random stream.
    #[must_use]
    pub fn random(&mut self) -> u64 {
        self.core.random(self.local)
    }

    /// Logs one line under `topics` (`dhcp,info`). `message` is called only when logs are kept.
    #[inline]
    pub fn log(&mut self, topics: &str, message: impl FnOnce() -> String) {
        if self.core.logs.is_some() {
            self.core.log(self.local, topics, message());
        }
    }

    /// True when logs are kept.
    #[must_use]
    pub fn logs_enabled(&self) -> bool {
        self.core.logs.is_some()
    }
}
