//! The emitted tokens and the compile errors.

use quote::quote;
use syn::DeriveInput;

fn menu(tokens: proc_macro2::TokenStream) -> Result<String, String> {
    let input: DeriveInput = syn::parse2(tokens).expect("valid Rust");
    crate::emit::menu(&input).map(|tokens| tokens.to_string()).map_err(|error| error.to_string())
}

fn keyword(tokens: proc_macro2::TokenStream) -> Result<String, String> {
    let input: DeriveInput = syn::parse2(tokens).expect("valid Rust");
    crate::keyword::keyword(&input).map(|tokens| tokens.to_string()).map_err(|error| error.to_string())
}

/// The same tokens, however they are spaced.
fn contains(text: &str, tokens: proc_macro2::TokenStream) {
    let tokens = tokens.to_string();
    assert!(text.contains(&tokens), "{tokens}\nis not in\n{text}");
}

#[test]
fn a_small_menu_becomes_data_and_accessors() {
    let text = menu(quote! {
        /// Pools
        /// of addresses.
        #[menu("/ip/pool", list, namespace = "pool", columns(name), flags(dynamic = 'D'; used = 'U'), wide_number)]
        struct Pool {
            /// Name.
            #[prop(required, alias = "title")]
            name: Name,
            /// More.
            #[prop(default = Some(5), not_simulated)]
            max_size: Option<u32>,
            /// In use.
            used: bool,
        }
    })
    .expect("a menu");
    contains(&text, quote!(path: "/ip/pool", kind: ::menu::Kind::List, help: "Pools of addresses.",));
    contains(
        &text,
        quote! {
            ::menu::PropertyDef {
                name: "max-size",
                aliases: &[],
                access: ::menu::Access::ReadWrite,
                required: false,
                unset: true,
                simulated: false,
                always_export: false,
                stats: false,
                right_aligned: <u32 as ::menu::PropertyType>::RIGHT_ALIGNED,
                quoted: <u32 as ::menu::PropertyType>::QUOTED,
                help: "More.",
                value: <u32 as ::menu::PropertyType>::KIND,
                words: <u32 as ::menu::PropertyType>::WORDS,
            }
        },
    );
    contains(
        &text,
        quote! {
            flags: &[
                ::menu::FlagDef { letter: 'D', name: "dynamic", group: 0u8 },
                ::menu::FlagDef { letter: 'U', name: "used", group: 1u8 }
            ],
            columns: &["name"],
        },
    );
    contains(&text, quote!(name_property: Some(0usize), namespace: Some(::menu::Namespace("pool")),));
    contains(&text, quote!(name: <Name as ::core::default::Default>::default(), max_size: Some(5),));
    contains(&text, quote!(1usize => self.used, _ => false));
    contains(&text, quote!(0usize => self.name = <Name as ::menu::PropertyType>::parse(value, names)));
    contains(&text, quote!(aliases: &["title"]));
}

#[test]
fn mistakes_are_compile_errors() {
    let field = |attribute: proc_macro2::TokenStream, field: proc_macro2::TokenStream| {
        menu(quote! { #[menu("/x", list #attribute)] struct X { #field } }).unwrap_err()
    };
    let none = || quote!();
    for (error, message) in [
        (
            menu(quote!(
                struct X;
            ))
            .unwrap_err(),
            "#[menu(\"/path\", kind, …)] is missing",
        ),
        (
            menu(quote!(
                #[menu("ip", list)]
                struct X;
            ))
            .unwrap_err(),
            "a menu's path starts with `/`",
        ),
        (
            menu(quote!(
                #[menu("/ip")]
                struct X;
            ))
            .unwrap_err(),
            "the kind of the menu is missing",
        ),
        (
            menu(quote!(
                #[menu("/ip", lists)]
                struct X;
            ))
            .unwrap_err(),
            "kind must be list, fixed_list",
        ),
        (
            menu(quote!(
                #[menu("/ip", list, odd)]
                struct X;
            ))
            .unwrap_err(),
            "unknown key `odd` of #[menu]",
        ),
        (
            menu(quote!(
                #[menu("/ip", list)]
                enum X {
                    A,
                }
            ))
            .unwrap_err(),
            "a menu is a struct",
        ),
        (
            menu(quote!(
                #[menu("/ip", list)]
                struct X(u8);
            ))
            .unwrap_err(),
            "a struct with named fields",
        ),
        (
            menu(quote!(
                #[menu("/ip", list)]
                struct X<T> {}
            ))
            .unwrap_err(),
            "takes no type parameters",
        ),
        (field(quote!(, columns(a)), none()), "column `a` is not a property"),
        (field(quote!(, name = a), none()), "`a` is not a property"),
        (field(quote!(, flags(up = 'U')), none()), "flag `up` needs a bool field"),
        (
            field(quote!(, command("c", args("a"), positional = 2)), none()),
            "more positional arguments than arguments",
        ),
        (
            field(quote!(, flags(dynamic = 'D')), quote!(#[doc = "D."] dynamic: bool)),
            "the table keeps `dynamic`",
        ),
        (field(none(), quote!(a: u8)), "a property needs a doc comment"),
        (field(none(), quote!(#[doc = "C."] comment: Text)), "the table keeps `disabled` and `comment`"),
        (field(none(), quote!(#[doc = "A."] a: u8, #[doc = "A."] a_: u8)), "property `a` appears twice"),
        (field(none(), quote!(#[doc = "A."] #[prop(odd)] a: u8)), "unknown key `odd` of #[prop]"),
        (field(none(), quote!(#[doc = "A."] #[prop(flag)] a: bool)), "not named in flags(…)"),
        (field(none(), quote!(#[doc = "A."] #[prop(read_only, required)] a: u8)), "cannot be required"),
        (field(none(), quote!(#[doc = "A."] #[prop(read_only, sensitive)] a: u8)), "exclude each other"),
    ] {
        assert!(error.contains(message), "{error:?} lacks {message:?}");
    }
}

#[test]
fn keywords_become_words() {
    let text = keyword(quote! {
        enum Action { Accept, AddSrcToAddressList, #[keyword("no", alias = "false", alias = "off")] No }
    })
    .expect("a menu");
    contains(&text, quote!(&["accept", "add-src-to-address-list", "no"]));
    contains(&text, quote!(&[("false", Self::No), ("off", Self::No)]));
    for (tokens, message) in [
        (
            quote!(
                struct A;
            ),
            "keywords are an enum",
        ),
        (
            quote!(
                enum A {}
            ),
            "needs a variant",
        ),
        (
            quote!(
                enum A {
                    B(u8),
                }
            ),
            "carries no fields",
        ),
        (
            quote!(
                enum A {
                    B,
                    #[keyword("b")]
                    C,
                }
            ),
            "the word `b` appears twice",
        ),
        (
            quote!(
                enum A {
                    #[keyword(word = "b")]
                    C,
                }
            ),
            "a word or `alias",
        ),
    ] {
        let error = keyword(tokens).unwrap_err();
        assert!(error.contains(message), "{error:?} lacks {message:?}");
    }
}
