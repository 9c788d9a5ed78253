# jan/12/2022 10:44:31 by RouterOS 6.48.6
# software id = ABCD-EFGH
#
# model = RB4011iGS+5HacQ2HnD
# serial number = 000000000000
/interface bridge
add admin-mac=02:00:00:00:10:01 auto-mac=no comment=defconf name=bridge
/interface ethernet
set [ find default-name=ether1 ] comment=uplink-a speed=100Mbps
set [ find default-name=ether2 ] comment=uplink-b speed=100Mbps
set [ find default-name=ether3 ] advertise=100M-half,100M-full,1000M-full speed=100Mbps
set [ find default-name=sfp-sfpplus1 ] advertise=10M-full,100M-full,1000M-full,10000M-full
/interface wireless
set [ find default-name=wlan1 ] band=5ghz-a/n/ac channel-width=20/40/80mhz-XXXX country=latvia disabled=no frequency=auto mode=ap-bridge ssid=office wireless-protocol=802.11
/interface list
add comment=defconf name=WAN
add comment=defconf name=LAN
/interface wireless security-profiles
set [ find default=yes ] supplicant-identity=MikroTik
add authentication-types=wpa2-psk mode=dynamic-keys name=office supplicant-identity=MikroTik wpa2-pre-shared-key=secret-words
/ip pool
add name=dhcp ranges=192.168.88.10-192.168.88.254
/ip dhcp-server
add address-pool=dhcp disabled=no interface=bridge name=defconf
/routing bgp instance
set default as=65001 redistribute-connected=yes router-id=10.255.0.1
/routing ospf area
add area-id=0.0.0.1 name=branch
/routing ospf instance
set [ find default=yes ] distribute-default=if-installed-as-type-1 redistribute-connected=as-type-1 redistribute-static=as-type-1 router-id=10.255.0.1
/snmp community
set [ find default=yes ] addresses=0.0.0.0/0
/interface bridge port
add bridge=bridge comment=defconf interface=ether3
add bridge=bridge comment=defconf interface=ether4
add bridge=bridge comment=defconf interface=wlan1
/ip neighbor discovery-settings
set discover-interface-list=LAN
/interface list member
add comment=defconf interface=bridge list=LAN
add comment=defconf interface=ether1 list=WAN
add interface=ether2 list=WAN
/ip address
add address=192.168.88.1/24 comment=defconf interface=bridge network=192.168.88.0
add address=198.51.100.2/30 interface=ether1 network=198.51.100.0
add address=203.0.113.2/30 interface=ether2 network=203.0.113.0
add address=10.1.0.1/30 interface=sfp-sfpplus1 network=10.1.0.0
/ip cloud
set ddns-enabled=yes
/ip dhcp-server network
add address=192.168.88.0/24 comment=defconf dns-server=192.168.88.1 gateway=192.168.88.1
/ip dns
set allow-remote-requests=yes servers=1.1.1.1,9.9.9.9
/ip dns static
add address=192.168.88.1 name=router.lan
/ip firewall filter
add action=accept chain=input comment="defconf: accept established" connection-state=established,related,untracked
add action=drop chain=input comment="defconf: drop invalid" connection-state=invalid
add action=accept chain=input protocol=icmp
add action=drop chain=input in-interface-list=!LAN
add action=accept chain=forward connection-state=established,related,untracked
add action=drop chain=forward connection-state=invalid
/ip firewall mangle
add action=mark-connection chain=prerouting connection-mark=no-mark in-interface=ether2 new-connection-mark=via-b passthrough=yes
add action=mark-routing chain=prerouting connection-mark=via-b in-interface-list=LAN new-routing-mark=to-b passthrough=no
add action=mark-routing chain=output connection-mark=via-b new-routing-mark=to-b passthrough=no
/ip firewall nat
add action=masquerade chain=srcnat ipsec-policy=out,none out-interface-list=WAN
/ip ipsec policy
set 0 disabled=yes
/ip route
add check-gateway=ping distance=1 gateway=203.0.113.1 routing-mark=to-b
add check-gateway=ping distance=1 gateway=198.51.100.1
add distance=2 gateway=203.0.113.1
add distance=254 dst-address=10.0.0.0/8 type=blackhole
/ip route rule
add src-address=192.168.88.64/26 table=to-b
/ip ssh
set allow-none-crypto=no forwarding-enabled=remote strong-crypto=yes
/routing bgp network
add network=192.0.2.0/24 synchronize=no
/routing bgp peer
add in-filter=isp-in name=isp out-filter=isp-out remote-address=198.51.100.1 remote-as=65000 ttl=default
add default-originate=if-installed name=core nexthop-choice=force-self remote-address=10.1.0.2 remote-as=65001 route-reflect=yes ttl=default update-source=sfp-sfpplus1
/routing filter
add action=discard chain=isp-in prefix=0.0.0.0/0 prefix-length=25-32
add action=accept chain=isp-in set-bgp-local-pref=200
add action=accept chain=isp-out prefix=192.0.2.0/24
add action=discard chain=isp-out
/routing ospf interface
add authentication=md5 authentication-key=ospf-words authentication-key-id=1 cost=20 interface=sfp-sfpplus1 network-type=point-to-point
add interface=bridge passive=yes
/routing ospf network
add area=backbone network=10.1.0.0/30
add area=branch network=192.168.88.0/24
/system clock
set time-zone-name=Europe/Riga
/system identity
set name=edge
/system ntp client
set enabled=yes primary-ntp=162.159.200.1 secondary-ntp=162.159.200.123
/tool mac-server
set allowed-interface-list=LAN
/tool mac-server mac-winbox
set allowed-interface-list=LAN
/tool user-manager customer
set admin access=own-routers
/tool user-manager user
add customer=admin name=guest
