//! The order of sections in an export.
//!
//! As real exports show, RouterOS writes what others refer to first, then everything else by the alphabet, and puts off
//! an item as long as what it refers to is not yet written: `/interface vrrp` on a bridge, `/interface vlan`, and then
//! once more `/interface vrrp` with those on VLANs. `plan` does the same.

use menu::{Kind, MenuDef, Tree};

/// Interfaces: written in rounds, until none lies on another that is not yet there.
const INTERFACES: [&str; 39] = [
    "/interface/bridge",
    "/interface/ethernet",
    "/interface/ethernet/switch",
    "/interface/wireless",
    "/interface/6to4",
    "/interface/amt",
    "/interface/dummy",
    "/interface/eoip",
    "/interface/eoipv6",
    "/interface/gre",
    "/interface/gre6",
    "/interface/ipip",
    "/interface/ipipv6",
    "/interface/l2tp-client",
    "/interface/l2tp-ether",
    "/interface/l2tp-server",
    "/interface/lte",
    "/interface/mesh",
    "/interface/ovpn-client",
    "/interface/ovpn-server",
    "/interface/ppp-client",
    "/interface/ppp-server",
    "/interface/pppoe-client",
    "/interface/pppoe-server",
    "/interface/pptp-client",
    "/interface/pptp-server",
    "/interface/sstp-client",
    "/interface/sstp-server",
    "/interface/veth",
    "/interface/vpls",
    "/interface/vrrp",
    "/interface/vxlan",
    "/interface/w60g",
    "/interface/wireguard",
    "/interface/vlan",
    "/interface/macvlan",
    "/interface/macsec/profile",
    "/interface/macsec",
    "/interface/bonding",
];

/// What else comes before the rest since others refer to it.
const OTHERS: [&str; 79] = [
    "/caps-man/rates",
    "/caps-man/security",
    "/caps-man/datapath",
    "/caps-man/configuration",
    "/interface/ethernet/switch/port",
    "/interface/list",
    "/interface/lte/apn",
    "/interface/wifi/aaa",
    "/interface/wifi/channel",
    "/interface/wifi/interworking",
    "/interface/wifi/datapath",
    "/interface/wifi/security",
    "/interface/wifi/steering",
    "/interface/wifi/configuration",
    "/interface/wifi",
    "/interface/wireless/security-profiles",
    "/ip/dhcp-server/option",
    "/ip/dhcp-client/option",
    "/ip/firewall/layer7-protocol",
    "/ip/hotspot/profile",
    "/ip/hotspot/user/profile",
    "/ip/dns/forwarders",
    "/ip/ipsec/mode-config",
    "/ip/ipsec/policy/group",
    "/ip/ipsec/profile",
    "/ip/ipsec/peer",
    "/ip/ipsec/proposal",
    "/ip/kid-control",
    "/ip/pool",
    "/ip/dhcp-server",
    "/ip/hotspot",
    "/ip/smb/users",
    "/ip/vrf",
    "/ipv6/pool",
    "/ipv6/dhcp-server",
    "/port",
    "/ppp/profile",
    "/queue/simple",
    "/queue/type",
    "/queue/tree",
    "/mpls/traffic-eng/path",
    "/routing/bgp/instance",
    "/routing/bgp/template",
    "/routing/id",
    "/routing/isis/instance",
    "/routing/ospf/instance",
    "/routing/ospf/area",
    "/routing/pimsm/instance",
    "/routing/rip/instance",
    "/routing/table",
    "/snmp/community",
    "/system/logging/action",
    "/user/group",
    "/user-manager/limitation",
    "/user-manager/profile",
    "/user-manager/user/group",
    "/user-manager/user",
    "/zerotier",
    "/zerotier/interface",
    // From here on the alphabet begins, with these out of it.
    "/caps-man/aaa",
    "/caps-man/access-list",
    "/caps-man/manager",
    "/caps-man/manager/interface",
    "/caps-man/provisioning",
    "/certificate/crl",
    "/certificate/scep-server",
    "/certificate/settings",
    "/container",
    "/container/config",
    "/container/envs",
    "/container/mounts",
    "/disk/settings",
    "/ip/smb",
    "/interface/bridge/port",
    "/interface/bridge/settings",
    "/ip/firewall/connection/tracking",
    "/ip/neighbor/discovery-settings",
    "/ip/settings",
    "/ipv6/settings",
];

/// Where a menu stands: its rank, then the alphabet.
pub(super) fn rank(path: &str) -> (usize, std::str::Split<'_, char>) {
    let at = |list: &[&str]| list.iter().position(|known| *known == path);
    let rank = match (at(&INTERFACES), at(&OTHERS)) {
        _ if path == "/caps-man/channel" || path == "/disk" => 0,
        (Some(at), _) => 1 + at,
        (None, Some(at)) => 1 + INTERFACES.len() + at,
        (None, None) => 1 + INTERFACES.len() + OTHERS.len(),
    };
    // IPv6 routes come with those of IPv4.
    let path = if path == "/ipv6/route" { "/ip/route/~" } else { path };
    (rank, path.split('/'))
}

/// Is it one of the menus that are written in rounds?
pub(super) fn in_rounds(path: &str) -> bool {
    INTERFACES.contains(&path)
}

/// The menus at and below a node, in order.
pub(crate) fn ordered(tree: &'static Tree, node: &str) -> Vec<&'static MenuDef> {
    let below =
        |path: &str| path.strip_prefix(node).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let mut defs: Vec<_> =
        tree.paths().filter(|path| below(path)).filter_map(|path| tree.menu(path)).collect();
    defs.retain(|def| matches!(def.kind, Kind::List | Kind::FixedList | Kind::Settings));
    defs.sort_by(|a, b| {
        let ((left, a), (right, b)) = (rank(a.path), rank(b.path));
        left.cmp(&right).then_with(|| a.cmp(b))
    });
    defs
}

/// Compares names as RouterOS sorts interfaces: runs of digits by their number, `vlan9` before `vlan10`.
pub(super) fn by_name(a: &[u8], b: &[u8]) -> std::cmp::Ordering {
    let (mut left, mut right) = (a, b);
    loop {
        let digits = |text: &[u8]| text.iter().take_while(|c| c.is_ascii_digit()).count();
        match (digits(left), digits(right)) {
            (0, _) | (_, 0) => match (left.split_first(), right.split_first()) {
                (Some((x, more)), Some((y, rest))) if x == y => (left, right) = (more, rest),
                (x, y) => return x.map(|x| x.0).cmp(&y.map(|y| y.0)).then_with(|| a.cmp(b)),
            },
            (n, m) => {
                let number = |text: &[u8]| text.iter().position(|c| *c != b'0').unwrap_or(text.len());
                let (x, y) = (&left[number(&left[..n])..n], &right[number(&right[..m])..m]);
                match x.len().cmp(&y.len()).then_with(|| x.cmp(y)) {
                    std::cmp::Ordering::Equal => (left, right) = (&left[n..], &right[m..]),
                    other => return other,
                }
            }
        }
    }
}
