//! Names of hardware that a script takes for granted (`ether9`, `sfp-sfpplus1`), for devices of no known model.

use super::Parser;
use crate::matching::Node;
use crate::syntax::{Argument, ArgumentValue, Expression, ExpressionKind, Name};
use crate::{Piece, Position, Span};
use menu::{Text, Value};
use std::collections::BTreeMap;

/// Arguments whose values are words of the user's own.
const OWN_WORDS: [&str; 9] =
    ["comment", "list", "ssid", "user", "password", "source", "on-event", "chain", "host-name"];

/// Menus whose items are ports of the device: `set ether9` names one.
const PORTS: [&str; 6] = [
    "/interface",
    "/interface/ethernet",
    "/interface/lte",
    "/interface/w60g",
    "/interface/wifi",
    "/interface/wireless",
];

/// Menus of other hardware, whose items nobody adds: `set sata1`, `set 1`.
const PIECES: [&str; 11] = [
    "/disk",
    "/interface/ethernet/switch/port-isolation",
    "/interface/wireless/manual-tx-power-table",
    "/interface/wireless/nstreme",
    "/lcd/interface/pages",
    "/lcd/screen",
    "/port",
    "/system/leds",
    "/system/resource/irq",
    "/system/resource/irq/rps",
    "/zerotier",
];

/// Those of [`PIECES`] that have an item for each interface, by its name: nobody adds them.
const BY_INTERFACE: [&str; 3] =
    ["/interface/wireless/manual-tx-power-table", "/interface/wireless/nstreme", "/system/resource/irq/rps"];

/// How hardware is called: what stands before the last number, and how many numbers there are.
const KINDS: [(&str, usize); 14] = [
    ("ether", 1),
    ("sfp", 1),
    ("sfpplus", 1),
    ("sfp-sfpplus", 1),
    ("sfp28-", 1),
    ("sfp56-", 1),
    ("qsfpplus", 2),
    ("qsfp28-", 2),
    ("qsfp56-", 2),
    ("combo", 1),
    ("wlan60-", 1),
    ("wlan", 1),
    ("wifi", 1),
    ("lte", 1),
];

/// Is this how RouterOS names a port (`ether9`, `qsfpplus1-1`)? Numbers go from 1 to 99.
pub(crate) fn is_hardware(name: &[u8]) -> bool {
    let Ok(name) = std::str::from_utf8(name) else { return false };
    let number = |text: &str| {
        (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0')
    };
    KINDS.iter().any(|(kind, numbers)| {
        let Some(rest) = name.strip_prefix(kind) else { return false };
        rest.split('-').count() == *numbers && rest.split('-').all(number)
    })
}

/// Is this how RouterOS names a serial port (`serial0`, `usb1`, `usbhid1`)?
fn is_serial(name: &[u8]) -> bool {
    let kinds: [&[u8]; 3] = [b"serial", b"usb", b"usbhid"];
    kinds.iter().any(|kind| {
        let number = name.strip_prefix(*kind).unwrap_or_default();
        (1..=2).contains(&number.len()) && number.iter().all(u8::is_ascii_digit)
    })
}

/// What was seen.
#[derive(Debug, Default)]
pub(crate) struct Hardware {
    /// By name: where first, and whether as the name that a port has by itself.
    seen: BTreeMap<Text, (Position, bool)>,
    /// Names that the script gives: where first.
    given: BTreeMap<Text, Position>,
    /// Items that are set in [`PIECES`]: where first.
    pieces: BTreeMap<(&'static str, Text), Position>,
}

impl Hardware {
    /// The names that must be hardware, in order of place.
    pub(crate) fn pieces(self) -> Vec<Piece> {
        let Self { seen, given, pieces } = self;
        let ports = seen.into_iter().filter(|(name, (_, by_itself))| *by_itself || !given.contains_key(name));
        let mut all: Vec<Piece> =
            ports.map(|(name, (position, _))| Piece { menu: None, name, position }).collect();
        // What is named before it is set was added.
        let own = |menu: &str, name: &Text, set: &Position| {
            !BY_INTERFACE.contains(&menu)
                && !name.iter().all(u8::is_ascii_digit)
                && given.get(name).is_some_and(|given| given < set)
        };
        let pieces = pieces.into_iter().filter(|((menu, name), set)| !own(menu, name, set));
        all.extend(pieces.map(|((menu, name), position)| Piece { menu: Some(menu), name, position }));
        all.sort_by_key(|piece| piece.position);
        all
    }
}

impl Parser<'_> {
    /// Looks at an argument of a menu command.
    pub(super) fn see_argument(&mut self, node: Node, name: &str, argument: &Argument) {
        if self.hardware.is_none() || OWN_WORDS.contains(&name) {
            return;
        }
        let ArgumentValue::Expression(value) = &argument.value else { return };
        if argument.name == Name::Static("numbers") && PIECES.contains(&node) {
            return self.see_piece(node, value);
        }
        if argument.name == Name::Static("numbers") && !PORTS.contains(&node) {
            return;
        }
        let ExpressionKind::Literal(Value::Str(text)) = &value.kind else { return };
        if name == "port" && is_serial(text) {
            return self.see_piece("/port", value);
        }
        // Modems are often named by number.
        if node == "/interface/lte" && text.as_slice() == b"0" {
            return self.see(&Text::from("lte1"), value.span, true);
        }
        // `set [ find ] name=lte1`: the one modem that there is.
        if node == "/interface/lte" && name == "name" && !self.saw_modem() {
            self.see(&Text::from("lte1"), value.span, true);
        }
        if name == "name" || name == "slot" {
            let position = self.lines.position(value.span);
            if let Some(hardware) = &mut self.hardware {
                hardware.given.entry(text.clone()).or_insert(position);
            }
            return;
        }
        self.see(text, value.span, name == "default-name");
    }

    fn saw_modem(&self) -> bool {
        self.hardware
            .as_ref()
            .is_some_and(|hardware| hardware.seen.keys().any(|name| name.starts_with(b"lte")))
    }

    /// Looks at the right side of a comparison in `where`.
    pub(super) fn see_compared(&mut self, name: &str, value: &Expression) {
        if self.hardware.is_some()
            && let ExpressionKind::Literal(Value::Str(text)) = &value.kind
        {
            self.see(text, value.span, name == "default-name");
        }
    }

    /// An item of [`PIECES`] by name or by number.
    fn see_piece(&mut self, menu: Node, value: &Expression) {
        let text = match &value.kind {
            ExpressionKind::Literal(Value::Str(text)) if !text.contains(&b',') => text.clone(),
            ExpressionKind::Literal(Value::Num(number)) => Text::from(number.to_string()),
            _ => return,
        };
        let position = self.lines.position(value.span);
        if let Some(hardware) = &mut self.hardware {
            hardware.pieces.entry((menu, text)).or_insert(position);
        }
    }

    fn see(&mut self, text: &Text, span: Span, by_itself: bool) {
        for part in text.split(|b| matches!(b, b',' | b'%' | b'!')).filter(|part| is_hardware(part)) {
            let position = self.lines.position(span);
            let Some(hardware) = &mut self.hardware else { return };
            hardware.seen.entry(part.into()).or_insert((position, by_itself)).1 |= by_itself;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_told_from_other_names() {
        for name in
            ["ether1", "ether24", "sfp1", "sfp-sfpplus1", "sfp28-1", "qsfpplus1-1", "combo1", "wlan60-1"]
        {
            assert!(is_hardware(name.as_bytes()), "{name}");
        }
        for name in
            ["ether", "ether-83", "ether0", "ether123", "ether1-wan", "bridge1", "qsfpplus1", "sfp-1", ""]
        {
            assert!(!is_hardware(name.as_bytes()), "{name}");
        }
    }
}
