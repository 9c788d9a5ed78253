# r2: the way to 10.0.2.0/24. It answers ARP for whatever it has a route to.
/system identity set name=r2
/interface ethernet set ether1 arp=proxy-arp
/ip address
add address=10.0.1.2/24 interface=ether1
add address=10.0.2.1/24 interface=ether2
