//! A RouterOS configuration by itself: every line that a router would refuse, and what is not simulated of the rest.

use std::sync::Arc;

use crate::device::{Device, LoadFault};
use crate::file::Model;
use crate::problem::{Place, Problem, Source};

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
        let problem = Problem::at(&place(config, &fault), fault.message);
        if index == 0 { problem.help("an import would stop here") } else { problem }
    });
    Tried { problems: problems.collect(), left_out: router.left_out() }
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
    fn a_model_has_its_own_ports() {
        let source = Source::new("r.rsc", "/ip address add address=10.0.0.1/24 interface=ether7\n");
        assert_eq!(try_on_router(&source, None).problems.len(), 0);
        assert_eq!(try_on_router(&source, Model::named("RB750Gr3")).problems.len(), 1);
    }
}
