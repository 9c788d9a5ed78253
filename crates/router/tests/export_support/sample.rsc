/interface bridge
add name=bridge1 comment="a \"quoted\" \$word, 100\? \\ of \E9\t tab" protocol-mode=none
/interface ethernet
set [ find default-name=ether1 ] name="WAN port" comment=defconf
set [ find default-name=ether2 ] disabled=yes
/interface vlan
add interface=bridge1 name=vlan10 vlan-id=10
add interface=bridge1 name=vlan9 vlan-id=9
add interface=vlan10 name=a-inner vlan-id=20
/interface wireguard
add listen-port=51820 name=wg1 private-key="aGVsbG8gd29ybGQgaGVsbG8gd29ybGQgaGVsbG8gd28="
/interface list
add name=LAN
add name=WAN
/ip pool
add name=pool1 ranges=10.0.0.2-10.0.0.100
/ip dhcp-server
add address-pool=pool1 interface=vlan10 lease-time=10m name=dhcp1
/ppp profile
set *0 dns-server=1.1.1.1
add name=road local-address=10.9.9.1
/interface pppoe-client
add interface=ether3 name=pppoe-out1 disabled=no user=me password="p w"
add interface=vlan9 name=pppoe-out2 profile=road
/routing bgp template
set default as=65000
/routing bgp instance
add as=65500 name=default
/routing bgp connection
add as=65500 instance=default local.address=10.0.0.1 local.role=ebgp name=toPE2 output.network=BGP_OUT remote.address=10.0.0.2 remote.as=65000
/interface bridge port
add bridge=bridge1 interface=ether3 pvid=10
/interface bridge vlan
add bridge=bridge1 tagged="bridge1,ether2,ether3,vlan9,vlan10,a-inner,WAN port,wg1,pppoe-out1,pppoe-out2" vlan-ids=10,20,30-40
/interface list member
add interface="WAN port" list=WAN
add interface=bridge1 list=LAN
/interface wireguard peers
add allowed-address=10.8.0.2/32 interface=wg1 name=peer1 public-key="d29ybGQgaGVsbG8gd29ybGQgaGVsbG8gd29ybGQgaGU="
/ip address
add address=10.0.0.1/24 interface=vlan10
/ip dhcp-client
add interface="WAN port"
/ip firewall address-list
add address=10.0.0.0/8 list="with space"
/ip firewall filter
add action=accept chain=input comment="defconf: accept established,related,untracked" connection-state=established,related,untracked
add action=drop chain=forward in-interface-list=!LAN src-address=!10.0.0.0/8 src-address-list="with space" dst-port=80,443,8000-8100 protocol=tcp log=yes log-prefix="drop: "
add action=drop chain=input disabled=yes
/ip firewall nat
add action=masquerade chain=srcnat out-interface-list=WAN
/ip route
add dst-address=0.0.0.0/0 gateway=10.0.0.254
add blackhole dst-address=10.10.0.0/16
/ip service
set telnet disabled=yes
/system identity
set name="My Router"
/system scheduler
add interval=1d name=daily on-event=backup start-time=03:00:00
/system script
add name=backup source=":local a \"x\"\r\n:if (\$a = \"x\") do={\r\n    :log info \"a rather long line of a script that does not fit one line of an export\"\r\n}\r\n" policy=read,write
