//! The one list of features. Adding a feature is a folder (named by its menu path) and one line here.
//!
//! The order is the order in which features bring their engines in line after a change: interfaces first, then what
//! lies on them.

use crate::config::features;

features! {
    /// Ports of the device and the `/interface` view over all kinds.
    crate::interface => { interface: crate::interface::Interface },
    /// `/interface/ethernet`.
    crate::interface::ethernet => { ethernet: crate::interface::ethernet::Ethernet },
    /// `/interface/bridge` with its ports and hosts.
    crate::interface::bridge => {
        bridge: crate::interface::bridge::Bridge,
        bridge_port: crate::interface::bridge::Port,
        bridge_host: crate::interface::bridge::Host,
    },
    /// Interfaces of menus without a struct.
    crate::interface::stored => {},
    /// `/interface/list` and `/interface/list/member`.
    crate::interface::list => {
        interface_list: crate::interface::list::InterfaceList,
        interface_member: crate::interface::list::Member,
    },
    /// `/ip/settings`.
    crate::ip::settings => { ip_settings: crate::ip::settings::Settings },
    /// `/ip/address`.
    crate::ip::address => { ip_address: crate::ip::address::Address },
    /// `/ip/route`.
    crate::ip::route => { ip_route: crate::ip::route::Route },
    /// `/routing/route`.
    crate::routing::route => { routing_route: crate::routing::route::Entry },
    /// `/ip/arp`.
    crate::ip::arp => { ip_arp: crate::ip::arp::Entry },
    /// `/ip/pool` and `/ip/pool/used`.
    crate::ip::pool => { pool: crate::ip::pool::Pool, pool_used: crate::ip::pool::Used },
    /// `/ip/dhcp-server` with networks, leases, options.
    crate::ip::dhcp_server => {
        dhcp_server: crate::ip::dhcp_server::Server,
        dhcp_network: crate::ip::dhcp_server::Network,
        dhcp_lease: crate::ip::dhcp_server::Lease,
        dhcp_option: crate::ip::dhcp_server::DhcpOption,
        dhcp_option_set: crate::ip::dhcp_server::OptionSet,
        dhcp_matcher: crate::ip::dhcp_server::Matcher,
        dhcp_settings: crate::ip::dhcp_server::Settings,
    },
    /// `/ip/firewall/address-list`.
    crate::ip::firewall::address_list => { address_list: crate::ip::firewall::address_list::Entry },
    /// `/ip/firewall/connection` and its `tracking`.
    crate::ip::firewall::connection => {
        connection: crate::ip::firewall::connection::Connection,
        tracking: crate::ip::firewall::connection::Tracking,
    },
    /// `/ip/firewall/filter`.
    crate::ip::firewall::filter => { filter: crate::ip::firewall::filter::Rule },
    /// `/system/clock` and its `manual`.
    crate::system::clock => {
        clock: crate::system::clock::Clock,
        clock_manual: crate::system::clock::Manual,
    },
    /// `/system/resource`.
    crate::system::resource => { resource: crate::system::resource::Resource },
    /// `/system/package` and its `update`.
    crate::system::package => {
        package: crate::system::package::Package,
        package_update: crate::system::package::Update,
    },
    /// `/system/license`.
    crate::system::license => { license: crate::system::license::License },
    /// `/system/routerboard`.
    crate::system::routerboard => { routerboard: crate::system::routerboard::Routerboard },
    /// `/system/identity`.
    crate::system::identity => { identity: crate::system::identity::Identity },
    /// `/system/logging` and `/system/logging/action`.
    crate::system::logging => {
        logging: crate::system::logging::Rule,
        logging_action: crate::system::logging::Action,
    },
    /// `/system/script` with its jobs and the environment.
    crate::system::script => {
        script: crate::system::script::Script,
        script_job: crate::system::script::Job,
        script_environment: crate::system::script::Variable,
    },
    /// `/system/scheduler`.
    crate::system::scheduler => { scheduler: crate::system::scheduler::Task },
    /// `/system/history`, `/undo`, `/redo`.
    crate::system::history => { history: crate::system::history::Entry },
    /// `/system/reboot`, `/system/shutdown`, `/system/reset-configuration`.
    crate::system::power => {},
    /// `/system/backup`.
    crate::system::backup => {},
    /// `/password`.
    crate::user => {},
    /// `/user/active`.
    crate::user::active => { user_active: crate::user::active::Session },
    /// `/safe-mode`.
    crate::safe_mode => { safe_mode: crate::safe_mode::SafeMode },
    /// `/file`.
    crate::file => { file: crate::file::File },
    /// `/log`.
    crate::log => { log: crate::log::Entry },
    /// `/ping`, `/tool/ping`.
    crate::tool::ping => {},
}
