//! Internet Protocol version 4.

pub mod address;
pub mod arp;
pub mod conflict;
pub mod drop;
pub mod fib;
pub mod forward;
pub mod fragment;
pub mod icmp;
pub mod input;
pub mod ping;
mod prefix_table;
pub mod reassembly;
pub mod rib;
