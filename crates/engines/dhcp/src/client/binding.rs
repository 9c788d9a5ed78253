//! [`Binding`]: what a lease gives a client.

use crate::message::{Message, classless_routes, code};
use clock::{Duration, Instant};
use std::net::Ipv4Addr;

/// A lease as the client holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The client's address.
    pub address: Ipv4Addr,
    /// Length of its prefix, 0..=32: option 1, else that of the address's class.
    pub prefix_len: u8,
    /// The server (option 54).
    pub server: Ipv4Addr,
    /// Option 3.
    pub routers: Vec<Ipv4Addr>,
    /// Option 6.
    pub dns: Vec<Ipv4Addr>,
    /// Option 42.
    pub ntp: Vec<Ipv4Addr>,
    /// Option 138.
    pub caps_managers: Vec<Ipv4Addr>,
    /// Option 15.
    pub domain: Option<String>,
    /// Option 121 as (destination, prefix length, gateway); when it is there, option 3 does not count (RFC 3442).
    pub classless_routes: Option<Vec<(Ipv4Addr, u8, Ipv4Addr)>>,
    /// Option 33 as (host, gateway).
    pub static_routes: Vec<(Ipv4Addr, Ipv4Addr)>,
    /// `None` = without end.
    pub lease_time: Option<Duration>,
    /// When to ask the server for more time (T1).
    pub renew: Instant,
    /// When to ask any server (T2).
    pub rebind: Instant,
    /// When the address is lost; [`Instant::NEVER`] without end. `expires-after` is the time from now to it.
    pub expires: Instant,
    /// All options of the ACK in wire order.
    pub options: Vec<(u8, Vec<u8>)>,
}

impl Binding {
    /// Reads an ACK. The times count from `requested`, when the REQUEST was sent (RFC 2131 §4.4.1). `None` when the
    /// address is none for a host, or server or lease time are missing.
    #[must_use]
    pub fn from_ack(ack: &Message, requested: Instant) -> Option<Self> {
        let address = Some(ack.yiaddr).filter(|address| is_host(*address))?;
        let seconds = ack.number_option(code::LEASE_TIME)?;
        let lease_time = (seconds != u32::MAX).then(|| Duration::from_secs(u64::from(seconds)));
        let (renew, rebind, expires) = match lease_time {
            None => (Instant::NEVER, Instant::NEVER, Instant::NEVER),
            Some(time) => {
                let option = |code| ack.number_option(code).map(|s| Duration::from_secs(u64::from(s)));
                let t2 = option(code::T2).filter(|t2| *t2 < time).unwrap_or(time * 7 / 8);
                let t1 = option(code::T1).filter(|t1| *t1 < t2).unwrap_or_else(|| (time / 2).min(t2));
                (requested + t1, requested + t2, requested + time)
            }
        };
        Some(Self {
            address,
            prefix_len: ack
                .address_option(code::SUBNET_MASK)
                .map_or_else(|| class_prefix(address), |mask| u32::from(mask).leading_ones() as u8),
            server: ack.address_option(code::SERVER_ID)?,
            routers: ack.addresses_option(code::ROUTER),
            dns: ack.addresses_option(code::DNS),
            ntp: ack.addresses_option(code::NTP),
            caps_managers: ack.addresses_option(code::CAPS_MANAGER),
            domain: ack.text_option(code::DOMAIN),
            classless_routes: ack.option(code::CLASSLESS_ROUTE).map(classless_routes),
            static_routes: pairs(&ack.addresses_option(code::STATIC_ROUTE)),
            lease_time,
            renew,
            rebind,
            expires,
            options: ack.options.clone(),
        })
    }
}

/// An address that one host can have.
pub(super) fn is_host(address: Ipv4Addr) -> bool {
    let [first, ..] = address.octets();
    first != 0 && first != 127 && first < 224
}

fn pairs(addresses: &[Ipv4Addr]) -> Vec<(Ipv4Addr, Ipv4Addr)> {
    addresses.as_chunks::<2>().0.iter().map(|[host, gateway]| (*host, *gateway)).collect()
}

/// RFC 791 classes, for a server that sends no mask.
fn class_prefix(address: Ipv4Addr) -> u8 {
    match address.octets()[0] {
        0..128 => 8,
        128..192 => 16,
        _ => 24,
    }
}
