//! Selectors: what `numbers`, `place-before`, `copy-from` name.

use super::Machine;
use super::rows::all_ids;
use crate::literal::{id, number, text_of};
use crate::session::Numbers;
use crate::{Session, Target, View};
use bstr::ByteSlice;
use menu::{Id, Kind, MenuDef, Text, Value};

const NO_SUCH_ITEM: &str = "no such item";

/// The rows that a print gives numbers, in order.
pub(super) fn numbered(def: &MenuDef, view: &View<'_>) -> Vec<Id> {
    let mut ids = all_ids(view);
    if def.dynamic_unnumbered {
        let dynamic = |id: &Id| view.table.index_of(*id).is_some_and(|i| view.table.dynamic(i));
        ids.retain(|id| !dynamic(id));
    }
    ids
}

impl Machine {
    /// The items that a selector names; an empty array names none.
    pub(super) fn select(
        &mut self,
        def: &'static MenuDef,
        selector: &Value,
        target: &mut dyn Target,
    ) -> Result<Vec<Id>, String> {
        let Some(view) = target.view(def) else { return Err(NO_SUCH_ITEM.into()) };
        let mut found = Vec::new();
        collect(def, selector, &view, &mut self.session, &mut found)?;
        Ok(found)
    }

    /// The one item that a selector names.
    pub(super) fn select_one(
        &mut self,
        def: &'static MenuDef,
        selector: &Value,
        target: &mut dyn Target,
    ) -> Result<Option<Id>, String> {
        Ok(self.select(def, selector, target)?.first().copied())
    }

    /// The same for `place-before` and `destination`, where a comment may stand too.
    pub(super) fn select_place(
        &mut self,
        def: &'static MenuDef,
        selector: &Value,
        target: &mut dyn Target,
    ) -> Result<Option<Id>, String> {
        if let (Value::Str(text), Some(view)) = (selector, target.view(def))
            && !text.is_empty()
            && let Some(index) = (0..view.table.len()).find(|index| view.table.comment(*index) == text)
        {
            return Ok(Some(view.table.id(index)));
        }
        // A place may be a number in a script too: `place-before=0` is how scripts put a rule first.
        let implicit = std::mem::replace(&mut self.session.implicit_numbers, true);
        let place = self.select_one(def, selector, target);
        self.session.implicit_numbers = implicit;
        place
    }
}

fn collect(
    def: &'static MenuDef,
    selector: &Value,
    view: &View<'_>,
    session: &mut Session,
    found: &mut Vec<Id>,
) -> Result<(), String> {
    match selector {
        Value::Nil | Value::Nothing => {}
        Value::Id(id) => found.push(existing(*id, view)?),
        Value::Num(n) => found.push(by_number(def, *n, view, session)?),
        Value::Array(array) => {
            for element in array.items.iter().chain(array.keyed.values()) {
                collect(def, element, view, session, found)?;
            }
        }
        Value::Str(text) if text.is_empty() => {}
        Value::Str(text) => match by_name(def, text, view) {
            Some(id) => found.push(id),
            None => {
                for token in text.split_str(",") {
                    found.push(by_token(def, token, view, session)?);
                }
            }
        },
        other => match by_name(def, &text_of(other), view) {
            Some(id) => found.push(id),
            None => return Err(NO_SUCH_ITEM.into()),
        },
    }
    Ok(())
}

fn by_token(
    def: &'static MenuDef,
    token: &[u8],
    view: &View<'_>,
    session: &mut Session,
) -> Result<Id, String> {
    let text = token.to_str().unwrap_or_default();
    if let Some(id) = id(text) {
        return existing(id, view);
    }
    if let Some(id) = by_name(def, &token.into(), view) {
        return Ok(id);
    }
    match number(text) {
        Some(n) => by_number(def, n, view, session),
        None => Err(NO_SUCH_ITEM.into()),
    }
}

fn existing(id: Id, view: &View<'_>) -> Result<Id, String> {
    view.table.index_of(id).map(|_| id).ok_or_else(|| NO_SUCH_ITEM.into())
}

fn by_number(def: &'static MenuDef, n: i64, view: &View<'_>, session: &mut Session) -> Result<Id, String> {
    // At a terminal, without a print before, the numbers are those that a print would show now; the items of fixed
    // lists and built-in ones are numbered everywhere (`/port set 0 name=serial0`, `/ip ipsec policy set 0` of exports).
    let builtin = usize::try_from(n).is_ok_and(|n| n < view.table.len() && view.table.builtin(n));
    let implicit = session.implicit_numbers || def.kind == Kind::FixedList || builtin;
    if !implicit && !session.numbers.contains_key(def.path) {
        return Err(NO_SUCH_ITEM.into());
    }
    let Ok(n) = usize::try_from(n) else { return Err(NO_SUCH_ITEM.into()) };
    let as_now = || Numbers { items: numbered(def, view), printed: false };
    let numbers = session.numbers.entry(def.path).or_insert_with(as_now);
    if !numbers.printed && n >= numbers.items.len() {
        // Items that came later have their numbers as soon as somebody uses one.
        *numbers = as_now();
    }
    let id = numbers.items.get(n).copied();
    existing(id.ok_or(NO_SUCH_ITEM)?, view)
}

fn by_name(def: &MenuDef, name: &Text, view: &View<'_>) -> Option<Id> {
    let property = def.name_property?;
    let is_named = |index: &usize| match view.table.get(*index, property, view.names) {
        Some(Value::Str(text)) => text == *name,
        Some(other) => text_of(&other) == *name,
        None => false,
    };
    (0..view.table.len()).find(is_named).map(|index| view.table.id(index))
}
