//! The statement tree that the parser builds and the compiler reads.

use crate::language::Builtin;
use crate::matching::Node;
use crate::{ScriptError, Span};
use menu::{CommandDef, LegacyMenu, MenuDef, Text, Value};

/// One command.
#[derive(Debug)]
pub(crate) struct Statement {
    pub(crate) span: Span,
    pub(crate) kind: StatementKind,
}

#[derive(Debug)]
pub(crate) enum StatementKind {
    /// A path alone: the menu changes.
    Enter(Node),
    /// A command of the language.
    Language(&'static Builtin, Vec<Argument>),
    /// A command of a menu.
    Menu(Box<MenuCall>),
    /// `$f 5 a=2`.
    Call(Expression, Vec<Argument>),
    /// `{ … }`.
    Block(Vec<Statement>),
    /// `[ … ]` or `( … )` as a command.
    Value(Expression),
    /// A fault that shows when it is reached.
    Fail(ScriptError),
}

/// What a menu command does.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Verb {
    Add,
    Set,
    Remove,
    Enable,
    Disable,
    Comment,
    Edit,
    Find,
    Get,
    Move,
    Print,
    Unset,
    Reset,
    Export,
    Other(&'static CommandDef),
}

impl Verb {
    /// Are they the same command?
    pub(crate) fn is(self, other: Self) -> bool {
        match (self, other) {
            (Self::Other(a), Self::Other(b)) => std::ptr::eq(a, b),
            (a, b) => std::mem::discriminant(&a) == std::mem::discriminant(&b),
        }
    }

    /// The command as it is written out.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Set => "set",
            Self::Remove => "remove",
            Self::Enable => "enable",
            Self::Disable => "disable",
            Self::Comment => "comment",
            Self::Edit => "edit",
            Self::Find => "find",
            Self::Get => "get",
            Self::Move => "move",
            Self::Print => "print",
            Self::Unset => "unset",
            Self::Reset => "reset",
            Self::Export => "export",
            Self::Other(command) => command.name,
        }
    }
}

#[derive(Debug)]
pub(crate) struct MenuCall {
    pub(crate) node: Node,
    /// Absent for menus that only hold others (`/ip export`).
    pub(crate) def: Option<&'static MenuDef>,
    pub(crate) verb: Verb,
    /// The command word.
    pub(crate) word: Span,
    pub(crate) arguments: Vec<Argument>,
    /// `where`.
    pub(crate) filter: Option<Expression>,
    /// The device works out what the command is today.
    pub(crate) old: Option<&'static LegacyMenu>,
}

/// What an argument sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    /// An argument of the command.
    Static(&'static str),
    /// A property of the menu, by index.
    Property(usize),
    /// An old property, which the device works out.
    Legacy(&'static str),
    /// A named argument of a function.
    Text(Text),
    /// An unnamed argument of a function.
    Unnamed,
}

#[derive(Debug)]
pub(crate) struct Argument {
    pub(crate) name: Name,
    /// The value, or the name where there is no value.
    pub(crate) span: Span,
    pub(crate) value: ArgumentValue,
}

#[derive(Debug)]
pub(crate) enum ArgumentValue {
    Expression(Expression),
    /// `do={ … }` of a control command.
    Body(Vec<Statement>),
    /// `!name`.
    Unset,
    /// A name without a value.
    Flag,
}

#[derive(Debug)]
pub(crate) struct Expression {
    pub(crate) span: Span,
    pub(crate) kind: ExpressionKind,
}

#[derive(Debug)]
pub(crate) enum ExpressionKind {
    Literal(Value),
    /// A string with `$name`, `$(…)`, `$[…]` in it.
    Text(Vec<Expression>),
    Variable(Text),
    /// A property of the row at hand in `where`.
    Property(RowField),
    /// `[ … ]`; the last statement gives the value.
    Command(Vec<Statement>),
    /// `{1;2;k=v}`.
    Array(Vec<(Option<Expression>, Expression)>),
    /// `first op next op next …`, all of one level.
    Chain(Box<Expression>, Vec<(Binary, Expression)>),
    Unary(Unary, Box<Expression>),
}

/// What `where` can ask of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RowField {
    Id,
    Disabled,
    Dynamic,
    Comment,
    Property(usize),
    Flag(usize),
    /// A property of a menu of which nothing is known but that it shows items: none has it.
    Unlisted,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unary {
    Not,
    Negate,
    BitNot,
    Any,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Binary {
    Join,
    Or,
    And,
    In,
    Less,
    Greater,
    Equal,
    LessEqual,
    GreaterEqual,
    NotEqual,
    Match,
    Concat,
    ShiftLeft,
    ShiftRight,
    BitOr,
    BitXor,
    BitAnd,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Apply,
    Element,
}

impl Binary {
    /// Level of §precedence, 1 = loosest, as measured on devices.
    pub(crate) fn level(self) -> u8 {
        match self {
            Self::Join => 1,
            Self::Or => 2,
            Self::And => 3,
            Self::In => 4,
            Self::Less
            | Self::Greater
            | Self::Equal
            | Self::LessEqual
            | Self::GreaterEqual
            | Self::NotEqual
            | Self::Match => 5,
            Self::Concat => 6,
            Self::ShiftLeft | Self::ShiftRight => 7,
            Self::BitOr => 8,
            Self::BitXor => 9,
            Self::BitAnd => 10,
            Self::Add | Self::Subtract => 11,
            Self::Multiply | Self::Divide | Self::Remainder => 12,
            Self::Apply => 13,
            Self::Element => 14,
        }
    }

    pub(crate) fn right_associative(self) -> bool {
        matches!(self, Self::ShiftLeft | Self::ShiftRight | Self::Apply)
    }
}
