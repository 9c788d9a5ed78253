//! `ip`: the objects `address`, `link`, `route` and `neighbour` of iproute2 6.1, with its words, output and errors.

mod addr;
mod args;
mod link;
mod neigh;
mod route;
mod route_show;

use crate::shell::Io;
use crate::{Cx, Host};
use args::{Arguments, Refused, matches};

/// Options in front of the object.
#[derive(Clone, Copy, Debug, Default)]
struct Options {
    family: Family,
    /// `-o`: one line for each record.
    oneline: bool,
    /// `-br`: a short table.
    brief: bool,
    /// `-s`: counters too.
    statistics: bool,
}

/// `-4`, `-6`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Family {
    #[default]
    Any,
    Inet,
    Inet6,
}

/// What a command that succeeded printed.
#[derive(Clone, Debug, Default)]
struct Printed {
    out: String,
    err: String,
}

impl Printed {
    fn out(out: String) -> Self {
        Self { out, err: String::new() }
    }
}

const USAGE: &str = "\
Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }
where  OBJECT := { address | link | neighbour | route }
       OPTIONS := { -V[ersion] | -s[tatistics] | -d[etails] | -r[esolve] |
                    -f[amily] { inet | inet6 | link } | -4 | -6 |
                    -br[ief] | -o[neline] | -N[umeric] | -c[olor] }
";

/// Runs `ip` with the words behind it.
pub(super) fn run(host: &mut Host, cx: &mut Cx<'_>, words: &[String], io: &mut Io) -> i32 {
    match dispatch(host, cx, words) {
        Ok(printed) => {
            io.out(&printed.out);
            io.err(&printed.err);
            0
        }
        Err(refused) => {
            io.err(&refused.text);
            refused.exit
        }
    }
}

fn dispatch(host: &mut Host, cx: &mut Cx<'_>, words: &[String]) -> Result<Printed, Refused> {
    let mut arguments = Arguments::new(words);
    let mut options = Options::default();
    let object = loop {
        let Some(word) = arguments.next() else { return Err(Refused::new(255, USAGE)) };
        let Some(option) = word.strip_prefix('-') else { break word };
        let option = option.strip_prefix('-').unwrap_or(option);
        match option {
            "4" => options.family = Family::Inet,
            "6" => options.family = Family::Inet6,
            "0" => {}
            _ if matches(option, "family") => match arguments.value()? {
                "inet" => options.family = Family::Inet,
                "inet6" => options.family = Family::Inet6,
                "link" => {}
                other => return Err(Refused::wrong(other, "invalid protocol family")),
            },
            _ if matches(option, "oneline") => options.oneline = true,
            _ if option.len() > 1 && matches(option, "brief") => options.brief = true,
            _ if matches(option, "statistics") || option == "stats" => options.statistics = true,
            // These change how addresses and colours look on a terminal, or add what is not simulated.
            _ if matches(option, "resolve") || matches(option, "Numeric") || matches(option, "color") => {}
            _ if matches(option, "details") || option.starts_with("color=") => {}
            _ if matches(option, "Version") => {
                return Ok(Printed::out("ip utility, iproute2-6.1.0, libbpf 1.1.2\n".to_string()));
            }
            _ if matches(option, "help") => return Err(Refused::new(255, USAGE)),
            _ => {
                return Err(Refused::new(255, format!("Option \"{word}\" is unknown, try \"ip -help\".\n")));
            }
        }
    };
    if matches(object, "address") {
        addr::run(host, cx, options, arguments)
    } else if matches(object, "route") {
        route::run(host, cx, options, arguments)
    } else if matches(object, "neighbor") || matches(object, "neighbour") {
        neigh::run(host, cx, options, arguments)
    } else if matches(object, "link") {
        link::run(host, cx, options, arguments)
    } else if matches(object, "help") {
        Err(Refused::new(255, USAGE))
    } else {
        Err(Refused::new(1, format!("Object \"{object}\" is unknown, try \"ip help\".\n")))
    }
}

/// A device that a changing command names.
fn device(host: &Host, name: &str) -> Result<usize, Refused> {
    host.interface_named(name).ok_or_else(|| Refused::no_device(name))
}

/// A device that a showing command names.
fn shown_device(host: &Host, name: &str) -> Result<usize, Refused> {
    host.interface_named(name).ok_or_else(|| Refused::no_such_device(name))
}

/// A MAC address as Linux prints it.
fn lower(mac: wire::Mac) -> String {
    mac.to_string().to_lowercase()
}
