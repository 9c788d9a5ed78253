//! The RouterOS device: menus, engines and the packet flow between them.
//!
//! The folders are RouterOS's own maps: a feature lies in the folder of its menu path (`ip/dhcp_server`), and `flow/`
//! is the packet-flow diagram, one file for each box. [`Config`] holds the items of every menu; [`State`] is what the
//! features derive from it and what the packet path reads.
//!
//! **Invariant:** a device is plain data (`Clone + Send`), does no I/O, and acts only through [`sim::Context`].

// A menu with several commands names `args` and `positional` for each of them in its one attribute.
#![allow(clippy::duplicated_attributes)]

mod catalog;
pub mod config;
mod device;
pub mod drop;
pub mod features;
pub mod file;
pub mod flow;
pub mod interface;
pub mod ip;
mod job;
mod left_out;
mod legacy;
pub mod log;
mod menus;
pub mod names;
pub mod routing;
pub mod safe_mode;
mod state;
pub mod system;
mod target;
pub mod tool;
mod trace;
pub mod user;

pub use config::Config;
pub use console::{Note, NoteKind, Position};
pub use device::{PortSpec, Router, RouterSpec, VERSION};
pub use drop::Drop;
pub use job::{JobId, JobResult, LoadError, LoadMode, LoadReport};
pub use left_out::LeftOut;
pub use menus::{menus, strict_tree, tree};
pub use state::State;
pub use system::history::Terminal;
pub use system::routerboard::Board;
