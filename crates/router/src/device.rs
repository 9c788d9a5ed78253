//! [`Router`]: the device as the kernel sees it.

use crate::config::Config;
use crate::drop::Drop;
use crate::features::FEATURES;
use crate::job::Jobs;
use crate::state::State;
use crate::system::backup::Backups;
use crate::system::history::History;
use crate::system::power::{self, Power, Question};
use crate::user::active::Logins;
use crate::{flow, interface};
use clock::Instant;
use console::Globals;
use sim::{Node, Port};
use std::collections::BTreeMap;
use wire::{Frame, Mac};

/// The kernel's context for this device.
pub(crate) type Context<'a> = sim::Context<'a, Drop>;

/// RouterOS version that a device shows by default: the newest that the reference describes.
pub const VERSION: &str = "7.24";

/// A port of a device.
#[derive(Clone, Debug)]
pub struct PortSpec {
    /// `ether1`.
    pub name: String,
    /// Hardware address.
    pub mac: Mac,
}

/// What a device is made from.
#[derive(Clone, Debug)]
pub struct RouterSpec {
    /// Name of the node in the lab.
    pub name: String,
    /// Ports, in order; [`sim::Port`] *n* is `ports[n]`.
    pub ports: Vec<PortSpec>,
    /// RouterOS version to show ([`VERSION`]).
    pub version: String,
    /// Seed of the device's own random stream (`:rndnum`).
    pub seed: u64,
}

/// A virtual router that speaks RouterOS.
#[derive(Clone)]
pub struct Router {
    pub(crate) name: Box<str>,
    pub(crate) version: Box<str>,
    pub(crate) now: Instant,
    pub(crate) config: Config,
    pub(crate) state: State,
    pub(crate) globals: Globals,
    pub(crate) jobs: Jobs,
    /// What was changed, for undo and safe mode.
    pub(crate) history: History,
    /// Only forms that RouterOS 7 takes are taken.
    pub(crate) strict: bool,
    /// A load makes the hardware that its text names and the device lacks.
    pub(crate) ports_on_demand: bool,
    /// Commands that were accepted but not simulated, by menu and command, with how often.
    pub(crate) not_simulated: BTreeMap<(&'static str, &'static str), u64>,
    /// Where the items come from, while somebody wants to know.
    pub(crate) trace: Option<crate::trace::Trace>,
    /// A configuration is being loaded.
    pub(crate) loading: bool,
    /// Who is logged in.
    pub(crate) logins: Option<Box<Logins>>,
    /// Set while the device is about to go down, or is down.
    pub(crate) power: Option<Box<Power>>,
    /// What the person at a terminal was asked and has not answered.
    pub(crate) question: Option<Box<Question>>,
    /// What `/system/backup` saved.
    pub(crate) backups: Option<Box<Backups>>,
}

impl Router {
    /// A device without configuration, as after `reset-configuration no-defaults=yes`.
    #[must_use]
    pub fn new(spec: &RouterSpec) -> Self {
        let mut router = Self {
            name: spec.name.as_str().into(),
            version: spec.version.as_str().into(),
            now: Instant::START,
            config: Config::default(),
            state: State::default(),
            globals: Globals::new(),
            jobs: Jobs::default(),
            history: History::default(),
            not_simulated: BTreeMap::new(),
            strict: false,
            ports_on_demand: false,
            trace: None,
            loading: false,
            logins: None,
            power: None,
            question: None,
            backups: None,
        };
        router.state.random = spec.seed;
        router.state.version = router.version.clone();
        interface::create_ports(&mut router.config, &mut router.state, &spec.ports);
        router.config.mark_all();
        router
    }

    /// Refuses what RouterOS 7 refuses: forms of RouterOS 6 and forms that no RouterOS has. Else (as after [`Router::new`])
    /// they are read as today's, with a note for each.
    pub fn set_strict(&mut self, strict: bool) {
        self.strict = strict;
    }

    /// Lets [`Router::load`] make the ports that a configuration names and the device lacks, without a cable and with a
    /// note for each. For devices of no known model; off after [`Router::new`].
    pub fn set_ports_on_demand(&mut self, on_demand: bool) {
        self.ports_on_demand = on_demand;
    }

    /// Name of the node.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The configuration.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The running state.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Brings every feature whose menus changed in line, once, in the order of the features.
    pub(crate) fn settle(&mut self) {
        let changed = std::mem::take(&mut self.config.changed);
        if changed == 0 {
            return;
        }
        for (index, feature) in FEATURES.iter().enumerate() {
            if changed >> index & 1 == 1 {
                (feature.apply)(&mut self.config, &mut self.state, self.now);
            }
        }
        self.config.rewritten &= self.config.changed;
        self.config.removed = 0;
        // What apply itself marked (dynamic rows of an earlier feature) waits for the next call.
    }

    /// Start of every call of the kernel: takes over the time and any change made since.
    #[inline]
    pub(crate) fn enter(&mut self, cx: &mut Context<'_>) {
        self.now = cx.now();
        self.state.ip.now = self.now;
        if self.config.changed != 0 && !self.is_down() {
            self.settle();
        }
        if self.state.interfaces.wants_port_change() {
            interface::apply_port_changes(self, cx);
        }
    }

    /// End of every call: jobs that wait for what has just happened go on, log lines reach the kernel.
    #[inline]
    pub(crate) fn leave(&mut self, cx: &mut Context<'_>) {
        if !self.jobs.is_idle() && self.state.pings.take_news() {
            self.run_jobs(cx);
        }
        self.flush_output(cx);
        if crate::ip::dhcp_server::script::wait(&self.state) {
            crate::ip::dhcp_server::script::run(self, cx);
        }
        if self.power.is_some() {
            power::go_down(self, cx);
        }
    }

    /// Sends what features queued and hands log lines to the kernel.
    pub(crate) fn flush_output(&mut self, cx: &mut Context<'_>) {
        if self.is_down() {
            return;
        }
        if self.config.changed != 0 {
            self.settle();
        }
        flow::local_out::flush(&mut self.state, cx);
        self.state.log.flush(cx);
    }
}

impl Node for Router {
    type Drop = Drop;

    fn receive(&mut self, cx: &mut Context<'_>, port: Port, frame: Frame) {
        if self.power.is_some() && self.is_down() {
            return power::refuse(cx, port, frame);
        }
        self.enter(cx);
        flow::in_interface::receive(&mut self.state, cx, port, frame);
        self.leave(cx);
    }

    fn carrier(&mut self, cx: &mut Context<'_>, port: Port, up: bool) {
        // Several ports change at once (at the start of a run all of them): the features are brought in line when
        // something needs them, at the latest by the wake-up that `deadline` asks for.
        self.now = cx.now();
        self.state.ip.now = self.now;
        if self.is_down() {
            return;
        }
        if !self.state.interfaces.knows(port) {
            // The first call of a run: the ports and where log lines go are all that a carrier needs.
            for feature in [&interface::ethernet::FEATURE, &crate::system::logging::FEATURE] {
                (feature.apply)(&mut self.config, &mut self.state, self.now);
            }
        }
        let rate_bps = cx.rate(port);
        interface::carrier(&mut self.config, &mut self.state, self.now, port, up, rate_bps);
        self.state.log.flush(cx);
    }

    fn wake(&mut self, cx: &mut Context<'_>) {
        if self.power.is_some() {
            power::come_up(self, cx);
        }
        self.enter(cx);
        if self.is_down() {
            return;
        }
        flow::wake(&mut self.state, cx);
        crate::system::scheduler::run_due(self);
        self.run_jobs(cx);
        self.leave(cx);
    }

    #[inline]
    fn deadline(&self) -> Option<Instant> {
        if let Some(power) = &self.power {
            return power.deadline();
        }
        if self.config.changed != 0 || self.state.interfaces.wants_port_change() {
            return Some(Instant::START);
        }
        let engines = flow::deadline(&self.state);
        match (engines, self.jobs.deadline()) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }

    fn held(&self) -> usize {
        self.state.ip.held()
    }

    fn describe_drop(&self, reason: &Drop) -> String {
        reason.describe(self)
    }
}
