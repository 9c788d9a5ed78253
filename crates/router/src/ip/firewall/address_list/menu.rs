//! `/ip/firewall/address-list`.

use menu::{AddressEntry, Date, Menu, Text, TimeIn};

/// How long an entry stays: up to 35w3d13h13m56s.
pub type Timeout = TimeIn<0, 21_474_836>;

/// Named sets of addresses that rules test and fill.
#[derive(Clone, Debug, Menu)]
#[menu("/ip/firewall/address-list", list, no_name, flags(disabled = 'X'; dynamic = 'D'),
    columns(list, address, creation_time, timeout))]
pub struct Entry {
    /// Name of the list.
    #[prop(required, always_export, quoted = false)]
    pub list: Text,
    /// Address, network, range or DNS name.
    #[prop(required, always_export)]
    pub address: AddressEntry,
    /// When it was made.
    #[prop(read_only)]
    pub creation_time: Option<Date>,
    /// How long it stays.
    pub timeout: Option<Timeout>,
    /// The timeout that the engine was told of; a different one was set since.
    #[prop(skip)]
    pub given_timeout: Option<Timeout>,
    /// The engine's number of the entry.
    #[prop(skip)]
    pub engine: Option<u64>,
}
