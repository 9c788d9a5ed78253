x=== 87
    /ip address
    add address=192.168.1.1/24 interface=ether2 comment="LAN1"
    add address=192.168.2.1/24 interface=ether3 comment="LAN2"
    add address=203.0.113.2/29 interface=ether1 comment="WAN"
=== 106
    /ip pool
    add name=dhcp_pool1 ranges=192.168.1.10-192.168.1.254
    /ip dhcp-server
    add address-pool=dhcp_pool1 disabled=no interface=ether2 lease-time=10m name=dhcp1
    /ip dhcp-server network
    add address=192.168.1.0/24 dns-server=8.8.8.8,8.8.4.4 gateway=192.168.1.1
=== 128
     /ipv6 address
     add address=2001:db8:1::1/64 interface=ether2 comment="LAN1 IPv6"
     add address=2001:db8:2::1/64 interface=ether3 comment="LAN2 IPv6"
     add address=2001:db8:3::2/64 interface=ether1 comment="WAN IPv6"
=== 139
        /ipv6 pool
        add name=dhcpv6_pool1 prefix=2001:db8:1::/64
        /ipv6 dhcp-server
        add address-pool=dhcpv6_pool1 interface=ether2 name=dhcpv6_server1
        /ipv6 dhcp-server network
        add address=2001:db8:1::/64 dns-server=2001:4860:4860::8888,2001:4860:4860::8844
=== 150
        /ipv6 settings
        set accept-router-advertisements=yes forward=yes
=== 165
         /ip pool
        add name=dhcp_pool1 ranges=192.168.1.10-192.168.1.254
        /ipv6 pool
        add name=dhcpv6_pool1 prefix=2001:db8:1::/64
=== 184
        /ip route
        add dst-address=0.0.0.0/0 gateway=203.0.113.1
=== 194
        /ipv6 route
        add dst-address=::/0 gateway=2001:db8:3::1
=== 206
        /ip settings
        set allow-fast-path=yes arp-timeout=300 ip-forward=yes max-arp-entries=8192
        /ipv6 settings
        set accept-router-advertisements=yes forward=yes max-neighbor-entries=8192
=== 229
        /tool mac-server
        set allowed-interfaces=all enabled=yes
=== 238
        /tool mac-server mac-winbox
        add address=00:11:22:33:44:55 user=test
=== 253
        /tool romon
        set enabled=yes id=01 key=mysecretkey
=== 263
      /tool romon interface
       add interface=ether2
=== 287
        /certificate
        add name=mycert common-name=router.local key-usage=digital-signature,key-encipherment days-valid=365
=== 298
        /certificate export mycert file=mycert password=securepassword
=== 303
    /certificate import file=mycert.crt password=securepassword
=== 317
        /ppp secret
        add name=testuser password=testpass service=pppoe
=== 327
        /interface pppoe-server server
        add default-profile=default disabled=no interface=ether1 max-mru=1480 max-mtu=1480 service-name=pppoe_server
=== 345
        /radius
        add address=192.168.10.1 secret=radiussecret service=ppp
=== 354
         /ppp secret
        set use-radius=yes
=== 368
        /user group
        add name=admins policy=write,read,test,password
=== 378
        /user
        add name=admin password=securepass group=admins
=== 396
        /interface bridge
        add name=bridge1
=== 405
        /interface bridge port
        add bridge=bridge1 interface=ether2
        add bridge=bridge1 interface=ether3
=== 420
         /interface macvlan
         add interface=ether2 mac-address=00:11:22:33:44:AA master-interface=ether2 name=macvlan1
         add interface=ether2 mac-address=00:11:22:33:44:BB master-interface=ether2 name=macvlan2
=== 448
        /interface macsec profile
        add name=macsecprofile cipher-suite=gcm-aes-256 eapol-version=1 key=mysecretkey
=== 460
        /interface macsec
        add interface=ether2 profile=macsecprofile enabled=yes
=== 475
        /ip firewall mangle
        add action=mark-packet chain=prerouting dst-port=5060,5061,10000-20000 new-packet-mark=voip-packets passthrough=yes protocol=udp
=== 488
        /queue tree
        add max-limit=10M name=all-traffic parent=global
        add max-limit=2M name=voip-traffic parent=all-traffic packet-mark=voip-packets priority=1
=== 507
    /interface ethernet switch vlan
    add vlan-id=10 ports=ether2,ether3
=== 523
        /interface vlan
        add interface=bridge1 name=vlan10 vlan-id=10
        add interface=bridge1 name=vlan20 vlan-id=20
=== 541
        /interface vxlan
        add name=vxlan1 vni=1000 interface=ether1 remote-address=192.168.10.2
=== 557
    /ip firewall filter
    add action=accept chain=input comment="Allow established and related connections" connection-state=established,related
    add action=accept chain=input comment="Allow ICMP" protocol=icmp
    add action=accept chain=input comment="Allow Winbox access from allowed networks" dst-port=8291 protocol=tcp src-address-list=allowed_nets
    add action=drop chain=input comment="Drop all other incoming connections"
=== 575
        /ip firewall filter
        add action=accept chain=forward connection-state=established,related
        add action=accept chain=forward comment="Allow forward" src-address=192.168.1.0/24 dst-address=192.168.2.0/24
        add action=drop chain=forward comment="Drop all other forwarding connections"
=== 583
     /ip firewall nat
      add action=masquerade chain=srcnat out-interface=ether1
=== 616
          /ip firewall nat
          add action=netmap chain=dstnat protocol=tcp dst-port=2000 to-ports=2000 to-address=192.168.1.10
=== 632
        /ip dns
        set allow-remote-requests=yes servers=8.8.8.8,8.8.4.4
=== 642
      /ip socks
      set enabled=yes
=== 649
        /ip proxy
        set enabled=yes transparent-proxy=yes
=== 666
        /interface vrrp
        add interface=ether2 name=vrrp1 priority=100 vrid=1 virtual-address=192.168.1.254/24
=== 687
           /interface bonding
          add mode=802.3ad name=bonding1 slaves=ether2,ether3
=== 709
        /interface lte
        set 0 apn=your_apn user=your_user password=your_passw enabled=yes
=== 736
    /mpls
    set enabled=yes
    /mpls interface
    add interface=ether1
=== 754
          /mpls vpls
        add  mtu=1500 name=vpls1 vpls-id=100:1
