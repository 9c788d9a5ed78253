//! Property types: each owns its syntax ([`crate::PropertyType`]), one file per family.

mod address;
mod boolean;
mod firewall;
mod gateway;
mod list;
mod mac;
mod number;
mod ranges;
mod reference;
mod text;
mod time;
mod union;
mod word;

pub use address::{AddressEntry, AddressMatcher, InterfaceAddress, Ipv4Network, Ipv4Prefix, parse_ipv4};
pub use firewall::{IcmpOptions, Limit, LimitUnit, Protocol};
pub use gateway::Gateway;
pub use list::{List, Negated, Set};
pub use number::{Bytes, Counter, Hex, Num, Rate, RatePair};
pub use ranges::{Ipv4Range, Ipv4Ranges, NumRange, Ports};
pub use reference::{Ref, Space, spaces};
pub use text::{HexText, Name};
pub use time::{Date, TimeIn, colon_time, parse_time};
pub use union::{Either, Or};
pub use wire::Mac;
pub use word::{Keyword, parse_keyword, words};

use crate::{Value, ValueError};

/// The value as text, for types whose syntax is ASCII.
fn ascii<T>(input: &Value, parse: impl FnOnce(&str) -> Option<T>) -> Result<T, ValueError> {
    let bytes = input.argument();
    std::str::from_utf8(&bytes).ok().and_then(parse).ok_or(ValueError::Invalid(Vec::new()))
}

#[cfg(test)]
pub(crate) mod testing {
    //! What the types' tests share.
    use crate::{NoNames, PropertyType, Value, ValueError};

    /// The printed form of what `text` parses to, or the message for an argument called `x`.
    pub(crate) fn read<T: PropertyType>(text: &str) -> String {
        read_value::<T>(&Value::text(text))
    }

    /// The same for any value.
    pub(crate) fn read_value<T: PropertyType>(value: &Value) -> String {
        match T::parse(value, &NoNames) {
            Ok(value) => show(&value),
            Err(error) => message(error),
        }
    }

    pub(crate) fn message(error: ValueError) -> String {
        crate::PropertyError { property: "x", error }.to_string()
    }

    pub(crate) fn show<T: PropertyType>(value: &T) -> String {
        let mut out = String::new();
        value.print(&NoNames, &mut out);
        out
    }

    /// print → parse → print gives the same text, from text and from the typed value.
    pub(crate) fn round_trip<T: PropertyType>(value: &T) {
        let text = show(value);
        assert_eq!(read::<T>(&text), text);
        assert_eq!(read_value::<T>(&value.to_value(&NoNames)), text);
    }
}
