//! Labs: reads a containerlab topology, builds its world, plays it, judges the checks and writes captures and a report.
//!
//! | module | what |
//! |---|---|
//! | [`problem`] | what is wrong with an input: message, file, line, column, underlined text |
//! | [`yaml`] | YAML as a tree whose every node knows its place |
//! | [`file`] | the lab file: nodes, links, checks, scenario |
//! | [`checks`] | what a lab promises, and how an answer is judged |
//! | [`config`] | a RouterOS config by itself: what would be refused, what is not simulated |
//! | [`lint`] | what a config says and hardly anyone means |
//! | [`device`] | the one enum of devices that a lab's world holds |
//! | [`world`] | from a lab to a world that can run |
//! | [`run`] | plays a lab in virtual time |
//! | [`session`] | a lab in a person's hands: time stands still until they let it pass |
//! | [`report`] | the result as text and as JSON |
//! | [`output`] | the output directory, written as a whole or not at all |
//!
//! **Invariant**: no wall clock and no environment is read here; both come in as arguments or stay with the caller.

pub mod checks;
pub mod config;
pub mod device;
mod expression;
pub mod file;
pub mod lint;
pub mod output;
pub mod problem;
pub mod report;
pub mod run;
pub mod session;
pub mod units;
pub mod world;
pub mod yaml;
