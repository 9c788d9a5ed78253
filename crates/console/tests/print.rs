//! `print` layouts against the captures of `/reference` §2.5, and what the other menu commands do.

mod support;

use console::{Job, Mode, Session};
use menu::{Id, Menu, Num, Text, Value};
use support::{Address, Device, Filter, Interface, Network, Pool, Resource, Route};

/// Runs one line at a terminal of this width.
fn at_width(device: &mut Device, width: Option<u16>, source: &str) -> String {
    let mut session = Session::script();
    session.width = width;
    let (output, result) = device.finish(&mut Job::new(source, Mode::Import, session));
    assert!(result.is_ok(), "{source}: {result:?}");
    output
}

fn route(dst: &str, gateway: &str, distance: i64, dynamic: bool, device: &mut Device) {
    let mut item =
        Route { dst_address: dst.into(), gateway: gateway.into(), active: true, ..Route::default() };
    item.distance = Num::new(distance);
    item.connect = dynamic;
    item.static_ = !dynamic;
    device.table_mut::<Route>().push(item, dynamic);
}

#[test]
fn a_table_with_a_flag_and_a_comment() {
    let mut device = Device::default();
    device
        .run("/ip address add address=192.168.88.1/24 network=192.168.88.0 interface=bridge comment=defconf");
    let item = Address {
        address: "192.168.0.100/24".into(),
        network: Some([192, 168, 0, 0].into()),
        interface: menu::Ref::to(Id(1)),
        ..Address::default()
    };
    device.table_mut::<Address>().push(item, true);
    let expected = "\
Flags: D - DYNAMIC
Columns: ADDRESS, NETWORK, INTERFACE, VRF
#   ADDRESS           NETWORK       INTERFACE  VRF 
;;; defconf
0   192.168.88.1/24   192.168.88.0  bridge     main
1 D 192.168.0.100/24  192.168.0.0   ether1     main
";
    assert_eq!(device.run("/ip/address/print"), expected);
}

#[test]
fn a_comment_of_several_lines_leaves_the_rows_in_line() {
    let mut device = Device::default();
    device.run("/ip pool add name=a ranges=10.0.0.1 comment=\"one\\r\\ntwo\\nthree\\n\"");
    let expected = "\
Columns: NAME, RANGES, TOTAL, USED, AVAILABLE
#  NAME  RANGES    TOTAL  USED  AVAILABLE
;;; one
    two
    three
0  a     10.0.0.1      0     0          0
";
    assert_eq!(device.run("/ip/pool/print"), expected);
    let expected =
        " 0 ;;; one\n       two\n       three\n   name=\"a\" ranges=10.0.0.1 total=0 used=0 available=0 \n";
    assert_eq!(device.run("/ip/pool/print detail"), expected);
    let terse = device.run("/ip/pool/print terse");
    assert!(
        terse.starts_with(" 0 comment=one\\ntwo\\nthree\\n name=a ") && terse.lines().count() == 1,
        "{terse}"
    );
}

#[test]
fn a_table_without_a_value_names_no_columns() {
    let mut device = Device::default();
    device.run("/ip dhcp-server network add address=10.0.0.0/24");
    assert_eq!(device.run("/ip/dhcp-server/network/print proplist=gateway"), "# \n0 \n");
}

#[test]
fn a_table_with_two_flag_columns_and_right_aligned_numbers() {
    let mut device = Device::default();
    let mut keep = 0;
    device.table_mut::<Interface>().retain(|_| {
        keep += 1;
        matches!(keep, 1 | 2 | 6)
    });
    let expected = "\
Flags: R - RUNNING; S - SLAVE
Columns: NAME, TYPE, ACTUAL-MTU, L2MTU, MAC-ADDRESS
#    NAME    TYPE    ACTUAL-MTU  L2MTU  MAC-ADDRESS      
0 R  ether1  ether         1500         02:00:00:00:00:00
1 RS ether2  ether         1500         02:00:00:00:00:01
2    bridge  bridge        1500  65535  02:00:00:00:00:05
";
    assert_eq!(device.run("/interface/print"), expected);
}

#[test]
fn a_menu_without_flags_has_two_blanks_behind_the_number() {
    let mut device = Device::default();
    device.run("/ip pool add name=dhcp-pool ranges=192.168.10.100-192.168.10.199");
    let row = &mut device.table_mut::<Pool>().rows_mut()[0];
    (row.item.total, row.item.used, row.item.available) = (100, 2, 98);
    let expected = "\
Columns: NAME, RANGES, TOTAL, USED, AVAILABLE
#  NAME       RANGES                         TOTAL  USED  AVAILABLE
0  dhcp-pool  192.168.10.100-192.168.10.199    100     2         98
";
    assert_eq!(device.run("/ip/pool/print"), expected);
}

#[test]
fn list_cells_take_a_line_for_each_element() {
    let mut device = Device::default();
    device.run(
        "/ip dhcp-server network add address=192.168.10.0/24 gateway=192.168.10.1 dns-server=1.1.1.1,8.8.8.8",
    );
    let expected = "\
Columns: ADDRESS, GATEWAY, DNS-SERVER
# ADDRESS          GATEWAY       DNS-SERVER
0 192.168.10.0/24  192.168.10.1  1.1.1.1   
                                 8.8.8.8   
";
    assert_eq!(device.run("/ip/dhcp-server/network/print"), expected);
}

#[test]
fn dynamic_routes_have_no_number() {
    let mut device = Device::default();
    route("0.0.0.0/0", "10.1.50.254", 1, false, &mut device);
    route("10.1.50.0/24", "vlan20-bond1", 0, true, &mut device);
    let expected = "\
Flags: D - DYNAMIC; A - ACTIVE; c - CONNECT, s - STATIC
Columns: DST-ADDRESS, GATEWAY, ROUTING-TABLE, DISTANCE
#     DST-ADDRESS   GATEWAY       ROUTING-TABLE  DISTANCE
0  As 0.0.0.0/0     10.1.50.254   main                  1
  DAc 10.1.50.0/24  vlan20-bond1  main                  0
";
    assert_eq!(device.run("/ip/route/print"), expected);
    let dynamic = "\
Flags: D - DYNAMIC; A - ACTIVE; c - CONNECT
Columns: DST-ADDRESS, GATEWAY, ROUTING-TABLE, DISTANCE
    DST-ADDRESS   GATEWAY       ROUTING-TABLE  DISTANCE
DAc 10.1.50.0/24  vlan20-bond1  main                  0
";
    assert_eq!(device.run("/ip/route/print where dynamic"), dynamic);
    assert_eq!(device.run("/ip/route/print where distance > 5"), "");
}

#[test]
fn detail_has_all_flags_in_lower_case_and_wraps() {
    let mut device = Device::default();
    let dummy = Filter { chain: "forward".into(), action: "passthrough".into(), ..Filter::default() };
    let table = device.table_mut::<Filter>();
    table.push(dummy, true);
    table.rows_mut()[0].comment = "special dummy rule to show fasttrack counters".into();
    device.run(
        "/ip firewall filter\nadd chain=input connection-state=established,related,untracked \
         comment=\"defconf: accept established,related,untracked\"\n\
         add chain=output action=drop protocol=icmp src-address=10.0.0.1 out-interface=ether3 log=yes disabled=yes",
    );
    let expected = "\
Flags: X - disabled, I - invalid; D - dynamic 
 0  D ;;; special dummy rule to show fasttrack counters
      chain=forward action=passthrough connection-state=\"\" log=no log-prefix=\"\" 

 1    ;;; defconf: accept established,related,untracked
      chain=input action=accept connection-state=established,related,untracked 
      log=no log-prefix=\"\" 

 2 X  chain=output action=drop connection-state=\"\" protocol=icmp 
      src-address=10.0.0.1 out-interface=ether3 log=yes log-prefix=\"\" 
";
    let shown = at_width(&mut device, Some(80), "/ip/firewall/filter/print");
    assert_eq!(shown, expected);
}

#[test]
fn settings_have_right_aligned_labels() {
    let mut device = Device::default();
    device.table_mut::<Resource>().rows_mut()[0].item.write_sect_since_reboot = 85;
    let expected = "                   uptime: 0s\n                  version: 7.20.2 (stable)\n  write-sect-since-reboot: 85\n";
    assert_eq!(device.run("/system/resource/print"), expected);
    assert_eq!(device.run("/system identity print"), "  name: MikroTik\n");
    device.run("/system identity set name=r1");
    assert_eq!(device.put("[/system identity get name]"), "r1");
}

#[test]
fn the_other_layouts() {
    let mut device = Device::default();
    device.run("/ip pool\nadd name=a ranges=1.1.1.1 comment=one\nadd name=bb ranges=1.1.1.2\n");
    for (source, expected) in [
        ("/ip/pool/print count-only", "2\n"),
        ("/ip/pool/print terse proplist=name", " 0 comment=one name=a \n 1 name=bb \n"),
        (
            "/ip/pool/print value-list proplist=name,ranges",
            "    name:       a      bb\n  ranges: 1.1.1.1 1.1.1.2\n",
        ),
        ("/ip/pool/print show-ids proplist=name", "Columns: NAME\n *  NAME\n;;; one\n*1  a   \n*2  bb  \n"),
        ("/ip/pool/print detail proplist=name", " 0 ;;; one\n   name=\"a\" \n\n 1 name=\"bb\" \n"),
        (
            ":put [/ip/pool/print as-value where name=bb]",
            ".id=*2;available=0;name=bb;ranges=1.1.1.2;total=0;used=0\n",
        ),
        (":put [/ip/pool/print count-only where name=bb]", "1\n"),
        (":put [:len [/ip/pool/print as-value]]", "2\n"),
        (":put ([/ip/pool/get bb]->\"name\")", "bb\n"),
    ] {
        assert_eq!(device.run(source), expected, "{source}");
    }
    device.run("/ip/pool/print file=pools");
    assert!(device.files.contains_key(&Text::from("pools.txt")));
}

#[test]
fn items_are_added_changed_moved_and_removed() {
    let mut device = Device::default();
    let source = "
/ip firewall filter
add chain=input comment=a
:put [add chain=forward comment=b]
add chain=output comment=c place-before=0
add copy-from=[find comment=a] comment=d action=drop
set [find comment=a] !protocol protocol=tcp
set [find comment=a] protocol=udp
move [find comment=d] 0
disable [find chain=input]
enable [find comment=d]
comment [find comment=b] \"new b\"
set [find comment=nobody] chain=x
reset-counters [find]
:foreach i in=[find] do={ :put ([get $i comment] . \" \" . [get $i chain] . \" \" . [get $i action] . \" \" . [get $i protocol] . \" \" . [get $i disabled]) }
unset [find comment=a] protocol
:put [:typeof [get [find comment=a] protocol]]
remove [find where comment~\"^new\"]
:put [:len [find]]
";
    let output = device.run(source);
    let expected = "*2\nc output accept  false\nd input drop  false\na input accept udp true\nnew b forward accept  false\nnothing\n3\n";
    // `move … 0` follows the numbers that the first use fixed: 0 is the rule `a`.
    assert_eq!(output, expected);
    assert_eq!(device.calls.len(), 1);
    assert!(device.calls[0].contains("reset-counters [Id("), "{:?}", device.calls);
}

#[test]
fn numbers_of_a_print_stay_with_their_items() {
    let mut device = Device::default();
    let source = "/ip pool\nadd name=a ranges=1.1.1.1\nadd name=b ranges=1.1.1.2\nprint\nremove 0\n:put [get 1 name]\n";
    assert!(device.run(source).ends_with("\nb\n"));
    assert_eq!(device.fails("/ip pool\nprint\nremove 0\nremove 0").message, "no such item");
}

#[test]
fn words_may_be_shortened_and_menus_reached_in_every_way() {
    let mut device = Device::default();
    device.run("/ip po ad na=a ran=1.1.1.1");
    for source in [
        "/ip/pool/print count-only",
        "/ip pool print count-only",
        "/ip/pool print count-only",
        "/ip po pr count-only",
        "/ip\npool\nprint count-only",
        "/ip dhcp-server network\n.. .. pool print count-only",
        "/ip/dhcp-server\n../pool/print count-only",
        "/ip pool { print count-only }",
        "/ip/pool\n:if (true) do={ print count-only }",
        "/ip address\n/ip pool print count-only",
    ] {
        assert_eq!(device.run(source), "1\n", "{source}");
    }
    // A path with a command does not change the menu.
    assert_eq!(device.run("/ip pool\n/ip address print\nprint count-only"), "1\n");
}

#[test]
fn menus_without_a_struct_are_kept_by_the_catalogue() {
    let mut device = Device::default();
    let source = "/interface wireless security-profiles\nadd name=p mode=dynamic-keys\n:put [get p mode]\n/system script add name=s source={:put 1}\n:put [/system/script/get s source]";
    assert_eq!(device.run(source), "dynamic-keys\n:put 1\n");
}

#[test]
fn an_export_reads_back_as_it_was() {
    let mut device = Device::default();
    let config = "\
/ip pool
add comment=\"two words\" name=a ranges=1.1.1.1-1.1.1.9
/ip address
add address=10.0.0.1/24 interface=ether1 network=10.0.0.0
/ip dhcp-server network
add address=10.0.0.0/24 dns-server=1.1.1.1,8.8.8.8 gateway=10.0.0.1
/ip firewall filter
add action=accept chain=input comment=\\
    \"defconf: accept established,related,untracked\" connection-state=\\
    established,related,untracked
add action=drop chain=forward disabled=yes
/system identity
set name=r1
";
    device.run(config);
    let shown = device.run("/export");
    assert_eq!(shown, config);
    let mut second = Device::default();
    second.run(&shown);
    assert_eq!(second.run("/export"), config);
    assert_eq!(
        device.run("/ip/pool/export terse"),
        "/ip pool add comment=\"two words\" name=a ranges=1.1.1.1-1.1.1.9\n"
    );
}

#[test]
fn long_texts_break_inside_their_quotes() {
    let mut device = Device::default();
    let source = format!("/ip pool add name=x ranges=1.1.1.1 comment=\"{}\"", "word ".repeat(40));
    device.run(&source);
    let shown = device.run("/ip/pool/export");
    assert!(shown.lines().all(|line| line.len() <= 79), "{shown}");
    let mut second = Device::default();
    second.run(&shown);
    assert_eq!(second.put("[/ip/pool/get x comment]"), "word ".repeat(40));
}

#[test]
fn finding_asks_properties_and_flags() {
    let mut device = Device::default();
    route("0.0.0.0/0", "10.1.50.254", 1, false, &mut device);
    route("10.1.50.0/24", "ether1", 0, true, &mut device);
    for (filter, count) in [
        ("", 2),
        ("where dynamic", 1),
        ("where !dynamic", 1),
        ("dynamic=no", 1),
        ("where static", 1),
        ("where active and dst-address=\"0.0.0.0/0\"", 1),
        // Text against a prefix is never equal.
        ("where dst-address=0.0.0.0/0", 0),
        ("where gateway=ether1", 1),
        ("where gateway~\"^10\\\\.\"", 1),
        ("where distance<1", 1),
        ("where distance=1 active", 1),
        ("where comment", 0),
        ("where (dynamic or static)", 2),
        ("where (distance + 1) = 2", 1),
        ("where disabled=no", 2),
        ("where .id=*1", 1),
    ] {
        let value = device.value(&format!("[:len [/ip/route/find {filter}]]"));
        assert_eq!(value, Value::Num(count), "{filter}");
    }
    assert!(Network::DEF.property("dns-server").is_some());
}

#[test]
fn print_follow_shows_what_changes_until_it_is_cancelled() {
    let mut device = Device::default();
    device.run("/ip pool add name=a ranges=10.0.0.1");
    let mut job = Job::new("/ip/pool/print follow proplist=name", Mode::Paste, Session::script());
    let next = |device: &mut Device, job: &mut Job| {
        let console::Progress::Blocked(Some(at)) = job.run(device) else { panic!("it goes on") };
        device.now = at;
        job.take_output().to_string()
    };
    assert_eq!(next(&mut device, &mut job), "Columns: NAME\n#  NAME\n0  a   \n");
    assert_eq!(next(&mut device, &mut job), "");
    device.run("/ip pool add name=b ranges=10.0.0.2");
    assert_eq!(next(&mut device, &mut job), "1  b   \n");
    device.run("/ip pool set a name=aa");
    assert_eq!(next(&mut device, &mut job), "0  aa  \n");
    // What is not shown may change.
    device.run("/ip pool set aa ranges=10.0.0.9");
    assert_eq!(next(&mut device, &mut job), "");
    device.run("/ip pool add name=long ranges=10.0.0.3");
    assert_eq!(next(&mut device, &mut job), "2  long\n");
    // The columns are as wide as all rows need.
    device.run("/ip pool set aa name=a");
    assert_eq!(next(&mut device, &mut job), "0  a   \n");
    device.run("/ip pool set a comment=x");
    assert_eq!(next(&mut device, &mut job), ";;; x\n0  a   \n");
    job.cancel(&mut device);
    assert_eq!(job.run(&mut device), console::Progress::Done(Ok(Value::Nil)));
    let mut job = Job::new("/ip/pool/print follow-only proplist=name", Mode::Paste, Session::script());
    assert_eq!(next(&mut device, &mut job), "");
    device.run("/ip pool set b name=bb");
    assert_eq!(next(&mut device, &mut job), "1  bb  \n");
    let source = "/ip/pool/print interval=5s proplist=name where name=bb";
    let mut job = Job::new(source, Mode::Paste, Session::script());
    let before = device.now;
    let both = [next(&mut device, &mut job), next(&mut device, &mut job)];
    assert_eq!(both, ["Columns: NAME\n#  NAME\n1  bb  \n"; 2]);
    assert_eq!(device.now, before + clock::Duration::from_secs(10));
}

#[test]
fn print_writes_and_appends_to_files() {
    let mut device = Device::default();
    device.run("/ip pool add name=a ranges=10.0.0.1");
    device.run("/ip/pool/print terse file=out; /ip/pool/print count-only");
    let once = device.files[&Text::from("out.txt")].clone();
    device.run("/ip/pool/print terse file=out append");
    assert_eq!(device.files[&Text::from("out.txt")], [once.clone(), once].concat());
    assert_eq!(device.fails("/ip/pool/print group-by=name").message, "failure: group-by is not simulated");
}

#[test]
fn an_export_is_limited_to_paths() {
    let mut device = Device::default();
    device.run("/ip pool add name=a ranges=10.0.0.1\n/ip address add address=1.1.1.1/24 interface=ether1\n/ip route add dst-address=10.0.0.0/8 blackhole");
    let shown = |device: &mut Device, source: &str| -> String {
        let text = device.run(source);
        text.lines().filter(|line| line.starts_with('/')).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(shown(&mut device, "/export"), "/ip pool /ip address /ip route");
    assert_eq!(shown(&mut device, "/export path=/ip/pool,/ip/route"), "/ip pool /ip route");
    assert_eq!(shown(&mut device, "/export path=/ip,!/ip/pool"), "/ip address /ip route");
    assert_eq!(shown(&mut device, "/ip export path=!/ip/pool"), "/ip address /ip route");
    let route = device.run("/ip/route/export");
    assert!(route.contains("add blackhole dst-address=10.0.0.0/8"), "{route}");
    assert!(device.run("/ip/route/print detail").contains(" blackhole "));
    let mut second = Device::default();
    second.run(&route);
    assert_eq!(second.run("/ip/route/export"), route);
}

#[test]
fn numbers_are_for_terminals_and_for_scripts_that_print() {
    let mut device = Device::default();
    device.run("/ip pool\nadd name=a ranges=10.0.0.1\nadd name=b ranges=10.0.0.2");
    assert_eq!(device.fails("/ip pool set 0 name=c").message, "no such item", "a script has no numbers");
    device.run("/ip pool\nprint\nset 0 name=c");
    device.run("/interface set 0 comment=fixed");
    let mut session = Session::terminal();
    let mut type_line = |device: &mut Device, line: &str| {
        let mut job = Job::new(line, Mode::Paste, std::mem::take(&mut session));
        let (output, _) = device.finish(&mut job);
        session = job.into_session();
        output
    };
    // At a terminal they count at once, and stay as they were when items go.
    assert_eq!(type_line(&mut device, "/ip pool set 0 name=d"), "");
    assert_eq!(type_line(&mut device, "/ip pool remove 0"), "");
    assert_eq!(type_line(&mut device, "/ip pool remove 0"), "no such item\n");
    assert_eq!(type_line(&mut device, "/ip pool set 1 name=e"), "");
    // Items that came later have numbers once one of these is used; those of a print stay.
    assert_eq!(type_line(&mut device, "/ip pool remove 1"), "");
    assert_eq!(type_line(&mut device, "/ip pool add name=e ranges=10.0.0.3"), "");
    assert_eq!(type_line(&mut device, "/ip pool add name=g ranges=10.0.0.3"), "");
    assert_eq!(type_line(&mut device, "/ip pool set 2 name=h"), "no such item\n");
    assert_eq!(type_line(&mut device, "/ip pool set 1 name=h"), "");
    type_line(&mut device, "/ip pool print");
    assert_eq!(type_line(&mut device, "/ip pool add name=f ranges=10.0.0.5"), "");
    assert_eq!(type_line(&mut device, "/ip pool set 2 ranges=10.0.0.6"), "no such item\n");
    assert_eq!(type_line(&mut device, "/ip pool set 1 name=g"), "");
    assert_eq!(device.value("[/ip/pool/get 0 name]"), Value::text("e"), "checks read as a terminal does");
}
