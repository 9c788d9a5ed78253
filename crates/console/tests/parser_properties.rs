//! The parser and the machine take any bytes: no panic, no overflow, no endless run; arithmetic against an oracle.

mod support;

use console::{Job, Mode, Session, check};
use menu::Value;
use proptest::prelude::*;
use support::Device;

/// Pieces that lead deep into the grammar.
const PIECES: &[&str] = &[
    "/", "ip", " ", "pool", "address", "add", "set", "print", "find", "where", "name", "=", "\"", "$", "(",
    ")", "[", "]", "{", "}", ";", "\n", "\\", "#", ":", "put", "local", "global", "x", "1", "1.1.1.1", "/24",
    "foreach", "in", "do", "if", "else", "while", "->", "<%%", ",", "!", "~", ".", "..", "return", "error",
    "on-error", "detail", "ranges", "*1", "true", "10s", "for", "from", "to", "delay", "parse", "len",
    "pick", "and", "or", "onerror", "e",
];

fn soup() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        8 => prop::sample::select(PIECES).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 1..4),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// Runs a job for a while, waits skipped.
fn play(source: Vec<u8>, mode: Mode) {
    let mut device = Device::default();
    let mut job = Job::new(source, mode, Session::terminal());
    for _ in 0..20 {
        match job.run(&mut device) {
            console::Progress::Blocked(Some(at)) => device.now = at,
            _ => return,
        }
    }
}

/// An arithmetic expression with its value.
#[derive(Clone, Debug)]
enum Node {
    Num(i64),
    Binary(Box<Self>, char, Box<Self>),
}

impl Node {
    fn value(&self) -> Option<i64> {
        let Self::Binary(left, operator, right) = self else {
            return match self {
                Self::Num(n) => Some(*n),
                Self::Binary(..) => None,
            };
        };
        let (a, b) = (left.value()?, right.value()?);
        match operator {
            '+' => Some(a.wrapping_add(b)),
            '-' => Some(a.wrapping_sub(b)),
            '*' => Some(a.wrapping_mul(b)),
            '/' => a.checked_div(b),
            '%' => a.checked_rem(b),
            '&' => Some(a & b),
            '|' => Some(a | b),
            _ => Some(a ^ b),
        }
    }

    fn level(&self) -> u8 {
        match self {
            Self::Num(_) => 99,
            Self::Binary(_, operator, _) => match operator {
                '|' => 8,
                '^' => 9,
                '&' => 10,
                '+' | '-' => 11,
                _ => 12,
            },
        }
    }

    /// With no more parentheses than the precedence needs.
    fn write(&self, out: &mut String) {
        let (left, operator, right) = match self {
            Self::Num(n) if *n < 0 => return out.push_str(&format!("(0 - {})", n.unsigned_abs())),
            Self::Num(n) => return out.push_str(&n.to_string()),
            Self::Binary(left, operator, right) => (left, operator, right),
        };
        let put = |node: &Self, bare: bool, out: &mut String| {
            if !bare {
                out.push('(');
            }
            node.write(out);
            if !bare {
                out.push(')');
            }
        };
        put(left, left.level() >= self.level(), out);
        out.push_str(&format!(" {operator} "));
        put(right, right.level() > self.level(), out);
    }
}

fn node() -> impl Strategy<Value = Node> {
    let leaf = (-1000i64..1000).prop_map(Node::Num);
    leaf.prop_recursive(5, 40, 2, |inner| {
        (inner.clone(), prop::sample::select(vec!['+', '-', '*', '/', '%', '&', '|', '^']), inner)
            .prop_map(|(left, operator, right)| Node::Binary(Box::new(left), operator, Box::new(right)))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_can_be_read(source in prop::collection::vec(any::<u8>(), 0..200)) {
        for error in check(&source, support::tree()).errors {
            prop_assert!(!error.message.is_empty());
        }
    }

    #[test]
    fn any_soup_can_be_read_and_played(source in soup(), paste: bool) {
        let errors = check(&source, support::tree()).errors;
        let lines = source.iter().filter(|b| matches!(b, b'\n' | b'\r')).count() + 1;
        for error in errors {
            prop_assert!(error.position.line as usize <= lines && error.position.column >= 1);
        }
        play(source, if paste { Mode::Paste } else { Mode::Import });
    }

    #[test]
    fn arithmetic_agrees_with_an_oracle(node in node()) {
        let mut text = String::new();
        node.write(&mut text);
        let mut device = Device::default();
        let (_, result) = device.finish(&mut Job::expression(text.clone(), Session::script()));
        match node.value() {
            Some(n) => prop_assert_eq!(result.ok(), Some(Value::Num(n)), "{}", text),
            None => prop_assert!(result.is_err(), "{}", text),
        }
    }

    #[test]
    fn quoted_text_survives(text in prop::collection::vec(any::<u8>(), 0..60)) {
        let mut source = String::from("\"");
        for byte in &text {
            source.push_str(&format!("\\{byte:02X}"));
        }
        source.push('"');
        prop_assert_eq!(Device::default().value(&source), Value::Str(text.into()));
    }
}
