//! A host, a chain of routers, a host: datagrams go through all of them and come back. A frame-hop is one frame that
//! crosses one cable, so a datagram through 16 routers makes 17.

use crate::device::{Device, DeviceDrop, SEED, router_spec};
use crate::report::{Report, Stopwatch};
use clap::Args;
use clock::{Duration, Instant};
use host::{Host, HostSpec, Pace, UdpFlow};
use router::{LoadMode, Router};
use sim::{
    CaptureFile, CaptureFiles, CaptureKinds, Context, LinkParams, NodeId, Port, World, WorldBuilder, mac,
};
use std::fmt::Write;
use std::fs::File;
use std::net::Ipv4Addr;
use wire::Mac;

/// Options of the workload.
#[derive(Args)]
pub(crate) struct Chain {
    /// Routers between the two hosts.
    #[arg(long, default_value_t = 16)]
    routers: u8,
    /// Chains beside each other, all busy.
    #[arg(long, default_value_t = 1)]
    parallel: u32,
    /// More static routes in each router's table.
    #[arg(long, default_value_t = 0)]
    routes: u32,
    /// Datagrams on the way in each chain.
    #[arg(long, default_value_t = 64)]
    window: u32,
    /// Lines of RouterOS configuration for every router, from a file.
    #[arg(long)]
    config: Option<String>,
    /// Capture every cable, to the null device.
    #[arg(long)]
    capture: bool,
    /// Regions that the world is cut into, all run on one thread.
    #[arg(long, default_value_t = 1)]
    regions: usize,
}

/// UDP port of the echo at the far end.
const ECHO: u16 = 7;

impl Chain {
    /// The address at the left (1) or right (2) end of cable `cable`.
    fn address(cable: u8, end: u8) -> Ipv4Addr {
        Ipv4Addr::new(10, cable, 0, end)
    }

    /// Configuration of router `n`, from 1.
    fn config(&self, n: u8) -> Result<String, String> {
        let (left, right) = (n - 1, n);
        let mut text = String::new();
        let mut line =
            |arguments: std::fmt::Arguments<'_>| writeln!(text, "{arguments}").map_err(|e| e.to_string());
        line(format_args!("/ip address add address={}/24 interface=ether1", Self::address(left, 2)))?;
        line(format_args!("/ip address add address={}/24 interface=ether2", Self::address(right, 1)))?;
        if n > 1 {
            line(format_args!("/ip route add dst-address=10.0.0.0/24 gateway={}", Self::address(left, 1)))?;
        }
        if n < self.routers {
            let (last, next) = (self.routers, Self::address(right, 2));
            line(format_args!("/ip route add dst-address=10.{last}.0.0/24 gateway={next}"))?;
        }
        for i in 0..self.routes {
            let (prefix, gateway) = (Ipv4Addr::from_bits(0x6400_0000 + (i << 8)), Self::address(right, 2));
            line(format_args!("/ip route add dst-address={prefix}/24 gateway={gateway}"))?;
        }
        if let Some(path) = &self.config {
            text += &std::fs::read_to_string(path).map_err(|e| format!("{path}: {e}"))?;
        }
        Ok(text)
    }

    fn router(&self, name: &str, n: u8) -> Result<Device, String> {
        let mut router = Router::new(&router_spec(name, 5));
        router.load(&self.config(n)?, LoadMode::Import).map_err(|e| format!("{name}: {e:?}"))?;
        Ok(Device::Router(Box::new(router)))
    }

    fn world(&self) -> Result<World<Device>, String> {
        let mut builder = WorldBuilder::new();
        let link = LinkParams::default();
        for chain in 0..self.parallel {
            for n in 0..=self.routers + 1 {
                let is_host = n == 0 || n == self.routers + 1;
                let name = if is_host { format!("h{chain}-{n}") } else { format!("r{chain}-{n}") };
                let device = if is_host {
                    let ports = vec![("eth1".to_owned(), Mac(mac(SEED, &name, "eth1")))];
                    Device::Host(Box::new(Host::new(HostSpec {
                        name: name.clone(),
                        ports,
                        ..HostSpec::default()
                    })))
                } else {
                    self.router(&name, n)?
                };
                let id = builder.add_node(&name, device).map_err(|e| e.to_string())?;
                if n > 0 {
                    let left =
                        (NodeId(id.0 - 1), Port(u16::from(n > 1)), if n > 1 { "ether2" } else { "eth1" });
                    let right = (id, Port(0), if is_host { "eth1" } else { "ether1" });
                    builder.connect(left, right, link, link).map_err(|e| e.to_string())?;
                }
            }
        }
        if self.regions > 1 {
            builder.cut(sim::Cut::Regions(self.regions));
        }
        Ok(builder.build(SEED))
    }

    /// Runs `code` on the host at the left (0) or right (1) end of a chain.
    fn on_host(
        &self,
        world: &mut World<Device>,
        chain: u32,
        end: u32,
        code: impl FnOnce(&mut Host, &mut Context<'_, host::Drop>),
    ) {
        let length = u32::from(self.routers) + 2;
        let node = NodeId(chain * length + end * (length - 1));
        world.with_node(node, |device, cx| {
            if let Device::Host(host) = device {
                cx.map(DeviceDrop::Host, |cx| code(host, cx));
            }
        });
    }

    /// Addresses for the hosts, and a ping so that every router knows its neighbours.
    fn prepare(&self, world: &mut World<Device>) -> Result<(), String> {
        let far = Self::address(self.routers, 2);
        for chain in 0..self.parallel {
            let setups = [(Self::address(0, 1), Self::address(0, 2)), (far, Self::address(self.routers, 1))];
            for (end, (own, gateway)) in setups.into_iter().enumerate() {
                let setup = format!("ip addr add {own}/24 dev eth1 && ip route add default via {gateway}");
                self.on_host(world, chain, end as u32, |host, cx| {
                    host.spawn(cx, &setup);
                    host.open_udp_sink(ECHO, true);
                });
            }
        }
        world.run_until(Instant::START + Duration::from_secs(1)).map_err(|e| e.to_string())?;
        for chain in 0..self.parallel {
            self.on_host(world, chain, 0, |host, cx| {
                host.spawn(cx, &format!("ping -c 3 {far}"));
            });
        }
        world.run_until(Instant::START + Duration::from_secs(5)).map_err(|e| e.to_string())?;
        for chain in 0..self.parallel {
            self.on_host(world, chain, 0, |host, cx| {
                let flow = UdpFlow {
                    destination: far,
                    destination_port: ECHO,
                    source_port: 40_000,
                    payload_len: 64,
                    count: None,
                    pace: Pace::Window(self.window),
                };
                host.start_udp_flow(cx, flow);
            });
        }
        Ok(())
    }

    fn captures(world: &mut World<Device>) -> std::io::Result<CaptureFiles<File>> {
        world.record(CaptureKinds { cables: true, drops: true });
        let null = || std::fs::OpenOptions::new().write(true).open("/dev/null").map(Some);
        world.capture_files(|file| if file == CaptureFile::All { Ok(None) } else { null() })
    }

    /// Measures for about `time`.
    pub(crate) fn run(&self, time: std::time::Duration) -> Result<Report, String> {
        if self.routers == 0 || self.routers > 250 {
            return Err("a chain has 1 to 250 routers".into());
        }
        let mut world = self.world()?;
        self.prepare(&mut world)?;
        let mut files =
            if self.capture { Some(Self::captures(&mut world).map_err(|e| e.to_string())?) } else { None };
        let mut until = world.now() + Duration::from_millis(1);
        world.run_until(until).map_err(|e| e.to_string())?;
        let (before, dropped, watch) = (world.hops(), world.ledger().dropped(), Stopwatch::start());
        while watch.seconds() < time.as_secs_f64() {
            until += Duration::from_micros(200);
            match &mut files {
                Some(files) => world.run_until_into(until, files).map_err(|e| e.to_string())?,
                None => world.run_until(until).map_err(|e| e.to_string())?,
            }
        }
        let hops = world.hops() - before;
        let report = Report::of_hops(String::new(), hops, &watch);
        world.check_conservation().map_err(|e| e.to_string())?;
        let ledger = world.ledger();
        if hops == 0 || ledger.dropped() > dropped {
            return Err(format!(
                "{hops} hops, {} frames dropped: {:?} {:?}",
                ledger.dropped(),
                ledger.node_drops,
                ledger.wire_drops
            ));
        }
        let mut name =
            format!("chain routers={} parallel={} routes={}", self.routers, self.parallel, self.routes);
        if self.capture {
            name += " capture";
        }
        Ok(Report { workload: name, ..report })
    }
}
