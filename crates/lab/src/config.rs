//! A RouterOS configuration by itself: every line that a router would refuse, and what is not simulated of the rest.

use std::sync::Arc;

use crate::device::{Device, LoadFault};
use crate::file::Model;
use crate::problem::{Place, Problem, Source, nearest};
use menu::Catalog;

/// Ethernet ports of the router that a config is tried on when no model is named.
pub const PORTS: u32 = 24;

/// What became of a config.
#[derive(Clone, Debug)]
pub struct Tried {
    /// Every line that was refused, in order.
    pub problems: Vec<Problem>,
    /// What was taken and is not simulated, by menu.
    pub left_out: Vec<String>,
}

/// The place of a fault in the config that was loaded.
pub(crate) fn place(config: &Arc<Source>, fault: &LoadFault) -> Place {
    // The console counts columns in bytes.
    let start = config.offset(fault.line, 1).saturating_add(fault.column.saturating_sub(1));
    Place { source: Arc::clone(config), span: start..start.saturating_add(fault.length.max(1)) }
}

/// A fault of the config that `device` was loading, as a problem with what was probably meant; else with `otherwise`.
pub(crate) fn problem(config: &Arc<Source>, fault: LoadFault, device: &Device, otherwise: &str) -> Problem {
    let at = place(config, &fault);
    let hint = meant(config, &fault, &at, device);
    let stopped = fault.message.starts_with("script stopped");
    let problem = Problem::at(&at, fault.message);
    match hint {
        Some(hint) => problem.help(hint),
        None if stopped => problem.help("a script that never waits would keep the router busy for ever"),
        None if otherwise.is_empty() => problem,
        None => problem.help(otherwise),
    }
}

/// The name, parameter or command that was probably meant.
fn meant(config: &Arc<Source>, fault: &LoadFault, at: &Place, device: &Device) -> Option<String> {
    let near = |word: &str, known: &[String]| {
        nearest(word, known.iter().map(String::as_str)).map(|near| format!("did you mean `{near}`?"))
    };
    let token = at.text().trim_matches('"');
    if fault.message.starts_with("input does not match any value of") {
        let is_interface = fault.message.ends_with("interface");
        let names = device.item_names(if is_interface { "/interface" } else { "/" });
        let listed = || {
            let is_short = is_interface && (1..=12).contains(&names.len());
            is_short.then(|| format!("there are: {}", names.join(", ")))
        };
        return near(token, &names).or_else(listed);
    }
    let menu = menu_before(config, at.span.start);
    if let Some(word) = fault.message.strip_prefix("bad parameter ") {
        let def = router::menus().iter().find(|def| def.path == menu)?;
        let known: Vec<String> = def.properties.iter().map(|property| property.name.to_owned()).collect();
        return near(word.trim(), &known);
    }
    if let Some(word) = fault.message.strip_prefix("bad command name ") {
        let word = word.split_whitespace().next()?;
        let before = config.text.get(..at.span.start)?.rsplit('\n').next()?;
        let parent = if before.starts_with('/') { path_of(before) } else { menu };
        let paths = Catalog::get().menus().map(|menu| menu.def.path);
        let below = paths.chain(router::menus().iter().map(|def| def.path));
        let child = |path: &str| Some(path.strip_prefix(&parent)?.split('/').nth(1)?.to_owned());
        let mut known: Vec<String> = below.filter_map(child).collect();
        known.extend(["add", "set", "remove", "print", "find", "enable", "disable"].map(str::to_owned));
        return near(word, &known);
    }
    None
}

/// The path of the menu that the config is in at an offset: the last line before it that names one.
fn menu_before(config: &Source, offset: usize) -> String {
    let end =
        config.text[offset.min(config.text.len())..].find('\n').map_or(config.text.len(), |i| offset + i);
    let line = config.text.get(..end).unwrap_or_default().lines().rev().find(|line| line.starts_with('/'));
    let mut path = path_of(line.unwrap_or_default());
    // What stands behind the path is a command and its parameters.
    while !path.is_empty() && !router::menus().iter().any(|def| def.path == path) {
        path.truncate(path.rfind('/').unwrap_or_default());
    }
    path
}

/// `/ip dhcp-server ` as `/ip/dhcp-server`; empty for nothing.
fn path_of(words: &str) -> String {
    words.split(['/', ' ']).filter(|word| !word.is_empty()).map(|word| format!("/{word}")).collect()
}

/// Tries a config on a fresh router: `model`'s, or one with ether1 to ether24. A line that is refused is passed over, so
/// that the others are tried too.
#[must_use]
pub fn try_on_router(config: &Arc<Source>, model: Option<&'static Model>) -> Tried {
    let ports = match model {
        Some(model) => model.port_names(),
        None => (1..=PORTS).map(|n| format!("ether{n}")).collect(),
    };
    let mut router = Device::router("router", &ports, None, 1);
    let faults = router.load(&config.text, false).unwrap_or_else(|fault| vec![fault]);
    let problems = faults.into_iter().enumerate().map(|(index, fault)| {
        problem(config, fault, &router, if index == 0 { "an import would stop here" } else { "" })
    });
    let problems = problems.collect();
    Tried { problems, left_out: router.left_out() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refused_line_is_found() {
        let text = "/ip address\nadd address=10.0.0.1/24 interface=ether1\nadd address=10.0.0.300/24 interface=ether1\nadd address=10.0.1.1/24 interface=eter2\n/ip pool add name=ü ranges=10.0.0.2-10.0.0.9\n/tool romon set enabled=yes\n";
        let tried = try_on_router(&Source::new("r.rsc", text), None);
        let places: Vec<String> =
            tried.problems.iter().filter_map(|p| p.place.as_ref()).map(|place| place.to_string()).collect();
        assert_eq!(places.len(), 2, "{:?}", tried.problems);
        assert!(places[0].starts_with("r.rsc:3:") && places[1].starts_with("r.rsc:4:"), "{places:?}");
        assert_eq!(tried.problems[1].place.as_ref().map(Place::text), Some("eter2"));
        assert!(tried.left_out.iter().any(|words| words.contains("/tool/romon")), "{:?}", tried.left_out);
    }

    #[test]
    fn what_was_probably_meant_is_said() {
        let text = "/interface bridge add name=bridge-44\n/ip address\nadd address=10.0.0.1/24 interface=brige-44\nadd adress=10.0.0.1/24\n/ip pol add\n/ip pool add name=p rnges=10.0.0.1\n";
        let tried = try_on_router(&Source::new("r.rsc", text), None);
        let hints: Vec<_> = tried.problems.iter().map(|problem| problem.help.as_deref()).collect();
        let meant = ["bridge-44", "address", "pool", "ranges"].map(|word| format!("did you mean `{word}`?"));
        assert_eq!(hints, meant.each_ref().map(|words| Some(words.as_str())), "{:?}", tried.problems);
    }

    #[test]
    fn a_model_has_its_own_ports() {
        let source = Source::new("r.rsc", "/ip address add address=10.0.0.1/24 interface=ether7\n");
        assert_eq!(try_on_router(&source, None).problems.len(), 0);
        assert_eq!(try_on_router(&source, Model::named("RB750Gr3")).problems.len(), 1);
    }
}
