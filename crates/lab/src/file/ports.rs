//! Port names: which ports a node has, and what containerlab's names for them mean.

use super::NodeKind;

/// Highest N of `etherN` on a router without a model: enough for any lab, and a slip of the finger costs no memory.
pub(crate) const MAX_ETHER: u32 = 256;

/// A board: its name and its ports in RouterOS's order.
#[derive(Debug, PartialEq, Eq)]
pub struct Model {
    /// Product code, as `# model = ` in an export and `/system routerboard print` show it.
    pub name: &'static str,
    /// Runs of equal ports: prefix, first number, last number. `wlan`, `wifi` and `lte` are radios, which no cable reaches.
    pub ports: &'static [(&'static str, u32, u32)],
}

/// The boards that are known, with their ports as RouterOS calls them. Wired ports are those of NetBox's device type library
/// and of the product codes (`16G-2S+`: 16 Gigabit ports, 2 SFP+); how radios are called goes by the driver that the board
/// comes with (`wlan`: wireless, `wifi`: the `ax` generation). USB and serial ports are left out, and so is the switch chip.
pub const MODELS: &[Model] = &[
    // A virtual machine may have any number of ports.
    Model { name: "CHR", ports: &[("ether", 1, 24)] },
    Model { name: "RB750Gr3", ports: &[("ether", 1, 5)] },
    Model { name: "RB750r2", ports: &[("ether", 1, 5)] },
    Model { name: "RB750UPr2", ports: &[("ether", 1, 5)] },
    Model { name: "RB760iGS", ports: &[("ether", 1, 5), ("sfp", 1, 1)] },
    Model { name: "E50UG", ports: &[("ether", 1, 5)] },
    Model { name: "E60iUGS", ports: &[("ether", 1, 5), ("sfp", 1, 1)] },
    Model { name: "RB931-2nD", ports: &[("ether", 1, 3), ("wlan", 1, 1)] },
    Model { name: "RB941-2nD", ports: &[("ether", 1, 4), ("wlan", 1, 1)] },
    Model { name: "RB951Ui-2HnD", ports: &[("ether", 1, 5), ("wlan", 1, 1)] },
    Model { name: "RB951Ui-2nD", ports: &[("ether", 1, 5), ("wlan", 1, 1)] },
    Model { name: "RB951G-2HnD", ports: &[("ether", 1, 5), ("wlan", 1, 1)] },
    Model { name: "RB952Ui-5ac2nD", ports: &[("ether", 1, 5), ("wlan", 1, 2)] },
    Model { name: "RB962UiGS-5HacT2HnT", ports: &[("ether", 1, 5), ("sfp", 1, 1), ("wlan", 1, 2)] },
    Model { name: "RBD52G-5HacD2HnD", ports: &[("ether", 1, 5), ("wlan", 1, 2)] },
    Model { name: "RBD53iG-5HacD2HnD", ports: &[("ether", 1, 5), ("wlan", 1, 2)] },
    Model { name: "L41G-2axD", ports: &[("ether", 1, 4), ("wifi", 1, 1)] },
    Model { name: "C52iG-5HaxD2HaxD", ports: &[("ether", 1, 5), ("wifi", 1, 2)] },
    Model { name: "C53UiG+5HPaxD2HPaxD", ports: &[("ether", 1, 5), ("wifi", 1, 2)] },
    Model { name: "cAPGi-5HaxD2HaxD", ports: &[("ether", 1, 2), ("wifi", 1, 2)] },
    Model { name: "RBcAPGi-5acD2nD", ports: &[("ether", 1, 2), ("wlan", 1, 2)] },
    Model { name: "RBwAPG-5HacD2HnD", ports: &[("ether", 1, 2), ("wlan", 1, 2)] },
    Model { name: "wAPG-5HaxD2HaxD", ports: &[("ether", 1, 2), ("wifi", 1, 2)] },
    Model { name: "RBLtAP-2HnD", ports: &[("ether", 1, 1), ("wlan", 1, 1), ("lte", 1, 1)] },
    Model { name: "RB1100AHx4", ports: &[("ether", 1, 13)] },
    Model { name: "RB2011UiAS", ports: &[("ether", 1, 10), ("sfp", 1, 1)] },
    Model { name: "RB2011UiAS-2HnD", ports: &[("ether", 1, 10), ("sfp", 1, 1), ("wlan", 1, 1)] },
    Model { name: "RB2011iL", ports: &[("ether", 1, 10)] },
    Model { name: "RB3011UiAS", ports: &[("ether", 1, 10), ("sfp", 1, 1)] },
    Model { name: "RB4011iGS+", ports: &[("ether", 1, 10), ("sfp-sfpplus", 1, 1)] },
    Model { name: "RB4011iGS+5HacQ2HnD", ports: &[("ether", 1, 10), ("sfp-sfpplus", 1, 1), ("wlan", 1, 2)] },
    Model { name: "RB5009UG+S+", ports: &[("ether", 1, 8), ("sfp-sfpplus", 1, 1)] },
    Model { name: "RB5009UPr+S+", ports: &[("ether", 1, 8), ("sfp-sfpplus", 1, 1)] },
    Model { name: "L009UiGS", ports: &[("ether", 1, 8), ("sfp", 1, 1)] },
    Model { name: "L009UiGS-2HaxD", ports: &[("ether", 1, 8), ("sfp", 1, 1), ("wifi", 1, 1)] },
    Model { name: "CCR1009-7G-1C-1S+", ports: &[("ether", 1, 7), ("combo", 1, 1), ("sfp-sfpplus", 1, 1)] },
    Model { name: "CCR1009-7G-1C", ports: &[("ether", 1, 7), ("combo", 1, 1)] },
    Model { name: "CCR1009-8G-1S-1S+", ports: &[("ether", 1, 8), ("sfp", 1, 1), ("sfp-sfpplus", 1, 1)] },
    Model { name: "CCR1016-12G", ports: &[("ether", 1, 12)] },
    Model { name: "CCR1036-12G-4S", ports: &[("ether", 1, 12), ("sfp", 1, 4)] },
    Model { name: "CCR1036-8G-2S+", ports: &[("ether", 1, 8), ("sfp-sfpplus", 1, 2)] },
    Model { name: "CCR1072-1G-8S+", ports: &[("ether", 1, 1), ("sfp-sfpplus", 1, 8)] },
    Model { name: "CCR2004-16G-2S+", ports: &[("ether", 1, 16), ("sfp-sfpplus", 1, 2)] },
    Model { name: "CCR2004-1G-12S+2XS", ports: &[("ether", 1, 1), ("sfp-sfpplus", 1, 12), ("sfp28-", 1, 2)] },
    Model { name: "CCR2116-12G-4S+", ports: &[("ether", 1, 13), ("sfp-sfpplus", 1, 4)] },
    Model {
        name: "CCR2216-1G-12XS-2XQ",
        ports: &[("ether", 1, 1), ("sfp28-", 1, 12), ("qsfp28-1-", 1, 4), ("qsfp28-2-", 1, 4)],
    },
    Model { name: "CRS109-8G-1S-2HnD", ports: &[("ether", 1, 8), ("sfp", 1, 1), ("wlan", 1, 1)] },
    Model { name: "CRS112-8G-4S", ports: &[("ether", 1, 8), ("sfp", 9, 12)] },
    Model { name: "CRS112-8P-4S", ports: &[("ether", 1, 8), ("sfp", 9, 12)] },
    Model { name: "CRS125-24G-1S", ports: &[("ether", 1, 24), ("sfp", 1, 1)] },
    Model { name: "CRS305-1G-4S+", ports: &[("ether", 1, 1), ("sfp-sfpplus", 1, 4)] },
    Model { name: "CRS309-1G-8S+", ports: &[("ether", 1, 1), ("sfp-sfpplus", 1, 8)] },
    Model { name: "CRS310-1G-5S-4S+", ports: &[("ether", 1, 1), ("sfp", 1, 5), ("sfp-sfpplus", 1, 4)] },
    Model { name: "CRS310-8G+2S+", ports: &[("ether", 1, 8), ("sfp-sfpplus", 1, 2)] },
    Model { name: "CRS317-1G-16S+", ports: &[("ether", 1, 1), ("sfp-sfpplus", 1, 16)] },
    Model { name: "CRS318-16P-2S+", ports: &[("ether", 1, 16), ("sfp-sfpplus", 1, 2)] },
    Model { name: "CRS326-24G-2S+", ports: &[("ether", 1, 24), ("sfp-sfpplus", 1, 2)] },
    Model {
        name: "CRS326-24S+2Q+",
        ports: &[("ether", 1, 1), ("sfp-sfpplus", 1, 24), ("qsfpplus1-", 1, 4), ("qsfpplus2-", 1, 4)],
    },
    Model { name: "CRS328-24P-4S+", ports: &[("ether", 1, 24), ("sfp-sfpplus", 1, 4)] },
    Model { name: "CRS328-4C-20S-4S+", ports: &[("sfp", 1, 20), ("combo", 1, 4), ("sfp-sfpplus", 1, 4)] },
    Model {
        name: "CRS354-48G-4S+2Q+",
        ports: &[("ether", 1, 49), ("sfp-sfpplus", 1, 4), ("qsfpplus1-", 1, 4), ("qsfpplus2-", 1, 4)],
    },
    Model {
        name: "CRS354-48P-4S+2Q+",
        ports: &[("ether", 1, 49), ("sfp-sfpplus", 1, 4), ("qsfpplus1-", 1, 4), ("qsfpplus2-", 1, 4)],
    },
];

/// What radios are called.
const RADIOS: [&str; 3] = ["wlan", "wifi", "lte"];

impl Model {
    /// A board by its product code, case does not matter, or by its product name (`hAP ac²`).
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        let coded = |name: &str| MODELS.iter().find(|model| model.name.eq_ignore_ascii_case(name));
        coded(name).or_else(|| coded(super::boards::code_of(name)?))
    }

    /// True for all but a CHR.
    pub(super) fn is_board(&self) -> bool {
        self.name != "CHR"
    }

    /// The board that the first lines of an export name (`# model = RB750Gr3`); `None` when there is none or it is not known.
    #[must_use]
    pub fn of_export(text: &str) -> Option<&'static Self> {
        let comments = text
            .split(['\n', '\r'])
            .map(str::trim)
            .take_while(|line| line.is_empty() || line.starts_with('#'));
        let mut names =
            comments.filter_map(|line| line.trim_start_matches(['#', ' ']).strip_prefix("model = "));
        names.find_map(|name| Self::named(name.trim()))
    }

    /// All names of wired ports, in order.
    #[must_use]
    pub fn port_names(&self) -> Vec<String> {
        self.names(false)
    }

    /// All names of radios, in order.
    #[must_use]
    pub fn radio_names(&self) -> Vec<String> {
        self.names(true)
    }

    fn names(&self, radios: bool) -> Vec<String> {
        let runs = self.ports.iter().filter(|(prefix, ..)| RADIOS.contains(prefix) == radios);
        runs.flat_map(|(prefix, first, last)| (*first..=*last).map(move |n| format!("{prefix}{n}"))).collect()
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
            let wired = model.ports.iter().filter(|(prefix, ..)| !RADIOS.contains(prefix));
            let runs: Vec<String> = wired.map(run_text).collect();
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
        let hap = Model::named("RBD52G-5HacD2HnD");
        assert!(resolve(NodeKind::Router, hap, "wlan1").is_err(), "no cable reaches a radio");
        assert_eq!(hap.map(Model::radio_names), Some(vec!["wlan1".into(), "wlan2".into()]));
        let names = Model::named("CRS326-24S+2Q+").map(Model::port_names).unwrap_or_default();
        assert_eq!(names.last().map(String::as_str), Some("qsfpplus2-4"));
        assert!(names.iter().any(|name| name == "sfp-sfpplus24"));
    }

    #[test]
    fn an_export_names_its_board() {
        let name = |text| Model::of_export(text).map(|model| model.name);
        let head = "# 2025-01-01 10:00:00 by RouterOS 7.16\n# software id = ABCD\n#\n# model = RB5009UG+S+\n/ip address\n";
        assert_eq!(name(head), Some("RB5009UG+S+"));
        assert_eq!(name("# model = RB9999\n"), None);
        assert_eq!(name("/ip address\n# model = RB750Gr3\n"), None);
    }

    #[test]
    fn every_board_has_a_name_of_its_own() {
        let names: std::collections::BTreeSet<&str> = MODELS.iter().map(|model| model.name).collect();
        assert_eq!(names.len(), MODELS.len());
    }
}
