//! What happens when: nodes that start, events, checks, and the commands that are on their way.

use std::collections::{BTreeMap, VecDeque};

use clock::{Duration, Instant};
use sim::{CableId, NodeId, World};

use super::build::{Built, load};
use super::names::{self, Names};
use super::{AT_LEAST, Captures, Failure, Options, Progress, captures, drive};
use crate::checks::{Action, Ask, Expectation, WITHIN};
use crate::device::{Device, Finished, Job};
use crate::expression::why_false;
use crate::file::Lab;
use crate::output::Output;
use crate::problem::{Problem, Problems};
use crate::report::{CheckLine, Outcome};

/// How often finished commands are looked for while some are on their way.
const POLL: Duration = Duration::from_millis(1);
/// In how many steps a run is made, so that progress can be shown.
const STEPS: u64 = 100;
/// In how many steps at most, when names of addresses are wanted.
const MOST_STEPS: u64 = 1_000;

/// Something that is due at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    /// A node starts (index in the lab).
    Start(usize),
    /// An event of the scenario.
    Event(usize),
    /// A check.
    Check(usize),
}

/// A command on its way.
struct Running {
    node: usize,
    job: Job,
    /// How long it may take.
    within: Duration,
    /// When it is given up.
    limit: Instant,
    purpose: Purpose,
}

/// What a command is for.
enum Purpose {
    /// A command of `exec` (index): the next one follows it.
    Exec(usize),
    /// A command of the scenario.
    Event(usize),
    /// A check: index of its line and its own, what is expected (none: an expression that must be true).
    Check { line: usize, check: usize, expected: Option<Vec<Expectation>> },
}

/// A run on its way.
pub(super) struct Run<'a> {
    lab: &'a Lab,
    pub(super) world: World<Device>,
    threads: usize,
    /// When it ends, if that is fixed.
    until: Option<Instant>,
    agenda: VecDeque<(Instant, Due)>,
    running: Vec<Running>,
    /// Cables that lie unplugged because a node at one end has not started.
    waiting_cables: BTreeMap<usize, bool>,
    pub(super) checks: Vec<CheckLine>,
    pub(super) notes: Vec<String>,
    pub(super) output: Option<Output>,
    pub(super) files: Option<captures::Files>,
    pub(super) names: Names,
}

impl<'a> Run<'a> {
    pub(super) fn new(lab: &'a Lab, built: Built, options: &Options) -> Result<Self, Failure> {
        let Built { mut world, mut notes } = built;
        let after = |duration: Duration| Instant::START + duration;
        let mut agenda: Vec<(Instant, Due)> = Vec::new();
        agenda.extend(lab.nodes.iter().enumerate().map(|(i, node)| (after(node.start), Due::Start(i))));
        agenda.extend(lab.scenario.iter().enumerate().map(|(i, event)| (after(event.at), Due::Event(i))));
        agenda.extend(lab.checks.iter().enumerate().map(|(i, check)| (after(check.at), Due::Check(i))));
        agenda.sort();
        world.keep_logs(true);
        let cables = options.captures.cables(lab)?;
        let (mut output, mut files) = (None, None);
        if let Some(place) = &options.out {
            let begun = Output::begin(place).map_err(|error| Problem::io(place, "write", &error))?;
            if options.captures != Captures::NONE {
                world.record(options.captures.kinds());
                let opened = captures::open(lab, &world, &options.captures, &cables, &begun);
                files = Some(opened.map_err(|error| drive::capture_failed(&error))?);
            }
            output = Some(begun);
        }
        notes.splice(0..0, lab.notes.iter().cloned());
        let mut run = Self {
            lab,
            world,
            threads: options.threads,
            until: options.until.or(lab.until).map(after),
            agenda: agenda.into(),
            running: Vec::new(),
            waiting_cables: BTreeMap::new(),
            checks: Vec::new(),
            notes,
            output,
            files,
            names: Names::default(),
        };
        run.unplug_late_nodes();
        Ok(run)
    }

    /// A node that has not started has no carrier on its ports.
    fn unplug_late_nodes(&mut self) {
        let late = |end: crate::file::End| {
            self.lab.nodes.get(end.node).is_some_and(|node| node.start > Duration::ZERO)
        };
        for (index, cable) in self.lab.cables.iter().enumerate() {
            if late(cable.a) || late(cable.b) {
                self.waiting_cables.insert(index, true);
                self.world.set_link(cable_id(index), false);
            }
        }
    }

    /// Goes through virtual time to the end of the run.
    pub(super) fn play(&mut self, progress: &mut dyn FnMut(Progress)) -> Result<(), Failure> {
        loop {
            while let Some((at, due)) = self.agenda.front().copied() {
                if at > self.world.now() {
                    break;
                }
                self.agenda.pop_front();
                self.perform(due)?;
            }
            self.collect();
            self.name_addresses()?;
            let now = self.world.now();
            let end = self.end();
            progress(Progress { now, end });
            if now >= end {
                break;
            }
            let mut next = end.min(now + self.step(end));
            if let Some((at, _)) = self.agenda.front() {
                next = next.min(*at);
            }
            if !self.running.is_empty() {
                let limit = self.running.iter().map(|running| running.limit).min().unwrap_or(next);
                let event = self.world.next_event().unwrap_or(Instant::NEVER);
                next = next.min(limit).min(event.max(now + POLL));
            }
            drive::advance(
                &mut self.world,
                next.max(now),
                self.threads,
                self.files.as_mut().map(|f| &mut f.files),
            )?;
        }
        self.give_up();
        Ok(())
    }

    /// How far to go at most before looking around: fine enough for progress and for addresses that change hands.
    fn step(&self, end: Instant) -> Duration {
        let whole = end - Instant::START;
        let step = whole / STEPS + Duration::from_nanos(1);
        if self.files.is_some() { step.min(names::EVERY.max(whole / MOST_STEPS)) } else { step }
    }

    /// Notes who has which address; before the first frame, writes the names into the captures.
    fn name_addresses(&mut self) -> Result<(), Failure> {
        let Some(files) = &mut self.files else { return Ok(()) };
        if self.names.are_written() {
            self.names.ask(self.lab, &self.world);
            return Ok(());
        }
        let written = self.names.start(self.lab, &self.world, files);
        written.map_err(|error| drive::capture_failed(&error))
    }

    /// When the run ends, as far as is known.
    fn end(&self) -> Instant {
        if let Some(until) = self.until {
            return until;
        }
        let last_due = self.agenda.back().map(|(at, _)| *at);
        let last_limit = self.running.iter().filter(|running| !matches!(running.purpose, Purpose::Exec(_)));
        let last_limit = last_limit.map(|running| running.limit).max();
        let least = (Instant::START + AT_LEAST).max(self.world.now());
        [last_due, last_limit].into_iter().flatten().fold(least, Instant::max)
    }

    fn perform(&mut self, due: Due) -> Result<(), Failure> {
        let lab = self.lab;
        match due {
            Due::Start(index) => self.start_node(index)?,
            Due::Event(index) => match lab.scenario.get(index).map(|event| &event.action) {
                Some(Action::Cable(cable, up)) => match self.waiting_cables.get_mut(cable) {
                    Some(plugged) => *plugged = *up,
                    None => self.world.set_link(cable_id(*cable), *up),
                },
                Some(Action::Run(nodes, command)) => {
                    for node in nodes {
                        self.command(*node, command, WITHIN, Purpose::Event(index));
                    }
                }
                None => {}
            },
            Due::Check(index) => self.ask(index),
        }
        Ok(())
    }

    fn start_node(&mut self, index: usize) -> Result<(), Failure> {
        let lab = self.lab;
        let Some(node) = lab.nodes.get(index) else { return Ok(()) };
        if node.start > Duration::ZERO {
            let mut problems = Vec::new();
            load(node, self.world.node_mut(node_id(index)), &mut self.notes, &mut problems);
            if !problems.is_empty() {
                return Err(Failure::Input(Problems(problems)));
            }
            let now = self.world.now() - Instant::START;
            let started =
                |end: crate::file::End| lab.nodes.get(end.node).is_some_and(|node| node.start <= now);
            for (cable_index, cable) in lab.cables.iter().enumerate() {
                if started(cable.a)
                    && started(cable.b)
                    && let Some(plugged) = self.waiting_cables.remove(&cable_index)
                {
                    self.world.set_link(cable_id(cable_index), plugged);
                }
            }
        }
        self.exec(index, 0);
        Ok(())
    }

    /// Runs the commands of a node's `exec` from `first` on, each after the one before it has ended.
    fn exec(&mut self, node: usize, first: usize) {
        let lab = self.lab;
        if let Some(exec) = lab.nodes.get(node).and_then(|node| node.exec.get(first)) {
            self.command(node, &exec.command, WITHIN, Purpose::Exec(first));
        }
    }

    fn ask(&mut self, index: usize) {
        let lab = self.lab;
        let Some(check) = lab.checks.get(index) else { return };
        for node in &check.on {
            let line = self.check_line(index, *node);
            self.checks.push(CheckLine { outcome: Outcome::Failed, ..line });
            let line = self.checks.len() - 1;
            match &check.ask {
                Ask::Run(command, expectations) => {
                    let expected = Some(expectations.clone());
                    let purpose = Purpose::Check { line, check: index, expected };
                    self.command(*node, command, check.within, purpose);
                }
                Ask::That(expression, _) => {
                    let job =
                        self.world.with_node(node_id(*node), |device, cx| device.evaluate(cx, expression));
                    let purpose = Purpose::Check { line, check: index, expected: None };
                    self.started(*node, job, check.within, purpose);
                }
            }
        }
    }

    fn check_line(&self, index: usize, node: usize) -> CheckLine {
        let check = self.lab.checks.get(index);
        CheckLine {
            at_ns: check.map_or(0, |check| check.at.as_nanos()),
            name: check.map_or_else(String::new, |check| check.name.clone()),
            node: self.lab.nodes.get(node).map_or_else(String::new, |node| node.name.clone()),
            outcome: Outcome::Skipped,
            expected: None,
            got: None,
            answered_ns: None,
        }
    }

    fn command(&mut self, node: usize, text: &str, within: Duration, purpose: Purpose) {
        let job = self.world.with_node(node_id(node), |device, cx| device.execute(cx, text));
        self.started(node, job, within, purpose);
    }

    fn started(&mut self, node: usize, job: Option<Job>, within: Duration, purpose: Purpose) {
        let limit = self.world.now() + within;
        match job {
            Some(job) => self.running.push(Running { node, job, within, limit, purpose }),
            // A switch runs nothing; the lab file's reader has refused to ask it.
            None => self.ended(node, within, &purpose, None),
        }
    }

    /// Takes in what has finished, and gives up what takes too long.
    fn collect(&mut self) {
        loop {
            let now = self.world.now();
            let mut done = None;
            for (index, running) in self.running.iter().enumerate() {
                let finished = self.world.node_mut(node_id(running.node)).finished(running.job);
                if finished.is_some() || now >= running.limit {
                    done = Some((index, finished));
                    break;
                }
            }
            // What follows a command may finish at once, so look again.
            let Some((index, finished)) = done else { return };
            let running = self.running.remove(index);
            if finished.is_none() && matches!(running.purpose, Purpose::Check { .. }) {
                let (node, job) = (node_id(running.node), running.job);
                self.world.with_node(node, |device, cx| device.interrupt(cx, job));
            }
            self.ended(running.node, running.within, &running.purpose, finished);
        }
    }

    /// A command has ended, or none: it took too long.
    fn ended(&mut self, node: usize, within: Duration, purpose: &Purpose, finished: Option<Finished>) {
        let lab = self.lab;
        let now = self.world.now().as_nanos();
        match purpose {
            Purpose::Exec(index) => {
                let exec = lab.nodes.get(node).and_then(|node| node.exec.get(*index));
                let place = exec.map(|exec| exec.place.to_string()).unwrap_or_default();
                self.note_failure(&place, exec.map_or("", |exec| &exec.command), finished.as_ref());
                self.exec(node, index + 1);
            }
            Purpose::Event(index) => {
                let event = lab.scenario.get(*index);
                let place = event.map(|event| event.place.to_string()).unwrap_or_default();
                let command = match event.map(|event| &event.action) {
                    Some(Action::Run(_, command)) => command.as_str(),
                    Some(Action::Cable(..)) | None => "",
                };
                self.note_failure(&place, command, finished.as_ref());
            }
            Purpose::Check { line, check, expected } => {
                let answered = finished.is_some();
                let verdict = match finished {
                    None => Err((String::from("an answer"), format!("none in {within}"))),
                    Some(finished) => finished.judge(expected.as_deref()).map_err(|words| {
                        let is_false = expected.is_none() && finished.value.as_deref() == Some("false");
                        let check = lab.checks.get(*check).filter(|_| is_false);
                        check.and_then(|check| why_false(check, node, &self.world)).unwrap_or(words)
                    }),
                };
                let Some(line) = self.checks.get_mut(*line) else { return };
                line.answered_ns = answered.then_some(now);
                match verdict {
                    Ok(()) => line.outcome = Outcome::Ok,
                    Err((expected, got)) => (line.expected, line.got) = (Some(expected), Some(got)),
                }
            }
        }
    }

    /// Notes a command of `exec` or of the scenario that went wrong.
    fn note_failure(&mut self, place: &str, command: &str, finished: Option<&Finished>) {
        match finished {
            None => self.notes.push(format!("{place}: `{command}` has not ended in {WITHIN}")),
            Some(finished) if finished.answer.exit != 0 => {
                let words = finished.answer.output.lines().rev().find(|line| !line.trim().is_empty());
                let words = words.map_or_else(String::new, |line| format!(": {}", line.trim()));
                let exit = finished.answer.exit;
                self.notes.push(format!("{place}: `{command}` ended with exit code {exit}{words}"));
            }
            Some(_) => {}
        }
    }

    /// The end of the run: answers that are not there, and checks that were not due.
    fn give_up(&mut self) {
        for running in std::mem::take(&mut self.running) {
            if let Purpose::Check { line, .. } = running.purpose
                && let Some(line) = self.checks.get_mut(line)
            {
                line.expected = Some(String::from("an answer"));
                line.got = Some(String::from("the run ended before there was one"));
            }
        }
        for (_, due) in std::mem::take(&mut self.agenda) {
            if let Due::Check(index) = due {
                let nodes = self.lab.checks.get(index).map(|check| check.on.clone()).unwrap_or_default();
                let lines = nodes.into_iter().map(|node| self.check_line(index, node)).collect::<Vec<_>>();
                self.checks.extend(lines);
            }
        }
    }
}

/// The kernel's id of a node of the lab: both count from 0 in the order of the file.
pub(crate) fn node_id(index: usize) -> NodeId {
    NodeId(u32::try_from(index).unwrap_or(u32::MAX))
}

fn cable_id(index: usize) -> CableId {
    CableId(u32::try_from(index).unwrap_or(u32::MAX))
}
