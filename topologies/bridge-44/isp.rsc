# isp: the provider. ether1 goes to the customer r1, ether2 to the network of the server 8.8.8.8.
/system identity set name=isp
/ip address
add address=100.64.0.1/30 interface=ether1
add address=8.8.8.1/24 interface=ether2
/ip route add dst-address=221.167.154.0/24 gateway=100.64.0.2
