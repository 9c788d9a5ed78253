//! VLANs of a filtering bridge: who is a member of which, and who is alone.
//!
//! Members of a VLAN are: the ports (and the bridge itself) that an entry of `/interface/bridge/vlan` names; every port, and
//! the bridge, in its own pvid, unless it admits only tagged frames (RouterOS makes those entries itself: "added by pvid");
//! since 7.16 the bridge in the VLANs of the `/interface/vlan` on it ("added by vlan on bridge").

use super::view::{Item, View};
use super::{Findings, Lint};

pub(super) static LONELY_PVID: Lint = Lint {
    code: "pvid-without-vlan",
    title: "a bridge port in a VLAN that no other port carries",
    explanation: "frames from this port go nowhere: add an entry in /interface/bridge/vlan that tags the trunk or the bridge in this VLAN",
    missing: true,
    check: lonely_pvids,
};

pub(super) static PVID_WITHOUT_FILTERING: Lint = Lint {
    code: "pvid-without-vlan-filtering",
    title: "a pvid on a bridge that does not look at VLANs",
    explanation: "without vlan-filtering=yes on the bridge pvid has no effect: all ports are in one network",
    missing: false,
    check: pvids_without_filtering,
};

pub(super) static NOT_A_PORT: Lint = Lint {
    code: "bridge-vlan-without-port",
    title: "a bridge VLAN that names an interface which is no port of the bridge",
    explanation: "only ports of the bridge and the bridge itself can be members: add it in /interface/bridge/port",
    missing: true,
    check: not_ports,
};

pub(super) static TRUNK_WITHOUT_VLANS: Lint = Lint {
    code: "trunk-without-vlans",
    title: "a port that admits only tagged frames and is tagged in no VLAN",
    explanation: "nothing passes it: add its VLANs in /interface/bridge/vlan with the port in tagged",
    missing: true,
    check: empty_trunks,
};

pub(super) static VLAN_NOT_ON_BRIDGE: Lint = Lint {
    code: "vlan-not-on-bridge",
    title: "a VLAN interface on a bridge whose VLAN does not reach it",
    explanation: "add an entry in /interface/bridge/vlan with this vlan-ids and the bridge and its ports in tagged",
    missing: true,
    check: vlan_interfaces,
};

/// A bridge with `vlan-filtering=yes`.
struct Bridge<'a> {
    item: Item<'a>,
    name: String,
    ports: Vec<Port<'a>>,
    vlans: Vec<Vlan<'a>>,
    /// It may have ports that the configuration does not show (wireless, PPP, MVRP).
    hidden_ports: bool,
}

struct Port<'a> {
    item: Item<'a>,
    interface: String,
    pvid: u16,
    only_tagged: bool,
}

struct Vlan<'a> {
    item: Item<'a>,
    ids: Vec<(u16, u16)>,
    tagged: Vec<String>,
    untagged: Vec<String>,
}

/// Menus whose items become bridge ports by themselves, or members of VLANs.
const MAKE_PORTS: [&str; 8] = [
    "/interface/wifi",
    "/interface/wireless",
    "/caps-man",
    "/interface/vpls",
    "/interface/ethernet/switch",
    "/interface/dot1x",
    "/interface/vxlan",
    "/interface/mesh",
];

fn bridges<'a>(view: &View<'a>) -> Vec<Bridge<'a>> {
    let filtering =
        view.items("/interface/bridge").into_iter().filter(|bridge| bridge.is("vlan-filtering", "yes"));
    let read = |item: Item<'a>| {
        let name = item.text("name")?;
        let ports: Vec<Port<'a>> = view
            .items("/interface/bridge/port")
            .into_iter()
            .filter(|port| port.is("bridge", &name))
            .map(port)
            .collect();
        let vlans = view.items("/interface/bridge/vlan").into_iter().filter(|vlan| vlan.is("bridge", &name));
        let vlans = vlans.map(vlan).collect();
        let lists = view.all("/interface/list");
        let of_list = |port: &Port<'_>| {
            lists.iter().any(|list| list.is("name", &port.interface))
                || ["all", "static", "dynamic"].contains(&port.interface.as_str())
        };
        let bridging_ppp = view.items("/ppp/profile").iter().any(|profile| profile.given("bridge").is_some());
        let hidden_ports =
            item.is("mvrp", "yes") || ports.iter().any(of_list) || bridging_ppp || view.uses(&MAKE_PORTS);
        Some(Bridge { item, name, ports, vlans, hidden_ports })
    };
    filtering.filter_map(read).collect()
}

fn port(item: Item<'_>) -> Port<'_> {
    let pvid = item.text("pvid").and_then(|pvid| pvid.parse().ok()).unwrap_or(1);
    let only_tagged = item.is("frame-types", "admit-only-vlan-tagged");
    Port { item, interface: item.text("interface").unwrap_or_default(), pvid, only_tagged }
}

fn vlan(item: Item<'_>) -> Vlan<'_> {
    let id = |text: &str| match text.split_once('-') {
        Some((first, last)) => Some((first.parse().ok()?, last.parse().ok()?)),
        None => text.parse().ok().map(|id| (id, id)),
    };
    let ids = item.list("vlan-ids").iter().filter_map(|text| id(text)).collect();
    Vlan { item, ids, tagged: item.list("tagged"), untagged: item.list("untagged") }
}

impl Bridge<'_> {
    /// The port, or the bridge, that an entry names in a VLAN, tagged or not.
    fn named(&self, id: u16) -> impl Iterator<Item = &str> {
        let entries = self
            .vlans
            .iter()
            .filter(move |vlan| vlan.ids.iter().any(|(first, last)| (*first..=*last).contains(&id)));
        entries.flat_map(|vlan| vlan.tagged.iter().chain(&vlan.untagged)).map(String::as_str)
    }

    /// The ports of a VLAN, without the bridge.
    fn ports_in(&self, id: u16) -> Vec<&str> {
        let by_pvid = self.ports.iter().filter(|port| port.pvid == id && !port.only_tagged);
        let by_pvid = by_pvid.map(|port| port.interface.as_str());
        let named = self.named(id).filter(|name| self.ports.iter().any(|port| port.interface == *name));
        let mut ports: Vec<&str> = named.chain(by_pvid).collect();
        ports.sort_unstable();
        ports.dedup();
        ports
    }

    /// The bridge's own pvid; none when it admits only tagged frames.
    fn pvid(&self) -> Option<u16> {
        let tagged = self.item.is("frame-types", "admit-only-vlan-tagged");
        let pvid = self.item.text("pvid").and_then(|pvid| pvid.parse().ok()).unwrap_or(1);
        (!tagged).then_some(pvid)
    }

    /// Whether the router itself is in a VLAN.
    fn is_in(&self, view: &View<'_>, id: u16) -> bool {
        let by_interface =
            || view.since(7, 16) && vlans_on(view, &self.name).iter().any(|(_, own)| *own == id);
        self.named(id).any(|name| name == self.name) || self.pvid() == Some(id) || by_interface()
    }
}

/// The VLAN interfaces on a bridge, with their ids.
fn vlans_on<'a>(view: &View<'a>, bridge: &str) -> Vec<(Item<'a>, u16)> {
    let on_it = view.items("/interface/vlan").into_iter().filter(|vlan| vlan.is("interface", bridge));
    on_it
        .filter_map(|vlan| Some((vlan, vlan.text("vlan-id").map_or(Some(1), |id| id.parse().ok())?)))
        .collect()
}

fn lonely_pvids<'a>(view: &View<'a>, findings: &mut Findings<'a>) {
    for bridge in bridges(view).iter().filter(|bridge| !bridge.hidden_ports) {
        // Ports that nobody put into a VLAN of their own are not meant here.
        for port in bridge.ports.iter().filter(|port| port.pvid != 1 && !port.only_tagged) {
            let alone =
                bridge.ports_in(port.pvid) == [port.interface.as_str()] && !bridge.is_in(view, port.pvid);
            if alone {
                let message = format!("{} is alone in VLAN {} of {}", port.interface, port.pvid, bridge.name);
                findings.add(port.item, "pvid", message).label("no bridge VLAN entry leads further");
            }
        }
    }
}

fn pvids_without_filtering<'a>(view: &View<'a>, findings: &mut Findings<'a>) {
    for bridge in
        view.items("/interface/bridge").into_iter().filter(|bridge| bridge.is("vlan-filtering", "no"))
    {
        let name = bridge.text("name").unwrap_or_default();
        let ports = view.items("/interface/bridge/port").into_iter();
        for port in ports.filter(|port| port.is("bridge", &name)) {
            if let Some(pvid) = port.given("pvid").filter(|pvid| pvid != "1") {
                let message = format!("pvid={pvid} has no effect: {name} has vlan-filtering=no");
                findings.add(port, "pvid", message).other(bridge, "vlan-filtering is off here");
            }
        }
    }
}

fn not_ports<'a>(view: &View<'a>, findings: &mut Findings<'a>) {
    let all_ports = view.all("/interface/bridge/port");
    for bridge in bridges(view).iter().filter(|bridge| !bridge.hidden_ports) {
        for vlan in &bridge.vlans {
            let lists = [("tagged", &vlan.tagged), ("untagged", &vlan.untagged)];
            for (property, names) in lists {
                let is_port = |name: &String| {
                    let own = |port: &Item<'_>| port.is("interface", name) && port.is("bridge", &bridge.name);
                    *name == bridge.name || all_ports.iter().any(own)
                };
                if let Some(stranger) = names.iter().find(|name| !is_port(name)) {
                    let message = format!("{stranger} is no port of {}", bridge.name);
                    findings.add(vlan.item, property, message).label("has no effect");
                }
            }
        }
    }
}

fn empty_trunks<'a>(view: &View<'a>, findings: &mut Findings<'a>) {
    for bridge in bridges(view).iter().filter(|bridge| !bridge.hidden_ports) {
        for port in bridge.ports.iter().filter(|port| port.only_tagged) {
            let tagged = bridge.vlans.iter().any(|vlan| vlan.tagged.contains(&port.interface));
            if !tagged && !port.item.is("ingress-filtering", "no") {
                let message =
                    format!("{} admits only tagged frames and is tagged in no VLAN", port.interface);
                findings.add(port.item, "frame-types", message).label("nothing passes");
            }
        }
    }
}

fn vlan_interfaces<'a>(view: &View<'a>, findings: &mut Findings<'a>) {
    for bridge in bridges(view).iter().filter(|bridge| !bridge.hidden_ports) {
        for (interface, id) in vlans_on(view, &bridge.name) {
            let name = interface.text("name").unwrap_or_default();
            if !bridge.is_in(view, id) {
                let message =
                    format!("VLAN {id} does not reach {name}: {} is not a member of it", bridge.name);
                findings.add(interface, "vlan-id", message).label("no entry tags the bridge in it");
            } else if bridge.ports_in(id).is_empty() && bridge.pvid() != Some(id) && !bridge.ports.is_empty()
            {
                let message = format!("VLAN {id} of {name} reaches no port of {}", bridge.name);
                findings.add(interface, "vlan-id", message).label("no port carries it");
            }
        }
    }
}
