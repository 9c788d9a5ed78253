//! `/system/script`: stored scripts, the jobs that run, global variables.
//!
//! Manual: "Scripting". `run` belongs to the console ([`console::Job`]): the script runs inside the job that asks. Jobs
//! and variables have no tables of their own: their menus are filled before they are read, and what is done to them is
//! done to the thing itself.

mod menu;

pub(crate) use self::menu::all_policies;
pub use self::menu::{Job, Policy, Script, Variable};

use crate::Router;
use crate::config::{Change, Config, Feature};
use crate::job::JobId;
use ::menu::{Id, Menu, MenuDef, Name, Prepared, Rejected, Text, Value};
use console::{CommandCall, Outcome};

/// `/system/script`, `/system/script/job`, `/system/script/environment`.
pub static FEATURE: Feature = Feature { check, command, ..Feature::NONE };

/// Scripts that run inside a job are rows too: their ids lie this far behind the job's.
const INNER: u32 = 1 << 24;

fn check(config: &Config, change: &mut Change<'_>) -> Result<(), Rejected> {
    let Some((id, item)) = change.item::<Script>() else { return Ok(()) };
    let mut rows = config.tables.script.rows().iter();
    if item.name.is_empty() {
        let taken =
            |name: &str| config.tables.script.rows().iter().any(|row| row.item.name == Name::from(name));
        let free = (1..).map(|n| format!("script{n}")).find(|name| !taken(name));
        item.name = Name::from(free.unwrap_or_default().as_str());
    } else if rows.any(|row| Some(row.id) != id && row.item.name == item.name) {
        return Err(Rejected::failure("item with this name already exists").at("name"));
    }
    if id.is_none() {
        (item.last_started, item.run_count) = (None, 0);
        if item.owner.is_empty() {
            item.owner = "admin".into();
        }
    }
    Ok(())
}

/// The script was started: by `run`, by the scheduler.
pub(crate) fn started(router: &mut Router, id: Id) {
    let at = router.state.log.date_time(router.now);
    if let Some(row) = router.config.tables.script.by_id_mut(id) {
        row.item.run_count += 1;
        row.item.last_started = Some(at.as_str().into());
    }
}

/// Brings the menus of jobs and variables up to date; false for other menus.
pub(crate) fn refresh(router: &mut Router, menu: &'static MenuDef) -> bool {
    if std::ptr::eq(menu, Job::DEF) {
        refresh_jobs(router);
    } else if std::ptr::eq(menu, Variable::DEF) {
        let rows = router.globals.iter().zip(1..);
        let rows: Vec<(Id, Variable)> =
            rows.map(|((name, value), id)| (Id(id), variable(name, value))).collect();
        let table = &mut router.config.tables.script_environment;
        table.retain(|_| false);
        rows.into_iter().for_each(|(id, item)| table.push_with_id(id, item, false));
    } else {
        return false;
    }
    true
}

fn variable(name: &Text, value: &Value) -> Variable {
    let value = match value {
        Value::Str(text) => text.clone(),
        other => console::environment_text(other),
    };
    Variable { name: name.clone(), value }
}

fn refresh_jobs(router: &mut Router) {
    let mut rows = Vec::new();
    for (id, facts, scripts) in router.jobs.all() {
        let mut number = u32::try_from(id.0).unwrap_or(u32::MAX);
        let item = |script: Option<Text>, parent: Option<u32>| Job {
            type_: if facts.login { "login".into() } else { "command".into() },
            script,
            owner: (&*facts.owner).into(),
            started: router.state.log.date_time(facts.started).as_str().into(),
            parent: parent.map(|parent| Id(parent).to_string().as_str().into()),
        };
        let (own, inner) = scripts.split_first().map_or((None, &[][..]), |(own, inner)| (Some(own), inner));
        rows.push((Id(number), item(own.filter(|name| !name.is_empty()).cloned(), None)));
        for name in inner {
            let parent = number;
            number = number.saturating_add(INNER);
            let job = Job { type_: "command".into(), ..item(Some(name.clone()), Some(parent)) };
            rows.push((Id(number), job));
        }
    }
    let table = &mut router.config.tables.script_job;
    table.retain(|_| false);
    rows.into_iter().for_each(|(id, item)| table.push_with_id(id, item, false));
}

/// `remove` in the menus of jobs and variables.
fn command(router: &mut Router, call: &CommandCall) -> Option<Outcome> {
    if call.command != "remove" {
        return None;
    }
    if call.menu.path == Job::DEF.path {
        call.items.iter().for_each(|id| router.end_job(JobId((id.0 % INNER).into())));
    } else if call.menu.path == Variable::DEF.path {
        for id in &call.items {
            if let Some(row) = router.config.tables.script_environment.take(*id) {
                router.globals.remove(&row.item.name);
            }
        }
    } else {
        return None;
    }
    Some(Outcome::Done(Value::Nil))
}

/// `set` in the menu of variables; false for other menus.
pub(crate) fn set(router: &mut Router, menu: &'static MenuDef, items: &[(Id, Prepared)]) -> bool {
    if !std::ptr::eq(menu, Variable::DEF) {
        return false;
    }
    for item in items.iter().filter_map(|(_, item)| item.item::<Variable>()) {
        if let Some(value) = router.globals.get_mut(&item.name) {
            *value = Value::Str(item.value.clone());
        }
    }
    true
}
