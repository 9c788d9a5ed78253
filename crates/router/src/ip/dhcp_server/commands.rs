//! `make-static`, `check-status`.

use super::menu::Lease;
use crate::Router;
use ::menu::{Either, Or, Ref};
use ::menu::{Id, Menu, Value};
use console::{CommandCall, Outcome};
use dhcp::message::client_id_text;
use dhcp::server::LeaseId;

pub(super) fn command(router: &mut Router, call: &CommandCall) -> Option<Outcome> {
    if call.menu.path != Lease::DEF.path {
        return None;
    }
    router.state.ip.dhcp.touch();
    match call.command {
        "make-static" => call.items.iter().for_each(|id| make_static(router, *id)),
        "check-status" => call.items.iter().for_each(|id| check_status(router, *id)),
        _ => return None,
    }
    Some(Outcome::Done(Value::Nil))
}

/// The row keeps address, MAC address, client id and server; what is static already stays as it is.
fn make_static(router: &mut Router, id: Id) {
    let state = &mut router.state.ip;
    let Some(row) = router.config.tables.dhcp_lease.by_id_mut(id) else { return };
    let Some(engine) = row.item.engine else { return };
    let Some(lease) = state.dhcp.engine.make_static(LeaseId(engine), &mut state.pools) else { return };
    row.dynamic = false;
    if let dhcp::server::LeaseAddress::Address(address) = lease.address {
        row.item.address = Either::First(address);
    }
    row.item.mac_address = lease.mac;
    row.item.client_id = lease.client_id.as_ref().map(|id| client_id_text(id).as_str().into());
    row.item.server = lease.server.map(|server| Or::Value(Ref::to(Id(server.0))));
    for name in ["address", "mac-address", "client-id", "server"] {
        if let Some(property) = Lease::DEF.property(name) {
            row.explicit |= 1 << property;
        }
    }
    router.history.added(&router.config, router.now, Lease::DEF, id);
}

fn check_status(router: &mut Router, id: Id) {
    let now = router.now;
    let Some(row) = router.config.tables.dhcp_lease.by_id(id) else { return };
    let Some(engine) = row.item.engine else { return };
    let dhcp = &mut router.state.ip.dhcp;
    dhcp.engine.check_status(now, LeaseId(engine), &mut dhcp.outputs);
}
