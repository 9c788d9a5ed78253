//! Texts and arrays made of several values.

use super::{Machine, Ran};
use crate::literal::write_value;
use crate::operators::MAX_SIZE;
use menu::{Array, Value};
use std::sync::Arc;

impl Machine {
    /// The texts of the top values, joined.
    pub(super) fn join_text(&mut self, count: usize) -> Ran<Value> {
        let pieces = self.values.split_off(self.values.len().saturating_sub(count));
        let mut out = Vec::new();
        pieces.iter().for_each(|piece| write_value(piece, &mut out, MAX_SIZE));
        self.steps += u64::try_from(out.len() / 64).unwrap_or(0);
        match out.len() > MAX_SIZE {
            true => Err("text is too long".into()),
            false => Ok(Value::Str(out.into())),
        }
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
