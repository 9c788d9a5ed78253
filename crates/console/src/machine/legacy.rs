//! Commands in old forms: the device says what they are today, and that is run.

use super::items::Call;
use super::{Fault, Flow, Machine, Ran};
use crate::compile::{ArgumentKind, Shape, Site, SiteArgument};
use crate::matching::exact_property;
use crate::operators::to_bool;
use crate::syntax::{Name, Verb};
use crate::{NewItem, OldArgument, OldCall, Target, Which};
use menu::{Kind, LegacyMenu, MenuDef, Text, Value};
use std::sync::Arc;

impl Machine {
    pub(super) fn run_old(
        &mut self,
        call: &Call<'_>,
        old: &'static LegacyMenu,
        target: &mut dyn Target,
    ) -> Ran<Flow> {
        let arguments = old_arguments(call);
        let old = OldCall { menu: old, adds: matches!(call.site.verb, Verb::Add), arguments };
        let translation = target.translate(old).map_err(|rejected| call.rejected(rejected))?;
        for item in &translation.before {
            make(item, target)?;
        }
        target.refresh(call.def);
        let flow = match translation.arguments {
            Some(arguments) => self.run_today(call, arguments, target)?,
            None => {
                self.values.push(Value::Nil);
                Flow::Next
            }
        };
        for item in &translation.after {
            make(item, target)?;
        }
        Ok(flow)
    }

    /// Runs the command with today's arguments.
    fn run_today(
        &mut self,
        call: &Call<'_>,
        arguments: Vec<OldArgument>,
        target: &mut dyn Target,
    ) -> Ran<Flow> {
        let site = call.site;
        let mut values = Vec::with_capacity(arguments.len());
        let mut today = Vec::with_capacity(arguments.len());
        let mut spans = Vec::with_capacity(arguments.len());
        for argument in arguments {
            let name = match exact_property(call.def, argument.name) {
                Some(index) => Name::Property(index),
                None => Name::Static(argument.name),
            };
            spans.push(site.spans.get(argument.origin).copied().unwrap_or(site.word));
            let kind = if argument.value.is_some() { ArgumentKind::Value } else { ArgumentKind::Unset };
            today.push(SiteArgument { name, kind });
            values.push(argument.value);
        }
        let shape = Shape {
            node: site.node,
            def: site.def,
            verb: site.verb,
            arguments: today.into(),
            filtered: site.filtered,
            wanted: site.wanted,
            old: None,
        };
        let site = Site { shape: Arc::new(shape), word: site.word, spans: spans.into() };
        self.run_verb(&Call { site: &site, def: call.def, values, kept: call.kept.clone() }, target)
    }
}

fn old_arguments(call: &Call<'_>) -> Vec<OldArgument> {
    let arguments = call.site.arguments.iter().zip(&call.values).enumerate();
    let argument = |(origin, (argument, value)): (usize, (&SiteArgument, &Option<Value>))| {
        let name = match &argument.name {
            Name::Static(name) | Name::Legacy(name) => name,
            Name::Property(index) => call.def.property_at(*index)?.name,
            Name::Text(_) | Name::Unnamed => return None,
        };
        let value = match argument.kind {
            ArgumentKind::Value => value.clone(),
            ArgumentKind::Unset => None,
            ArgumentKind::Flag => Some(Value::Bool(true)),
        };
        Some(OldArgument { name, value, origin })
    };
    arguments.filter_map(argument).collect()
}

/// Adds an item, or sets the one of its name.
pub(crate) fn make(item: &NewItem, target: &mut dyn Target) -> Ran<()> {
    let Some(def) = target.tree().menu(item.menu) else { return Ok(()) };
    target.refresh(def);
    let Some(view) = target.view(def) else { return Ok(()) };
    let property = |name: &str| exact_property(def, name);
    let properties: Vec<(usize, Option<Value>)> = item
        .arguments
        .iter()
        .filter_map(|(name, value)| Some((property(name)?, Some(value.clone()))))
        .collect();
    let row = match (def.kind, &item.item) {
        (Kind::Settings, _) => Some(0),
        (_, Which::Named(name)) => named(def, &view, name),
        (_, Which::Old(id)) => view.table.index_of(*id),
        (_, Which::New) => None,
    };
    let prepared = match row {
        Some(row) => {
            // What it is called already is not set.
            let same = |property: usize, value: &Option<Value>| {
                def.name_property == Some(property)
                    && value.as_ref().is_some_and(|value| {
                        view.table.name(row, property) == Some(value.argument().as_ref())
                    })
            };
            let changes = properties.iter().filter(|(property, value)| !same(*property, value));
            let changes: Vec<_> = changes.cloned().collect();
            view.table.prepare_set(row, &changes, view.names)
        }
        None => view.table.prepare_add(None, &properties, view.names),
    };
    let id = row.map(|row| view.table.id(row));
    let mut prepared = prepared.map_err(|error| Fault::from(error.to_string()))?;
    for (name, value) in &item.arguments {
        match (*name, to_bool(value)) {
            ("disabled", Value::Bool(disabled)) => prepared.disable(disabled),
            ("comment", _) => prepared.comment = Some(Text::from(value.argument().into_owned())),
            _ => {}
        }
    }
    match id {
        Some(id) => target.set(def, vec![(id, prepared)]),
        None => target.add(def, prepared, None).map(|_| ()),
    }
    .map_err(|rejected| Fault::from(rejected.message))
}

/// The row with this name.
fn named(def: &MenuDef, view: &crate::View<'_>, name: &Text) -> Option<usize> {
    let property = def.name_property?;
    (0..view.table.len()).find(|row| view.table.name(*row, property) == Some(name.as_slice()))
}
