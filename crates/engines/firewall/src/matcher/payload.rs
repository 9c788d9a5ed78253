//! Matchers that read the payload: `content` and `tls-host`. Only the one packet is read, no stream.

use crate::packet::{PacketKey, TCP, read_u16};

/// A pattern with `*` (any text) and `?` (one character), compared without regard to case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob(Box<[u8]>);

impl Glob {
    /// A pattern.
    #[must_use]
    pub fn new(pattern: &str) -> Self {
        Self(pattern.bytes().map(|b| b.to_ascii_lowercase()).collect())
    }

    /// True when `text` matches. Time is at most the product of the two lengths.
    #[must_use]
    pub fn matches(&self, text: &[u8]) -> bool {
        let (mut p, mut t) = (0, 0);
        // Where to go on after the last star: behind it in the pattern, and one further in the text.
        let mut star: Option<(usize, usize)> = None;
        while t < text.len() {
            let byte = text.get(t).map(u8::to_ascii_lowercase);
            match self.0.get(p) {
                Some(b'*') => {
                    star = Some((p + 1, t));
                    p += 1;
                }
                Some(b'?') => {
                    p += 1;
                    t += 1;
                }
                other if other.copied() == byte => {
                    p += 1;
                    t += 1;
                }
                _ => {
                    let Some((after, from)) = star else { return false };
                    star = Some((after, from + 1));
                    p = after;
                    t = from + 1;
                }
            }
        }
        self.0.get(p..).is_some_and(|rest| rest.iter().all(|b| *b == b'*'))
    }
}

/// True when `text` occurs in `bytes`.
pub(crate) fn contains(bytes: &[u8], text: &[u8]) -> bool {
    text.is_empty() || bytes.windows(text.len()).any(|window| window == text)
}

/// The server name of a TLS ClientHello matches. A packet without one cannot be asked.
pub(crate) fn tls_host(key: &PacketKey, packet: &[u8], glob: &Glob) -> Option<bool> {
    if key.protocol() != TCP {
        return None;
    }
    server_name(key.payload(packet)).map(|name| glob.matches(name))
}

/// The host name in a ClientHello (RFC 8446 §4.1.2, RFC 6066 §3), where it lies whole in `bytes`.
fn server_name(bytes: &[u8]) -> Option<&[u8]> {
    const HANDSHAKE: u8 = 22;
    const CLIENT_HELLO: u8 = 1;
    if *bytes.first()? != HANDSHAKE || *bytes.get(5)? != CLIENT_HELLO {
        return None;
    }
    // Record header 5, handshake header 4, version 2, random 32.
    let rest = bytes.get(43..)?;
    let rest = rest.get(1 + usize::from(*rest.first()?)..)?; // session id
    let rest = rest.get(2 + usize::from(u16_at(rest, 0)?)..)?; // cipher suites
    let rest = rest.get(1 + usize::from(*rest.first()?)..)?; // compression methods
    let mut extensions = rest.get(2..)?;
    loop {
        let kind = u16_at(extensions, 0)?;
        let len = usize::from(u16_at(extensions, 2)?);
        let body = extensions.get(4..)?;
        if kind == 0 {
            let body = body.get(..len)?;
            let name_len = usize::from(u16_at(body, 3)?);
            return (*body.get(2)? == 0).then(|| body.get(5..5 + name_len))?;
        }
        extensions = body.get(len..)?;
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2).map(|two| read_u16(two, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs() {
        for (pattern, text, expected) in [
            ("*.example.com", "www.example.com", true),
            ("*.example.com", "example.com", false),
            ("*EXAMPLE*", "www.example.com", true),
            ("w?w.*", "www.example.com", true),
            ("", "", true),
            ("*", "", true),
            ("a*b*c", "aXbXbYc", true),
            ("a*b*c", "aXcXb", false),
            ("abc", "abcd", false),
            ("abcd", "abc", false),
        ] {
            assert_eq!(Glob::new(pattern).matches(text.as_bytes()), expected, "{pattern} {text}");
        }
    }

    /// A ClientHello with one other extension and the name `host`.
    fn client_hello(host: &str) -> Vec<u8> {
        let mut hello = vec![22, 3, 1, 0, 0, 1, 0, 0, 0, 3, 3];
        hello.extend([7; 32]);
        hello.extend([2, 9, 9, 0, 2, 0x13, 1, 1, 0, 0, 0]);
        hello.extend([0, 23, 0, 1, 5]);
        let len = host.len() as u16;
        for n in [0, len + 5, len + 3] {
            hello.extend(n.to_be_bytes());
        }
        hello.push(0);
        hello.extend(len.to_be_bytes());
        hello.extend(host.as_bytes());
        hello
    }

    #[test]
    fn the_server_name_is_found_and_no_truncation_panics() {
        let hello = client_hello("www.example.com");
        assert_eq!(server_name(&hello), Some(b"www.example.com".as_slice()));
        for len in 0..hello.len() {
            assert_eq!(server_name(hello.get(..len).unwrap()), None, "{len}");
        }
    }

    #[test]
    fn content_is_a_substring() {
        assert!(contains(b"GET /index", b"/ind") && contains(b"x", b"") && contains(b"ab", b"ab"));
        assert!(!contains(b"GET", b"get") && !contains(b"a", b"ab"));
    }
}
