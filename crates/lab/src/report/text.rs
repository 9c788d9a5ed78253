//! The report as text for a person.

use std::fmt::Write as _;

use clock::Duration;

use router::LeftOut;

use super::{CheckLine, DropLine, LogLine, Outcome, Report};

/// How the text is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TextStyle {
    /// With colours.
    pub color: bool,
    /// With every log line.
    pub verbose: bool,
    /// The last line alone.
    pub quiet: bool,
}

/// Log lines and reasons for drops that the short form shows.
const SHORT: usize = 6;
/// Places of one reason for a drop that the short form names.
const PLACES: usize = 4;
/// Menus that are not simulated which the short form names for each node.
const MENUS: usize = 3;
/// Columns of names are at most so wide; what is longer stands out of its column.
const WIDEST: usize = 64;

impl Report {
    /// The report as text. `out` is how a person reaches the output directory; `real` is the real time that the run
    /// took, which only a terminal is told.
    #[must_use]
    pub fn to_text(&self, style: TextStyle, out: Option<&str>, real: Option<&str>) -> String {
        let mut text = String::new();
        if !style.quiet {
            self.head(&mut text, style);
            self.log_lines(&mut text, style);
            self.check_lines(&mut text, style);
            self.frame_lines(&mut text, style);
            self.capture_line(&mut text, out);
        }
        put(&mut text, format_args!("{}", self.last_line(style, real)));
        text
    }

    fn head(&self, text: &mut String, style: TextStyle) {
        let mut versions: Vec<(&str, Vec<&str>)> = Vec::new();
        for node in &self.nodes {
            let Some(version) = &node.version else { continue };
            match versions.iter_mut().find(|(known, _)| known == version) {
                Some((_, names)) => names.push(&node.name),
                None => versions.push((version, vec![&node.name])),
            }
        }
        let versions = versions.iter().map(|(version, names)| {
            let names = if names.len() > 8 { format!("{} routers", names.len()) } else { names.join(", ") };
            format!("RouterOS {version} ({names})")
        });
        let versions: Vec<String> = versions.collect();
        let (nodes, cables) =
            (plural(self.nodes.len() as u64, "node"), plural(self.cables.len() as u64, "cable"));
        let head = format!("{}: {nodes}, {cables}, seed {}", self.lab, self.seed);
        put(text, format_args!("{head:<60}  {}", versions.join(", ")));
        for note in &self.notes {
            put(text, format_args!("  note: {note}"));
        }
        for node in self.nodes.iter().filter(|node| !node.left_out.is_empty()) {
            let menus = LeftOut::by_menu(&node.left_out);
            let shown = if style.verbose || menus.len() <= MENUS + 1 { menus.len() } else { MENUS };
            let mut words = menus.iter().take(shown).map(String::as_str).collect::<Vec<_>>().join(", ");
            if shown < menus.len() {
                words += &format!(" and {} more menus (-v)", menus.len() - shown);
            }
            put(text, format_args!("  note: {}: accepted but not simulated: {words}", node.name));
        }
    }

    /// The log; the short form shows its first lines that tell more than that a cable is plugged in.
    fn log_lines(&self, text: &mut String, style: TextStyle) {
        let telling = |line: &&LogLine| style.verbose || !line.topics.starts_with("interface");
        let limit = if style.verbose { usize::MAX } else { SHORT };
        let shown: Vec<&LogLine> = self.log.iter().filter(telling).take(limit).collect();
        let nodes = widest(shown.iter().map(|line| line.node.as_str()));
        let topics = widest(shown.iter().map(|line| line.topics.as_str()));
        for line in &shown {
            let (at, node, topic) = (seconds(line.at_ns, 3), &line.node, &line.topics);
            put(text, format_args!("  {at:>9}  {node:<nodes$}  {topic:<topics$}  {}", line.message));
        }
        if shown.len() < self.log.len() {
            let rest = plural((self.log.len() - shown.len()) as u64, "more log line");
            put(text, format_args!("  … {rest} (-v)"));
        }
    }

    fn check_lines(&self, text: &mut String, style: TextStyle) {
        if self.checks.is_empty() {
            return;
        }
        put(text, format_args!("checks"));
        let width = widest(self.checks.iter().map(|line| line.name.as_str()));
        let mut rest = self.checks.as_slice();
        // Nodes that answered the same question with the same outcome share a line.
        while let [first, ..] = rest {
            let same = |line: &&CheckLine| {
                (line.at_ns, &line.name, line.outcome, &line.expected, &line.got)
                    == (first.at_ns, &first.name, first.outcome, &first.expected, &first.got)
            };
            let count = rest.iter().take_while(same).count();
            let nodes: Vec<&str> = rest.iter().take(count).map(|line| line.node.as_str()).collect();
            let word = match first.outcome {
                Outcome::Ok => paint(style, "32", "ok     "),
                Outcome::Failed => paint(style, "1;31", "FAILED "),
                Outcome::Skipped => paint(style, "33", "skipped"),
            };
            // As a lab file writes it.
            let at = Duration::from_nanos(first.at_ns).to_string();
            let name = first.name.split_whitespace().collect::<Vec<_>>().join(" ");
            put(text, format_args!("  {word} {at:>8}  {name:<width$}  {}", nodes.join(" ")));
            for (label, words) in [("expected", &first.expected), ("got", &first.got)] {
                for (i, line) in words.iter().flat_map(|words| words.lines()).enumerate() {
                    put(text, format_args!("          {:<8}  {line}", if i == 0 { label } else { "" }));
                }
            }
            rest = rest.get(count..).unwrap_or_default();
        }
    }

    fn frame_lines(&self, text: &mut String, style: TextStyle) {
        let frames = &self.frames;
        let mut line = format!(
            "frames    {} sent, {} delivered, {} dropped",
            grouped(frames.sent),
            grouped(frames.delivered),
            grouped(frames.dropped)
        );
        for (count, words) in [(frames.merged, "merged into others"), (frames.in_flight, "still on cables")] {
            if count > 0 {
                line += &format!(", {} {words}", grouped(count));
            }
        }
        if frames.held > 0 {
            let by: Vec<(&str, u64)> =
                frames.held_by.iter().map(|line| (line.node.as_str(), line.frames)).collect();
            line += &format!(", {} still held by {}", grouped(frames.held), places(&by, style));
        }
        put(text, format_args!("{line}; {}", plural(frames.cable_crossings, "cable crossing")));
        let reasons = reasons(&frames.drops);
        let shown = if style.verbose { reasons.len() } else { SHORT.min(reasons.len()) };
        let width = widest(reasons.iter().take(shown).map(|(reason, ..)| *reason));
        for (reason, count, by) in reasons.iter().take(shown) {
            let by: Vec<(&str, u64)> = by.iter().map(|(place, count)| (place.as_str(), *count)).collect();
            put(text, format_args!("{:>17}  {reason:<width$}  {}", grouped(*count), places(&by, style)));
        }
        if let Some(rest) = reasons.get(shown..).filter(|rest| !rest.is_empty()) {
            let count = rest.iter().map(|(_, count, _)| count).sum();
            put(
                text,
                format_args!(
                    "{:>17}  for {} (-v)",
                    grouped(count),
                    plural(rest.len() as u64, "other reason")
                ),
            );
        }
    }

    fn capture_line(&self, text: &mut String, out: Option<&str>) {
        let Some(out) = out else { return };
        let single = |name: &&String| matches!(name.as_str(), "all.pcapng" | "drops.pcapng");
        let cables = self.captures.iter().filter(|name| !single(name)).count();
        let mut names: Vec<String> = self.captures.iter().filter(single).cloned().collect();
        if cables > 0 {
            names.insert(names.len().min(1), plural(cables as u64, "cable"));
        }
        match names.as_slice() {
            [] => put(text, format_args!("report    {out}/")),
            names => put(text, format_args!("captures  {out}/  {}", names.join("  "))),
        }
    }

    fn last_line(&self, style: TextStyle, real: Option<&str>) -> String {
        let real = real.map_or_else(String::new, |real| format!(" in {real}"));
        let skipped = if self.skipped > 0 { format!(", {} skipped", self.skipped) } else { String::new() };
        let line = match self.checks.as_slice() {
            [] => String::from("no checks"),
            _ => format!("{} passed, {} failed{skipped}", self.passed, self.failed),
        };
        let name = if style.quiet { format!("{}: ", self.lab) } else { String::new() };
        let line = paint(style, if self.all_held() { "32" } else { "1;31" }, &line);
        format!("{name}{line}; {} of virtual time{real}", Duration::from_nanos(self.virtual_ns))
    }
}

/// A reason for drops, all its frames, and the places with theirs.
type Reason<'a> = (&'a str, u64, Vec<(String, u64)>);

/// The drops by reason, most frequent first.
fn reasons(drops: &[DropLine]) -> Vec<Reason<'_>> {
    let mut reasons: Vec<Reason<'_>> = Vec::new();
    for drop in drops {
        let place =
            drop.port.as_ref().map_or_else(|| drop.node.clone(), |port| format!("{}:{port}", drop.node));
        match reasons.iter_mut().find(|(reason, ..)| *reason == drop.reason) {
            Some((_, count, places)) => {
                *count += drop.frames;
                places.push((place, drop.frames));
            }
            None => reasons.push((&drop.reason, drop.frames, vec![(place, drop.frames)])),
        }
    }
    reasons.sort_by_key(|(_, count, _)| std::cmp::Reverse(*count));
    reasons
}

/// `pc1:eth1 pc2:eth1`, with the counts when they differ.
fn places(by: &[(&str, u64)], style: TextStyle) -> String {
    let alike = by.iter().all(|(_, count)| by.first().is_some_and(|(_, first)| count == first));
    let shown = if style.verbose || by.len() <= PLACES + 1 { by.len() } else { PLACES };
    let mut words: Vec<String> = by
        .iter()
        .take(shown)
        .map(
            |(place, count)| {
                if alike { (*place).to_owned() } else { format!("{place} ({})", grouped(*count)) }
            },
        )
        .collect();
    if shown < by.len() {
        words.push(format!("and {} more", by.len() - shown));
    }
    words.join(" ")
}

/// Width of a column of these words.
fn widest<'a>(words: impl Iterator<Item = &'a str>) -> usize {
    words.map(|word| word.chars().count()).filter(|width| *width <= WIDEST).max().unwrap_or(0)
}

fn put(text: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = text.write_fmt(line);
    while text.ends_with(' ') {
        text.pop();
    }
    text.push('\n');
}

fn paint(style: TextStyle, code: &str, text: &str) -> String {
    if style.color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
}

/// `18204` as `18,204`.
fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn plural(n: u64, word: &str) -> String {
    format!("{} {word}{}", grouped(n), if n == 1 { "" } else { "s" })
}

/// Nanoseconds as seconds with `digits` decimals, cut off, not rounded: a check at 9.99 s was not at 10.0 s.
fn seconds(nanos: u64, digits: usize) -> String {
    let fraction = format!("{:09}", nanos % 1_000_000_000);
    format!("{}.{}s", grouped(nanos / 1_000_000_000), fraction.get(..digits).unwrap_or(&fraction))
}
