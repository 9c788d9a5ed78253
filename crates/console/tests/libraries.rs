//! Idioms of public script libraries.

mod support;

use support::Device;

#[test]
fn values_are_called_by_what_holds_them() {
    for (source, output) in [
        // The functions of an array: what is called has no name, so arguments count from 0.
        (
            ":local f; :set ($f->\"a\") do={ :put \"$0 $1 $k\" }; ($f->\"a\") one two k=3; :put [($f->\"a\") x y]",
            "one two 3\nx y \n\n",
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
        (":local f do={ ($1 * 2) }; :put [$f 21]", "42\n"),
        // More of them need `:return`.
        (":local f do={ :local x 5; :len abc }; :put [:typeof [$f]]", "nil\n"),
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
        (":global n; :put (0 + $n); :put ($n + 1); :put (5 + [:nothing])", "0\n1\n5\n"),
    ] {
        assert_eq!(Device::default().run(source), output, "{source}");
    }
}
