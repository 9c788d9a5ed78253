//! `sysctl` and the files of `/proc/sys`: the few kernel settings that the stack knows.

use crate::Host;
use crate::shell::Io;

/// Reads or writes settings: `sysctl [-w] [-n] [-q] [-e] name[=value] …`.
pub(super) fn run(host: &mut Host, arguments: &[String], io: &mut Io) -> i32 {
    let (mut names_only, mut values_only, mut quiet, mut ignore, mut write, mut all) =
        (false, false, false, false, false, false);
    let mut settings = Vec::new();
    for argument in arguments {
        let Some(option) = argument.strip_prefix('-') else {
            settings.push(argument.clone());
            continue;
        };
        let letters = match option {
            "-write" => "w",
            "-values" => "n",
            "-names" => "N",
            "-quiet" => "q",
            "-ignore" => "e",
            "-all" => "a",
            letters => letters,
        };
        for letter in letters.chars() {
            match letter {
                'w' => write = true,
                'n' => values_only = true,
                'N' => names_only = true,
                'q' => quiet = true,
                'e' => ignore = true,
                'a' => all = true,
                other => {
                    io.err(&format!("sysctl: invalid option -- '{other}'\n"));
                    return 1;
                }
            }
        }
    }
    if all {
        settings = NAMES.iter().map(|n| n.replace('/', ".")).collect();
    }
    let mut status = 0;
    for setting in settings {
        let (name, value) = match setting.split_once('=') {
            Some((name, value)) => (name.trim(), Some(value.trim())),
            None => (setting.as_str(), None),
        };
        if write && value.is_none() {
            io.err("sysctl: command line(0): invalid syntax, continuing...\n");
            status = 1;
            continue;
        }
        let path = name.replace('.', "/");
        let dotted = path.replace('/', ".");
        let Some(old) = get(host, &path) else {
            if !ignore {
                io.err(&format!("sysctl: cannot stat /proc/sys/{path}: No such file or directory\n"));
                status = 1;
            }
            continue;
        };
        if let Some(value) = value
            && set(host, &path, value).is_err()
        {
            io.err(&format!("sysctl: setting key \"{dotted}\": Invalid argument\n"));
            status = 1;
            continue;
        }
        if quiet && value.is_some() {
            continue;
        }
        let now = value.map_or(old, str::to_string);
        if names_only {
            io.out(&format!("{dotted}\n"));
        } else if values_only {
            io.out(&format!("{now}\n"));
        } else {
            io.out(&format!("{dotted} = {now}\n"));
        }
    }
    status
}

/// The settings by their path below `/proc/sys`.
const NAMES: [&str; 4] =
    ["kernel/hostname", "net/ipv4/icmp_echo_ignore_all", "net/ipv4/ip_default_ttl", "net/ipv4/ip_forward"];

/// The value of a setting.
pub(crate) fn get(host: &Host, path: &str) -> Option<String> {
    match path {
        "kernel/hostname" => Some(host.name().to_string()),
        "net/ipv4/ip_forward" | "net/ipv4/conf/all/forwarding" => {
            Some(u8::from(host.settings.forward).to_string())
        }
        "net/ipv4/icmp_echo_ignore_all" => Some(u8::from(host.settings.ignore_echo).to_string()),
        "net/ipv4/ip_default_ttl" => Some(host.settings.ttl.to_string()),
        _ => None,
    }
}

/// Changes a setting.
///
/// # Errors
/// An unknown setting or a value that it doesn't take.
pub(crate) fn set(host: &mut Host, path: &str, value: &str) -> Result<(), ()> {
    let flag = || value.parse::<i32>().map(|n| n != 0).map_err(|_| ());
    match path {
        "kernel/hostname" => host.set_name(value),
        "net/ipv4/ip_forward" | "net/ipv4/conf/all/forwarding" => host.settings.forward = flag()?,
        "net/ipv4/icmp_echo_ignore_all" => host.settings.ignore_echo = flag()?,
        "net/ipv4/ip_default_ttl" => {
            let ttl = value.parse::<u8>().map_err(|_| ())?;
            host.settings.ttl = if ttl == 0 { return Err(()) } else { ttl };
        }
        _ => return Err(()),
    }
    Ok(())
}
