# r1: the router of the house. ether1 goes to the provider, ether2 to ether4 are one network, bridge-44.
/system identity set name=r1
/interface bridge add name=bridge-44
/interface bridge port
add bridge=bridge-44 interface=ether2
add bridge=bridge-44 interface=ether3
add bridge=bridge-44 interface=ether4
/ip address add address=100.64.0.2/30 interface=ether1
/ip route add dst-address=0.0.0.0/0 gateway=100.64.0.1

# From here on word for word as it was found in the wild.
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
