//! Menus declared with the derive: definitions, changes, state, the catalogue's further properties.

use clock::Duration;
use menu::{
    Access, AnyTable, Id, Ipv4Ranges, Keyword, Kind, Layout, Lookup, Mac, Menu, Name, Names, Namespace,
    NoNames, Num, Or, Ref, Table, Text, Value, ValueKind, drift, not_simulated, spaces, words,
};
use std::net::Ipv4Addr;

/// Address pools.
#[derive(Clone, Debug, Menu)]
#[menu("/ip/pool", list, namespace = "pool", columns(name, ranges, total), wide_number)]
struct Pool {
    /// Name of the pool.
    #[prop(required)]
    name: Name,
    /// Addresses.
    #[prop(required, always_export)]
    ranges: Ipv4Ranges,
    /// Asked when this pool is exhausted.
    next_pool: Or<words::None, Ref<spaces::Pool>>,
    /// Number of addresses.
    #[prop(read_only)]
    total: u64,
}

/// What a lease goes through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Keyword)]
enum Status {
    #[default]
    Waiting,
    Bound,
}

/// Leases.
#[derive(Clone, Debug, Menu)]
#[menu("/ip/dhcp-server/lease", list, detail, ordered,
    flags(disabled = 'X'; radius = 'R'; dynamic = 'D'; blocked = 'B'),
    not_simulated = "speed limits",
    command("make-static", args("numbers"), positional = 1, help = "Keeps the lease."))]
struct Lease {
    /// Address.
    address: Option<Ipv4Addr>,
    /// Hardware address.
    #[prop(alias = "mac")]
    mac_address: Option<Mac>,
    /// Server.
    server: Or<words::All, Ref<spaces::DhcpServer>>,
    /// Time.
    #[prop(default = Duration::from_mins(10))]
    lease_time: Duration,
    /// Limit.
    #[prop(not_simulated)]
    rate_limit: Text,
    /// Secret.
    #[prop(sensitive)]
    r#type: Text,
    /// Priority.
    #[prop(name = "802.1p", default = Num::new(3), unset)]
    priority_: Num<0, 7>,
    /// State.
    #[prop(read_only)]
    status: Status,
    /// Made by RADIUS.
    #[prop(flag)]
    radius: bool,
    /// Refused.
    blocked: bool,
    #[prop(skip)]
    handle: u32,
}

/// Name of the router.
#[derive(Clone, Debug, Menu)]
#[menu("/system/identity", settings)]
struct Identity {
    /// The name.
    #[prop(default = "MikroTik".into())]
    name: Text,
}

/// Nothing but commands.
#[derive(Clone, Debug, Menu)]
#[menu("/tool", commands, command("ping", args("address", "count"), positional = 1))]
struct Tool;

/// Pools `a` = 1 and `b` = 2.
struct TwoPools;
impl Names for TwoPools {
    fn lookup(&self, space: Namespace, name: &Text) -> Lookup {
        match name.as_slice() {
            b"a" if space.0 == "pool" => Lookup::One(Id(1)),
            b"b" if space.0 == "pool" => Lookup::One(Id(2)),
            _ => Lookup::None,
        }
    }
    fn name(&self, _: Namespace, id: Id) -> Option<Text> {
        [(Id(1), "a"), (Id(2), "b")].iter().find(|(i, _)| *i == id).map(|(_, name)| Text::from(*name))
    }
    fn all(&self, _: Namespace) -> Vec<Text> {
        vec!["a".into(), "b".into()]
    }
}

type Arguments = Vec<(usize, Option<Value>)>;

/// `name=value` words as the console hands them over; `!name` unsets.
fn arguments(table: &dyn AnyTable, text: &str) -> Arguments {
    text.split_whitespace()
        .map(|word| match (word.strip_prefix('!'), word.split_once('=')) {
            (Some(name), _) => (table.def().match_property(name).expect("known"), None),
            (_, Some((name, value))) => {
                (table.def().match_property(name).expect("known"), Some(Value::text(value)))
            }
            _ => panic!("{word}"),
        })
        .collect()
}

fn add(table: &mut dyn AnyTable, text: &str) -> Result<Id, String> {
    let prepared =
        table.prepare_add(None, &arguments(table, text), &TwoPools).map_err(|error| error.to_string())?;
    Ok(table.insert(prepared, None, None))
}

fn set(table: &mut dyn AnyTable, index: usize, text: &str) -> Result<(), String> {
    let prepared =
        table.prepare_set(index, &arguments(table, text), &TwoPools).map_err(|error| error.to_string())?;
    table.replace(index, prepared);
    Ok(())
}

/// All properties of a row as detail print would show them.
fn show(table: &dyn AnyTable, index: usize) -> String {
    let mut out = String::new();
    for property in (0..table.def().properties.len()).chain(table.extra(index)) {
        let mut text = String::new();
        if table.print(index, property, &TwoPools, &mut text) {
            out.push_str(&format!("{}={text} ", table.property(property).expect("known").name));
        }
    }
    out.trim_end().to_owned()
}

#[test]
fn the_definition_says_what_the_struct_says() {
    let def = Pool::DEF;
    assert_eq!((def.path, def.kind, def.help), ("/ip/pool", Kind::List, "Address pools."));
    assert_eq!(def.columns, ["name", "ranges", "total"]);
    assert_eq!((def.name_property, def.namespace), (Some(0), Some(Namespace("pool"))));
    assert!(def.can_comment && !def.can_disable && def.wide_number && !def.ordered);
    let ranges = &def.properties[1];
    assert!(ranges.required && ranges.always_export && !ranges.unset && ranges.simulated);
    assert_eq!(def.properties[2].value, ValueKind::Reference(Namespace("pool")));
    assert_eq!(def.properties[2].words, ["none"]);
    assert_eq!(def.properties[3].access, Access::ReadOnly);

    let def = Lease::DEF;
    let names: Vec<&str> = def.properties.iter().map(|p| p.name).collect();
    let expected =
        ["address", "mac-address", "server", "lease-time", "rate-limit", "type", "802.1p", "status"];
    assert_eq!(names, expected);
    assert!(def.properties[0].unset && def.properties[6].unset && !def.properties[3].unset);
    assert!(!def.properties[4].simulated);
    assert_eq!(def.properties[5].access, Access::Sensitive);
    let flags: String = def.flags.iter().map(|f| format!("{}{}{} ", f.letter, f.group, f.name)).collect();
    assert_eq!(flags, "X0disabled R1radius D2dynamic B3blocked ");
    assert!(def.can_disable && def.ordered && def.name_property.is_none());
    assert_eq!((def.layout, def.not_simulated), (Layout::Detail, Some("speed limits")));
    assert_eq!((def.commands[0].name, def.commands[0].positional), ("make-static", 1));
    assert_eq!(def.property("mac"), Some(1));
    assert!(!Identity::DEF.can_comment && Tool::DEF.properties.is_empty());
}

#[test]
fn adding_checks_everything_before_it_stores() {
    let mut pools = Table::<Pool>::default();
    assert_eq!(add(&mut pools, "name=a ranges=10.0.0.2-10.0.0.9"), Ok(Id(1)));
    assert_eq!(add(&mut pools, "name=b ran=10.1.0.1 next-pool=a"), Ok(Id(2)));
    assert_eq!(show(&pools, 1), "name=b ranges=10.1.0.1 next-pool=a total=0");
    for (line, message) in [
        ("name=c", "missing value(s) of argument(s) ranges"),
        ("next-pool=none", "missing value(s) of argument(s) name ranges"),
        ("name=c ranges=221.167.154.1-221.167.154.300", "value of range must have ip address after '-'"),
        ("name=c ranges=10.0.0.1 next-pool=zz", "input does not match any value of next-pool"),
        ("name=c ranges=10.0.0.1 total=5", "bad parameter total"),
    ] {
        assert_eq!(add(&mut pools, line), Err(message.to_owned()), "{line}");
    }
    assert_eq!(pools.len(), 2);
    assert!(pools.explicit(0, 1) && !pools.explicit(0, 2) && pools.explicit(1, 2));
    assert_eq!((pools.name(0, 0), pools.name(0, 1)), (Some(b"a".as_slice()), None));
    pools.remove(1);
    assert_eq!(add(&mut pools, "name=c ranges=10.2.0.1"), Ok(Id(3)), "ids are never used again");
}

#[test]
fn unset_default_and_explicit_are_three_things() {
    let mut leases = Table::<Lease>::default();
    add(&mut leases, "address=10.0.0.5 lease-time=00:10:00 server=all").unwrap();
    let expected = "address=10.0.0.5 server=all lease-time=10m rate-limit= type= 802.1p=3 status=waiting";
    assert_eq!(show(&leases, 0), expected);
    let lease_time = Lease::DEF.property("lease-time").unwrap();
    assert!(leases.explicit(0, lease_time) && leases.is_default(0, lease_time, &NoNames));
    assert!(!leases.is_default(0, 0, &NoNames) && leases.is_default(0, 1, &NoNames));
    assert_eq!(leases.get(0, 1, &NoNames), None);
    set(&mut leases, 0, "802.1p=7 !address").unwrap();
    assert_eq!(leases.get(0, 6, &NoNames), Some(Value::Num(7)));
    assert_eq!(set(&mut leases, 0, "802.1p=8"), Err("value of 802.1p is out of range (0 .. 7)".into()));
    set(&mut leases, 0, "!802.1p").unwrap();
    assert_eq!(leases.get(0, 6, &NoNames), Some(Value::Num(3)));
    assert!(!leases.explicit(0, 0) && !leases.explicit(0, 6));
}

#[test]
fn flags_come_from_the_row_and_the_struct() {
    let mut leases = Table::<Lease>::default();
    let id = leases.push(Lease { radius: true, ..Lease::default() }, true);
    let flags = |leases: &Table<Lease>| (0..4).map(|f| leases.flag(0, f)).collect::<Vec<_>>();
    assert_eq!(flags(&leases), [false, true, true, false]);
    leases.set_disabled(0, true);
    leases.by_id_mut(id).unwrap().item.blocked = true;
    assert_eq!(flags(&leases), [true, true, true, true]);
    assert_eq!(leases.active().count(), 0);
}

#[test]
fn a_copy_takes_configuration_and_leaves_state() {
    let mut leases = Table::<Lease>::default();
    add(&mut leases, "address=10.0.0.5 rate-limit=1M").unwrap();
    let row = &mut leases.rows_mut()[0];
    (row.item.status, row.item.handle, row.item.blocked) = (Status::Bound, 7, true);
    leases.set_comment(0, "first".into());
    let copy = leases.prepare_add(Some(0), &arguments(&leases, "mac=02:00:00:00:00:01"), &NoNames).unwrap();
    leases.insert(copy, Some(0), None);
    let row = &leases.rows()[0];
    assert_eq!((row.item.status, row.item.handle, row.item.blocked), (Status::Waiting, 0, false));
    assert_eq!((row.item.address, &row.item.rate_limit), (Some(Ipv4Addr::new(10, 0, 0, 5)), &"1M".into()));
    assert_eq!((row.comment.to_string().as_str(), row.id, leases.index_of(Id(1))), ("first", Id(2), Some(1)));
}

#[test]
fn a_settings_menu_is_one_row() {
    let mut identity = Table::<Identity>::default();
    assert_eq!((identity.len(), show(&identity, 0)), (1, "name=MikroTik".into()));
    set(&mut identity, 0, "name=r1").unwrap();
    assert_eq!(identity.settings().name, "r1");
    assert!(!identity.is_default(0, 0, &NoNames));
    set(&mut identity, 0, "!name").unwrap();
    assert!(identity.is_default(0, 0, &NoNames));
}

#[test]
fn references_are_listed() {
    let mut pools = Table::<Pool>::default();
    add(&mut pools, "name=c ranges=10.0.0.1 next-pool=b").unwrap();
    let mut found = Vec::new();
    pools.rows()[0].item.references(&mut |property, space, id| found.push((property, space.0, id)));
    assert_eq!(found, [(2, "pool", Id(2))]);
}

#[test]
fn what_the_struct_lacks_is_kept_and_reported() {
    let mut leases = Table::<Lease>::default();
    add(&mut leases, "address=10.0.0.5 use-src-mac=yes client-id=1:2 rate-limit=1M").unwrap();
    add(&mut leases, "address=10.0.0.6 rate-limit=2M").unwrap();
    let shown = show(&leases, 0);
    assert!(shown.ends_with("status=waiting client-id=1:2 use-src-mac=yes"), "{shown}");
    let use_src_mac = Lease::DEF.match_property("use-src").unwrap();
    assert_eq!(leases.get(0, use_src_mac, &NoNames), Some(Value::Bool(true)));
    assert!(leases.explicit(0, use_src_mac) && !leases.explicit(1, use_src_mac));
    assert_eq!(
        set(&mut leases, 0, "use-src-mac=7"),
        Err("input does not match any value of use-src-mac".into())
    );
    let report = not_simulated(&leases).unwrap();
    assert_eq!(
        report.to_string(),
        "/ip/dhcp-server/lease (speed limits; 2 items): client-id, rate-limit (2), use-src-mac"
    );
    set(&mut leases, 0, "!use-src-mac !client-id").unwrap();
    assert_eq!(leases.extra(0), []);
    assert_eq!(not_simulated(&Table::<Lease>::default()), None);
    assert_eq!(Lease::DEF.match_property("nonsense"), Err(menu::ValueError::NoMatch));
    assert_eq!(Lease::DEF.match_property("addr"), Err(menu::ValueError::Ambiguous), "address, address-lists");
    assert_eq!(Lease::DEF.match_property("lease-t"), Ok(3));
    assert_eq!(Lease::DEF.find_property("lease-t"), None);
    assert_eq!(Lease::DEF.find_property("mac"), Some(1), "an alias");
}

#[test]
fn drift_is_told_by_menu_and_property() {
    let lines = drift(&[Pool::DEF, Lease::DEF, Identity::DEF]);
    assert_eq!(
        lines,
        [
            "/ip/dhcp-server/lease 802.1p: not in the catalogue",
            "/ip/dhcp-server/lease type: not in the catalogue"
        ]
        .iter()
        .rev()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
    );
}

#[test]
fn eighty_thousand_rows_are_found_by_id() {
    let mut pools = Table::<Pool>::default();
    for _ in 0..80_000 {
        pools.push(Pool::default(), true);
    }
    pools.move_row(79_999, Some(5));
    pools.move_row(0, None);
    for (index, id) in [(4, Id(80_000)), (79_999, Id(1)), (5, Id(6)), (40_000, Id(40_001))] {
        assert_eq!((pools.index_of(id), pools.id(index)), (Some(index), id));
    }
}
