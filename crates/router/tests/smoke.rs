//! scratch
use router::*;
use wire::Mac;
fn router() -> Router {
    let ports =
        (1..=5).map(|n| PortSpec { name: format!("ether{n}"), mac: Mac([2, 0, 0, 0, 1, n]) }).collect();
    Router::new(&RouterSpec { name: "r1".into(), ports, version: "7.24".into(), seed: 1 })
}
#[test]
fn smoke() {
    let mut r = router();
    let src = r#"
/interface bridge
add name=bridge-44
/interface bridge port
add bridge=bridge-44 interface=ether2
add bridge=bridge-44 interface=ether3
add bridge=bridge-44 interface=ether4
/ip address add address=198.51.100.2/30 interface=ether1
/ip route add gateway=198.51.100.1
/ip pool
add name=pool-221.167.154.0 ranges=221.167.154.2-221.167.154.254

/ip address
add address=221.167.154.1/24 interface=bridge-44 network=221.167.154.0

/ip dhcp-server
add address-pool=pool-221.167.154.0 interface=bridge-44 lease-time=10m name=dhcp-server-221.167.154.0

/ip dhcp-server network
add address=221.167.154.0/24 dns-server=8.8.8.8,8.8.4.4 gateway=221.167.154.1

/system logging add topics=dhcp,critical action=memory

/ip firewall filter
add chain=forward src-address=221.167.154.0/24 action=accept
add chain=forward dst-address=221.167.154.0/24 action=accept
add chain=input dst-address=221.167.154.1 action=accept
add chain=forward action=drop
"#;
    match r.load(src, LoadMode::Import) {
        Ok(x) => println!("{:?}", x.errors),
        Err(e) => panic!("{e} {:?}", e.position),
    }
    for c in [
        "/interface print",
        "/interface/ethernet print",
        "/interface bridge print",
        "/interface bridge port print",
        "/interface bridge host print",
        "/ip address print",
        "/ip address print detail",
        "/ip route print",
        "/ip route print detail",
        "/ip pool print",
        "/ip dhcp-server print",
        "/ip dhcp-server print detail",
        "/ip dhcp-server network print",
        "/ip dhcp-server lease print",
        "/ip firewall filter print",
        "/ip firewall filter print stats",
        "/system logging print",
        "/system logging action print",
        "/system identity print",
        "/ip arp print",
        "/log print",
        "/ip settings print",
        "/ip pool add name=x ranges=221.167.154.1-221.167.154.300",
        "/ip pool print",
        "/ip dns set servers=1.1.1.1",
        "/ip dns print",
        "/ip service print",
        "/export",
        ":put [:len [/ip dhcp-server lease find where status=bound]]",
    ] {
        println!("> {c}");
        match r.load(c, LoadMode::Paste) {
            Ok(x) => {
                println!("{}{}", x.output, x.errors.iter().map(|e| format!("ERR {e}\n")).collect::<String>())
            }
            Err(e) => println!("ERROR {e}"),
        }
    }
}
