//! References to items of other menus.

use crate::{Id, Lookup, Names, Namespace, PropertyType, Value, ValueError, ValueKind};
use std::fmt;
use std::marker::PhantomData;

/// A marker type that stands for a namespace; the usual ones are in [`spaces`].
pub trait Space: 'static {
    /// The namespace.
    const NAMESPACE: Namespace;
}

/// Marker types of the namespaces that menus refer to. The menu that owns the names says `namespace = "…"`.
pub mod spaces {
    macro_rules! spaces {
        ($($name:ident $space:literal),* $(,)?) => {$(
            #[doc = concat!("Names of the namespace `", $space, "`.")]
            #[derive(Clone, Copy, Debug, PartialEq, Eq)]
            pub enum $name {}
            impl super::Space for $name {
                const NAMESPACE: crate::Namespace = crate::Namespace($space);
            }
        )*};
    }
    spaces! {
        Interface "interface", InterfaceList "interface-list", Pool "pool", DhcpServer "dhcp-server",
        DhcpOption "dhcp-option", DhcpOptionSet "dhcp-option-set", DhcpClientOption "dhcp-client-option",
        RoutingTable "routing-table", Vrf "vrf", LoggingAction "logging-action", Queue "queue",
        QueueType "queue-type", Script "script", Certificate "certificate",
    }
}

/// An item of the namespace `S`, kept by id; prints its name, or `*1A` when the item is gone.
pub struct Ref<S> {
    /// The item; [`Ref::NOTHING`] has id 0, which no item has.
    pub id: Id,
    space: PhantomData<fn() -> S>,
}

impl<S> Ref<S> {
    /// Refers to nothing: the state of a required reference before it is given. Prints nothing.
    pub const NOTHING: Self = Self::to(Id(0));

    /// A reference to the item with this id.
    #[must_use]
    pub const fn to(id: Id) -> Self {
        Self { id, space: PhantomData }
    }

    /// False when it refers to nothing.
    #[must_use]
    pub const fn is_set(self) -> bool {
        self.id.0 != 0
    }
}

impl<S> Clone for Ref<S> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<S> Copy for Ref<S> {}
impl<S> Default for Ref<S> {
    fn default() -> Self {
        Self::NOTHING
    }
}
impl<S> PartialEq for Ref<S> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}
impl<S> Eq for Ref<S> {}
impl<S> PartialOrd for Ref<S> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<S> Ord for Ref<S> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.id.cmp(&other.id)
    }
}
impl<S> fmt::Debug for Ref<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.id)
    }
}

impl<S: Space> PropertyType for Ref<S> {
    const KIND: ValueKind = ValueKind::Reference(S::NAMESPACE);
    const REFERS: bool = true;

    /// A name (exact or an unambiguous prefix) or an id.
    fn parse(input: &Value, names: &dyn Names) -> Result<Self, ValueError> {
        let text = input.argument();
        if let Some(id) = Id::parse(&text) {
            return names.name(S::NAMESPACE, id).map(|_| Self::to(id)).ok_or(ValueError::NoMatch);
        }
        if text.is_empty() {
            return Err(ValueError::Ambiguous);
        }
        match names.lookup(S::NAMESPACE, &text.as_ref().into()) {
            Lookup::One(id) => Ok(Self::to(id)),
            Lookup::None => Err(ValueError::NoMatch),
            Lookup::Ambiguous => Err(ValueError::Ambiguous),
        }
    }

    fn print(&self, names: &dyn Names, out: &mut String) {
        if !self.is_set() {
            return;
        }
        match names.name(S::NAMESPACE, self.id) {
            Some(name) => out.push_str(&String::from_utf8_lossy(&name)),
            None => out.push_str(&self.id.to_string()),
        }
    }

    fn to_value(&self, names: &dyn Names) -> Value {
        if !self.is_set() {
            return Value::Nil;
        }
        names.name(S::NAMESPACE, self.id).map_or(Value::Id(self.id), Value::Str)
    }

    fn references(&self, f: &mut dyn FnMut(Namespace, Id)) {
        if self.is_set() {
            f(S::NAMESPACE, self.id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::testing::{message, show};
    use crate::{Either, NoNames, Or, Text, words};

    /// `ether1` = 1, `ether2` = 2, `allen` = 3; every namespace but interface lists.
    struct Three;
    impl Names for Three {
        fn lookup(&self, space: Namespace, name: &Text) -> Lookup {
            if space == spaces::InterfaceList::NAMESPACE {
                return Lookup::None;
            }
            let words = [("ether1", 1), ("ether2", 2), ("allen", 3)];
            match crate::match_word(name, words.iter().map(|(w, i)| (w.as_bytes(), *i))) {
                Ok(id) => Lookup::One(Id(id)),
                Err(ValueError::Ambiguous) => Lookup::Ambiguous,
                Err(_) => Lookup::None,
            }
        }
        fn name(&self, _: Namespace, id: Id) -> Option<Text> {
            ["", "ether1", "ether2", "allen"].get(id.0 as usize).map(|name| Text::from(*name))
        }
        fn all(&self, _: Namespace) -> Vec<Text> {
            Vec::new()
        }
    }

    fn read<T: PropertyType>(text: &str) -> String {
        match T::parse(&Value::text(text), &Three) {
            Ok(value) => {
                let mut out = String::new();
                value.print(&Three, &mut out);
                out
            }
            Err(error) => message(error),
        }
    }

    #[test]
    fn names_and_words_share_one_set_of_prefixes() {
        type Interface = Ref<spaces::Interface>;
        type All = Or<words::All, Interface>;
        let ambiguous = "ambiguous value of x, more than one possible value matches input";
        assert_eq!(read::<Interface>("ether2"), "ether2");
        assert_eq!(read::<Interface>("a"), "allen");
        assert_eq!(read::<Interface>("*2"), "ether2");
        assert_eq!(read::<Interface>("*2A"), "input does not match any value of x");
        assert_eq!(read::<Interface>("eth"), ambiguous);
        assert_eq!(read::<Interface>(""), ambiguous);
        assert_eq!(read::<Interface>("brige"), "input does not match any value of x");
        assert_eq!(read::<All>("all"), "all");
        assert_eq!(read::<All>("al"), ambiguous);
        assert_eq!(read::<All>("alle"), "allen");
        assert_eq!(read::<All>("ether1"), "ether1");
        assert_eq!(read::<All>("x"), "input does not match any value of x");
    }

    #[test]
    fn a_gone_item_prints_its_id() {
        assert_eq!(show(&Ref::<spaces::Pool>::to(Id(26))), "*1A");
        assert_eq!(show(&Ref::<spaces::Pool>::NOTHING), "");
        let gone = Ref::<spaces::Pool>::parse(&Value::Id(Id(26)), &NoNames);
        assert_eq!(gone, Err(ValueError::NoMatch));
    }

    #[test]
    fn a_union_tells_both_reasons() {
        type Place = Either<Ref<spaces::Interface>, Ref<spaces::InterfaceList>>;
        assert_eq!(
            read::<Place>("zz"),
            "invalid value for argument x:\n    input does not match any value of interface\n    \
             input does not match any value of interface-list"
        );
    }
}
