//! Jobs that scripts start: `:execute`.

mod common;

use clock::Duration;
use common::Net;

#[test]
fn a_job_runs_beside_in_virtual_time_and_logs_its_fault() {
    let mut net = Net::new(&[":execute {:delay 2s; /ip pool add name=late ranges=10.0.0.1}"], &[]);
    assert_eq!(net.value(1, "[:len [/ip pool find]]"), "0", "a second has passed");
    net.run(Duration::from_secs(2));
    assert_eq!(net.value(1, "[:len [/ip pool find]]"), "1");
    let source = ":put [:typeof [:execute {:delay 5s; :global done 1}]]; :execute {:error oops}";
    assert_eq!(net.console(1, source), "id\n");
    net.run(Duration::from_secs(4));
    assert_eq!(net.console(1, ":global done; :put [:typeof $done]"), "nothing\n");
    net.run(Duration::from_secs(2));
    assert_eq!(net.console(1, ":global done; :put $done"), "1\n");
    let log = "[:len [/log find where message=\"oops (:error; line 1)\" and topics~\"script\"]]";
    assert_eq!(net.value(1, log), "1");
}

#[test]
fn jobs_that_multiply_do_not_stop_the_clock() {
    let bomb = ":global bomb \":global bomb; :execute \\$bomb; :execute \\$bomb\"; :execute $bomb";
    let mut net = Net::new(&[bomb], &[]);
    net.run(Duration::from_secs(1));
    assert_eq!(net.value(1, "1 + 1"), "2");
}
