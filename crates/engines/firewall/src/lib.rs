//! The IPv4 firewall: compiled rules, chain traversal, address lists and connection tracking.
//!
//! A device compiles the rows of one menu (`/ip/firewall/filter`, `raw`, `mangle`) into a [`chain::Table`], builds a
//! [`packet::PacketKey`] once for each packet, asks [`conntrack::Conntrack`] for the connection and walks a chain with
//! [`chain::Table::traverse`]. The verdict names the rule; logs, list additions and marks come out in
//! [`action::Effects`].
//!
//! **Invariant:** no menu, no device, no kernel, no clock: time and randomness are arguments. Bytes from outside never
//! panic. A traversal allocates nothing, except for entries that a matcher or an action keeps (buckets, list entries).
//!
//! Sources: manual pages "Filter", "Common Firewall Matchers and Actions", "Connection tracking", "Address-lists";
//! Linux netfilter (RouterOS 7 runs kernel 5.6), where the manual is silent.

pub mod action;
pub mod address_list;
pub mod chain;
pub mod conntrack;
pub mod interface;
pub mod log_line;
pub mod matcher;
pub mod packet;
mod quick;
pub mod range;
pub mod reject;
pub mod rule;
