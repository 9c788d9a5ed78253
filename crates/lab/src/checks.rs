//! Checks and scenarios: what a lab promises at which time, and what happens to it on the way.
//!
//! ```yaml
//! checks:
//!   - at: 10s                      # virtual time
//!     on: r1                       # a node or a list of nodes
//!     name: three leases are bound # optional
//!     that: '[:len [/ip dhcp-server lease find where status=bound]] = 3'   # RouterOS expression that must be true
//!   - at: 11s
//!     on: [pc1, pc2]
//!     run: ping -c 3 8.8.8.8       # a command; without an expectation, its exit code must be 0
//!     received: 3                  # also: sent, received, loss (of a ping), exit: 3, ">= 2", at least 2, at most 2, 2..3
//!     contains: time=              # a text or a list of texts that the output holds; output: the whole output
//!     matches: 'time=\d+'          # a regular expression
//!     not: { contains: unreachable }   # expectations that must fail
//!     within: 10s                  # how long the command may take; 60s unless given
//! scenario:
//!   - at: 20s
//!     down: r1:ether1              # pull the cable at this port; `up:` plugs it in again
//!   - at: 30s
//!     on: pc1
//!     run: ip addr flush dev eth1
//! ```

use clock::Duration;
use regex_lite::Regex;

use crate::file::{End, Lab, Node, NodeKind, keys, ports, unknown_node};
use crate::problem::{Place, Problem};
use crate::units;
use crate::yaml::{Kind, Tree};

/// How long a command may take when the check does not say.
pub const WITHIN: Duration = Duration::from_secs(60);

/// Makes ^ and $ of a regular expression mean a line's ends.
const LINES_FLAG: &str = "(?m)";

const CHECK_KEYS: &[&str] = &[
    "at", "on", "name", "that", "run", "within", "sent", "received", "loss", "exit", "output", "contains",
    "matches", "not",
];
const EXPECT_KEYS: &[&str] = &["sent", "received", "loss", "exit", "output", "contains", "matches"];
const EVENT_KEYS: &[&str] = &["at", "on", "run", "down", "up", "name"];

/// Something that must hold at a time.
#[derive(Clone, Debug)]
pub struct Check {
    /// Virtual time at which it is asked.
    pub at: Duration,
    /// What it is called in the report: `name`, else the expression or command.
    pub name: String,
    /// Indices of the nodes that are asked, each on its own.
    pub on: Vec<usize>,
    /// What is asked.
    pub ask: Ask,
    /// How long the answer may take.
    pub within: Duration,
    /// Where the check stands.
    pub place: Place,
}

/// What a check asks.
#[derive(Clone, Debug)]
pub enum Ask {
    /// A RouterOS expression that must be true, and where it stands.
    That(String, Place),
    /// A command and what it must give.
    Run(String, Vec<Expectation>),
}

/// One thing that a command must give.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// It must not hold (`not:`).
    pub negated: bool,
    /// What must hold.
    pub expect: Expect,
}

/// What a command must give.
#[derive(Clone, Debug)]
pub enum Expect {
    /// Echo requests that a ping sent.
    Sent(Bounds),
    /// Echo replies that a ping got.
    Received(Bounds),
    /// Loss that a ping counted, in parts per billion.
    Loss(Bounds),
    /// Exit code.
    Exit(Bounds),
    /// The whole output, white space at both ends aside.
    Output(String),
    /// A part of the output.
    Contains(String),
    /// A regular expression that the output matches somewhere.
    Matches(Regex),
}

/// Numbers from `low` to `high`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Smallest.
    pub low: u64,
    /// Largest.
    pub high: u64,
}

/// What a command gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// Exit code; on a router 0, or 1 when the command ended with an error.
    pub exit: i32,
    /// What it printed.
    pub output: String,
}

/// Something that happens to the lab at a time.
#[derive(Clone, Debug)]
pub struct Event {
    /// Virtual time.
    pub at: Duration,
    /// What happens.
    pub action: Action,
    /// Where it stands.
    pub place: Place,
}

/// What happens.
#[derive(Clone, Debug)]
pub enum Action {
    /// A cable (index in [`Lab::cables`]) is pulled or plugged in.
    Cable(usize, bool),
    /// A command runs on nodes.
    Run(Vec<usize>, String),
}

impl Bounds {
    fn exactly(n: u64) -> Self {
        Self { low: n, high: n }
    }

    /// Reads `3`, `>= 2`, `at least 2`, `at most 2`, `> 1`, `< 4`, `2..3`.
    fn parse(text: &str, number: impl Fn(&str) -> Result<u64, String>) -> Result<Self, String> {
        let text = text.trim();
        let after =
            |prefixes: &[&str]| prefixes.iter().find_map(|prefix| text.strip_prefix(prefix)).map(str::trim);
        if let Some(rest) = after(&[">=", "at least"]) {
            return Ok(Self { low: number(rest)?, high: u64::MAX });
        }
        if let Some(rest) = after(&["<=", "at most"]) {
            return Ok(Self { low: 0, high: number(rest)? });
        }
        if let Some(rest) = after(&[">", "more than"]) {
            return Ok(Self { low: number(rest)?.saturating_add(1), high: u64::MAX });
        }
        if let Some(rest) = after(&["<", "less than"]) {
            let limit = number(rest)?.checked_sub(1).ok_or("nothing is less than 0")?;
            return Ok(Self { low: 0, high: limit });
        }
        if let Some((low, high)) = text.split_once("..") {
            let bounds = Self { low: number(low.trim())?, high: number(high.trim())? };
            return if bounds.low <= bounds.high { Ok(bounds) } else { Err(format!("`{text}` is empty")) };
        }
        Ok(Self::exactly(number(text.strip_prefix('=').unwrap_or(text).trim())?))
    }

    fn holds(self, n: u64) -> bool {
        (self.low..=self.high).contains(&n)
    }

    fn text(self, number: impl Fn(u64) -> String) -> String {
        match (self.low, self.high) {
            (low, high) if low == high => number(low),
            (low, u64::MAX) => format!("at least {}", number(low)),
            (0, high) => format!("at most {}", number(high)),
            (low, high) => format!("{} to {}", number(low), number(high)),
        }
    }
}

/// What a ping's last lines say.
struct PingCounts {
    sent: u64,
    received: u64,
}

impl PingCounts {
    /// Reads `3 packets transmitted, 3 received` (iputils) and `sent=3 received=3` (RouterOS); the last one counts.
    fn find(output: &str) -> Option<Self> {
        output.lines().rev().find_map(|line| {
            let words: Vec<&str> = line.split([' ', ',']).filter(|word| !word.is_empty()).collect();
            let keyed = |key: &str| words.iter().find_map(|word| word.strip_prefix(key)?.parse::<u64>().ok());
            if let (Some(sent), Some(received)) = (keyed("sent="), keyed("received=")) {
                return Some(Self { sent, received });
            }
            let before = |key: &str| {
                let at = words.iter().position(|word| *word == key)?;
                words[..at].iter().rev().find_map(|word| word.parse::<u64>().ok())
            };
            Some(Self { sent: before("transmitted")?, received: before("received")? })
        })
    }

    /// Loss in parts per billion.
    fn loss(&self) -> u64 {
        match self.sent {
            0 => 0,
            sent => sent.saturating_sub(self.received).saturating_mul(1_000_000_000) / sent,
        }
    }
}

/// Parts per billion as a percentage.
fn percent_text(parts: u64) -> String {
    let (whole, rest) = (parts / 10_000_000, parts % 10_000_000);
    if rest == 0 {
        return format!("{whole}%");
    }
    let digits = format!("{rest:07}");
    format!("{whole}.{}%", digits.trim_end_matches('0'))
}

impl Expectation {
    /// Whether an answer is as expected.
    ///
    /// # Errors
    /// What was expected and what came instead, in words.
    pub fn judge(&self, answer: &Answer) -> Result<(), (String, String)> {
        let number = |n: u64| n.to_string();
        let counts = PingCounts::find(&answer.output);
        let no_counts = || format!("no count of packets, but {}", last_words(answer));
        let counted = |name: &str, bounds: Bounds, value: Option<u64>, text: &dyn Fn(u64) -> String| {
            let got = value.map_or_else(no_counts, |value| format!("{} {name}", text(value)));
            (
                value.is_some_and(|value| bounds.holds(value)),
                value.is_some(),
                bounds.text(text) + " " + name,
                got,
            )
        };
        let (holds, can_tell, expected, got) = match &self.expect {
            Expect::Sent(bounds) => counted("sent", *bounds, counts.map(|counts| counts.sent), &number),
            Expect::Received(bounds) => {
                counted("received", *bounds, counts.map(|counts| counts.received), &number)
            }
            Expect::Loss(bounds) => {
                counted("lost", *bounds, counts.map(|counts| counts.loss()), &percent_text)
            }
            Expect::Exit(bounds) => {
                let exit = u64::try_from(answer.exit).ok();
                let got = format!("exit code {}: {}", answer.exit, last_words(answer));
                (
                    exit.is_some_and(|exit| bounds.holds(exit)),
                    true,
                    format!("exit code {}", bounds.text(number)),
                    got,
                )
            }
            Expect::Output(text) => (
                answer.output.trim() == text.trim(),
                true,
                format!("output {}", excerpt(text)),
                excerpt(&answer.output),
            ),
            Expect::Contains(text) => {
                let holds = answer.output.contains(text.as_str());
                (holds, true, format!("output with {}", excerpt(text)), excerpt(&answer.output))
            }
            Expect::Matches(regex) => {
                let holds = regex.is_match(&answer.output);
                let pattern = regex.as_str().strip_prefix(LINES_FLAG).unwrap_or(regex.as_str());
                (holds, true, format!("output that matches /{pattern}/"), excerpt(&answer.output))
            }
        };
        match (holds != self.negated) && can_tell {
            true => Ok(()),
            false if self.negated => Err((format!("not {expected}"), got)),
            false => Err((expected, got)),
        }
    }
}

/// What a command said last: mostly why it failed.
fn last_words(answer: &Answer) -> String {
    let mut lines = answer.output.lines().map(str::trim).filter(|line| !line.is_empty());
    // A ping ends in round-trip times; what counts stands before them.
    let counts = lines.clone().rfind(|line| PingCounts::find(line).is_some());
    counts.or_else(|| lines.next_back()).map_or_else(|| String::from("no output"), |line| format!("`{line}`"))
}

/// The last lines of a text, short enough for a report.
fn excerpt(text: &str) -> String {
    const LINES: usize = 4;
    let lines: Vec<&str> = text.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    match lines.as_slice() {
        [] => String::from("no output"),
        [one] => format!("`{one}`"),
        many => many[many.len().saturating_sub(LINES)..].join("\n"),
    }
}

/// Reads `checks:`.
pub(crate) fn read_checks(tree: &Tree, nodes: &[Node], problems: &mut Vec<Problem>) -> Vec<Check> {
    keys::list(tree, "`checks`", problems)
        .iter()
        .filter_map(|item| read_check(item, nodes, problems))
        .collect()
}

fn read_check(item: &Tree, nodes: &[Node], problems: &mut Vec<Problem>) -> Option<Check> {
    let before = problems.len();
    keys::only(keys::mapping(item, "a check", problems), CHECK_KEYS, "a check", problems);
    let at = read_at(item, "a check", problems);
    let on = read_on(item, nodes, problems);
    let within = item.get("within");
    let within =
        within.and_then(|tree| keys::parsed(tree, "`within`", problems, units::duration)).unwrap_or(WITHIN);
    let ask = match (item.get("that"), item.get("run")) {
        (Some(that), None) => read_that(item, that, &on, nodes, problems),
        (None, Some(run)) => {
            keys::text(run, "`run`", problems).map(|run| Ask::Run(run, expectations(item, problems)))
        }
        (Some(that), Some(_)) => {
            problems.push(Problem::at(&that.place, "a check has `that` or `run`, not both"));
            None
        }
        (None, None) => {
            let problem =
                Problem::at(&item.place, "a check needs `that` (a RouterOS expression) or `run` (a command)");
            problems.push(problem);
            None
        }
    };
    let name = item.get("name").and_then(|name| keys::text(name, "`name`", problems));
    let (at, ask) = (at?, ask?);
    let name = name.unwrap_or_else(|| match &ask {
        Ask::That(text, _) | Ask::Run(text, _) => text.clone(),
    });
    (problems.len() == before).then(|| Check { at, name, on, ask, within, place: item.place.clone() })
}

fn read_that(
    item: &Tree,
    that: &Tree,
    on: &[usize],
    nodes: &[Node],
    problems: &mut Vec<Problem>,
) -> Option<Ask> {
    for key in EXPECT_KEYS.iter().chain(&["not"]) {
        if let Some(tree) = item.get(key) {
            problems.push(Problem::at(
                &tree.place,
                format!("`{key}` goes with `run`; `that` must simply be true"),
            ));
        }
    }
    for node in on.iter().filter_map(|index| nodes.get(*index)).filter(|node| node.kind != NodeKind::Router) {
        let problem = Problem::at(
            &that.place,
            format!("`that` is a RouterOS expression, and {} is no router", node.name),
        );
        problems.push(problem.help("ask a host with `run: …`"));
    }
    keys::text(that, "`that`", problems).map(|text| Ask::That(text, that.place.clone()))
}

fn read_at(item: &Tree, what: &str, problems: &mut Vec<Problem>) -> Option<Duration> {
    match item.get("at") {
        Some(at) => keys::parsed(at, "`at`", problems, units::duration),
        None => {
            problems.push(Problem::at(&item.place, format!("{what} needs `at`, a virtual time such as 10s")));
            None
        }
    }
}

fn read_on(item: &Tree, nodes: &[Node], problems: &mut Vec<Problem>) -> Vec<usize> {
    let Some(tree) = item.get("on") else {
        problems.push(Problem::at(&item.place, "`on` is missing: which node is asked?"));
        return Vec::new();
    };
    let mut on = Vec::new();
    for (name, place) in keys::texts(tree, "`on`", problems) {
        match nodes.iter().position(|node| node.name == name) {
            Some(index) if nodes.get(index).is_some_and(|node| node.kind == NodeKind::Switch) => {
                problems.push(Problem::at(&place, format!("{name} is a switch: it has nobody to ask")));
            }
            Some(index) => on.push(index),
            None => problems.push(unknown_node(&name, &place, nodes)),
        }
    }
    on
}

/// The expectations of a check; exit code 0 when there are none.
fn expectations(item: &Tree, problems: &mut Vec<Problem>) -> Vec<Expectation> {
    let mut found = Vec::new();
    read_expectations(item, false, &mut found, problems);
    if let Some(not) = item.get("not") {
        keys::only(keys::mapping(not, "`not`", problems), EXPECT_KEYS, "`not`", problems);
        read_expectations(not, true, &mut found, problems);
    }
    if found.is_empty() {
        found.push(Expectation { negated: false, expect: Expect::Exit(Bounds::exactly(0)) });
    }
    found
}

fn read_expectations(item: &Tree, negated: bool, found: &mut Vec<Expectation>, problems: &mut Vec<Problem>) {
    let count = |text: &str| units::count(text, 0, u64::MAX - 1);
    let percent = |text: &str| units::percent(text).map(u64::from);
    for key in EXPECT_KEYS {
        let Some(tree) = item.get(key) else { continue };
        let what = format!("`{key}`");
        match *key {
            "output" => {
                // An empty output is something to expect.
                let text = match &tree.kind {
                    Kind::Null => Some(String::new()),
                    Kind::Scalar(text) => Some(text.clone()),
                    Kind::List(_) | Kind::Map(_) => keys::text(tree, &what, problems),
                };
                found.extend(text.map(|text| Expectation { negated, expect: Expect::Output(text) }));
            }
            "contains" => {
                for (text, _) in keys::texts(tree, &what, problems) {
                    found.push(Expectation { negated, expect: Expect::Contains(text) });
                }
            }
            "matches" => {
                let regex = |text: &str| {
                    // Lines are what a person matches against.
                    Regex::new(&format!("{LINES_FLAG}{text}"))
                        .map_err(|error| format!("`{text}` is no regular expression: {error}"))
                };
                let expect = keys::parsed(tree, &what, problems, regex).map(Expect::Matches);
                found.extend(expect.map(|expect| Expectation { negated, expect }));
            }
            "loss" => {
                let bounds = keys::parsed(tree, &what, problems, |text| Bounds::parse(text, percent));
                found.extend(bounds.map(|bounds| Expectation { negated, expect: Expect::Loss(bounds) }));
            }
            number => {
                let Some(bounds) = keys::parsed(tree, &what, problems, |text| Bounds::parse(text, count))
                else {
                    continue;
                };
                let expect = match number {
                    "sent" => Expect::Sent(bounds),
                    "received" => Expect::Received(bounds),
                    _ => Expect::Exit(bounds),
                };
                found.push(Expectation { negated, expect });
            }
        }
    }
}

/// Reads `scenario:`.
pub(crate) fn read_scenario(tree: &Tree, lab: &Lab, problems: &mut Vec<Problem>) -> Vec<Event> {
    keys::list(tree, "`scenario`", problems)
        .iter()
        .filter_map(|item| read_event(item, lab, problems))
        .collect()
}

fn read_event(item: &Tree, lab: &Lab, problems: &mut Vec<Problem>) -> Option<Event> {
    keys::only(keys::mapping(item, "an event", problems), EVENT_KEYS, "an event", problems);
    let at = read_at(item, "an event", problems);
    let actions: Vec<(&str, &Tree)> =
        ["run", "down", "up"].iter().filter_map(|key| Some((*key, item.get(key)?))).collect();
    let action = match actions.as_slice() {
        [("run", run)] => {
            let on = read_on(item, &lab.nodes, problems);
            Action::Run(on, keys::text(run, "`run`", problems)?)
        }
        [(key, port)] => Action::Cable(read_cable(port, lab, problems)?, *key == "up"),
        _ => {
            problems.push(Problem::at(
                &item.place,
                "an event is one of `down: node:port`, `up: node:port` and `run: command`",
            ));
            return None;
        }
    };
    Some(Event { at: at?, action, place: item.place.clone() })
}

/// The cable at a port that is written `node:port`.
fn read_cable(tree: &Tree, lab: &Lab, problems: &mut Vec<Problem>) -> Option<usize> {
    let text = keys::text(tree, "a port", problems)?;
    let Some((node, port)) = text.split_once(':') else {
        problems.push(
            Problem::at(&tree.place, format!("`{text}` is not a port: write node:port"))
                .help("as in r1:ether2"),
        );
        return None;
    };
    let Some(index) = lab.node(node) else {
        problems.push(unknown_node(node, &tree.place, &lab.nodes));
        return None;
    };
    let found = lab.nodes.get(index)?;
    let port = ports::resolve(found.kind, found.model, port).unwrap_or_else(|_| port.to_owned());
    let is_end = |end: End| end.node == index && found.ports.get(end.port) == Some(&port);
    let cable = lab.cables.iter().position(|cable| is_end(cable.a) || is_end(cable.b));
    if cable.is_none() {
        let ends: Vec<String> =
            lab.cables.iter().flat_map(|cable| [lab.end_name(cable.a), lab.end_name(cable.b)]).collect();
        let problem = Problem::at(&tree.place, format!("there is no cable at {node}:{port}"));
        problems.push(problem.suggest(&text, ends.iter().map(String::as_str)));
    }
    cable
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bounds(text: &str) -> Result<Bounds, String> {
        Bounds::parse(text, |text| units::count(text, 0, 1000))
    }

    #[test]
    fn numbers_may_be_bounds() {
        assert_eq!(bounds("3"), Ok(Bounds { low: 3, high: 3 }));
        assert_eq!(bounds("at least 2"), Ok(Bounds { low: 2, high: u64::MAX }));
        assert_eq!(bounds("< 2"), Ok(Bounds { low: 0, high: 1 }));
        assert_eq!(bounds("2..3"), Ok(Bounds { low: 2, high: 3 }));
        assert!(bounds("3..2").is_err() && bounds("< 0").is_err() && bounds("many").is_err());
    }

    #[test]
    fn a_ping_is_counted_in_both_dialects() {
        let linux = "64 bytes from 8.8.8.8: icmp_seq=1\n\n3 packets transmitted, 2 received, 33% packet loss, time 2003ms\n";
        let routeros = "  SEQ HOST\n    sent=4 received=4 packet-loss=0% min-rtt=1ms\n";
        let counts = PingCounts::find(linux).unwrap();
        assert_eq!((counts.sent, counts.received, counts.loss()), (3, 2, 333_333_333));
        assert_eq!(PingCounts::find(routeros).map(|counts| counts.received), Some(4));
        assert!(PingCounts::find("connect: Network is unreachable").is_none());
    }

    #[test]
    fn what_failed_is_said_in_words() {
        let answer =
            Answer { exit: 1, output: "3 packets transmitted, 0 received, 100% packet loss\n".to_owned() };
        let judge = |negated, expect| Expectation { negated, expect }.judge(&answer);
        let failed = judge(false, Expect::Received(Bounds::exactly(3))).unwrap_err();
        assert_eq!(failed, ("3 received".to_owned(), "0 received".to_owned()));
        assert_eq!(judge(true, Expect::Received(Bounds::exactly(3))), Ok(()));
        assert_eq!(judge(false, Expect::Loss(Bounds::exactly(1_000_000_000))), Ok(()));
        assert_eq!(judge(false, Expect::Exit(Bounds::exactly(1))), Ok(()));
        assert!(judge(true, Expect::Contains("packet".to_owned())).is_err());
    }

    #[test]
    fn each_kind_of_expectation_says_what_was_expected_and_what_came() {
        let answer = Answer { exit: 2, output: "one\ntwo: no route\n".to_owned() };
        let line = |negated, expect| {
            let (expected, got) = Expectation { negated, expect }.judge(&answer).unwrap_err();
            format!("{expected} | {}", got.replace('\n', " / "))
        };
        let pattern = Regex::new(&format!("{LINES_FLAG}^three$")).unwrap();
        let lines = [
            line(false, Expect::Sent(Bounds::exactly(3))),
            line(false, Expect::Received(Bounds { low: 2, high: u64::MAX })),
            line(true, Expect::Loss(Bounds { low: 0, high: 5_000_000 })),
            line(false, Expect::Exit(Bounds::exactly(0))),
            line(true, Expect::Exit(Bounds { low: 1, high: 9 })),
            line(false, Expect::Output("one".to_owned())),
            line(false, Expect::Contains("three".to_owned())),
            line(true, Expect::Contains("two".to_owned())),
            line(false, Expect::Matches(pattern)),
        ];
        assert_eq!(
            lines,
            [
                "3 sent | no count of packets, but `two: no route`",
                "at least 2 received | no count of packets, but `two: no route`",
                "not at most 0.5% lost | no count of packets, but `two: no route`",
                "exit code 0 | exit code 2: `two: no route`",
                "not exit code 1 to 9 | exit code 2: `two: no route`",
                "output `one` | one / two: no route",
                "output with `three` | one / two: no route",
                "not output with `two` | one / two: no route",
                "output that matches /^three$/ | one / two: no route",
            ]
        );
    }

    #[test]
    fn a_count_that_is_not_there_satisfies_neither_the_check_nor_its_opposite() {
        let answer = Answer { exit: 2, output: "ping: unknown host\n".to_owned() };
        for negated in [false, true] {
            let expect = Expect::Received(Bounds::exactly(0));
            assert!(Expectation { negated, expect }.judge(&answer).is_err());
        }
    }
}
