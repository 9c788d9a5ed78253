//! The discrete-event kernel: nodes, cables, virtual time. It moves frames and knows no protocol.
//!
//! A [`World`] is built from a topology by a [`WorldBuilder`]. Its nodes implement [`Node`]; the kernel calls them when
//! a frame comes in, when a port's carrier changes and when their deadline passes, and they act through a [`Context`].
//!
//! # Order of events
//!
//! Events happen in the order (time, rank of kind, stable id of the port or node). The rank is part of the semantics:
//! at one instant a node first hears of a carrier change, then gets the frames that arrive, then its deadline. What a
//! caller does through [`World::with_node`] comes after all events up to [`World::now`].
//!
//! **Invariant:** nothing shared by the whole world (no insertion counter, no common random stream) decides an order,
//! so a world split over several regions, however it is cut, gives the same bytes as one that is not.
//!
//! **Invariant:** no threads, no I/O, no wall clock, no floating point. The state is plain data: `Clone` forks a world.

mod builder;
mod cable;
mod captures;
mod context;
mod core;
mod cut;
mod drops;
mod event;
mod ledger;
mod link;
mod log;
mod node;
mod region;
mod stream;
mod topology;
mod windows;
mod world;

pub use builder::{BuildError, WorldBuilder};
pub use captures::{CaptureFile, CaptureFiles, CaptureKinds};
pub use context::Context;
pub use cut::Cut;
pub use drops::{DropPlace, WireDrop};
pub use ledger::{Imbalance, Ledger, Tally};
pub use link::{LinkError, LinkParams, Probability};
pub use log::LogRecord;
pub use node::{CableId, Node, NodeId, Port};
pub use region::{Region, Storm};
pub use stream::mac;
pub use topology::{Cable, End, Topology};
pub use world::{RunError, World};
