//! `lease-script`: runs as a console job when a lease is bound and when it ends.
//!
//! Manual: "DHCP Server", `lease-script`. The script sees `$leaseBound`, `$leaseServerName`, `$leaseActMAC`,
//! `$leaseActIP`, `$"lease-hostname"` and the identifiers of the relay; `$"lease-options"` is empty.

use crate::Router;
use crate::config::Config;
use crate::device::Context;
use crate::state::State;
use crate::system::history::Origin;
use dhcp::server::{Lease, Status};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

/// Scripts that start scripts (one that removes leases, say) are followed so often in one call; the rest waits for the
/// next one.
const MOST_ROUNDS: usize = 8;

/// The scripts of the servers, and those that wait to be run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scripts {
    /// Name and script by server.
    servers: BTreeMap<u32, (Box<str>, Arc<str>)>,
    /// Sources with their variables.
    waiting: Vec<String>,
}

impl Scripts {
    /// True when nothing waits.
    #[inline]
    pub(crate) fn is_idle(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Takes over the scripts from the items.
    pub(super) fn apply(&mut self, config: &Config) {
        let rows = config.tables.dhcp_server.rows().iter().filter(|row| !row.item.lease_script.is_empty());
        self.servers = rows
            .map(|row| {
                let name = row.item.name.to_string().into();
                (row.id.0, (name, row.item.lease_script.to_string().into()))
            })
            .collect();
    }

    /// A lease changed its state.
    pub(super) fn follow(&mut self, lease: &Lease, from: Option<Status>, to: Option<Status>) {
        let (was, is) = (from == Some(Status::Bound), to == Some(Status::Bound));
        let server = lease.server.and_then(|server| self.servers.get(&server.0));
        if was == is {
            return;
        }
        if let Some((name, script)) = server {
            self.waiting.push(with_variables(name, script, lease, is));
        }
    }
}

/// The script behind the declarations of what it sees, on one line so that its own lines keep their numbers.
fn with_variables(server: &str, script: &str, lease: &Lease, bound: bool) -> String {
    let mut source = format!(":local leaseBound \"{}\"; ", u8::from(bound));
    let mut declare = |name: &str, value: &str| {
        let _ = write!(source, ":local \"{name}\" {}; ", quoted(value));
    };
    let text =
        |bytes: &Option<Vec<u8>>| String::from_utf8_lossy(bytes.as_deref().unwrap_or_default()).into_owned();
    declare("leaseServerName", server);
    declare("leaseActMAC", &lease.mac.map(|mac| mac.to_string()).unwrap_or_default());
    declare("lease-hostname", &lease.host_name);
    declare("lease-agent-circuit-id", &text(&lease.agent_circuit_id));
    declare("lease-agent-remote-id", &text(&lease.agent_remote_id));
    if let Some(address) = lease.address {
        let _ = write!(source, ":local leaseActIP {address}; ");
    }
    source.push_str(":local \"lease-options\" [:toarray \"\"]; ");
    source.push_str(script);
    source
}

/// A string of the console. What a client says about itself must not become code.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for byte in text.bytes() {
        match byte {
            b' '..=b'~' if !matches!(byte, b'"' | b'\\' | b'$') => out.push(char::from(byte)),
            _ => {
                let _ = write!(out, "\\{byte:02X}");
            }
        }
    }
    out.push('"');
    out
}

/// Starts what waits.
#[cold]
pub(crate) fn run(router: &mut Router, cx: &mut Context<'_>) {
    for _ in 0..MOST_ROUNDS {
        let waiting = std::mem::take(&mut router.state.ip.dhcp.scripts.waiting);
        if waiting.is_empty() {
            return;
        }
        for source in waiting {
            router.start_event(source.as_bytes(), "", Origin::DhcpLease, "admin");
        }
        router.run_jobs(cx);
    }
}

/// True when scripts wait to be run.
#[inline]
pub(crate) fn wait(state: &State) -> bool {
    !state.ip.dhcp.scripts.is_idle()
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn what_a_client_says_stays_text() {
        assert_eq!(quoted("pc1"), "\"pc1\"");
        assert_eq!(quoted("\"; /system reset; $x \\"), "\"\\22; /system reset; \\24x \\5C\"");
        assert_eq!(quoted("ä\n"), "\"\\C3\\A4\\0A\"");
    }
}
