//! Hardware addresses.

use super::ascii;
use crate::{Names, PropertyType, Value, ValueError, ValueKind};
use wire::Mac;

/// The console's help for a hardware address.
pub(super) const HINT: &str = "AB[:|-|.]CD[:|-|.]EF[:|-|.]GH[:|-|.]IJ[:|-|.]KL    (MAC address)";

/// Six pairs of digits with `:`, `-`, `.` or nothing between them.
fn read_mac(text: &str) -> Option<Mac> {
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
    rest.is_empty().then_some(Mac(bytes))
}

impl PropertyType for Mac {
    const KIND: ValueKind = ValueKind::Other(HINT);

    /// Reads `AB:CD:…`, `AB-CD-…`, `AB.CD.…` and the bare digits; prints upper case with colons.
    fn parse(input: &Value, _: &dyn Names) -> Result<Self, ValueError> {
        ascii(input, read_mac)
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
