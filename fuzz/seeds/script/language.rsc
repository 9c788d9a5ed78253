:local a {1;2;x=3}; :foreach k,v in=$a do={ :put "$k=$v" }
:global f do={ :return ($1 + 1) }; :put [$f 2]
:if ([:len [/ip address find where interface=ether1 and !disabled]] > 0) do={ :put yes } else={ :put (1 . "\41\_b") }
:do { :error "x" } on-error={ :log info "caught" }
/ip address { add address=10.0.0.1/24 interface=ether1 ; print detail }
/ip/firewall/filter add chain=forward action=drop src-address=!10.0.0.0/8 \
    comment="a \"b\" \$c" place-before=0
:while (false) do={ :delay 1s }
:put [:pick "abcdef" 1 3]; :put ([:typeof 1.1.1.1] . [:find "abc" "c"])
