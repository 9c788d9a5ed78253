//! Hardware addresses.

use super::ascii;
use crate::{Names, PropertyType, Value, ValueError, ValueKind};
use std::fmt;

/// The console's help for a hardware address.
pub(super) const HINT: &str = "AB[:|-|.]CD[:|-|.]EF[:|-|.]GH[:|-|.]IJ[:|-|.]KL    (MAC address)";

/// A hardware address; reads `AB:CD:…`, `AB-CD-…`, `AB.CD.…` and the bare digits, prints upper case with colons.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mac(pub [u8; 6]);

impl Mac {
    /// All zeros: no address.
    pub const ZERO: Self = Self([0; 6]);
    /// All ones.
    pub const BROADCAST: Self = Self([0xFF; 6]);

    fn read(text: &str) -> Option<Self> {
        let mut bytes = [0; 6];
        let mut rest = text;
        for (i, byte) in bytes.iter_mut().enumerate() {
            if i > 0 {
                rest = rest.strip_prefix([':', '-', '.']).unwrap_or(rest);
            }
            let pair = rest.get(..2)?;
            if !pair.bytes().all(|c| c.is_ascii_hexdigit()) {
                return None;
            }
            *byte = u8::from_str_radix(pair, 16).ok()?;
            rest = rest.get(2..)?;
        }
        rest.is_empty().then_some(Self(bytes))
    }
}

impl fmt::Display for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g] = self.0;
        write!(f, "{a:02X}:{b:02X}:{c:02X}:{d:02X}:{e:02X}:{g:02X}")
    }
}

impl fmt::Debug for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl From<[u8; 6]> for Mac {
    fn from(bytes: [u8; 6]) -> Self {
        Self(bytes)
    }
}

impl From<Mac> for [u8; 6] {
    fn from(mac: Mac) -> Self {
        mac.0
    }
}

impl PropertyType for Mac {
    const KIND: ValueKind = ValueKind::Other(HINT);

    fn parse(input: &Value, _: &dyn Names) -> Result<Self, ValueError> {
        ascii(input, Self::read)
    }

    fn print(&self, _: &dyn Names, out: &mut String) {
        out.push_str(&self.to_string());
    }

    fn to_value(&self, _: &dyn Names) -> Value {
        Value::text(self.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::testing::*;
    use proptest::prelude::*;

    #[test]
    fn separators_vary_on_input_only() {
        for text in ["02:00:00:00:0a:0B", "02-00-00-00-0a-0b", "02.00.00.00.0A.0b", "020000000a0b"] {
            assert_eq!(read::<Mac>(text), "02:00:00:00:0A:0B");
        }
        for text in ["", "02:00:00:00:0a", "02:00:00:00:0a:0b:", "02:00:00:00:0a:0g", "2:0:0:0:a:b", "é2:00"]
        {
            assert_eq!(read::<Mac>(text), "invalid value for argument x");
        }
    }

    proptest! {
        #[test]
        fn macs_round_trip(bytes: [u8; 6]) {
            round_trip(&Mac(bytes));
        }
    }
}
