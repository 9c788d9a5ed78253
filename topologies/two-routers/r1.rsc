# r1: pc1 on ether1, r2 on ether2, a guest on ether3. The line to r2 takes 600 bytes.
/system identity set name=r1
/interface ethernet set ether2 mtu=600
/ip address
add address=10.0.1.1/24 interface=ether1
add address=10.0.12.1/30 interface=ether2
add address=10.0.3.1/24 interface=ether3
/ip route
add dst-address=10.0.2.0/24 gateway=10.0.12.2
add dst-address=10.0.66.0/24 blackhole
add dst-address=10.0.77.0/24 gateway=10.0.12.2
