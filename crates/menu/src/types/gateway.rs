//! Next hops of routes.

use super::address::parse_ipv4;
use super::reference::{Ref, spaces};
use crate::{Id, Names, Namespace, PropertyType, Value, ValueError, ValueKind};
use std::net::Ipv4Addr;

/// A next hop: `10.0.0.1`, `ether1`, `10.0.0.1%ether1`, each with `@table` behind it when it is looked up elsewhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gateway {
    /// Address of the next router.
    pub address: Option<Ipv4Addr>,
    /// Interface that it is reached through.
    pub interface: Option<Ref<spaces::Interface>>,
    /// Table (or VRF) in which the next hop is resolved.
    pub table: Option<Ref<spaces::RoutingTable>>,
}

impl Gateway {
    /// A next hop by address.
    #[must_use]
    pub const fn address(address: Ipv4Addr) -> Self {
        Self { address: Some(address), interface: None, table: None }
    }

    /// A next hop by interface: connected routes.
    #[must_use]
    pub const fn interface(id: Id) -> Self {
        Self { address: None, interface: Some(Ref::to(id)), table: None }
    }
}

impl PropertyType for Gateway {
    const KIND: ValueKind = ValueKind::Reference(Namespace("interface"));
    const REFERS: bool = true;

    fn parse(input: &Value, names: &dyn Names) -> Result<Self, ValueError> {
        match input {
            Value::Ip(address) | Value::IpPrefix(address, 32) => return Ok(Self::address(*address)),
            Value::Id(_) => {
                let interface = Some(Ref::parse(input, names)?);
                return Ok(Self { address: None, interface, table: None });
            }
            _ => {}
        }
        let text = input.argument();
        // Exports hold `gateway=""` where a route has none.
        if text.is_empty() {
            return Ok(Self::default());
        }
        let (hop, table) = match text.iter().position(|c| *c == b'@') {
            Some(at) => {
                let (hop, table) = text.split_at(at);
                (hop, Some(Ref::parse(&Value::text(&table[1..]), names)?))
            }
            None => (text.as_ref(), None),
        };
        let (address, interface) = match hop.iter().position(|c| *c == b'%') {
            Some(at) => {
                let (address, interface) = hop.split_at(at);
                (Some(address), Some(&interface[1..]))
            }
            None => (None, None),
        };
        let ip = |text: &[u8]| std::str::from_utf8(text).ok().and_then(parse_ipv4);
        let reference = |text: &[u8]| Ref::parse(&Value::text(text), names);
        match (address, interface) {
            (Some(address), Some(interface)) => {
                let address = ip(address).ok_or(ValueError::Invalid(Vec::new()))?;
                Ok(Self { address: Some(address), interface: Some(reference(interface)?), table })
            }
            _ => match ip(hop) {
                Some(address) => Ok(Self { address: Some(address), interface: None, table }),
                // What looks like an address but is none was never meant as an interface.
                None if hop.iter().all(|c| c.is_ascii_digit() || *c == b'.') => {
                    Err(ValueError::Invalid(Vec::new()))
                }
                None => Ok(Self { address: None, interface: Some(reference(hop)?), table }),
            },
        }
    }

    fn print(&self, names: &dyn Names, out: &mut String) {
        if let Some(address) = &self.address {
            address.print(names, out);
        }
        if let Some(interface) = &self.interface {
            if self.address.is_some() {
                out.push('%');
            }
            interface.print(names, out);
        }
        if let Some(table) = &self.table {
            out.push('@');
            table.print(names, out);
        }
    }

    fn to_value(&self, names: &dyn Names) -> Value {
        match self {
            Self { address: Some(address), interface: None, table: None } => Value::Ip(*address),
            _ => {
                // Names may hold bytes that are no UTF-8.
                let mut text: Vec<u8> = self.address.map(|a| a.to_string().into_bytes()).unwrap_or_default();
                if let Some(interface) = &self.interface {
                    text.extend(self.address.map(|_| b'%'));
                    text.extend_from_slice(&interface.to_value(names).argument());
                }
                if let Some(table) = &self.table {
                    text.push(b'@');
                    text.extend_from_slice(&table.to_value(names).argument());
                }
                Value::text(text)
            }
        }
    }

    fn references(&self, f: &mut dyn FnMut(Namespace, Id)) {
        if let Some(interface) = &self.interface {
            interface.references(f);
        }
        if let Some(table) = &self.table {
            table.references(f);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::testing::*;
    use crate::{Lookup, NoNames, Text};

    struct One;
    impl Names for One {
        fn lookup(&self, _: Namespace, name: &Text) -> Lookup {
            if name == "ether1" || name == "main" { Lookup::One(Id(1)) } else { Lookup::None }
        }
        fn name(&self, space: Namespace, id: Id) -> Option<Text> {
            let name = if space.0 == "interface" { "ether1" } else { "main" };
            (id == Id(1)).then(|| name.into())
        }
        fn all(&self, _: Namespace) -> Vec<Text> {
            Vec::new()
        }
    }

    #[test]
    fn next_hops_in_all_forms() {
        for text in ["10.0.0.1", "ether1", "10.0.0.1%ether1", "10.0.0.1@main", "ether1@main"] {
            let gateway = Gateway::parse(&Value::text(text), &One).unwrap();
            let mut out = String::new();
            gateway.print(&One, &mut out);
            assert_eq!(out, text);
        }
        assert_eq!(read::<Gateway>("10.0.0.300"), "invalid value for argument x");
        assert_eq!(read::<Gateway>(""), "");
        assert_eq!(read::<Gateway>("ether9"), "input does not match any value of x");
        assert_eq!(Gateway::parse(&Value::Id(Id(7)), &NoNames), Err(ValueError::NoMatch));
    }
}
