//! Frames and packet formats: what travels on a cable, byte for byte.
//!
//! [`Frame`] is the single-owner buffer that a frame lives in from the device that makes it to the one that ends it;
//! [`Pool`] hands the buffers out and counts them. Each protocol has one file with parsing, building and a
//! round-trip test.
//!
//! **Invariant:** bytes from outside never panic: parsers return [`Error`]; emitting into a buffer of the stated
//! length cannot fail. No device, no menu, no time beyond `clock` is known here.

mod frame;

pub use frame::{Frame, HEADROOM, Meta, Pool};
