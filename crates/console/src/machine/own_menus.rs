//! Commands of menus that belong to the console itself: `/terminal`, `/system/script/run`.

use super::items::Call;
use super::{Flow, FrameKind, Machine, Ran, Wait};
use crate::Target;
use crate::literal::text_of;
use crate::operators::to_time;
use bstr::ByteSlice;
use clock::Duration;
use menu::{Id, MenuDef, Text, Value};
use std::sync::Arc;

/// The menu of jobs.
const JOBS: &str = "/system/script/job";

/// What `:terminal inkey` gives when no key came in time.
const NO_KEY: i64 = 65_535;

impl Machine {
    /// Runs a command that the console answers itself; `None`: it is the device's.
    pub(super) fn own_command(
        &mut self,
        call: &Call<'_>,
        command: &'static str,
        items: &[Id],
        target: &mut dyn Target,
    ) -> Option<Ran<Flow>> {
        match (call.def.path, command) {
            ("/terminal", "inkey") => Some(self.inkey(call, target)),
            // Colours and the cursor: a job has no screen.
            ("/terminal", "style" | "cuu" | "el") => {
                self.values.push(Value::Nil);
                Some(Ok(Flow::Next))
            }
            ("/system/script", "run") => Some(self.run_script(call, items, target)),
            _ => None,
        }
    }

    /// Names of the scripts that run, the outermost first; the first is the job's own, which may be empty.
    pub(crate) fn scripts(&self) -> Vec<Text> {
        let inner = self.frames.iter().filter_map(|frame| frame.name.clone());
        std::iter::once(self.name.clone()).chain(inner).collect()
    }

    /// Tells the target by which scripts a command is run, when that is not the job's own.
    #[inline]
    pub(super) fn tell_scripts(&mut self, target: &mut dyn Target) {
        let inner = self.frames.iter().any(|frame| frame.name.is_some());
        if inner || self.scripts_told {
            target.scripts_at_work(self.scripts());
            self.scripts_told = inner;
        }
    }

    /// Has the target bring a menu up to date.
    pub(super) fn refresh(&self, def: &'static MenuDef, target: &mut dyn Target) {
        if def.path == JOBS {
            target.scripts_at_work(self.scripts());
        }
        target.refresh(def);
    }

    /// Nobody presses a key in a job: the time passes.
    fn inkey(&mut self, call: &Call<'_>, target: &dyn Target) -> Ran<Flow> {
        let nanos = match call.named("timeout").map(to_time) {
            None => return Err("inkey needs a terminal".into()),
            Some(Value::Time(nanos)) => u64::try_from(nanos).unwrap_or(0),
            Some(_) => return Err(call.at("timeout", "invalid value for argument timeout".into())),
        };
        self.values.push(Value::Num(NO_KEY));
        self.wait = Wait::Until(target.now() + Duration::from_nanos(nanos));
        Ok(Flow::Wait)
    }

    /// `/system/script/run`: in the foreground, with a scope of its own.
    fn run_script(&mut self, call: &Call<'_>, items: &[Id], target: &mut dyn Target) -> Ran<Flow> {
        let (Some(view), [item]) = (target.view(call.def), items) else {
            return Err(call.at("number", "failure: one script runs at a time".into()));
        };
        let read = |name: &str| {
            let (index, property) = (view.table.index_of(*item)?, call.def.property(name)?);
            view.table.get(index, property, view.names).map(|value| text_of(&value))
        };
        let source: Text = read("source").unwrap_or_default();
        let name = read("name");
        let code: Arc<str> = source.to_str_lossy().into();
        target.script_started(*item);
        let flow = self.enter(&code, Vec::new(), FrameKind::Script, target)?;
        if let Some(frame) = self.frames.last_mut() {
            frame.name = name;
        }
        Ok(flow)
    }
}
