//! Quoting: how values are written in detail prints and exports.

use std::fmt::Write;

/// A value in double quotes with RouterOS's escapes.
pub(crate) fn quote(text: &[u8]) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for byte in text {
        out.push_str(&escaped(*byte));
    }
    out.push('"');
    out
}

/// One byte as it stands inside quotes.
pub(crate) fn escaped(byte: u8) -> String {
    match byte {
        b'"' | b'\\' | b'$' | b'?' => format!("\\{}", char::from(byte)),
        b'\r' => "\\r".into(),
        b'\n' => "\\n".into(),
        b'\t' => "\\t".into(),
        0x20..0x7f => char::from(byte).to_string(),
        other => {
            let mut out = String::new();
            // Writing into a `String` cannot fail.
            let _ = write!(out, "\\{other:02X}");
            out
        }
    }
}

/// Must an exported value stand in quotes? (Measured over real exports.)
pub(crate) fn needs_quotes(text: &[u8]) -> bool {
    let plain = |b: &u8| b.is_ascii_alphanumeric() || b"!%*+,-./:<>@_~".contains(b);
    text.is_empty() || !text.iter().all(plain)
}
