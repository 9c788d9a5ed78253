//! `/user/active`: who is logged in.
//!
//! Manual: "User", "Monitoring Active Users". A session begins when somebody comes to the device's console
//! ([`Router::log_in`]), or types a line there without having come, and ends with [`Router::log_out`] or when the device
//! goes down. Scripts and checks have none. Log (topics `system,info,account`): `user admin logged in via local`.

mod menu;

pub use self::menu::{Session, Via};

use crate::Router;
use crate::config::Feature;
use crate::device::Context;
use crate::system::history::Terminal;
use ::menu::{AnyTable, CatalogTable, Id, Menu, Value};
use clock::Instant;
use console::{CommandCall, Outcome};

/// `/user/active`.
pub static FEATURE: Feature = Feature { command, ..Feature::NONE };

const TOPICS: &str = "system,info,account";
/// Nobody can come by another name yet.
const USER: &str = "admin";
const USERS: &str = "/user";

/// Somebody who is logged in.
#[derive(Clone, Copy, Debug)]
struct Login {
    number: u32,
    terminal: Terminal,
    since: Instant,
}

/// The sessions of a device.
#[derive(Clone, Debug, Default)]
pub(crate) struct Logins {
    list: Vec<Login>,
    last: u32,
}

impl Router {
    /// Somebody comes to a terminal of the device. Nothing happens when they are there already.
    pub fn log_in(&mut self, cx: &mut Context<'_>, terminal: Terminal) {
        self.enter(cx);
        begin(self, terminal);
        self.leave(cx);
    }

    /// The one who sits at a terminal leaves.
    pub fn log_out(&mut self, cx: &mut Context<'_>, terminal: Terminal) {
        self.enter(cx);
        end(self, |login| login.terminal == terminal);
        self.leave(cx);
    }
}

/// Begins the session of a terminal, unless there is one.
pub(crate) fn begin(router: &mut Router, terminal: Terminal) {
    if terminal == Terminal::NONE || router.is_down() {
        return;
    }
    let logins = router.logins.get_or_insert_default();
    if logins.list.iter().any(|login| login.terminal == terminal) {
        return;
    }
    logins.last += 1;
    logins.list.push(Login { number: logins.last, terminal, since: router.now });
    router.state.log.record(router.now, TOPICS, format!("user {USER} logged in via local"));
    note(router);
}

/// `last-logged-in` of `/user`.
fn note(router: &mut Router) {
    let when = router.state.log.date_time(router.now);
    let Some(def) = crate::menus::tree().menu(USERS) else { return };
    let users = router.config.catalog.entry(def.path).or_insert_with(|| CatalogTable::new(def));
    let (name, last) = (def.property("name"), def.property("last-logged-in"));
    let (Some(name), Some(last)) = (name, last) else { return };
    let row = (0..users.len()).find(|row| users.name(*row, name) == Some(USER.as_bytes()));
    if let Some(row) = row {
        users.set_text(row, last, Some(when.as_str().into()));
    }
}

fn end(router: &mut Router, gone: impl Fn(&Login) -> bool) {
    let Some(logins) = &mut router.logins else { return };
    let before = logins.list.len();
    logins.list.retain(|login| !gone(login));
    for _ in logins.list.len()..before {
        router.state.log.record(router.now, TOPICS, format!("user {USER} logged out via local"));
    }
}

/// Brings the menu up to date.
pub(crate) fn refresh(router: &mut Router) {
    let table = &mut router.config.tables.user_active;
    table.retain(|_| false);
    for login in router.logins.iter().flat_map(|logins| &logins.list) {
        let item = Session {
            when: router.state.log.date_time(login.since).as_str().into(),
            name: USER.into(),
            address: None,
            via: Via::Console,
            radius: false,
            by_romon: false,
        };
        table.push_with_id(Id(login.number), item, false);
    }
}

fn command(router: &mut Router, call: &CommandCall) -> Option<Outcome> {
    if call.menu.path != Session::DEF.path || !matches!(call.command, "request-logout" | "remove") {
        return None;
    }
    end(router, |login| call.items.contains(&Id(login.number)));
    Some(Outcome::Done(Value::Nil))
}
