//! Reads one field with its `#[prop(…)]`.

use crate::struct_attribute::{dashed, optional_bool};
use proc_macro2::{Ident, Span};
use syn::{Error, Expr, Field, GenericArgument, LitStr, PathArguments, Result, Type};

/// Who may write a property; the variants of `menu::Access`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    ReadWrite,
    ReadOnly,
    WriteOnly,
    Sensitive,
}

/// One field.
pub(crate) struct Property<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) ty: &'a Type,
    /// `T` of `Option<T>`.
    pub(crate) inner: Option<&'a Type>,
    pub(crate) name: String,
    pub(crate) aliases: Vec<String>,
    pub(crate) help: String,
    pub(crate) access: Access,
    pub(crate) default: Option<Expr>,
    pub(crate) required: bool,
    pub(crate) unset: bool,
    pub(crate) simulated: bool,
    pub(crate) always_export: bool,
    pub(crate) stats: bool,
    pub(crate) quoted: Option<bool>,
    pub(crate) flag: bool,
    pub(crate) settable: bool,
    pub(crate) skip: bool,
    pub(crate) span: Span,
}

/// `T` when the type is written `Option<T>`.
fn option_of(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    if last.ident != "Option" {
        return None;
    }
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first() {
        Some(GenericArgument::Type(inner)) => Some(inner),
        _ => None,
    }
}

/// The doc comment as one text; lines of a paragraph joined.
pub(crate) fn help(attributes: &[syn::Attribute]) -> String {
    let mut text = String::new();
    for attribute in attributes.iter().filter(|a| a.path().is_ident("doc")) {
        let syn::Meta::NameValue(pair) = &attribute.meta else { continue };
        let Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(line), .. }) = &pair.value else { continue };
        let line = line.value();
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(line.trim());
    }
    text.trim().to_owned()
}

impl<'a> Property<'a> {
    /// Reads the field.
    pub(crate) fn read(field: &'a Field) -> Result<Self> {
        let Some(ident) = &field.ident else {
            return Err(Error::new_spanned(field, "a menu is a struct with named fields"));
        };
        let inner = option_of(&field.ty);
        let mut property = Self {
            ident,
            ty: &field.ty,
            inner,
            name: dashed(ident),
            aliases: Vec::new(),
            help: help(&field.attrs),
            access: Access::ReadWrite,
            default: None,
            required: false,
            unset: inner.is_some(),
            simulated: true,
            always_export: false,
            stats: false,
            quoted: None,
            flag: false,
            settable: false,
            skip: false,
            span: ident.span(),
        };
        for attribute in field.attrs.iter().filter(|a| a.path().is_ident("prop")) {
            attribute.parse_nested_meta(|meta| property.key(&meta))?;
        }
        if property.access == Access::ReadOnly {
            if property.required {
                return Err(Error::new(property.span, "a read-only property cannot be required"));
            }
            property.unset = false;
        }
        if property.help.is_empty() && !property.skip {
            return Err(Error::new(property.span, "a property needs a doc comment: it is the help text"));
        }
        Ok(property)
    }

    fn access(&mut self, access: Access, span: Span) -> Result<()> {
        if self.access != Access::ReadWrite {
            return Err(Error::new(span, "read_only, write_only and sensitive exclude each other"));
        }
        self.access = access;
        Ok(())
    }

    fn key(&mut self, meta: &syn::meta::ParseNestedMeta<'_>) -> Result<()> {
        let Some(key) = meta.path.get_ident() else { return Err(meta.error("a single word is expected")) };
        match key.to_string().as_str() {
            "default" => self.default = Some(meta.value()?.parse()?),
            "read_only" => self.access(Access::ReadOnly, key.span())?,
            "write_only" => self.access(Access::WriteOnly, key.span())?,
            "sensitive" => self.access(Access::Sensitive, key.span())?,
            "required" => self.required = true,
            "unset" => self.unset = true,
            "not_simulated" => self.simulated = false,
            "always_export" => self.always_export = true,
            "stats" => self.stats = true,
            "quoted" => self.quoted = Some(optional_bool(meta.input)?),
            "name" => self.name = meta.value()?.parse::<LitStr>()?.value(),
            "alias" => self.aliases.push(meta.value()?.parse::<LitStr>()?.value()),
            "flag" => self.flag = true,
            "settable" => self.settable = true,
            "skip" => self.skip = true,
            other => return Err(meta.error(format!("unknown key `{other}` of #[prop]"))),
        }
        Ok(())
    }
}
