//! `/ip/settings`: settings of IPv4 as a whole.
//!
//! Manual: "IP Settings".

mod menu;

pub use self::menu::{HashPolicy, RpFilter, Settings, TcpTimestamps};

use crate::config::{Config, Feature};
use crate::state::State;
use clock::{Duration, Instant};
use ip::v4::input::ReversePathFilter;

/// `/ip/settings`.
pub static FEATURE: Feature = Feature { apply, ..Feature::NONE };

fn apply(config: &mut Config, state: &mut State, _now: Instant) {
    let Some(row) = config.tables.ip_settings.rows().first() else { return };
    let (item, ip) = (&row.item, &mut state.ip);
    let count = |number: i64| u64::try_from(number).unwrap_or(0);
    ip.forward = item.ip_forward;
    ip.send_redirects = item.send_redirects;
    ip.errors_from_inbound = item.icmp_errors_use_inbound_interface_address;
    ip.reverse_path = match item.rp_filter {
        RpFilter::No => ReversePathFilter::No,
        RpFilter::Loose => ReversePathFilter::Loose,
        RpFilter::Strict => ReversePathFilter::Strict,
    };
    ip.icmp_limit.interval = Duration::from_millis(count(item.icmp_rate_limit.get()));
    ip.icmp_limit.mask = item.icmp_rate_mask.0;
    ip.reassembly.timeout = Duration::from_secs(count(item.ipv4_fragment_time.get()));
    ip.neighbours.set_config(ip::v4::arp::Config {
        base_reachable: item.arp_timeout.get(),
        entries_max: usize::try_from(item.max_neighbor_entries.get()).unwrap_or(0),
        ..ip::v4::arp::Config::default()
    });
}
