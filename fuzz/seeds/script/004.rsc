x=== 17
    /ip dhcp-server
    add address-pool=default disabled=no interface=vlan-32 lease-time=1d name=dhcp-vlan-32
    /ip dhcp-server network
    add address=223.203.225.0/24 dns-server=8.8.8.8,8.8.4.4 gateway=223.203.225.1
=== 39
    /ip dhcp-server
    print
    # Flags: X - disabled, I - invalid
    # 0   name="dhcp-vlan-32" interface=vlan-32 address-pool=default lease-time=1d disabled=no
    /ip dhcp-server network
    print
    # Flags: X - disabled, D - dynamic
    # 0   address=223.203.225.0/24 gateway=223.203.225.1 dns-server=8.8.8.8,8.8.4.4 wins-server="" domain=""
=== 55
    /ip mac-server
    set enabled=yes
=== 65
    /ip mac-server
    print
    #                enabled: yes
=== 77
    /ip mac-server entry
    add mac-address=00:11:22:33:44:55 address=223.203.225.10 dns-server=1.1.1.1 comment="Device A"
    add mac-address=AA:BB:CC:DD:EE:FF address=223.203.225.20 comment="Device B"
=== 99
    /ip mac-server entry
    print
    # Flags: X - disabled
    # 0   mac-address=00:11:22:33:44:55 address=223.203.225.10 dns-server=1.1.1.1 comment="Device A"
    # 1   mac-address=AA:BB:CC:DD:EE:FF address=223.203.225.20 dns-server="" comment="Device B"
=== 109
# Configure DHCP Server
/ip dhcp-server
add address-pool=default disabled=no interface=vlan-32 lease-time=1d name=dhcp-vlan-32
/ip dhcp-server network
add address=223.203.225.0/24 dns-server=8.8.8.8,8.8.4.4 gateway=223.203.225.1

# Enable MAC Server
/ip mac-server
set enabled=yes

# Add MAC Server Entries
/ip mac-server entry
add mac-address=00:11:22:33:44:55 address=223.203.225.10 dns-server=1.1.1.1 comment="Device A"
add mac-address=AA:BB:CC:DD:EE:FF address=223.203.225.20 comment="Device B"
