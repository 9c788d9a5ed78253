/disk
add parent=pcie1 partition-number=1 partition-offset=512 partition-size=\
    1073741312 type=partition
/interface bridge
add name=bridge1
/interface veth
add address=172.17.0.2/24 container-mac-address=02:00:5E:00:53:52 dhcp=no \
    gateway=172.17.0.1 gateway6="" mac-address=02:00:5E:00:53:51 name=\
    veth-tunnel
/interface list
add name=WAN
/interface wifi channel
add band=2ghz-ax frequency=2462 name=ch-11 width=20/40mhz-Ce
/interface wifi datapath
add bridge=bridge1 disabled=no name=dp1
/interface wifi security
add authentication-types=wpa2-psk,wpa3-psk disabled=no name=sec1
add authentication-types="" name=open-security
/interface wifi steering
add name=st1 neighbor-group=dynamic
/interface wifi configuration
add channel=ch-11 channel.band=2ghz-ax .width=20/40mhz-Ce country=Hungary \
    datapath=dp1 disabled=no mode=ap name=conf1 security=sec1 ssid=Home \
    steering=st1
/interface wifi
set [ find default-name=wifi1 ] configuration=conf1 configuration.mode=ap \
    disabled=no
set [ find default-name=wifi2 ] channel.skip-dfs-channels=10min-cac \
    configuration.mode=ap .ssid=MikroTik-440443 disabled=no \
    security.authentication-types=wpa2-psk,wpa3-psk .ft=yes .ft-over-ds=yes
add configuration.mode=ap .ssid=Guest datapath.bridge=bridge1 .vlan-id=100 \
    disabled=no mac-address=02:00:5E:00:53:C6 master-interface=wifi1 mtu=1500 \
    name=wifi3-guest security.authentication-types=""
/container
add cmd="tunnel run" dns=1.1.1.1 envlists=ENV_TUNNEL hostname=tunnel \
    interface=veth-tunnel layer-dir="" logging=yes name=tunnel remote-image=\
    example/tunnel:latest root-dir=/pcie1-part1/tunnel start-on-boot=yes \
    workdir=/home/nonroot
/container config
set registry-url=https://registry-1.docker.io tmpdir=/pcie1-part1/pull
/container envs
add key=TOKEN list=ENV_TUNNEL value=x
/interface bridge port
add bridge=bridge1 interface=veth-tunnel
/interface wifi cap
set certificate=request discovery-interfaces=bridge1 enabled=yes
/interface wifi capsman
set ca-certificate=auto certificate=auto enabled=yes interfaces=all \
    require-peer-certificate=no upgrade-policy=none
/interface wifi provisioning
add action=create-dynamic-enabled disabled=no master-configuration=conf1
/ip dhcp-relay
add dhcp-server=192.0.2.11 disabled=no interface=bridge1 local-address=\
    192.0.2.1 name=relay-1
