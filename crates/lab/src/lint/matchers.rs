//! Which packets a firewall rule takes, as far as that can be known from its text.

use super::sets::{self, Set};
use super::view::{Item, View};

/// Menus of firewall rules that are read alike.
pub(super) const FIREWALLS: [&str; 8] = [
    "/ip/firewall/filter",
    "/ip/firewall/nat",
    "/ip/firewall/mangle",
    "/ip/firewall/raw",
    "/ipv6/firewall/filter",
    "/ipv6/firewall/nat",
    "/ipv6/firewall/mangle",
    "/ipv6/firewall/raw",
];

/// Chains that packets enter by themselves.
pub(super) const BUILT_IN: [&str; 7] =
    ["input", "forward", "output", "prerouting", "postrouting", "srcnat", "dstnat"];

/// Properties that say what a rule does, not which packets it takes.
const NOT_MATCHERS: [&str; 21] = [
    "chain",
    "action",
    "comment",
    "disabled",
    "log",
    "log-prefix",
    "jump-target",
    "reject-with",
    "to-addresses",
    "to-ports",
    "passthrough",
    "address-list",
    "address-list-timeout",
    "same-not-by-dst",
    "randomise-ports",
    "route-dst",
    "sniff-id",
    "sniff-target",
    "sniff-target-port",
    "socks5-port",
    "socks5-server",
];

/// Matchers whose answer for a packet is the same at every rule: those with equal text take the same packets.
const STEADY: [&str; 26] = [
    "connection-bytes",
    "connection-type",
    "content",
    "dst-address-type",
    "fragment",
    "headers",
    "hotspot",
    "icmp-options",
    "in-bridge-port",
    "in-bridge-port-list",
    "ingress-priority",
    "ipsec-policy",
    "ipv4-options",
    "layer7-protocol",
    "out-bridge-port",
    "out-bridge-port-list",
    "packet-size",
    "per-connection-classifier",
    "realm",
    "src-address-type",
    "src-mac-address",
    "tcp-flags",
    "time",
    "tls-host",
    "tos",
    "p2p",
];

/// Matchers over what other rules may change on the way: with equal text they take the same packets as long as no rule
/// between changes anything.
const CHANGEABLE: [&str; 10] = [
    "connection-mark",
    "packet-mark",
    "routing-mark",
    "dscp",
    "ttl",
    "hop-limit",
    "tcp-mss",
    "priority",
    "src-address-list",
    "dst-address-list",
];

/// Connection states.
const STATES: [&str; 5] = ["established", "invalid", "new", "related", "untracked"];
/// Protocols by name and number: a rule may name either.
const PROTOCOLS: [(&str, &str); 16] = [
    ("icmp", "1"),
    ("igmp", "2"),
    ("tcp", "6"),
    ("egp", "8"),
    ("udp", "17"),
    ("dccp", "33"),
    ("ipv6-encap", "41"),
    ("gre", "47"),
    ("ipsec-esp", "50"),
    ("ipsec-ah", "51"),
    ("icmpv6", "58"),
    ("ospf", "89"),
    ("pim", "103"),
    ("vrrp", "112"),
    ("l2tp", "115"),
    ("sctp", "132"),
];

/// Whether an earlier rule takes every packet that a later one could.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cover {
    /// It may not, or it is not known.
    No,
    /// It does, as long as no rule between them changes what its matchers look at.
    IfUnchanged,
    /// It does.
    Yes,
}

/// A rule, read once.
pub(super) struct Rule<'a> {
    pub(super) item: Item<'a>,
    pub(super) action: String,
    /// Property and text.
    pub(super) matchers: Vec<(&'static str, String)>,
    /// Matchers, action and what it takes; not comment and log.
    whole: Vec<(&'static str, String)>,
}

impl<'a> Rule<'a> {
    pub(super) fn new(item: Item<'a>) -> Self {
        let mut whole = item.properties();
        whole.retain(|(name, _)| !matches!(*name, "comment" | "log" | "log-prefix"));
        let mut matchers = whole.clone();
        matchers.retain(|(name, _)| !NOT_MATCHERS.contains(name) && !name.starts_with("new-"));
        // Without an action a rule accepts.
        let action = item.text("action").filter(|action| !action.is_empty());
        Self { item, action: action.unwrap_or_else(|| "accept".into()), matchers, whole }
    }

    /// Whether both do the same with the same packets.
    pub(super) fn repeats(&self, other: &Self) -> bool {
        self.whole == other.whole
    }

    fn get(&self, matcher: &str) -> Option<&str> {
        self.matchers.iter().find(|(name, _)| *name == matcher).map(|(_, text)| text.as_str())
    }

    /// Whether it leaves what other rules match on as it is.
    pub(super) fn changes_nothing(&self) -> bool {
        ["accept", "drop", "reject", "tarpit", "log", "passthrough", "return"].contains(&self.action.as_str())
    }
}

/// Whether `earlier` takes every packet that `later` could.
pub(super) fn cover(view: &View<'_>, earlier: &Rule<'_>, later: &Rule<'_>) -> Cover {
    let mut cover = Cover::Yes;
    for (name, text) in &earlier.matchers {
        if CHANGEABLE.contains(name) {
            cover = Cover::IfUnchanged;
        }
        if !covers(view, name, text, later) {
            return Cover::No;
        }
    }
    cover
}

/// Whether the packets of `later` all pass one matcher.
fn covers(view: &View<'_>, name: &str, text: &str, later: &Rule<'_>) -> bool {
    let own = later.get(name);
    let equal = own == Some(text);
    let within = |read: &dyn Fn(&str) -> Option<Set>, own: Option<&str>| {
        own.and_then(|own| Some(read(text)?.holds(&read(own)?))).unwrap_or(false)
    };
    match name {
        // The whole space takes every packet.
        "src-address" | "dst-address" => {
            matches!(text, "0.0.0.0/0" | "::/0") || within(&sets::addresses, own)
        }
        "src-port" | "dst-port" => within(&sets::ports, own),
        // One of two ports that is not 22 says little of the other: negations count when they are equal only.
        "port" if equal => true,
        "port" => ["port", "src-port", "dst-port"].iter().any(|name| {
            let own = later.get(name).filter(|own| !own.starts_with('!') && !text.starts_with('!'));
            within(&sets::ports, own)
        }),
        "protocol" => protocol(text, own),
        "connection-state" => within(&|text| sets::words(text, &STATES), own),
        "in-interface" | "out-interface" => interface(text, own),
        "in-interface-list" => interface_list(view, text, own, later.get("in-interface")),
        "out-interface-list" => interface_list(view, text, own, later.get("out-interface")),
        "connection-nat-state" => equal,
        _ => equal && (STEADY.contains(&name) || CHANGEABLE.contains(&name)),
    }
}

fn number(protocol: &str) -> &str {
    PROTOCOLS.iter().find(|(name, _)| *name == protocol).map_or(protocol, |(_, number)| number)
}

fn protocol(text: &str, own: Option<&str>) -> bool {
    let Some(own) = own else { return false };
    match (text.strip_prefix('!'), own.strip_prefix('!')) {
        (None, None) => number(text) == number(own),
        (Some(text), Some(own)) => number(text) == number(own),
        // Two spellings that are not known to be one protocol may still be.
        (Some(text), None) => {
            let known = |name: &str| number(name).bytes().all(|byte| byte.is_ascii_digit());
            known(text) && known(own) && number(text) != number(own)
        }
        (None, Some(_)) => false,
    }
}

fn interface(text: &str, own: Option<&str>) -> bool {
    match (text.strip_prefix('!'), own) {
        (_, Some(own)) if own == text => true,
        (Some(not), Some(own)) => !own.starts_with('!') && own != not,
        (None, _) | (Some(_), None) => false,
    }
}

/// `interface` is the later rule's interface, `own` its list.
fn interface_list(view: &View<'_>, text: &str, own: Option<&str>, interface: Option<&str>) -> bool {
    if text == "all" || own == Some(text) {
        return true;
    }
    let Some(interface) = interface.filter(|interface| !interface.starts_with('!')) else { return false };
    match text.strip_prefix('!') {
        None => is_member(view, text, interface),
        // Members that are not in the configuration may come and go.
        Some(list) => is_settled(view, list) && !is_member(view, list, interface),
    }
}

/// Whether an interface is a member of a list by an item of its own.
fn is_member(view: &View<'_>, list: &str, interface: &str) -> bool {
    // A list that leaves others out may leave this one out.
    let lists = view.items("/interface/list");
    let excludes = lists.iter().any(|item| item.is("name", list) && !item.list("exclude").is_empty());
    !excludes
        && view
            .items("/interface/list/member")
            .iter()
            .any(|member| member.is("list", list) && member.is("interface", interface))
}

/// Whether all members of a list are items of the configuration.
fn is_settled(view: &View<'_>, list: &str) -> bool {
    let lists = view.items("/interface/list");
    lists.iter().any(|item| item.is("name", list) && item.list("include").is_empty())
        && !filled_otherwise(view, list)
}

/// Whether something else than its members may fill a list of interfaces: a PPP profile, a wireless datapath, interface
/// detection.
pub(super) fn filled_otherwise(view: &View<'_>, list: &str) -> bool {
    view.everything().any(|item| {
        let detection = item.menu().path == "/interface/detect-internet";
        let fills = |name: &str| detection || name == "interface-list";
        item.properties().iter().any(|(name, text)| fills(name) && text.split(',').any(|word| word == list))
    })
}
