//! `/system`.

pub mod backup;
pub mod clock;
pub mod history;
pub mod identity;
pub mod license;
pub mod logging;
pub mod package;
pub mod power;
pub mod resource;
pub mod routerboard;
pub mod scheduler;
pub mod script;
