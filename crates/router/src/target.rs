//! The device as the console sees it ([`console::Target`]).

use crate::Router;
use crate::config::Change;
use crate::features::FEATURES;
use bstr::BString;
use clock::Instant;
use console::{CommandCall, Globals, Job, NewItem, OldCall, Outcome, Poll, Target, Token, Translation, View};
use menu::{Id, Menu, MenuDef, Prepared, Rejected, Text, Tree};

impl Target for Router {
    fn tree(&self) -> &'static Tree {
        if self.strict { crate::menus::strict_tree() } else { crate::menus::tree() }
    }

    fn refresh(&mut self, menu: &'static MenuDef) {
        self.settle();
        if std::ptr::eq(menu, <crate::system::history::Entry as Menu>::DEF) {
            crate::system::history::refresh(self);
        } else if std::ptr::eq(menu, <crate::safe_mode::SafeMode as Menu>::DEF) {
            crate::safe_mode::refresh(self);
        } else if std::ptr::eq(menu, <crate::user::active::Session as Menu>::DEF) {
            crate::user::active::refresh(self);
        } else if crate::system::script::refresh(self, menu) {
        } else if let Some(index) = crate::config::typed(menu) {
            (FEATURES[crate::features::owner(index)].refresh)(&mut self.config, &mut self.state, self.now);
        } else {
            crate::catalog::refresh(&mut self.config, menu);
        }
    }

    fn open(&mut self, menu: &'static MenuDef) {
        // The first change of a menu sees its rows as they are now, with those that its feature makes when somebody looks;
        // no time passes before those that follow it at once.
        let again = self.config.opened.is_some_and(|opened| std::ptr::eq(opened, menu));
        if !again || !self.config.takes_more(menu) {
            self.refresh(menu);
            self.config.opened = Some(menu);
        } else if crate::config::typed(menu).is_none() {
            self.config.table_mut(menu);
        }
    }

    fn view(&self, menu: &'static MenuDef) -> Option<View<'_>> {
        Some(View { table: self.config.table(menu)?, names: &self.config })
    }

    fn add(
        &mut self,
        menu: &'static MenuDef,
        mut item: Prepared,
        place_before: Option<Id>,
    ) -> Result<Id, Rejected> {
        self.config.check(menu, Change::Add(menu, &mut item))?;
        let id = (menu.namespace == Some(crate::config::INTERFACE)).then(|| self.config.next_interface_id());
        let table = self.config.table_mut(menu);
        let at = place_before.and_then(|before| table.index_of(before));
        let id = table.insert(item, at, id);
        if at.is_none() {
            self.config.mark_added(menu)
        } else {
            self.config.mark(menu)
        }
        if self.history.records() {
            self.history.added(&self.config, self.now, menu, id);
            crate::system::history::say(self);
        }
        Ok(id)
    }

    fn set(&mut self, menu: &'static MenuDef, mut items: Vec<(Id, Prepared)>) -> Result<(), Rejected> {
        if crate::system::script::set(self, menu, &items) {
            return Ok(());
        }
        for (id, item) in &mut items {
            self.refuse_dynamic(menu, *id, "change")?;
            self.config.check(menu, Change::Set(menu, *id, item))?;
        }
        if self.history.records() {
            let ids: Vec<Id> = items.iter().map(|(id, _)| *id).collect();
            self.history.changing(&self.config, self.now, menu, &ids);
        }
        let table = self.config.table_mut(menu);
        for (id, item) in items {
            if let Some(index) = table.index_of(id) {
                table.replace(index, item);
            }
        }
        self.config.mark(menu);
        self.write_through(menu);
        crate::system::history::say(self);
        Ok(())
    }

    fn remove(&mut self, menu: &'static MenuDef, items: &[Id]) -> Result<(), Rejected> {
        for id in items {
            self.config.check(menu, Change::Remove(menu, *id))?;
        }
        if std::ptr::eq(menu, <crate::file::File as Menu>::DEF) {
            let inside = crate::file::inside(&self.config, items);
            self.config.table_mut(menu).remove_ids(&inside);
        }
        self.history.removing(&self.config, self.now, menu, items);
        self.config.removals += 1;
        self.config.table_mut(menu).remove_ids(items);
        self.config.mark_removed(menu);
        crate::system::history::say(self);
        Ok(())
    }

    fn set_disabled(&mut self, menu: &'static MenuDef, items: &[Id], disabled: bool) -> Result<(), Rejected> {
        for id in items {
            self.refuse_dynamic(menu, *id, "change")?;
            self.config.check(menu, Change::Disable(menu, *id, disabled))?;
        }
        self.history.changing(&self.config, self.now, menu, items);
        let table = self.config.table_mut(menu);
        for id in items {
            if let Some(index) = table.index_of(*id) {
                table.set_disabled(index, disabled);
            }
        }
        self.config.mark(menu);
        self.write_through(menu);
        crate::system::history::say(self);
        Ok(())
    }

    fn set_comment(&mut self, menu: &'static MenuDef, items: &[Id], comment: Text) -> Result<(), Rejected> {
        self.history.changing(&self.config, self.now, menu, items);
        let table = self.config.table_mut(menu);
        for id in items {
            if let Some(index) = table.index_of(*id) {
                table.set_comment(index, comment.clone());
            }
        }
        // A comment changes no state; but the names that reports show come from here.
        self.write_through(menu);
        crate::system::history::say(self);
        Ok(())
    }

    fn move_items(
        &mut self,
        menu: &'static MenuDef,
        items: &[Id],
        before: Option<Id>,
    ) -> Result<(), Rejected> {
        self.history.moving(&self.config, self.now, menu, items);
        let table = self.config.table_mut(menu);
        for id in items {
            if Some(*id) == before {
                continue;
            }
            let to = before.and_then(|before| table.index_of(before));
            if let Some(index) = table.index_of(*id) {
                table.move_row(index, to);
            }
        }
        self.config.mark(menu);
        crate::system::history::say(self);
        Ok(())
    }

    fn traces(&self) -> bool {
        self.trace.is_some()
    }

    fn trace(&mut self, menu: &'static MenuDef, items: &[Id], position: console::Position) {
        self.keep_place(menu, items, position);
    }

    fn translate(&mut self, call: OldCall) -> Result<Translation, Rejected> {
        self.settle();
        crate::legacy::translate(self, call)
    }

    fn wants_hardware(&self) -> bool {
        self.loading && self.ports_on_demand
    }

    fn make_hardware(&mut self, pieces: &[console::Piece]) -> Vec<console::Note> {
        crate::interface::hardware::make(self, pieces)
    }

    fn provide(&mut self, needs: &[(&'static str, Text)]) -> Vec<NewItem> {
        crate::legacy::provide(self, needs)
    }

    fn command(&mut self, call: &CommandCall) -> Outcome {
        self.settle();
        let answer = FEATURES.iter().find_map(|feature| (feature.command)(self, call));
        answer.unwrap_or_else(|| self.not_simulated(call))
    }

    fn poll(&mut self, token: Token) -> Poll {
        self.settle();
        if crate::system::power::owns(token) {
            return crate::system::power::poll(self, token);
        }
        match crate::interface::monitor::owns(token) {
            true => crate::interface::monitor::poll(self, token),
            false => crate::tool::ping::poll(self, token),
        }
    }

    fn cancel(&mut self, token: Token) {
        if crate::system::power::owns(token) {
            return crate::system::power::cancel(self, token);
        }
        match crate::interface::monitor::owns(token) {
            true => crate::interface::monitor::cancel(self, token),
            false => crate::tool::ping::cancel(self, token),
        }
    }

    fn interrupt(&mut self, token: Token) -> Option<BString> {
        if crate::system::power::owns(token) {
            crate::system::power::cancel(self, token);
            return None;
        }
        if crate::interface::monitor::owns(token) {
            crate::interface::monitor::cancel(self, token);
            // Ctrl-C is how it is meant to end.
            return Some(BString::default());
        }
        crate::tool::ping::interrupt(self, token)
    }

    fn now(&self) -> Instant {
        self.now
    }

    fn log(&mut self, topics: &str, message: &str) {
        let now = self.now;
        self.state.log.record(now, topics, message.to_owned());
    }

    fn globals(&mut self) -> &mut Globals {
        &mut self.globals
    }

    fn random(&mut self) -> u64 {
        self.state.random()
    }

    fn read_file(&mut self, name: &Text) -> Option<Vec<u8>> {
        crate::file::read(self, name)
    }

    fn write_file(&mut self, name: &Text, contents: &[u8]) -> Result<(), String> {
        crate::file::write(self, name, contents)
    }

    fn script_started(&mut self, script: Id) {
        crate::system::script::started(self, script);
    }

    fn scripts_at_work(&mut self, names: Vec<Text>) {
        self.jobs.name_current(names);
    }

    fn start_job(&mut self, job: Job) -> Result<Id, String> {
        let id = self.start_beside(job).and_then(|id| u32::try_from(id.0).ok());
        id.map(Id).ok_or_else(|| "failure: no more jobs can run".into())
    }

    fn home(&self, space: menu::Namespace, id: Id) -> Option<(&'static MenuDef, Id)> {
        self.config.home(space, id)
    }

    fn export_header(&self) -> String {
        let says = crate::system::license::export_header(&self.config, &self.state);
        format!("by RouterOS {}\n{says}", self.version)
    }
}

impl Router {
    /// Refuses a change of an item that a feature made.
    fn refuse_dynamic(&self, menu: &'static MenuDef, id: Id, verb: &str) -> Result<(), Rejected> {
        let Some(table) = self.config.table(menu) else { return Ok(()) };
        match table.index_of(id) {
            Some(index) if table.dynamic(index) => {
                Err(Rejected::failure(format_args!("can not {verb} dynamic item")))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// `/interface` shows the items of other menus: what was set there is carried over to them.
    fn write_through(&mut self, menu: &'static MenuDef) {
        if std::ptr::eq(menu, <crate::interface::Interface as Menu>::DEF) {
            crate::interface::write_through(&mut self.config);
        }
    }

    /// A command that RouterOS has and wirelab only accepts: said, not silent.
    fn not_simulated(&mut self, call: &CommandCall) -> Outcome {
        let path = call.menu.path.trim_end_matches('/');
        let text = format!("{path}/{}: accepted, not simulated\n", call.command);
        *self.not_simulated.entry((call.menu.path, call.command)).or_default() += 1;
        Outcome::Printed(BString::from(text), menu::Value::Nil)
    }
}
