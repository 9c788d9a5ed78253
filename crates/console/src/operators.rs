//! Operators and conversions of the RouterOS language.

use crate::literal::{id, ip, number, scalar, text_of, time, write_value};
use crate::syntax::{Binary, Unary};
use bstr::ByteSlice;
use menu::{Array, Text, Value};
use std::cmp::Ordering;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

/// Largest text, in bytes, and largest array, in elements, that a script can make.
pub(crate) const MAX_SIZE: usize = 1 << 20;

/// Deepest nesting of arrays.
const MAX_DEPTH: usize = 200;

/// What a value weighs: its elements at all depths, and its text by 64 bytes; shared parts count each time they
/// occur, since comparing and printing meet them each time.
///
/// # Errors
/// It weighs more than [`MAX_SIZE`] or nests deeper than [`MAX_DEPTH`].
pub(crate) fn weight(value: &Value) -> Result<usize, String> {
    fn add(value: &Value, depth: usize, total: &mut usize) -> bool {
        *total += 1;
        match value {
            Value::Str(text) => *total += text.len() / 64,
            Value::Array(array) => {
                let mut elements = array.items.iter().chain(array.keyed.values());
                return depth > 0 && elements.all(|element| add(element, depth - 1, total));
            }
            _ => {}
        }
        *total <= 2 * MAX_SIZE
    }
    let mut total = 0;
    match add(value, MAX_DEPTH, &mut total) && total <= MAX_SIZE {
        true => Ok(total),
        false => Err("array is too large".into()),
    }
}

pub(crate) type Computed = Result<Value, String>;

/// `any`, and what a bare name means in `where`: is there a value that is not empty or false?
pub(crate) fn truthy(value: &Value) -> bool {
    match value {
        Value::Nothing | Value::Nil => false,
        Value::Bool(b) => *b,
        Value::Str(s) => !s.is_empty(),
        Value::Array(a) => !(a.items.is_empty() && a.keyed.is_empty()),
        _ => true,
    }
}

/// A condition: `bool`, or a number or text that reads as one. `nil` is false: scripts ask `:if ([:find $text "x"]) do={…}`.
pub(crate) fn condition(value: &Value) -> Result<bool, String> {
    match to_bool(value) {
        Value::Bool(b) => Ok(b),
        Value::Nil if matches!(value, Value::Nil) => Ok(false),
        _ => Err("conditional not boolean".into()),
    }
}

pub(crate) fn to_bool(value: &Value) -> Value {
    match value {
        Value::Bool(_) => value.clone(),
        Value::Num(n) => Value::Bool(*n != 0),
        Value::Str(s) => match s.as_slice() {
            b"true" | b"yes" => Value::Bool(true),
            b"false" | b"no" => Value::Bool(false),
            _ => Value::Nil,
        },
        _ => Value::Nil,
    }
}

pub(crate) fn to_num(value: &Value) -> Value {
    match value {
        Value::Num(_) => value.clone(),
        Value::Bool(b) => Value::Num(i64::from(*b)),
        Value::Str(s) => s.to_str().ok().and_then(number).map_or(Value::Nil, Value::Num),
        Value::Time(nanos) => Value::Num(nanos / 1_000_000_000),
        Value::Ip(ip) => Value::Num(i64::from(u32::from(*ip))),
        Value::Id(id) => Value::Num(i64::from(id.0)),
        _ => Value::Nil,
    }
}

pub(crate) fn to_time(value: &Value) -> Value {
    match value {
        Value::Time(_) => value.clone(),
        Value::Num(n) => n.checked_mul(1_000_000_000).map_or(Value::Nil, Value::Time),
        Value::Str(s) => {
            let text = s.to_str().unwrap_or_default();
            let plain = || number(text).and_then(|n| n.checked_mul(1_000_000_000));
            time(text).or_else(plain).map_or(Value::Nil, Value::Time)
        }
        _ => Value::Nil,
    }
}

pub(crate) fn to_ip(value: &Value) -> Value {
    match value {
        Value::Ip(_) => value.clone(),
        Value::Str(s) => s.to_str().ok().and_then(ip).map_or(Value::Nil, Value::Ip),
        Value::Num(n) => u32::try_from(*n).map_or(Value::Nil, |n| Value::Ip(Ipv4Addr::from(n))),
        Value::IpPrefix(ip, _) => Value::Ip(*ip),
        _ => Value::Nil,
    }
}

pub(crate) fn to_ip6(value: &Value) -> Value {
    match value {
        Value::Ip6(_) => value.clone(),
        Value::Str(s) => s.to_str().ok().and_then(|s| s.parse().ok()).map_or(Value::Nil, Value::Ip6),
        Value::Ip6Prefix(ip, _) => Value::Ip6(*ip),
        Value::Ip(ip) => Value::Ip6(ip.to_ipv6_mapped()),
        _ => Value::Nil,
    }
}

pub(crate) fn to_id(value: &Value) -> Value {
    match value {
        Value::Id(_) => value.clone(),
        Value::Str(s) => s.to_str().ok().and_then(id).map_or(Value::Nil, Value::Id),
        Value::Num(n) => u32::try_from(*n).map_or(Value::Nil, |n| Value::Id(menu::Id(n))),
        _ => Value::Nil,
    }
}

/// `:toarray`: text is split.
pub(crate) fn to_array(value: &Value, delimiter: &[u8]) -> Value {
    match value {
        Value::Array(_) => value.clone(),
        Value::Nil | Value::Nothing => Value::list(Vec::new()),
        Value::Str(s) if s.is_empty() => Value::list(Vec::new()),
        Value::Str(s) if !delimiter.is_empty() => {
            let parts = s.split_str(delimiter).map(<[u8]>::trim_ascii).filter(|part| !part.is_empty());
            Value::list(parts.map(scalar).collect())
        }
        other => Value::list(vec![other.clone()]),
    }
}

/// An operator with one operand.
pub(crate) fn unary(operator: Unary, value: &Value) -> Computed {
    match (operator, value) {
        (Unary::Any, value) => Ok(Value::Bool(truthy(value))),
        (Unary::Not, value) => match to_bool(value) {
            Value::Bool(b) => Ok(Value::Bool(!b)),
            _ => Ok(Value::Bool(!truthy(value))),
        },
        (Unary::Negate, Value::Num(n)) => Ok(Value::Num(n.saturating_neg())),
        (Unary::Negate, Value::Time(n)) => Ok(Value::Time(n.saturating_neg())),
        (Unary::BitNot, Value::Num(n)) => Ok(Value::Num(!n)),
        (Unary::BitNot, Value::Ip(ip)) => Ok(Value::Ip(Ipv4Addr::from(!u32::from(*ip)))),
        (Unary::BitNot, Value::Ip6(ip)) => Ok(Value::Ip6(Ipv6Addr::from(!u128::from(*ip)))),
        (Unary::Negate | Unary::BitNot, Value::Str(s)) => match scalar(s) {
            Value::Str(_) => cannot(if operator == Unary::Negate { "negate" } else { "invert" }, value),
            typed => unary(operator, &typed),
        },
        (Unary::Negate, value) => cannot("negate", value),
        (Unary::BitNot, value) => cannot("invert", value),
    }
}

fn cannot(what: &str, value: &Value) -> Computed {
    Err(format!("cannot {what} {}", crate::literal::type_name(value)))
}

/// An operator with two operands; `and`, `or`, `~`, `<%%` are done by the machine.
pub(crate) fn binary(operator: Binary, left: &Value, right: &Value) -> Computed {
    use Binary as B;
    match operator {
        B::Join => join(left, right),
        B::In => Ok(Value::Bool(contains(right, left))),
        B::Equal => Ok(Value::Bool(equal(left, right))),
        B::NotEqual => Ok(Value::Bool(!equal(left, right))),
        B::Less => Ok(Value::Bool(compare(left, right)?.is_lt())),
        B::Greater => Ok(Value::Bool(compare(left, right)?.is_gt())),
        B::LessEqual => Ok(Value::Bool(compare(left, right)?.is_le())),
        B::GreaterEqual => Ok(Value::Bool(compare(left, right)?.is_ge())),
        B::Concat => concat(left, right),
        B::Element => Ok(element(left, right)),
        B::Add | B::Subtract | B::Multiply | B::Divide | B::Remainder => arithmetic(operator, left, right),
        B::ShiftLeft | B::ShiftRight | B::BitOr | B::BitXor | B::BitAnd => bits(operator, left, right),
        B::And | B::Or | B::Match | B::Apply => Err("unsupported operator".into()),
    }
}

/// `,`: arrays are joined, other values become elements.
fn join(left: &Value, right: &Value) -> Computed {
    let mut array = match left {
        Value::Array(array) => Array::clone(array),
        // What is not there is no element.
        Value::Nil | Value::Nothing => Array::default(),
        other => Array { items: vec![other.clone()], ..Array::default() },
    };
    match right {
        Value::Array(more) => {
            array.items.extend(more.items.iter().cloned());
            array.keyed.extend(more.keyed.iter().map(|(k, v)| (k.clone(), v.clone())));
        }
        Value::Nil | Value::Nothing => {}
        other => array.items.push(other.clone()),
    }
    let joined = Value::Array(Arc::new(array));
    weight(&joined).map(|_| joined)
}

/// `left in right`: an address in a network, an element in an array.
fn contains(outer: &Value, inner: &Value) -> bool {
    let v4 = |bits: u8| u32::MAX.checked_shl(32 - u32::from(bits)).unwrap_or(0);
    let v6 = |bits: u8| u128::MAX.checked_shl(128 - u32::from(bits)).unwrap_or(0);
    match (outer, inner) {
        (Value::IpPrefix(net, bits), Value::Ip(ip)) => (u32::from(*net) ^ u32::from(*ip)) & v4(*bits) == 0,
        (Value::IpPrefix(net, bits), Value::IpPrefix(ip, inner)) => {
            inner >= bits && (u32::from(*net) ^ u32::from(*ip)) & v4(*bits) == 0
        }
        (Value::Ip6Prefix(net, bits), Value::Ip6(ip)) => {
            (u128::from(*net) ^ u128::from(*ip)) & v6(*bits) == 0
        }
        (Value::Ip6Prefix(net, bits), Value::Ip6Prefix(ip, inner)) => {
            inner >= bits && (u128::from(*net) ^ u128::from(*ip)) & v6(*bits) == 0
        }
        (Value::Array(array), value) => {
            array.items.iter().chain(array.keyed.values()).any(|element| equal(element, value))
        }
        (Value::Str(outer), inner) => match scalar(outer) {
            Value::Str(_) => false,
            typed => contains(&typed, inner),
        },
        (outer, Value::Str(inner)) => match scalar(inner) {
            Value::Str(_) => equal(outer, &Value::Str(inner.clone())),
            typed => contains(outer, &typed),
        },
        (outer, inner) => equal(outer, inner),
    }
}

/// `=`: across types one side is converted; text against a prefix is never equal (measured).
pub(crate) fn equal(left: &Value, right: &Value) -> bool {
    use Value as V;
    match (left, right) {
        (V::Nil | V::Nothing, V::Nil | V::Nothing) => true,
        (V::Nil | V::Nothing, V::Str(s)) | (V::Str(s), V::Nil | V::Nothing) => s.is_empty(),
        (V::Nil | V::Nothing, _) | (_, V::Nil | V::Nothing) => false,
        (V::Str(_), V::IpPrefix(..) | V::Ip6Prefix(..)) | (V::IpPrefix(..) | V::Ip6Prefix(..), V::Str(_)) => {
            false
        }
        (V::Str(a), V::Str(b)) => a == b,
        (V::Str(s), other) | (other, V::Str(s)) => equal_to_text(other, s),
        (V::Num(_), V::Bool(_) | V::Time(_) | V::Ip(_)) | (V::Bool(_) | V::Time(_) | V::Ip(_), V::Num(_)) => {
            to_num(left) == to_num(right)
        }
        (V::Array(array), other) | (other, V::Array(array))
            if !matches!((left, right), (V::Array(_), V::Array(_))) =>
        {
            array.keyed.is_empty() && matches!(array.items.as_slice(), [one] if equal(one, other))
        }
        (a, b) => a == b,
    }
}

/// Text that is compared with a property of a row that is a prefix is read as one: `dst-address="0.0.0.0/0"` finds the
/// default route. Elsewhere text and prefixes are never equal.
pub(crate) fn read_like(property: &Value, text: &mut Value) {
    if let (Value::IpPrefix(..) | Value::Ip6Prefix(..), Value::Str(written)) = (property, &*text)
        && let read @ (Value::IpPrefix(..) | Value::Ip6Prefix(..)) = scalar(written)
    {
        *text = read;
    }
}

fn equal_to_text(value: &Value, text: &Text) -> bool {
    let converted = match value {
        Value::Bool(_) => to_bool(&Value::Str(text.clone())),
        Value::Array(array) => {
            let joined: Vec<_> = array.items.iter().map(text_of).collect();
            return bstr::join(",", &joined) == text.as_slice();
        }
        _ => scalar(text),
    };
    &converted == value || text_of(value) == *text
}

fn compare(left: &Value, right: &Value) -> Result<Ordering, String> {
    use Value as V;
    let fault = || {
        let names = (crate::literal::type_name(left), crate::literal::type_name(right));
        Err(format!("cannot compare if {} is more than {}", names.0, names.1))
    };
    Ok(match (left, right) {
        (V::Num(a), V::Num(b)) | (V::Time(a), V::Time(b)) => a.cmp(b),
        (V::Str(a), V::Str(b)) => a.cmp(b),
        (V::Ip(a), V::Ip(b)) => a.cmp(b),
        (V::Ip6(a), V::Ip6(b)) => a.cmp(b),
        (V::Id(a), V::Id(b)) => a.cmp(b),
        (V::Bool(a), V::Bool(b)) => a.cmp(b),
        (V::IpPrefix(a, m), V::IpPrefix(b, n)) => (a, m).cmp(&(b, n)),
        (V::Ip6Prefix(a, m), V::Ip6Prefix(b, n)) => (a, m).cmp(&(b, n)),
        (V::Str(s), other) | (other, V::Str(s)) if !matches!(scalar(s), V::Str(_) | V::Array(_)) => {
            let typed = scalar(s);
            if matches!(other, V::Str(_)) {
                return fault();
            }
            return if matches!(left, V::Str(_)) { compare(&typed, right) } else { compare(left, &typed) };
        }
        (V::Num(_), V::Time(_) | V::Ip(_) | V::Bool(_)) | (V::Time(_) | V::Ip(_) | V::Bool(_), V::Num(_)) => {
            match (to_num(left), to_num(right)) {
                (V::Num(a), V::Num(b)) => a.cmp(&b),
                _ => return fault(),
            }
        }
        // Nothing is not more than anything.
        (V::Nil | V::Nothing, V::Nil | V::Nothing) => Ordering::Equal,
        (V::Nil | V::Nothing, V::Num(_) | V::Time(_) | V::Str(_)) => Ordering::Less,
        (V::Num(_) | V::Time(_) | V::Str(_), V::Nil | V::Nothing) => Ordering::Greater,
        _ => return fault(),
    })
}

/// `.`: texts are joined; with an array the operation spreads over its elements.
fn concat(left: &Value, right: &Value) -> Computed {
    let spread = |array: &Array, f: &dyn Fn(&Value) -> Computed| -> Computed {
        // The texts together are no longer than one may be: each of many could hold another array's.
        let mut left = MAX_SIZE;
        let mut bounded = |value: &Value| -> Computed {
            let text = f(value)?;
            let length = if let Value::Str(text) = &text { text.len() } else { 0 };
            left = left.checked_sub(length).ok_or("array is too large")?;
            Ok(text)
        };
        let items = array.items.iter().map(&mut bounded).collect::<Result<_, _>>()?;
        let keyed = array.keyed.iter();
        let keyed = keyed.map(|(k, v)| Ok((k.clone(), bounded(v)?))).collect::<Result<_, String>>()?;
        Ok(Value::Array(Arc::new(Array { items, keyed })))
    };
    match (left, right) {
        (Value::Array(array), other) => spread(array, &|value| concat_one(value, other)),
        (other, Value::Array(array)) => spread(array, &|value| concat_one(other, value)),
        (left, right) => concat_one(left, right),
    }
}

fn concat_one(left: &Value, right: &Value) -> Computed {
    let mut out = Vec::new();
    write_value(left, &mut out, MAX_SIZE);
    write_value(right, &mut out, MAX_SIZE);
    match out.len() > MAX_SIZE {
        true => Err("text is too long".into()),
        false => Ok(Value::Str(out.into())),
    }
}

/// `->`: by number or by key; `nothing` when absent.
pub(crate) fn element(array: &Value, key: &Value) -> Value {
    let Value::Array(array) = array else { return Value::Nothing };
    let found = match key {
        Value::Num(n) => usize::try_from(*n).ok().and_then(|n| {
            array.items.get(n).or_else(|| array.keyed.values().nth(n.checked_sub(array.items.len())?))
        }),
        key => array.keyed.get(&text_of(key)),
    };
    found.cloned().unwrap_or(Value::Nothing)
}

fn take_element(array: &mut Array, key: &Value) -> Value {
    let slot = match key {
        Value::Num(n) => usize::try_from(*n).ok().and_then(|n| array.items.get_mut(n)),
        key => array.keyed.get_mut(&text_of(key)),
    };
    slot.map_or(Value::Nothing, std::mem::take)
}

/// Puts a value into an array, at any depth; what is no array becomes one.
pub(crate) fn store_element(array: Value, keys: &[Value], value: Value) -> Computed {
    let Some((key, deeper)) = keys.split_first() else { return Ok(value) };
    if deeper.len() >= MAX_DEPTH {
        return Err("array is too large".into());
    }
    let mut owned = match array {
        Value::Array(array) => Arc::unwrap_or_clone(array),
        _ => Array::default(),
    };
    let value = match deeper.is_empty() {
        true => value,
        // Taken out, so that the inner array is not shared and need not be copied.
        false => store_element(take_element(&mut owned, key), deeper, value)?,
    };
    match key {
        Value::Num(n) => {
            let at = usize::try_from(*n).ok().filter(|at| *at <= MAX_SIZE).ok_or("no such element")?;
            match owned.items.get_mut(at) {
                Some(slot) => *slot = value,
                None => {
                    owned.items.resize(at, Value::Nothing);
                    owned.items.push(value);
                }
            }
        }
        key => {
            owned.keyed.insert(text_of(key), value);
        }
    }
    Ok(Value::Array(Arc::new(owned)))
}

/// Takes an element out of an array, at any depth; those behind one without a key move up. What is not there is no fault.
pub(crate) fn remove_element(array: &mut Value, keys: &[Value]) {
    let (Value::Array(shared), Some((key, deeper))) = (array, keys.split_first()) else { return };
    let owned = Arc::make_mut(shared);
    let at = match key {
        Value::Num(n) => usize::try_from(*n).ok().filter(|at| *at < owned.items.len()),
        _ => None,
    };
    if !deeper.is_empty() {
        let inner = match (key, at) {
            (_, Some(at)) => owned.items.get_mut(at),
            (Value::Num(_), None) => None,
            (key, None) => owned.keyed.get_mut(&text_of(key)),
        };
        return inner.into_iter().for_each(|inner| remove_element(inner, deeper));
    }
    match (key, at) {
        (_, Some(at)) => drop(owned.items.remove(at)),
        (Value::Num(_), None) => {}
        (key, None) => drop(owned.keyed.remove(&text_of(key))),
    }
}

/// Text that reads as a number, a time or an address takes part in arithmetic.
fn typed(value: &Value) -> Value {
    match value {
        Value::Str(s) => scalar(s),
        other => other.clone(),
    }
}

fn arithmetic(operator: Binary, left: &Value, right: &Value) -> Computed {
    use Binary as B;
    use Value as V;
    let (left, right) = (typed(left), typed(right));
    let fault = || {
        let verb = match operator {
            B::Add => "add",
            B::Subtract => "subtract",
            B::Multiply => "multiply",
            _ => "divide",
        };
        let (l, r) = (crate::literal::type_name(&left), crate::literal::type_name(&right));
        Err(match operator {
            B::Add => format!("cannot {verb} {l} to {r}"),
            B::Subtract => format!("cannot {verb} {r} from {l}"),
            _ => format!("cannot {verb} {l} by {r}"),
        })
    };
    let number = |a: i64, b: i64| -> Result<i64, String> {
        match operator {
            B::Add => Ok(a.wrapping_add(b)),
            B::Subtract => Ok(a.wrapping_sub(b)),
            B::Multiply => Ok(a.wrapping_mul(b)),
            B::Divide if b != 0 => Ok(a.wrapping_div(b)),
            B::Remainder if b != 0 => Ok(a.wrapping_rem(b)),
            _ => Err("divide by zero".into()),
        }
    };
    let moved = |ip: Ipv4Addr, n: i64| {
        let sum = if operator == B::Add {
            i64::from(u32::from(ip)).wrapping_add(n)
        } else {
            i64::from(u32::from(ip)).wrapping_sub(n)
        };
        // Addresses wrap round.
        u32::try_from(sum & 0xffff_ffff).map_or(V::Nil, |n| V::Ip(Ipv4Addr::from(n)))
    };
    match (&left, &right) {
        (V::Num(a), V::Num(b)) => number(*a, *b).map(V::Num),
        // `(0 + $absent)` makes a number of what may be missing; a failed conversion stays one.
        (V::Num(n), V::Nothing) | (V::Nothing, V::Num(n)) if operator == B::Add => Ok(V::Num(*n)),
        (V::Num(_), V::Nil | V::Nothing) | (V::Nil | V::Nothing, V::Num(_)) => Ok(V::Nil),
        (V::Nil | V::Nothing, V::Nil | V::Nothing) => Ok(V::Nil),
        (V::Time(a), V::Time(b)) if matches!(operator, B::Add | B::Subtract) => number(*a, *b).map(V::Time),
        (V::Time(a), V::Time(b)) if operator == B::Divide => number(*a, *b).map(V::Num),
        (V::Time(a), V::Num(b)) if matches!(operator, B::Multiply | B::Divide) => number(*a, *b).map(V::Time),
        (V::Num(a), V::Time(b)) if operator == B::Multiply => number(*a, *b).map(V::Time),
        (V::Time(_), V::Num(n)) | (V::Num(n), V::Time(_)) if matches!(operator, B::Add | B::Subtract) => {
            let _ = n;
            let (V::Time(a), V::Time(b)) = (to_time(&left), to_time(&right)) else { return fault() };
            number(a, b).map(V::Time)
        }
        (V::Ip(ip), V::Num(n)) if matches!(operator, B::Add | B::Subtract) => Ok(moved(*ip, *n)),
        (V::Num(n), V::Ip(ip)) if operator == B::Add => Ok(moved(*ip, *n)),
        (V::Ip(a), V::Ip(b)) if operator == B::Subtract => {
            Ok(V::Num(i64::from(u32::from(*a)) - i64::from(u32::from(*b))))
        }
        _ => fault(),
    }
}

fn bits(operator: Binary, left: &Value, right: &Value) -> Computed {
    use Binary as B;
    use Value as V;
    let (left, right) = (typed(left), typed(right));
    let shift = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
    let number = |a: i64, b: i64| match operator {
        B::ShiftLeft => a.checked_shl(shift(b)).unwrap_or(0),
        B::ShiftRight => a.checked_shr(shift(b)).unwrap_or(0),
        B::BitOr => a | b,
        B::BitXor => a ^ b,
        _ => a & b,
    };
    let fault = || {
        let (l, r) = (crate::literal::type_name(&left), crate::literal::type_name(&right));
        Err(format!("cannot combine bits of {l} and {r}"))
    };
    match (&left, &right) {
        (V::Num(a), V::Num(b)) => Ok(V::Num(number(*a, *b))),
        (V::Ip(a), V::Ip(b)) if !matches!(operator, B::ShiftLeft | B::ShiftRight) => {
            let bits = number(i64::from(u32::from(*a)), i64::from(u32::from(*b)));
            Ok(u32::try_from(bits).map_or(V::Nil, |n| V::Ip(Ipv4Addr::from(n))))
        }
        (V::Ip(a), V::Num(b)) => {
            let bits = number(i64::from(u32::from(*a)), *b) & 0xffff_ffff;
            Ok(u32::try_from(bits).map_or(V::Nil, |n| V::Ip(Ipv4Addr::from(n))))
        }
        (V::Ip6(a), V::Ip6(b)) => {
            let (a, b) = (u128::from(*a), u128::from(*b));
            Ok(V::Ip6(Ipv6Addr::from(match operator {
                B::BitOr => a | b,
                B::BitXor => a ^ b,
                B::BitAnd => a & b,
                _ => return fault(),
            })))
        }
        _ => fault(),
    }
}
