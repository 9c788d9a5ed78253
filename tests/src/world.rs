//! A world made of a lab, as `lab::run` makes it, but in the test's hands: stopped, forked, cut and judged anywhere.

use clock::{Duration, Instant};
use lab::device::{Device, DeviceDrop, Finished, Job};
use lab::file::Lab;
use lab::problem::Source;
use sim::{CaptureFile, CaptureKinds, Cut, Node as _, NodeId, World};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

/// A lab out of one text.
///
/// # Panics
/// The text is not a lab.
#[must_use]
pub fn lab(text: &str) -> Lab {
    let source = Source::new("test.clab.yml", text);
    Lab::from_sources(&source, None, "test", PathBuf::new(), &BTreeMap::new())
        .unwrap_or_else(|problems| panic!("{problems}\n{text}"))
}

/// Virtual time so many milliseconds after the start.
#[must_use]
pub fn at_ms(ms: u64) -> Instant {
    Instant::START + Duration::from_millis(ms)
}

/// A running network and the commands that run in it.
#[derive(Clone)]
pub struct Network {
    /// The world.
    pub world: World<Device>,
    /// Commands: node, what was asked, the job while it runs, the answer once it is there.
    commands: Vec<(NodeId, String, Job, Option<Finished>)>,
}

impl Network {
    /// The world of a lab with its captures on and the hosts' `exec` started.
    ///
    /// # Panics
    /// A router refuses its config: what is wrong, and where.
    #[must_use]
    pub fn new(lab: &Lab, cut: Cut) -> Self {
        let built = lab::world::build(lab, lab.seed, cut);
        let mut world = built.unwrap_or_else(|problems| panic!("{problems}")).world;
        world.keep_logs(true);
        world.record(CaptureKinds { cables: true, drops: true });
        let mut network = Self { world, commands: Vec::new() };
        for (index, node) in lab.nodes.iter().enumerate() {
            let commands: Vec<&str> = node.exec.iter().map(|exec| exec.command.as_str()).collect();
            if !commands.is_empty() {
                network.run(NodeId(index as u32), &commands.join(" ; "));
            }
        }
        network
    }

    /// Starts a command on a node; a switch takes none.
    pub fn run(&mut self, node: NodeId, text: &str) {
        if let Some(job) = self.world.with_node(node, |device, cx| device.execute(cx, text)) {
            self.commands.push((node, text.to_owned(), job, None));
        }
    }

    /// Goes on to `until`.
    ///
    /// # Panics
    /// Time stands still.
    pub fn go(&mut self, until: Instant) {
        let result = self.world.run_until(until);
        assert!(result.is_ok(), "{result:?}");
        self.collect();
    }

    /// Goes on to `until` with the regions on so many threads.
    ///
    /// # Panics
    /// Time stands still.
    pub fn go_on_threads(&mut self, until: Instant, threads: usize) {
        while self.world.window(until) {
            let regions = self.world.regions_mut();
            let share = regions.len().div_ceil(threads).max(1);
            std::thread::scope(|scope| {
                for part in regions.chunks_mut(share) {
                    scope.spawn(|| part.iter_mut().for_each(sim::Region::run_window));
                }
            });
            self.world.exchange();
        }
        assert!(self.world.storm().is_none(), "{:?}", self.world.storm());
        self.collect();
    }

    fn collect(&mut self) {
        for (node, _, job, finished) in &mut self.commands {
            if finished.is_none() {
                *finished = self.world.node_mut(*node).finished(*job);
            }
        }
    }

    /// The node with this name.
    ///
    /// # Panics
    /// There is none.
    #[must_use]
    pub fn node(&self, name: &str) -> NodeId {
        let topology = self.world.topology();
        let found =
            (0..self.world.node_count()).map(|n| NodeId(n as u32)).find(|n| topology.name(*n) == name);
        assert!(found.is_some(), "there is no node {name}");
        found.unwrap_or(NodeId(0))
    }

    /// The answer of the last command of this text, once it is there.
    #[must_use]
    pub fn answer(&self, text: &str) -> Option<&Finished> {
        self.commands.iter().rev().find(|(_, asked, ..)| asked == text)?.3.as_ref()
    }

    /// Commands that have not ended.
    #[must_use]
    pub fn unanswered(&self) -> usize {
        self.commands.iter().filter(|(.., finished)| finished.is_none()).count()
    }

    /// Every drop so far as (place, words).
    #[must_use]
    pub fn drops(&self) -> Vec<(String, String)> {
        let ledger = self.world.ledger();
        let place = |place: sim::DropPlace| format!("{} {place:?}", self.world.topology().name(place.node()));
        let wire = ledger.wire_drops.keys().map(|(at, why)| (place(*at), why.to_string()));
        let words = |at: sim::DropPlace, why: &DeviceDrop| self.world.node(at.node()).describe_drop(why);
        wire.chain(ledger.node_drops.keys().map(|(at, why)| (place(*at), words(*at, why)))).collect()
    }

    /// Everything that the network has given to the outside. Takes the captures and the log.
    ///
    /// # Panics
    /// Never: memory can be written.
    pub fn outcome(&mut self) -> Outcome {
        self.collect();
        let mut sinks = Vec::new();
        let opened = self.world.capture_files(|file| {
            let memory = Memory::default();
            sinks.push((file, memory.clone()));
            Ok(Some(memory))
        });
        let written = opened.and_then(|mut files| self.world.finish_captures(&mut files));
        assert!(written.is_ok(), "{written:?}");
        let topology = self.world.topology();
        let name = |file| match file {
            CaptureFile::Cable(cable) => {
                let ends = &topology.cables()[cable.0 as usize].ends;
                ends.each_ref().map(|end| format!("{}:{}", topology.name(end.node), end.name)).join(" ")
            }
            CaptureFile::All => String::from("all"),
            CaptureFile::Drops => String::from("drops"),
        };
        let captures = sinks.into_iter().map(|(file, memory)| (name(file), memory.take())).collect();
        let mut lines = Vec::new();
        for line in self.world.take_logs() {
            let node = self.world.topology().name(line.node);
            lines.push(format!("{} {node} {} {}", line.at.as_nanos(), line.topics, line.message));
        }
        let answers = self.commands.iter().map(|(node, text, _, answer)| {
            format!("{} {text}: {answer:?}", self.world.topology().name(*node))
        });
        let answers = answers.collect();
        Outcome { captures, log: lines, answers, ledger: format!("{:?}", self.world.ledger()) }
    }
}

/// What a network gives to the outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Capture files by the ends of their cable, `all` and `drops`.
    pub captures: BTreeMap<String, Vec<u8>>,
    /// Log lines.
    pub log: Vec<String>,
    /// Commands with their answers.
    pub answers: Vec<String>,
    /// All counts.
    pub ledger: String,
}

impl Outcome {
    /// The first difference to another outcome, in words.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Option<String> {
        let line = |what: &str, a: &[String], b: &[String]| {
            let at = (0..a.len().max(b.len())).find(|i| a.get(*i) != b.get(*i))?;
            Some(format!("{what} {at}: {:?} and {:?}", a.get(at), b.get(at)))
        };
        let capture = || {
            let keys: std::collections::BTreeSet<&String> =
                self.captures.keys().chain(other.captures.keys()).collect();
            let differs = keys.into_iter().find(|key| self.captures.get(*key) != other.captures.get(*key))?;
            Some(format!("capture {differs}"))
        };
        line("log line", &self.log, &other.log)
            .or_else(|| line("answer", &self.answers, &other.answers))
            .or_else(capture)
            .or_else(|| (self.ledger != other.ledger).then(|| format!("{}\n{}", self.ledger, other.ledger)))
    }
}

/// A file in memory that can be read while a writer owns it.
#[derive(Clone, Default)]
struct Memory(Arc<Mutex<Vec<u8>>>);

impl Memory {
    fn take(&self) -> Vec<u8> {
        self.0.lock().map(|mut bytes| core::mem::take(&mut *bytes)).unwrap_or_default()
    }
}

impl Write for Memory {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let mut all = self.0.lock().map_err(|_| std::io::Error::other("a writer panicked"))?;
        all.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
