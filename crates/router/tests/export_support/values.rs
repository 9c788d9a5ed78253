//! Values that a property may take, by what its type and its name say of it.

use menu::{CatalogProperty, Names, PropertyDef, Sampler, Text, ValueKind};

/// A value to try; most are taken, some are refused.
pub fn value(
    sampler: &mut Sampler,
    property: &PropertyDef,
    known: Option<&CatalogProperty>,
    names: &dyn Names,
) -> Option<Text> {
    let mut value = plain(sampler, property, known, names)?;
    if property.name != "name" && sampler.below(12) == 0 {
        value.insert(0, b'!');
    }
    if !property.words.is_empty() && sampler.below(5) == 0 {
        value = one(sampler, property.words).into();
    }
    Some(value)
}

fn one(sampler: &mut Sampler, list: &[&'static str]) -> &'static str {
    let at = usize::try_from(sampler.below(list.len() as u64)).unwrap_or(0);
    list.get(at).copied().unwrap_or("")
}

fn plain(
    sampler: &mut Sampler,
    property: &PropertyDef,
    known: Option<&CatalogProperty>,
    names: &dyn Names,
) -> Option<Text> {
    let by_name = by_name(sampler, property.name);
    if let Some(value) = by_name.filter(|_| sampler.below(4) > 0) {
        return Some(value.into());
    }
    match property.value {
        ValueKind::Bool => Some(one(sampler, &["yes", "no"]).into()),
        ValueKind::Number { min, max } => {
            let span = max.saturating_sub(min).saturating_add(1).unsigned_abs();
            let number = match sampler.below(4) {
                0 => min,
                1 => max,
                _ => min.saturating_add_unsigned(sampler.below(span)),
            };
            Some(number.to_string().into())
        }
        ValueKind::Keyword(words) if !words.is_empty() => Some(one(sampler, words).into()),
        ValueKind::Keywords(words) if !words.is_empty() => {
            let some: Vec<&str> = words.iter().copied().filter(|_| sampler.below(3) == 0).collect();
            Some(some.join(",").into())
        }
        ValueKind::Reference(space) if known.is_none_or(|known| known.reference.is_none()) => {
            let all = names.all(space);
            all.get(usize::try_from(sampler.below(all.len() as u64)).unwrap_or(0)).cloned()
        }
        _ => match known {
            Some(known) => several(sampler, known, names),
            None => Some(by_hint(sampler, property).into()),
        },
    }
}

/// References that may name several items name several.
fn several(sampler: &mut Sampler, known: &CatalogProperty, names: &dyn Names) -> Option<Text> {
    let first = sampler.value(known, names)?;
    let more = known.reference.is_some_and(|reference| reference.separator == Some(','));
    if !more || sampler.below(2) == 0 {
        return Some(first);
    }
    let mut all = vec![first];
    for _ in 0..sampler.below(5) {
        let next = sampler.value(known, names)?;
        if !all.contains(&next) {
            all.push(next);
        }
    }
    Some(Text::from(all.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")))
}

fn by_hint(sampler: &mut Sampler, property: &PropertyDef) -> String {
    let ValueKind::Other(hint) = property.value else { return "1".into() };
    let n = sampler.below(250) + 1;
    match hint {
        hint if hint.contains("time") => format!("{}s", sampler.below(90_000)),
        hint if hint.starts_with("A.B.C.D/M") => format!("10.{n}.0.0/{}", 8 + sampler.below(25)),
        hint if hint.starts_with("A.B.C.D") => format!("10.{n}.0.1"),
        hint if hint.contains("AA:BB") || hint.contains("MAC") => format!("02:00:00:00:00:{n:02X}"),
        _ => text(sampler),
    }
}

/// Text with what quoting and wrapping have to mind.
fn text(sampler: &mut Sampler) -> String {
    const PIECES: [&str; 16] =
        ["a", "b1", "-", "x y", "\"", "$x", "Z;", "=", "\\", "?", "\r\n", "\n", " ", "{ }", "[b]", "é"];
    let pieces = sampler.below(1 << sampler.clone().below(7));
    (0..=pieces).map(|_| one(sampler, &PIECES)).collect()
}

/// Properties whose name says what fits.
fn by_name(sampler: &mut Sampler, name: &str) -> Option<String> {
    let n = sampler.below(250) + 1;
    let bits = 8 + sampler.below(25);
    let ports = |sampler: &mut Sampler| {
        let from = sampler.below(60_000) + 1;
        match sampler.below(3) {
            0 => from.to_string(),
            1 => format!("{from}-{}", from + sampler.below(500)),
            _ => format!("{from},{},{}", from + 10, from + 20),
        }
    };
    Some(match name {
        "source" | "on-event" | "lease-script" | "up-script" | "down-script" | "script" => text(sampler),
        "src-address" | "dst-address" | "address" if sampler.below(2) == 0 => format!("10.{n}.1.1/{bits}"),
        "src-address" | "dst-address" => match sampler.below(3) {
            0 => format!("10.{n}.0.1-10.{n}.0.77"),
            1 => format!("10.{n}.3.1"),
            _ => format!("192.168.{n}.0/24"),
        },
        "src-port" | "dst-port" | "port" | "to-ports" | "vlan-ids" => ports(sampler),
        "src-address-list"
        | "dst-address-list"
        | "list"
        | "address-list"
        | "chain"
        | "jump-target"
        | "connection-mark"
        | "packet-mark"
        | "routing-mark"
        | "new-packet-mark"
        | "new-connection-mark"
            if sampler.below(2) == 0 =>
        {
            format!("l {n}")
        }
        "jump-target" | "chain" => one(sampler, &["input", "forward", "output", "srcnat", "my"]).into(),
        "connection-limit" => format!("{n},{bits}"),
        "limit" => format!("{n},{}:packet", n / 2),
        "dst-limit" => format!("{n}/1m,{},dst-address/1m40s", n / 2),
        "rate" | "max-limit" | "limit-at" => format!("{n}M/{n}k"),
        "time" => "8h-17h,mon,tue,wed".into(),
        "psd" => "21,3s,3,1".into(),
        "nth" => "2,1".into(),
        "random" => (n % 99 + 1).to_string(),
        "tcp-mss" => format!("{n}-{}", n + 1000),
        "icmp-options" => format!("{}:0-5", n % 20),
        "connection-bytes" => format!("{n}-{}", n * 1000),
        "packet-size" | "ttl" => format!("{n}-{}", n + 1),
        "content" | "tls-host" | "layer7-protocol" => format!("x {n}*"),
        "ranges" => format!("10.{n}.0.2-10.{n}.0.200,10.{n}.1.7"),
        "gateway" => format!("10.{n}.0.1"),
        "target" => format!("10.{n}.0.0/24,10.{n}.1.1"),
        "dns-server" | "ntp-server" | "servers" | "wins-server" => format!("1.1.1.{n},8.8.8.8"),
        "timeout" | "lease-time" | "address-list-timeout" | "interval" => format!("{n}m"),
        "mac-address" | "src-mac-address" => format!("02:00:00:00:01:{n:02X}"),
        "policy" => "read,write,test".into(),
        _ => return None,
    })
}
