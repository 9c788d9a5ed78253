//! How a device goes down, and how it comes up with its configuration.

use super::{BOOT_TIME, Power, Restart, Source};
use crate::Router;
use crate::config::Config;
use crate::device::{Context, PortSpec};
use crate::drop::{Drop, InterfaceDrop};
use crate::features::MENUS;
use crate::interface::{self, Number, hardware};
use crate::state::State;
use crate::system::scheduler::machine::Schedule;
use ::menu::{Id, Kind, Text};
use clock::Instant;
use console::Job;
use ip::Interface;
use ip::v4::arp::Output;
use sim::Port;
use wire::Frame;

/// A frame that reaches a device that is down.
pub(crate) fn refuse(cx: &mut Context<'_>, port: Port, frame: Frame) {
    cx.drop(frame, Some(port), Drop::Interface(Number::of_port(port), InterfaceDrop::Down));
}

/// Takes the device down when a command has wanted it: jobs and sessions end, cables lose their carrier, what is in memory
/// is gone.
pub(crate) fn go_down(router: &mut Router, cx: &mut Context<'_>) {
    let restart = match router.power.take().map(|power| *power) {
        Some(Power::Going(restart)) => restart,
        other => {
            router.power = other.map(Box::new);
            return;
        }
    };
    router.question = None;
    router.end_jobs();
    // Sessions are lost, and with them what safe mode holds.
    router.unroll_safe_mode();
    router.logins = None;
    router.history = Default::default();
    router.globals.clear();
    router.flush_output(cx);
    drop_held(router, cx);
    let ports = router.state.interfaces.loopback().0.saturating_sub(1);
    for port in (0..ports).filter_map(|port| u16::try_from(port).ok()) {
        cx.set_port(Port(port), false);
    }
    let mut state =
        State { version: router.version.clone(), random: router.state.random, ..State::default() };
    state.interfaces.set_ports(ports as usize);
    router.state = state;
    let power = match restart.off {
        true => Power::Off,
        false => Power::Starting(router.now + BOOT_TIME, restart),
    };
    router.power = Some(Box::new(power));
}

/// Ends the packets that wait for ARP or for fragments.
fn drop_held(router: &mut Router, cx: &mut Context<'_>) {
    let ip = &mut router.state.ip;
    let mut outputs = std::mem::take(&mut ip.neighbour_outputs);
    for number in router.state.interfaces.all_numbers() {
        ip.neighbours.remove_link(Interface(number.0), &mut outputs);
    }
    for output in outputs {
        if let Output::Drop { interface, frame, .. } | Output::Release { interface, frame, .. } = output {
            cx.drop(frame, None, Drop::Interface(Number(interface.0), InterfaceDrop::Down));
        }
    }
    let mut expired = Vec::new();
    ip.reassembly.wake(Instant::NEVER, &mut expired);
    let number = router.state.interfaces.loopback();
    for frame in expired.into_iter().flat_map(|datagram| datagram.frames) {
        cx.drop(frame, None, Drop::Interface(number, InterfaceDrop::Down));
    }
}

/// Brings the device up when its time has come.
pub(crate) fn come_up(router: &mut Router, cx: &mut Context<'_>) {
    let now = cx.now();
    let restart = match router.power.take().map(|power| *power) {
        Some(Power::Starting(at, restart)) if at <= now => restart,
        other => {
            router.power = other.map(Box::new);
            return;
        }
    };
    router.now = now;
    let Restart { by, source, .. } = restart;
    let (defaults, run) = configure(router, source);
    router.state.booted = now;
    router.state.ip.now = now;
    router.state.schedule = Schedule::since(now);
    router.config.mark_all();
    router.settle();
    let by = if by.is_empty() { by } else { format!(" by {by}") };
    router.state.log.record(now, "system,info", format!("router rebooted{by}"));
    for row in router.config.tables.ethernet.rows() {
        let number = Number::from(row.id);
        if !row.disabled && number < router.state.interfaces.loopback() {
            cx.set_port(number.port(), true);
        }
    }
    for terminal in router.waiting_terminals() {
        crate::user::active::begin(router, terminal);
    }
    // Disabled ports are down already.
    router.state.interfaces.take_port_changes();
    if defaults && router.config.interface_called(&Text::from("ether1")).is_some() {
        // What a CHR is delivered with; it cannot fail on a device that has nothing else.
        let _ = router.load("/ip dhcp-client add interface=ether1", crate::LoadMode::Paste);
    }
    if let Some(source) = run.and_then(|name| crate::file::read(router, &name)) {
        router.start_own(Job::background(source, console::Session::script()));
    }
}

/// Gives the device its configuration; whether it gets what it is delivered with, and the file to run.
fn configure(router: &mut Router, source: Source) -> (bool, Option<Text>) {
    let files = router.config.tables.file.clone();
    let mut rest = (false, None);
    match source {
        Source::Same => start_tables(&mut router.config),
        Source::Backup(config) => {
            router.config = Config::clone(&config);
            start_tables(&mut router.config);
        }
        Source::Reset { keep_users, defaults, run } => {
            reset(router, keep_users);
            rest = (defaults && router.config.board.is_none(), run);
        }
    }
    router.config.tables.file = files;
    interface::loopback::start(&router.config, &mut router.state);
    rest
}

/// Leaves of each table what is configured: dynamic rows go, the others belong to no engine any more.
fn start_tables(config: &mut Config) {
    config.opened = None;
    config.address_lists = Default::default();
    for (index, def) in MENUS.iter().enumerate() {
        let table = config.tables.table_mut(index);
        let all: Vec<Id> = (0..table.len()).map(|row| table.id(row)).collect();
        match def.kind {
            Kind::Status => table.remove_ids(&all),
            Kind::List | Kind::FixedList => {
                let kept = (0..table.len()).filter(|row| !table.dynamic(*row));
                let rows: Vec<_> = kept.map(|row| (table.save(row), None)).collect();
                table.remove_ids(&all);
                table.put_back(&rows);
            }
            Kind::Settings | Kind::Commands => {}
        }
    }
    for row in config.tables.scheduler.rows_mut() {
        row.item.run_count = 0;
    }
}

/// A configuration without anything, on the same hardware.
fn reset(router: &mut Router, keep_users: bool) {
    let loopback = router.state.interfaces.loopback();
    let rows = router.config.tables.ethernet.rows();
    let is_port = |id: Id| Number::from(id) < loopback;
    let ports: Vec<PortSpec> = rows
        .iter()
        .filter(|row| is_port(row.id))
        .map(|row| PortSpec { name: row.item.default_name.to_string(), mac: row.item.orig_mac_address })
        .collect();
    let mut others: Vec<String> =
        rows.iter().filter(|row| !is_port(row.id)).map(|row| row.item.default_name.to_string()).collect();
    others.extend(hardware::radios(&router.config));
    let old = std::mem::take(&mut router.config);
    interface::create_ports(&mut router.config, &mut router.state, &ports);
    router.config.board = old.board;
    crate::system::routerboard::check_running(&mut router.config);
    for name in others {
        router.add_radio(&name);
    }
    if keep_users {
        let users = old.catalog.into_iter();
        let users = users.filter(|(path, _)| *path == "/user" || path.starts_with("/user/"));
        router.config.catalog.extend(users);
    }
}
