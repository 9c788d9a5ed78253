//! Types of `/interface/bridge/port` properties that print or fail in a way of their own.

use crate::names::InterfaceSpace;
use menu::spaces::InterfaceList;
use menu::{Id, Names, Namespace, Num, Or, PropertyType, Ref, Space, Value, ValueError, ValueKind, words};

/// `interface` of a bridge port: an interface or an interface list. Lists with members are not simulated, so only an
/// interface fits; what fits neither is refused with both reasons, as RouterOS does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PortInterface(pub Ref<InterfaceSpace>);

impl PortInterface {
    /// The interface's id.
    #[must_use]
    pub const fn id(self) -> Id {
        self.0.id
    }
}

impl PropertyType for PortInterface {
    const KIND: ValueKind = ValueKind::Reference(InterfaceSpace::NAMESPACE);
    const REFERS: bool = true;

    fn parse(input: &Value, names: &dyn Names) -> Result<Self, ValueError> {
        match Ref::parse(input, names) {
            Ok(interface) => Ok(Self(interface)),
            Err(ValueError::NoMatch) => Err(ValueError::Invalid(
                [InterfaceSpace::NAMESPACE, InterfaceList::NAMESPACE]
                    .map(|space| format!("input does not match any value of {}", space.0))
                    .into(),
            )),
            Err(error) => Err(error),
        }
    }

    fn print(&self, names: &dyn Names, out: &mut String) {
        self.0.print(names, out);
    }

    fn to_value(&self, names: &dyn Names) -> Value {
        self.0.to_value(names)
    }

    fn references(&self, f: &mut dyn FnMut(Namespace, Id)) {
        self.0.references(f);
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
