//! Arguments of `ip` as iproute2 6.1 reads them: abbreviated keywords, short addresses and prefixes, its error texts.

use core::net::Ipv4Addr;
use ipnet::Ipv4Net;

/// Exit code and error text of a command that iproute2 refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) exit: i32,
    pub(super) text: String,
}

impl Refused {
    /// A message of the tool itself.
    pub(super) fn new(exit: i32, text: impl Into<String>) -> Self {
        Self { exit, text: text.into() }
    }

    /// `RTNETLINK answers: …`: the kernel said no with an error number.
    pub(super) fn kernel(text: &str) -> Self {
        Self::new(2, format!("RTNETLINK answers: {text}\n"))
    }

    /// `Error: …`: the kernel said no and told why.
    pub(super) fn kernel_says(text: &str) -> Self {
        Self::new(2, format!("Error: {text}\n"))
    }

    /// A word behind the last one is missing.
    pub(super) fn incomplete() -> Self {
        Self::new(255, "Command line is not complete. Try option \"help\"\n")
    }

    /// A second operand where one is allowed.
    pub(super) fn garbage(key: &str, word: &str) -> Self {
        Self::new(255, format!("Error: either \"{key}\" is duplicate, or \"{word}\" is a garbage.\n"))
    }

    /// A value that does not fit its key. Some of iproute2's own texts end in a new line of theirs.
    pub(super) fn wrong(word: &str, why: &str) -> Self {
        Self::new(255, format!("Error: argument \"{word}\" is wrong: {why}\n"))
    }

    /// An interface name that a changing command does not find.
    pub(super) fn no_device(name: &str) -> Self {
        Self::new(1, format!("Cannot find device \"{name}\"\n"))
    }

    /// An interface name that a showing command does not find.
    pub(super) fn no_such_device(name: &str) -> Self {
        Self::new(1, format!("Device \"{name}\" does not exist.\n"))
    }

    /// `Command "x" is unknown, try "ip route help".`
    pub(super) fn unknown_command(word: &str, object: &str) -> Self {
        Self::new(255, format!("Command \"{word}\" is unknown, try \"ip {object} help\".\n"))
    }
}

/// The words of a command, read from the front.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arguments<'a> {
    words: &'a [String],
}

impl<'a> Arguments<'a> {
    pub(super) fn new(words: &'a [String]) -> Self {
        Self { words }
    }

    /// The next word, if any.
    pub(super) fn next(&mut self) -> Option<&'a str> {
        let (first, rest) = self.words.split_first()?;
        self.words = rest;
        Some(first)
    }

    /// The value behind a keyword.
    pub(super) fn value(&mut self) -> Result<&'a str, Refused> {
        self.next().ok_or_else(Refused::incomplete)
    }

    /// The address behind a keyword.
    pub(super) fn address(&mut self) -> Result<Ipv4Addr, Refused> {
        address(self.value()?)
    }

    /// The number behind a keyword; `why` as in `Invalid "mtu" value`.
    pub(super) fn number<T: core::str::FromStr>(&mut self, why: &str) -> Result<T, Refused> {
        let word = self.value()?;
        word.parse().map_err(|_| Refused::wrong(word, why))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }
}

/// True when `word` is an abbreviation of `keyword`.
pub(super) fn matches(word: &str, keyword: &str) -> bool {
    !word.is_empty() && keyword.starts_with(word)
}

/// An address; missing bytes at the end are zero, `default`, `any` and `all` are 0.0.0.0.
pub(super) fn address(word: &str) -> Result<Ipv4Addr, Refused> {
    let refused = || Refused::new(1, format!("Error: inet address is expected rather than \"{word}\".\n"));
    if matches!(word, "default" | "any" | "all") {
        return Ok(Ipv4Addr::UNSPECIFIED);
    }
    octets(word).ok_or_else(refused)
}

fn octets(word: &str) -> Option<Ipv4Addr> {
    let mut bytes = [0u8; 4];
    let mut parts = word.split('.');
    for byte in &mut bytes {
        let Some(part) = parts.next() else { break };
        if part.is_empty() || !part.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        *byte = part.parse().ok()?;
    }
    parts.next().is_none().then(|| Ipv4Addr::from(bytes))
}

/// A prefix with its host bits as written: `10.0.0.1/24`, `10/8`, `10.0.0.1/255.255.255.0`, `default`, or an address
/// alone, which is a /32. The flag says whether a length was given.
pub(super) fn prefix(word: &str) -> Result<(Ipv4Net, bool), Refused> {
    let refused =
        || Refused::new(1, format!("Error: any valid prefix is expected rather than \"{word}\".\n"));
    let net = |address, len| Ipv4Net::new(address, len).map_err(|_| refused());
    if matches!(word, "default" | "any" | "all") {
        return Ok((net(Ipv4Addr::UNSPECIFIED, 0)?, true));
    }
    let Some((base, length)) = word.split_once('/') else {
        return Ok((net(octets(word).ok_or_else(refused)?, 32)?, false));
    };
    let base = octets(base).ok_or_else(refused)?;
    let length = match length.parse::<u8>() {
        Ok(length) => length,
        Err(_) => {
            let mask = length.contains('.').then(|| octets(length)).flatten().ok_or_else(refused)?;
            ipnet::ipv4_mask_to_prefix(mask).map_err(|_| refused())?
        }
    };
    Ok((net(base, length)?, true))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_may_be_short() {
        for (word, text, given) in [
            ("10/8", "10.0.0.0/8", true),
            ("10.1.2.3/255.255.0.0", "10.1.2.3/16", true),
            ("1.1.1", "1.1.1.0/32", false),
            ("default", "0.0.0.0/0", true),
            ("0/0", "0.0.0.0/0", true),
        ] {
            assert_eq!(prefix(word).map(|(p, g)| (p.to_string(), g)), Ok((text.to_string(), given)));
        }
        for word in ["10.0.0.300/24", "10.0.0.3/33", "foo", "1.2.3.4.5", "1..2", "10.0.0.1/255.0.255.0", ""] {
            assert_eq!(
                prefix(word),
                Err(Refused::new(
                    1,
                    format!("Error: any valid prefix is expected rather than \"{word}\".\n")
                ))
            );
        }
    }

    #[test]
    fn keywords_may_be_abbreviated() {
        assert!(matches("a", "address") && matches("address", "address"));
        assert!(!matches("", "address") && !matches("addressx", "address"));
    }
}
