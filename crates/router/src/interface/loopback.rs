//! `lo`: the built-in loopback interface. It has no menu of its own; `/interface` shows it, and it takes addresses.
//!
//! Manual: "Loopback". Packets to own addresses never reach it as frames: `flow/local_out` hands them to `local_in`.

use super::{Counters, Kind, LinkState, Number, Running};
use crate::config::Config;
use crate::interface::arp_mode::ArpMode;
use crate::state::State;
use clock::Duration;
use menu::{Id, Text};
use wire::Mac;

/// Its name.
pub const NAME: &str = "lo";

/// Its `actual-mtu`.
pub const MTU: u32 = 65_536;

/// What can be configured of it.
#[derive(Clone, Debug)]
pub struct Loopback {
    /// Its id among all interfaces: the one behind the ports.
    pub id: Id,
    /// `comment`.
    pub comment: Text,
    /// `disabled`.
    pub disabled: bool,
}

impl Default for Loopback {
    fn default() -> Self {
        Self { id: Id(0), comment: Text::default(), disabled: false }
    }
}

/// Makes the interface of a new device.
pub(super) fn create(config: &mut Config, state: &mut State) {
    config.loopback.id = config.next_interface_id();
    start(config, state);
}

/// Makes the running interface of a device that starts.
pub(crate) fn start(config: &Config, state: &mut State) {
    let running = Running {
        counters: Counters::default(),
        mac: Mac::ZERO,
        // The kernel's 65536; nothing that is sent here is ever cut.
        mtu: u16::MAX,
        arp: ArpMode::Disabled,
        arp_timeout: Duration::from_secs(30),
        master: None,
        link: LinkState { enabled: true, carrier: true, ..LinkState::default() },
        kind: Kind::Loopback,
        name: NAME.into(),
    };
    let number = Number::from(config.loopback.id);
    state.interfaces.insert(number, running);
    state.ip.fib.set_loopback(ip::Interface(number.0));
}
