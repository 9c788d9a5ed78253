//! `ip link`: show, set up, down, mtu and address.

use super::args::{Arguments, Refused, matches};
use super::{Options, Printed, device, lower, shown_device};
use crate::interface::Interface;
use crate::{Cx, Host};
use wire::Mac;

const USAGE: &str = "\
Usage: ip link set DEVICE [ { up | down } ] [ mtu MTU ] [ address LLADDR ]
       ip link show [ DEVICE ] [ up ]
";

pub(super) fn run(
    host: &mut Host,
    cx: &mut Cx<'_>,
    options: Options,
    mut arguments: Arguments<'_>,
) -> Result<Printed, Refused> {
    let Some(word) = arguments.next() else { return show(host, options, arguments) };
    if matches(word, "set") || matches(word, "change") {
        set(host, cx, arguments)
    } else if matches(word, "show") || matches(word, "lst") || matches(word, "list") {
        show(host, options, arguments)
    } else if matches(word, "help") {
        Err(Refused::new(255, USAGE))
    } else if ["add", "replace", "delete", "xstats", "afstats", "property"].iter().any(|w| matches(word, w)) {
        Err(Refused::kernel("Operation not supported"))
    } else {
        Err(Refused::unknown_command(word, "link"))
    }
}

/// Everything is read before anything changes, as iproute2 sends one message.
fn set(host: &mut Host, cx: &mut Cx<'_>, mut arguments: Arguments<'_>) -> Result<Printed, Refused> {
    let mut name: Option<&str> = None;
    let (mut up, mut mtu, mut mac) = (None, None, None);
    while let Some(word) = arguments.next() {
        match word {
            "up" => up = Some(true),
            "down" => up = Some(false),
            "mtu" => mtu = Some(arguments.number::<u32>("Invalid \"mtu\" value\n")?),
            _ if matches(word, "address") => mac = Some(arguments.value()?),
            _ if matches(word, "help") => return Err(Refused::new(255, USAGE)),
            "name" | "arp" | "multicast" | "promisc" | "txqueuelen" | "master" | "nomaster" | "netns"
            | "alias" => {
                return Err(Refused::kernel("Operation not supported"));
            }
            _ => {
                let word = if word == "dev" { arguments.value()? } else { word };
                if name.is_some() {
                    return Err(Refused::garbage("dev", word));
                }
                name = Some(word);
            }
        }
    }
    let Some(name) = name else {
        return Err(Refused::new(255, "Not enough information: \"dev\" argument is required.\n"));
    };
    let index = device(host, name)?;
    let mac = mac.map(|text| parse_mac(host, index, text)).transpose()?;
    if let Some(mtu) = mtu {
        let loopback = host.interfaces.get(index).is_some_and(Interface::is_loopback);
        let min = if loopback { 0 } else { u32::from(wire::ipv4::MIN_MTU) };
        if mtu < min {
            return Err(Refused::kernel_says("mtu less than device minimum."));
        }
        let mtu = u16::try_from(mtu).map_err(|_| Refused::kernel_says("mtu greater than device maximum."))?;
        host.set_mtu(index, mtu);
    }
    if let Some(mac) = mac {
        host.set_mac(index, mac);
    }
    if let Some(up) = up {
        host.set_link(cx, index, up);
    }
    Ok(Printed::default())
}

fn parse_mac(host: &Host, index: usize, text: &str) -> Result<Mac, Refused> {
    let parts: Vec<&str> = text.split(':').collect();
    if parts.len() != 6 {
        let length = parts.len();
        return Err(Refused::new(1, format!("Invalid address length {length} - must be 6 bytes\n")));
    }
    let mut bytes = [0; 6];
    for (byte, part) in bytes.iter_mut().zip(&parts) {
        let value = u8::from_str_radix(part, 16);
        *byte = value.map_err(|_| Refused::new(1, format!("\"{text}\" is invalid lladdr.\n")))?;
    }
    let mac = Mac(bytes);
    if host.interfaces.get(index).is_some_and(|i| i.is_loopback()) {
        return Err(Refused::kernel("Operation not supported"));
    }
    if !mac.is_unicast() {
        return Err(Refused::kernel("Cannot assign requested address"));
    }
    Ok(mac)
}

fn show(host: &Host, options: Options, mut arguments: Arguments<'_>) -> Result<Printed, Refused> {
    let mut only: Option<usize> = None;
    let mut up = false;
    while let Some(word) = arguments.next() {
        match word {
            "up" => up = true,
            _ if matches(word, "help") => return Err(Refused::new(255, USAGE)),
            _ => {
                let word = if word == "dev" { arguments.value()? } else { word };
                if only.is_some() {
                    return Err(Refused::garbage("dev", word));
                }
                only = Some(shown_device(host, word)?);
            }
        }
    }
    let mut out = String::new();
    for (i, interface) in host.interfaces.iter().enumerate() {
        if only.is_some_and(|o| o != i) || (up && !interface.up) {
            continue;
        }
        if options.brief {
            out += &brief(interface);
            out += &format!("{} <{}> \n", lower(interface.mac), flags(interface));
            continue;
        }
        out += &head(interface, true);
        out += if options.oneline { "\\" } else { "\n" };
        out += &hardware(interface);
        out.push('\n');
        if options.statistics {
            out += &statistics(interface);
        }
    }
    Ok(Printed::out(out))
}

/// `lo               UNKNOWN        `.
pub(super) fn brief(interface: &Interface) -> String {
    format!("{:<16} {:<14} ", interface.name, state(interface))
}

fn flags(interface: &Interface) -> String {
    let mut flags = Vec::new();
    if interface.up && !interface.running() {
        flags.push("NO-CARRIER");
    }
    if interface.is_loopback() {
        flags.push("LOOPBACK");
    } else {
        flags.extend(["BROADCAST", "MULTICAST"]);
    }
    if interface.up {
        flags.push("UP");
    }
    if interface.running() {
        flags.push("LOWER_UP");
    }
    flags.join(",")
}

fn state(interface: &Interface) -> &'static str {
    match (interface.running(), interface.is_loopback()) {
        (true, true) => "UNKNOWN",
        (true, false) => "UP",
        (false, _) => "DOWN",
    }
}

/// First line of an interface; `mode` stands in `ip link` only.
pub(super) fn head(interface: &Interface, mode: bool) -> String {
    format!(
        "{}: {}: <{}> mtu {} qdisc noqueue state {}{} group default qlen 1000",
        interface.index,
        interface.name,
        flags(interface),
        if interface.is_loopback() { 65_536 } else { u32::from(interface.mtu) },
        state(interface),
        if mode { " mode DEFAULT" } else { "" },
    )
}

/// Second line of an interface.
pub(super) fn hardware(interface: &Interface) -> String {
    let (kind, broadcast) =
        if interface.is_loopback() { ("loopback", Mac::ZERO) } else { ("ether", Mac::BROADCAST) };
    format!("    link/{kind} {} brd {}", lower(interface.mac), lower(broadcast))
}

fn statistics(interface: &Interface) -> String {
    let c = &interface.counters;
    let rows = [
        ("RX", ["missed", "mcast"], [c.rx_bytes, c.rx_packets]),
        ("TX", ["carrier", "collsns"], [c.tx_bytes, c.tx_packets]),
    ];
    let digits = |n: usize| rows.iter().map(|(_, _, v)| v[n].to_string().len()).max().unwrap_or(0);
    let (bytes, packets) = (digits(0).max(10), digits(1).max(7));
    let mut out = String::new();
    for (direction, last, [b, p]) in rows {
        let width = bytes - 4;
        out += &format!(
            "    {direction}: {:>width$} {:>packets$} errors dropped {:>7} {:>7} {:10}\n",
            "bytes", "packets", last[0], last[1], ""
        );
        out += &format!("    {b:>bytes$} {p:>packets$} {:>6} {:>7} {:>7} {:>7} \n", 0, 0, 0, 0);
    }
    out
}
