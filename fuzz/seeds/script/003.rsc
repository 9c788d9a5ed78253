x=== 57
# --- IPv4 Configuration ---

# 1. Configure WAN Interface (assuming ether1 is WAN)
/interface ethernet set ether1 name=wan comment="WAN Interface"

# 2a. Dynamic IPv4 Address from ISP (DHCP Client - Common for SOHO)
/ip dhcp-client add interface=wan disabled=no comment="DHCP Client for WAN IPv4"

# --- OR ---

# 2b. Static IPv4 Address from ISP (Less common for SOHO, but possible)
# /ip address add address=203.0.113.5/24 interface=wan comment="Static WAN IPv4 Address"
# /ip route add dst-address=0.0.0.0/0 gateway=203.0.113.1 comment="Default IPv4 Route"
# Replace 203.0.113.5/24 and 203.0.113.1 with your ISP provided details

# 3. Configure LAN Interface (assuming ether2 is LAN)
/interface ethernet set ether2 name=lan comment="LAN Interface"
/ip address add address=192.168.88.1/24 interface=lan network=192.168.88.0 comment="LAN IPv4 Address"
# 192.168.88.1/24 is a common private IPv4 range for SOHO. You can choose others like 192.168.1.1/24 or 10.0.0.1/24

# 4. Configure DHCP Server for LAN (to automatically assign IPv4 addresses to LAN devices)
/ip pool add name=dhcp_pool_lan ranges=192.168.88.10-192.168.88.254 comment="DHCP Pool for LAN IPv4"
/ip dhcp-server add name=dhcp_server_lan interface=lan address-pool=dhcp_pool_lan lease-time=10m comment="DHCP Server for LAN IPv4" # Lease time can be adjusted
/ip network add address=192.168.88.0/24 gateway=192.168.88.1 dns-servers=8.8.8.8,8.8.4.4 dhcp-server=dhcp_server_lan comment="LAN IPv4 Network Settings"
# Using Google Public DNS (8.8.8.8, 8.8.4.4). You can use your ISP's DNS or other public DNS servers.

# 5. Enable NAT (Network Address Translation) for Internet access from LAN
/ip firewall nat add chain=srcnat action=masquerade out-interface=wan comment="NAT for LAN to WAN IPv4"
=== 90
# --- IPv6 Configuration ---

# 1. Enable IPv6 Package (if not already enabled)
/system package enable ipv6

# 2. Configure WAN Interface for IPv6 (assuming ether1 is WAN)
/interface ethernet set ether1 name=wan comment="WAN Interface"

# 3a. Dynamic IPv6 Address and Prefix Delegation from ISP (DHCPv6 Client - Common for SOHO IPv6)
/ipv6 dhcp-client add interface=wan request=prefix pool-name=ipv6_pool_lan pool-length=64 comment="DHCPv6 Client for WAN IPv6 with Prefix Delegation"
# pool-length=64 is typical for SOHO LAN prefixes. The ISP will delegate a /64 prefix.
# pool-name=ipv6_pool_lan will be used to assign IPv6 addresses to the LAN interface

# --- OR ---

# 3b. Static IPv6 Address from ISP (Less common for SOHO IPv6)
# /ipv6 address add address=2001:db8:1::2/64 interface=wan comment="Static WAN IPv6 Address"
# /ipv6 route add dst-address=::/0 gateway=2001:db8:1::1 comment="Default IPv6 Route"
# Replace 2001:db8:1::2/64 and 2001:db8:1::1 with your ISP provided details

# 4. Configure LAN Interface (assuming ether2 is LAN) to use delegated prefix
/interface ethernet set ether2 name=lan comment="LAN Interface"
/ipv6 address add from-pool=ipv6_pool_lan interface=lan eui-64=yes comment="LAN IPv6 Address from Delegated Prefix (EUI-64)"
# eui-64=yes will generate an IPv6 address in the LAN subnet based on the MAC address of the LAN interface.
# Alternatively, you can set a static IPv6 address within the delegated prefix if desired.
# /ipv6 address add address=2001:db8:2::1/64 interface=lan comment="Static LAN IPv6 Address" # Assuming 2001:db8:2::/64 is within the delegated prefix

# 5. Configure IPv6 Router Advertisement (RA) for LAN (to automatically configure IPv6 addresses on LAN devices)
/ipv6 nd add interface=lan ra-interval=10s managed-address-configuration=no other-configuration=no comment="IPv6 Router Advertisement for LAN"
# ra-interval=10s: Router Advertisement interval (adjust as needed).
# managed-address-configuration=no: Devices will use SLAAC (Stateless Address Autoconfiguration) based on RA.
# other-configuration=no: Devices will not request other configuration (like DNS) via DHCPv6 (Stateless DHCPv6).
# For Stateless DHCPv6 for DNS, set other-configuration=yes and configure DHCPv6 server (optional for basic SOHO).

# 6. (Optional) Configure IPv6 Firewall to allow LAN to WAN traffic (similar to IPv4 NAT, but for IPv6 forwarding)
/ipv6 firewall filter add chain=forward action=accept connection-state=established,related comment="Allow Established/Related IPv6 Forward"
/ipv6 firewall filter add chain=forward action=accept src-address=2001:db8:2::/64 out-interface=wan comment="Allow LAN -> WAN IPv6 Forward" # Assuming 2001:db8:2::/64 is your delegated prefix - adjust accordingly
/ipv6 firewall filter add chain=forward action=drop in-interface=wan comment="Drop all other WAN -> LAN IPv6 Forward" # Default deny for incoming WAN IPv6
=== 296
        /ip firewall filter
        add chain=input protocol=tcp dst-port=8291,22,80,443 in-interface=wan action=drop comment="Drop WAN Management Access"
        # Allow management from LAN (example - adjust src-address if needed)
        add chain=input protocol=tcp dst-port=8291,22,80,443 src-address=192.168.88.0/24 in-interface=lan action=accept comment="Allow LAN Management Access"
        # Allow established/related connections (already should be in place - refer to basic firewall guide)
=== 381
/system script
add name=daily_backup owner=admin policy=ftp,reboot,read,write,policy,test,password,sniff,sensitive,romon source="# Script to perform daily RouterOS configuration backup\r\
    \n# Set backup filename with date\r\
    \n:local backupFileName (\"backup_\" . [/system clock get date format=yyyy-MM-dd])\r\
    \n\r\
    \n# Export configuration to file\r\
    \n/export file=\$backupFileName\r\
    \n\r\
    \n# Optional: Upload backup file to FTP server (replace with your FTP details)\r\
    \n#:local ftpServer \"your_ftp_server_ip\"\r\
    \n#:local ftpUser \"your_ftp_username\"\r\
    \n#:local ftpPassword \"your_ftp_password\"\r\
    \n#:local ftpRemoteDir \"/mikrotik_backups/\"\r\
    \n\r\
    \n#:tool fetch url=\"ftp://\$ftpUser:\$ftpPassword@\$ftpServer\$ftpRemoteDir\$backupFileName.rsc\" mode=ftp upload=yes\r\
    \n\r\
    \n:log info \"Daily RouterOS backup completed: \$backupFileName.rsc\"\r\
    \n"

/system scheduler
add name=daily_backup_scheduler on-event=daily_backup policy=ftp,reboot,read,write,policy,test,password,sniff,sensitive,romon start-time=03:00:00 interval=1d
