//! Routes, routing tables and VRFs.

use super::{Work, named};
use menu::{Rejected, Value};

/// `/ip/route/add routing-mark= type=`.
pub(super) fn route(work: &mut Work<'_>) -> Result<(), Rejected> {
    let made = table_and_type(work);
    several_gateways(work);
    made
}

/// `gateway=10.0.0.1,10.0.0.2` of RouterOS 6 is a route for each today.
fn several_gateways(work: &mut Work<'_>) {
    let Some(gateways) = work.text("gateway").filter(|text| work.adds && text.contains(',')) else { return };
    let mut gateways = gateways.split(',');
    let first = gateways.next().unwrap_or_default().to_owned();
    work.take("gateway");
    let said = |argument: &console::OldArgument| Some((argument.name, argument.value.clone()?));
    let said: Vec<(&'static str, Value)> = work.arguments.iter().filter_map(said).collect();
    for gateway in gateways {
        let mut arguments = said.clone();
        arguments.push(("gateway", Value::text(gateway)));
        work.after.push(super::added("/ip/route", arguments));
    }
    work.put("gateway", first);
}

fn table_and_type(work: &mut Work<'_>) -> Result<(), Rejected> {
    if let Some(mark) = work.take("routing-mark") {
        let table = mark.value.as_ref().map(super::text).filter(|table| !table.is_empty());
        let table = table.unwrap_or_else(|| "main".to_owned());
        work.need_table(&table);
        work.put_from("routing-table", table, mark.origin);
    }
    let Some(kind) = work.take("type") else { return Ok(()) };
    match kind.value.as_ref().map(super::text).unwrap_or_default().as_str() {
        "" | "unicast" => Ok(()),
        // Of the three only blackhole is left.
        "blackhole" | "unreachable" | "prohibit" => {
            work.put_from("blackhole", "yes", kind.origin);
            Ok(())
        }
        _ => {
            Err(Rejected { message: "input does not match any value of type".into(), property: Some("type") })
        }
    }
}

/// `/ip/route/rule/add table=`.
pub(super) fn rule(work: &mut Work<'_>) {
    for name in ["table", "routing-mark"] {
        if let Some(table) = work.text(name) {
            work.need_table(&table);
        }
    }
}

/// `/ip/route/vrf/add routing-mark= interfaces= route-distinguisher=`: the VRF is one item today, what it gives to BGP another.
pub(super) fn vrf(work: &mut Work<'_>) {
    let name = work.text("name").unwrap_or_default();
    let mut vpn = named("/routing/bgp/vpn", &name, vec![("vrf", Value::text(name.as_str()))]);
    let mut given = work.hand_over("route-distinguisher", "route-distinguisher", &mut vpn);
    given |= work.hand_over("import-route-targets", "import.route-targets", &mut vpn);
    given |= work.hand_over("export-route-targets", "export.route-targets", &mut vpn);
    if given && work.adds {
        super::bgp::complete_vpn(work, &mut vpn);
        work.after.push(vpn);
    }
}
