//! Small worlds of routers, and consoles that speak to them.
#![allow(dead_code, unreachable_pub, reason = "each test binary uses a part")]
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use clock::{Duration, Instant};
use router::{LoadMode, PortSpec, Router, RouterSpec, VERSION};
use sim::{CableId, LinkParams, NodeId, Port, World, WorldBuilder};
use wire::Mac;

/// A router with ports `ether1` … and addresses 02:00:00:00:`number`:`port`.
pub fn router(number: u8, ports: u8) -> Router {
    router_of(number, ports, VERSION)
}

/// The same of another version.
pub fn router_of(number: u8, ports: u8, version: &str) -> Router {
    let port = |n| PortSpec { name: format!("ether{n}"), mac: Mac([2, 0, 0, 0, number, n]) };
    Router::new(&RouterSpec {
        name: format!("r{number}"),
        ports: (1..=ports).map(port).collect(),
        version: version.into(),
        seed: number.into(),
    })
}

/// Loads a configuration; the text of the first fault when there is one.
pub fn load(router: &mut Router, text: &str) -> Result<String, String> {
    match router.load(text, LoadMode::Import) {
        Ok(report) => Ok(report.output.to_string()),
        Err(error) => Err(error.to_string()),
    }
}

/// Commands and what they print, as on a terminal. A fault prints its text.
pub fn transcript(router: &mut Router, commands: &str) -> String {
    let mut out = String::new();
    for command in commands.lines().map(str::trim).filter(|line| !line.is_empty()) {
        out.push_str(&format!("> {command}\n"));
        match router.load(command, LoadMode::Import) {
            Ok(report) => out.push_str(&report.output.to_string()),
            Err(error) => out.push_str(&format!("{error}\n")),
        }
    }
    out
}

/// Commands and what they print, each typed by itself at the console of r1.
pub fn typed(net: &mut Net, commands: &str) -> String {
    let mut out = String::new();
    for command in commands.lines().map(str::trim).filter(|line| !line.is_empty()) {
        out.push_str(&format!("> {command}\n{}", net.console(1, command)));
    }
    out
}

/// A router and one of its ports, both counted from 1.
pub type End = (u8, u8);

/// A world under test.
pub struct Net {
    pub world: World<Router>,
    pub nodes: Vec<NodeId>,
    pub cables: Vec<CableId>,
}

impl Net {
    /// Routers r1, r2 … with their configurations, and cables between (router from 1, port from 1).
    pub fn new(configs: &[&str], cables: &[(End, End)]) -> Self {
        let mut builder = WorldBuilder::new();
        let mut nodes = Vec::new();
        for (i, config) in configs.iter().enumerate() {
            let mut router = router(i as u8 + 1, 5);
            load(&mut router, config).unwrap();
            nodes.push(builder.add_node(&format!("r{}", i + 1), router).unwrap());
        }
        let mut ids = Vec::new();
        for (a, b) in cables {
            let end = |(node, port): End| (nodes[usize::from(node) - 1], Port(u16::from(port) - 1));
            let (a, b) = (end(*a), end(*b));
            let name = |port: Port| format!("ether{}", port.0 + 1);
            let params = LinkParams::default();
            let (left, right) = (name(a.1), name(b.1));
            ids.push(builder.connect((a.0, a.1, &left), (b.0, b.1, &right), params, params).unwrap());
        }
        let mut net = Self { world: builder.build(1), nodes, cables: ids };
        net.world.keep_logs(true);
        net.run(Duration::from_secs(1));
        net
    }

    /// Lets time pass.
    pub fn run(&mut self, time: Duration) {
        let until = self.world.now() + time;
        self.world.run_until(until).unwrap();
        self.world.check_conservation().unwrap();
    }

    /// Types a command on router `node` (from 1) and waits for its end, at most a minute; what it printed.
    pub fn console(&mut self, node: u8, command: &str) -> String {
        let id = self.nodes[usize::from(node) - 1];
        let job = self.world.with_node(id, |router, cx| router.execute(cx, command));
        for _ in 0..600 {
            if let Some(result) = self.world.with_node(id, |router, _| router.take_result(job)) {
                return result.output.to_string();
            }
            self.run(Duration::from_millis(100));
        }
        panic!("{command} does not end");
    }

    /// The value of an expression on router `node`.
    pub fn value(&mut self, node: u8, expression: &str) -> String {
        self.console(node, &format!(":put ({expression})")).trim_end().to_owned()
    }

    /// Replies to `count` pings at a tenth of a second.
    pub fn replies(&mut self, node: u8, arguments: &str) -> String {
        let text = self.console(node, &format!("/ping {arguments} interval=100ms"));
        let summary = text.lines().last().unwrap_or_default();
        summary.trim().split(' ').find_map(|word| word.strip_prefix("received=")).unwrap_or("none").to_owned()
    }

    /// How often frames were dropped by the devices, with the reasons in words that contain `text`.
    pub fn drops(&self, text: &str) -> u64 {
        let ledger = self.world.ledger();
        let words = |node, reason| sim::Node::describe_drop(self.world.node(node), reason);
        let fits = ledger
            .node_drops
            .iter()
            .filter(|((place, reason), _)| words(place.node(), reason).contains(text));
        fits.map(|(_, tally)| tally.frames).sum()
    }

    /// Log lines that contain `text`.
    pub fn logged(&mut self, text: &str) -> usize {
        self.world.take_logs().iter().filter(|record| record.message.contains(text)).count()
    }

    /// The time.
    pub fn now(&self) -> Instant {
        self.world.now()
    }
}
