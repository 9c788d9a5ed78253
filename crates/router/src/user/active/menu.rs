//! `/user/active`.

use menu::{Keyword, Menu, Text};

/// By what way somebody is logged in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Keyword)]
pub enum Via {
    /// The device's own console.
    #[default]
    Console,
}

/// Who is logged in.
#[derive(Clone, Debug, Menu)]
#[menu(
    "/user/active",
    status,
    no_name,
    flags(radius = 'R'; by_romon = 'M'),
    columns(when, name, address, via),
    command("request-logout", args("numbers"), positional = 1, help = "Ends sessions.")
)]
pub struct Session {
    /// Since when.
    #[prop(read_only, quoted = false)]
    pub when: Text,
    /// Name of the user.
    #[prop(read_only)]
    pub name: Text,
    /// Where the user sits; nothing for the device's own console.
    #[prop(read_only)]
    pub address: Option<Text>,
    /// By what way.
    #[prop(read_only)]
    pub via: Via,
    /// A RADIUS server let the user in.
    pub radius: bool,
    /// Through RoMON.
    pub by_romon: bool,
}
