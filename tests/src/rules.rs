//! Random firewall rules that RouterOS takes.

use crate::random::Random;

/// The properties of a rule of `/ip firewall filter`, on a router with these interfaces.
pub fn filter(random: &mut Random, interfaces: &[&str]) -> String {
    let chain = *random.of(&["input", "forward", "forward", "forward", "output", "own"]);
    let mut rule = vec![format!("chain={chain}")];
    let protocol = *random.of(&["", "", "icmp", "icmp", "udp", "tcp"]);
    if !protocol.is_empty() {
        rule.push(format!("protocol={protocol}"));
    }
    if protocol == "icmp" && random.chance(30) {
        rule.push(format!("icmp-options={}", random.of(&["8:0", "0:0", "3:0-255"])));
    }
    if matches!(protocol, "udp" | "tcp") && random.chance(60) {
        rule.push(format!("dst-port={}", random.of(&["7", "9", "67-68", "!7", "5000-6000"])));
    }
    if random.chance(30) {
        let side = random.of(&["src-address", "dst-address"]);
        let not = if random.chance(20) { "!" } else { "" };
        let value =
            random.of(&["10.0.0.0/24", "10.0.1.0/24", "10.0.0.1", "10.0.0.100-10.0.0.110", "0.0.0.0/0"]);
        rule.push(format!("{side}={not}{value}"));
    }
    if random.chance(25) && !interfaces.is_empty() && chain != "own" {
        let side = match chain {
            "input" => "in-interface",
            "output" => "out-interface",
            _ => random.of(&["in-interface", "out-interface"]),
        };
        rule.push(format!("{side}={}", random.of(interfaces)));
    }
    if random.chance(25) {
        rule.push(format!(
            "connection-state={}",
            random.of(&["established,related", "new", "invalid", "!new"])
        ));
    }
    if random.chance(15) {
        rule.push(format!("random={}", 1 + random.below(99)));
    }
    if random.chance(15) {
        rule.push(String::from("limit=5,5:packet"));
    }
    if random.chance(10) {
        rule.push(String::from("src-address-list=seen"));
    }
    let action = match random.below(10) {
        0..=2 => String::from("action=accept"),
        3 => String::from("action=drop"),
        4 if protocol == "tcp" => String::from("action=reject reject-with=tcp-reset"),
        4 | 5 => format!(
            "action=reject reject-with={}",
            random.of(&["icmp-network-unreachable", "icmp-admin-prohibited", "icmp-port-unreachable"])
        ),
        6 => String::from("action=add-src-to-address-list address-list=seen address-list-timeout=10s"),
        7 => String::from("action=log"),
        8 if chain != "own" => String::from("action=jump jump-target=own"),
        _ => String::from("action=passthrough"),
    };
    rule.push(action);
    rule.join(" ")
}
