//! A device for tests: some menus with structs, the catalogue for the rest, a ping that takes two seconds.
#![allow(dead_code, reason = "each test file uses a part")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "test code")]
#![allow(unreachable_pub, reason = "shared by the test files")]

use bstr::BString;
use clock::{Duration, Instant};
use console::{
    CommandCall, Globals, Job, Mode, Outcome, Poll, Progress, ResolveCall, ScriptError, Session, Target,
    Token, View,
};
use menu::{
    AnyTable, CatalogTable, Id, Lookup, Menu, MenuDef, Name, Names, Namespace, Num, Prepared, Rejected,
    Table, Text, Tree, Value,
};
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::OnceLock;

/// The root's own commands.
#[derive(Clone, Debug, Menu)]
#[menu("/", commands, command("ping", args("address", "count", "interval"), positional = 1))]
pub struct Root;

/// All interfaces.
#[derive(Clone, Debug, Menu)]
#[menu("/interface", fixed_list, namespace = "interface",
    flags(dynamic = 'D'; disabled = 'X', running = 'R'; slave = 'S'),
    columns(name, r#type, actual_mtu, l2mtu, mac_address), comment, can_disable)]
pub struct Interface {
    /// Name.
    pub name: Name,
    /// Name by itself.
    #[prop(read_only)]
    pub default_name: Name,
    /// Kind.
    #[prop(read_only)]
    pub r#type: Text,
    /// MTU.
    #[prop(read_only)]
    pub actual_mtu: Num<0, 65536>,
    /// Layer 2 MTU.
    #[prop(read_only)]
    pub l2mtu: Option<u32>,
    /// MAC address.
    #[prop(read_only)]
    pub mac_address: Text,
    /// State.
    pub running: bool,
    /// State.
    pub slave: bool,
}

/// Addresses.
#[derive(Clone, Debug, Menu)]
#[menu("/ip/address", list, flags(disabled = 'X', invalid = 'I'; dynamic = 'D'; slave = 'S'),
    columns(address, network, interface, vrf), comment, can_disable)]
pub struct Address {
    /// Address.
    #[prop(required)]
    pub address: Text,
    /// Network.
    #[prop(always_export)]
    pub network: Option<Ipv4Addr>,
    /// Interface.
    #[prop(required)]
    pub interface: menu::Ref<menu::spaces::Interface>,
    /// VRF.
    #[prop(read_only, default = "main".into())]
    pub vrf: Text,
    /// State.
    pub slave: bool,
}

/// Pools.
#[derive(Clone, Debug, Menu)]
#[menu(
    "/ip/pool",
    list,
    namespace = "pool",
    columns(name, ranges, total, used, available),
    wide_number,
    comment
)]
pub struct Pool {
    /// Name.
    #[prop(required)]
    pub name: Name,
    /// Addresses.
    #[prop(required, always_export, alias = "addresses")]
    pub ranges: menu::Ipv4Ranges,
    /// Number of addresses.
    #[prop(read_only)]
    pub total: u64,
    /// In use.
    #[prop(read_only)]
    pub used: u64,
    /// Free.
    #[prop(read_only)]
    pub available: u64,
}

/// Networks.
#[derive(Clone, Debug, Menu)]
#[menu("/ip/dhcp-server/network", list, columns(address, gateway, dns_server), flags(dynamic = 'D'), comment)]
pub struct Network {
    /// Network.
    pub address: Text,
    /// Gateway.
    pub gateway: Option<Ipv4Addr>,
    /// Name servers.
    pub dns_server: menu::List<Ipv4Addr>,
    /// Domain.
    pub domain: Text,
}

/// Routes.
#[derive(Clone, Debug, Menu)]
#[menu("/ip/route", list,
    flags(dynamic = 'D'; disabled = 'X', inactive = 'I', active = 'A'; connect = 'c', static_ = 's'),
    columns(dst_address, gateway, routing_table, distance), dynamic_unnumbered, comment, can_disable)]
pub struct Route {
    /// Destination.
    pub dst_address: Text,
    /// Gateway.
    pub gateway: Text,
    /// Table.
    #[prop(default = "main".into())]
    pub routing_table: Text,
    /// Distance.
    #[prop(default = Num::new(1))]
    pub distance: Num<0, 255>,
    /// State.
    pub inactive: bool,
    /// State.
    pub active: bool,
    /// State.
    pub connect: bool,
    /// State.
    pub static_: bool,
}

/// Filter rules.
#[derive(Clone, Debug, Menu)]
#[menu("/ip/firewall/filter", list, detail, ordered, flags(disabled = 'X', invalid = 'I'; dynamic = 'D'),
    comment, can_disable, command("reset-counters", args("numbers"), positional = 1))]
pub struct Filter {
    /// Chain.
    #[prop(required, always_export, quoted = false)]
    pub chain: Text,
    /// Action.
    #[prop(always_export, default = "accept".into(), quoted = false)]
    pub action: Text,
    /// States.
    pub connection_state: menu::List<Text>,
    /// Protocol.
    #[prop(unset, quoted = false)]
    pub protocol: Option<Text>,
    /// Source.
    #[prop(unset, quoted = false)]
    pub src_address: Option<Text>,
    /// Interface.
    #[prop(unset, quoted = false)]
    pub out_interface: Option<Text>,
    /// Log.
    pub log: bool,
    /// Prefix.
    pub log_prefix: Text,
}

/// Name of the router.
#[derive(Clone, Debug, Menu)]
#[menu("/system/identity", settings)]
pub struct Identity {
    /// Name.
    #[prop(default = "MikroTik".into())]
    pub name: Text,
}

/// State of the router.
#[derive(Clone, Debug, Menu)]
#[menu("/system/resource", settings)]
pub struct Resource {
    /// Time since start.
    #[prop(read_only)]
    pub uptime: Duration,
    /// Version.
    #[prop(read_only, default = "7.20.2 (stable)".into())]
    pub version: Text,
    /// Sectors.
    #[prop(read_only)]
    pub write_sect_since_reboot: u64,
}

static MENUS: &[&MenuDef] = &[
    Root::DEF,
    Interface::DEF,
    Address::DEF,
    Pool::DEF,
    Network::DEF,
    Route::DEF,
    Filter::DEF,
    Identity::DEF,
    Resource::DEF,
];

pub fn tree() -> &'static Tree {
    static TREE: OnceLock<Tree> = OnceLock::new();
    TREE.get_or_init(|| Tree::new(MENUS))
}

/// Names of interfaces: `ether1` to `ether5`, `bridge`, `bridge-44`.
#[derive(Clone, Debug)]
pub struct TestNames;

const INTERFACES: [&str; 7] = ["ether1", "ether2", "ether3", "ether4", "ether5", "bridge", "bridge-44"];

impl Names for TestNames {
    fn lookup(&self, space: Namespace, name: &Text) -> Lookup {
        if space.0 != "interface" {
            return Lookup::None;
        }
        let id = |at: usize| Lookup::One(Id(u32::try_from(at + 1).unwrap()));
        if let Some(at) = INTERFACES.iter().position(|n| n.as_bytes() == name.as_slice()) {
            return id(at);
        }
        let mut starting = INTERFACES.iter().enumerate().filter(|(_, n)| n.as_bytes().starts_with(name));
        match (starting.next(), starting.next()) {
            (Some((at, _)), None) => id(at),
            (Some(_), Some(_)) => Lookup::Ambiguous,
            (None, _) => Lookup::None,
        }
    }
    fn name(&self, space: Namespace, id: Id) -> Option<Text> {
        let at = usize::try_from(id.0).ok()?.checked_sub(1)?;
        (space.0 == "interface").then(|| INTERFACES.get(at).map(|name| Text::from(*name))).flatten()
    }
    fn all(&self, _: Namespace) -> Vec<Text> {
        INTERFACES.iter().map(|name| Text::from(*name)).collect()
    }
}

pub struct Device {
    pub tables: BTreeMap<&'static str, Box<dyn AnyTable>>,
    pub globals: Globals,
    pub now: Instant,
    pub log: Vec<String>,
    pub calls: Vec<String>,
    pub files: BTreeMap<Text, Vec<u8>>,
    /// Started by `:execute`.
    pub jobs: Vec<Job>,
    pings: BTreeMap<Token, (Instant, bool)>,
    drawn: u64,
}

impl Default for Device {
    fn default() -> Self {
        let mut tables: BTreeMap<&'static str, Box<dyn AnyTable>> = BTreeMap::new();
        let mut interfaces = Table::<Interface>::default();
        for (at, name) in INTERFACES.iter().enumerate() {
            let ether = name.starts_with("ether");
            interfaces.push(
                Interface {
                    name: (*name).into(),
                    default_name: if ether { (*name).into() } else { Name::default() },
                    r#type: if ether { "ether".into() } else { "bridge".into() },
                    actual_mtu: Num::new(1500),
                    l2mtu: (!ether).then_some(65535),
                    mac_address: format!("02:00:00:00:00:{at:02X}").into(),
                    running: at < 2,
                    slave: at == 1,
                },
                false,
            );
        }
        tables.insert("/interface", Box::new(interfaces));
        tables.insert("/ip/address", Box::new(Table::<Address>::default()));
        tables.insert("/ip/pool", Box::new(Table::<Pool>::default()));
        tables.insert("/ip/dhcp-server/network", Box::new(Table::<Network>::default()));
        tables.insert("/ip/route", Box::new(Table::<Route>::default()));
        tables.insert("/ip/firewall/filter", Box::new(Table::<Filter>::default()));
        let mut identity = Table::<Identity>::default();
        identity.push(Identity::default(), false);
        tables.insert("/system/identity", Box::new(identity));
        let mut resource = Table::<Resource>::default();
        resource.push(Resource::default(), false);
        tables.insert("/system/resource", Box::new(resource));
        Self {
            tables,
            globals: Globals::new(),
            now: Instant::START,
            log: Vec::new(),
            calls: Vec::new(),
            files: BTreeMap::new(),
            jobs: Vec::new(),
            pings: BTreeMap::new(),
            drawn: 0,
        }
    }
}

impl Device {
    pub fn table_mut<T: Menu>(&mut self) -> &mut Table<T> {
        self.tables.get_mut(T::DEF.path).unwrap().as_any_mut().downcast_mut().unwrap()
    }

    fn any(&mut self, def: &'static MenuDef) -> &mut dyn AnyTable {
        self.tables.entry(def.path).or_insert_with(|| Box::new(CatalogTable::new(def))).as_mut()
    }

    /// Runs a script to its end, letting time pass; the output and the result.
    pub fn finish(&mut self, job: &mut Job) -> (String, Result<Value, ScriptError>) {
        for _ in 0..10_000 {
            match job.run(self) {
                Progress::Done(result) => return (job.take_output().to_string(), result),
                Progress::Blocked(Some(at)) => self.now = at,
                Progress::Blocked(None) => panic!("nothing wakes the job"),
            }
        }
        panic!("the job does not end");
    }

    /// Runs a script in import mode; panics on a fault.
    pub fn run(&mut self, source: &str) -> String {
        let (output, result) = self.finish(&mut Job::new(source, Mode::Import, Session::script()));
        match result {
            Ok(_) => output,
            Err(error) => panic!("{source}\n{error} at {:?}", error.position),
        }
    }

    /// Runs a script that must fail; what it printed, and the fault.
    pub fn fails(&mut self, source: &str) -> ScriptError {
        let (_, result) = self.finish(&mut Job::new(source, Mode::Import, Session::script()));
        result.expect_err(source)
    }

    /// Evaluates an expression.
    pub fn value(&mut self, source: &str) -> Value {
        let (_, result) = self.finish(&mut Job::expression(source, Session::script()));
        result.unwrap_or_else(|error| panic!("{source}\n{error}"))
    }

    /// What `:put` prints of an expression.
    pub fn put(&mut self, expression: &str) -> String {
        let output = self.run(&format!(":put {expression}"));
        output.strip_suffix('\n').unwrap().to_owned()
    }
}

impl Target for Device {
    fn tree(&self) -> &'static Tree {
        tree()
    }
    fn refresh(&mut self, menu: &'static MenuDef) {
        self.any(menu);
    }
    fn view(&self, menu: &'static MenuDef) -> Option<View<'_>> {
        Some(View { table: self.tables.get(menu.path)?.as_ref(), names: &TestNames })
    }
    fn add(&mut self, menu: &'static MenuDef, item: Prepared, before: Option<Id>) -> Result<Id, Rejected> {
        if item.item::<Address>().is_some_and(|a| a.address == "6.6.6.6/24") {
            return Err(Rejected::failure("already have such address").at("address"));
        }
        let table = self.any(menu);
        let at = before.and_then(|id| table.index_of(id));
        Ok(table.insert(item, at, None))
    }
    fn set(&mut self, menu: &'static MenuDef, items: Vec<(Id, Prepared)>) -> Result<(), Rejected> {
        let table = self.any(menu);
        for (id, item) in items {
            let index = table.index_of(id).unwrap();
            table.replace(index, item);
        }
        Ok(())
    }
    fn remove(&mut self, menu: &'static MenuDef, items: &[Id]) -> Result<(), Rejected> {
        let table = self.any(menu);
        for id in items {
            let index = table.index_of(*id).unwrap();
            table.remove(index);
        }
        Ok(())
    }
    fn set_disabled(&mut self, menu: &'static MenuDef, items: &[Id], disabled: bool) -> Result<(), Rejected> {
        let table = self.any(menu);
        for id in items {
            let index = table.index_of(*id).unwrap();
            table.set_disabled(index, disabled);
        }
        Ok(())
    }
    fn set_comment(&mut self, menu: &'static MenuDef, items: &[Id], comment: Text) -> Result<(), Rejected> {
        let table = self.any(menu);
        for id in items {
            let index = table.index_of(*id).unwrap();
            table.set_comment(index, comment.clone());
        }
        Ok(())
    }
    fn move_items(
        &mut self,
        menu: &'static MenuDef,
        items: &[Id],
        before: Option<Id>,
    ) -> Result<(), Rejected> {
        let table = self.any(menu);
        for id in items {
            let index = table.index_of(*id).unwrap();
            let to = before.and_then(|id| table.index_of(id));
            table.move_row(index, to);
        }
        Ok(())
    }
    fn command(&mut self, call: &CommandCall) -> Outcome {
        self.calls.push(format!("{} {} {:?} {:?}", call.menu.path, call.command, call.items, call.arguments));
        match call.command {
            "ping" => {
                let token = Token(self.pings.len() as u64);
                self.pings.insert(token, (self.now + Duration::from_secs(2), false));
                Outcome::Pending(token)
            }
            _ => Outcome::Done(Value::Nil),
        }
    }
    fn poll(&mut self, token: Token) -> Poll {
        let now = self.now;
        let (end, printed) = self.pings.get_mut(&token).unwrap();
        if now < *end {
            return Poll::Pending(Some(*end));
        }
        if !std::mem::replace(printed, true) {
            return Poll::Output(BString::from("pong\n"));
        }
        Poll::Done(Value::Num(2))
    }
    fn cancel(&mut self, token: Token) {
        self.pings.remove(&token);
    }
    fn resolve(&mut self, call: &ResolveCall) -> Outcome {
        match call.domain_name.as_slice() {
            b"one" => Outcome::Done(Value::Ip(Ipv4Addr::new(1, 1, 1, 1))),
            _ => Outcome::Failed("failure: dns name does not exist".into()),
        }
    }
    fn now(&self) -> Instant {
        self.now
    }
    fn log(&mut self, topics: &str, message: &str) {
        self.log.push(format!("{topics} {message}"));
    }
    fn globals(&mut self) -> &mut Globals {
        &mut self.globals
    }
    fn random(&mut self) -> u64 {
        self.drawn += 1;
        self.drawn * 7
    }
    fn start_job(&mut self, job: Job) -> Result<Id, String> {
        self.jobs.push(job);
        Ok(Id(u32::try_from(self.jobs.len()).unwrap()))
    }
    fn read_file(&mut self, name: &Text) -> Option<Vec<u8>> {
        self.files.get(name).cloned()
    }
    fn write_file(&mut self, name: &Text, contents: &[u8]) -> Result<(), String> {
        self.files.insert(name.clone(), contents.to_vec());
        Ok(())
    }
}
