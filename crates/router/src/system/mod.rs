//! `/system`.

pub mod identity;
pub mod logging;
