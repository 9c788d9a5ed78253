x=== 33
    /ip pool
    add name=pool-221.167.154.0 ranges=221.167.154.2-221.167.154.254
=== 51
    /ip address
    add address=221.167.154.1/24 interface=bridge-44 network=221.167.154.0
=== 71
    /ip dhcp-server
    add address-pool=pool-221.167.154.0 interface=bridge-44 lease-time=10m name=dhcp-server-221.167.154.0
    /ip dhcp-server network
    add address=221.167.154.0/24 dns-server=8.8.8.8,8.8.4.4 gateway=221.167.154.1
=== 102
    /system logging add topics=dhcp,critical action=memory
=== 117
      /ip firewall filter add chain=forward src-address=221.167.154.0/24 action=accept
      /ip firewall filter add chain=forward dst-address=221.167.154.0/24 action=accept
      /ip firewall filter add chain=input dst-address=221.167.154.1 action=accept
      /ip firewall filter add chain=forward action=drop
=== 151
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
=== 190
    /ping 221.167.154.1
=== 194
    /tool traceroute 8.8.8.8
=== 198
     /tool torch interface=bridge-44
=== 202
    /ip dhcp-server lease print
=== 206
    /log print where topics~"dhcp"
=== 224
    /log print where topics~"dhcp"
