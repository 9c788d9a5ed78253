//! Frames and packet formats: what travels on a cable, byte for byte.
//!
//! [`Frame`] is the single-owner buffer that a frame lives in from the device that makes it to the one that ends it;
//! [`Pool`] hands the buffers out and counts them. Each protocol has one file with parsing, building and a
//! round-trip test: `View` looks at bytes without copying (a few nanoseconds, for the packet path), `Repr` holds the
//! fields, `Repr::push` puts the header in front of what a frame holds. So a datagram is built from the inside out:
//! payload, `udp::Repr::push`, `ipv4::Repr::push`, `ethernet::Repr::push`.
//!
//! **Invariant:** bytes from outside never panic: parsers return [`Error`]; emitting into a buffer of the stated
//! length cannot fail. No device, no menu, no time beyond `clock` is known here.

pub mod arp;
pub mod checksum;
pub mod dhcp;
mod error;
pub mod ethernet;
mod frame;
pub mod icmpv4;
pub mod ipv4;
pub mod ipv4_option;
mod mac;
pub mod tcp;
pub mod translate;
pub mod udp;
pub mod vlan;

pub use error::{Error, Layer, What};
pub use frame::{Frame, HEADROOM, Meta, Pool};
pub use mac::Mac;
