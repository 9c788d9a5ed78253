//! Captures: records kept in memory, merged in one order, and written as pcapng files.
//!
//! Recording and writing are apart. While a world runs, each of its regions puts frames into a [`Records`] of its own;
//! now and then the caller merges what is complete with [`drain`] and writes it with a [`Writer`]. The order of the
//! merge depends on the keys of the records alone, so the files are the same however many regions there are.
//!
//! **Invariant:** no clock, no file names, no threads; the caller gives a [`std::io::Write`].

mod records;
mod writer;

pub use records::{Record, Records, drain};
pub use writer::{Direction, Interface, Packet, Writer, name_bytes};
