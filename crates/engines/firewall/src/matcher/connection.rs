//! Matchers of the connection. While tracking is off none of them matches, negated or not (manual, "Connection
//! tracking": disabling it makes them stop working).

use super::Environment;
use crate::conntrack::{Connection, Helper};
use crate::packet::{ConnectionStates, PacketKey, TCP, UDP};
use crate::range::NumberRange;

/// `connection-limit=n,netmask`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionLimit {
    /// Matches when there are more connections than this.
    pub connections: u32,
    /// Prefix length that says which sources count together.
    pub netmask: u8,
}

/// `connection-rate=from-to`, in bit/s.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionRate {
    /// Lowest rate.
    pub first: u64,
    /// Highest rate.
    pub last: u64,
}

pub(crate) fn with_state(key: &PacketKey, holds: bool) -> Option<bool> {
    key.state().map(|_| holds)
}

pub(crate) fn state(key: &PacketKey, states: ConnectionStates) -> Option<bool> {
    key.state().map(|state| states.contains(state))
}

fn connection<'a>(env: &Environment<'a>) -> Option<&'a Connection> {
    env.conntrack?.get(env.connection?)
}

pub(crate) fn bytes(env: &Environment<'_>, range: NumberRange) -> Option<bool> {
    let [original, reply] = connection(env)?.traffic;
    Some(range.contains(original.bytes.saturating_add(reply.bytes)))
}

pub(crate) fn rate(key: &PacketKey, env: &Environment<'_>, rate: ConnectionRate) -> Option<bool> {
    if !matches!(key.protocol(), TCP | UDP) {
        return None;
    }
    let bps = connection(env)?.rate_bps();
    Some(rate.first <= bps && bps <= rate.last)
}

/// More than `n` tracked connections from the source's prefix, this one included.
pub(crate) fn limit(key: &PacketKey, env: &Environment<'_>, limit: ConnectionLimit) -> Option<bool> {
    let conntrack = env.conntrack?;
    connection(env)?;
    Some(conntrack.connections_from(key.src(), limit.netmask) > u64::from(limit.connections))
}

pub(crate) fn helper(env: &Environment<'_>, helper: Helper) -> Option<bool> {
    Some(connection(env)?.helper == Some(helper))
}
