//! Log lines of the server, in RouterOS's words.

use super::request::Request;
use super::{Destination, LeaseId, Output, Reply, Server, ServerId, Status};
use crate::message::{Message, client_id_text, code};
use crate::pool::{PoolId, Pools};
use std::fmt::Write;
use std::net::Ipv4Addr;

const INFO: &str = "dhcp,info";
const WARNING: &str = "dhcp,warning";
const DEBUG: &str = "dhcp,debug";
const PACKET: &str = "dhcp,debug,packet";

impl Server {
    fn name(&self, server: Option<ServerId>) -> &str {
        server.and_then(|server| self.servers.get(&server)).map_or("", |config| &config.name)
    }

    /// Server, address, MAC and host name of a lease, as text.
    fn names(&self, id: LeaseId) -> Option<(&str, Ipv4Addr, String, &str)> {
        let lease = self.leases.get(id)?;
        Some((self.name(lease.server), lease.address?, lease.mac?.to_string(), &lease.host_name))
    }

    pub(super) fn log_assigned(&self, id: LeaseId, out: &mut Vec<Output>) {
        if let Some((server, address, mac, host)) = self.names(id) {
            // The space before an absent host name is RouterOS's.
            out.push(Output::Log {
                topics: INFO,
                text: format!("{server} assigned {address} for {mac} {host}"),
            });
        }
    }

    pub(super) fn log_deassigned(&self, id: LeaseId, out: &mut Vec<Output>) {
        if let Some((server, address, mac, host)) = self.names(id) {
            out.push(Output::Log {
                topics: INFO,
                text: format!("{server} deassigned {address} for {mac} {host}"),
            });
        }
    }

    pub(super) fn log_no_success(&self, id: LeaseId, out: &mut Vec<Output>) {
        if let Some((server, address, mac, _)) = self.names(id) {
            let text = format!("{server} offering lease {address} for {mac} without success");
            out.push(Output::Log { topics: WARNING, text });
        }
    }

    pub(super) fn log_declined(&self, id: LeaseId, out: &mut Vec<Output>) {
        if let Some((server, address, mac, _)) = self.names(id) {
            let text = format!("{server} client {mac} declines IP address {address}");
            out.push(Output::Log { topics: WARNING, text });
        }
    }

    pub(super) fn log_empty(&self, server: ServerId, pool: PoolId, pools: &Pools, out: &mut Vec<Output>) {
        let pool = pools.config(pool).map_or("", |config| &config.name);
        let server = self.name(Some(server));
        let text = format!("{server} failed to give out IP address: pool <{pool}> is empty");
        out.push(Output::Log { topics: "dhcp,error", text });
    }

    pub(super) fn log_offered_to_me(&self, server: ServerId, status: Status, out: &mut Vec<Output>) {
        if self.debug && status == Status::Offered {
            let text = format!("{} lease offered, addressed to me", self.name(Some(server)));
            out.push(Output::Log { topics: DEBUG, text });
        }
    }

    pub(super) fn log_received(&self, server: ServerId, request: &Request, out: &mut Vec<Output>) {
        if !self.debug {
            return;
        }
        let message = &request.message;
        let kind = message.message_type().map_or("bootp", |kind| kind.name());
        let mut text =
            format!("{} received {kind} id {} from {}", self.name(Some(server)), message.xid, message.ciaddr);
        if let Some(id) = &request.client_id {
            let _ = write!(text, " '{}'", client_id_text(id));
        }
        out.push(Output::Log { topics: DEBUG, text });
        log_fields(message, out);
    }

    pub(super) fn log_sending(&self, server: ServerId, reply: &Reply, out: &mut Vec<Output>) {
        if !self.debug {
            return;
        }
        let kind = reply.message.message_type().map_or("bootp", |kind| kind.name());
        let to = match reply.to {
            Destination::Broadcast => Ipv4Addr::BROADCAST,
            Destination::Direct { address, .. }
            | Destination::Client { address }
            | Destination::Relay { address } => address,
        };
        let text =
            format!("{} sending {kind} with id {} to {to}", self.name(Some(server)), reply.message.xid);
        out.push(Output::Log { topics: DEBUG, text });
        log_fields(&reply.message, out);
    }
}

fn log_fields(message: &Message, out: &mut Vec<Output>) {
    for text in fields(message) {
        out.push(Output::Log { topics: PACKET, text });
    }
}

/// The lines of a message with topics `dhcp,debug,packet`: fixed fields that are set, then options by code.
pub(crate) fn fields(message: &Message) -> Vec<String> {
    let mut lines = Vec::new();
    if message.broadcast() {
        lines.push("    flags = broadcast".into());
    }
    if message.secs != 0 {
        lines.push(format!("    secs = {}", message.secs));
    }
    lines.push(format!("    ciaddr = {}", message.ciaddr));
    for (name, address) in
        [("yiaddr", message.yiaddr), ("siaddr", message.siaddr), ("giaddr", message.giaddr)]
    {
        if !address.is_unspecified() {
            lines.push(format!("    {name} = {address}"));
        }
    }
    lines.push(format!("    chaddr = {}", message.mac()));
    let mut options: Vec<_> = message.options.iter().collect();
    options.sort_by_key(|(code, _)| *code);
    lines.extend(
        options.iter().map(|(code, data)| format!("    {} = {}", name_of(*code), value_of(*code, data))),
    );
    lines
}

fn name_of(code: u8) -> String {
    let name = match code {
        code::SUBNET_MASK => "Subnet-Mask",
        code::ROUTER => "Router",
        code::DNS => "Domain-Server",
        code::HOST_NAME => "Host-Name",
        code::DOMAIN => "Domain-Name",
        code::STATIC_ROUTE => "Static-Route",
        code::NTP => "NTP-Server",
        code::VENDOR_SPECIFIC => "Vendor-Specific",
        code::WINS => "NETBIOS-Name-Server",
        code::REQUESTED_IP => "Address-Request",
        code::LEASE_TIME => "Address-Time",
        code::MESSAGE_TYPE => "Msg-Type",
        code::SERVER_ID => "Server-Id",
        code::PARAMETER_LIST => "Parameter-List",
        code::MAX_MESSAGE_SIZE => "Max-DHCP-Message-Size",
        code::T1 => "Renewal-Time",
        code::T2 => "Rebinding-Time",
        code::CLASS_ID => "Class-Id",
        code::CLIENT_ID => "Client-Id",
        code::RELAY_AGENT => "Relay-Agent-Info",
        code::CLASSLESS_ROUTE => "Classless-Route",
        code::CAPS_MANAGER => "CAPWAP-Server",
        other => return format!("Unknown({other})"),
    };
    name.into()
}

fn value_of(code: u8, data: &[u8]) -> String {
    let joined = |parts: Vec<String>| parts.join(",");
    match code {
        code::HOST_NAME | code::DOMAIN | code::CLASS_ID => format!("\"{}\"", String::from_utf8_lossy(data)),
        code::MESSAGE_TYPE => {
            let kind = data.first().and_then(|code| crate::message::MessageType::from_code(*code));
            kind.map_or_else(|| "unknown".into(), |kind| kind.name().into())
        }
        code::LEASE_TIME | code::T1 | code::T2 | code::MAX_MESSAGE_SIZE => {
            data.iter().fold(0u64, |number, byte| number << 8 | u64::from(*byte)).to_string()
        }
        code::SUBNET_MASK
        | code::ROUTER
        | code::DNS
        | code::NTP
        | code::WINS
        | code::REQUESTED_IP
        | code::SERVER_ID
        | code::CAPS_MANAGER => {
            joined(data.as_chunks::<4>().0.iter().map(|c| Ipv4Addr::from(*c).to_string()).collect())
        }
        code::PARAMETER_LIST => joined(data.iter().map(|code| name_of(*code)).collect()),
        code::CLASSLESS_ROUTE => joined(
            crate::message::classless_routes(data)
                .iter()
                .map(|(net, len, gateway)| format!("{net}/{len}->{gateway}"))
                .collect(),
        ),
        _ => data.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join("-"),
    }
}
