//! [`Request`]: a client's message with what the server reads from it once.

use super::config::{Identifiers, InterfaceId};
use crate::message::{Message, code};
use wire::Mac;

/// A message from a client or relay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) interface: InterfaceId,
    pub(super) src_mac: Mac,
    pub(super) message: Message,
    pub(super) client_id: Option<Vec<u8>>,
    pub(super) circuit_id: Option<Vec<u8>>,
    pub(super) remote_id: Option<Vec<u8>>,
    /// The draw that came with it, for matchers.
    pub(super) random: u64,
}

/// What makes two messages come from one client (`dynamic-lease-identifiers`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ClientKey {
    mac: Option<Mac>,
    client_id: Option<Vec<u8>>,
    /// Circuit and remote id.
    agent: [Option<Vec<u8>>; 2],
}

impl Request {
    pub(super) fn new(interface: InterfaceId, src_mac: Mac, message: Message, random: u64) -> Self {
        let filled = |data: &[u8]| (!data.is_empty()).then(|| data.to_vec());
        let agent = message.option(code::RELAY_AGENT).unwrap_or_default();
        Self {
            interface,
            src_mac,
            client_id: message.option(code::CLIENT_ID).and_then(filled),
            circuit_id: sub_option(agent, 1).and_then(filled),
            remote_id: sub_option(agent, 2).and_then(filled),
            message,
            random,
        }
    }

    /// The identity; the MAC stands in when nothing that was chosen is there.
    pub(super) fn key(&self, by: Identifiers) -> ClientKey {
        let client_id = self.client_id.clone().filter(|_| by.client_id);
        let has_agent = self.circuit_id.is_some() || self.remote_id.is_some();
        let by_agent = by.option_82 && has_agent;
        let mac = (by.client_mac || client_id.is_none() && !by_agent).then(|| self.message.mac());
        let agent = if by_agent { [self.circuit_id.clone(), self.remote_id.clone()] } else { [None, None] };
        ClientKey { mac, client_id, agent }
    }

    /// Whether the client asked for option `code` (option 55).
    pub(super) fn asks_for(&self, code: u8) -> bool {
        self.message.option(code::PARAMETER_LIST).is_some_and(|list| list.contains(&code))
    }
}

/// A sub-option of option 82 (RFC 3046 §2.0).
fn sub_option(mut bytes: &[u8], wanted: u8) -> Option<&[u8]> {
    while let [code, len, rest @ ..] = bytes {
        let (data, rest) = rest.split_at_checked(usize::from(*len))?;
        if *code == wanted {
            return Some(data);
        }
        bytes = rest;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sub_options_of_option_82_are_found_and_cut_ones_are_not() {
        let bytes = [1, 2, b'a', b'b', 2, 3, b'x', b'y', b'z'];
        assert_eq!(sub_option(&bytes, 1), Some(&b"ab"[..]));
        assert_eq!(sub_option(&bytes, 2), Some(&b"xyz"[..]));
        assert_eq!(sub_option(&bytes, 3), None);
        assert_eq!(sub_option(&bytes[..8], 2), None);
        assert_eq!(sub_option(&[], 1), None);
    }

    #[test]
    fn the_identity_is_made_of_what_was_chosen_and_is_there() {
        let mac = Mac([2, 0, 0, 0, 0, 1]);
        let mut message = Message::request(1, mac);
        message.set(code::CLIENT_ID, [1, 9]);
        let with_id = Request::new(InterfaceId(1), mac, message.clone(), 0);
        message.set(code::CLIENT_ID, [1, 8]);
        let other_id = Request::new(InterfaceId(1), mac, message, 0);
        let by = |client_id, client_mac| Identifiers { client_id, client_mac, option_82: true };
        assert_ne!(with_id.key(by(true, true)), other_id.key(by(true, true)));
        assert_eq!(with_id.key(by(false, true)), other_id.key(by(false, true)));
        assert_eq!(with_id.key(by(false, false)), with_id.key(by(false, true)));
        assert_ne!(with_id.key(by(true, false)), other_id.key(by(true, false)));
    }
}
