/interface bridge
add admin-mac=02:00:5E:00:53:01 auto-mac=no comment=defconf name=bridge \
    port-cost-mode=short
add name=perimeter port-cost-mode=short
/interface ethernet
set [ find default-name=ether1 ] comment=WAN l2mtu=1598 name="ether1 - WAN"
set [ find default-name=ether5 ] arp=local-proxy-arp comment=192.0.2.1
set [ find default-name=sfp1 ] advertise=\
    10M-baseT-half,10M-baseT-full,100M-baseT-half,100M-baseT-full disabled=yes
/interface wireless
set [ find default-name=wlan1 ] band=2ghz-b/g/n disabled=no frequency=2437 \
    mode=ap-bridge name=wlan2g ssid="Home 2g" station-roaming=enabled \
    wireless-protocol=802.11
/interface wireguard
add comment="site 2" disabled=yes listen-port=51820 mtu=1420 name=wg-site2
/interface vlan
add arp=proxy-arp interface=bridge name=iot_vlan vlan-id=4
add interface="ether1 - WAN" name=vlan7 vlan-id=7
/interface pppoe-client
add add-default-route=yes disabled=no interface=vlan7 name="PPPoE Telecom" \
    user=user@example.net
/interface list
add comment=defconf name=WAN
add comment=defconf name=LAN
/interface wireless security-profiles
set [ find default=yes ] authentication-types=wpa2-psk eap-methods="" mode=\
    dynamic-keys supplicant-identity=MikroTik
add authentication-types=wpa-psk,wpa2-psk eap-methods="" mode=dynamic-keys \
    name=profile-guest supplicant-identity=""
add name="No Auth" supplicant-identity=MikroTik
/interface wireless
add mac-address=02:00:5E:00:53:10 master-interface=wlan2g name=guest \
    security-profile="No Auth" ssid=Guest wps-mode=disabled
/ip ipsec profile
set [ find default=yes ] dpd-interval=2m dpd-maximum-failures=5
/ip pool
add name=default-dhcp ranges=192.168.88.10-192.168.88.254
add name=vpn ranges=192.168.89.2-192.168.89.255
/ip dhcp-server
add address-pool=default-dhcp interface=bridge lease-time=1d name=defconf
/ip smb users
set [ find default=yes ] disabled=yes
/ppp profile
add change-tcp-mss=yes dns-server=192.168.88.1 local-address=192.168.89.1 \
    name=l2tp remote-address=vpn use-encryption=yes
set *FFFFFFFE local-address=192.168.89.1 remote-address=vpn
/interface l2tp-client
add connect-to=vpn.example.com disabled=no name=l2tp-out1 profile=l2tp \
    use-ipsec=yes user=user1
/queue simple
add disabled=yes max-limit=50M/50M name="~~~    BYPASS     ~~~" priority=1/1 \
    target=192.168.88.11/32
/queue type
add kind=pcq name=PCQ-Download pcq-classifier=dst-address
add kind=pcq name=PCQ-Upload pcq-classifier=src-address
/queue simple
add burst-limit=50M/50M burst-threshold=15M/15M burst-time=10s/10s max-limit=\
    20M/20M name=LAN queue=PCQ-Upload/PCQ-Download target=192.168.88.0/24
/queue tree
add max-limit=100M name=Total_Upload parent=global queue=PCQ-Upload
/system logging action
set 1 disk-file-name=log
set 3 remote=192.168.88.14
/user group
add name=homeassistant policy="reboot,read,write,policy,test,api,!local,!telne\
    t,!ssh,!ftp,!winbox,!password,!web,!sniff,!sensitive,!romon,!rest-api"
/zerotier
set zt1 comment="ZeroTier Central controller - https://my.zerotier.com/" \
    disabled=yes name=zt1 port=9993
/zerotier interface
add allow-default=no allow-global=no allow-managed=yes disabled=no instance=\
    zt1 name=zerotier1 network=a84ac5c10a383fa0
/caps-man manager
set enabled=yes upgrade-policy=suggest-same-version
/interface bridge port
add bridge=bridge comment=defconf ingress-filtering=no interface=ether2 \
    internal-path-cost=10 path-cost=10
add bridge=bridge interface=wlan2g
add bridge=perimeter interface=ether3 pvid=20
/ip firewall connection tracking
set udp-timeout=10s
/ip neighbor discovery-settings
set discover-interface-list=LAN
/ipv6 settings
set disable-ipv6=yes max-neighbor-entries=8192
/interface l2tp-server server
set authentication=mschap2 default-profile=l2tp enabled=yes use-ipsec=yes
/interface list member
add comment=defconf interface=bridge list=LAN
add comment=defconf interface="ether1 - WAN" list=WAN
/interface wireguard peers
add allowed-address=172.16.91.2/32,0.0.0.0/0 client-allowed-address=::/0 \
    interface=wg-site2 name=peer1 persistent-keepalive=25s public-key=\
    "zlKYPIW4Uf3rWWtbO+qe3s48aXSOxiDepOW5qkSRAVM="
/ip address
add address=192.168.88.1/24 comment=defconf interface=bridge network=\
    192.168.88.0
/ip cloud
set ddns-enabled=yes
/ip dhcp-client
add comment=defconf default-route-tables=main interface="ether1 - WAN" name=\
    client1
/ip dhcp-server lease
add address=192.168.88.251 client-id=1:2:0:5e:0:53:33 comment="the printer" \
    mac-address=02:00:5E:00:53:33 server=defconf
/ip dhcp-server network
add address=192.168.88.0/24 comment=defconf dns-server=192.168.88.1,1.1.1.1 \
    gateway=192.168.88.1 netmask=24
/ip dns
set allow-remote-requests=yes servers=8.8.8.8
/ip dns static
add address=192.168.88.1 comment=defconf name=router.lan type=A
add cname=www.example.com disabled=yes name=staging.example.com ttl=1m type=\
    CNAME
/ip firewall filter
add action=accept chain=input comment=\
    "defconf: accept established,related,untracked" connection-state=\
    established,related,untracked
add action=drop chain=input comment="defconf: drop invalid" connection-state=\
    invalid
add action=fasttrack-connection chain=forward comment="defconf: fasttrack" \
    connection-state=established,related
add action=drop chain=forward comment=\
    "defconf: drop all from WAN not DSTNATed" connection-nat-state=!dstnat \
    connection-state=new in-interface-list=WAN
/ip firewall nat
add action=masquerade chain=srcnat comment="defconf: masquerade" \
    ipsec-policy=out,none out-interface-list=WAN
/ip service
set www address=192.168.88.0/24
set winbox address=192.168.88.0/24
/ip upnp
set enabled=yes
/ppp secret
add local-address=192.168.89.1 name=user1 profile=l2tp remote-address=\
    192.168.89.2 service=l2tp
/system clock
set time-zone-name=Europe/Berlin
/system identity
set name="Home router"
/system routerboard settings
set enter-setup-on=delete-key
/system scheduler
add disabled=yes interval=1w name=weekly on-event="/system reboot" policy=\
    ftp,reboot,read,write,policy,test,password,sniff,sensitive,romon \
    start-date=2024-12-13 start-time=06:00:00
add interval=10m name="Updater run" on-event="/system script run Updater" \
    policy=read,write,policy,test start-time=startup
/system script
add dont-require-permissions=no name=Updater owner=admin policy=\
    ftp,reboot,read,write,policy,test,password,sniff,sensitive,romon source=":\
    local host \"example.net\"\r\
    \n:local ip [/tool fetch url=\"http://api.example.net/\?format=text\" as-v\
    alue output=user]\r\
    \n:log info \$ip"
add dont-require-permissions=no name=toggle_ether4 owner=admin policy=\
    read,write,policy,test source=\
    "/interface disable ether4;\
    \n:delay 2s;\
    \n/interface enable ether4;"
/tool mac-server
set allowed-interface-list=LAN
/tool mac-server mac-winbox
set allowed-interface-list=LAN
/tool netwatch
add disabled=yes down-script=":log info message=\"down\"" host=192.0.2.153 \
    http-codes="" interval=10s test-script="" type=simple up-script=\
    ":log info message=\"up\""
