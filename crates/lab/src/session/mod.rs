//! A lab in a person's hands: time passes when they say so, lines are typed at any node.
//!
//! A [`Session`] is a run without an end: the same file, the same world and the same events of the scenario, but no
//! checks. It knows no clock and no terminal; who holds it decides how fast virtual time passes and shows what is
//! printed. It is plain data, so a copy goes on by itself.

mod hosts;

use std::path::Path;

use clock::{Duration, Instant};
use console::Candidate;
use sim::CaptureKinds;

use crate::device::{Device, Finished, Job};
use crate::file::{Lab, NodeKind};
use crate::output::Output;
use crate::problem::Problem;
use crate::report::{LogLine, Report};
use crate::run::names::Names;
use crate::run::play::Run;
use crate::run::scenario::{Scenario, cable_id, node_id};
use crate::run::{Captures, Failure, captures, drive, finish};
use crate::world;

/// How finely time passes while somebody waits for a command: its end is seen at most this much later.
const LOOK: Duration = Duration::from_millis(1);

/// A lab that is open.
#[derive(Clone)]
pub struct Session<'a> {
    lab: &'a Lab,
    seed: u64,
    scenario: Scenario<'a>,
    names: Names,
    /// What each router's terminal remembers, by node.
    consoles: Vec<console::Session>,
    /// Notes that were handed out.
    noted: usize,
}

/// A line that was typed and whose command may still run.
#[derive(Clone, Debug)]
pub struct Typed {
    node: usize,
    /// None on a node that takes no commands.
    job: Option<Job>,
    /// How much of a host's standard output and error was handed out.
    seen: [usize; 2],
}

/// What a command has printed since it was last asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// The text.
    pub output: String,
    /// Once the command has ended: its exit code, 1 for a router's line with an error.
    pub exit: Option<i32>,
}

/// A cable as it lies now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CableState {
    /// Its ends, `r1:ether2`.
    pub ends: [String; 2],
    /// Plugged in.
    pub up: bool,
}

impl<'a> Session<'a> {
    /// Opens a lab at the start of time; what happens at that instant (carriers, `exec`) has happened. Everything that the
    /// captures need is kept from then on.
    ///
    /// # Errors
    /// A router refuses its config.
    pub fn open(lab: &'a Lab, seed: Option<u64>) -> Result<Self, Failure> {
        let seed = seed.unwrap_or(lab.seed);
        let mut built = world::build(lab, seed, sim::Cut::Whole)?;
        built.world.record(CaptureKinds { cables: true, drops: true });
        let consoles = lab.nodes.iter().map(|_| console::Session::terminal()).collect();
        let scenario = Scenario::new(lab, built, false);
        let mut session = Self { lab, seed, scenario, names: Names::default(), consoles, noted: 0 };
        session.advance(Instant::START)?;
        Ok(session)
    }

    /// The lab.
    #[must_use]
    pub fn lab(&self) -> &'a Lab {
        self.lab
    }

    /// The present virtual time.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.scenario.world.now()
    }

    /// When something happens next; `None`: never again.
    pub fn next_event(&mut self) -> Option<Instant> {
        let stop = self.scenario.next_stop(Instant::NEVER);
        let event = self.scenario.world.next_event().unwrap_or(Instant::NEVER).min(stop);
        (event < Instant::NEVER).then_some(event)
    }

    /// Lets time pass up to and with `until`. Nothing happens when that is over already.
    ///
    /// # Errors
    /// Time stands still, or a node that starts refuses its config.
    pub fn advance(&mut self, until: Instant) -> Result<(), Failure> {
        loop {
            let next = self.scenario.next_stop(until);
            drive::advance(&mut self.scenario.world, next, 1, None)?;
            self.scenario.happen()?;
            self.names.ask(self.lab, &self.scenario.world);
            if self.now() >= until {
                // What has just been started is done as far as it goes at this instant.
                let now = self.now();
                return drive::advance(&mut self.scenario.world, now, 1, None);
            }
        }
    }

    /// Types a line at a node: at a router's console, or in a host's shell.
    pub fn type_line(&mut self, node: usize, line: &str) -> Typed {
        let console = self.consoles.get(node).cloned().unwrap_or_default();
        let job =
            self.scenario.world.with_node(node_id(node), |device, cx| device.type_line(cx, line, console));
        Typed { node, job, seen: [0; 2] }
    }

    /// Takes what a command has printed since the last call. After its end there is nothing more to ask.
    pub fn hear(&mut self, typed: &mut Typed) -> Heard {
        let device = self.scenario.world.node_mut(node_id(typed.node));
        let Some(job) = typed.job else { return Heard { exit: Some(0), ..Heard::default() } };
        if let Some((output, exit, console)) = device.line_finished(job, typed.seen) {
            typed.job = None;
            if let (Some(console), Some(kept)) = (console, self.consoles.get_mut(typed.node)) {
                *kept = console;
            }
            return Heard { output, exit: Some(exit) };
        }
        Heard { output: device.new_output(job, &mut typed.seen), exit: None }
    }

    /// Lets time pass until the command has printed something or ended, at most to `until`.
    ///
    /// # Errors
    /// As [`Self::advance`].
    pub fn wait(&mut self, typed: &mut Typed, until: Instant) -> Result<Heard, Failure> {
        loop {
            let heard = self.hear(typed);
            let now = self.now();
            if heard.exit.is_some() || !heard.output.is_empty() || now >= until {
                return Ok(heard);
            }
            let event = self.scenario.world.next_event().unwrap_or(Instant::NEVER);
            self.advance(event.max(now + LOOK).min(until))?;
        }
    }

    /// What a router asks the person who typed the line (`Reboot, yes? [y/N]: `), while it waits for the answer.
    #[must_use]
    pub fn question(&self, typed: &Typed) -> Option<&'static str> {
        self.scenario.world.node(node_id(typed.node)).question(typed.job?)
    }

    /// The answer to [`Self::question`].
    pub fn answer(&mut self, typed: &Typed, answer: &str) {
        if let Some(job) = typed.job {
            self.scenario.world.with_node(node_id(typed.node), |device, cx| device.answer(cx, job, answer));
        }
    }

    /// A person comes to the console of a node.
    pub fn log_in(&mut self, node: usize) {
        self.scenario.world.with_node(node_id(node), |device, cx| device.sit_down(cx, true));
    }

    /// The person leaves the console of a node.
    pub fn log_out(&mut self, node: usize) {
        self.scenario.world.with_node(node_id(node), |device, cx| device.sit_down(cx, false));
    }

    /// Ctrl-C: the command ends; [`Self::hear`] gives its last words.
    pub fn interrupt(&mut self, typed: &Typed) {
        if let Some(job) = typed.job {
            self.scenario.world.with_node(node_id(typed.node), |device, cx| device.interrupt(cx, job));
        }
    }

    /// Asks a router for the value of an expression, a host for the exit code of a command, without time passing; `None`
    /// when that takes time or the node is neither.
    pub fn ask(&mut self, node: usize, question: &str) -> Option<Finished> {
        let id = node_id(node);
        let is_host = self.kind(node) == NodeKind::Host;
        let job = self.scenario.world.with_node(id, |device, cx| match is_host {
            true => device.execute(cx, question),
            false => device.evaluate(cx, question),
        })?;
        let finished = self.scenario.world.node_mut(id).finished(job);
        if finished.is_none() {
            self.scenario.world.with_node(id, |device, cx| device.interrupt(cx, job));
            let _ = self.scenario.world.node_mut(id).finished(job);
        }
        finished
    }

    /// What can stand at byte `cursor` of a line typed at a node; nothing on switches.
    pub fn complete(&mut self, node: usize, line: &str, cursor: usize) -> Vec<Candidate> {
        let Some(console) = self.consoles.get(node) else { return Vec::new() };
        match self.scenario.world.node_mut(node_id(node)) {
            Device::Router(router) => console::complete(line.as_bytes(), cursor, console, &mut **router),
            Device::Host(host) => hosts::complete(host, line, cursor),
            Device::Switch(_) => Vec::new(),
        }
    }

    /// How the value at byte `cursor` of a line typed at a router is written (`A.B.C.D    (IP address)`), when one can
    /// stand there.
    pub fn value_syntax(&mut self, node: usize, line: &str, cursor: usize) -> Option<String> {
        let console = self.consoles.get(node)?;
        match self.scenario.world.node_mut(node_id(node)) {
            Device::Router(router) => console::value_syntax(line.as_bytes(), cursor, console, &mut **router),
            Device::Host(_) | Device::Switch(_) => None,
        }
    }

    /// What a router's terminal remembers: its menu, its globals.
    #[must_use]
    pub fn console(&self, node: usize) -> Option<&console::Session> {
        self.consoles.get(node).filter(|_| self.kind(node) == NodeKind::Router)
    }

    /// Tells every router's console what it is shown on: how wide that is (`None`: lines are not wrapped and columns not
    /// cut), and whether a person sits there, for whom an empty line follows a table.
    pub fn set_terminal(&mut self, width: Option<u16>, person: bool) {
        for console in &mut self.consoles {
            (console.width, console.person) = (width, person);
        }
    }

    /// The device of a node.
    #[must_use]
    pub fn device(&self, node: usize) -> &Device {
        self.scenario.world.node(node_id(node))
    }

    /// The device of a node, for what changes it beside the console (safe mode).
    pub fn device_mut(&mut self, node: usize) -> &mut Device {
        self.scenario.world.node_mut(node_id(node))
    }

    /// What a node is.
    #[must_use]
    pub fn kind(&self, node: usize) -> NodeKind {
        self.lab.nodes.get(node).map_or(NodeKind::Switch, |node| node.kind)
    }

    /// Notes that have come since the last call: what loading stumbled over, commands of the lab that went wrong.
    pub fn take_notes(&mut self) -> Vec<String> {
        let new = self.scenario.notes.get(self.noted..).unwrap_or_default().to_vec();
        self.noted = self.scenario.notes.len();
        new
    }

    /// What all nodes have logged until now, in order of time.
    pub fn log(&mut self) -> Vec<LogLine> {
        finish::log_lines(&mut self.scenario)
    }

    /// The cables, in the order of the file.
    #[must_use]
    pub fn cables(&self) -> Vec<CableState> {
        let state = |(index, cable): (usize, &crate::file::Cable)| CableState {
            ends: [cable.a, cable.b].map(|end| self.lab.end_name(end)),
            up: self.scenario.world.link_up(cable_id(index)),
        };
        self.lab.cables.iter().enumerate().map(state).collect()
    }

    /// Plugs a cable in, or pulls it out.
    pub fn plug(&mut self, cable: usize, up: bool) {
        if cable < self.lab.cables.len() {
            self.scenario.plug(cable, up);
        }
    }

    /// Writes captures and report as they are now, as `wirelab run` does at its end; the session goes on.
    ///
    /// # Errors
    /// The folder can't be written, or stands there and is not wirelab's.
    pub fn save(&self, place: &Path) -> Result<Report, Failure> {
        let scenario = self.scenario.clone();
        let output = Output::begin(place).map_err(|error| Problem::io(place, "write", &error))?;
        let wanted = Captures::default();
        let failed = |error: std::io::Error| drive::capture_failed(&error);
        let cables = wanted.cables(self.lab)?;
        let mut files =
            captures::open(self.lab, &scenario.world, &wanted, &cables, &output).map_err(failed)?;
        let mut names = self.names.clone();
        names.start(self.lab, &scenario.world, &mut files).map_err(failed)?;
        let run = Run {
            lab: self.lab,
            scenario,
            threads: 1,
            until: None,
            output: Some(output),
            files: Some(files),
            names,
        };
        finish::finish(self.lab, self.seed, run)
    }
}
