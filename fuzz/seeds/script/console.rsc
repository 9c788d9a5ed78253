x
:put (1 + 2 * 3)
:put (10 / 3)
:put (10 % 3)
:put (7 - 2 - 1)
:put (1 . 2)
:put (1.2)
:put ("a" . "b" . 3)
:put (5 > 3 && 2 < 1)
:put (!true)
:put ({1;2;3}->1)
:put ({a=1;b=2}->"b")
:put [:len {1;2;3}]
:put [:pick "abcdef" 1 3]
:put [:find "abcdef" "d"]
:put [:typeof [:find "abc" "z"]]
:put [:typeof 1.1.1.1/24]
:put (10s + 1m)
:put [:totime "1:02:03"]
:put [:tostr 00:10:00]
:put (1d + 2h)
:put [:toarray "a,b,c"]
:put [:serialize to=json value={"a"=1;"b"="x";"c"={1;2}}]
:put ([:deserialize from=json value="{\"a\":[1,2,{\"b\":true}]}"]->"a")
:put [:convert "hello" to=base64]
:put [:convert "68656c6c6f" from=hex]
:put [:convert "hello" transform=md5]
:local f do={:return ($1 * $2)}; :put [$f 3 4]
:global fact do={:global fact; :if ($1 <= 1) do={:return 1}; :return ($1 * [$fact ($1 - 1)])}; :put [$fact 10]
:for i from=3 to=1 step=-1 do={:put $i}
:foreach k,v in={a=1;b=2} do={:put "$k=$v"}
:local x 0; :while ($x < 3) do={:set x ($x + 1); :if ($x = 2) do={:continue}; :put $x}
:do {:error "boom"} on-error={:put caught}
:onerror e in={:error "boom"} do={:put "got $e"}
:local r [:onerror e in={:put ok} do={:put bad}]; :put $r
:retry command={:put try; :error x} delay=1 max=3 on-error={:put failed}
:put [:rndstr length=5 from=ab]
:put [:typeof [:rndnum from=1 to=5]]
:put ("192.168.1.5" ~ "^192\\.168")
:put (192.168.1.5 in 192.168.1.0/24)
:put (255.255.255.0 & 192.168.1.77)
:put (192.168.1.1 + 5)
:put (192.168.1.10 - 192.168.1.1)
:put (1 << 4 | 1)
:put [:toip "1.2.3.4"]
:put [:tonum "0x1F"]
:put [:tobool "yes"]
:put "tab\there \"q\" \$x \41\_end"
:put "a\
   b"
:local a {1;2;3}; :set ($a->1) 9; :put $a
:local m {"x"=1}; :set ($m->"y") 2; :put $m
:put [:typeof {}]
:put [:typeof ("a","b")]
:put (("a","b") . "c")
:put [/ip address find where interface=bridge-44]
:put [/ip address get [find interface=ether1] address]
:put [/ip address get 0]
:foreach i in=[/ip address find] do={:put ("addr " . [/ip address get $i address])}
:put [/interface print count-only]
:put [/interface find where name~"^ether" and running]
/ip address print where address in 100.64.0.0/24
/ip address print detail
/ip address print terse
/ip address print value-list
:put [/ip address print as-value]
/ip address print proplist=address,interface
/ip address add address=10.1.1.1/24 interface=ether4
/ip address set [find address="10.1.1.1/24"] comment="x y"
/ip address print where comment
/ip address remove [find comment~"x"]
/ip address add address=10.1.1.1/24
/ip address add address=10.1.1.300/24 interface=ether1
/ip address add address=10.1.1.1/24 interface=nope
/ip address add adress=1
:put $undefinedvar
:put [:parse ":put 1"]
:put [:nothing]
:environment print
:time {:delay 2s}
:put [:time {:delay 2s}]
:put [:timestamp]
:put [:resolve example.com]
/system identity set name="a b"
:put [/system identity get name]
:put [:tonum "abc"]
:put [:len "häh"]
:put (1 = "1")
:put ("a" < "b")
:put (true || false)
:put [:range 1 5]
:log info "hello"
/log print where message~"hello"
:local s "x"; :if ($s = "x") do={:put yes} else={:put no}
{:local z 5; :put $z}
:put [:pick {1;2;3;4} 1 3]
:put (>[:put 1])
:put [:exit]
