//! The devices of a lab's world: one enum, so that the kernel's calls are static.
//!
//! This file is the only one that knows the devices' own interfaces; `run` speaks to [`Device`].

use std::net::IpAddr;

use clock::Instant;
use host::{Host, HostSpec, Switch, SwitchDrop};
use menu::Value;
use router::{LeftOut, LoadMode, NoteKind, PortSpec, Router, RouterSpec};
use sim::{Context, Port};
use wire::{Frame, Mac};

use crate::checks::{Answer, Expectation};
use crate::file::{Node, NodeKind};

/// A device of a lab.
#[derive(Clone)]
pub enum Device {
    /// A RouterOS router.
    Router(Box<Router>),
    /// A Linux-like host.
    Host(Box<Host>),
    /// A learning switch.
    Switch(Box<Switch>),
}

/// Why a device dropped a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DeviceDrop {
    /// A router did.
    Router(router::Drop),
    /// A host did.
    Host(host::Drop),
    /// A switch did.
    Switch(SwitchDrop),
}

/// A command on its way in a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Job {
    /// In a router's console.
    Router(router::JobId),
    /// In a host's shell.
    Host(host::JobId),
}

/// What a finished command or expression gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finished {
    /// Exit code and output.
    pub answer: Answer,
    /// The value of a router's command or expression in words, if it has one; none when an error ended it.
    pub value: Option<String>,
}

/// A place in a router's config, as its console counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Byte in the line, from 1.
    pub column: usize,
    /// Length of the token, in bytes.
    pub length: usize,
}

impl From<router::Position> for Position {
    fn from(position: router::Position) -> Self {
        let number = |n: u32| usize::try_from(n).unwrap_or(usize::MAX);
        Self { line: number(position.line), column: number(position.column), length: number(position.length) }
    }
}

/// A config that a router stumbled over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadFault {
    /// RouterOS's words.
    pub message: String,
    /// Where.
    pub position: Position,
}

impl From<router::LoadError> for LoadFault {
    fn from(error: router::LoadError) -> Self {
        Self { position: error.position.into(), message: error.message }
    }
}

/// What a router took in another form than it was written in, or made on demand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadNote {
    /// Why it is noted.
    pub kind: NoteKind,
    /// What it was read as.
    pub message: String,
    /// Where.
    pub position: Position,
}

/// What loading a config gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loaded {
    /// The faults that a pasted config went on after.
    pub faults: Vec<LoadFault>,
    /// What was read otherwise than written, in order of place.
    pub notes: Vec<LoadNote>,
    /// How many commands the config has.
    pub commands: usize,
}

impl Finished {
    /// Whether it is what a check expects; without expectations, whether an expression is true.
    ///
    /// # Errors
    /// What was expected and what came instead, in words.
    pub fn judge(&self, expectations: Option<&[Expectation]>) -> Result<(), (String, String)> {
        match (expectations, &self.value) {
            (Some(expectations), _) => {
                expectations.iter().try_for_each(|expected| expected.judge(&self.answer))
            }
            (None, Some(value)) if value == "true" => Ok(()),
            (None, Some(value)) => Err((String::from("true"), value.clone())),
            (None, None) => Err((String::from("true"), self.answer.output.trim().to_owned())),
        }
    }
}

impl Device {
    /// The device of a node, without configuration. Addresses and random streams derive from `seed` and the names.
    #[must_use]
    pub fn new(node: &Node, seed: u64) -> Self {
        let mac = |port: &str| Mac(sim::mac(seed, &node.name, port));
        match node.kind {
            NodeKind::Router => Self::router(&node.name, &node.ports, node.version.as_deref(), seed),
            NodeKind::Host => Self::Host(Box::new(Host::new(HostSpec {
                name: node.name.clone(),
                ports: node.ports.iter().map(|port| (port.clone(), mac(port))).collect(),
                variables: node.env.clone(),
            }))),
            NodeKind::Switch => {
                let ports = u16::try_from(node.ports.len()).unwrap_or(u16::MAX);
                Self::Switch(Box::new(Switch::new(ports)))
            }
        }
    }

    /// A router without configuration; the newest version that is known when none is given.
    #[must_use]
    pub fn router(name: &str, ports: &[String], version: Option<&str>, seed: u64) -> Self {
        let port = |port: &String| PortSpec { name: port.clone(), mac: Mac(sim::mac(seed, name, port)) };
        Self::Router(Box::new(Router::new(&RouterSpec {
            name: name.to_owned(),
            ports: ports.iter().map(port).collect(),
            version: version.unwrap_or(router::VERSION).to_owned(),
            seed: stream_seed(seed, name),
        })))
    }

    /// Loads a router's config; other devices have none.
    ///
    /// # Errors
    /// The fault that ended an import.
    pub fn load(&mut self, text: &str, import: bool) -> Result<Loaded, LoadFault> {
        self.load_in(text, if import { LoadMode::Import } else { LoadMode::Paste })
    }

    /// Tries a router's config as a whole, waits skipped, on a device that will not run.
    pub fn try_config(&mut self, text: &str) -> Loaded {
        // Only an import ends at a fault.
        self.load_in(text, LoadMode::Check).unwrap_or_default()
    }

    fn load_in(&mut self, text: &str, mode: LoadMode) -> Result<Loaded, LoadFault> {
        match self {
            Self::Router(router) => {
                let report = router.load(text, mode)?;
                let note = |note: router::Note| LoadNote {
                    kind: note.kind,
                    position: note.position.into(),
                    message: note.message,
                };
                Ok(Loaded {
                    faults: report.errors.into_iter().map(LoadFault::from).collect(),
                    notes: report.notes.into_iter().map(note).collect(),
                    commands: report.commands,
                })
            }
            Self::Host(_) | Self::Switch(_) => Ok(Loaded::default()),
        }
    }

    /// Starts a command: console text on a router, a command line on a host. A switch takes none.
    pub fn execute(&mut self, cx: &mut Context<'_, DeviceDrop>, text: &str) -> Option<Job> {
        match self {
            Self::Router(router) => {
                Some(Job::Router(cx.map(DeviceDrop::Router, |cx| router.execute(cx, text))))
            }
            Self::Host(host) => Some(Job::Host(cx.map(DeviceDrop::Host, |cx| host.spawn(cx, text)))),
            Self::Switch(_) => None,
        }
    }

    /// Types a line: at a router's console in this session, in a host's shell. A switch takes none.
    pub fn type_line(
        &mut self,
        cx: &mut Context<'_, DeviceDrop>,
        line: &str,
        session: console::Session,
    ) -> Option<Job> {
        match self {
            Self::Router(router) => {
                Some(Job::Router(cx.map(DeviceDrop::Router, |cx| router.type_line(cx, line, session))))
            }
            Self::Host(_) | Self::Switch(_) => self.execute(cx, line),
        }
    }

    /// What a router asks the person who typed a line, while it waits for the answer.
    pub(crate) fn question(&self, job: Job) -> Option<&'static str> {
        match (self, job) {
            (Self::Router(router), Job::Router(id)) => router.question(id),
            _ => None,
        }
    }

    /// The answer to [`Self::question`].
    pub(crate) fn answer(&mut self, cx: &mut Context<'_, DeviceDrop>, job: Job, answer: &str) {
        if let (Self::Router(router), Job::Router(id)) = (self, job) {
            cx.map(DeviceDrop::Router, |cx| router.answer(cx, id, answer));
        }
    }

    /// Somebody comes to a router's console (`true`) or leaves it; others have no sessions.
    pub(crate) fn sit_down(&mut self, cx: &mut Context<'_, DeviceDrop>, comes: bool) {
        if let Self::Router(router) = self {
            cx.map(DeviceDrop::Router, |cx| match comes {
                true => router.log_in(cx, router::Terminal::CONSOLE),
                false => router.log_out(cx, router::Terminal::CONSOLE),
            });
        }
    }

    /// What a command that still runs has printed since it was last asked; `seen`: how much of a host's standard output
    /// and error that was.
    pub(crate) fn new_output(&mut self, job: Job, seen: &mut [usize; 2]) -> String {
        match (self, job) {
            (Self::Router(router), Job::Router(id)) => router.take_output(id).to_string(),
            (Self::Host(host), Job::Host(id)) => {
                let Some((out, err)) = host.job_output(id) else { return String::new() };
                let new = unseen(&out, &err, *seen);
                *seen = [out.len(), err.len()];
                new
            }
            _ => String::new(),
        }
    }

    /// Once a typed line has ended: the rest of its output, its exit code, and the session of a router's console.
    pub(crate) fn line_finished(
        &mut self,
        job: Job,
        seen: [usize; 2],
    ) -> Option<(String, i32, Option<console::Session>)> {
        match (self, job) {
            (Self::Router(router), Job::Router(id)) => {
                let result = router.take_result(id)?;
                let mut output = result.output.to_string();
                let failed = result.value.is_err() || !result.errors.is_empty();
                // Errors that did not end the line stand in the output already.
                if let Err(error) = result.value {
                    output.push_str(&format!("{error}\n"));
                }
                Some((output, i32::from(failed), Some(result.session)))
            }
            (Self::Host(host), Job::Host(id)) => {
                let result = host.take_job(id)?;
                Some((unseen(&result.stdout, &result.stderr, seen), result.exit, None))
            }
            _ => None,
        }
    }

    /// Starts to evaluate a RouterOS expression; only a router can.
    pub fn evaluate(&mut self, cx: &mut Context<'_, DeviceDrop>, expression: &str) -> Option<Job> {
        match self {
            Self::Router(router) => {
                Some(Job::Router(cx.map(DeviceDrop::Router, |cx| router.evaluate(cx, expression))))
            }
            Self::Host(_) | Self::Switch(_) => None,
        }
    }

    /// What a command gave, once it has ended; it is handed out once.
    pub fn finished(&mut self, job: Job) -> Option<Finished> {
        match (self, job) {
            (Self::Router(router), Job::Router(id)) => router.take_result(id).map(router_finished),
            (Self::Host(host), Job::Host(id)) => host.take_job(id).map(|result| Finished {
                answer: Answer { exit: result.exit, output: result.stdout + &result.stderr },
                value: None,
            }),
            _ => None,
        }
    }

    /// Ctrl-C: the command ends, after its last words; [`Self::finished`] gives what it said.
    pub fn interrupt(&mut self, cx: &mut Context<'_, DeviceDrop>, job: Job) {
        match (self, job) {
            (Self::Router(router), Job::Router(id)) => {
                cx.map(DeviceDrop::Router, |cx| router.interrupt(cx, id));
            }
            (Self::Host(host), Job::Host(id)) => cx.map(DeviceDrop::Host, |cx| host.interrupt(cx, id)),
            _ => {}
        }
    }

    /// The addresses that the device has now.
    #[must_use]
    pub fn addresses(&self) -> Vec<IpAddr> {
        match self {
            Self::Router(router) => {
                router.state().ip.addresses.iter().map(|row| IpAddr::V4(row.address)).collect()
            }
            Self::Host(host) => {
                let interfaces = host.interfaces().iter().filter(|interface| !interface.is_loopback());
                interfaces.flat_map(|i| i.addresses.iter().map(|a| IpAddr::V4(a.local.addr()))).collect()
            }
            Self::Switch(_) => Vec::new(),
        }
    }

    /// What the config uses and the simulation leaves out, by menu and property.
    #[must_use]
    pub fn left_out(&self) -> Vec<LeftOut> {
        match self {
            Self::Router(router) => router.left_out(),
            Self::Host(_) | Self::Switch(_) => Vec::new(),
        }
    }

    /// The names of all items of a router's menus at and below a path: what a mistyped value may have meant.
    #[must_use]
    pub fn item_names(&self, below: &str) -> Vec<String> {
        let Self::Router(router) = self else { return Vec::new() };
        let mut names = Vec::new();
        for def in router::menus().iter().filter(|def| def.path.starts_with(below)) {
            let Some(table) = router.config().table(def) else { continue };
            for (property, _) in def.properties.iter().enumerate().filter(|(_, p)| p.name == "name") {
                let all = (0..table.len()).filter_map(|row| table.name(row, property));
                names.extend(all.map(|name| String::from_utf8_lossy(name).into_owned()));
            }
        }
        names.sort();
        names.dedup();
        names
    }

    /// The RouterOS version of a router.
    #[must_use]
    pub fn version(&self) -> Option<String> {
        match self {
            Self::Router(router) => Some(router.version().to_owned()),
            Self::Host(_) | Self::Switch(_) => None,
        }
    }
}

/// What stands behind the parts that were seen: standard output first.
fn unseen(out: &str, err: &str, seen: [usize; 2]) -> String {
    let rest = |text: &str, seen: usize| text.get(seen..).unwrap_or_default().to_owned();
    rest(out, seen[0]) + &rest(err, seen[1])
}

fn router_finished(result: router::JobResult) -> Finished {
    // Faults that did not end the job stand in its output already.
    let mut output = result.output.to_string();
    let failed = result.value.is_err() || !result.errors.is_empty();
    let value = match &result.value {
        Ok(Value::Bool(value)) => Some(value.to_string()),
        Ok(value) => Some(format!("`{}`", String::from_utf8_lossy(&value.argument()))),
        Err(_) => None,
    };
    if let Err(error) = &result.value {
        output.push_str(&format!("{error}\n"));
    }
    Finished { answer: Answer { exit: i32::from(failed), output }, value }
}

/// The seed of a device's own stream: FNV-1a over seed and name.
fn stream_seed(seed: u64, name: &str) -> u64 {
    seed.to_le_bytes().iter().chain(name.as_bytes()).fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

impl sim::Node for Device {
    type Drop = DeviceDrop;

    #[inline]
    fn receive(&mut self, cx: &mut Context<'_, DeviceDrop>, port: Port, frame: Frame) {
        match self {
            Self::Router(router) => cx.map(DeviceDrop::Router, |cx| router.receive(cx, port, frame)),
            Self::Host(host) => cx.map(DeviceDrop::Host, |cx| host.receive(cx, port, frame)),
            Self::Switch(switch) => cx.map(DeviceDrop::Switch, |cx| switch.receive(cx, port, frame)),
        }
    }

    fn carrier(&mut self, cx: &mut Context<'_, DeviceDrop>, port: Port, up: bool) {
        match self {
            Self::Router(router) => cx.map(DeviceDrop::Router, |cx| router.carrier(cx, port, up)),
            Self::Host(host) => cx.map(DeviceDrop::Host, |cx| host.carrier(cx, port, up)),
            Self::Switch(switch) => cx.map(DeviceDrop::Switch, |cx| switch.carrier(cx, port, up)),
        }
    }

    #[inline]
    fn wake(&mut self, cx: &mut Context<'_, DeviceDrop>) {
        match self {
            Self::Router(router) => cx.map(DeviceDrop::Router, |cx| router.wake(cx)),
            Self::Host(host) => cx.map(DeviceDrop::Host, |cx| host.wake(cx)),
            Self::Switch(switch) => cx.map(DeviceDrop::Switch, |cx| switch.wake(cx)),
        }
    }

    #[inline]
    fn deadline(&self) -> Option<Instant> {
        match self {
            Self::Router(router) => router.deadline(),
            Self::Host(host) => host.deadline(),
            Self::Switch(switch) => switch.deadline(),
        }
    }

    fn held(&self) -> usize {
        match self {
            Self::Router(router) => router.held(),
            Self::Host(host) => host.held(),
            Self::Switch(switch) => switch.held(),
        }
    }

    fn describe_drop(&self, reason: &DeviceDrop) -> String {
        match (self, reason) {
            (Self::Router(router), DeviceDrop::Router(reason)) => router.describe_drop(reason),
            (Self::Host(host), DeviceDrop::Host(reason)) => host.describe_drop(reason),
            (Self::Switch(switch), DeviceDrop::Switch(reason)) => switch.describe_drop(reason),
            // A device drops with its own reasons only.
            (_, reason) => format!("{reason:?}"),
        }
    }
}
