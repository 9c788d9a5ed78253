//! What a device says about changes and sessions, and going down and coming up: `/log`, `/user/active`, `/password`,
//! `/system/reboot`, `/system/shutdown`, `/system/reset-configuration`, `/system/backup`.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod common;

use clock::Duration;
use common::{Net, typed};
use router::{JobId, Terminal};

/// Types a line at the console as a person does.
fn type_line(net: &mut Net, line: &str) -> JobId {
    let mut session = console::Session::terminal();
    session.person = true;
    let id = net.nodes[0];
    net.world.with_node(id, |router, cx| router.type_line(cx, line, session))
}

fn question(net: &Net, job: JobId) -> Option<&'static str> {
    net.world.node(net.nodes[0]).question(job)
}

fn answer(net: &mut Net, job: JobId, answer: &str) {
    let id = net.nodes[0];
    net.world.with_node(id, |router, cx| router.answer(cx, job, answer));
}

fn result(net: &mut Net, job: JobId) -> Option<String> {
    let id = net.nodes[0];
    let result = net.world.with_node(id, |router, _| router.take_result(job))?;
    let error = result.value.err().map(|error| format!("{error}\n")).unwrap_or_default();
    Some(format!("{}{error}", result.output))
}

#[test]
fn changes_are_logged_with_their_author_and_command() {
    let mut net = Net::new(&["/ip pool add name=before ranges=10.9.9.9"], &[]);
    assert_eq!(net.value(1, "[:len [/log find topics~\"system\"]]"), "0", "a start says nothing");
    insta::assert_snapshot!(typed(
        &mut net,
        r#"
        /ip firewall filter add action=accept chain=forward protocol=tcp comment="let in"
        /ip firewall filter add action=drop chain=forward
        /ip firewall filter move 1 0
        /ip firewall filter disable [find]
        /ip firewall filter remove [find action=drop]
        /ip route add gateway=10.0.0.1
        /ip pool set before ranges=10.9.9.8
        /ip pool set before ranges=10.9.9.8
        /interface set ether2 name="to the world"
        /system identity set name=R1
        /ppp secret add name=joe password=secret
        /ppp secret set joe password=other
        /system logging add topics=dhcp action=memory
        /user set admin password=x
        /system script add name=inner source="/ip pool add name=b ranges=10.0.0.2"
        /system script add name=outer source="/system script run inner; /ip pool add name=c ranges=10.0.0.3"
        /system script run outer
        /ip pool add name=d ranges=10.0.0.4
        /system script set inner comment=x
        :execute "/ip pool remove d"
        /file add name=a.txt
        /undo
        /log print
    "#
    ));
}

#[test]
fn tasks_are_named_as_authors() {
    let mut net = Net::new(&[""], &[]);
    net.console(1, "/system script add name=night source=\"/ip pool add name=a ranges=10.0.0.1\"");
    net.console(1, "/system scheduler add name=job on-event=night interval=10s");
    net.console(1, "/system scheduler add name=other on-event=\"/ip pool remove a\" interval=15s");
    net.run(Duration::from_secs(16));
    insta::assert_snapshot!(typed(&mut net, "/log print"));
}

#[test]
fn rules_of_logging_can_leave_changes_out() {
    let mut net = Net::new(&["/system logging set 0 topics=info,!system"], &[]);
    assert_eq!(
        typed(&mut net, "/ip pool add name=a ranges=10.0.0.1\n/log print"),
        "> /ip pool add name=a ranges=10.0.0.1\n> /log print\n"
    );
}

#[test]
fn who_sits_at_the_console_is_active_until_they_leave() {
    let mut net = Net::new(&[""], &[]);
    let id = net.nodes[0];
    let mut out = typed(&mut net, "/user active print");
    net.world.with_node(id, |router, cx| {
        router.log_in(cx, Terminal::CONSOLE);
        router.log_in(cx, Terminal::CONSOLE);
    });
    net.run(Duration::from_secs(60));
    type_line(&mut net, "/ip pool add name=a ranges=10.0.0.1");
    out.push_str(&typed(&mut net, "/user active print\n/user active print detail"));
    net.world.with_node(id, |router, cx| router.log_out(cx, Terminal::CONSOLE));
    out.push_str(&typed(&mut net, "/user active print count-only"));
    type_line(&mut net, ":put 1");
    out.push_str(&typed(
        &mut net,
        "/user active print\n/user active add\n/user active remove 7\n/user active remove 0\n/user active print\n\
         /user active request-logout 0\n/user active print\n/log print",
    ));
    insta::assert_snapshot!(out);
}

#[test]
fn a_password_is_changed_by_who_knows_the_old_one() {
    let mut net = Net::new(&[""], &[]);
    insta::assert_snapshot!(typed(
        &mut net,
        "
        /password
        /password old-password=\"\" new-password=a confirm-new-password=b
        /password old-password=\"\" new-password=a confirm-new-password=a
        /password old-password=\"\" new-password=b confirm-new-password=b
        /password old-password=a new-password=\"\" confirm-new-password=\"\"
        /password old-password=\"\" new-password=c
        /log print
    "
    ));
}

const CONFIG: &str = "
    /interface bridge add name=br
    /interface bridge port add bridge=br interface=ether2
    /interface ethernet set ether3 name=lan disabled=yes comment=spare
    /interface list add name=LAN
    /interface list member add list=LAN interface=br
    /ip address add address=10.0.0.1/24 interface=ether1
    /ip address add address=10.1.0.1/24 interface=br
    /ip pool add name=pool ranges=10.1.0.10-10.1.0.20
    /ip dhcp-server add name=server interface=br address-pool=pool
    /ip dhcp-server network add address=10.1.0.0/24
    /ip dhcp-server lease add address=10.1.0.5 mac-address=02:00:00:00:00:05 comment=printer
    /ip firewall address-list add list=friends address=10.0.0.2
    /ip firewall filter add chain=input action=accept src-address-list=friends in-interface-list=LAN
    /ip firewall filter add chain=forward action=drop disabled=yes
    /ip route add dst-address=10.9.0.0/16 gateway=10.0.0.2
    /ip dns set servers=1.1.1.1
    /user add name=joe group=read password=secret
    /system identity set name=R1
    /system scheduler add name=first on-event=\":log info started\" start-time=startup
";
const PEER: &str = "/ip address add address=10.0.0.2/24 interface=ether1";

fn exported(net: &mut Net) -> String {
    // Without the line that has the date.
    net.console(1, "/export show-sensitive").lines().skip(1).map(|line| format!("{line}\n")).collect()
}

#[test]
fn a_reboot_keeps_what_is_configured_and_forgets_the_rest() {
    let mut net = Net::new(&[CONFIG, PEER], &[((1, 1), (2, 1))]);
    assert_eq!(net.replies(1, "10.0.0.2 count=2"), "2");
    net.console(1, "/file add name=a.txt contents=hello; :global g 1; /ip firewall address-list add list=x address=10.0.0.7 timeout=1h");
    let before = exported(&mut net);
    let job = type_line(&mut net, "/system reboot");
    assert_eq!(question(&net, job), Some("Reboot, yes? [y/N]: "));
    answer(&mut net, job, "n");
    assert_eq!(result(&mut net, job).unwrap(), "action cancelled\n");
    let job = type_line(&mut net, "/system reboot");
    net.run(Duration::from_secs(5));
    answer(&mut net, job, "y");
    assert_eq!(result(&mut net, job).unwrap(), "system will reboot shortly\n");
    let id = net.nodes[0];
    assert!(net.world.node(id).is_down());
    net.run(Duration::from_secs(1));
    assert_eq!(net.value(2, "[/interface ethernet get ether1 running]"), "false", "the cable is dead");
    assert_eq!(net.console(1, ":put 1"), "", "nobody answers");
    // A person's line waits.
    let job = type_line(&mut net, ":put [/system resource get uptime]");
    net.run(Duration::from_secs(18));
    assert_eq!(result(&mut net, job), None);
    net.run(Duration::from_secs(2));
    assert_eq!(result(&mut net, job).unwrap(), "00:00:00\n");
    net.run(Duration::from_secs(10));
    assert_eq!(exported(&mut net), before, "the same configuration");
    assert_eq!(net.replies(2, "10.0.0.1 count=2"), "2");
    insta::assert_snapshot!(typed(
        &mut net,
        "
        :put [/system resource get uptime]
        :put [:len [/system script environment find]]
        /ip firewall address-list print
        /ip address print
        /ip arp print count-only
        /ip dhcp-server lease print
        /ip route print
        /interface print
        /user print
        /file print
        /system history print
        /user active print
        /log print
    "
    ));
}

#[test]
fn scripts_are_not_asked_and_packets_that_wait_are_dropped() {
    let mut net =
        Net::new(&["/ip address add address=10.0.0.1/24 interface=ether1", PEER], &[((1, 1), (2, 1))]);
    // Nobody answers for 10.0.0.9, so pings wait for ARP when the device goes down.
    let id = net.nodes[0];
    net.world.with_node(id, |router, cx| router.execute(cx, ":execute \"/ping 10.0.0.9 count=3\""));
    net.run(Duration::from_millis(100));
    let text = net.console(1, "/system reboot");
    assert_eq!(text, "system will reboot shortly\n");
    net.run(Duration::from_secs(30));
    assert!(!net.world.node(id).is_down());
    assert_eq!(net.world.node(id).left_out().iter().filter(|one| one.menu == "/system").count(), 0);
    assert_eq!(net.replies(1, "10.0.0.2 count=1"), "1");
}

#[test]
fn a_task_can_reboot_and_waiting_jobs_end() {
    let mut net =
        Net::new(&["/system scheduler add name=night on-event=\"/system reboot\" interval=30s"], &[]);
    let id = net.nodes[0];
    let job = net.world.with_node(id, |router, cx| router.execute(cx, ":delay 1h; :put late"));
    net.run(Duration::from_secs(30));
    assert_eq!(result(&mut net, job).unwrap(), "the router went down\n");
    net.run(Duration::from_secs(25));
    assert_eq!(
        net.value(1, "[/log get [find message~\"rebooted\"] message]"),
        "router rebooted by scheduler:night/reboot"
    );
}

#[test]
fn a_device_that_was_shut_down_stays_down() {
    let mut net = Net::new(&[CONFIG, PEER], &[((1, 1), (2, 1))]);
    let job = type_line(&mut net, "/system shutdown");
    assert_eq!(question(&net, job), Some("Shutdown, yes? [y/N]: "));
    answer(&mut net, job, "y");
    assert_eq!(result(&mut net, job).unwrap(), "system will shutdown promptly\n");
    net.run(Duration::from_secs(3600));
    let job = type_line(&mut net, ":put 1");
    assert_eq!(result(&mut net, job).unwrap(), "the router is off\n");
    assert_eq!(net.replies(2, "10.0.0.1 count=1"), "0");
}

#[test]
fn a_reset_leaves_what_it_is_told_to_leave() {
    let mut net = Net::new(&[CONFIG, PEER], &[((1, 1), (2, 1))]);
    let mut out = typed(
        &mut net,
        "
        /system reset-configuration run-after-reset=none.rsc
        /system reset-configuration keep-users=maybe
        /file add name=next.rsc contents=\"/system identity set name=NEW\\n/ip address add address=10.0.0.3/24 interface=ether1\"
        /system reset-configuration no-defaults=yes keep-users=yes run-after-reset=next.rsc
        ",
    );
    net.run(Duration::from_secs(30));
    out.push_str(&typed(
        &mut net,
        "/export\n/user print\n/file print\n/log print\n/interface ethernet print",
    ));
    assert_eq!(net.replies(2, "10.0.0.3 count=1"), "1");
    out.push_str(&typed(&mut net, "/system reset-configuration skip-backup=yes"));
    net.run(Duration::from_secs(30));
    out.push_str(&typed(&mut net, "/export\n/user print"));
    insta::assert_snapshot!(out);
}

#[test]
fn arguments_of_a_reset_that_change_nothing_are_reported() {
    let mut net = Net::new(&[""], &[]);
    let id = net.nodes[0];
    net.console(1, "/system reset-configuration no-defaults=yes caps-mode=yes keep-apps=no skip-backup=yes");
    net.run(Duration::from_secs(60));
    let left_out = net.world.node(id).left_out();
    let commands: Vec<_> =
        left_out.iter().filter(|one| one.menu == "/system").map(|one| one.command).collect();
    assert_eq!(commands, ["reset-configuration caps-mode=yes"]);
}

#[test]
fn a_backup_brings_the_configuration_back() {
    let mut net = Net::new(&[CONFIG, PEER], &[((1, 1), (2, 1))]);
    let before = exported(&mut net);
    let mut out = typed(
        &mut net,
        "
        /system backup save name=good
        /system backup save name=locked password=x
        /system backup save
        /file print
        /ip address remove [find]
        /interface bridge remove br
        /user remove joe
        /system identity set name=BAD
        /system backup load
        /system backup load name=none.backup
        /system backup load name=locked.backup
        /file add name=fake.backup contents=fake
        /system backup load name=fake.backup
        ",
    );
    let job = type_line(&mut net, "/system backup load name=good.backup");
    assert_eq!(question(&net, job), Some("Restore and reboot? [y/N]: "));
    answer(&mut net, job, "y");
    out.push_str(&result(&mut net, job).unwrap());
    net.run(Duration::from_secs(30));
    assert_eq!(exported(&mut net), before);
    assert_eq!(net.value(1, "[:len [/user find name=joe password=secret]]"), "1");
    assert_eq!(net.replies(2, "10.0.0.1 count=1"), "1");
    out.push_str(&typed(&mut net, "/file print"));
    insta::assert_snapshot!(out);
}

#[test]
fn ctrl_c_is_a_no() {
    let mut net = Net::new(&[""], &[]);
    let job = type_line(&mut net, "/system reset-configuration");
    let id = net.nodes[0];
    net.world.with_node(id, |router, cx| router.interrupt(cx, job));
    net.run(Duration::from_secs(30));
    assert!(!net.world.node(id).is_down());
    assert_eq!(question(&net, job), None);
    assert_eq!(net.value(1, "[/system resource get uptime]"), "00:00:31");
}
