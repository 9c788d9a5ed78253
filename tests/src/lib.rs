//! What the whole-network tests share: random networks, worlds of real devices, what a world gives to the outside.
//!
//! The tests themselves stand in `tests/`, one file for each promise of ARCHITECTURE.md.
//!
//! | module | what |
//! |---|---|
//! | [`random`] | a small reproducible random stream |
//! | [`network`] | random valid networks as lab files |
//! | [`rules`] | random firewall rules |
//! | [`action`] | what people and their programs do to a network |
//! | [`world`] | a world made of a lab, run in steps or on threads, and its outcome |
//! | [`files`] | scratch folders, the labs of the repository, the binary |

pub mod action;
pub mod files;
pub mod network;
pub mod random;
pub mod rules;
pub mod world;
