//! `/system/routerboard`: a CHR has no board and says only that.

mod menu;

pub use self::menu::Routerboard;

use crate::config::Feature;

/// `/system/routerboard`.
pub static FEATURE: Feature = Feature::NONE;
