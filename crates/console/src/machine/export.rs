//! `export`: the configuration as a script.

use super::items::Call;
use super::{Machine, Ran};
use crate::Target;
use crate::compile::Site;
use crate::export::{Style, section};
use crate::literal::text_of;
use crate::syntax::Name;
use menu::{Kind, MenuDef, PropertyType, Tree, Value};

impl Machine {
    /// `export` in a menu: the menu itself and those below it.
    pub(super) fn export_menu(&mut self, call: &Call<'_>, target: &mut dyn Target) -> Ran<Value> {
        let style = Style {
            verbose: call.flag("verbose"),
            terse: call.flag("terse"),
            sensitive: call.flag("show-sensitive"),
            width: self.session.width.map_or(79, |w| usize::from(w).saturating_sub(1).max(40)),
        };
        let text = whole(call.site.node, style, target);
        match call.named("file").map(text_of) {
            Some(mut name) => {
                name.extend_from_slice(b".rsc");
                target.write_file(&name, text.as_bytes())?;
            }
            None => self.print(text.as_bytes())?,
        }
        Ok(Value::Nil)
    }

    /// `export` of a menu that only holds others (`/ip export`, `/export`).
    pub(super) fn export_directory(&mut self, site: &Site, target: &mut dyn Target) -> Ran<super::Flow> {
        let flag = |name| site.arguments.iter().any(|a| a.name == Name::Static(name));
        let style = Style {
            verbose: flag("verbose"),
            terse: flag("terse"),
            sensitive: flag("show-sensitive"),
            width: self.session.width.map_or(79, |w| usize::from(w).saturating_sub(1).max(40)),
        };
        let valued = site.arguments.iter().filter(|a| a.kind == crate::compile::ArgumentKind::Value);
        let mut file = None;
        for argument in valued.rev() {
            let value = self.pop();
            if argument.name == Name::Static("file") {
                file = Some(text_of(&value));
            }
        }
        let text = whole(site.node, style, target);
        match file {
            Some(mut name) => {
                name.extend_from_slice(b".rsc");
                target.write_file(&name, text.as_bytes())?;
            }
            None => self.print(text.as_bytes())?,
        }
        self.values.push(Value::Nil);
        Ok(super::Flow::Next)
    }
}

/// Header and sections of everything at and below `node`.
fn whole(node: &str, style: Style, target: &mut dyn Target) -> String {
    let header = target.export_header();
    let mut out = String::new();
    if !header.is_empty() {
        let mut date = String::new();
        menu::Date::at(target.now()).print(&menu::NoNames, &mut date);
        out.push_str(&format!("# {date} {header}\n"));
    }
    for def in ordered(target.tree(), node) {
        // A menu of the catalogue that was never used has no table, and needs none.
        if target.view(def).is_none() {
            continue;
        }
        target.refresh(def);
        if let Some(view) = target.view(def) {
            section(def, &view, style, &mut out);
        }
    }
    out
}

/// The menus below a node in the order of real exports: what others refer to comes first.
fn ordered(tree: &'static Tree, node: &str) -> Vec<&'static MenuDef> {
    const FIRST: [&str; 36] = [
        "/interface/bridge",
        "/interface/bonding",
        "/interface/eoip",
        "/interface/ethernet",
        "/interface/gre",
        "/interface/wireguard",
        "/interface/vrrp",
        "/interface/veth",
        "/interface/vlan",
        "/disk",
        "/interface/pppoe-client",
        "/interface/list",
        "/ip/dhcp-server/option",
        "/ip/dhcp-client/option",
        "/ip/firewall/layer7-protocol",
        "/ip/ipsec/mode-config",
        "/ip/ipsec/policy/group",
        "/ip/ipsec/profile",
        "/ip/ipsec/peer",
        "/ip/ipsec/proposal",
        "/ip/pool",
        "/ip/dhcp-server",
        "/port",
        "/ppp/profile",
        "/interface/l2tp-client",
        "/queue/type",
        "/queue/simple",
        "/queue/tree",
        "/routing/bgp/template",
        "/routing/id",
        "/routing/ospf/instance",
        "/routing/ospf/area",
        "/snmp/community",
        "/routing/table",
        "/system/logging/action",
        "/user/group",
    ];
    let below =
        |path: &str| path.strip_prefix(node).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let rank = |path: &str| FIRST.iter().position(|first| *first == path).unwrap_or(FIRST.len());
    let mut defs: Vec<_> =
        tree.paths().filter(|path| below(path)).filter_map(|path| tree.menu(path)).collect();
    defs.retain(|def| matches!(def.kind, Kind::List | Kind::FixedList | Kind::Settings));
    defs.sort_by_key(|def| (rank(def.path), def.path));
    defs
}
