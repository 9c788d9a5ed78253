//! `#[derive(Keyword)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::ParseStream;
use syn::{Data, DeriveInput, Error, Fields, Ident, LitStr, Result, Token, Variant};

/// `AddSrcToAddressList` → `add-src-to-address-list`.
fn kebab(name: &str) -> String {
    let mut out = String::new();
    for (i, c) in name.trim_start_matches("r#").trim_end_matches('_').chars().enumerate() {
        if c.is_ascii_uppercase() && i > 0 {
            out.push('-');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

/// The word of a variant and its aliases.
fn words(variant: &Variant) -> Result<(String, Vec<String>)> {
    let mut word = kebab(&variant.ident.to_string());
    let mut aliases = Vec::new();
    for attribute in variant.attrs.iter().filter(|a| a.path().is_ident("keyword")) {
        attribute.parse_args_with(|input: ParseStream<'_>| {
            while !input.is_empty() {
                if input.peek(LitStr) {
                    word = input.parse::<LitStr>()?.value();
                } else {
                    let key: Ident = input.parse()?;
                    if key != "alias" {
                        return Err(Error::new(key.span(), "a word or `alias = \"…\"` is expected"));
                    }
                    input.parse::<Token![=]>()?;
                    aliases.push(input.parse::<LitStr>()?.value());
                }
                if !input.is_empty() {
                    input.parse::<Token![,]>()?;
                }
            }
            Ok(())
        })?;
    }
    Ok((word, aliases))
}

/// Everything that `#[derive(Keyword)]` emits.
pub(crate) fn keyword(input: &DeriveInput) -> Result<TokenStream> {
    let Data::Enum(data) = &input.data else {
        return Err(Error::new(input.ident.span(), "keywords are an enum"));
    };
    if data.variants.is_empty() {
        return Err(Error::new(input.ident.span(), "an enum of keywords needs a variant"));
    }
    let mut seen: Vec<String> = Vec::new();
    let mut list = Vec::new();
    let mut aliases = Vec::new();
    for variant in &data.variants {
        if !matches!(variant.fields, Fields::Unit) {
            return Err(Error::new_spanned(variant, "a keyword carries no fields"));
        }
        let (word, others) = words(variant)?;
        if seen.contains(&word) {
            return Err(Error::new_spanned(variant, format!("the word `{word}` appears twice")));
        }
        let ident = &variant.ident;
        aliases.extend(others.iter().map(|alias| quote!((#alias, Self::#ident))));
        seen.push(word);
        list.push(ident);
    }
    let name = &input.ident;
    Ok(quote! {
        #[automatically_derived]
        impl ::menu::Keyword for #name {
            const WORDS: &'static [&'static str] = &[#(#seen),*];
            const ALL: &'static [Self] = &[#(Self::#list),*];
            const ALIASES: &'static [(&'static str, Self)] = &[#(#aliases),*];
            fn word(self) -> &'static str {
                match self { #(Self::#list => #seen),* }
            }
        }
        #[automatically_derived]
        impl ::menu::PropertyType for #name {
            const KIND: ::menu::ValueKind = ::menu::ValueKind::Keyword(<Self as ::menu::Keyword>::WORDS);
            fn parse(input: &::menu::Value, _: &dyn ::menu::Names) -> Result<Self, ::menu::ValueError> {
                ::menu::parse_keyword(input)
            }
            fn print(&self, _: &dyn ::menu::Names, out: &mut String) {
                out.push_str(::menu::Keyword::word(*self));
            }
            fn to_value(&self, _: &dyn ::menu::Names) -> ::menu::Value {
                ::menu::Value::text(::menu::Keyword::word(*self))
            }
        }
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn variants_become_kebab_case() {
        for (name, word) in
            [("AddSrcToAddressList", "add-src-to-address-list"), ("Yes", "yes"), ("Static_", "static")]
        {
            assert_eq!(super::kebab(name), word);
        }
    }
}
