//! The common commands of menus: add, set, remove, print and their kin.

use super::rows::{all_ids, field_named, read_field};
use super::{Fault, Flow, Machine, Ran};
use crate::compile::{ArgumentKind, Program, Site};
use crate::literal::text_of;
use crate::matching::{Match, find_property};
use crate::operators::to_bool;
use crate::print;
use crate::syntax::{Name, Verb};
use crate::{CommandCall, Span, Target};
use bstr::ByteSlice;
use menu::{Id, Kind, MenuDef, PropertyError, Rejected, Text, Value};
use std::sync::Arc;

/// A menu command with its values.
pub(super) struct Call<'p> {
    pub(super) site: &'p Site,
    pub(super) def: &'static MenuDef,
    /// Parallel to the site's arguments; `None` for `!name` and bare names.
    pub(super) values: Vec<Option<Value>>,
    /// What `where` let through; `None` without it.
    pub(super) kept: Option<Vec<Id>>,
}

impl Call<'_> {
    pub(super) fn named(&self, name: &str) -> Option<&Value> {
        let is = |a: &crate::compile::SiteArgument| matches!(a.name, Name::Static(own) if own == name);
        let at = self.site.arguments.iter().rposition(is)?;
        self.values.get(at)?.as_ref()
    }

    pub(super) fn flag(&self, name: &str) -> bool {
        self.site.arguments.iter().any(|a| matches!(a.name, Name::Static(n) if n == name))
    }

    /// Was it given as `!name`?
    pub(super) fn unset(&self, name: &str) -> bool {
        let is = |a: &crate::compile::SiteArgument| matches!(a.name, Name::Static(n) if n == name);
        self.site.arguments.iter().any(|a| is(a) && a.kind == ArgumentKind::Unset)
    }

    /// Does it look at no item that is there? Then the device need not be brought in line first.
    fn only_writes(&self) -> bool {
        match self.site.verb {
            Verb::Add => !self.flag("copy-from") && !self.flag("place-before"),
            Verb::Set => self.def.kind == Kind::Settings,
            _ => false,
        }
    }

    pub(super) fn span_of(&self, name: &str) -> Option<Span> {
        let is = |a: &crate::compile::SiteArgument| match &a.name {
            Name::Static(n) => *n == name,
            Name::Property(index) => self.def.property_at(*index).is_some_and(|p| p.name == name),
            Name::Legacy(old) => *old == name,
            Name::Text(_) | Name::Unnamed => false,
        };
        let at = self.site.arguments.iter().rposition(is)?;
        self.site.spans.get(at).copied()
    }

    /// The properties to set, for `prepare_add` and `prepare_set`; the last of several counts.
    fn properties(&self) -> Vec<(usize, Option<Value>)> {
        let mut properties: Vec<(usize, Option<Value>)> = Vec::with_capacity(self.values.len());
        for (argument, value) in self.site.arguments.iter().zip(&self.values) {
            let Name::Property(index) = argument.name else { continue };
            let value = match argument.kind {
                ArgumentKind::Value => value.clone(),
                ArgumentKind::Unset => None,
                ArgumentKind::Flag => Some(Value::Bool(true)),
            };
            properties.retain(|(known, _)| *known != index);
            properties.push((index, value));
        }
        properties
    }

    fn command(&self) -> String {
        format!("{}/{}", self.site.node, self.site.verb.name())
    }

    fn property_fault(&self, error: &PropertyError) -> Fault {
        let fault = Fault::from(error.to_string());
        match self.span_of(error.property) {
            Some(span) => fault.at(span),
            None => fault.at(self.site.word),
        }
    }

    pub(super) fn rejected(&self, rejected: Rejected) -> Fault {
        let span = rejected.property.and_then(|name| self.span_of(name));
        Fault::from(rejected.message).at(span.unwrap_or(self.site.word))
    }

    pub(super) fn at(&self, name: &str, message: String) -> Fault {
        Fault::from(message).at(self.span_of(name).unwrap_or(self.site.word))
    }
}

impl Machine {
    pub(super) fn menu_command(
        &mut self,
        site: usize,
        program: &Arc<Program>,
        target: &mut dyn Target,
    ) -> Ran<Flow> {
        let Some(site) = program.sites.get(site) else { return Ok(Flow::Next) };
        let kept = if site.filtered { self.rows.pop().map(|rows| rows.kept) } else { None };
        let mut values: Vec<Option<Value>> = vec![None; site.arguments.len()];
        for (argument, slot) in site.arguments.iter().zip(values.iter_mut()).rev() {
            if argument.kind == ArgumentKind::Value {
                *slot = Some(self.pop());
            }
        }
        let Some(def) = site.def else {
            return self.export_directory(site, target);
        };
        let call = Call { site, def, values, kept };
        self.tell_scripts(target);
        if !site.filtered {
            match call.only_writes() {
                true => target.open(def),
                false => self.refresh(def, target),
            }
        }
        if let Some(old) = site.old {
            let flow = self.run_old(&call, old, target);
            return flow.map_err(|fault| fault.at(site.word).by(call.command()));
        }
        let flow = self.run_verb(&call, target);
        flow.map_err(|fault| fault.at(site.word).by(call.command()))
    }

    pub(super) fn run_verb(&mut self, call: &Call<'_>, target: &mut dyn Target) -> Ran<Flow> {
        let value = match call.site.verb {
            // What the device makes by itself is not changed here; some of these commands do something else to it.
            Verb::Add
            | Verb::Set
            | Verb::Unset
            | Verb::Reset
            | Verb::Remove
            | Verb::Enable
            | Verb::Disable
            | Verb::Comment
            | Verb::Move
                if call.def.kind == Kind::Status =>
            {
                let named = call.named("numbers").is_some() || call.named("number").is_some();
                let items = if named { self.items(call, target)? } else { Vec::new() };
                if named && items.is_empty() {
                    self.values.push(Value::Nil);
                    return Ok(Flow::Next);
                }
                let (menu, command) = (call.def, call.site.verb.name());
                let own = CommandCall { menu, command, items, arguments: Vec::new(), width: None };
                let outcome = target.command(&own);
                return self.outcome(outcome, &call.command());
            }
            Verb::Add => self.add(call, target)?,
            Verb::Set if call.def.kind == Kind::Settings => {
                let value = set_settings(call, &call.properties(), target)?;
                if let (true, Some(view)) = (target.traces(), target.view(call.def)) {
                    let ids = all_ids(&view);
                    self.trace(call, &ids, target);
                }
                value
            }
            Verb::Set => self.set(call, &call.properties(), target)?,
            Verb::Unset | Verb::Reset => self.unset(call, target)?,
            Verb::Remove => {
                let items = self.items(call, target)?;
                some(&items, |items| target.remove(call.def, items)).map_err(|r| call.rejected(r))?
            }
            // There is no item to take: what it turns on is known to the device only.
            Verb::Enable | Verb::Disable if call.def.kind == Kind::Settings => {
                let (menu, command) = (call.def, call.site.verb.name());
                let own =
                    CommandCall { menu, command, items: Vec::new(), arguments: Vec::new(), width: None };
                let outcome = target.command(&own);
                return self.outcome(outcome, &call.command());
            }
            Verb::Enable | Verb::Disable => {
                let disabled = matches!(call.site.verb, Verb::Disable);
                let items = self.items(call, target)?;
                some(&items, |items| target.set_disabled(call.def, items, disabled))
                    .map_err(|r| call.rejected(r))?
            }
            Verb::Comment => {
                let items = self.items(call, target)?;
                let comment = call.named("comment").map(text_of).unwrap_or_default();
                some(&items, |items| target.set_comment(call.def, items, comment))
                    .map_err(|r| call.rejected(r))?
            }
            Verb::Move => self.move_items(call, target)?,
            Verb::Edit => return Err("edit needs a terminal".into()),
            Verb::Find => {
                let all = || target.view(call.def).map(|view| all_ids(&view)).unwrap_or_default();
                let ids = call.kept.clone().unwrap_or_else(all);
                Value::list(ids.into_iter().map(Value::Id).collect())
            }
            Verb::Get => self.get(call, target)?,
            Verb::Print => self.print_menu(call, target)?,
            Verb::Export => self.export_menu(call, target)?,
            Verb::Other(_) => return self.other(call, target),
        };
        self.values.push(value);
        Ok(Flow::Next)
    }

    fn add(&mut self, call: &Call<'_>, target: &mut dyn Target) -> Ran<Value> {
        let place = match call.named("place-before") {
            Some(selector) => self
                .select_place(call.def, selector, target)
                .map_err(|message| call.at("place-before", message))?,
            None => None,
        };
        let copied = match call.named("copy-from") {
            Some(selector) => {
                self.select_one(call.def, selector, target).map_err(|m| call.at("copy-from", m))?
            }
            None => None,
        };
        let Some(view) = target.view(call.def) else { return Err("no such item".into()) };
        let copied = copied.and_then(|id| view.table.index_of(id));
        let prepared = view.table.prepare_add(copied, &call.properties(), view.names);
        let mut prepared = prepared.map_err(|error| call.property_fault(&error))?;
        common_arguments(call, &mut prepared)?;
        let id = target.add(call.def, prepared, place).map_err(|rejected| call.rejected(rejected))?;
        if target.traces() {
            self.trace(call, &[id], target);
        }
        Ok(Value::Id(id))
    }

    /// Tells the device where the command stands that added or set these items.
    fn trace(&self, call: &Call<'_>, items: &[Id], target: &mut dyn Target) {
        if !items.is_empty() {
            target.trace(call.def, items, self.position_in_script(call.site.word));
        }
    }

    /// The items that `numbers` names.
    fn items(&mut self, call: &Call<'_>, target: &mut dyn Target) -> Ran<Vec<Id>> {
        let name = if call.flag("number") { "number" } else { "numbers" };
        let Some(selector) = call.named(name) else {
            return Err("missing value(s) of argument(s) numbers".into());
        };
        self.select(call.def, selector, target).map_err(|message| call.at(name, message))
    }

    fn set(
        &mut self,
        call: &Call<'_>,
        properties: &[(usize, Option<Value>)],
        target: &mut dyn Target,
    ) -> Ran<Value> {
        let items = self.items(call, target)?;
        let mut prepared_items = Vec::with_capacity(items.len());
        let Some(view) = target.view(call.def) else { return Ok(Value::Nil) };
        for id in items {
            let Some(index) = view.table.index_of(id) else { continue };
            let prepared = view.table.prepare_set(index, properties, view.names);
            let mut prepared = prepared.map_err(|error| call.property_fault(&error))?;
            common_arguments(call, &mut prepared)?;
            prepared_items.push((id, prepared));
        }
        if !prepared_items.is_empty() {
            let traced: Vec<Id> = match target.traces() {
                true => prepared_items.iter().map(|(id, _)| *id).collect(),
                false => Vec::new(),
            };
            target.set(call.def, prepared_items).map_err(|rejected| call.rejected(rejected))?;
            self.trace(call, &traced, target);
        }
        Ok(Value::Nil)
    }

    fn unset(&mut self, call: &Call<'_>, target: &mut dyn Target) -> Ran<Value> {
        let names = call.named("value-name").map(text_of).unwrap_or_default();
        if names.is_empty() {
            return Err("missing value(s) of argument(s) value-name".into());
        }
        let mut properties = Vec::new();
        let (mut comment, mut others) = (false, false);
        for name in names.split_str(",") {
            let word = name.to_str().unwrap_or_default();
            // Every item has one, though it is no property.
            if word == "comment" && call.def.can_comment && call.def.property(word).is_none() {
                comment = true;
                continue;
            }
            others = true;
            match find_property(call.def, word, |p| p.access != menu::Access::ReadOnly) {
                Match::One(index) => properties.push((index, None)),
                _ => {
                    let message = "input does not match any value of value-name".to_string();
                    return Err(call.at("value-name", message));
                }
            }
        }
        if comment {
            let items = self.items(call, target)?;
            some(&items, |items| target.set_comment(call.def, items, Text::default()))
                .map_err(|r| call.rejected(r))?;
        }
        match call.def.kind {
            _ if !others => Ok(Value::Nil),
            Kind::Settings => set_settings(call, &properties, target),
            _ => self.set(call, &properties, target),
        }
    }

    fn move_items(&mut self, call: &Call<'_>, target: &mut dyn Target) -> Ran<Value> {
        let items = self.items(call, target)?;
        let before = match call.named("destination") {
            Some(selector) => self
                .select_place(call.def, selector, target)
                .map_err(|message| call.at("destination", message))?,
            None => None,
        };
        some(&items, |items| target.move_items(call.def, items, before)).map_err(|r| call.rejected(r))
    }

    fn get(&mut self, call: &Call<'_>, target: &mut dyn Target) -> Ran<Value> {
        let index = match call.def.kind {
            Kind::Settings => 0,
            _ => {
                let Some(selector) = call.named("number") else {
                    return Err("missing value(s) of argument(s) number".into());
                };
                let items = self.select(call.def, selector, target).map_err(|m| call.at("number", m))?;
                if items.len() > 1 {
                    return Err("invalid internal item number".into());
                }
                let view = target.view(call.def);
                let index = items.first().and_then(|id| view?.table.index_of(*id));
                index.ok_or_else(|| Fault::from("no such item"))?
            }
        };
        let Some(view) = target.view(call.def) else { return Err("no such item".into()) };
        let Some(name) = call.named("value-name").map(text_of) else {
            return Ok(Value::Array(Arc::new(print::row_array(call.def, &view, index, true, &[]))));
        };
        match field_named(call.def, &name) {
            Some(field) => Ok(read_field(&view, index, field)),
            None => Err(call.at("value-name", "input does not match any value of value-name".into())),
        }
    }

    fn other(&mut self, call: &Call<'_>, target: &mut dyn Target) -> Ran<Flow> {
        let Verb::Other(command) = call.site.verb else { return Ok(Flow::Next) };
        let selector = command.arguments.iter().find(|name| matches!(**name, "numbers" | "number"));
        let items = match selector.and_then(|name| call.named(name).map(|value| (*name, value))) {
            Some((name, value)) => {
                self.select(call.def, value, target).map_err(|message| call.at(name, message))?
            }
            None => Vec::new(),
        };
        if let Some(done) = self.own_command(call, command.name, &items, target) {
            return done;
        }
        let mut arguments = Vec::new();
        for (argument, value) in call.site.arguments.iter().zip(&call.values) {
            if let Name::Static(name) = argument.name {
                arguments.push((name, value.clone().unwrap_or(Value::Bool(true))));
            }
        }
        let (menu, width) = (call.def, self.session.width);
        let outcome = target.command(&CommandCall { menu, command: command.name, items, arguments, width });
        self.outcome(outcome, &call.command())
    }
}

/// Does nothing for no items: an empty selection is silent.
fn some(items: &[Id], change: impl FnOnce(&[Id]) -> Result<(), Rejected>) -> Result<Value, Rejected> {
    if !items.is_empty() {
        change(items)?;
    }
    Ok(Value::Nil)
}

fn set_settings(
    call: &Call<'_>,
    properties: &[(usize, Option<Value>)],
    target: &mut dyn Target,
) -> Ran<Value> {
    let Some(view) = target.view(call.def) else { return Err("no such item".into()) };
    if view.table.is_empty() {
        return Err("no such item".into());
    }
    let id = view.table.id(0);
    let prepared = view.table.prepare_set(0, properties, view.names);
    let prepared = prepared.map_err(|error| call.property_fault(&error))?;
    target.set(call.def, vec![(id, prepared)]).map_err(|rejected| call.rejected(rejected))?;
    Ok(Value::Nil)
}

/// `disabled=` and `comment=`, which every item has outside its properties.
fn common_arguments(call: &Call<'_>, prepared: &mut menu::Prepared) -> Ran<()> {
    if call.flag("disabled") {
        let value = call.named("disabled").cloned().unwrap_or(Value::Bool(true));
        match to_bool(&value) {
            Value::Bool(disabled) => prepared.disable(disabled),
            _ => return Err(call.at("disabled", "invalid value for argument disabled".into())),
        }
    }
    if let Some(comment) = call.named("comment") {
        prepared.comment = Some(Text::from(comment.argument().into_owned()));
    } else if call.flag("comment") {
        // `!comment`.
        prepared.comment = Some(Text::default());
    }
    Ok(())
}
