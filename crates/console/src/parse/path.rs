//! Paths: words and slashes up to the command.

use super::scan::name_byte;
use super::{Parsed, Parser};
use crate::highlight::Class;
use crate::language::{self, Command};
use crate::matching::{Match, Node, ROOT, parent};
use crate::syntax::{Expression, ExpressionKind, StatementKind, Verb};
use crate::{Span, language::Builtin};
use menu::{Catalog, CommandDef, Kind, MenuDef, Step, Value};

/// What a word at the end of a path is.
pub(crate) enum Target {
    Menu(Node),
    Verb(Node, Verb),
    Builtin(&'static Builtin),
    /// An old command that does nothing today.
    Nothing,
}

/// The common commands.
const COMMON: [(&str, Verb); 14] = [
    ("add", Verb::Add),
    ("comment", Verb::Comment),
    ("disable", Verb::Disable),
    ("edit", Verb::Edit),
    ("enable", Verb::Enable),
    ("export", Verb::Export),
    ("find", Verb::Find),
    ("get", Verb::Get),
    ("move", Verb::Move),
    ("print", Verb::Print),
    ("remove", Verb::Remove),
    ("reset", Verb::Reset),
    ("set", Verb::Set),
    ("unset", Verb::Unset),
];

/// The common commands of a menu, by its kind.
pub(super) fn common(def: &MenuDef) -> impl Iterator<Item = (&'static str, Verb)> + '_ {
    COMMON.into_iter().filter(|(_, verb)| {
        let rows = matches!(def.kind, Kind::List | Kind::FixedList | Kind::Status);
        let settable = matches!(def.kind, Kind::List | Kind::FixedList | Kind::Settings);
        match verb {
            Verb::Add => def.kind == Kind::List,
            // Sessions, cookies and the like are not added but may be removed.
            Verb::Remove => def.kind == Kind::List || rows && ends_items(def),
            Verb::Comment => rows && def.can_comment,
            Verb::Disable | Verb::Enable => rows && def.can_disable,
            Verb::Move => rows && def.ordered,
            Verb::Find => rows,
            Verb::Get | Verb::Print => def.kind != Kind::Commands,
            Verb::Edit | Verb::Set | Verb::Export | Verb::Unset | Verb::Reset => settable,
            Verb::Other(_) => false,
        }
    })
}

/// Do items that nobody adds have a plain `remove`, and not one of the menu's own?
fn ends_items(def: &MenuDef) -> bool {
    def.commands.iter().all(|command| command.name != "remove")
        && Catalog::get().menu(def.path).is_some_and(|menu| menu.commands.contains(&"remove"))
}

impl Parser<'_> {
    /// Reads a path and the command behind it. `bare`: the first word may be a command of the language.
    pub(super) fn path_command(&mut self, from: Node, sticky: bool, bare: bool) -> Parsed<StatementKind> {
        let mut node = from;
        let mut first = bare;
        loop {
            if self.eat(b"..") {
                node = parent(node);
            } else {
                let start = self.at;
                let span = self.take_while(name_byte);
                self.check_word(start, span)?;
                let (target, followed) =
                    (self.resolve(node, self.word(span), first), self.peek() == Some(b'/'));
                let target = match target {
                    Match::One(Target::Builtin(_)) if first && !std::ptr::eq(node, ROOT) => {
                        self.legacy_verb(node, self.word(span)).map_or(target, Match::One)
                    }
                    // `set` is a word of its own, not short for `settings`.
                    Match::One(Target::Menu(child)) if !child.ends_with(self.word(span)) => {
                        self.legacy_verb(node, self.word(span)).map_or(target, Match::One)
                    }
                    Match::One(_) => target,
                    _ => self.legacy_target(node, span).map_or(target, Match::One),
                };
                match target {
                    Match::One(Target::Menu(child)) => {
                        self.mark(span, Class::Menu);
                        node = child;
                    }
                    Match::One(Target::Verb(node, verb)) if !followed => {
                        self.mark(span, Class::Command);
                        return self.verb(node, verb, span);
                    }
                    Match::One(Target::Nothing) => {
                        self.skip_command();
                        return Ok(StatementKind::Value(self.nothing(span)));
                    }
                    Match::One(Target::Builtin(builtin)) if !followed => {
                        self.mark(span, Class::Command);
                        if builtin.command == Command::Log && self.word(span) != "log" {
                            // `/log info …`: the topic is an argument.
                            self.at = start;
                        }
                        return self.language_command(builtin);
                    }
                    _ if followed => return self.syntax_error(self.at),
                    Match::Ambiguous => {
                        self.mark(span, Class::Ambiguous);
                        let message = format!("ambiguous command name {}", self.word(span));
                        return Ok(self.late_fault(message, String::new(), span));
                    }
                    _ => {
                        self.mark(span, Class::Error);
                        let message = format!("bad command name {}", self.word(span));
                        return Ok(self.late_fault(message, String::new(), span));
                    }
                }
            }
            first = false;
            if self.eat(b"/") {
                if self.peek().is_none_or(|b| !name_byte(b)) {
                    return self.syntax_error(self.at);
                }
                continue;
            }
            let blank = self.skip_blanks();
            if self.at_terminator() {
                return Ok(self.enter(node, sticky));
            }
            match self.peek() {
                Some(b'{') => return self.menu_block(node),
                _ if !blank => return self.syntax_error(self.at),
                _ => {}
            }
        }
    }

    /// `/ip/pool { … }`: a block in a menu.
    pub(super) fn menu_block(&mut self, node: Node) -> Parsed<StatementKind> {
        let menu = std::mem::replace(&mut self.menu, node);
        let block = self.block();
        self.menu = menu;
        Ok(StatementKind::Block(block?))
    }

    /// What this word, written out, means in a menu.
    pub(super) fn resolve_exact(&self, node: Node, word: &str) -> Option<Target> {
        match self.resolve(node, word, false) {
            Match::One(target) => Some(target),
            _ => None,
        }
    }

    /// The value of a command that does nothing.
    fn nothing(&self, span: Span) -> Expression {
        Expression { span, kind: ExpressionKind::Literal(Value::Nil) }
    }

    /// A command word must begin with a lower-case letter or a digit and go on so, `-` and `.` besides, up to a blank, a
    /// slash or a bracket.
    fn check_word(&self, start: usize, span: Span) -> Parsed<()> {
        let ends = match self.peek() {
            None => true,
            Some(b) => !super::scan::word_byte(b) || b == b'/' || b == b'=',
        };
        let begins =
            self.slice(start, start + 1).iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        match span.start < span.end && begins && ends {
            true => Ok(()),
            false => self.fault("expected command name", self.token_here(start)),
        }
    }

    fn resolve(&self, node: Node, word: &str, first: bool) -> Match<Target> {
        if node == "/log"
            && let Match::One(target) = log_topic(word)
        {
            return Match::One(target);
        }
        let own = self.resolve_in_menu(node, word);
        if !first {
            return own;
        }
        // At the root the commands of the language stand beside the menus; elsewhere they and the root's own commands
        // come after those of the menu.
        let language = language::builtin(word);
        match (own, language) {
            (Match::None, Match::One(builtin)) => Match::One(Target::Builtin(builtin)),
            (Match::None, _) => match self.resolve_in_menu(ROOT, word) {
                Match::One(target @ Target::Verb(..)) => Match::One(target),
                _ => Match::None,
            },
            (_, Match::One(builtin))
                if builtin.name == word && node == ROOT && !self.is_exact(node, word) =>
            {
                Match::One(Target::Builtin(builtin))
            }
            (Match::Ambiguous, Match::One(builtin)) if builtin.name == word => {
                Match::One(Target::Builtin(builtin))
            }
            (own, _) => own,
        }
    }

    fn is_exact(&self, node: Node, word: &str) -> bool {
        self.tree.children(node).any(|child| child == word)
            || self.commands(node).any(|(name, _)| name == word)
    }

    /// The commands of a menu: the common ones, the struct's own, those that only the catalogue knows.
    fn commands(&self, node: Node) -> impl Iterator<Item = (&'static str, Verb)> + use<'_> {
        let def = self.def(node);
        let other = |c: &'static CommandDef| (c.name, Verb::Other(c));
        let own = def.into_iter().flat_map(move |def| common(def).chain(def.commands.iter().map(other)));
        // Every menu above others can be exported as a whole, and some that only show state (to nothing).
        let listed = || Catalog::get().menu(node).is_some_and(|menu| menu.commands.contains(&"export"));
        let export = def.is_none_or(|def| def.kind == Kind::Commands || def.kind == Kind::Status && listed());
        let export = export.then_some(("export", Verb::Export));
        own.chain(export)
    }

    fn resolve_in_menu(&self, node: Node, word: &str) -> Match<Target> {
        // No menu is called like a common command, so most lines of a configuration are resolved here.
        if let Some(def) = self.def(node)
            && let Some((_, verb)) = common(def).find(|(name, _)| *name == word)
        {
            return Match::One(Target::Verb(node, verb));
        }
        let child = self.tree.child(node, word);
        let is_word = |path: &str| path.strip_suffix(word).is_some_and(|rest| rest.ends_with('/'));
        if let Step::Menu(child) = child
            && is_word(child)
        {
            return Match::One(Target::Menu(child));
        }
        let mut found = Match::None;
        for (name, verb) in self.commands(node) {
            if name == word {
                return Match::One(Target::Verb(node, verb));
            }
            if name.starts_with(word) {
                found = match found {
                    Match::None => Match::One((name, verb)),
                    Match::One((same, _)) if same == name => found,
                    _ => Match::Ambiguous,
                };
            }
        }
        // `reset` of a menu with counters is not short for `reset-counters`.
        if let Some((_, verb)) = COMMON.into_iter().find(|(name, _)| *name == word)
            && self.lists(node, word)
        {
            return Match::One(Target::Verb(node, verb));
        }
        match (child, found) {
            (Step::None, Match::None) => self.catalog_command(node, word),
            (Step::Menu(child), Match::None) => Match::One(Target::Menu(child)),
            (Step::None, Match::One((_, verb))) => Match::One(Target::Verb(node, verb)),
            _ => Match::Ambiguous,
        }
    }

    /// Does the catalogue list a common command for a menu, whatever its kind?
    fn lists(&self, node: Node, name: &str) -> bool {
        let menu = self.def(node).and_then(|_| Catalog::get().menu(node));
        menu.is_some_and(|menu| menu.commands.contains(&name))
    }

    /// A command that the device's own description of the menu lacks.
    fn catalog_command(&self, node: Node, word: &str) -> Match<Target> {
        let Some(menu) = Catalog::get().menu(node) else { return Match::None };
        // Its arguments may name items of the table only when the menu has one.
        if self.def(node).is_none() {
            return Match::None;
        }
        let other = menu.other_commands.iter().map(|c| (c.name, Verb::Other(c)));
        let own = |name: &str| menu.other_commands.iter().any(|command| command.name == name);
        let listed = COMMON.into_iter().filter(|(name, _)| menu.commands.contains(name) && !own(name));
        let mut starting = other.clone().chain(listed).filter(|(name, _)| name.starts_with(word));
        let exact = other.into_iter().find(|(name, _)| *name == word);
        match (exact, starting.next(), starting.next()) {
            (Some((_, verb)), ..) | (None, Some((_, verb)), None) => Match::One(Target::Verb(node, verb)),
            (None, Some(_), Some(_)) => Match::Ambiguous,
            (None, None, _) => Match::None,
        }
    }
}

/// What a word means in a menu; `first`: it begins a command and may be one of the language.
pub(crate) fn find_word(tree: &menu::Tree, node: Node, word: &str, first: bool) -> Match<Target> {
    Parser::new(b"", tree, &super::Surroundings::default()).resolve(node, word, first)
}

/// `/log info …`.
fn log_topic(word: &str) -> Match<Target> {
    let topic = ["debug", "error", "info", "warning"].contains(&word);
    match language::builtin("log") {
        Match::One(builtin) if topic => Match::One(Target::Builtin(builtin)),
        _ => Match::None,
    }
}
