//! The Linux-like host and the learning switch: devices made of the shared engines.
//!
//! [`Host`] has interfaces `lo` and `eth*`, the IPv4 stack of the `ip` engine, and a small userland: command lines run
//! as jobs in virtual time ([`Host::spawn`]) and print what iproute2, iputils and ISC dhclient print. [`Switch`] is the
//! bridge engine with nothing on top. Both are [`sim::Node`]s.
//!
//! A frame's way through a host, one file of `flow` for each stage:
//!
//! ```text
//!  cable → in_interface → (ARP → neighbour)
//!                       → input: header checks, routing decision ─┬→ local: reassembly, ICMP, UDP, TCP → jobs, flows
//!                                                                 └→ forward: TTL, MTU (net.ipv4.ip_forward = 1)
//!  jobs, flows, ICMP → output: route, source address, fragments → neighbour: ARP → cable
//! ```
//!
//! **Invariant:** there is no second IP stack here: routes, neighbours, reassembly and ICMP texts come from `ip`, leases
//! from `dhcp`, forwarding tables from `bridge`. A host keeps no clock and no hash order; a fork of the world continues
//! exactly as the original would.

mod command;
mod configure;
mod fate;
mod flow;
mod host;
mod interface;
mod jobs;
mod routes;
mod shell;
mod switch;
mod udp_flow;

pub use command::COMMANDS;
pub use fate::Drop;
pub use host::{Host, HostSpec};
pub use interface::{Address, Counters, Interface, Scope};
pub use shell::{JobId, JobResult};
pub use switch::{Switch, SwitchDrop};
pub use udp_flow::{FlowId, FlowStats, Pace, SinkStats, UdpFlow};

/// The kernel as a host sees it during one call.
pub(crate) type Cx<'a> = sim::Context<'a, Drop>;
