//! The way of a frame through the host, one file for each stage.
//!
//! ```text
//!  in_interface ─┬─ neighbour (ARP)
//!                └─ input ─┬─ local ── jobs, flows, replies ─┐
//!                          └─ forward ──────────────┐        │
//!                              error (ICMP) ────────┤        │
//!                                                   ├─ output┘
//!                                                   └─ neighbour ── cable
//! ```
//!
//! Within these stages a frame always has its Ethernet header in front, so that a dropped one stands in `drops.pcapng` as
//! what it was; [`datagram`] is the part behind it.

pub(crate) mod error;
pub(crate) mod forward;
pub(crate) mod in_interface;
pub(crate) mod input;
pub(crate) mod local;
pub(crate) mod neighbour;
pub(crate) mod output;
pub(crate) mod reassembly;

use wire::Frame;
use wire::ethernet::HEADER_LEN;

/// The datagram of a frame: all bytes behind the Ethernet header.
#[inline]
pub(crate) fn datagram(frame: &Frame) -> &[u8] {
    frame.bytes().get(HEADER_LEN..).unwrap_or_default()
}

/// As [`datagram`], to rewrite.
#[inline]
pub(crate) fn datagram_mut(frame: &mut Frame) -> &mut [u8] {
    frame.bytes_mut().get_mut(HEADER_LEN..).unwrap_or_default()
}
