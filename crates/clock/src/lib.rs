//! Virtual time: instants, durations and small timer tables.
//!
//! Time in wirelab is virtual. It starts at [`Instant::START`] when a run begins and moves only when the kernel
//! moves it. Nothing in this crate, and nothing above it below `live`, reads a real clock.
//!
//! **Invariant:** no I/O, no wall clock, no floating point.

mod instant;
mod timers;

pub use instant::{Duration, Instant, START_UNIX_SECONDS};
pub use timers::{Deadlines, TimerTable};
