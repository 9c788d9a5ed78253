//! The shell: lists, pipelines, redirections, files and jobs.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use clock::Duration;
use common::{chain, pass, run, sh};
use sim::NodeId;

#[test]
fn lists_stop_and_go_on_as_in_sh() {
    let mut world = chain(1);
    for (line, exit, stdout, stderr) in [
        ("true && echo a || echo b; echo c", 0, "a\nc\n", ""),
        ("false && echo a || echo b; ! true", 1, "b\n", ""),
        ("foo; echo $?", 0, "127\n", "sh: 1: foo: not found\n"),
        ("foo", 127, "", "sh: 1: foo: not found\n"),
        ("sh -c 'echo one; exit 3; echo two' || echo \"got $?\"", 0, "one\ngot 3\n", ""),
        ("A=1 B=\"x  y\"; echo $A \"$B\" '$B'", 0, "1 x  y $B\n", ""),
        ("echo 'a b", 2, "", "sh: 1: Syntax error: Unterminated quoted string\n"),
        ("echo -n a; echo -e 'b\\tc'", 0, "ab\tc\n", ""),
        ("foo 2>/dev/null; echo x >&2", 0, "", "x\n"),
        ("foo 2>&1 | grep -c 'not found'", 0, "1\n", ""),
        ("ip addr | grep -q 127.0.0.1 && echo yes", 0, "yes\n", ""),
        ("echo one > f; echo two >> f; cat f | wc -l; cat < f", 0, "2\none\ntwo\n", ""),
        ("cat nofile", 1, "", "cat: nofile: No such file or directory\n"),
        ("hostname; hostname pc9; hostname", 0, "a\npc9\n", ""),
        ("echo nameserver 9.9.9.9 > /etc/resolv.conf; cat /etc/resolv.conf", 0, "nameserver 9.9.9.9\n", ""),
        (
            "cat /proc/sys/net/ipv4/ip_forward; echo 1 > /proc/sys/net/ipv4/ip_forward && sysctl net.ipv4.ip_forward",
            0,
            "0\nnet.ipv4.ip_forward = 1\n",
            "",
        ),
        ("exit 300", 2, "", "sh: 1: exit: Illegal number: 300\n"),
        ("", 0, "", ""),
    ] {
        let result = run(&mut world, 0, line);
        assert_eq!(
            (result.exit, result.stdout.as_str(), result.stderr.as_str()),
            (exit, stdout, stderr),
            "{line}"
        );
    }
}

#[test]
fn jobs_live_in_virtual_time() {
    let mut world = chain(1);
    let start = world.now();
    assert_eq!(sh(&mut world, 0, "sleep 1.5; echo a; sleep 2 && echo b"), "a\nb\n");
    assert_eq!(world.now() - start, Duration::from_millis(3500));
    let start = world.now();
    assert_eq!(sh(&mut world, 0, "sleep 60 & echo now"), "now\n");
    assert_eq!(world.now(), start, "a job in the background holds nobody up");
    pass(&mut world, Duration::from_mins(2));
    let id = world.with_node(NodeId(0), |host, cx| host.spawn(cx, "sleep 9; echo never"));
    world.with_node(NodeId(0), |host, cx| host.interrupt(cx, id));
    assert_eq!(world.node(NodeId(0)).job(id).map(|r| (r.exit, r.stdout)), Some((130, String::new())));
}

#[test]
fn several_jobs_run_side_by_side() {
    let mut world = chain(1);
    let ids = [3, 1, 2].map(|n| {
        world.with_node(NodeId(0), |host, cx| host.spawn(cx, &format!("sleep {n}; echo {n} >> log")))
    });
    pass(&mut world, Duration::from_secs(4));
    assert!(ids.iter().all(|id| world.node(NodeId(0)).job(*id).is_some()));
    assert_eq!(world.node(NodeId(0)).read_file("log").as_deref(), Some("1\n2\n3\n"));
}
