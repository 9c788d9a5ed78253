//! What the console says of commands and arguments that every menu has, in RouterOS's words where its help has them
//! (`?` of version 6, F1 of version 7), and of the values of the language's own commands.

/// A common command of menus.
pub(super) fn command(name: &str) -> &'static str {
    match name {
        "add" => "Create a new item.",
        "comment" => "Set comment for items.",
        "disable" => "Disable items.",
        "edit" => "Edit the value of a property.",
        "enable" => "Enable items.",
        "export" => "Print or save an export script that can be used to restore configuration.",
        "find" => "Find items by value.",
        "get" => "Get value of item's property.",
        "move" => "Change order of items.",
        "print" => "Print values of item properties.",
        "remove" => "Remove item.",
        "reset" => "Set properties to their defaults.",
        "reset-counters" => "Reset statistics counters.",
        "reset-counters-all" => "Reset statistics counters of all items.",
        "set" => "Change item properties.",
        "unset" => "Remove the value of a property.",
        _ => "",
    }
}

/// An argument that is no property.
pub(super) fn argument(name: &str) -> &'static str {
    match name {
        "append" => "Append to the file instead of writing it anew.",
        "as-value" => "Give an array instead of printing.",
        "brief" => "Displays brief description.",
        "comment" => "Short description of the item.",
        "compact" => "Leave out what has its default.",
        "copy-from" => "Item whose properties the new one begins with.",
        "count-only" => "Shows only the count of items.",
        "destination" => "Item before which the others are put.",
        "detail" => "Displays detailed information.",
        "disabled" => "Defines whether item is ignored or used.",
        "file" => "Write to this file.",
        "follow" => "Print, and print again what changes.",
        "follow-only" => "Print only what changes.",
        "from" => "Only these items.",
        "hide-sensitive" => "Leave out passwords and keys.",
        "interval" => "Displays information and refreshes it in selected time interval.",
        "number" => "Item number or name.",
        "numbers" => "List of item numbers.",
        "order-by" => "Property to sort by.",
        "comments" => "Show comments; !comments leaves them out.",
        "oid" => "Show SNMP object identifiers instead of values.",
        "on-event" => "Script to run when an entry appears while following.",
        "timestamp" => "Show when an entry appeared or changed while following.",
        "place-before" => "Item before which the new one is put.",
        "proplist" => "Properties to show.",
        "show-ids" => "Show internal ids instead of numbers.",
        "show-sensitive" => "Show passwords and keys.",
        "stats" => "Show counters.",
        "stats-detail" => "Show counters and all properties.",
        "terse" => "Show details in compact and machine friendly format.",
        "value-list" => "Show properties one per line.",
        "value-name" => "Name of a property.",
        "verbose" => "Show what has its default too.",
        "where" => "Only items for which the condition holds.",
        "without-paging" => "Do not stop at each page.",
        _ => "",
    }
}

/// A command of the language.
pub(super) fn builtin(name: &str) -> &'static str {
    match name {
        "beep" => "Beep.",
        "break" => "Leave a loop.",
        "continue" => "Go on with the next round of a loop.",
        "convert" => "Convert a value between encodings.",
        "delay" => "Wait.",
        "deserialize" => "Read JSON or DSV.",
        "do" => "Run a command, perhaps again while a condition holds.",
        "environment" => "Variables.",
        "error" => "End with an error.",
        "execute" => "Run a script in the background.",
        "exit" => "End the script.",
        "find" => "Place of a value in a string or array.",
        "for" => "Run a command for each number of a range.",
        "foreach" => "Run a command for each element of an array.",
        "global" => "Declare a global variable.",
        "grep" => "Print the lines of a script's output that match a pattern.",
        "if" => "Run a command if a condition is true.",
        "import" => "Run the commands of a file.",
        "jobname" => "Name of the script that runs.",
        "len" => "Number of elements.",
        "local" => "Declare a local variable.",
        "log" => "Write a message to the log.",
        "nothing" => "Do nothing.",
        "onerror" => "Run a command, and another one on an error.",
        "parse" => "Make a function of a text.",
        "pick" => "Part of a string or array.",
        "put" => "Print a value.",
        "quit" => "Leave the console.",
        "range" => "Array of the numbers of a range.",
        "resolve" => "Look up a DNS name.",
        "retry" => "Run a command until it succeeds.",
        "return" => "Leave a function with a value.",
        "rndnum" => "Random number.",
        "rndstr" => "Random string.",
        "serialize" => "Write JSON or DSV.",
        "set" => "Give a variable another value.",
        "time" => "How long a command takes.",
        "timestamp" => "Time since the epoch.",
        "toarray" | "tobool" | "toid" | "toip" | "toip6" | "tonsec" | "tonum" | "tostr" | "totime" => {
            "Convert to another type."
        }
        "tocrlf" | "tolf" => "Change the line ends.",
        "typeof" => "Type of a value.",
        "while" => "Run a command while a condition holds.",
        _ => "",
    }
}

/// The words that an argument of a command of the language takes.
pub(super) fn builtin_words(command: &str, argument: &str) -> &'static [&'static str] {
    const ENCODINGS: &[&str] =
        &["base32", "base64", "bit-array-lsb", "bit-array-msb", "byte-array", "hex", "num", "raw", "url"];
    match (command, argument) {
        ("convert", "from" | "to") => ENCODINGS,
        ("convert", "transform") => &["lc", "md5", "none", "reverse", "rot13", "sha512", "uc"],
        ("serialize", "to") | ("deserialize", "from") => &["dsv", "json"],
        ("serialize", "options") => {
            &["dsv.ignore-size", "dsv.remap", "dsv.wrap-strings", "json.no-string-conversion", "json.pretty"]
        }
        ("deserialize", "options") => &["dsv.array", "dsv.plain", "json.no-string-conversion"],
        ("log", "topic") => &["debug", "error", "info", "warning"],
        ("import", "verbose") => &["no", "yes"],
        ("resolve", "type") => &["ipv4", "ipv6"],
        _ => &[],
    }
}
