//! `/system/identity`: the name of the device.

mod menu;

pub use self::menu::Identity;

use crate::config::{Config, Feature};
use crate::state::State;
use clock::Instant;

/// `/system/identity`.
pub static FEATURE: Feature = Feature { apply, ..Feature::NONE };

impl crate::Router {
    /// The name that the device shows in its prompt: `/system/identity`.
    #[must_use]
    pub fn identity(&self) -> String {
        self.config.tables.identity.settings().name.to_string()
    }
}

/// What answers contain the name.
fn apply(config: &mut Config, state: &mut State, _now: Instant) {
    let host_name = config.tables.identity.settings().name.to_string();
    let facts = dhcp::server::RouterFacts { host_name, ..dhcp::server::RouterFacts::default() };
    state.ip.dhcp.engine.set_facts(facts);
}
