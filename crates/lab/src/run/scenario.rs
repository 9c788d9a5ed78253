//! What happens when: nodes that start, events, checks, and the commands that are on their way.

use std::collections::{BTreeMap, VecDeque};

use clock::{Duration, Instant};
use sim::{CableId, LogRecord, NodeId, World};

use super::Failure;
use crate::checks::{Action, Ask, Expectation, WITHIN};
use crate::device::{Device, Finished, Job};
use crate::expression::why_false;
use crate::file::Lab;
use crate::problem::Problems;
use crate::report::{CheckLine, Outcome};
use crate::world::{Built, load};

/// How often finished commands are looked for while some are on their way.
const POLL: Duration = Duration::from_millis(1);

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
#[derive(Clone)]
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
#[derive(Clone)]
enum Purpose {
    /// A command of `exec` (index): the next one follows it.
    Exec(usize),
    /// A command of the scenario.
    Event(usize),
    /// A check: index of its line and its own, what is expected (none: an expression that must be true).
    Check { line: usize, check: usize, expected: Option<Vec<Expectation>> },
}

/// A lab's world and what its file has happen in it. Plain data: a copy goes on by itself.
#[derive(Clone)]
pub(crate) struct Scenario<'a> {
    lab: &'a Lab,
    pub(crate) world: World<Device>,
    agenda: VecDeque<(Instant, Due)>,
    running: Vec<Running>,
    /// Cables that lie unplugged because a node at one end has not started.
    waiting_cables: BTreeMap<usize, bool>,
    pub(crate) checks: Vec<CheckLine>,
    pub(crate) notes: Vec<String>,
    /// What the nodes have logged, as far as it was asked for.
    log: Vec<LogRecord>,
}

impl<'a> Scenario<'a> {
    /// At the start of time; with `checks` the lab's checks are asked when they are due.
    pub(crate) fn new(lab: &'a Lab, built: Built, checks: bool) -> Self {
        let Built { mut world, mut notes } = built;
        let after = |duration: Duration| Instant::START + duration;
        let mut agenda: Vec<(Instant, Due)> = Vec::new();
        agenda.extend(lab.nodes.iter().enumerate().map(|(i, node)| (after(node.start), Due::Start(i))));
        agenda.extend(lab.scenario.iter().enumerate().map(|(i, event)| (after(event.at), Due::Event(i))));
        if checks {
            agenda.extend(lab.checks.iter().enumerate().map(|(i, check)| (after(check.at), Due::Check(i))));
        }
        agenda.sort();
        world.keep_logs(true);
        notes.splice(0..0, lab.notes.iter().cloned());
        let mut scenario = Self {
            lab,
            world,
            agenda: agenda.into(),
            running: Vec::new(),
            waiting_cables: BTreeMap::new(),
            checks: Vec::new(),
            notes,
            log: Vec::new(),
        };
        scenario.unplug_late_nodes();
        scenario
    }

    /// Does what is due by now and takes in what has finished.
    pub(crate) fn happen(&mut self) -> Result<(), Failure> {
        while let Some((at, due)) = self.agenda.front().copied() {
            if at > self.world.now() {
                break;
            }
            self.agenda.pop_front();
            self.perform(due)?;
        }
        self.collect();
        Ok(())
    }

    /// How far the world may go before [`Self::happen`] must be called again, at most to `end`.
    pub(crate) fn next_stop(&mut self, end: Instant) -> Instant {
        let now = self.world.now();
        let mut next = end;
        if let Some((at, _)) = self.agenda.front() {
            next = next.min(*at);
        }
        if !self.running.is_empty() {
            let limit = self.running.iter().map(|running| running.limit).min().unwrap_or(next);
            let event = self.world.next_event().unwrap_or(Instant::NEVER);
            next = next.min(limit).min(event.max(now + POLL));
        }
        next.max(now)
    }

    /// When the last thing that is due or asked is through, as far as is known.
    pub(crate) fn last(&self) -> Option<Instant> {
        let last_due = self.agenda.back().map(|(at, _)| *at);
        let asked = self.running.iter().filter(|running| !matches!(running.purpose, Purpose::Exec(_)));
        last_due.max(asked.map(|running| running.limit).max())
    }

    /// What all nodes have logged until now.
    pub(crate) fn log(&mut self) -> &[LogRecord] {
        self.log.extend(self.world.take_logs());
        &self.log
    }

    /// Plugs or unplugs a cable; one that waits for a node to start follows when it has.
    pub(crate) fn plug(&mut self, cable: usize, up: bool) {
        match self.waiting_cables.get_mut(&cable) {
            Some(plugged) => *plugged = up,
            None => self.world.set_link(cable_id(cable), up),
        }
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

    fn perform(&mut self, due: Due) -> Result<(), Failure> {
        let lab = self.lab;
        match due {
            Due::Start(index) => self.start_node(index)?,
            Due::Event(index) => match lab.scenario.get(index).map(|event| &event.action) {
                Some(Action::Cable(cable, up)) => self.plug(*cable, *up),
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
                // Nobody asks for what it says at its end.
                let _ = self.world.node_mut(node).finished(job);
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
    pub(crate) fn give_up(&mut self) {
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

/// The kernel's id of a cable of the lab.
pub(crate) fn cable_id(index: usize) -> CableId {
    CableId(u32::try_from(index).unwrap_or(u32::MAX))
}
