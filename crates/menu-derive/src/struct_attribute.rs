//! Reads `#[menu("…", kind, …)]`.

use proc_macro2::Ident;
use syn::parse::{Parse, ParseStream};
use syn::{Error, LitBool, LitChar, LitInt, LitStr, Result, Token, parenthesized};

/// A flag letter and its character column.
pub(crate) struct Flag {
    pub(crate) name: String,
    pub(crate) letter: char,
    pub(crate) group: u8,
    pub(crate) at: proc_macro2::Span,
}

/// A command beyond the common ones.
pub(crate) struct Command {
    pub(crate) name: String,
    pub(crate) arguments: Vec<String>,
    pub(crate) positional: usize,
    pub(crate) help: String,
}

/// What `name = …` said.
pub(crate) enum NameProperty {
    /// Nothing: a field called `name` is it.
    ByConvention,
    /// `no_name`.
    None,
    /// `name = field`.
    Field(String, proc_macro2::Span),
}

/// The whole attribute.
pub(crate) struct StructAttribute {
    pub(crate) path: LitStr,
    pub(crate) kind: Ident,
    pub(crate) name: NameProperty,
    pub(crate) namespace: Option<LitStr>,
    pub(crate) columns: Vec<(String, proc_macro2::Span)>,
    pub(crate) detail: bool,
    pub(crate) lines: bool,
    pub(crate) ordered: bool,
    pub(crate) comment: Option<bool>,
    pub(crate) disable: Option<bool>,
    pub(crate) wide_number: bool,
    pub(crate) stats_transposed: bool,
    pub(crate) dynamic_unnumbered: bool,
    pub(crate) flags: Vec<Flag>,
    pub(crate) not_simulated: Option<LitStr>,
    pub(crate) commands: Vec<Command>,
}

/// The RouterOS spelling of a Rust name.
pub(crate) fn dashed(ident: &Ident) -> String {
    let text = ident.to_string();
    text.trim_start_matches("r#").trim_end_matches('_').replace('_', "-")
}

/// An identifier or a string as a RouterOS name.
fn property_name(input: ParseStream<'_>) -> Result<(String, proc_macro2::Span)> {
    if input.peek(LitStr) {
        let text: LitStr = input.parse()?;
        return Ok((text.value(), text.span()));
    }
    let ident: Ident = input.call(syn::ext::IdentExt::parse_any)?;
    Ok((dashed(&ident), ident.span()))
}

fn flags(input: ParseStream<'_>) -> Result<Vec<Flag>> {
    let mut flags = Vec::new();
    let mut group = 0;
    while !input.is_empty() {
        let (name, at) = property_name(input)?;
        input.parse::<Token![=]>()?;
        let letter: LitChar = input.parse()?;
        flags.push(Flag { name, letter: letter.value(), group, at });
        if input.peek(Token![;]) {
            input.parse::<Token![;]>()?;
            group += 1;
        } else if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
    }
    Ok(flags)
}

fn command(input: ParseStream<'_>) -> Result<Command> {
    let name: LitStr = input.parse()?;
    let mut command =
        Command { name: name.value(), arguments: Vec::new(), positional: 0, help: String::new() };
    while !input.is_empty() {
        input.parse::<Token![,]>()?;
        if input.is_empty() {
            break;
        }
        let key: Ident = input.parse()?;
        match key.to_string().as_str() {
            "args" => {
                let inner;
                parenthesized!(inner in input);
                let words = inner.parse_terminated(<LitStr as Parse>::parse, Token![,])?;
                command.arguments = words.iter().map(LitStr::value).collect();
            }
            "positional" => {
                input.parse::<Token![=]>()?;
                command.positional = input.parse::<LitInt>()?.base10_parse()?;
            }
            "help" => {
                input.parse::<Token![=]>()?;
                command.help = input.parse::<LitStr>()?.value();
            }
            other => return Err(Error::new(key.span(), format!("unknown key `{other}` of a command"))),
        }
    }
    if command.positional > command.arguments.len() {
        return Err(Error::new(name.span(), "more positional arguments than arguments"));
    }
    Ok(command)
}

impl StructAttribute {
    fn key(&mut self, key: &Ident, input: ParseStream<'_>) -> Result<()> {
        match key.to_string().as_str() {
            "name" => {
                input.parse::<Token![=]>()?;
                let (name, at) = property_name(input)?;
                self.name = NameProperty::Field(name, at);
            }
            "no_name" => self.name = NameProperty::None,
            "namespace" => {
                input.parse::<Token![=]>()?;
                self.namespace = Some(input.parse()?);
            }
            "columns" => {
                let inner;
                parenthesized!(inner in input);
                self.columns = inner.parse_terminated(property_name, Token![,])?.into_iter().collect();
            }
            "flags" => {
                let inner;
                parenthesized!(inner in input);
                self.flags = flags(&inner)?;
            }
            "command" => {
                let inner;
                parenthesized!(inner in input);
                self.commands.push(command(&inner)?);
            }
            "not_simulated" => {
                input.parse::<Token![=]>()?;
                self.not_simulated = Some(input.parse()?);
            }
            "detail" => self.detail = true,
            "lines" => self.lines = true,
            "ordered" => self.ordered = true,
            "comment" => self.comment = Some(true),
            "no_comment" => self.comment = Some(false),
            "can_disable" => self.disable = Some(true),
            "no_disable" => self.disable = Some(false),
            "wide_number" => self.wide_number = true,
            "stats_transposed" => self.stats_transposed = true,
            "dynamic_unnumbered" => self.dynamic_unnumbered = true,
            other => return Err(Error::new(key.span(), format!("unknown key `{other}` of #[menu]"))),
        }
        Ok(())
    }
}

impl Parse for StructAttribute {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let path: LitStr = input.parse()?;
        if !path.value().starts_with('/') || path.value().len() > 1 && path.value().ends_with('/') {
            return Err(Error::new(path.span(), "a menu's path starts with `/` and does not end with it"));
        }
        input.parse::<Token![,]>().map_err(|e| Error::new(e.span(), "the kind of the menu is missing"))?;
        let kind: Ident = input.parse()?;
        if !["list", "fixed_list", "settings", "status", "commands"].contains(&kind.to_string().as_str()) {
            return Err(Error::new(
                kind.span(),
                "kind must be list, fixed_list, settings, status or commands",
            ));
        }
        let mut attribute = Self {
            path,
            kind,
            name: NameProperty::ByConvention,
            namespace: None,
            columns: Vec::new(),
            detail: false,
            lines: false,
            ordered: false,
            comment: None,
            disable: None,
            wide_number: false,
            stats_transposed: false,
            dynamic_unnumbered: false,
            flags: Vec::new(),
            not_simulated: None,
            commands: Vec::new(),
        };
        while !input.is_empty() {
            input.parse::<Token![,]>()?;
            if input.is_empty() {
                break;
            }
            let key: Ident = input.parse()?;
            attribute.key(&key, input)?;
        }
        Ok(attribute)
    }
}

/// `= true|false`, or nothing for true.
pub(crate) fn optional_bool(input: ParseStream<'_>) -> Result<bool> {
    if !input.peek(Token![=]) {
        return Ok(true);
    }
    input.parse::<Token![=]>()?;
    Ok(input.parse::<LitBool>()?.value())
}
