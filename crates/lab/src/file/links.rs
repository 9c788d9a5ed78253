//! `topology: links:` in containerlab's short and long form, and what each cable does to frames.

use std::collections::BTreeMap;

use clock::Duration;

use super::{Cable, End, Node, NodeKind, keys, ports};
use crate::problem::{Place, Problem};
use crate::units;
use crate::yaml::{Kind, Tree};

/// What one direction of a cable does to frames, in the words of `tc netem`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Impairment {
    /// Propagation delay; none means the kernel's default (1 µs).
    pub delay: Option<Duration>,
    /// The delay varies evenly by up to this much either way.
    pub jitter: Duration,
    /// Probability that a frame is lost, in parts per billion, as all probabilities here.
    pub loss: u32,
    /// Probability that a frame arrives twice.
    pub duplicate: u32,
    /// Probability that a frame overtakes those before it.
    pub reorder: u32,
    /// Probability that a bit of a frame flips.
    pub corrupt: u32,
    /// Bits per second; none means the kernel's default (1 Gbit/s).
    pub rate_bps: Option<u64>,
    /// Largest layer-3 packet in bytes that passes; none means the kernel's default.
    pub mtu: Option<u32>,
    /// Frames that the queue before the cable holds; none means the kernel's default.
    pub queue: Option<u32>,
}

/// The link variables that are ours; others belong to containerlab's users.
const VARS: &[&str] = &["delay", "jitter", "loss", "duplicate", "reorder", "corrupt", "rate", "mtu", "queue"];
const LINK_KEYS: &[&str] = &["endpoints", "type", "vars", "labels", "mtu"];
const DUMMY_KEYS: &[&str] = &["endpoint", "endpoints", "type", "vars", "labels", "mtu"];
const END_KEYS: &[&str] = &["node", "interface", "mac", "ipv4", "ipv6", "vars"];

/// A port as the lab names it, and where.
struct Written {
    node: usize,
    /// The device's own name of the port.
    port: String,
    node_name: String,
    place: Place,
}

/// Reads the links; fills in the nodes' ports.
pub(super) fn read(
    links: &Tree,
    nodes: &mut [Node],
    notes: &mut Vec<String>,
    problems: &mut Vec<Problem>,
) -> Vec<Cable> {
    let mut used: BTreeMap<(usize, String), Place> = BTreeMap::new();
    let mut found = Vec::new();
    for link in keys::list(links, "`links`", problems) {
        let entries = keys::mapping(link, "a link", problems);
        let kind = link.get("type").and_then(|kind| keys::text(kind, "`type` of a link", problems));
        let dummy = kind.as_deref() == Some("dummy");
        if let (Some(kind), Some(tree)) = (kind.as_deref(), link.get("type"))
            && !matches!(kind, "veth" | "dummy")
        {
            let message =
                format!("a link of type `{kind}` leaves the lab; wirelab has cables between two nodes only");
            problems.push(Problem::at(&tree.place, message).suggest(kind, ["veth", "dummy"]));
            continue;
        }
        let known = if dummy { DUMMY_KEYS } else { LINK_KEYS };
        keys::only(entries, known, "a link", problems);
        let ends = endpoints(link, dummy, nodes, notes, problems);
        for end in &ends {
            let key = (end.node, end.port.clone());
            if let Some(first) = used.get(&key) {
                let message = format!("{}:{} is cabled twice", end.node_name, end.port);
                problems
                    .push(Problem::at(&end.place, message).label("again here").other(first, "first here"));
            } else {
                used.insert(key, end.place.clone());
            }
        }
        let names = ends.iter().map(|end| end.node_name.clone()).collect::<Vec<_>>();
        let (a_to_b, b_to_a) = impairments(link, &names, notes, problems);
        if let Ok([a, b]) = <[Written; 2]>::try_from(ends) {
            found.push((a, b, a_to_b, b_to_a, link.place.clone()));
        }
    }
    set_ports(nodes, &used);
    let end = |nodes: &[Node], written: &Written| {
        let port = nodes.get(written.node)?.ports.iter().position(|port| *port == written.port)?;
        Some(End { node: written.node, port })
    };
    found
        .into_iter()
        .filter_map(|(a, b, a_to_b, b_to_a, place)| {
            Some(Cable { a: end(nodes, &a)?, b: end(nodes, &b)?, a_to_b, b_to_a, place })
        })
        .collect()
}

/// A router has all ports of its model, or ether1 up to the highest cabled; others have what is cabled.
fn set_ports(nodes: &mut [Node], used: &BTreeMap<(usize, String), Place>) {
    for (index, node) in nodes.iter_mut().enumerate() {
        let cabled = used.keys().filter(|(node, _)| *node == index).map(|(_, port)| port.clone());
        let mut cabled: Vec<String> = cabled.collect();
        cabled.sort_by_key(|name| natural(name));
        node.ports = match (node.kind, node.model) {
            (NodeKind::Router, Some(model)) => model.port_names(),
            (NodeKind::Router, None) => {
                let highest =
                    cabled.iter().filter_map(|name| name.strip_prefix("ether")?.parse::<u32>().ok()).max();
                (1..=highest.unwrap_or(1)).map(|n| format!("ether{n}")).collect()
            }
            (NodeKind::Host | NodeKind::Switch, _) => cabled,
        };
    }
}

/// Sorts `eth10` after `eth9`.
fn natural(name: &str) -> (String, u64, String) {
    let prefix = name.trim_end_matches(|c: char| c.is_ascii_digit());
    (prefix.to_owned(), name[prefix.len()..].parse().unwrap_or(u64::MAX), name.to_owned())
}

/// The two ends of a link (one of a dummy link).
fn endpoints(
    link: &Tree,
    dummy: bool,
    nodes: &[Node],
    notes: &mut Vec<String>,
    problems: &mut Vec<Problem>,
) -> Vec<Written> {
    let Some(tree) = link.get("endpoints").or_else(|| link.get("endpoint")) else {
        problems.push(
            Problem::at(&link.place, "a link needs `endpoints`")
                .help("endpoints: [\"r1:ether2\", \"pc1:eth1\"]"),
        );
        return Vec::new();
    };
    let items = keys::list(tree, "`endpoints`", problems);
    let expected = if dummy { 1 } else { 2 };
    if matches!(tree.kind, Kind::List(_)) && items.len() != expected {
        let message = format!("a link has {expected} endpoints, not {}", items.len());
        problems.push(Problem::at(&tree.place, message));
    }
    items.iter().filter_map(|item| endpoint(item, nodes, notes, problems)).collect()
}

fn endpoint(
    item: &Tree,
    nodes: &[Node],
    notes: &mut Vec<String>,
    problems: &mut Vec<Problem>,
) -> Option<Written> {
    let (node, node_place, port, port_place) = if let Kind::Map(entries) = &item.kind {
        keys::only(entries, END_KEYS, "an endpoint", problems);
        for passed in ["mac", "ipv4", "ipv6"] {
            if item.get(passed).is_some() {
                notes.push(format!("{}: `{passed}` of an endpoint is passed over", item.place));
            }
        }
        let mut part = |name: &str| match item.get(name) {
            Some(tree) => keys::text(tree, name, problems).map(|text| (text, tree.place.clone())),
            None => {
                problems.push(Problem::at(&item.place, format!("an endpoint needs `{name}`")));
                None
            }
        };
        let (node, interface) = (part("node"), part("interface"));
        let ((node, node_place), (port, port_place)) = (node?, interface?);
        (node, node_place, port, port_place)
    } else {
        let text = keys::text(item, "an endpoint", problems)?;
        let Some((node, port)) = text.split_once(':') else {
            let problem = Problem::at(&item.place, format!("`{text}` is not an endpoint: write node:port"));
            problems.push(problem.help("as in \"r1:ether2\""));
            return None;
        };
        let (node_place, port_place) = split_place(&item.place, node, port);
        (node.to_owned(), node_place, port.to_owned(), port_place)
    };
    let Some(index) = nodes.iter().position(|known| known.name == node) else {
        problems.push(unknown_node(&node, &node_place, nodes));
        return None;
    };
    let found = nodes.get(index)?;
    match ports::resolve(found.kind, found.model, &port) {
        Ok(port) => Some(Written { node: index, port, node_name: node, place: item.place.clone() }),
        Err((why, known)) => {
            let problem = Problem::at(&port_place, format!("{node} has no port `{port}`")).label(why);
            let near = crate::problem::nearest(&port, known.iter().map(String::as_str));
            // Another number is no slip of the finger: the device has no such port.
            let stem = |name: &str| name.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
            let near = near.filter(|near| stem(near) != stem(&port));
            problems.push(match near {
                Some(near) => problem.help(format!("did you mean `{near}`?")),
                None => problem,
            });
            None
        }
    }
}

/// A node that a link or a check names and that is not there.
pub(crate) fn unknown_node(name: &str, place: &Place, nodes: &[Node]) -> Problem {
    let problem = match name {
        "host" | "mgmt-net" | "macvlan" | "vxlan" | "vxlan-stitch" | "dummy" => {
            Problem::at(place, format!("`{name}:` leaves the lab; wirelab has cables between two nodes only"))
        }
        _ => Problem::at(place, no_node(name)),
    };
    problem.suggest(name, nodes.iter().map(|node| node.name.as_str()))
}

/// What is said of a node that is not there.
pub(super) fn no_node(name: &str) -> String {
    format!("there is no node `{name}`")
}

/// The places of node and port inside an endpoint that stands in one text.
fn split_place(place: &Place, node: &str, port: &str) -> (Place, Place) {
    let written = place.text();
    let pair = format!("{node}:{port}");
    match written.find(&pair) {
        Some(at) => {
            let start = place.span.start + at;
            let middle = start + node.len();
            let part = |span| Place { source: place.source.clone(), span };
            (part(start..middle), part(middle + 1..start + pair.len()))
        }
        // The text came out of a variable or of escapes.
        None => (place.clone(), place.clone()),
    }
}

/// Reads `vars` and `mtu` of a link, for both directions.
fn impairments(
    link: &Tree,
    names: &[String],
    notes: &mut Vec<String>,
    problems: &mut Vec<Problem>,
) -> (Impairment, Impairment) {
    let mut both = [Impairment::default(), Impairment::default()];
    if let Some(mtu) = link.get("mtu") {
        for side in &mut both {
            set(side, "mtu", mtu, problems);
        }
    }
    let entries = link.get("vars").map_or(&[][..], |vars| keys::mapping(vars, "`vars` of a link", problems));
    for (key, value) in entries {
        let name = key.name.as_str();
        if !VARS.contains(&name) {
            let near = crate::problem::nearest(name, VARS.iter().copied());
            let hint = near.map_or_else(String::new, |near| format!(" (did you mean `{near}`?)"));
            notes.push(format!("{}: link variable `{name}` is passed over{hint}", key.place));
            continue;
        }
        if let Kind::Map(directions) = &value.kind {
            let [first, second] = [names.first(), names.get(1)].map(|name| name.map_or("", String::as_str));
            let ways = [format!("{first}-{second}"), format!("{second}-{first}")];
            for (direction, value) in directions {
                let side = match direction.name.as_str() {
                    "a-b" => 0,
                    "b-a" => 1,
                    way if way == ways[0] => 0,
                    way if way == ways[1] => 1,
                    way => {
                        let known = ["a-b", "b-a", ways[0].as_str(), ways[1].as_str()];
                        let problem =
                            Problem::at(&direction.place, format!("`{way}` is not a direction of this link"));
                        problems.push(problem.suggest(way, known));
                        continue;
                    }
                };
                if let Some(side) = both.get_mut(side) {
                    set(side, name, value, problems);
                }
            }
        } else {
            let before = problems.len();
            for side in &mut both {
                // The second side would say the same again.
                problems.truncate(before);
                set(side, name, value, problems);
            }
        }
    }
    let [a_to_b, b_to_a] = both;
    (a_to_b, b_to_a)
}

fn set(side: &mut Impairment, name: &str, value: &Tree, problems: &mut Vec<Problem>) {
    let what = format!("`{name}` of a link");
    let narrow = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
    match name {
        "delay" => side.delay = keys::parsed(value, &what, problems, units::duration).or(side.delay),
        "jitter" => side.jitter = keys::parsed(value, &what, problems, units::duration).unwrap_or_default(),
        "rate" => side.rate_bps = keys::parsed(value, &what, problems, units::rate).or(side.rate_bps),
        "mtu" => {
            side.mtu =
                keys::parsed(value, &what, problems, |text| units::count(text, 68, 65_535)).map(narrow);
        }
        "queue" => {
            let parse = |text: &str| units::count(text.trim_end_matches('p'), 1, 1_000_000);
            side.queue = keys::parsed(value, &what, problems, parse).map(narrow);
        }
        _ => {
            let parts = keys::parsed(value, &what, problems, units::percent).unwrap_or(0);
            match name {
                "loss" => side.loss = parts,
                "duplicate" => side.duplicate = parts,
                "reorder" => side.reorder = parts,
                _ => side.corrupt = parts,
            }
        }
    }
}
