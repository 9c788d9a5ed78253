//! Types of `/interface/bridge/port` properties that print or fail in a way of their own.

use crate::names::InterfaceSpace;
use menu::spaces::InterfaceList;
use menu::{Id, Names, Namespace, Num, Or, PropertyType, Ref, Space, Value, ValueError, ValueKind, words};

/// `interface` of a bridge port: an interface, or an interface list, each of whose members becomes a port. What fits
/// neither is refused with both reasons, as RouterOS does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PortInterface {
    /// This interface.
    Interface(Ref<InterfaceSpace>),
    /// The interfaces of this list; not simulated.
    List(Ref<InterfaceList>),
}

impl Default for PortInterface {
    fn default() -> Self {
        Self::Interface(Ref::NOTHING)
    }
}

impl PortInterface {
    /// The interface's id; 0, which no interface has, for a list.
    #[must_use]
    pub const fn id(self) -> Id {
        match self {
            Self::Interface(interface) => interface.id,
            Self::List(_) => Id(0),
        }
    }

    /// Names it a list?
    #[must_use]
    pub const fn is_list(self) -> bool {
        matches!(self, Self::List(_))
    }
}

/// Is the input the whole name of the interface?
fn is_whole(interface: Ref<InterfaceSpace>, input: &Value, names: &dyn Names) -> bool {
    names.name(InterfaceSpace::NAMESPACE, interface.id).is_some_and(|name| *name == *input.argument())
}

impl PropertyType for PortInterface {
    const KIND: ValueKind = ValueKind::Reference(InterfaceSpace::NAMESPACE);
    const REFERS: bool = true;

    fn parse(input: &Value, names: &dyn Names) -> Result<Self, ValueError> {
        let list = Ref::parse(input, names);
        let is_name = |list: &Ref<InterfaceList>| {
            names.name(InterfaceList::NAMESPACE, list.id).is_some_and(|name| *name == *input.argument())
        };
        match (Ref::parse(input, names), &list) {
            // A list's whole name goes before the beginning of an interface's.
            (Ok(interface), Ok(list)) if is_name(list) && !is_whole(interface, input, names) => {
                return Ok(Self::List(*list));
            }
            (Ok(interface), _) => return Ok(Self::Interface(interface)),
            (Err(ValueError::NoMatch), _) => {}
            (Err(error), _) => return Err(error),
        }
        match list {
            Ok(list) => Ok(Self::List(list)),
            Err(ValueError::NoMatch) => Err(ValueError::Invalid(
                [InterfaceSpace::NAMESPACE, InterfaceList::NAMESPACE]
                    .map(|space| format!("input does not match any value of {}", space.0))
                    .into(),
            )),
            Err(error) => Err(error),
        }
    }

    fn print(&self, names: &dyn Names, out: &mut String) {
        match self {
            Self::Interface(interface) => interface.print(names, out),
            Self::List(list) => list.print(names, out),
        }
    }

    fn to_value(&self, names: &dyn Names) -> Value {
        match self {
            Self::Interface(interface) => interface.to_value(names),
            Self::List(list) => list.to_value(names),
        }
    }

    fn references(&self, f: &mut dyn FnMut(Namespace, Id)) {
        match self {
            Self::Interface(interface) => interface.references(f),
            Self::List(list) => list.references(f),
        }
    }
}

type NoneOrNumber = Or<words::None, Num<0, 4_294_967_295>>;

/// `horizon` of a bridge port: `none` or a number; a word to the eye, so tables keep it left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Horizon(pub Option<u32>);

impl Horizon {
    fn inner(self) -> NoneOrNumber {
        self.0.map_or_else(Or::default, |number| Or::Value(Num::new(number.into())))
    }
}

impl PropertyType for Horizon {
    const KIND: ValueKind = <NoneOrNumber as PropertyType>::KIND;
    const WORDS: &'static [&'static str] = <NoneOrNumber as PropertyType>::WORDS;

    fn parse(input: &Value, names: &dyn Names) -> Result<Self, ValueError> {
        let number = NoneOrNumber::parse(input, names)?;
        Ok(Self(number.value().and_then(|number| u32::try_from(number.get()).ok())))
    }

    fn print(&self, names: &dyn Names, out: &mut String) {
        self.inner().print(names, out);
    }

    fn to_value(&self, names: &dyn Names) -> Value {
        self.inner().to_value(names)
    }
}
