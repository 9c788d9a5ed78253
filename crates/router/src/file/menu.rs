//! `/file`.

use menu::{Bytes, Menu, Name, Names, PropertyType, Text, Value, ValueError, ValueKind};

/// Longest contents that `get`, `set` and `print` handle, in bytes (manual: 60 KB).
pub const MOST_CONTENTS: usize = 60 << 10;

/// What a file contains.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents(pub Text);

impl PropertyType for Contents {
    const KIND: ValueKind = ValueKind::Other("string value");
    const QUOTED: bool = true;

    fn parse(input: &Value, names: &dyn Names) -> Result<Self, ValueError> {
        let text = Text::parse(input, names)?;
        match text.len() > MOST_CONTENTS {
            true => Err(ValueError::Text(format!("failure: contents are longer than {MOST_CONTENTS} bytes"))),
            false => Ok(Self(text)),
        }
    }

    fn print(&self, names: &dyn Names, out: &mut String) {
        if self.0.len() <= MOST_CONTENTS {
            self.0.print(names, out);
        }
    }

    fn to_value(&self, _: &dyn Names) -> Value {
        match self.0.len() <= MOST_CONTENTS {
            true => Value::Str(self.0.clone()),
            false => Value::Nil,
        }
    }
}

/// Files of the device.
#[derive(Clone, Debug, Menu)]
#[menu(
    "/file",
    list,
    namespace = "file",
    no_comment,
    columns(name, type_, size, last_modified),
    command("copy", args("number", "name"), positional = 2, help = "Copies a file."),
    command(
        "read",
        args("file", "offset", "chunk-size", "as-value"),
        positional = 1,
        help = "Shows a part of a file."
    ),
    command(
        "head",
        args("number", "n", "numbered", "as-value"),
        positional = 1,
        help = "Shows the first lines."
    ),
    command(
        "tail",
        args("number", "n", "numbered", "as-value"),
        positional = 1,
        help = "Shows the last lines."
    )
)]
pub struct File {
    /// Name, with the directories that it is in.
    #[prop(required, quoted = false)]
    pub name: Name,
    /// Kind: `directory`, or by the ending of the name.
    #[prop(quoted = false)]
    pub type_: Text,
    /// Length; directories have none.
    #[prop(read_only)]
    pub size: Option<Bytes>,
    /// Time of the last change.
    #[prop(read_only, quoted = false)]
    pub last_modified: Text,
    /// What it contains.
    pub contents: Option<Contents>,
    /// Changed since `last_modified`.
    #[prop(skip)]
    pub touched: bool,
}
