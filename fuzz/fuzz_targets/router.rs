#![no_main]
//! A running router hears any frames: nothing panics and every frame has one fate.

use clock::{Duration, Instant};
use libfuzzer_sys::fuzz_target;
use router::{LoadMode, PortSpec, Router, RouterSpec};
use sim::{LinkParams, NodeId, Port, WorldBuilder};
use wire::Mac;

const CONFIG: &str = "
/interface bridge add name=b
/interface bridge port add bridge=b interface=ether2
/interface bridge port add bridge=b interface=ether3
/ip address add address=10.0.0.1/24 interface=ether1
/ip address add address=10.0.1.1/24 interface=b
/ip pool add name=p ranges=10.0.1.100-10.0.1.200
/ip dhcp-server add interface=b address-pool=p name=d
/ip dhcp-server network add address=10.0.1.0/24 gateway=10.0.1.1
/ip route add gateway=10.0.0.2
/ip firewall filter add chain=forward connection-state=invalid action=drop
/ip firewall filter add chain=input protocol=tcp dst-port=22 action=reject reject-with=tcp-reset
";

fn device(name: &str, n: u8) -> Router {
    let ports =
        (1..=3).map(|p| PortSpec { name: format!("ether{p}"), mac: Mac([2, 0, 0, 0, n, p]) }).collect();
    let spec = RouterSpec { name: name.into(), ports, version: router::VERSION.into(), seed: 1 };
    Router::new(&spec)
}

fuzz_target!(|bytes: &[u8]| {
    let mut target = device("r", 1);
    target.load(CONFIG, LoadMode::Import).expect("the configuration is sound");
    let mut builder = WorldBuilder::new();
    let target = builder.add_node("r", target).expect("a free name");
    let feeder = builder.add_node("f", device("f", 2)).expect("a free name");
    for port in 0..3 {
        let name = format!("ether{}", port + 1);
        let link = LinkParams::default();
        builder
            .connect((feeder, Port(port), &name), (target, Port(port), &name), link, link)
            .expect("free ports");
    }
    let mut world = builder.build(7);
    world.run_until(Instant::START + Duration::from_millis(1)).expect("no storm");
    // The input is a row of frames: port, pause, length, bytes. Half of them are addressed to the router.
    let mut rest = bytes;
    let mut now = Instant::START + Duration::from_millis(1);
    for _ in 0..64 {
        let [port, pause, length, tail @ ..] = rest else { break };
        let length = usize::from(*length).min(tail.len());
        let (body, tail) = tail.split_at(length);
        rest = tail;
        let port = Port(u16::from(*port % 3));
        world.with_node(NodeId(feeder.0), |_, cx| {
            let mut frame = cx.frame(body);
            if pause & 1 == 1 {
                frame.pad_to(14);
                let own = [2, 0, 0, 0, 1, port.0 as u8 + 1];
                frame.bytes_mut()[..6].copy_from_slice(&own);
            }
            cx.send(port, frame);
        });
        now += Duration::from_micros(u64::from(*pause) * u64::from(*pause));
        world.run_until(now).expect("no storm");
    }
    world.run_until(now + Duration::from_secs(40)).expect("no storm");
    world.check_conservation().expect("every frame has one fate");
});
