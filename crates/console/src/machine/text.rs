//! Texts and arrays made of several values.

use super::{Machine, Ran};
use crate::literal::write_value;
use crate::operators::{self, MAX_SIZE};
use crate::syntax::Binary;
use menu::{Array, Text, Value};
use std::sync::Arc;

impl Machine {
    /// The texts of the top values, joined.
    pub(super) fn join_text(&mut self, count: usize) -> Ran<Value> {
        let pieces = self.values.split_off(self.values.len().saturating_sub(count));
        if pieces.iter().any(|piece| matches!(piece, Value::Array(_))) {
            return self.join_over_arrays(&pieces);
        }
        let mut out = Vec::new();
        pieces.iter().for_each(|piece| write_value(piece, &mut out, MAX_SIZE));
        self.steps += u64::try_from(out.len() / 64).unwrap_or(0);
        match out.len() > MAX_SIZE {
            true => Err("text is too long".into()),
            false => Ok(Value::Str(out.into())),
        }
    }

    /// A text around an array is an array of texts, as with `.`.
    fn join_over_arrays(&mut self, pieces: &[Value]) -> Ran<Value> {
        let mut joined = Value::Str(Text::default());
        for piece in pieces {
            self.charge(&joined)?;
            self.charge(piece)?;
            joined = operators::binary(Binary::Concat, &joined, piece)?;
        }
        self.charge(&joined)?;
        Ok(joined)
    }

    /// An array of the top values; true in `keyed` = a key lies before the value.
    pub(super) fn make_array(&mut self, keyed: &[bool]) -> Value {
        let count = keyed.len() + keyed.iter().filter(|keyed| **keyed).count();
        let values = self.values.split_off(self.values.len().saturating_sub(count));
        let mut values = values.into_iter();
        let mut array = Array::default();
        for keyed in keyed {
            match (keyed, values.next(), ()) {
                (true, Some(key), ()) => {
                    let value = values.next().unwrap_or_default();
                    array.keyed.insert(crate::literal::text_of(&key), value);
                }
                (_, value, ()) => array.items.push(value.unwrap_or_default()),
            }
        }
        Value::Array(Arc::new(array))
    }
}
