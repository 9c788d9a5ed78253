//! [`Node`]: what the kernel asks of a device, and the ids that name nodes, ports and cables.

use crate::Context;
use clock::Instant;
use core::fmt::Debug;
use wire::Frame;

/// A node of the topology, numbered from 0 in the order in which [`crate::WorldBuilder::add_node`] was called.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NodeId(pub u32);

/// A port of a node: any small number that the device chooses (the kernel keeps a table up to the largest in use).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Port(pub u16);

/// A cable, numbered from 0 in the order in which [`crate::WorldBuilder::connect`] was called.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct CableId(pub u32);

/// A device. The kernel is generic over it, so calls are static and a world stays plain data.
///
/// After every call the kernel reads [`Node::deadline`]. A frame that a node was given must be kept (and counted by
/// [`Node::held`]), sent on, or ended by [`Context::deliver`], [`Context::merge`] or [`Context::drop`].
pub trait Node: Clone + Send {
    /// Why this device drops a frame.
    type Drop: Copy + Ord + Debug + Send;

    /// A frame has come in completely on `port`.
    fn receive(&mut self, cx: &mut Context<'_, Self::Drop>, port: Port, frame: Frame);

    /// The carrier of `port` changed. Each cabled port gets a first call at the start of the run.
    fn carrier(&mut self, cx: &mut Context<'_, Self::Drop>, port: Port, up: bool);

    /// The deadline has passed. A call before the deadline does nothing.
    fn wake(&mut self, cx: &mut Context<'_, Self::Drop>);

    /// When the node wants to be woken next. It is read after every call, so it must be cheap. A deadline that has
    /// passed already means "now, after everything else that arrives at this instant".
    fn deadline(&self) -> Option<Instant>;

    /// How many frames the node holds (ARP queue, reassembly, shaper).
    fn held(&self) -> usize;

    /// The words for `reason`, as they stand in the report and in `drops.pcapng`. Called soon after the drop, when the
    /// node has handled the event.
    fn describe_drop(&self, reason: &Self::Drop) -> String;
}
