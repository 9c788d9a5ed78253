//! `/system/package`: a virtual router has the package `routeros` and no other. No server of updates is reached.

mod menu;

pub use self::menu::{Channel, Package, Update};

use crate::config::{Config, Feature};
use crate::state::State;
use ::menu::{Bytes, Name};
use clock::Instant;

/// `/system/package`.
pub static FEATURE: Feature = Feature { refresh, ..Feature::NONE };

/// Size of the package, about that of a CHR's.
const SIZE: u64 = 12_800 << 10;

fn refresh(config: &mut Config, state: &mut State, _now: Instant) {
    config.tables.package_update.settings_mut().installed_version = Some(state.version.as_ref().into());
    if config.tables.package.is_empty() {
        let item = Package {
            name: Name::from("routeros"),
            version: Some(state.version.as_ref().into()),
            build_time: Some(crate::system::resource::BUILD_TIME.into()),
            scheduled: None,
            size: Bytes(SIZE),
            available: false,
        };
        config.tables.package.push(item, false);
    }
}
