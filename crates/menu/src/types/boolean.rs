//! `yes`/`no`.

use crate::{Names, PropertyType, Value, ValueError, ValueKind};

impl PropertyType for bool {
    const KIND: ValueKind = ValueKind::Bool;

    /// Takes the words `yes` and `no` (prefixes too) and typed values; the words `true` and `false` are typed by the
    /// console before they come here, so quoted they are refused.
    fn parse(input: &Value, _: &dyn Names) -> Result<Self, ValueError> {
        match input {
            Value::Bool(value) => Ok(*value),
            other => {
                let text = other.argument();
                let words: [(&[u8], Self); 2] = [(b"no", false), (b"yes", true)];
                crate::match_word(&text.as_ref().into(), words.into_iter())
            }
        }
    }

    fn print(&self, _: &dyn Names, out: &mut String) {
        out.push_str(if *self { "yes" } else { "no" });
    }

    fn to_value(&self, _: &dyn Names) -> Value {
        Value::Bool(*self)
    }
}

#[cfg(test)]
mod tests {
    use crate::types::testing::*;
    use crate::*;

    #[test]
    fn only_yes_and_no_are_words() {
        assert_eq!(read::<bool>("yes"), "yes");
        assert_eq!(read::<bool>("n"), "no");
        assert_eq!(read::<bool>("true"), "input does not match any value of x");
        assert_eq!(read::<bool>("YES"), "input does not match any value of x");
        assert_eq!(read::<bool>(""), "ambiguous value of x, more than one possible value matches input");
        assert_eq!(read_value::<bool>(&Value::Bool(true)), "yes");
        round_trip(&true);
        round_trip(&false);
    }
}
