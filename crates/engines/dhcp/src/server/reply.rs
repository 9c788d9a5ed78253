//! Replies: what stands in them, in which order, and where they go.

use super::config::{Network, OptionDef, Servers};
use super::request::Request;
use super::{Destination, Lease, LeaseId, Output, Reply, Server, ServerConfig, ServerId};
use crate::message::{Message, MessageType, code};
use std::collections::BTreeMap;
use std::net::Ipv4Addr;

/// Seconds that stand for a lease without end (RFC 2131 §3.3).
const FOREVER: u32 = u32::MAX;

impl Server {
    /// Sends an OFFER or ACK (or a BOOTP reply) for a lease that has an address.
    pub(super) fn send_lease(
        &self,
        server: ServerId,
        id: LeaseId,
        kind: MessageType,
        request: &Request,
        out: &mut Vec<Output>,
    ) {
        let Some(lease) = self.leases.get(id) else { return };
        let Some(address) = lease.address else { return };
        let Some((source, config)) = self.identify(server, address) else { return };
        let dhcp = request.message.option(code::MESSAGE_TYPE).is_some();
        let mut message = Message::reply_to(&request.message);
        message.yiaddr = address;
        if kind == MessageType::Ack {
            message.ciaddr = request.message.ciaddr;
        }
        if dhcp {
            message.set(code::MESSAGE_TYPE, [kind as u8]);
            message.set(code::SERVER_ID, source.octets());
            message.set(code::LEASE_TIME, self.lease_seconds(config, lease).to_be_bytes());
        }
        self.add_parameters(&mut message, config, Some(lease), (server, source, address), request);
        let to = self.destination(config, lease, kind, address, request);
        self.send(server, source, to, message, out);
    }

    fn lease_seconds(&self, config: &ServerConfig, lease: &Lease) -> u32 {
        let own = lease.configured.as_ref().and_then(|configured| configured.lease_time);
        u32::try_from(own.unwrap_or(config.lease_time).as_secs()).unwrap_or(FOREVER)
    }

    /// RFC 2131 §4.1, with `always-broadcast` and RouterOS's broadcast of the third and fourth offer.
    fn destination(
        &self,
        config: &ServerConfig,
        lease: &Lease,
        kind: MessageType,
        yiaddr: Ipv4Addr,
        request: &Request,
    ) -> Destination {
        let message = &request.message;
        if !message.giaddr.is_unspecified() {
            return Destination::Relay { address: message.giaddr };
        }
        if !message.ciaddr.is_unspecified() {
            return Destination::Client { address: message.ciaddr };
        }
        let always =
            config.always_broadcast || lease.configured.as_ref().is_some_and(|lease| lease.always_broadcast);
        let again = kind == MessageType::Offer && matches!(lease.offers, 3 | 4);
        if message.broadcast() || always || again {
            Destination::Broadcast
        } else {
            Destination::Direct { address: yiaddr, mac: message.mac() }
        }
    }

    /// The most specific network that holds `address`.
    pub(super) fn network(&self, address: Ipv4Addr) -> Option<&Network> {
        self.networks.iter().find(|network| network.address.contains(&address))
    }

    /// What follows 53, 54 and 51: option 1 and the others by code, then option 82 as it came (RFC 3046 §2.2).
    fn add_parameters(
        &self,
        message: &mut Message,
        config: &ServerConfig,
        lease: Option<&Lease>,
        (server, source, address): (ServerId, Ipv4Addr, Ipv4Addr),
        request: &Request,
    ) {
        let network = self.network(address);
        message.siaddr = network.and_then(|network| network.next_server).unwrap_or(source);
        let mut options = network.map(|network| self.network_options(network)).unwrap_or_default();
        if let Some(name) = network.map(|network| &network.boot_file_name).filter(|name| !name.is_empty()) {
            message.file = name.clone().into_bytes();
            if request.asks_for(code::BOOT_FILE) {
                options.insert(code::BOOT_FILE, name.clone().into_bytes());
            }
        }
        for (option, from_lease) in self.custom_options(server, config, network, lease, request) {
            let gateway = network.filter(|_| !from_lease).and_then(|network| network.gateway.first());
            let data = option.value.bytes(|name| match name {
                "HOSTNAME" => Some(self.facts.host_name.clone().into_bytes()),
                "REMOTE_ID" => request.remote_id.clone(),
                "NETWORK_GATEWAY" => gateway.map(|gateway| gateway.octets().to_vec()),
                _ => None,
            });
            options.insert(option.code, data);
        }
        for (code, data) in options {
            message.set(code, data);
        }
        if let Some(agent) = request.message.option(code::RELAY_AGENT) {
            message.options.retain(|(code, _)| *code != code::RELAY_AGENT);
            message.set(code::RELAY_AGENT, agent);
        }
    }

    /// The options that a network sends without being asked.
    fn network_options(&self, network: &Network) -> BTreeMap<u8, Vec<u8>> {
        let bits = if network.netmask == 0 { network.address.prefix_len() } else { network.netmask.min(32) };
        let mask = u32::MAX.checked_shl(32 - u32::from(bits)).unwrap_or(0);
        let mut options = BTreeMap::from([(code::SUBNET_MASK, mask.to_be_bytes().to_vec())]);
        let servers = |servers: &Servers, own: &[Ipv4Addr]| match servers {
            Servers::Router => own.to_vec(),
            Servers::None => Vec::new(),
            Servers::List(list) => list.clone(),
        };
        for (code, addresses) in [
            (code::ROUTER, network.gateway.clone()),
            (code::DNS, servers(&network.dns, &self.facts.dns)),
            (code::NTP, servers(&network.ntp, &self.facts.ntp)),
            (code::WINS, network.wins.clone()),
            (code::CAPS_MANAGER, network.caps_manager.clone()),
        ] {
            if !addresses.is_empty() {
                options.insert(code, addresses.iter().flat_map(Ipv4Addr::octets).collect());
            }
        }
        if !network.domain.is_empty() {
            options.insert(code::DOMAIN, network.domain.clone().into_bytes());
        }
        options
    }

    /// Configured options that go out, each code once: lease before matcher before server before network. Without
    /// `force` only what the client asked for. True with those of the lease.
    fn custom_options(
        &self,
        server: ServerId,
        config: &ServerConfig,
        network: Option<&Network>,
        lease: Option<&Lease>,
        request: &Request,
    ) -> Vec<(&OptionDef, bool)> {
        let of_lease = lease.and_then(|lease| lease.configured.as_ref()).map(|lease| &lease.options);
        let of_matcher = self.matched(server, request).map(|matcher| &matcher.options);
        let of_network = network.map(|network| &network.options);
        let mut chosen: Vec<(&OptionDef, bool)> = Vec::new();
        for (ids, from_lease) in
            [(of_lease, true), (of_matcher, false), (Some(&config.options), false), (of_network, false)]
        {
            for option in ids.into_iter().flatten().filter_map(|id| self.options.get(id)) {
                let protocol = matches!(option.code, code::LEASE_TIME | code::MESSAGE_TYPE | code::SERVER_ID);
                let wanted = option.force || request.asks_for(option.code);
                if wanted && !protocol && chosen.iter().all(|(other, _)| other.code != option.code) {
                    chosen.push((option, from_lease));
                }
            }
        }
        chosen
    }

    /// ACK to an INFORM: parameters without a lease (RFC 2131 §4.3.5).
    pub(super) fn inform(&self, server: ServerId, request: &Request, out: &mut Vec<Output>) {
        let address = request.message.ciaddr;
        let Some((source, config)) = self.identify(server, address) else { return };
        let mut message = Message::reply_to(&request.message);
        message.ciaddr = address;
        message.set(code::MESSAGE_TYPE, [MessageType::Ack as u8]);
        message.set(code::SERVER_ID, source.octets());
        self.add_parameters(&mut message, config, None, (server, source, address), request);
        let to = match (request.message.giaddr, address) {
            (giaddr, Ipv4Addr::UNSPECIFIED) if giaddr.is_unspecified() => Destination::Broadcast,
            (giaddr, Ipv4Addr::UNSPECIFIED) => Destination::Relay { address: giaddr },
            (_, address) => Destination::Client { address },
        };
        self.send(server, source, to, message, out);
    }

    /// NAK: to everybody, as the client's address is not to be trusted; a relay broadcasts it (RFC 2131 §4.3.2).
    pub(super) fn send_nak(&self, server: ServerId, request: &Request, out: &mut Vec<Output>) {
        let Some((source, _)) = self.identify(server, request.message.ciaddr) else { return };
        let mut message = Message::reply_to(&request.message);
        message.set(code::MESSAGE_TYPE, [MessageType::Nak as u8]);
        message.set(code::SERVER_ID, source.octets());
        if let Some(agent) = request.message.option(code::RELAY_AGENT) {
            message.set(code::RELAY_AGENT, agent);
        }
        let to = if message.giaddr.is_unspecified() {
            Destination::Broadcast
        } else {
            message.flags |= Message::BROADCAST_FLAG;
            Destination::Relay { address: message.giaddr }
        };
        self.send(server, source, to, message, out);
    }

    fn send(
        &self,
        server: ServerId,
        source: Ipv4Addr,
        to: Destination,
        message: Message,
        out: &mut Vec<Output>,
    ) {
        let Some(interface) = self.interface(server) else { return };
        let reply = Reply { interface, source, to, message };
        self.log_sending(server, &reply, out);
        out.push(Output::Send(Box::new(reply)));
    }
}
