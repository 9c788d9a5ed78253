//! Port names: which ports a node has, and what containerlab's names for them mean.

use super::NodeKind;

/// Highest N of `etherN` on a router without a model: enough for any lab, and a slip of the finger costs no memory.
pub(crate) const MAX_ETHER: u32 = 256;

/// A board: its name and its ports in RouterOS's order.
#[derive(Debug, PartialEq, Eq)]
pub struct Model {
    /// Product code, as `/system routerboard print` shows it.
    pub name: &'static str,
    /// Runs of equal ports: prefix, first number, last number.
    pub ports: &'static [(&'static str, u32, u32)],
}

/// The boards that are known, with the wired ports that their product codes name (`16G-2S+`: 16 Gigabit ports, 2 SFP+),
/// called as RouterOS calls them. Not checked against the boards themselves; wireless, serial and USB ports are left out,
/// and so is the switch chip.
pub const MODELS: &[Model] = &[
    Model { name: "RB750Gr3", ports: &[("ether", 1, 5)] },
    Model { name: "RB760iGS", ports: &[("ether", 1, 5), ("sfp", 1, 1)] },
    Model { name: "RB951Ui-2HnD", ports: &[("ether", 1, 5)] },
    Model { name: "RB2011UiAS", ports: &[("ether", 1, 10), ("sfp", 1, 1)] },
    Model { name: "RB3011UiAS", ports: &[("ether", 1, 10), ("sfp", 1, 1)] },
    Model { name: "RB4011iGS+", ports: &[("ether", 1, 10), ("sfp-sfpplus", 1, 1)] },
    Model { name: "RB5009UG+S+", ports: &[("ether", 1, 8), ("sfp-sfpplus", 1, 1)] },
    Model { name: "CRS326-24G-2S+", ports: &[("ether", 1, 24), ("sfp-sfpplus", 1, 2)] },
    Model { name: "CCR2004-16G-2S+", ports: &[("ether", 1, 16), ("sfp-sfpplus", 1, 2)] },
    Model { name: "CCR2116-12G-4S+", ports: &[("ether", 1, 13), ("sfp-sfpplus", 1, 4)] },
];

impl Model {
    /// A board by its name; case does not matter.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        MODELS.iter().find(|model| model.name.eq_ignore_ascii_case(name))
    }

    /// All port names in order.
    #[must_use]
    pub fn port_names(&self) -> Vec<String> {
        self.ports
            .iter()
            .flat_map(|(prefix, first, last)| (*first..=*last).map(move |n| format!("{prefix}{n}")))
            .collect()
    }
}

/// The device's own name of a port that the lab names `written`.
///
/// # Errors
/// Why the node has no such port, and the names that it could have been.
pub(crate) fn resolve(
    kind: NodeKind,
    model: Option<&'static Model>,
    written: &str,
) -> Result<String, (String, Vec<String>)> {
    match kind {
        NodeKind::Router => router_port(model, written),
        NodeKind::Host | NodeKind::Switch => {
            let good = !written.is_empty()
                && written.len() <= 15
                && written.chars().all(|c| c.is_ascii_graphic() && c != '/' && c != ':');
            if good {
                Ok(written.to_owned())
            } else {
                let why = "Linux takes names of 1 to 15 printable characters without / and :";
                Err((why.to_owned(), vec![String::from("eth1")]))
            }
        }
    }
}

/// `etherN` is that port, `ethN` is `ether(N+1)` as containerlab counts (its `eth0` is the management port).
fn router_port(model: Option<&'static Model>, written: &str) -> Result<String, (String, Vec<String>)> {
    let number = |prefix: &str| {
        let digits = written.strip_prefix(prefix)?;
        let canonical = digits == "0" || !digits.starts_with('0');
        if canonical && digits.bytes().all(|b| b.is_ascii_digit()) {
            digits.parse::<u32>().ok()
        } else {
            None
        }
    };
    let name = match number("eth") {
        Some(n) => format!("ether{}", n.saturating_add(1)),
        None => written.to_owned(),
    };
    match model {
        Some(model) => {
            let names = model.port_names();
            if names.contains(&name) {
                return Ok(name);
            }
            let runs: Vec<String> = model.ports.iter().map(run_text).collect();
            Err((format!("a {} has {}", model.name, runs.join(", ")), names))
        }
        None => match name
            .strip_prefix("ether")
            .map(|_| number("ether").or_else(|| number("eth").map(|n| n.saturating_add(1))))
        {
            Some(Some(n)) if (1..=MAX_ETHER).contains(&n) => Ok(name),
            _ => {
                let known = ["ether1", "ether2", "ether3", "ether4", "ether5"].map(str::to_owned).to_vec();
                Err((format!("a router without a `model` has ether1 to ether{MAX_ETHER}"), known))
            }
        },
    }
}

fn run_text((prefix, first, last): &(&'static str, u32, u32)) -> String {
    if first == last { format!("{prefix}{first}") } else { format!("{prefix}{first} to {prefix}{last}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn router_ports_are_counted_as_containerlab_counts() {
        let port = |written| resolve(NodeKind::Router, None, written).ok();
        assert_eq!(port("ether1").as_deref(), Some("ether1"));
        assert_eq!(port("eth1").as_deref(), Some("ether2"));
        assert_eq!(port("eth0").as_deref(), Some("ether1"));
        for bad in
            ["ether0", "ether", "ether01", "wlan9", "foo", "ether99999999999", "eth4294967295", "ether257"]
        {
            assert_eq!(port(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_model_has_its_ports_and_no_others() {
        let hex_s = Model::named("rb760igs");
        assert_eq!(resolve(NodeKind::Router, hex_s, "sfp1").as_deref(), Ok("sfp1"));
        assert_eq!(resolve(NodeKind::Router, hex_s, "eth4").as_deref(), Ok("ether5"));
        assert!(resolve(NodeKind::Router, hex_s, "ether6").is_err());
    }
}
