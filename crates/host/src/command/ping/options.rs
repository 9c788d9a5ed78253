//! The command line of `ping`, read as iputils reads it: combined flags, values attached or apart, any order.

use clock::Duration;

/// What may be done to packets that are larger than the path's MTU (`-M`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PathMtu {
    /// DF set when the packet fits the local MTU (the default, `want`).
    Want,
    /// DF set, never fragmented here (`do`, `probe`).
    Do,
    /// DF not set (`dont`).
    Dont,
}

/// Options of one `ping`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Options {
    /// Host name or address.
    pub(super) destination: String,
    /// `-c`: stop after so many replies.
    pub(super) count: Option<u64>,
    /// `-i`: time between packets, a whole number of milliseconds.
    pub(super) interval: Duration,
    /// `-w`: stop after this time.
    pub(super) deadline: Option<Duration>,
    /// `-W`: wait for the last reply when none has come.
    pub(super) linger: Duration,
    /// `-s`: payload length in bytes, without the 8 bytes of the ICMP header.
    pub(super) size: usize,
    /// `-t`.
    pub(super) ttl: Option<u8>,
    /// `-Q`: the TOS byte.
    pub(super) tos: u8,
    /// `-I`: an interface or a source address.
    pub(super) source: Option<String>,
    /// `-M`.
    pub(super) path_mtu: PathMtu,
    /// `-q`: only the summary.
    pub(super) quiet: bool,
    /// `-b`: broadcast destinations are allowed.
    pub(super) broadcast: bool,
    /// `-O`: says which replies are outstanding.
    pub(super) outstanding: bool,
}

/// Longest interval and linger time: what fits 31 bits of milliseconds.
const MAX_MS: u64 = i32::MAX as u64;

/// What to print instead of running: exit code and text for the error output.
pub(super) type Refused = (i32, String);

const USAGE: &str = "
Usage
  ping [options] <destination>

Options:
  <destination>      dns name or ip address
  -4                 use IPv4
  -b                 allow pinging broadcast
  -c <count>         stop after <count> replies
  -h                 print help and exit
  -I <interface>     either interface name or address
  -i <interval>      seconds between sending each packet
  -M <pmtud opt>     define path MTU discovery, can be one of <do|dont|want|probe>
  -n                 no reverse DNS name resolution, don't resolve IP addresses
  -O                 report outstanding replies
  -Q <tclass>        use quality of service <tclass> bits
  -q                 quiet output
  -s <size>          use <size> as number of data bytes to be sent
  -t <ttl>           define time to live
  -V                 print version and exit
  -v                 verbose output
  -w <deadline>      reply wait <deadline> in seconds
  -W <timeout>       time to wait for response
";

/// Reads the arguments behind `ping`.
pub(super) fn parse(arguments: &[String]) -> Result<Options, Refused> {
    let mut o = Options {
        destination: String::new(),
        count: None,
        interval: Duration::from_secs(1),
        deadline: None,
        linger: Duration::from_secs(10),
        size: 56,
        ttl: None,
        tos: 0,
        source: None,
        path_mtu: PathMtu::Want,
        quiet: false,
        broadcast: false,
        outstanding: false,
    };
    let mut arguments = arguments.iter();
    let mut only_operands = false;
    while let Some(argument) = arguments.next() {
        if only_operands || !argument.starts_with('-') || argument == "-" {
            // iputils takes the last operand; the ones before it would be a source route.
            o.destination.clone_from(argument);
            continue;
        }
        if argument == "--" {
            only_operands = true;
            continue;
        }
        let mut letters = argument[1..].chars();
        while let Some(letter) = letters.next() {
            if "46bhnOqVvAaBdDfLrRU".contains(letter) {
                flag(&mut o, letter)?;
                continue;
            }
            if !"cIiMQstwWlmpST".contains(letter) {
                return Err((2, format!("ping: invalid option -- '{letter}'\n{USAGE}")));
            }
            let value = match letters.as_str() {
                "" => arguments.next().cloned(),
                rest => Some(rest.to_string()),
            };
            let Some(value) = value else {
                return Err((2, format!("ping: option requires an argument -- '{letter}'\n{USAGE}")));
            };
            with_value(&mut o, letter, value)?;
            break;
        }
    }
    if o.destination.is_empty() {
        return Err((1, "ping: usage error: Destination address required\n".to_string()));
    }
    Ok(o)
}

fn flag(o: &mut Options, letter: char) -> Result<(), Refused> {
    match letter {
        'b' => o.broadcast = true,
        'O' => o.outstanding = true,
        'q' => o.quiet = true,
        '4' | 'n' | 'v' | 'U' => {}
        'h' => return Err((2, USAGE.to_string())),
        'V' => return Err((0, "ping from iputils 20221126\n".to_string())),
        other => return Err((2, format!("ping: option -- '{other}' is not supported\n"))),
    }
    Ok(())
}

fn with_value(o: &mut Options, letter: char, value: String) -> Result<(), Refused> {
    match letter {
        'c' => o.count = Some(number(&value, 1, i64::MAX)? as u64),
        'I' => o.source = Some(value),
        'i' => o.interval = milliseconds(&value, "bad timing interval")?,
        'M' => {
            o.path_mtu = match value.as_str() {
                "do" | "probe" => PathMtu::Do,
                "dont" => PathMtu::Dont,
                "want" => PathMtu::Want,
                _ => return Err((2, format!("ping: invalid -M argument: {value}\n"))),
            }
        }
        'Q' => {
            let parsed = match value.strip_prefix("0x").or_else(|| value.strip_prefix("0X")) {
                Some(hex) => u8::from_str_radix(hex, 16).ok(),
                None => value.parse().ok(),
            };
            let why = if value.bytes().all(|b| b.is_ascii_digit()) {
                "the decimal value of TOS bits must be in range 0-255"
            } else {
                "bad TOS value"
            };
            o.tos = parsed.ok_or_else(|| (2, format!("ping: {why}: {value}\n")))?;
        }
        's' => {
            let size = number(&value, 0, i64::from(i32::MAX))?;
            o.size = size as usize;
        }
        't' => o.ttl = Some(number(&value, 0, 255)? as u8),
        'w' => o.deadline = Some(Duration::from_secs(number(&value, 0, i64::from(i32::MAX))? as u64)),
        'W' => o.linger = milliseconds(&value, "bad linger time")?,
        other => return Err((2, format!("ping: option -- '{other}' is not supported\n"))),
    }
    if o.deadline == Some(Duration::ZERO) {
        o.deadline = None;
    }
    Ok(())
}

fn number(text: &str, min: i64, max: i64) -> Result<i64, Refused> {
    let Ok(n) = text.parse::<i64>() else {
        return Err((1, format!("ping: invalid argument: '{text}'\n")));
    };
    if (min..=max).contains(&n) {
        return Ok(n);
    }
    Err((1, format!("ping: invalid argument: '{text}': out of range: {min} <= value <= {max}\n")))
}

/// Decimal seconds, cut to whole milliseconds as iputils does.
fn milliseconds(text: &str, what: &str) -> Result<Duration, Refused> {
    let bad = || (2, format!("ping: {what}: {text}\n"));
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || (whole.is_empty() && fraction.is_empty()) {
        return Err(bad());
    }
    let seconds: u64 = if whole.is_empty() { 0 } else { whole.parse().map_err(|_| bad())? };
    let thousandths: u64 = format!("{fraction:0<3}")[..3].parse().map_err(|_| bad())?;
    match seconds.checked_mul(1000).map(|ms| ms + thousandths) {
        Some(ms) if ms <= MAX_MS => Ok(Duration::from_millis(ms)),
        _ => Err(bad()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Options, Refused> {
        parse(&line.split_whitespace().map(str::to_string).collect::<Vec<_>>())
    }

    #[test]
    fn values_may_be_attached_and_flags_combined() {
        let o = read("-qnc3 -i.2 -W 1.5 10.0.0.1 -s 100 -t64 -Q0x10 -M do -I eth1").expect("reads");
        assert_eq!((o.quiet, o.count, o.size, o.ttl, o.tos), (true, Some(3), 100, Some(64), 16));
        assert_eq!((o.interval, o.linger), (Duration::from_millis(200), Duration::from_millis(1500)));
        assert_eq!((o.destination.as_str(), o.source.as_deref()), ("10.0.0.1", Some("eth1")));
        assert_eq!(o.path_mtu, PathMtu::Do);
    }

    #[test]
    fn errors_are_those_of_iputils() {
        for (line, code, text) in [
            ("", 1, "ping: usage error: Destination address required\n"),
            ("-c 0 a", 1, "ping: invalid argument: '0': out of range: 1 <= value <= 9223372036854775807\n"),
            ("-c x a", 1, "ping: invalid argument: 'x'\n"),
            ("-i - a", 2, "ping: bad timing interval: -\n"),
            ("-t 256 a", 1, "ping: invalid argument: '256': out of range: 0 <= value <= 255\n"),
            ("-M x a", 2, "ping: invalid -M argument: x\n"),
        ] {
            assert_eq!(read(line), Err((code, text.to_string())), "{line}");
        }
        assert!(
            read("-z a")
                .is_err_and(|(code, text)| code == 2 && text.starts_with("ping: invalid option -- 'z'"))
        );
        assert!(
            read("a -c").is_err_and(|(_, text)| text.starts_with("ping: option requires an argument -- 'c'"))
        );
    }
}
