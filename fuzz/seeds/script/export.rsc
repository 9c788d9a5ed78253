z# 2026-03-04 14:58:30 by RouterOS 7.20.2
# software id = J2CB-D9EL
#
# model = RB5009UG+S+
# serial number = HCX0123456
/interface bridge
add admin-mac=48:A9:8A:00:11:22 auto-mac=no comment=defconf name=bridge vlan-filtering=yes
/interface ethernet
set [ find default-name=ether1 ] comment="WAN uplink" name=ether1-wan
set [ find default-name=sfp-sfpplus1 ] auto-negotiation=no speed=10G-baseSR-LR
/interface wireguard
add listen-port=51820 mtu=1420 name=wg-office private-key="aOQ1lk2R0lqk4qVd+mJhY3A2MzkzY3Zrc2RmYXNkZmE="
/interface vlan
add interface=bridge name=vlan10-mgmt vlan-id=10
add interface=bridge name=vlan20-users vlan-id=20
add interface=ether1-wan name=vlan35-isp vlan-id=35
/interface pppoe-client
add add-default-route=yes disabled=no interface=vlan35-isp name=pppoe-out1 use-peer-dns=yes user=cust@isp.example
/interface list
add comment=defconf name=WAN
add comment=defconf name=LAN
/interface wireless security-profiles
set [ find default=yes ] supplicant-identity=MikroTik
/ip pool
add name=pool-mgmt ranges=10.0.10.100-10.0.10.199
add name=pool-users ranges=10.0.20.100-10.0.20.254
/ip dhcp-server
add address-pool=pool-mgmt interface=vlan10-mgmt lease-time=10m name=dhcp-mgmt
add address-pool=pool-users interface=vlan20-users lease-time=1h name=dhcp-users
/queue type
add kind=fq-codel name=fq-codel-default
/queue simple
add max-limit=100M/100M name=users queue=fq-codel-default/fq-codel-default target=10.0.20.0/24
/routing ospf instance
add disabled=no name=ospf-instance-1 originate-default=if-installed router-id=10.0.0.1
/routing ospf area
add disabled=no instance=ospf-instance-1 name=backbone
/routing table
add disabled=no fib name=via-wg
/snmp community
set [ find default=yes ] addresses=10.0.10.0/24 name=secret
/system logging action
set 3 remote=10.0.10.5
/user group
add name=api policy=read,api,rest-api,!local,!telnet,!ssh,!ftp,!reboot,!write,!policy,!test,!winbox,!password,!web,!sniff,!sensitive,!romon
/interface bridge port
add bridge=bridge comment=defconf interface=ether2 pvid=20
add bridge=bridge comment=defconf interface=ether3 pvid=20
add bridge=bridge frame-types=admit-only-vlan-tagged interface=sfp-sfpplus1
/ip neighbor discovery-settings
set discover-interface-list=LAN
/interface bridge vlan
add bridge=bridge tagged=bridge,sfp-sfpplus1 vlan-ids=10
add bridge=bridge tagged=bridge,sfp-sfpplus1 vlan-ids=20
/interface list member
add comment=defconf interface=bridge list=LAN
add interface=vlan10-mgmt list=LAN
add interface=vlan20-users list=LAN
add comment=defconf interface=pppoe-out1 list=WAN
/interface wireguard peers
add allowed-address=10.99.0.2/32 comment=laptop interface=wg-office name=peer1 public-key="RoH+bXZyRY5gPxTCtsu5AFBsK2NZClExcTMqNak6hjM="
/ip address
add address=10.0.10.1/24 comment=defconf interface=vlan10-mgmt network=10.0.10.0
add address=10.0.20.1/24 interface=vlan20-users network=10.0.20.0
add address=10.99.0.1/24 interface=wg-office network=10.99.0.0
/ip cloud
set ddns-enabled=yes
/ip dhcp-client
# DHCP client can not run on slave or passthrough interface!
add comment=defconf disabled=yes interface=ether1-wan
/ip dhcp-server lease
add address=10.0.10.50 client-id=1:0:11:22:33:44:55 comment=nas mac-address=00:11:22:33:44:55 server=dhcp-mgmt
/ip dhcp-server network
add address=10.0.10.0/24 dns-server=10.0.10.1 gateway=10.0.10.1
add address=10.0.20.0/24 dns-server=10.0.20.1 domain=users.example gateway=10.0.20.1
/ip dns
set allow-remote-requests=yes servers=9.9.9.9,1.1.1.1
/ip dns static
add address=10.0.10.50 name=nas.example type=A
/ip firewall address-list
add address=10.0.10.0/24 list=admins
/ip firewall filter
add action=accept chain=input comment="defconf: accept established,related,untracked" connection-state=established,related,untracked
add action=drop chain=input comment="defconf: drop invalid" connection-state=invalid
add action=accept chain=input comment="defconf: accept ICMP" protocol=icmp
add action=accept chain=input dst-port=51820 in-interface-list=WAN protocol=udp
add action=drop chain=input comment="defconf: drop all not coming from LAN" in-interface-list=!LAN
add action=fasttrack-connection chain=forward comment="defconf: fasttrack" connection-state=established,related hw-offload=yes
add action=accept chain=forward connection-state=established,related,untracked
add action=drop chain=forward comment="defconf: drop all from WAN not DSTNATed" connection-nat-state=!dstnat connection-state=new in-interface-list=WAN
/ip firewall mangle
add action=change-mss chain=forward new-mss=clamp-to-pmtu passthrough=yes protocol=tcp tcp-flags=syn
add action=mark-routing chain=prerouting new-routing-mark=via-wg passthrough=no src-address=10.0.20.128/25
/ip firewall nat
add action=masquerade chain=srcnat comment="defconf: masquerade" ipsec-policy=out,none out-interface-list=WAN
add action=dst-nat chain=dstnat dst-port=443 in-interface-list=WAN protocol=tcp to-addresses=10.0.10.50 to-ports=443
/ip ipsec profile
set [ find default=yes ] dpd-interval=2m dpd-maximum-failures=5
/ip route
add disabled=no distance=1 dst-address=0.0.0.0/0 gateway=wg-office routing-table=via-wg suppress-hw-offload=no
/ip service
set telnet disabled=yes
set ftp disabled=yes
set www address=10.0.10.0/24
set api-ssl disabled=yes
/ip ssh
set strong-crypto=yes
/ipv6 address
add address=::1 from-pool=isp-v6 interface=vlan20-users
/ipv6 dhcp-client
add add-default-route=yes interface=pppoe-out1 pool-name=isp-v6 request=prefix
/ipv6 firewall filter
add action=accept chain=input connection-state=established,related,untracked
/routing ospf interface-template
add area=backbone cost=10 disabled=no interfaces=vlan10-mgmt networks=10.0.10.0/24 type=ptp
/system clock
set time-zone-name=Europe/Berlin
/system identity
set name=edge-1
/system ntp client
set enabled=yes
/system ntp client servers
add address=de.pool.ntp.org
/system routerboard settings
set auto-upgrade=yes
/system scheduler
add interval=1d name=backup on-event="/system backup save name=daily" policy=ftp,reboot,read,write,policy,test,password,sniff,sensitive,romon start-date=2026-01-01 start-time=03:00:00
/system script
add dont-require-permissions=no name=hello owner=admin policy=read,write source=":log info \"hi\"\r\
    \n:put \"x\""
/tool mac-server
set allowed-interface-list=LAN
/tool mac-server mac-winbox
set allowed-interface-list=LAN
/tool netwatch
add disabled=no host=9.9.9.9 http-codes="" interval=1m test-script="" type=icmp
