# r1: the default router of the LAN; what is behind r2 it knows by a route.
/system identity set name=r1
/ip address add address=10.0.1.1/24 interface=ether1
/ip route add dst-address=10.0.2.0/24 gateway=10.0.1.2
