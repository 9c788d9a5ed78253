//! `/system/scheduler`: scripts that run by time.
//!
//! Manual: "Scheduler". Tasks that are due at one instant are started in the order of the menu, each as a job of its own.
//! When something is due is the business of [`machine`].

pub mod machine;
mod menu;

pub use self::menu::{Day, Startup, Task, TimeOfDay};

use self::machine::{Start, Wanted};
use crate::Router;
use crate::config::{Change, Config, Feature};
use crate::state::State;
use crate::system::history::Origin;
use ::menu::{Id, Or, Rejected};
use clock::Instant;

/// `/system/scheduler`.
pub static FEATURE: Feature = Feature { check, apply, refresh, ..Feature::NONE };

const DAY: u64 = 86_400;
const SECOND: u64 = 1_000_000_000;

fn check(config: &Config, change: &mut Change<'_>) -> Result<(), Rejected> {
    let Some((id, item)) = change.item::<Task>() else { return Ok(()) };
    let mut rows = config.tables.scheduler.rows().iter();
    if rows.any(|row| Some(row.id) != id && row.item.name == item.name) {
        return Err(Rejected::failure("item with this name already exists").at("name"));
    }
    if id.is_none() {
        (item.run_count, item.next_run) = (0, None);
        if item.owner.is_empty() {
            item.owner = "admin".into();
        }
    }
    Ok(())
}

fn apply(config: &mut Config, state: &mut State, now: Instant) {
    let offset = state.log.utc_offset_seconds;
    let local = (now.unix_nanos() / SECOND).saturating_add_signed(offset);
    let mut wanted = Vec::new();
    for row in config.tables.scheduler.rows_mut() {
        // Without a start the task counts from when it was made.
        let day = *row.item.start_date.get_or_insert(Day(local / DAY));
        let time = *row.item.start_time.get_or_insert(Or::Value(TimeOfDay(local % DAY)));
        let start = match time {
            Or::Word(Startup::Startup) => Start::Startup,
            Or::Value(time) => {
                let seconds = (day.0.saturating_mul(DAY) + time.0).saturating_add_signed(-offset);
                Start::At(seconds.saturating_mul(SECOND))
            }
        };
        if !row.disabled {
            wanted.push((row.id.0, Wanted { start, interval: row.item.interval }));
        }
    }
    state.schedule.set(wanted.into_iter(), now);
}

fn refresh(config: &mut Config, state: &mut State, _now: Instant) {
    for row in config.tables.scheduler.rows_mut() {
        let next = state.schedule.next(row.id.0);
        row.item.next_run = next.map(|at| state.log.date_time(at).as_str().into());
    }
}

/// Starts the tasks that are due as jobs; [`Router::run_jobs`] runs them.
pub(crate) fn run_due(router: &mut Router) {
    for number in router.state.schedule.take_due(router.now) {
        let Some(row) = router.config.tables.scheduler.by_id_mut(Id(number)) else { continue };
        row.item.run_count += 1;
        let (task, event, owner) =
            (row.item.name.to_string(), row.item.on_event.clone(), row.item.owner.to_string());
        let script = router.config.tables.script.rows().iter().find(|script| *script.item.name == event);
        let script = script.map(|script| (script.id, script.item.source.clone()));
        let (name, source) = match script {
            Some((id, source)) => {
                crate::system::script::started(router, id);
                (event.to_string(), source)
            }
            None => (String::new(), event),
        };
        router.start_event(&source, &name, Origin::Scheduler(task.into()), &owner);
    }
}
