//! Old and mistaken forms: what the parser does when today's menus lack a word ([`menu::Legacy`]).
//!
//! Only lenient trees ask, and only where today's RouterOS would report a fault (a few menus also have old values), so the
//! lines of a configuration of today cost nothing more.

use super::path::{Target, common};
use super::{Parsed, Parser};
use crate::matching::{Node, exact_property};
use crate::syntax::{
    Argument, ArgumentValue, Binary, Expression, ExpressionKind, MenuCall, Name, RowField, Verb,
};
use crate::{Note, NoteKind, Span};
use menu::{Becomes, Legacy, LegacyKind, LegacyMenu, LegacyProperty, MenuDef, Text, Value};
use std::borrow::Cow;

/// Most notes of one script; a script that says no more than that needs no longer list.
const MAX_NOTES: usize = 10_000;

impl Parser<'_> {
    /// The old forms of a menu.
    pub(super) fn rules(&self, node: Node) -> Option<&'static LegacyMenu> {
        if !self.tree.is_lenient() {
            return None;
        }
        if let Some((last, rules)) = self.last_rules.get()
            && std::ptr::eq(last, node)
        {
            return rules;
        }
        let rules = Legacy::get().menu(node);
        self.last_rules.set(Some((node, rules)));
        rules
    }

    /// Where the items of an old menu are today.
    pub(super) fn moved(&self, node: Node) -> Option<&'static MenuDef> {
        let rules = self.rules(node).filter(|rules| rules.is_moved() && !rules.is_gone())?;
        self.tree.menu(rules.today)
    }

    /// The definition that a command of a menu works on: today's menu for those that moved.
    pub(super) fn command_def(&self, node: Node, verb: Verb) -> Option<&'static MenuDef> {
        let def = self.def(node);
        let changes = matches!(verb, Verb::Add | Verb::Set | Verb::Remove | Verb::Enable | Verb::Disable);
        match self.rules(node) {
            Some(rules) if rules.is_moved() && (rules.over && changes || !has_verb(def, verb)) => {
                self.moved(node).or(def)
            }
            _ => def,
        }
    }

    pub(super) fn note(&mut self, kind: LegacyKind, span: Span, message: String) {
        let kind = match kind {
            LegacyKind::Version | LegacyKind::Older => NoteKind::Version,
            LegacyKind::Form => NoteKind::Form,
        };
        if self.notes.len() < MAX_NOTES {
            self.notes.push(Note { kind, position: self.lines.position(span), message });
        }
    }

    /// What an old word of a path is today.
    pub(super) fn legacy_target(&mut self, node: Node, span: Span) -> Option<Target> {
        if !self.tree.is_lenient() {
            return None;
        }
        let word = self.word(span);
        if let Some(menu) = Legacy::get().child(node, word) {
            let parent = self.rules(node).map(LegacyMenu::note);
            // The longest path says it all.
            self.notes.pop_if(|note| Some(&note.message) == parent.as_ref());
            self.note(menu.kind, span, menu.note());
            return Some(Target::Menu(menu.path));
        }
        let rules = self.rules(node)?;
        if rules.is_gone() {
            return Some(Target::Nothing);
        }
        if let Some(command) = rules.command(word) {
            self.note(command.kind, span, rules.command_note(command));
            return match command.today {
                Some(today) => self.resolve_exact(node, today),
                None => Some(Target::Nothing),
            };
        }
        self.legacy_verb(node, word)
    }

    /// A command of a menu that today has no such command, before the language's own (`set` in `/mpls`).
    pub(super) fn legacy_verb(&self, node: Node, word: &str) -> Option<Target> {
        let rules = self.rules(node).filter(|rules| rules.is_moved())?;
        if rules.is_gone() {
            return (word == "set").then_some(Target::Nothing);
        }
        let (_, verb) = common(self.moved(rules.path)?).find(|(name, _)| *name == word)?;
        Some(Target::Verb(node, verb))
    }

    /// Says that a command's menu is old where its path does not: today's tree has it too.
    pub(super) fn note_menu(&mut self, call: &MenuCall) {
        if let Some(rules) = self.rules(call.node)
            && rules.is_moved()
            && let (Some(own), Some(def)) = (self.tree.menu(call.node), call.def)
            && !std::ptr::eq(own, def)
        {
            self.note(rules.kind, call.word, rules.note());
        }
    }

    /// An argument that today's menu lacks; false when it is no old one either. The parser stands behind the name.
    /// `dotted` is what a name that begins with a dot continues.
    pub(super) fn legacy_argument(
        &mut self,
        call: &mut MenuCall,
        name: Span,
        dotted: &str,
        unset: bool,
    ) -> Parsed<bool> {
        let word = match self.word(name) {
            word if word.starts_with('.') => format!("{dotted}{word}"),
            word => word.to_owned(),
        };
        if let (Verb::Other(command), Some(rules)) = (call.verb, self.rules(call.node)) {
            let Some((old, today)) = rules.argument(&word, command.arguments) else {
                return Ok(false);
            };
            self.note(old.kind, name, rules.property_note(old));
            call.arguments.push(self.named_argument(
                Name::Static(today),
                name,
                unset,
                call.node,
                call.def,
            )?);
            return Ok(true);
        }
        let old = self.rules(call.node).and_then(|rules| Some((rules, rules.property(&word)?)));
        let (Some((rules, old)), Verb::Add | Verb::Set) = (old, call.verb) else { return Ok(false) };
        if matches!(old.becomes, Becomes::Condition(..) | Becomes::Given(_) | Becomes::Several(_)) {
            return Ok(false);
        }
        // A menu that moved has said so itself.
        let told = rules.is_moved() && matches!(old.becomes, Becomes::Property(_) | Becomes::Computed);
        if !told {
            self.note(old.kind, name, rules.property_note(old));
        }
        let mut argument = self.named_argument(Name::Legacy(old.name), name, unset, call.node, call.def)?;
        self.see_argument(call.node, old.name, &argument);
        match old.becomes {
            Becomes::Property(today) => {
                self.map_value(rules, old, &mut argument, false);
                let Some(index) = call.def.and_then(|def| exact_property(def, today)) else {
                    return Ok(true);
                };
                argument.name = Name::Property(index);
                call.arguments.push(argument);
            }
            Becomes::Computed => {
                call.old = Some(rules);
                call.arguments.push(argument);
            }
            _ => {}
        }
        Ok(true)
    }

    /// Old values of an argument that today's menu has.
    pub(super) fn legacy_value(&mut self, node: Node, name: &str, argument: &mut Argument) {
        if let Some(rules) = self.rules(node).filter(|rules| rules.has_values)
            && let Some(old) = rules.property(name)
        {
            if matches!(old.becomes, Becomes::Several(_)) {
                self.several |= has_comma(argument);
                if self.several {
                    self.note(old.kind, argument.span, rules.property_note(old));
                }
                return;
            }
            self.map_value(rules, old, argument, true);
        }
    }

    /// Puts today's value in place of an old one; lists are looked at element by element.
    fn map_value(
        &mut self,
        rules: &LegacyMenu,
        old: &'static LegacyProperty,
        argument: &mut Argument,
        note: bool,
    ) {
        let ArgumentValue::Expression(Expression { kind: ExpressionKind::Literal(value), .. }) =
            &mut argument.value
        else {
            return;
        };
        let Value::Str(text) = &*value else { return };
        let Ok(written) = std::str::from_utf8(text) else { return };
        if old.values.is_empty() {
            let (name, span) = (text.clone(), argument.span);
            self.need(old.needs, name, span);
            return;
        }
        if !written.split(',').any(|part| old.value(part).is_some()) {
            return;
        }
        let mapped: Vec<Cow<'_, str>> =
            written.split(',').map(|part| old.value(part).unwrap_or_else(|| part.into())).collect();
        let mapped = mapped.join(",");
        let changed = mapped != written;
        let message = rules.value_note(old, written, &mapped);
        *value = Value::text(mapped.as_str());
        self.need(old.needs, Text::from(mapped), argument.span);
        if note && changed {
            self.note(old.kind, argument.span, message);
        }
    }

    /// A command that takes no unnamed argument today has one: perhaps it is another command's old name
    /// (`/certificate export NAME`). That one, and where it begins.
    pub(super) fn legacy_command(&mut self, node: Node, word: Span) -> Option<Verb> {
        let rules = self.rules(node)?;
        let command = rules.command(self.word(word))?;
        let Target::Verb(_, verb) = self.resolve_exact(node, command.today?)? else { return None };
        self.note(command.kind, word, rules.command_note(command));
        self.at = word.end as usize;
        Some(verb)
    }

    /// An unnamed argument that today's command does not take; false when the old one took none either.
    pub(super) fn legacy_number(&mut self, call: &MenuCall) -> Parsed<bool> {
        let rules = self.rules(call.node);
        let old = rules.and_then(|rules| rules.property("numbers"));
        let (Some(old), Some(rules), Verb::Add | Verb::Set) = (old, rules, call.verb) else {
            return Ok(false);
        };
        if old.becomes != Becomes::Nothing {
            return Ok(false);
        }
        let start = self.at;
        let span = match self.peek() {
            // What it would find is nothing today.
            Some(b'[') if self.skip_brackets() => Span::new(start, self.at),
            _ => self.menu_value("numbers", call.node)?.span,
        };
        self.note(old.kind, span, rules.property_note(old));
        Ok(true)
    }

    /// What today's `add` wants and an old or mistaken one leaves out; what the device has to work out.
    pub(super) fn legacy_end(&mut self, call: &mut MenuCall) {
        let Some(rules) = self.rules(call.node) else { return };
        let several = std::mem::take(&mut self.several);
        if (rules.computed || several) && matches!(call.verb, Verb::Add | Verb::Set) {
            call.old = Some(rules);
        }
        let (Verb::Add, Some(def)) = (call.verb, call.def) else { return };
        self.define(rules, call);
        for old in &rules.properties {
            let Becomes::Given(value) = old.becomes else { continue };
            let Some(index) = exact_property(def, old.name) else { continue };
            let name = Name::Property(index);
            if call.arguments.iter().any(|argument| argument.name == name) {
                continue;
            }
            self.note(old.kind, call.word, rules.property_note(old));
            if value.is_empty() {
                continue;
            }
            self.need(old.needs, Text::from(value), call.word);
            let kind = ExpressionKind::Literal(Value::text(value));
            let value = ArgumentValue::Expression(Expression { span: call.word, kind });
            call.arguments.push(Argument { name, span: call.word, value });
        }
    }

    /// An old name in `where`.
    pub(super) fn legacy_field(&mut self, span: Span) -> Option<ExpressionKind> {
        let def = self.row?;
        let rules = self.rules(self.menu)?;
        let old = rules.property(self.word(span))?;
        let field = |name| Some(ExpressionKind::Property(RowField::Property(exact_property(def, name)?)));
        let kind = match old.becomes {
            Becomes::Property(today) => field(today)?,
            Becomes::Condition(today, value) => {
                self.need(old.needs, Text::from(value), span);
                let of = |kind| Expression { span, kind };
                let value = of(ExpressionKind::Literal(Value::text(value)));
                ExpressionKind::Chain(Box::new(of(field(today)?)), vec![(Binary::Equal, value)])
            }
            Becomes::Computed | Becomes::Given(_) | Becomes::Several(_) | Becomes::Nothing => return None,
        };
        self.note(old.kind, span, rules.property_note(old));
        Some(kind)
    }

    /// Remembers an item that RouterOS 6 had by itself.
    fn need(&mut self, menu: &'static str, name: Text, span: Span) {
        if menu.is_empty() || name.is_empty() || self.needs.contains_key(&(menu, name.clone())) {
            return;
        }
        let message = LegacyMenu::need_note(menu, &name.to_string());
        let note = Note { kind: NoteKind::Version, position: self.lines.position(span), message };
        self.needs.insert((menu, name), note);
    }

    /// Remembers the name of an item that the script makes itself.
    fn define(&mut self, rules: &LegacyMenu, call: &MenuCall) {
        let Some(index) = call.def.and_then(|def| def.name_property) else { return };
        let named = call.arguments.iter().find(|argument| argument.name == Name::Property(index));
        if let Some(ArgumentValue::Expression(value)) = named.map(|argument| &argument.value)
            && let ExpressionKind::Literal(Value::Str(name)) = &value.kind
        {
            self.defined.insert((rules.today, name.clone()));
        }
    }

    /// Forgets the items that the script makes itself. Routing tables came with their first mention in RouterOS 6; in a
    /// script of today one that is missing is a fault.
    pub(super) fn settle_needs(&mut self) {
        let old = self.notes.iter().any(|note| note.kind == NoteKind::Version);
        let defined = &self.defined;
        self.needs.retain(|need, _| !defined.contains(need) && (old || need.0 != "/routing/table"));
    }
}

/// Is it one value of several, with commas?
fn has_comma(argument: &Argument) -> bool {
    let ArgumentValue::Expression(value) = &argument.value else { return false };
    matches!(&value.kind, ExpressionKind::Literal(Value::Str(text)) if text.contains(&b','))
}

/// Has a menu this command among those that its kind gives it?
fn has_verb(def: Option<&MenuDef>, verb: Verb) -> bool {
    let same = |other: Verb| std::mem::discriminant(&other) == std::mem::discriminant(&verb);
    matches!(verb, Verb::Other(_) | Verb::Export)
        || def.is_some_and(|def| common(def).any(|(_, other)| same(other)))
}
