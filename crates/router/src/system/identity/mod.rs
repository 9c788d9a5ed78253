//! `/system/identity`: the name of the device.

mod menu;

pub use self::menu::Identity;

use crate::config::Feature;

/// `/system/identity`.
pub static FEATURE: Feature = Feature::NONE;
