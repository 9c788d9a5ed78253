//! `/ip/settings`: settings of IPv4 as a whole.
//!
//! Manual: "IP Settings".

mod menu;

pub use self::menu::{RpFilter, Settings};

use crate::config::{Config, Feature};
use crate::state::State;
use clock::Instant;

/// `/ip/settings`.
pub static FEATURE: Feature = Feature { apply, ..Feature::NONE };

fn apply(config: &mut Config, state: &mut State, _now: Instant) {
    let Some(row) = config.tables.ip_settings.rows().first() else { return };
    state.ip.forward = row.item.ip_forward;
    state.ip.send_redirects = row.item.send_redirects;
    state.ip.set_icmp_rate_limit(u64::try_from(row.item.icmp_rate_limit.get()).unwrap_or(0));
}
