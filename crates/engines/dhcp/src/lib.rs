//! DHCP for IPv4 without I/O: address pools, the server of a RouterOS router and a client.
//!
//! - [`pool::Pools`]: `/ip/pool`, shared by DHCP servers and everything else that hands out addresses.
//! - [`server::Server`]: all of `/ip/dhcp-server` of one device: servers, leases, networks, options.
//! - [`client::Client`]: one RFC 2131 client, as `/ip/dhcp-client` or as ISC `dhclient`.
//! - [`message::Message`]: BOOTP/DHCP payloads. Options keep their order and their bytes, because a server's order is
//!   part of how it looks on the wire and because a client may send anything (`wire::dhcp`'s typed options sort
//!   themselves and refuse odd bytes).
//! - [`option_value::OptionValue`]: the value syntax of `/ip/dhcp-server/option`.
//!
//! Sources: RFC 2131, 2132, 951, 1497, 1542, 3046, 3396, 3442, 5227; the RouterOS manual, "DHCP" and "IP Pools".
//!
//! **Invariant:** no menu, no frame, no clock, no randomness of its own. Outputs go into the caller's vector; bytes
//! from outside never panic.

pub mod client;
pub mod message;
pub mod option_value;
pub mod pool;
pub mod server;
