//! `:convert` between forms of text.

use super::Ran;
use super::functions::Given;
use crate::digest::{md5, sha512};
use crate::operators::to_num;
use menu::Value;

const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BASE32: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Every form stands for bytes: a number for its own, the highest first; a digest is bytes too, which `to=hex` shows.
/// `from=` and `to=`: `raw`, `hex`, `base32`, `base64`, `url`, `num`, `byte-array`, `bit-array-lsb`, `bit-array-msb`;
/// `transform=`: `md5`, `sha512`, `lc`, `uc`, `reverse`, `rot13`.
pub(super) fn convert(given: &Given) -> Ran<Value> {
    let value = given.get("value").cloned().unwrap_or_default();
    let raw = read(given.text("from").as_slice(), &value)?;
    let raw: Vec<u8> = match given.text("transform").as_slice() {
        b"" => raw,
        b"lc" => raw.to_ascii_lowercase(),
        b"uc" => raw.to_ascii_uppercase(),
        b"reverse" => raw.into_iter().rev().collect(),
        b"rot13" => raw.into_iter().map(rot13).collect(),
        b"md5" => md5(&raw).to_vec(),
        b"sha512" => sha512(&raw).to_vec(),
        _ => return Err("input does not match any value of transform".into()),
    };
    write(given.text("to").as_slice(), &raw)
}

fn read(from: &[u8], value: &Value) -> Ran<Vec<u8>> {
    let text = super::functions::plain_text(value);
    let numbers = |largest: u8| match value {
        Value::Array(array) => array
            .items
            .iter()
            .map(|item| match to_num(item) {
                Value::Num(n) => u8::try_from(n).ok().filter(|n| *n <= largest),
                _ => None,
            })
            .collect::<Option<Vec<u8>>>(),
        _ => None,
    };
    let read = match from {
        b"" | b"raw" => Some(text.into()),
        b"hex" => from_hex(&text),
        b"base32" => from_letters(&text, BASE32),
        b"base64" => from_letters(&text, BASE64),
        b"url" => Some(from_url(&text)),
        b"num" => match to_num(value) {
            Value::Num(n) => Some(number_bytes(n)),
            _ => None,
        },
        b"byte-array" => numbers(u8::MAX),
        b"bit-array-lsb" => numbers(1).map(|bits| from_bits(&bits, |place| place)),
        b"bit-array-msb" => numbers(1).map(|bits| from_bits(&bits, |place| 7 - place)),
        _ => return Err("input does not match any value of from".into()),
    };
    read.ok_or_else(|| "invalid value for argument value".into())
}

fn write(to: &[u8], raw: &[u8]) -> Ran<Value> {
    let bits = |place: fn(u8) -> u8| {
        let bit = |byte: u8, at: u8| Value::Num(i64::from(byte >> place(at) & 1));
        Value::list(raw.iter().flat_map(|byte| (0..8).map(move |at| bit(*byte, at))).collect())
    };
    Ok(match to {
        b"" | b"raw" => Value::Str(raw.into()),
        b"hex" => Value::text(hex(raw)),
        b"base32" => Value::text(to_letters(raw, BASE32, 5, 8)),
        b"base64" => Value::text(to_letters(raw, BASE64, 6, 4)),
        b"url" => Value::text(to_url(raw)),
        b"num" => number(raw),
        b"byte-array" => Value::list(raw.iter().map(|byte| Value::Num(i64::from(*byte))).collect()),
        b"bit-array-lsb" => bits(|at| at),
        b"bit-array-msb" => bits(|at| 7 - at),
        _ => return Err("input does not match any value of to".into()),
    })
}

/// The bytes of a number, the highest first, without those that are 0 at its head.
fn number_bytes(n: i64) -> Vec<u8> {
    let bytes = n.to_be_bytes();
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count().min(bytes.len() - 1);
    bytes.get(zeros..).unwrap_or_default().to_vec()
}

/// The number of at most eight bytes; nil when there are more.
fn number(bytes: &[u8]) -> Value {
    match bytes.len() {
        0 => Value::Nil,
        1..=8 => Value::Num(bytes.iter().fold(0i64, |n, byte| n << 8 | i64::from(*byte))),
        _ => Value::Nil,
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn from_hex(text: &[u8]) -> Option<Vec<u8>> {
    let digit = |b: &u8| char::from(*b).to_digit(16).and_then(|d| u8::try_from(d).ok());
    let byte = |pair: &[u8]| match pair {
        [high, low] => Some(digit(high)? * 16 + digit(low)?),
        _ => None,
    };
    text.chunks(2).map(byte).collect()
}

fn from_bits(bits: &[u8], place: fn(usize) -> usize) -> Vec<u8> {
    let byte = |bits: &[u8]| bits.iter().enumerate().fold(0, |all, (at, bit)| all | bit << place(at));
    bits.chunks(8).map(byte).collect()
}

/// RFC 4648: `bits` bits a letter, padded with `=` to groups of `group` letters.
fn to_letters(bytes: &[u8], letters: &[u8], bits: u32, group: usize) -> String {
    let mut out = String::new();
    let (mut all, mut held) = (0u32, 0u32);
    let put = |index: u32, out: &mut String| {
        let at = usize::try_from(index).unwrap_or(0) % letters.len();
        out.push(char::from(letters.get(at).copied().unwrap_or(b'=')));
    };
    for byte in bytes {
        all = (all << 8 | u32::from(*byte)) & 0xFFFF;
        held += 8;
        while held >= bits {
            held -= bits;
            put(all >> held & ((1 << bits) - 1), &mut out);
        }
    }
    if held > 0 {
        put(all << (bits - held) & ((1 << bits) - 1), &mut out);
    }
    while !out.len().is_multiple_of(group) {
        out.push('=');
    }
    out
}

fn from_letters(text: &[u8], letters: &[u8]) -> Option<Vec<u8>> {
    let bits = letters.len().trailing_zeros();
    let mut out = Vec::new();
    let (mut all, mut held) = (0u32, 0u32);
    for byte in text.iter().filter(|b| **b != b'=') {
        let index = letters.iter().position(|b| b == byte)?;
        all = (all << bits | u32::try_from(index).ok()?) & 0xFFFF;
        held += bits;
        if held >= 8 {
            held -= 8;
            out.push(u8::try_from(all >> held & 255).ok()?);
        }
    }
    Some(out)
}

/// RFC 3986 §2.1: all but unreserved characters as `%XX`.
fn to_url(bytes: &[u8]) -> String {
    let mut out = String::new();
    for byte in bytes {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(*byte))
            }
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

fn from_url(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..2).filter(|_| *first == b'%').and_then(from_hex);
        match (code.as_deref(), after.get(2..)) {
            (Some([byte]), Some(behind)) => {
                out.push(*byte);
                rest = behind;
            }
            _ => {
                out.push(*first);
                rest = after;
            }
        }
    }
    out
}

fn rot13(byte: u8) -> u8 {
    match byte {
        b'a'..=b'z' => (byte - b'a' + 13) % 26 + b'a',
        b'A'..=b'Z' => (byte - b'A' + 13) % 26 + b'A',
        other => other,
    }
}
