//! Writes the `MenuDef` and the accessors.

use crate::field::{Access, Property, help};
use crate::struct_attribute::{NameProperty, StructAttribute};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Data, DeriveInput, Error, Fields, Result};

/// Flags that the table itself keeps.
const COMMON_FLAGS: [&str; 3] = ["disabled", "dynamic", "invalid"];

/// Everything that `#[derive(Menu)]` emits.
pub(crate) fn menu(input: &DeriveInput) -> Result<TokenStream> {
    let attribute = input
        .attrs
        .iter()
        .find(|a| a.path().is_ident("menu"))
        .ok_or_else(|| Error::new(input.ident.span(), "#[menu(\"/path\", kind, …)] is missing"))?;
    let attribute: StructAttribute = attribute.parse_args()?;
    let Data::Struct(data) = &input.data else {
        return Err(Error::new(input.ident.span(), "a menu is a struct"));
    };
    if !input.generics.params.is_empty() {
        return Err(Error::new_spanned(&input.generics, "a menu takes no type parameters"));
    }
    let fields: Vec<Property<'_>> = match &data.fields {
        Fields::Named(named) => named.named.iter().map(Property::read).collect::<Result<_>>()?,
        Fields::Unit => Vec::new(),
        Fields::Unnamed(_) => {
            return Err(Error::new(input.ident.span(), "a menu is a struct with named fields"));
        }
    };
    let is_flag = |f: &Property<'_>| attribute.flags.iter().any(|flag| flag.name == f.name);
    for field in &fields {
        if (field.flag || field.settable) && !is_flag(field) {
            return Err(Error::new(field.span, "this field is not named in flags(…)"));
        }
    }
    let properties: Vec<&Property<'_>> =
        fields.iter().filter(|f| !f.skip && (f.settable || !is_flag(f))).collect();
    check(&attribute, &fields, &properties)?;

    let name = &input.ident;
    let def = definition(&attribute, &properties, &help(&input.attrs));
    let default = default(&fields, matches!(data.fields, Fields::Unit));
    let accessors = accessors(&attribute, &fields, &properties);
    Ok(quote! {
        const _: () = {
            static DEF: ::menu::MenuDef = #def;
            #[automatically_derived]
            impl ::core::default::Default for #name {
                fn default() -> Self { #default }
            }
            #[automatically_derived]
            impl ::menu::Menu for #name {
                const DEF: &'static ::menu::MenuDef = &DEF;
                fn untouched() -> &'static ::menu::Row<Self> {
                    static ROW: ::std::sync::OnceLock<::menu::Row<#name>> = ::std::sync::OnceLock::new();
                    ROW.get_or_init(|| ::menu::Row::new(::menu::Id(1), ::core::default::Default::default(), false))
                }
                #accessors
            }
        };
    })
}

/// Names that the attribute mentions must exist, and no property may appear twice.
fn check(attribute: &StructAttribute, fields: &[Property<'_>], properties: &[&Property<'_>]) -> Result<()> {
    let known = |name: &str| properties.iter().any(|p| p.name == name);
    for (column, at) in &attribute.columns {
        if !known(column) {
            return Err(Error::new(*at, format!("column `{column}` is not a property")));
        }
    }
    if let NameProperty::Field(name, at) = &attribute.name
        && !known(name)
    {
        return Err(Error::new(*at, format!("`{name}` is not a property")));
    }
    for flag in &attribute.flags {
        let is_field = fields.iter().any(|f| f.name == flag.name);
        let common = COMMON_FLAGS.contains(&flag.name.as_str());
        if common && is_field {
            return Err(Error::new(flag.at, format!("the table keeps `{}`; drop the field", flag.name)));
        }
        if !common && !is_field {
            return Err(Error::new(flag.at, format!("flag `{}` needs a bool field", flag.name)));
        }
    }
    for (i, property) in properties.iter().enumerate() {
        if ["disabled", "comment"].contains(&property.name.as_str()) {
            return Err(Error::new(property.span, "the table keeps `disabled` and `comment`"));
        }
        let earlier = properties.iter().take(i);
        if earlier.into_iter().any(|p| p.name == property.name) {
            return Err(Error::new(property.span, format!("property `{}` appears twice", property.name)));
        }
    }
    if properties.len() > 128 {
        return Err(Error::new(attribute.path.span(), "a menu can have 128 properties"));
    }
    Ok(())
}

/// The `MenuDef` expression.
fn definition(attribute: &StructAttribute, properties: &[&Property<'_>], help: &str) -> TokenStream {
    let StructAttribute { path, ordered, wide_number, stats_transposed, dynamic_unnumbered, .. } = attribute;
    let kind_name = attribute.kind.to_string();
    let kind = match kind_name.as_str() {
        "list" => quote!(List),
        "fixed_list" => quote!(FixedList),
        "settings" => quote!(Settings),
        "status" => quote!(Status),
        _ => quote!(Commands),
    };
    let layout = match (attribute.detail, attribute.lines) {
        (true, _) => quote!(Detail),
        (false, true) => quote!(Lines),
        (false, false) => quote!(Table),
    };
    let stats_layout = if *stats_transposed { quote!(Transposed) } else { quote!(Table) };
    let name_property = match &attribute.name {
        NameProperty::None => None,
        NameProperty::ByConvention => properties.iter().position(|p| p.name == "name"),
        NameProperty::Field(name, _) => properties.iter().position(|p| p.name == *name),
    };
    let name_property = name_property.map_or_else(|| quote!(None), |i| quote!(Some(#i)));
    let namespace =
        attribute.namespace.as_ref().map_or_else(|| quote!(None), |n| quote!(Some(::menu::Namespace(#n))));
    let not_simulated =
        attribute.not_simulated.as_ref().map_or_else(|| quote!(None), |reason| quote!(Some(#reason)));
    let can_comment = attribute.comment.unwrap_or(kind_name == "list" || kind_name == "fixed_list");
    let can_disable =
        attribute.disable.unwrap_or_else(|| attribute.flags.iter().any(|f| f.name == "disabled"));
    let columns = attribute.columns.iter().map(|(name, _)| name);
    let flags = attribute.flags.iter().map(|flag| {
        let (letter, name, group) = (flag.letter, &flag.name, flag.group);
        quote!(::menu::FlagDef { letter: #letter, name: #name, group: #group })
    });
    let commands = attribute.commands.iter().map(|command| {
        let (name, arguments, positional, help) =
            (&command.name, &command.arguments, command.positional, &command.help);
        quote!(::menu::CommandDef {
            name: #name, arguments: &[#(#arguments),*], positional: #positional, help: #help
        })
    });
    let properties = properties.iter().map(|p| property_definition(p));
    quote! {
        ::menu::MenuDef {
            path: #path,
            kind: ::menu::Kind::#kind,
            help: #help,
            properties: &[#(#properties),*],
            flags: &[#(#flags),*],
            columns: &[#(#columns),*],
            layout: ::menu::Layout::#layout,
            commands: &[#(#commands),*],
            name_property: #name_property,
            namespace: #namespace,
            ordered: #ordered,
            can_disable: #can_disable,
            can_comment: #can_comment,
            dynamic_unnumbered: #dynamic_unnumbered,
            wide_number: #wide_number,
            stats_layout: ::menu::StatsLayout::#stats_layout,
            stats_columns: &[],
            not_simulated: #not_simulated,
        }
    }
}

fn property_definition(p: &Property<'_>) -> TokenStream {
    let Property { name, aliases, required, unset, simulated, always_export, stats, help, .. } = p;
    let ty = p.inner.unwrap_or(p.ty);
    let access = match p.access {
        Access::ReadWrite => quote!(ReadWrite),
        Access::ReadOnly => quote!(ReadOnly),
        Access::WriteOnly => quote!(WriteOnly),
        Access::Sensitive => quote!(Sensitive),
    };
    let quoted = p.quoted.map_or_else(|| quote!(<#ty as ::menu::PropertyType>::QUOTED), |q| quote!(#q));
    quote_spanned! {p.span=>
        ::menu::PropertyDef {
            name: #name,
            aliases: &[#(#aliases),*],
            access: ::menu::Access::#access,
            required: #required,
            unset: #unset,
            simulated: #simulated,
            always_export: #always_export,
            stats: #stats,
            right_aligned: <#ty as ::menu::PropertyType>::RIGHT_ALIGNED,
            quoted: #quoted,
            help: #help,
            value: <#ty as ::menu::PropertyType>::KIND,
            words: <#ty as ::menu::PropertyType>::WORDS,
        }
    }
}

/// The default of a field: its expression, or its type's own.
fn default_value(p: &Property<'_>) -> TokenStream {
    let ty = p.ty;
    match &p.default {
        Some(expression) => quote_spanned!(p.span=> #expression),
        None => quote_spanned!(p.span=> <#ty as ::core::default::Default>::default()),
    }
}

fn default(fields: &[Property<'_>], unit: bool) -> TokenStream {
    if unit {
        return quote!(Self);
    }
    let fields = fields.iter().map(|f| {
        let (ident, value) = (f.ident, default_value(f));
        quote!(#ident: #value)
    });
    quote!(Self { #(#fields),* })
}

/// The methods of `impl Menu`.
fn accessors(
    attribute: &StructAttribute,
    fields: &[Property<'_>],
    properties: &[&Property<'_>],
) -> TokenStream {
    let arms = |arm: &dyn Fn(&Property<'_>) -> TokenStream| -> Vec<TokenStream> {
        properties
            .iter()
            .enumerate()
            .map(|(i, p)| {
                let arm = arm(p);
                quote!(#i => #arm,)
            })
            .collect()
    };
    let get = arms(&|p| {
        let ident = p.ident;
        match p.inner {
            Some(_) => quote!(self.#ident.as_ref().map(|value| ::menu::PropertyType::to_value(value, names))),
            None => quote!(Some(::menu::PropertyType::to_value(&self.#ident, names))),
        }
    });
    let print = arms(&|p| {
        let ident = p.ident;
        match p.inner {
            Some(_) => {
                quote!(self.#ident.as_ref().map(|v| ::menu::PropertyType::print(v, names, out)).is_some())
            }
            None => quote!({ ::menu::PropertyType::print(&self.#ident, names, out); true }),
        }
    });
    let text = arms(&|p| {
        let ident = p.ident;
        match p.inner {
            Some(_) => quote!(self.#ident.as_ref().and_then(::menu::PropertyType::text)),
            None => quote!(::menu::PropertyType::text(&self.#ident)),
        }
    });
    let set = arms(&|p| {
        let (ident, name) = (p.ident, &p.name);
        let ty = p.inner.unwrap_or(p.ty);
        if p.access == Access::ReadOnly {
            return quote!(return Err(::menu::PropertyError::read_only(#name)));
        }
        let parsed = quote_spanned! {p.span=>
            <#ty as ::menu::PropertyType>::parse(value, names)
                .map_err(|error| ::menu::PropertyError { property: #name, error })?
        };
        match p.inner {
            Some(_) => quote!(self.#ident = Some(#parsed)),
            None => quote!(self.#ident = #parsed),
        }
    });
    let unset = arms(&|p| {
        let (ident, value) = (p.ident, default_value(p));
        quote!(self.#ident = #value)
    });
    let is_default = arms(&|p| {
        let (ident, ty, value) = (p.ident, p.ty, default_value(p));
        let same = if p.inner.is_some() { quote!(same_optional) } else { quote!(same) };
        quote!({ let default: #ty = #value; ::menu::derive_support::#same(&self.#ident, &default, names) })
    });
    let references = properties.iter().enumerate().map(|(i, p)| {
        let (ident, ty) = (p.ident, p.inner.unwrap_or(p.ty));
        let visit = quote!(::menu::PropertyType::references(value, &mut |space, id| f(#i, space, id)));
        let value = if p.inner.is_some() { quote!(&self.#ident) } else { quote!(Some(&self.#ident)) };
        quote! {
            if <#ty as ::menu::PropertyType>::REFERS
                && let Some(value) = #value { #visit }
        }
    });
    let flags = attribute.flags.iter().enumerate().filter_map(|(i, flag)| {
        let field = fields.iter().find(|f| f.name == flag.name)?;
        let ident = field.ident;
        Some(quote!(#i => self.#ident,))
    });
    let keep = |wanted: &dyn Fn(&Property<'_>) -> bool| -> Vec<TokenStream> {
        let kept = fields.iter().filter(|f| wanted(f)).map(|f| {
            let ident = f.ident;
            quote!(self.#ident.clone_from(&now.#ident);)
        });
        kept.collect()
    };
    let handles = keep(&|f| f.skip);
    let state = keep(&|f| !f.skip && !f.flag && f.access == Access::ReadOnly);
    quote! {
        fn keep_state(&mut self, now: &Self, read_only: bool) {
            let _ = (now, read_only);
            #(#handles)*
            if read_only { #(#state)* }
        }
        fn get(&self, property: usize, names: &dyn ::menu::Names) -> Option<::menu::Value> {
            match property { #(#get)* _ => None }
        }
        fn print(&self, property: usize, names: &dyn ::menu::Names, out: &mut String) -> bool {
            match property { #(#print)* _ => false }
        }
        fn text(&self, property: usize) -> Option<&::menu::Text> {
            match property { #(#text)* _ => None }
        }
        fn set(&mut self, property: usize, value: &::menu::Value, names: &dyn ::menu::Names)
            -> Result<(), ::menu::PropertyError> {
            match property { #(#set)* _ => {} }
            Ok(())
        }
        fn unset(&mut self, property: usize) {
            match property { #(#unset)* _ => {} }
        }
        fn is_default(&self, property: usize, names: &dyn ::menu::Names) -> bool {
            match property { #(#is_default)* _ => true }
        }
        fn flag(&self, flag: usize) -> bool {
            match flag { #(#flags)* _ => false }
        }
        fn references(&self, f: &mut dyn FnMut(usize, ::menu::Namespace, ::menu::Id)) {
            #(#references)*
            let _ = f;
        }
    }
}
