//! `/system/script` with its jobs and variables, `/system/scheduler`.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod common;

use clock::Duration;
use common::{Net, typed};

fn log_of(net: &mut Net, topic: &str) -> String {
    net.console(1, &format!(":foreach l in=[/log find where topics~\"{topic}\"] do={{:put \"$[/log get $l topics] $[/log get $l message]\"}}"))
}

#[test]
fn scripts_are_stored_run_and_counted() {
    let mut net = Net::new(&[""], &[]);
    insta::assert_snapshot!(typed(
        &mut net,
        r#"
        /system script add name=hello source=":put \"hello from $[:jobname]\"; :return 5"
        /system script add source={:put one; :delay 2s; :put two}
        /system script add name=hello source=x
        /system script print
        /system script run hello
        :put [/system script run hello]
        /system script run script1
        /system script run nobody
        /system script add name=bad source=":put before\n/ip address add address=1.1.1.1"
        /system script run bad
        :do {/system script run bad} on-error={:put caught}
        /system script add name=again source="/system script run again"
        /system script run again
        /system script print detail where name~"(hello|1)\$"
        /system script export
    "#
    ));
}

#[test]
fn jobs_are_listed_and_can_be_removed() {
    let mut net = Net::new(
        &["/system script add name=wait source={:delay 10s; :global done yes}
        /system script add name=outer source={/system script run wait}
        /system script add name=once source={
            :if ([/system script job print count-only where script=[:jobname]] > 1) do={:error busy}
            :delay 1m
        }"],
        &[],
    );
    net.console(1, ":execute {:delay 1h}; :execute {/system script run outer}; :execute {/ping 10.9.9.9}");
    insta::assert_snapshot!(typed(
        &mut net,
        "
        /system script job print
        /system script job print detail
        /system script job remove [find where script=wait]
        /system script job print
        :global done; :put [:typeof $done]
        /system script job remove [find where type=command]
    "
    ));
    net.run(Duration::from_secs(1));
    assert_eq!(
        net.console(1, "/system script job print count-only where parent=\"\" and type=command"),
        "1\n",
        "itself"
    );
    net.console(1, ":execute {/system script run once}; :execute {/system script run once}");
    net.run(Duration::from_secs(2));
    assert_eq!(net.value(1, "[:len [/system script job find where script=once]]"), "1");
    assert_eq!(log_of(&mut net, "script"), "script,error,debug busy (:error; line 1)\n");
}

#[test]
fn global_variables_are_a_menu() {
    let mut net = Net::new(&[""], &[]);
    insta::assert_snapshot!(typed(
        &mut net,
        r#"
        :global a 5; :global b "some text"; :global c {x=1;"two"}; :global f do={:return 1}
        /system script environment print
        :environment print
        /system script environment set a value=7
        :global a; :put ($a + 1)
        /system script environment remove [find name=b]
        :global b; :put [:typeof $b]
        :put [/system script environment get c value]
    "#
    ));
}

#[test]
fn tasks_run_by_the_clock() {
    let config = r#"
        /system script add name=tick source={:log info "tick by $[:jobname]"}
        /system scheduler
        add name=boot start-time=startup on-event=":log info booted"
        add name=later interval=10s start-time=startup on-event=":log info \"later\""
        add name=past start-date=2025-01-01 start-time=00:00:05 interval=1m on-event=tick
        add name=once start-date=2026-01-01 start-time=00:00:07 on-event={:log warning "once"}
        add name=off disabled=yes interval=1s on-event=":log info never"
        add name=faulty start-date=2026-01-01 start-time=00:00:04 on-event={:put 1
/ip address add address=1.1.1.1}"#;
    let mut net = Net::new(&[config], &[]);
    net.run(Duration::from_secs(4));
    let mut text = typed(&mut net, "/system scheduler print\n/system scheduler print detail");
    net.run(Duration::from_secs(70));
    text += &typed(
        &mut net,
        ":put [/system clock get time]\n/system scheduler print\n/system script print\n/log print where topics~\"script\"",
    );
    text += &typed(&mut net, "/system scheduler set past interval=1h\n:put [/system scheduler get past next-run]
        /system clock set time-zone-name=manual\n/system clock manual set time-zone=+01:00\n:put [/system scheduler get past next-run]
        /system scheduler disable past\n:put [/system scheduler get past next-run]\n/system scheduler export");
    insta::assert_snapshot!(text);
}

#[test]
fn a_world_forked_while_scripts_wait_goes_on_alike() {
    let config = "/system script add name=w source={:delay 3s; :log info \"w $[:rndnum from=0 to=1000000]\"}
        /system scheduler add name=s interval=2s on-event=w start-date=2026-01-01 start-time=00:00:00";
    let mut net = Net::new(&[config], &[]);
    net.console(1, ":execute {:for i from=1 to=5 do={:delay 1500ms; :log info \"loop $i\"}}");
    net.run(Duration::from_secs(4));
    let mut fork = Net { world: net.world.clone(), nodes: net.nodes.clone(), cables: net.cables.clone() };
    net.run(Duration::from_secs(20));
    fork.run(Duration::from_secs(20));
    let lines = log_of(&mut net, "script");
    assert_eq!(lines.lines().count(), 5 + 11, "{lines}");
    assert_eq!(log_of(&mut fork, "script"), lines);
}

#[test]
fn a_storm_of_runaway_tasks_ends_with_faults() {
    let mut config = String::new();
    for n in 0..3 {
        config +=
            &format!("/system scheduler add name=t{n} interval=1s on-event={{:while (true) do={{}}}}\n");
    }
    config += "/system scheduler add name=sleepy interval=1s on-event={:delay 1d}";
    let mut net = Net::new(&[&config], &[]);
    net.run(Duration::from_secs(1));
    let said = log_of(&mut net, "error");
    assert!(
        said.contains("script,error executing script from scheduler (t0) failed, please check it manually"),
        "{said}"
    );
    assert!(said.contains("script stopped: more than"), "{said}");
    net.console(1, "/system scheduler remove [find name~\"t\"]");
    net.run(Duration::from_secs(2_000));
    assert_eq!(net.value(1, "[:len [/system script job find]]"), "1001", "those that wait, and this one");
}
