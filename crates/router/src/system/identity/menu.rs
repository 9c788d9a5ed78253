//! `/system/identity`.

use menu::{Menu, Text};

/// Name of the device.
#[derive(Clone, Debug, Menu)]
#[menu("/system/identity", settings, no_name)]
pub struct Identity {
    /// The name, as prompts, DHCP and neighbour discovery show it.
    #[prop(default = "MikroTik".into())]
    pub name: Text,
}
