//! `/user`: stored by the catalogue; `/user/active` and `/password` work.

pub mod active;
mod password;

use crate::config::Feature;

/// `/password`.
pub static FEATURE: Feature = Feature { command: password::command, ..Feature::NONE };
