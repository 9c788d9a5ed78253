//! Arguments of `print` and of the monitors that scripts lean on, `:grep`, and `/routing/route`.

mod common;

use clock::Duration;
use common::{Net, load, router, transcript};

const R1: &str = "/ip address\nadd address=10.0.0.1/24 interface=ether1 comment=\"to r2\"\n\
    add address=10.0.11.1/24 interface=ether2 disabled=yes\n\
    add address=9.0.0.1/24 interface=ether3\n\
    /ip route add dst-address=0.0.0.0/0 gateway=10.0.0.2\n\
    /ip route add dst-address=0.0.0.0/0 gateway=10.0.0.3 distance=5 comment=spare\n\
    /ip route add dst-address=10.7.0.0/16 gateway=10.99.0.1\n\
    /ip route add dst-address=10.8.0.0/16 blackhole\n\
    /ip route add dst-address=10.6.0.0/16 gateway=10.0.0.2 disabled=yes\n";

fn net() -> Net {
    let mut net =
        Net::new(&[R1, "/ip address add address=10.0.0.2/24 interface=ether1"], &[((1, 1), (2, 1))]);
    net.run(Duration::from_secs(1));
    net
}

fn session(net: &mut Net, lines: &[&str]) -> String {
    lines.iter().map(|line| format!("> {line}\n{}", net.console(1, line))).collect()
}

#[test]
fn every_route_is_in_one_list() {
    let mut net = net();
    insta::assert_snapshot!(session(
        &mut net,
        &[
            "/routing/route/print",
            "/routing/route/print detail where !(afi=link)",
            "/routing/route/print where dst-address=10.8.0.0/16",
            "/routing/route/print count-only where active && !connect",
            "/routing/route/print where unreachable",
            ":put [/routing/route/get ([/routing/route/find where 10.7.1.1 in dst-address static]->0) contribution]",
            ":put [/routing/route/print as-value where afi=link dst-address=lo]",
            "/routing/route/add dst-address=1.1.1.1/32 gateway=10.0.0.2",
            "/routing/route/remove [find]",
            "/routing/route/comment [find where static] spare",
            "/routing/route/disable [find where static]",
            "/routing/route/comment [find where dst-address=1.2.3.0/24] x",
            "/routing/route/export",
        ]
    ));
}

/// Menus that are not simulated have the counters that `print stats` shows, at zero.
#[test]
fn rules_and_queues_print_their_counters() {
    let mut r = router(1, 3);
    load(
        &mut r,
        "/ip firewall nat add chain=srcnat action=masquerade out-interface=ether1 comment=out
         /ip firewall nat add chain=dstnat action=redirect disabled=yes
         /ip firewall mangle add chain=prerouting action=accept
         /ip firewall raw add chain=output action=drop
         /ipv6 firewall filter add chain=input action=drop
         /interface bridge add name=bridge1
         /interface bridge filter add chain=forward action=drop
         /interface bridge nat add chain=srcnat action=accept
         /queue simple add name=q1 target=10.0.0.0/24
         /queue tree add name=t1 parent=global packet-mark=web",
    )
    .unwrap();
    insta::assert_snapshot!(transcript(
        &mut r,
        "/ip firewall nat print stats
         /ip firewall nat print stats where !disabled
         /ip firewall nat print stats where packets>0
         /ip firewall nat print stats-detail
         /ip firewall nat print proplist=chain,packets
         /ip firewall nat print
         /ip firewall mangle print stats terse
         /ip firewall raw print stats
         /ipv6 firewall filter print stats
         /interface bridge filter print stats
         /interface bridge nat print stats
         /queue simple print stats
         /queue tree print stats
         :put [/queue simple get q1 rate]
         :put ([/queue tree get t1 bytes] + 1)
         :put [/ip firewall nat print as-value stats where chain=srcnat]
         /ip firewall nat set 0 bytes=1
         /queue simple export verbose"
    ));
}

#[test]
fn print_takes_every_argument() {
    let mut r = router(1, 3);
    load(&mut r, R1).unwrap();
    insta::assert_snapshot!(transcript(
        &mut r,
        "/ip address print order-by=address
         /ip address print order-by=-address !comments
         /ip address print order-by=-disabled,interface proplist=interface
         /ip address print order-by=address,interface,network,vrf
         /ip address print order-by=foo
         /ip address print show-ids without-paging brief
         /ip address print from=1 detail
         /ip address print from=[find disabled] count-only
         /ip address print from=9
         /ip address print terse show-ids where comment
         /ip address print append
         /ip address print file=a where interface=ether1
         /ip address print file=a append where interface=ether2
         :put [/file/get a.txt contents]
         /ip address print oid
         /ip address print group-by=interface
         /ip address print on-event=x
         /ip address print interval=0
         /interface print oid where name~\"ether[12]\"
         /system identity print oid
         /system resource print oid"
    ));
}

#[test]
fn a_block_runs_for_each_entry_that_appears() {
    let mut net = net();
    net.console(1, ":execute {:delay 2s; :log info \"first\"; :delay 2s; :log warning \"second\"}");
    insta::assert_snapshot!(session(
        &mut net,
        &[
            "/log print follow-only on-event={:put \"event: $message\"; :if ($message~\"sec\") do={:break}} where topics~\"script\"",
            ":execute {:delay 3s; /ip address add address=10.5.0.1/24 interface=ether3}",
            ":do {/ip address print follow timestamp on-event={:put \"new $address\"; :break}}; :put after",
            ":execute {:delay 3s; /ip address add address=10.5.1.1/24 interface=ether3}",
            "/ip address print follow-only terse timestamp on-event={:error \"an error ends it\"}",
        ]
    ));
}

#[test]
fn a_block_runs_for_each_printout_of_a_monitor() {
    let mut net = net();
    net.console(1, ":execute {/ping 10.0.0.2 size=1000 interval=500ms duration=1m}");
    insta::assert_snapshot!(session(
        &mut net,
        &[
            "/interface monitor-traffic ether1 once proplist=name do={:put $\"tx-packets-per-second\"; :put $name}",
            ":local tx 0; /interface monitor-traffic ether1 once as-value do={:set tx $\"tx-packets-per-second\"}; :put \"tx $tx\"",
            ":local n 0; /interface monitor-traffic ether1 as-value do={:set n ($n + 1); :if ($n = 3) do={:break}}; :put $n",
            ":do {/interface monitor-traffic ether1 as-value do={:error stop}} on-error={:put caught}",
            "/interface monitor-traffic ether1,ether2 as-value duration=2s interval=1s do={:put $name; :delay 300ms}",
            "/interface monitor-traffic ether1 duration=2s proplist=name file=m",
            "/interface monitor-traffic ether1 once proplist=name file=m append",
            ":put [/file/get m.txt contents]",
            "/interface monitor-traffic ether1 duration=4s freeze-frame-interval=2s proplist=tx-packets-per-second",
            "/interface monitor-traffic ether1 once freeze-frame-interval=31s",
            "/interface monitor-traffic ether1 once do=x",
            "/interface ethernet monitor ether1 once",
            "/interface ethernet monitor [find] once proplist=name,status",
            "/interface ethernet monitor ether1 once as-value do={:put \"$name is $status at $rate\"}",
            ":put ([/interface ethernet monitor ether2 once as-value]->\"status\")",
            "/interface ethernet monitor once",
        ]
    ));
}

#[test]
fn grep_shows_the_lines_that_match() {
    let mut r = router(1, 4);
    load(&mut r, R1).unwrap();
    insta::assert_snapshot!(transcript(
        &mut r,
        ":grep script=\"/interface print proplist=name\" pattern=\"ether2\"
         :grep script=\"/interface print proplist=name\" pattern=\"ether[23]\" before=1
         :grep script=\"/interface print proplist=name\" pattern=\"ether1\" after=1
         :grep script={:put one; :put two; :put three; :put four; :put five} pattern=\"one|five\" after=1 before=1
         :grep script=\":put a\" pattern=\"b\"
         :grep script=\"/ip address export\" pattern=\"ether3\" filename=found.txt
         :put [/file get found.txt contents]
         :put [:execute \":grep pattern=\\\"two\\\" script=\\\":put two\\\"\" as-string]
         :grep script=\":put a; :error b\" pattern=\".\"
         :grep script=\":put a\"
         :grep pattern=a
         :grep script=\":put a\" pattern=\"(\"
         :grep script=\":put a\" pattern=a after=-1"
    ));
}

#[test]
fn settings_show_what_a_fresh_router_shows() {
    let mut r = router(1, 2);
    insta::assert_snapshot!(transcript(
        &mut r,
        "/snmp print
         /system ntp client print
         /ip upnp print
         /ip ssh print
         /ip proxy print
         /ip neighbor discovery-settings print
         /ip service webserver print
         /mpls settings print
         /routing settings print
         /tool sniffer print
         /ipv6 settings print
         :put [:typeof [/snmp get enabled]]
         :if ([/snmp get enabled]) do={:put on} else={:put off}
         /snmp set enabled=maybe
         /snmp set enabled=yes
         /snmp export
         :put [/snmp print as-value]
         /export"
    ));
}

#[test]
fn what_has_no_meaning_for_an_item_is_not_shown() {
    let mut r = router(1, 2);
    insta::assert_snapshot!(transcript(
        &mut r,
        "/queue type print
         /queue type add name=fast kind=pcq pcq-rate=10M pcq-classifier=dst-address
         /queue type print where name=fast
         /queue type add name=odd kind=pfifo pcq-rate=5M pcq-limit=50KiB
         /queue type print where name=odd
         /queue type set odd kind=pcq
         /queue type print where name=odd
         :put ([/queue type get default]->\"pfifo-limit\")
         :put [:typeof ([/queue type get default]->\"pcq-rate\")]
         /ip firewall nat add chain=srcnat action=masquerade out-interface=ether1
         /ip firewall nat add chain=dstnat action=accept log=yes log-prefix=x
         /ip firewall mangle add chain=prerouting action=mark-connection new-connection-mark=a passthrough=no
         /ip firewall nat print
         /ip firewall mangle print
         :put [/ip firewall nat get 0 log]
         /queue simple add name=q target=10.0.0.0/24 max-limit=10M/20M
         /queue simple print
         /ppp secret add name=joe password=secret
         /ppp secret print
         /ppp secret print show-sensitive
         /ppp profile print
         /certificate add name=ca common-name=ca digest-algorithm=sha512
         /certificate add name=cb common-name=cb digest-algorithm=crc32"
    ));
}

#[test]
fn pings_are_values() {
    let mut net = net();
    insta::assert_snapshot!(session(
        &mut net,
        &[
            ":put [:typeof ([/ping 10.0.0.2 count=1 as-value]->\"time\")]",
            ":put [:len ([/ping 10.0.0.2 count=1 as-value]->\"received\")]",
            ":put ([/ping 10.0.0.9 count=1 as-value]->\"status\")",
            ":foreach p in=[/ping 10.0.0.2 count=3 interval=100ms as-value] do={:put (($p->\"seq\") . \" \" . ($p->\"ttl\"))}",
            ":put [/ping 10.0.0.2 count=2 as-value]",
            ":put [/ping 10.0.0.9 count=1 as-value]",
        ]
    ));
}
