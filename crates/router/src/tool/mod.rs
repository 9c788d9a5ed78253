//! `/tool`.

pub mod ping;
