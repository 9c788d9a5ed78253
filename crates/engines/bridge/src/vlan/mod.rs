//! VLAN filtering: which VLAN a frame belongs to, who is a member, and how the frame leaves (IEEE 802.1Q §6.9, §8.6).
//!
//! [`ingress`](classify) and egress are functions of their own; the table between them is [`VlanTable`].

mod egress;
mod ingress;
mod table;

pub use egress::{EgressVlan, TagAction};
pub use ingress::{Classified, IngressRules, classify};
pub use table::{Members, VlanConfig, VlanTable};
