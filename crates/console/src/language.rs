//! The commands of the language itself (`:put`, `:if` …) as a table.

/// How an argument is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Takes {
    /// A value.
    Value,
    /// The name of a variable (`:set` also takes `($a->"k")`).
    Variable,
    /// One or two names that the bodies see (`k,v`).
    Counter,
    /// A word of its own (`info`).
    Word,
    /// A block that runs.
    Body,
    /// A block that is kept as text.
    Code,
}

/// One argument.
#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) takes: Takes,
}

/// One command of the language.
#[derive(Debug)]
pub(crate) struct Builtin {
    pub(crate) name: &'static str,
    pub(crate) command: Command,
    pub(crate) parameters: &'static [Parameter],
    /// How many of the parameters may stand unnamed.
    pub(crate) positional: usize,
    /// How many of the first parameters must be given.
    pub(crate) required: usize,
}

impl Builtin {
    /// Place of a parameter by its full name.
    pub(crate) fn parameter(&self, name: &str) -> Option<usize> {
        self.parameters.iter().position(|p| p.name == name)
    }
}

/// What the command does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Break,
    Continue,
    Delay,
    Deserialize,
    Do,
    Environment,
    Error,
    Execute,
    Exit,
    Quit,
    Find,
    For,
    Foreach,
    Global,
    Grep,
    If,
    Import,
    Jobname,
    Len,
    Local,
    Log,
    Nothing,
    Onerror,
    Parse,
    Pick,
    Put,
    Range,
    Resolve,
    Retry,
    Return,
    Rndnum,
    Rndstr,
    Serialize,
    Set,
    Time,
    Timestamp,
    Toarray,
    Tobool,
    Tocrlf,
    Toid,
    Toip,
    Toip6,
    Tolf,
    Tonsec,
    Tonum,
    Tostr,
    Totime,
    Typeof,
    While,
    Beep,
    Convert,
}

const fn value(name: &'static str) -> Parameter {
    Parameter { name, takes: Takes::Value }
}
const fn body(name: &'static str) -> Parameter {
    Parameter { name, takes: Takes::Body }
}
const fn of(name: &'static str, takes: Takes) -> Parameter {
    Parameter { name, takes }
}

macro_rules! builtins {
    ($($name:literal $command:ident $positional:literal $required:literal [$($parameter:expr),*];)*) => {
        &[$(Builtin {
            name: $name,
            command: Command::$command,
            positional: $positional,
            required: $required,
            parameters: &[$($parameter),*],
        }),*]
    };
}

/// All commands of the language, sorted by name.
pub(crate) static BUILTINS: &[Builtin] = builtins! {
    "beep" Beep 0 0 [value("frequency"), value("length")];
    "break" Break 0 0 [];
    "continue" Continue 0 0 [];
    "convert" Convert 1 1 [value("value"), value("from"), value("to"), value("transform")];
    "delay" Delay 1 0 [value("delay-time")];
    "deserialize" Deserialize 1 0 [value("value"), value("from"), value("delimiter"), value("options"), value("file-name")];
    "do" Do 1 1 [body("command"), value("while"), body("on-error"), value("if")];
    "environment" Environment 1 0 [of("print", Takes::Word)];
    "error" Error 1 1 [value("message")];
    "execute" Execute 1 1 [of("script", Takes::Code), value("file"), of("as-string", Takes::Word)];
    "exit" Exit 0 0 [];
    "find" Find 3 2 [value("in"), value("key"), value("from")];
    "for" For 1 1 [of("counter", Takes::Counter), value("from"), value("to"), value("step"), body("do")];
    "foreach" Foreach 1 1 [of("counter", Takes::Counter), value("in"), body("do")];
    "global" Global 2 1 [of("name", Takes::Variable), value("value"), of("do", Takes::Code)];
    "grep" Grep 0 1 [of("script", Takes::Code), value("pattern"), value("after"), value("before"), value("filename")];
    "if" If 1 1 [value("condition"), body("do"), body("else")];
    "import" Import 1 1 [value("file-name"), value("verbose"), value("from-line"), of("dry-run", Takes::Word)];
    "jobname" Jobname 0 0 [];
    "len" Len 1 1 [value("value")];
    "local" Local 2 1 [of("name", Takes::Variable), value("value"), of("do", Takes::Code)];
    "log" Log 2 2 [of("topic", Takes::Word), value("message")];
    "nothing" Nothing 0 0 [];
    "onerror" Onerror 2 1 [of("error", Takes::Counter), body("in"), body("do")];
    "parse" Parse 1 1 [value("value")];
    "pick" Pick 3 2 [value("counter"), value("begin"), value("end")];
    "put" Put 1 1 [value("message")];
    "quit" Quit 0 0 [];
    "range" Range 2 2 [value("from"), value("to")];
    "resolve" Resolve 1 1 [value("domain-name"), value("server"), value("server-port"), value("type")];
    "retry" Retry 1 1 [body("command"), value("delay"), value("max"), body("on-error")];
    "return" Return 1 0 [value("value")];
    "rndnum" Rndnum 2 2 [value("from"), value("to")];
    "rndstr" Rndstr 2 0 [value("length"), value("from")];
    "serialize" Serialize 1 1 [value("value"), value("to"), value("options"), value("delimiter"), value("order"), value("file-name")];
    "set" Set 2 1 [of("name", Takes::Variable), value("value"), of("do", Takes::Code)];
    "time" Time 1 1 [body("command")];
    "timestamp" Timestamp 0 0 [];
    "toarray" Toarray 1 1 [value("value"), value("delimiter")];
    "tobool" Tobool 1 1 [value("value")];
    "tocrlf" Tocrlf 1 1 [value("value")];
    "toid" Toid 1 1 [value("value")];
    "toip" Toip 1 1 [value("value")];
    "toip6" Toip6 1 1 [value("value")];
    "tolf" Tolf 1 1 [value("value")];
    "tonsec" Tonsec 1 1 [value("value")];
    "tonum" Tonum 1 1 [value("value")];
    "tostr" Tostr 1 1 [value("value")];
    "totime" Totime 1 1 [value("value")];
    "typeof" Typeof 1 1 [value("value")];
    "while" While 1 1 [value("condition"), body("do")];
};

/// The command that `word` names: the exact one, or the only one that starts so.
pub(crate) fn builtin(word: &str) -> crate::matching::Match<&'static Builtin> {
    use crate::matching::Match;
    if word.is_empty() {
        return Match::None;
    }
    let at = BUILTINS.partition_point(|b| b.name < word);
    let starts = |i: usize| BUILTINS.get(i).filter(|b| b.name.starts_with(word));
    match (starts(at), starts(at + 1)) {
        (Some(b), _) if b.name == word => Match::One(b),
        (Some(b), None) => Match::One(b),
        (Some(_), Some(_)) => Match::Ambiguous,
        (None, _) => Match::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_for_the_search() {
        let names: Vec<_> = BUILTINS.iter().map(|b| b.name).collect();
        let mut sorted = names.clone();
        sorted.sort_unstable();
        sorted.dedup();
        // `beep` and `convert` stand in their places too.
        assert_eq!(names, sorted);
    }
}
