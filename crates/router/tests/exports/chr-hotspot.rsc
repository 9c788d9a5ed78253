/interface bridge
add igmp-snooping=yes multicast-querier=yes name=bridge
add fast-forward=no name=wifi-hotspot
/interface ethernet
set [ find default-name=ether1 ] advertise=\
    10M-baseT-half,10M-baseT-full,100M-baseT-half,100M-baseT-full \
    disable-running-check=no
set [ find default-name=ether2 ] disable-running-check=no disabled=yes
set [ find default-name=ether3 ] disable-running-check=no
set [ find default-name=ether4 ] disable-running-check=no
set [ find default-name=ether5 ] disable-running-check=no loop-protect=on
/interface eoip
add mac-address=02:00:5E:B2:A6:01 name=eoip-tunnel1 remote-address=\
    198.51.100.197 tunnel-id=100
/interface l2tp-server
add name=l2tp-in1 user=user1
/interface pptp-client
add connect-to=203.0.113.170 keepalive-timeout=10 name=pptp-out1 user=mnet
/interface vrrp
add disabled=yes interface=bridge name=ibp priority=200 vrid=10
/interface vlan
add comment="Telephony & access - 192.168.30.1/24" interface=bridge name=\
    vlan30_telephony_access vlan-id=30
/interface bonding
add lacp-rate=1sec mode=802.3ad name=lagg0 slaves=ether3,ether4 \
    transmit-hash-policy=layer-2-and-3
/ip dhcp-server option
add code=43 name=unifi value=0x0104C0A80101
/ip hotspot profile
set [ find default=yes ] use-radius=yes
add dns-name=login.example.net hotspot-address=10.5.50.1 html-directory=\
    flash/hotspot login-by=cookie,http-chap,http-pap name=hsprof1
/ip hotspot user profile
set [ find default=yes ] keepalive-timeout=12h shared-users=5
/ip ipsec mode-config
add address-prefix-length=32 name=modeconf-ikev2 split-include=0.0.0.0/0 \
    static-dns=10.0.88.1 system-dns=no
/ip ipsec policy group
add name=cloud-vpn-group
/ip ipsec proposal
set [ find default=yes ] enc-algorithms=aes-128-cbc
/ip pool
add comment=10.124.33.0/22 name=pool-free ranges=10.124.32.2-10.124.35.254
add name=hs-pool ranges=10.5.50.10-10.5.50.250
/ip dhcp-server
add address-pool=pool-free interface=bridge name=dhcp1
add address-pool=hs-pool interface=wifi-hotspot lease-time=1h name=dhcp-hotspot
/ip hotspot
add address-pool=hs-pool addresses-per-mac=1 disabled=no interface=\
    wifi-hotspot name=hotspot1 profile=hsprof1
/routing rip instance
add name=rip-instance-4 routing-table=main
/snmp community
set [ find default=yes ] disabled=yes
add addresses=::/0,0.0.0.0/0 name=monitoring
/interface bridge port
add bridge=bridge frame-types=admit-only-vlan-tagged interface=lagg0 pvid=4094
add bridge=wifi-hotspot interface=ether5
/interface bridge settings
set use-ip-firewall=yes
/ip neighbor discovery-settings
set discover-interface-list=!dynamic
/ip settings
set ipv4-multipath-hash-policy=l4
/interface bridge vlan
add bridge=bridge tagged=bridge,lagg0 vlan-ids=30
/interface detect-internet
set detect-interface-list=all
/interface ovpn-server server
add auth=sha1 certificate=server-certificate cipher=aes128-cbc disabled=no \
    mac-address=02:00:5E:8E:4A:B0 name=ovpn-server1 netmask=27 \
    require-client-certificate=yes
/ip address
add address=10.5.50.1/24 comment="hotspot network" interface=wifi-hotspot \
    network=10.5.50.0
add address=169.254.41.169/30 disabled=yes interface=ether5 network=\
    169.254.41.168
/ip arp
add address=192.168.88.10 interface=bridge mac-address=02:00:5E:00:53:44
/ip dhcp-server lease
add address=10.124.33.7 disabled=yes mac-address=02:00:5E:00:53:45 server=dhcp1
/ip dhcp-server network
add address=10.5.50.0/24 comment="hotspot network" gateway=10.5.50.1
add address=10.124.32.0/22 dns-server=8.8.4.4,198.51.100.222 domain=\
    example.net gateway=10.124.33.254 netmask=22 wins-server=10.10.0.10
/ip dns
set servers=9.9.9.9,1.0.0.1,8.8.4.4
/ip firewall address-list
add address=10.0.0.0/8 list=LOCAL
add address=www.example.com comment="blocked site" list=block
add address=192.0.2.7 disabled=yes list=LOCAL
/ip firewall filter
add action=passthrough chain=unused-hs-chain comment=\
    "place hotspot rules here" disabled=yes
add action=accept chain=input comment="Allow Ping (ICMP)" disabled=yes \
    protocol=icmp
add action=add-src-to-address-list address-list=scanners \
    address-list-timeout=2w chain=input comment="Port scanners to list" \
    protocol=tcp psd=21,3s,3,1
add action=drop chain=forward comment="Block guest to internal" dst-address=\
    172.20.0.0/16 src-address=172.20.70.0/24
add action=jump chain=forward jump-target=wan-in log=yes log-prefix="fw: "
add action=reject chain=wan-in reject-with=icmp-admin-prohibited
/ip firewall mangle
add action=mark-connection chain=prerouting connection-state=new dst-limit=\
    50,5,dst-address/1m40s in-interface=ether1 new-connection-mark=ISP1_conn
add action=mark-routing chain=prerouting connection-mark=ISP1_conn \
    new-routing-mark=main passthrough=no
/ip firewall nat
add action=redirect chain=dstnat dst-port=53 protocol=udp to-ports=53
/ip firewall raw
add action=drop chain=prerouting comment="DROP BAD UDP" port=0 protocol=udp
/ip firewall service-port
set ftp disabled=yes
set tftp disabled=yes
set sip disabled=yes
/ip hotspot user
add name=guest server=hotspot1
/ip traffic-flow
set enabled=yes
/ip traffic-flow target
add dst-address=192.0.2.99
/radius
add address=192.0.2.2 service=ppp,hotspot timeout=5s
/routing rule
add action=lookup-only-in-table disabled=no src-address=192.168.88.0/24 \
    table=main
/snmp
set contact="NOC <noc@example.net>" enabled=yes location="Rack 7"
/system clock
set time-zone-name=Europe/Warsaw
/system logging
add prefix=fw topics=firewall,!debug
add action=remote topics=critical
/system ntp client
set enabled=yes
/system ntp client servers
add address=0.pool.ntp.org
/system package update
set channel=testing
/tool e-mail
set from=<backup@example.net> port=587 server=192.0.2.25 tls=starttls user=\
    backup
/tool graphing interface
add
/tool sniffer
set filter-interface=ether1 streaming-enabled=yes streaming-server=192.0.2.9
