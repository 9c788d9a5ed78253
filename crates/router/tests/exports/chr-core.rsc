/interface bridge
add name=br-router vlan-filtering=yes
add name=lo.4
/interface ethernet
set [ find default-name=ether1 ] disable-running-check=no
set [ find default-name=ether2 ] disable-running-check=no mtu=9000
set [ find default-name=ether4 ] disable-running-check=no
set [ find default-name=ether5 ] disable-running-check=no
set [ find default-name=ether3 ] disable-running-check=no name=uplink
/interface gre
add allow-fast-path=no !keepalive local-address=192.0.2.84 mtu=1388 name=\
    gre-cloud remote-address=198.51.100.116
/interface vxlan
add bridge=br-router bridge-pvid=1104 learning=no local-address=100.64.50.101 \
    mac-address=72:F8:A7:93:B5:43 name=vxlan-1104 vni=1104
/interface vlan
add interface=br-router name=v1104 vlan-id=1104
/ip ipsec profile
add dh-group=modp2048 enc-algorithm=aes-256 hash-algorithm=sha256 lifetime=8h \
    name=cloud
/ip ipsec peer
add address=198.51.100.116/32 exchange-mode=ike2 local-address=192.0.2.84 \
    name=cloud profile=cloud
/ip ipsec proposal
add auth-algorithms=sha256 enc-algorithms=aes-256-cbc,aes-256-ctr,aes-256-gcm \
    lifetime=1h name=cloud pfs-group=modp2048
/ip vrf
add interfaces=ether5 name=vrf-mgmt
/port
set 0 name=serial0
/routing bgp instance
add as=4200675309 disabled=no name=bgp-instance-1 router-id=100.64.50.101 \
    routing-table=main vrf=main
/routing bgp template
add afi=ip as=4200675309 hold-time=15s keepalive-time=5s name=tmplt-ipv4
add as=65001 name="UP 1" output.network=bgp-networks \
    .no-client-to-client-reflection=yes .redistribute=static,vpn,dhcp
/routing id
add disabled=no id=100.64.50.101 name=id-main select-dynamic-id=""
/routing isis instance
add afi=ip,ipv6 areas=49.0051 l2.originate-default=never name=isis-1 \
    system-id=1001.2705.0101
/routing ospf instance
add disabled=no name=default-v2 originate-default=never router-id=id-main
/routing ospf area
add disabled=no instance=default-v2 name=backbone
add area-id=0.0.0.1 instance=default-v2 name=edge
/routing table
add disabled=no fib name=to_ISP1
add fib name=vpn
/interface bridge port
add bridge=br-router interface=ether4 pvid=1104
/ip settings
set max-neighbor-entries=8192
/ipv6 settings
set max-neighbor-entries=4096 min-neighbor-entries=1024 \
    soft-max-neighbor-entries=2048
/interface bridge vlan
add bridge=br-router tagged=br-router vlan-ids=1104
/ip address
add address=192.0.2.84/24 interface=uplink network=192.0.2.0
add address=100.64.50.101 interface=lo.4 network=100.64.50.101
add address=198.18.104.101/24 comment="to the towers" interface=v1104 \
    network=198.18.104.0
/ip dns
set servers=192.0.2.1
/ip firewall address-list
add address=100.64.50.0/24 list=bgp-networks
/ip firewall mangle
add action=change-mss chain=forward comment=\
    "clamp tcp mss to measured path mtu 1388" new-mss=1348 out-interface=\
    gre-cloud protocol=tcp tcp-flags=syn
/ip firewall nat
add action=accept chain=srcnat dst-address=192.168.20.0/24 src-address=\
    192.168.88.0/24
add action=masquerade chain=srcnat comment=\
    "NAT private subnet to the internet, never to the peer" dst-address=\
    !10.126.64.0/18 out-interface=uplink src-address=10.151.74.0/24
add action=dst-nat chain=dstnat comment="natfwd: web" dst-address=192.0.2.84 \
    dst-port=20022 protocol=tcp to-addresses=10.151.74.240 to-ports=22
/ip ipsec identity
add my-id=address:192.0.2.84 peer=cloud remote-id=address:198.51.100.116
/ip ipsec policy
add dst-address=198.51.100.116/32 peer=cloud proposal=cloud protocol=gre \
    src-address=192.0.2.84/32 tunnel=yes
/ip route
add dst-address=0.0.0.0/0 gateway=192.0.2.1
add blackhole distance=240 dst-address=203.0.113.0/24
add disabled=no distance=10 dst-address=192.168.20.0/24 gateway=gre-cloud \
    routing-table=main scope=30 target-scope=10
/ipv6 route
add dst-address=::/0 gateway=fd00:b00b:0:1::1
add distance=220 gateway=fd00:dead:beef:10::
/ip service
set telnet disabled=yes
set www disabled=yes
/ip ssh
set strong-crypto=yes
/ipv6 address
add address=fd00:b00b:0:1::d interface=ether1
add address=2001:db8:127:d50::101/128 advertise=no interface=lo.4
/mpls interface
add disabled=no interface=all mpls-mtu=1600
/mpls ldp
add afi=ip disabled=no lsr-id=100.64.50.101 transport-addresses=100.64.50.101 \
    vrf=main
/routing bfd configuration
add disabled=no interfaces=all min-rx=200ms min-tx=200ms multiplier=5
/routing bgp connection
add afi=ip disabled=no instance=bgp-instance-1 local.address=100.64.50.101 \
    .role=ibgp name=peer-core-01 remote.address=100.64.1.1 .as=4200675309 \
    templates=tmplt-ipv4
add as=4200675309 connect=yes disabled=no input.filter=cloud-in instance=\
    bgp-instance-1 listen=yes local.address=192.0.2.84 .role=ebgp name=cloud \
    output.filter-chain=cloud-out .redistribute=connected,static \
    remote.address=198.51.100.116/32 .as=64512 routing-table=main vrf=main
/routing filter rule
add chain=cloud-out rule="if (dst == 10.151.64.0/24 || dst == 10.151.74.0/24 |\
    | dst == 10.151.64.0/18) { accept } reject"
add chain=cloud-in rule=\
    "if (dst == 0.0.0.0/0 || dst in 198.51.100.116/32) { reject } accept"
add chain=std comment="STD IPv4 OUT" disabled=no rule=\
    "if (dst in 192.168.201.0/24) { accept }"
/routing isis interface-template
add instance=isis-1 interfaces=lo.4 levels=l2
/routing ospf interface-template
add area=backbone cost=10 disabled=no interfaces=uplink type=ptp
add area=edge networks=100.64.50.101/32 passive
/system clock
set time-zone-name=Asia/Jakarta
/system identity
set name=twr-01.example.net
/system note
set show-at-login=no
/tool romon
set enabled=yes
