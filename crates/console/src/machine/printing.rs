//! `print`: which rows, once or again and again, to the terminal or a file.

use super::functions::environment;
use super::items::Call;
use super::rows::{all_ids, field_named, read_field};
use super::select::numbered;
use super::{Fault, Machine, Ran};
use crate::literal::{scalar, text_of};
use crate::operators::to_time;
use crate::print::{self, Form, Options};
use crate::session::Numbers;
use crate::syntax::RowField;
use crate::{Session, Target, View};
use bstr::ByteSlice;
use menu::{Id, Text, Value};
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// The menu of the variables, which shows what `:environment print` does.
const ENVIRONMENT: &str = "/environment";

/// How often `print follow` looks for changes, in nanoseconds.
const FOLLOW_EVERY: i64 = 1_000_000_000;

impl Machine {
    pub(super) fn print_menu(&mut self, call: &Call<'_>, target: &mut dyn Target) -> Ran<Value> {
        if call.def.path == ENVIRONMENT {
            self.print(&environment(target))?;
            return Ok(Value::Nil);
        }
        if call.flag("group-by") {
            return Err(call.at("group-by", "failure: group-by is not simulated".into()));
        }
        let follows = call.flag("follow") || call.flag("follow-only");
        let pause = match call.named("interval").map(to_time) {
            None => FOLLOW_EVERY,
            Some(Value::Time(nanos)) if nanos > 0 => nanos,
            Some(_) => return Err(call.at("interval", "invalid value for argument interval".into())),
        };
        let repeats = follows || call.named("interval").is_some();
        // How long until the next round, when there is one.
        let done = if repeats { Value::Time(pause) } else { Value::Nil };
        let mut options = options(call, &self.session)?;
        let from = match call.named("from") {
            Some(selector) => Some(self.select(call.def, selector, target).map_err(|m| call.at("from", m))?),
            None => None,
        };
        let Some(view) = target.view(call.def) else { return Ok(Value::Nil) };
        let all = numbered(call.def, &view);
        let mut ids = call.kept.clone().unwrap_or_else(|| all_ids(&view));
        if let Some(from) = from {
            ids.retain(|id| from.contains(id));
        }
        if let Some(order) = call.named("order-by").map(text_of) {
            sort(call, &view, &order, &mut ids)?;
        }
        self.steps += u64::try_from(ids.len()).unwrap_or(0) * 20;
        if options.count_only {
            let count = Value::Num(i64::try_from(ids.len()).unwrap_or(i64::MAX));
            if !call.site.wanted {
                self.print(format!("{}\n", text_of(&count)).as_bytes())?;
            }
            return Ok(count);
        }
        if options.as_value {
            return Ok(print::as_value(call.def, &view, &ids, &options));
        }
        if follows {
            let first = self.followed.is_none();
            options.heading = first;
            let before = self.followed.as_ref().map(|rows| rows.keys().copied().collect());
            let changed = self.changed(call, &view, &ids, &options);
            if let (true, Some(before)) = (call.flag("on-event"), before) {
                self.events(call, &view, changed.difference(&before));
            }
            if changed.is_empty() && (!first || call.flag("follow-only")) {
                return Ok(done);
            }
            if call.flag("timestamp") {
                options.timestamp = Some(super::export::now(target));
            }
            options.only = Some(changed);
        }
        let text = print::render(call.def, &view, &ids, &all, &options);
        let numbers = Numbers { items: all, printed: true };
        self.session.numbers.insert(call.def.path, numbers);
        match call.named("file").map(text_of) {
            Some(name) => write(call, name, &text, target)?,
            None => self.print(text.as_bytes())?,
        }
        Ok(done)
    }

    /// Hands entries that appeared to the block of `on-event`.
    fn events<'i>(&mut self, call: &Call<'_>, view: &View<'_>, appeared: impl Iterator<Item = &'i Id>) {
        for index in appeared.filter_map(|id| view.table.index_of(*id)) {
            let row = print::row_array(call.def, view, index, true, &[]);
            self.round(row.keyed, None);
        }
    }

    /// Of `ids`, those that are new or are shown otherwise than in the last round; all in the first one, or with
    /// `follow-only` none.
    fn changed(&mut self, call: &Call<'_>, view: &View<'_>, ids: &[Id], options: &Options) -> BTreeSet<Id> {
        let rows = print::shown_rows(call.def, view, ids, options);
        let before = self.followed.take();
        let changed = match &before {
            None if call.flag("follow-only") => BTreeSet::new(),
            None => rows.keys().copied().collect(),
            Some(before) => {
                rows.iter().filter(|(id, text)| before.get(id) != Some(text)).map(|(id, _)| *id).collect()
            }
        };
        self.followed = Some(rows);
        changed
    }
}

/// `file=`, with `append` behind what it holds.
fn write(call: &Call<'_>, mut name: Text, text: &str, target: &mut dyn Target) -> Ran<()> {
    if !name.ends_with(b".txt") {
        name.extend_from_slice(b".txt");
    }
    let before = if call.flag("append") { target.read_file(&name) } else { None };
    let mut contents = before.unwrap_or_else(|| super::export::header(target).into_bytes());
    contents.extend_from_slice(text.as_bytes());
    target.write_file(&name, &contents).map_err(Fault::from)
}

/// The arguments of `print`.
fn options(call: &Call<'_>, session: &Session) -> Ran<Options> {
    let form = match () {
        () if call.flag("terse") => Form::Terse,
        () if call.flag("value-list") => Form::ValueList,
        () if call.flag("detail") || call.flag("stats-detail") => Form::Detail,
        () if call.flag("stats") => Form::Stats,
        () if call.flag("brief") => Form::Table,
        () => Form::Default,
    };
    Ok(Options {
        form,
        columns: proplist(call)?,
        show_ids: call.flag("show-ids"),
        show_sensitive: call.flag("show-sensitive"),
        stats: call.flag("stats") || call.flag("stats-detail"),
        count_only: call.flag("count-only"),
        as_value: call.flag("as-value"),
        heading: true,
        only: None,
        timestamp: None,
        without_comments: call.unset("comments"),
        oid: call.flag("oid"),
        width: session.width.map(usize::from).filter(|_| call.named("file").is_none()),
        person: session.person && call.named("file").is_none(),
    })
}

/// The names of `proplist`, written out.
fn proplist(call: &Call<'_>) -> Ran<Vec<String>> {
    let list = call.named("proplist").map(text_of).unwrap_or_default();
    let full = |name: &[u8]| match field_named(call.def, name) {
        Some(RowField::Property(at)) => {
            Ok(call.def.property_at(at).map_or_else(String::new, |p| p.name.to_owned()))
        }
        Some(_) => Ok(name.to_str_lossy().into_owned()),
        None => Err(call.at("proplist", "input does not match any value of proplist".into())),
    };
    list.split_str(",").filter(|name| !name.is_empty()).map(full).collect()
}

/// `order-by=address`, `order-by=-link-downs,name`: up to three properties, `-` for descending order.
fn sort(call: &Call<'_>, view: &View<'_>, order: &[u8], ids: &mut [Id]) -> Ran<()> {
    const MOST: usize = 3;
    let unknown = || call.at("order-by", "input does not match any value of order-by".into());
    let mut fields = Vec::new();
    for name in order.split_str(",") {
        let descends = name.starts_with(b"-");
        let field = field_named(call.def, name.strip_prefix(b"-").unwrap_or(name)).ok_or_else(unknown)?;
        fields.push((field, descends));
    }
    if fields.len() > MOST {
        return Err(call.at("order-by", "invalid value for argument order-by".into()));
    }
    let key = |id: &Id| -> Vec<(Value, bool)> {
        let value = |field| view.table.index_of(*id).map_or(Value::Nothing, |at| read_field(view, at, field));
        fields.iter().map(|(field, descends)| (value(*field), *descends)).collect()
    };
    let mut keyed: Vec<(Vec<(Value, bool)>, Id)> = ids.iter().map(|id| (key(id), *id)).collect();
    keyed.sort_by(|(a, _), (b, _)| {
        let compared = a.iter().zip(b).map(|((a, descends), (b, _))| match descends {
            true => sort_order(b, a),
            false => sort_order(a, b),
        });
        compared.fold(Ordering::Equal, Ordering::then)
    });
    for (id, (_, sorted)) in ids.iter_mut().zip(keyed) {
        *id = sorted;
    }
    Ok(())
}

/// Numbers, times and addresses by their size, other values by their text; what is unset comes first.
fn sort_order(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Num(a), Value::Num(b)) | (Value::Time(a), Value::Time(b)) => a.cmp(b),
        (Value::Ip(a), Value::Ip(b)) => a.cmp(b),
        (Value::Ip6(a), Value::Ip6(b)) => a.cmp(b),
        (Value::IpPrefix(a, x), Value::IpPrefix(b, y)) => (a, x).cmp(&(b, y)),
        (Value::Ip6Prefix(a, x), Value::Ip6Prefix(b, y)) => (a, x).cmp(&(b, y)),
        (Value::Id(a), Value::Id(b)) => a.cmp(b),
        (Value::Str(x), Value::Str(y)) => match (scalar(x), scalar(y)) {
            // An address with its prefix is text in some menus.
            (a @ Value::IpPrefix(..), b @ Value::IpPrefix(..)) => sort_order(&a, &b),
            _ => x.cmp(y),
        },
        _ => text_of(a).cmp(&text_of(b)),
    }
}
