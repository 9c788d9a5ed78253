//! A configuration is loaded into a fresh router: time of a core, and the most memory that the process ever held.

use crate::device::router_spec;
use crate::report::{Report, Stopwatch};
use clap::{Args, ValueEnum};
use router::{LoadMode, Router};
use std::fmt::Write as _;

/// Options of the workload.
#[derive(Args)]
pub(crate) struct Load {
    /// What is loaded.
    #[arg(value_enum, default_value = "address-list")]
    config: Config,
    /// Lines of it.
    #[arg(long)]
    lines: Option<u32>,
    /// A configuration of your own instead.
    #[arg(long)]
    file: Option<String>,
}

/// A made configuration.
#[derive(Clone, Copy, ValueEnum)]
enum Config {
    /// `add` lines of `/ip firewall address-list` (80,000).
    AddressList,
    /// An export of a branch router (1,000 lines): ports, bridge, addresses, pools, leases, filter rules, routes.
    Export,
}

impl Load {
    /// Loads it again and again for the time wanted, each time into a router of its own.
    pub(crate) fn run(&self, time: std::time::Duration) -> Result<Report, String> {
        let source = match (&self.file, self.config) {
            (Some(path), _) => std::fs::read_to_string(path).map_err(|e| format!("{path}: {e}"))?,
            (None, Config::AddressList) => address_list(self.lines.unwrap_or(80_000)),
            (None, Config::Export) => export(self.lines.unwrap_or(1000)),
        };
        let lines = source.lines().count();
        // The catalogue and the tree of menus are made once for the process.
        load(&source)?;
        let (mut loads, watch) = (0_u32, Stopwatch::start());
        while loads == 0 || watch.seconds() < time.as_secs_f64() {
            load(&source)?;
            loads += 1;
        }
        let seconds = watch.seconds();
        let busy = watch.cpu_seconds().unwrap_or(seconds);
        Ok(Report {
            workload: format!("load {}", self.file.clone().unwrap_or_else(|| self.words().into())),
            seconds,
            lines: Some(lines),
            milliseconds_per_load: Some(busy * 1e3 / f64::from(loads)),
            peak_bytes: Some(peak()?),
            ..Report::default()
        })
    }

    fn words(&self) -> &'static str {
        match self.config {
            Config::AddressList => "address-list",
            Config::Export => "export",
        }
    }
}

fn load(source: &str) -> Result<(), String> {
    let mut router = Router::new(&router_spec("r1", 24));
    router.load(source, LoadMode::Import).map(drop).map_err(|e| e.to_string())
}

/// The most bytes of memory that the process has held at once, as Linux tells.
fn peak() -> Result<u64, String> {
    let status =
        std::fs::read_to_string("/proc/self/status").map_err(|e| format!("/proc/self/status: {e}"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.map(|kb| kb * 1024).ok_or_else(|| "/proc/self/status has no VmHWM".into())
}

fn address_list(lines: u32) -> String {
    let mut text = String::from("/ip firewall address-list\n");
    for n in 0..lines {
        let [_, a, b, c] = n.to_be_bytes();
        let _ = writeln!(text, "add address=10.{a}.{b}.{c} list=blocked");
    }
    text
}

/// Sections as a real export has them, wrapped at 79 columns where lines are long.
fn export(lines: u32) -> String {
    let mut text = String::from(
        "# 2026-07-04 14:58:30 by RouterOS 7.24\n# software id = J2CB-D9EL\n#\n\
         /interface bridge\nadd name=bridge-lan\n",
    );
    text.push_str("/interface ethernet\n");
    for n in 1..=24 {
        let _ = writeln!(text, "set [ find default-name=ether{n} ] comment=\"port {n}\"");
    }
    text.push_str("/interface list\nadd name=WAN\nadd name=LAN\n/ip pool\n");
    let groups = lines.saturating_sub(100) / 9;
    for n in 0..groups {
        let _ = writeln!(text, "add name=pool{n} ranges=10.{}.{}.10-10.{0}.{1}.99", n >> 8, n & 255);
    }
    text.push_str("/interface bridge port\n");
    for n in 2..=24 {
        let _ = writeln!(text, "add bridge=bridge-lan interface=ether{n}");
    }
    text.push_str(
        "/interface list member\nadd interface=ether1 list=WAN\nadd interface=bridge-lan list=LAN\n",
    );
    sections(&mut text, groups);
    text.push_str("/system identity\nset name=branch\n");
    text
}

fn sections(text: &mut String, groups: u32) {
    type Line = fn(&mut String, u32, u32);
    let sections: [(&str, Line); 5] = [
        ("/ip address", |text, a, b| {
            let _ = writeln!(
                text,
                "add address=10.{a}.{b}.1/24 comment=\"net {b}\" interface=bridge-lan network=10.{a}.{b}.0"
            );
        }),
        ("/ip dhcp-server network", |text, a, b| {
            let _ = writeln!(
                text,
                "add address=10.{a}.{b}.0/24 dns-server=10.{a}.{b}.1,9.9.9.9 domain=branch.example \\\n    \
                 gateway=10.{a}.{b}.1"
            );
        }),
        ("/ip firewall address-list", |text, a, b| {
            let _ = writeln!(text, "add address=192.0.{b}.{a} comment=\"customer {b}\" list=customers");
        }),
        ("/ip firewall filter", |text, a, b| {
            let _ = writeln!(
                text,
                "add action=accept chain=forward comment=\"rule {b}: web and mail to the branch\" \\\n    \
                 connection-state=new dst-address=10.{a}.{b}.0/24 dst-port=80,443,25 \\\n    \
                 in-interface-list=WAN protocol=tcp src-address-list=customers"
            );
        }),
        ("/ip route", |text, a, b| {
            let _ = writeln!(
                text,
                "add disabled=no distance=1 dst-address=172.16.{b}.{a}/32 gateway=10.{a}.{b}.254"
            );
        }),
    ];
    for (path, line) in sections {
        let _ = writeln!(text, "{path}");
        (0..groups).for_each(|n| line(text, n >> 8, n & 255));
    }
}
