//! Idioms of public script libraries.

mod support;

use support::Device;

#[test]
fn values_are_called_by_what_holds_them() {
    for (source, output) in [
        // The functions of an array: what is called has no name, so arguments count from 0.
        (
            ":local f; :set ($f->\"a\") do={ :put \"$0 $1 $k\" }; ($f->\"a\") one two k=3; [($f->\"a\") x y]",
            "one two 3\nx y \n",
        ),
        (":global f ({}); :set ($f->\"b\") do={ :return ($0 + $1) }; :put [($f->\"b\") 2 3]", "5\n"),
        (
            ":local all ({}); :set ($all->\"x\") do={ :put \"$0: $1\" }; :foreach k,discard in=$all do={ ($all->$k) (\"name-\" . $k) $k }",
            "name-x: x\n",
        ),
        (":local f do={ :put \"<$0> <$1>\" }; ($f) a b; $f a b", "<a> <b>\n<$f> <a>\n"),
        (":put [[:parse \":return \\\"\\$0 \\$1\\\"\"] a b]", "a b\n"),
        ("(1 + 1); (\"text\"); :put 1", "1\n"),
    ] {
        assert_eq!(Device::default().run(source), output, "{source}");
    }
    let error = Device::default().fails("(1 + 1) 2");
    assert_eq!(error.message, "attempt to call a value that is not a function");
}

#[test]
fn code_of_one_statement_gives_its_value() {
    let mut device = Device::default();
    device.run("/ip pool add name=a ranges=1.1.1.1");
    for (source, output) in [
        (":put [[:parse \"(\\\"\\\\41\\\")\"]]", "A\n"),
        (":put \"x$[[:parse \"(\\\"\\\\42\\\")\"]]y\"", "xBy\n"),
        (":put [[:parse \"/ip/pool/get a ranges\"]]", "1.1.1.1\n"),
        (":put ([[:parse \"len [/ip/pool/find]\"]] > 0)", "true\n"),
        (":put [[:parse \"[/ip pool get a name]\"]]", "a\n"),
        (":local t \"ip pool\"; :foreach i in=[[:parse \"[/$t find]\"]] do={ :put $i }", "*1\n"),
        (":local f (>($1 * 2)); :put [$f 21]", "42\n"),
        // More of them need `:return`.
        (":local f [:parse \":local x 5; :len abc\"]; :put [:typeof [$f]]", "nil\n"),
    ] {
        assert_eq!(device.run(source), output, "{source}");
    }
}

#[test]
fn parameters_can_be_set_whether_given_or_not() {
    for (source, output) in [
        (
            ":global f do={ :if ([:len $1] = 0) do={ :set $1 \"none\"; :set $2 {7;8} }; :foreach v in=$2 do={ :put \"$1 $v\" } }; $f; $f a b",
            "none 7\nnone 8\na b\n",
        ),
        (":local f do={ :set found true; :return $found }; :put [$f]", "true\n"),
        (":local f do={ :set ($r->\"k\") $1; :return $r }; :put [$f 5]", "k=5\n"),
        (":local f do={ :while ($1 > 0) do={ :set $1 ($1 - 1) }; :return $1 }; :put [$f 3]", "0\n"),
        (":local f do={ :if (!$1) do={ :put none } else= { :put some } }; $f; $f true", "none\nsome\n"),
    ] {
        assert_eq!(Device::default().run(source), output, "{source}");
    }
}

#[test]
fn loops_without_a_step_count_both_ways() {
    for (source, output) in [
        (":for i from=2 to=0 do={ :put $i }", "2\n1\n0\n"),
        (":for i from=1 to=1 do={ :put $i }", "1\n"),
        (":for i from=0 to=-1 do={ :put $i }", "0\n-1\n"),
        // A step that is written is kept.
        (":for i from=1 to=0 step=1 do={ :put $i }", ""),
        (":for i from=0 to=1 step=-1 do={ :put $i }", ""),
    ] {
        assert_eq!(Device::default().run(source), output, "{source}");
    }
}

#[test]
fn forms_of_writing() {
    for (source, output) in [
        (":put [:typeof ({})]; :put [:len ({})]", "array\n0\n"),
        (":local o ({ a={}; b=1 }); :put [:typeof ($o->\"a\")]", "array\n"),
        (":local f do={ :return [:typeof $p] }; :put [$f p=({})]", "array\n"),
        ("/{:local x 5\n:put $x}\n/ { :put 6 }", "5\n6\n"),
        (":put (\"a\" . \\ \n  \"b\"); :put \\\t\n c", "ab\nc\n"),
    ] {
        assert_eq!(Device::default().run(source), output, "{source}");
    }
}

#[test]
fn what_is_absent_is_nothing_and_what_failed_is_nil() {
    for (source, output) in [
        (
            ":local f do={ :put \"$[:typeof $1] $[:typeof $name] $[:typeof [:tonum \"x\"]]\" }; $f; $f 1 name=a",
            "nothing nothing nil\nnum str nil\n",
        ),
        // Nothing of a text is nil, and nil is no element.
        (
            ":put [:typeof [:pick \"abc\" 1 1]]; :put [:typeof [:pick \"abc\" 3]]; :put [:typeof [:pick \"\" -1]]",
            "nil\nnil\nnil\n",
        ),
        (
            ":local a; :set a ($a, \"x\"); :set a ($a, [:pick \"abc\" 0 0], \"y\", \"\"); :put [:len $a]",
            "3\n",
        ),
        // Sums with a failed conversion are nil; a value that is not there counts as 0.
        (":put [:typeof (5 + ([:find \"abc\" \"z\"] % 16) * 2)]", "nil\n"),
        (":put [:typeof [:find \"abc\" [:pick \"\" 0]]]", "nil\n"),
        (":local n; :put ($n + 1); :put [:typeof (3 - [:tonum \"x\"])]", "1\nnil\n"),
        (
            ":local f do={ :local level (0 + [:tonum $2]); :return $level }; :put [$f a]; :put [$f a 2]",
            "0\n2\n",
        ),
        (":if ([:find \"abc\" \"z\"] >= 0) do={ :put found } else={ :put no }", "false\n"),
    ] {
        assert_eq!(Device::default().run(source), output, "{source}");
    }
}

#[test]
fn arguments_of_control_commands_do_without_the_sign() {
    for (source, output) in [
        (":foreach k,v in {a=1;b=2} do={ :put \"$k$v\" }", "a1\nb2\n"),
        (
            ":local a {1;2}; :foreach v in $a do={ :put $v }; :foreach v in ($a, 3) do { :put $v }",
            "1\n2\n1\n2\n3\n",
        ),
        (":if (1 = 2) do={ :put a } else { :put b }", "b\n"),
        (":for i from 1 to 2 do={ :put $i }", "1\n2\n"),
    ] {
        assert_eq!(Device::default().run(source), output, "{source}");
    }
    // Elsewhere the sign is needed.
    assert_eq!(
        Device::default().fails("/ip pool add name a ranges=1.1.1.1").message,
        "expected end of command"
    );
}

#[test]
fn elements_are_set_through_parentheses() {
    let source = ":local r {flag=false;reasons=({})}; :set (($r->\"reasons\")->[:len ($r->\"reasons\")]) \\\n  \"one\"
        :set (($r->\"reasons\")->1) two; :put ($r->\"reasons\"); :set (($r->\"reasons\")->0); :put ($r->\"reasons\")";
    assert_eq!(Device::default().run(source), "one;two\ntwo\n");
}

/// As on devices: a block is an array of nothing and of code, and so is what it gives.
#[test]
fn blocks_are_arrays() {
    let mut device = Device::default();
    for (source, output) in [
        (
            ":global fn do={:put \"$1 $2\"}; :put [:typeof $fn]; :put [:len $fn]; :put [:typeof ($fn->1)]; :put $fn",
            "array\n2\ncode\n;(evl (evl /putmessage=(. $1   $2)))\n",
        ),
        (":global fn do={:global fn; $fn}; :put $fn", ";(evl (evl /globalname=$fn) (<%% $fn (> $fn)))\n"),
        (":global add do={ ($1 + 1) }; :put ($add <%% $add <%% $add <%% $add <%% $add <%% {0})", ";5\n"),
        (
            ":local x [:do {:put \"a\"; :put \"b\"; :put \"c\"}]; :put \"$[:tostr $x] $[:len $x] $[:typeof $x] $($x->0) $($x->1)\"",
            "a\nb\nc\n;c 2 array  c\n",
        ),
        (":put [:typeof [:set zzz 12]]", ""),
        (":put [:typeof [:put \"sometext\"]]", "sometext\nstr\n"),
        (":put (>\"text $1\"); :put [(>\"text $1\")]", "(. text  $1)\ntext \n"),
        (":global empty (>{}); :put \"$[:typeof $empty] $[:len $empty]\"", "array 0\n"),
        (
            ":global optype (>[:do {:put \"$1\"}]); $optype \"hmm\"; :put $optype",
            "hmm\n(evl (evl /docommand=;(evl (evl /putmessage=$1))))\n",
        ),
        // A function in an array and one that is joined to others.
        (":local a {1;2}; :set ($a->\"f\") do={:return 7}; :put [($a->\"f\")]", "7\n"),
        (":local f do={:return $v}; :local g do={:return [$1 v=5]}; :put [$g $f]", "5\n"),
        // Nothing is called without a fault.
        (":local f do={ $none 1 2; :put [$none a] }; $f; :global undone; $undone info \"text\"", "\n"),
    ] {
        if output.is_empty() {
            assert_eq!(device.fails(source).message, "syntax error");
        } else {
            assert_eq!(device.run(source), output, "{source}");
        }
    }
}

#[test]
fn texts_around_arrays_are_arrays() {
    for (source, output) in [
        (
            ":global a {\"abc\";\"def\"}; :put \"strarr=$a\"; :put [:len \"strarr=$a\"]; :put [:typeof \"x$a\"]",
            "strarr=abc;strarr=def\n2\narray\n",
        ),
        (
            ":global a {\"abc\";\"def\"}; :global b \"strarr=$a\"; :put ($b->0); :put \"onemorelevel=$b\"",
            "strarr=abc\nonemorelevel=strarr=abc;onemorelevel=strarr=def\n",
        ),
        // A variable alone in quotes keeps its type.
        (
            ":local n 5; :local a {1;2}; :put \"$[:typeof \"$n\"] $[:typeof \"$a\"] $[:typeof \"$n.\"]\"",
            "num array str\n",
        ),
        (":local a {1;k=2}; :put \"<$a>\"; :put \"$[:tostr $a]!\"", "<1>;k=<2>\n1;k=2!\n"),
        (
            ":local f do={ :local v [:toarray \"$1,$2,$3,$4\"]; :put [:len $v] }; $f one; $f one two 3",
            "1\n3\n",
        ),
        (
            ":put [:typeof [:tobool \"false\"]]; :put [:tobool \"true\"]; :put [:tobool false]",
            "nil\ntrue\nfalse\n",
        ),
    ] {
        assert_eq!(Device::default().run(source), output, "{source}");
    }
}
