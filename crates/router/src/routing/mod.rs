//! `/routing`.

pub mod route;
