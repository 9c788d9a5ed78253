//! Times what a router does to one packet in transit: validate, decide (source and destination looked up), TTL and MTU,
//! neighbour, MAC addresses, TTL and checksum. `cargo run --release -p wirelab-ip --example hop`.
//!
//! Each line is a table size and a number of flows in turn; the best round and the median of many short ones are shown.

#![allow(clippy::disallowed_methods, clippy::print_stdout, clippy::unwrap_used, missing_docs)]

use clock::Instant;
use core::net::Ipv4Addr;
use ip::v4::address::{Address, Addresses};
use ip::v4::arp::{Config, Link, Mode, Neighbours};
use ip::v4::fib::Fib;
use ip::v4::input::{self, Decision, LinkDestination, Settings};
use ip::v4::rib::{Candidate, Gateway, Rib, RouteId};
use ip::v4::{forward, forward::Outcome};
use ip::{Interface, TableId};
use std::hint::black_box;
use wire::ethernet::{self, EtherType};
use wire::{Frame, Mac, Pool, ipv4, udp};

const IN: Interface = Interface(1);
const OUT: Interface = Interface(2);
const OWN: Mac = Mac([2, 0, 0, 0, 0, 1]);
const NEXT: Mac = Mac([2, 0, 0, 0, 0, 2]);
/// Short rounds, so that on a busy machine some of them are not interrupted.
const ROUNDS: usize = 1000;
const PACKETS: usize = 4_000;

struct Router {
    fib: Fib,
    addresses: Addresses,
    neighbours: Neighbours,
}

fn router(routes: u32) -> Router {
    let (mut fib, mut addresses, mut rib) = (Fib::default(), Addresses::default(), Rib::default());
    let mut neighbours = Neighbours::new(Config::default());
    for (interface, text) in [(IN, "10.0.0.1/24"), (OUT, "10.1.0.1/24")] {
        let address = Address::new(interface, text.parse().unwrap());
        addresses.add(address, &mut fib);
        rib.set_interface(interface, true);
        let connected = Candidate::connected(address.network, interface, address.address);
        rib.insert(RouteId(u64::from(interface.0)), connected);
        neighbours.set_link(interface, Link { mac: OWN, mode: Mode::Enabled, base_reachable: None });
    }
    let gateway = Ipv4Addr::new(10, 1, 0, 254);
    let via = Gateway::Address(gateway, TableId::MAIN);
    rib.insert(RouteId(3), Candidate::fixed("0.0.0.0/0".parse().unwrap(), via));
    for n in 0..routes {
        let prefix = ipnet::Ipv4Net::new(Ipv4Addr::from(0x6400_0000 + (n << 8)), 24).unwrap();
        rib.insert(RouteId(u64::from(n) + 10), Candidate::fixed(prefix, via));
    }
    rib.commit(&mut fib);
    neighbours.set_static(Instant::START, OUT, gateway, NEXT, false, &mut Vec::new());
    Router { fib, addresses, neighbours }
}

fn packet(pool: &mut Pool, flow: u32) -> Frame {
    let (source, destination) = (Ipv4Addr::new(10, 0, 0, 2), Ipv4Addr::from(0x6400_0001 + (flow << 8)));
    let mut frame = pool.frame(&[0; 64]);
    udp::Repr { source_port: 1, destination_port: 2 }.push(source, destination, &mut frame);
    let protocol = ipv4::Protocol::UDP;
    ipv4::Repr { protocol, source, destination, ttl: 255, ..Default::default() }.push(&mut frame);
    ethernet::Repr { destination: OWN, source: Mac([9; 6]), ethertype: EtherType::IPV4 }.push(&mut frame);
    frame
}

/// One hop; true when the packet may go.
#[inline(never)]
fn forward(router: &mut Router, now: Instant, frame: &mut Frame) -> bool {
    let Ok(header) = ethernet::View::new(frame.bytes()) else { return false };
    let link = LinkDestination::of(header.destination(), OWN);
    let Ok(view) = input::validate(header.payload(), link) else { return false };
    let decision = input::decide(&view, link, IN, TableId::MAIN, &Settings::ROUTER, &mut router.fib);
    let Decision::Forward(hop) = decision else { return false };
    let outcome = forward::decide(&view, IN, &hop, 1500, true, &router.addresses);
    let Outcome::Send { fragment: false, redirect: None } = outcome else { return false };
    let neighbour = hop.neighbour(view.destination());
    let Some(mac) = router.neighbours.mac(now, hop.interface, neighbour) else { return false };
    let bytes = frame.bytes_mut();
    let ttl = ipv4::decrement_ttl(&mut bytes[ethernet::HEADER_LEN..]);
    ethernet::set_addresses(bytes, mac, OWN) && ttl.is_ok()
}

/// Static routes entered one by one, each taking effect at once, as a console does it.
fn time_commits() {
    let mut router = router(0);
    let mut rib = Rib::default();
    rib.set_interface(OUT, true);
    let connected = Candidate::connected("10.1.0.0/24".parse().unwrap(), OUT, Ipv4Addr::new(10, 1, 0, 1));
    rib.insert(RouteId(2), connected);
    let via = Gateway::Address(Ipv4Addr::new(10, 1, 0, 254), TableId::MAIN);
    let start = std::time::Instant::now();
    for n in 0..1000 {
        let prefix = ipnet::Ipv4Net::new(Ipv4Addr::from(0x6400_0000 + (n << 8)), 24).unwrap();
        rib.insert(RouteId(u64::from(n) + 10), Candidate::fixed(prefix, via));
        assert_eq!(rib.commit(&mut router.fib).len(), 1 + usize::from(n == 0));
    }
    println!("1000 commits of one route: {} us", start.elapsed().as_micros());
    println!("heap of a table with 1000 routes: {} bytes", router.fib.heap_bytes());
}

fn main() {
    time_commits();
    let sizes = [size_of::<Fib>(), size_of::<Rib>(), size_of::<Neighbours>(), size_of::<Addresses>()];
    println!("bytes of an empty Fib, Rib, Neighbours, Addresses: {sizes:?}");
    let mut pool = Pool::default();
    for (routes, flows) in [(0, 1), (0, 16), (1000, 1), (1000, 16), (1000, 1000)] {
        let mut router = router(routes);
        let mut frames: Vec<Frame> = (0..flows).map(|flow| packet(&mut pool, flow)).collect();
        let images: Vec<Vec<u8>> = frames.iter().map(|f| f.bytes()[..34].to_vec()).collect();
        let mut figures: Vec<u128> = Vec::new();
        let passes = PACKETS / flows as usize;
        for _ in 0..ROUNDS {
            let start = std::time::Instant::now();
            for _ in 0..passes {
                for (frame, image) in frames.iter_mut().zip(&images) {
                    // The header as it came, which costs a copy of 34 bytes.
                    frame.bytes_mut()[..34].copy_from_slice(image);
                    assert!(forward(&mut router, black_box(Instant::START), black_box(frame)));
                }
            }
            figures.push(start.elapsed().as_nanos() * 10 / (passes * flows as usize) as u128);
        }
        figures.sort_unstable();
        let (best, median) = (figures[0], figures[ROUNDS / 2]);
        println!(
            "routes={routes} flows={flows} best_ns={}.{} median_ns={}.{}",
            best / 10,
            best % 10,
            median / 10,
            median % 10
        );
    }
}
