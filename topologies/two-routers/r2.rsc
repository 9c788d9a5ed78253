# r2: r1 on ether1, pc2 on ether2. Guests may not reach pc2's network, and are told so.
/system identity set name=r2
/interface ethernet set ether1 mtu=600
/ip address
add address=10.0.12.2/30 interface=ether1
add address=10.0.2.1/24 interface=ether2
/ip route
add dst-address=10.0.1.0/24 gateway=10.0.12.1
add dst-address=10.0.3.0/24 gateway=10.0.12.1
add dst-address=10.0.77.0/24 gateway=10.0.12.1 comment="sends back what r1 sends here: a routing loop"
/ip firewall filter
add chain=forward src-address=10.0.3.0/24 action=reject reject-with=icmp-admin-prohibited comment="no guests"
