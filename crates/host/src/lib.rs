//! The Linux-like host and the learning switch: devices made of the shared engines.

mod interface;
mod switch;
mod udp_flow;

pub use interface::{Address, Counters, Interface, Scope};
pub use switch::{Switch, SwitchDrop};
pub use udp_flow::{FlowId, FlowStats, Pace, SinkStats, UdpFlow};
