//! The language: values, operators, control, functions, waiting.

mod support;

use clock::{Duration, Instant};
use console::{Job, Mode, Progress, Session};
use menu::Value;
use support::Device;

#[test]
fn expressions_give_what_devices_give() {
    let mut device = Device::default();
    for (expression, shown) in [
        ("(1 + 2 * 3)", "7"),
        ("((1 + 2) * 3)", "9"),
        ("(10 - 3 - 2)", "5"),
        ("(7 % 3)", "1"),
        ("(10 / 3)", "3"),
        ("(-5 + 2)", "-3"),
        ("(1 << 2 << 1)", "16"),
        ("(5 & 3 | 8)", "9"),
        ("(5 ^ 1)", "4"),
        ("(~0)", "-1"),
        ("(\"a\" . 1 + 2)", "a3"),
        ("(1 . 2)", "12"),
        ("(1.2)", "1.0.0.2"),
        ("(1 < 2 && 2 < 3)", "true"),
        ("(true or false and false)", "true"),
        ("(!true)", "false"),
        ("(1 = \"1\")", "true"),
        ("(1 != 2)", "true"),
        ("(5 > 3)", "true"),
        ("(10s + 5m)", "00:05:10"),
        ("(10s * 3)", "00:00:30"),
        ("(1h / 2)", "00:30:00"),
        ("(10.0.0.1 + 5)", "10.0.0.6"),
        ("(10.0.0.9 - 10.0.0.1)", "8"),
        ("(10.0.0.255 & 255.255.255.0)", "10.0.0.0"),
        ("(1.1.1.1/32 in 1.0.0.0/8)", "true"),
        ("(10.0.0.1 in 10.0.1.0/24)", "false"),
        ("(\"ether1\" ~ \"^eth\")", "true"),
        ("(\"ether1\" ~ \"^eth\\$\")", "false"),
        ("(\"a\" . {1;2})", "a1;a2"),
        ("({1;2} , 3)", "1;2;3"),
        ("(1,2,3)", "1;2;3"),
        ("({a=1;b=2}->\"b\")", "2"),
        ("({1;2;3}->1)", "2"),
        ("{1;2;k=v;\"b c\"=2;}", "1;2;b c=2;k=v"),
        ("{1;{2;3}}", "1;2;3"),
        ("[:typeof ({1}->5)]", "nothing"),
        ("[:typeof [:nothing]]", "nil"),
        ("[:typeof 1.1.1.1/24]", "ip-prefix"),
        ("[:typeof \"1\"]", "str"),
        ("[:typeof [:toarray \"\"]]", "array"),
        ("[:len \"hello\"]", "5"),
        ("[:len {1;2;a=3}]", "3"),
        ("[:pick \"hello\" 1 3]", "el"),
        ("[:pick \"hello\" 1]", "e"),
        ("[:pick {1;2;3} 0 2]", "1;2"),
        ("[:find \"hello\" \"l\"]", "2"),
        ("[:find \"hello\" \"l\" 2]", "3"),
        ("[:find \"hello\" \"h\" -1]", "0"),
        ("[:typeof [:find \"hello\" \"z\"]]", "nil"),
        ("[:find {5;6;7} 7]", "2"),
        ("[:tostr 1d]", "1d00:00:00"),
        ("[:tonum \"12\"]", "12"),
        ("[:typeof [:tonum \"x\"]]", "nil"),
        ("[:toip \"1.2.3.4\"]", "1.2.3.4"),
        ("[:totime 90]", "00:01:30"),
        ("[:toarray \"a,b,c\"]", "a;b;c"),
        ("[:tobool \"yes\"]", "true"),
        ("[:convert \"Hello\" to=base64]", "SGVsbG8="),
        ("[:convert \"SGVsbG8=\" from=base64]", "Hello"),
        ("[:convert \"ab\" to=hex]", "6162"),
        ("[:range 1 4]", "1;2;3;4"),
        ("[:serialize value=a,b,c to=json]", "[\"a\",\"b\",\"c\"]"),
        ("[:serialize {b=1;a={1;2}} to=json]", "{\"a\":[1,2],\"b\":1}"),
        ("([:deserialize \"{\\\"a\\\":[1,2]}\" from=json]->\"a\")", "1;2"),
        ("[:resolve one]", "1.1.1.1"),
        ("[:rndnum from=0 to=9]", "7"),
        ("\"a\\tb\\\\\\24\\_c\"", "a\tb\\$ c"),
        ("\"a\\\n   b\"", "ab"),
        ("\"x$[:len abc]y$(1+1)z\"", "x3y2z"),
        ("\"cost$ \"", "cost$ "),
        ("(any 0)", "true"),
        ("(any \"\")", "false"),
        ("[:put 1; :len ab]", "1\n2"),
        ("1,2", "1;2"),
        ("*1A", "*1A"),
        ("00:11:22:33:44:55", "00:11:22:33:44:55"),
        ("(fe80::1 = fe80::1)", "true"),
    ] {
        assert_eq!(device.put(expression), shown, "{expression}");
    }
}

#[test]
fn scripts_print_what_they_should() {
    for (source, output) in [
        (":for i from=1 to=3 do={ :put $i }", "1\n2\n3\n"),
        (
            ":global f do={ :put \"$0 $1\" }; $f a; $f; :local g $f; $g b; :put [$g]",
            "$f a\n$f \n$g b\n$g \n;$g \n",
        ),
        (":for i from=3 to=1 step=-1 do={ :put $i }", "3\n2\n1\n"),
        (":foreach i in={\"a\";\"b\"} do={ :put $i }", "a\nb\n"),
        (":foreach k,v in={a=1;b=2} do={ :put \"$k-$v\" }", "a-1\nb-2\n"),
        (":foreach i in=[:toarray \"\"] do={ :put $i }", ""),
        (":local i 0; :while ($i < 3) do={ :set i ($i + 1) }; :put $i", "3\n"),
        (":local i 0; :do { :set i ($i + 1) } while=($i < 5); :put $i", "5\n"),
        (":if (1 = 1) do={ :put yes } else={ :put no }", "true\n"),
        (":if (1 = 2) do={ :put 1 } else={ :put 2 }", "2\n"),
        (":do { :error boom } on-error={ :put caught }", "caught\n"),
        (":onerror e in={ :error boom } do={ :put \"got $e\" }", "got boom\n"),
        (":put [:onerror e in={ :put 1 } do={ }]", "1\nfalse\n"),
        (":onerror e { :error boom } do={ :put \"got $e\" }", "got boom\n"),
        (":local x 1; :set $x 7; :put $x", "7\n"),
        (":if ([:find abc z]) do={ :put there } else={ :put gone }", "gone\n"),
        (":if ([:find abc c]) do={ :put there } else={ :put gone }", "there\n"),
        (":local f do={ :return ($1 + $a) }; :put [$f 5 a=2]", "7\n"),
        (":global f do={ :put $0 }; $f x; :put [[:parse \":return \\$0\"]]", "$f\n\n"),
        (":local f do={ :put \"no value\" }; :put [:typeof [$f]]", "no value\narray\n"),
        (":local fib do={ :return 1 }; :put ([$fib] + [$fib])", "2\n"),
        (
            ":global fact do={ :global fact; :if ($1 < 2) do={ :return 1 }; :return ($1 * [$fact ($1 - 1)]) }; :put [$fact 10]",
            "3628800\n",
        ),
        (":local a {1;2}; :set ($a->1) 9; :set ($a->\"k\") v; :put $a", "1;9;k=v\n"),
        (":local a; :set ($a->\"x\"->\"y\") 1; :put ($a->\"x\"->\"y\")", "1\n"),
        (":local a {1;2;3;k=4}; :set ($a->\"k\"); :set ($a->1); :put $a", "1;3\n"),
        (":local a {k={x=1;y={2;3}}}; :set ($a->\"k\"->\"y\"->0); :put $a", "k=x=1;y=3\n"),
        (":local a {1;k=2}; :set ($a->\"z\"); :set ($a->9); :set ($a->\"k\"->\"q\"); :put $a", "1;k=2\n"),
        (":global b {k=1;l=2}; :local c $b; :set ($b->\"k\"); :put \"$[:len $b] $[:len $c]\"", "1 2\n"),
        (":global \"my-var\" 5; :put $\"my-var\"", "5\n"),
        (":local x 1; { :local x 2; :put $x }; :put $x", "2\n1\n"),
        (":local f [:parse \":put (1 + 1)\"]; $f", "2\n"),
        (":put [:parse \"/zzz qqq\"]", "(<%% bad command name zzz (line 1 column 2) zzz;qqq)\n"),
        (
            ":put [:parse \"/ip address print bogus-attr=1\"]",
            "(evl bad parameter bogus-attr (line 1 column 29) /ip/address/print)\n",
        ),
        (":put [:parse \"/zzz qqq print\"]", "(<%% bad command name zzz (line 1 column 2) zzz;qqq;print)\n"),
        (":put [:parse \"(1\"]", "syntax error (line 1 column 3)\n"),
        ("# comment\n:put 1 # another\n  # third\n:put 2", "1\n2\n"),
        (":put \\\n   1", "1\n"),
        ("put 1; :put\\\n 2", "1\n2\n"),
        (":foreach i in={1;2;3} do={ :if ($i = 2) do={ :continue }; :put $i }", "1\n3\n"),
        (":foreach i in={1;2;3} do={ :if ($i = 2) do={ :break }; :put $i }; :put end", "1\nend\n"),
        (
            ":for i from=1 to=2 do={ :for j from=1 to=2 do={ :if ($j = 2) do={ :break }; :put \"$i$j\" } }",
            "11\n21\n",
        ),
        (":execute as-string script={:put hidden}; :put shown", "shown\n"),
        (":put [:execute script={:put x} as-string]", "x\n\n"),
        (
            ":retry command={ :put try; :error e } delay=1s max=3 on-error={ :put gave-up }",
            "try\ntry\ntry\ngave-up\n",
        ),
        (":local op (>[:put deferred]); :put [:typeof $op]", "op\n"),
        (":local f do={ :return \"$0 $1 $k\" }; :put ($f <%% {1;2;k=3})", "1 2 3\n"),
        (":exit; :put 1", ""),
        (":put [[:parse \":return 5\"]]", "5\n"),
        (":local n 3; [[:parse \":put \\\"n=\\$n\\\"\"] n=4]", "n=4\n"),
        (":put [[:tostr a]]", "a\n"),
        // A statement in brackets gives code, which is run.
        ("[:parse \":put ran\"]", "ran\n"),
        ("[:parse \":put \\$n\"] n=5; [:len abc]; [/ip/pool/find]", "5\n"),
        (":put [:len [:rndstr]]", "16\n"),
        (":put 1; :return 5; :put 2", "1\n"),
        (":local s \"a;b#c\"; :put $s", "a;b#c\n"),
        (":put [:time {:delay 2s}]", "00:00:02\n"),
    ] {
        assert_eq!(Device::default().run(source), output, "{source}");
    }
}

#[test]
fn brackets_and_quotes_of_comments_and_nested_strings_end_no_body() {
    let mut device = Device::default();
    for (script, shown) in [
        (":global f do={\n # don\"t open {\n :return 1\n}\n:put [$f]", "1\n"),
        (":global f do={ # }\n :return 2 # }\n ; # \"\n}\n:put [$f]", "2\n"),
        (":global f do={ :return \"a $[:len \"}{{\"] b\" }\n:put [$f]", "a 3 b\n"),
        (":global f do={ :return \"$(1 + [:len \"(}\"])\" }\n:put [$f]", "3\n"),
        (":global f do={ :return \"#{\" }\n:put [$f]", "#{\n"),
    ] {
        assert_eq!(device.run(script), shown, "{script}");
    }
}

#[test]
fn checks_of_a_lab_are_expressions() {
    let mut device = Device::default();
    device.run("/ip pool\nadd name=a ranges=10.0.0.1-10.0.0.9\nadd name=b ranges=10.0.1.1\n");
    for source in [
        "[:len [/ip pool find where name~\"^[ab]\"]] = 2",
        "[/ip/pool/get a ranges] = \"10.0.0.1-10.0.0.9\"",
        "[:len [/interface find where running]] = 2 && [:len [/interface find where !running]] = 5",
        "[:len [/interface find type=ether and slave]] = 1",
        "([:len [/interface find where (type=bridge or slave=yes) name~\"ether\"]] = 1)",
    ] {
        assert_eq!(device.value(source), Value::Bool(true), "{source}");
    }
}

#[test]
fn globals_stay_in_the_device() {
    let mut device = Device::default();
    device.run(":global x 5");
    assert_eq!(device.run(":global x; :put $x"), "5\n");
    assert_eq!(device.value("$x + 1"), Value::Num(6));
    assert_eq!(device.run(":environment print"), "x=5\n");
    device.run(":global x; :set x");
    assert!(device.globals.is_empty());
}

#[test]
fn a_terminal_remembers_menu_and_globals_from_line_to_line() {
    let mut device = Device::default();
    let mut session = Session::terminal();
    let mut output = String::new();
    for line in [
        "/ip pool",
        "add name=a ranges=1.1.1.1",
        ":global g 3",
        ":put $g",
        "print count-only",
        ".. pool",
        "/",
    ] {
        let mut job = Job::new(line, Mode::Paste, session);
        output.push_str(&device.finish(&mut job).0);
        session = job.into_session();
    }
    assert_eq!((output.as_str(), session.menu), ("3\n1\n", ""));
}

#[test]
fn a_job_waits_in_virtual_time_and_many_run_at_once() {
    let mut device = Device::default();
    let mut slow =
        Job::new(":put a; :delay 10s; :put [/ping 1.1.1.1 count=2]; :put c", Mode::Import, Session::script());
    let mut fast = Job::new(":delay 500ms; :put b", Mode::Import, Session::script());
    assert_eq!(slow.run(&mut device), Progress::Blocked(Some(Instant::START + Duration::from_secs(10))));
    assert_eq!(fast.run(&mut device), Progress::Blocked(Some(Instant::START + Duration::from_millis(500))));
    // An early call changes nothing.
    assert_eq!(slow.run(&mut device), Progress::Blocked(Some(Instant::START + Duration::from_secs(10))));
    device.now = Instant::START + Duration::from_secs(1);
    assert_eq!(fast.run(&mut device), Progress::Done(Ok(Value::text("b"))));
    assert_eq!(fast.take_output(), "b\n");
    device.now = Instant::START + Duration::from_secs(10);
    let mut fork = slow.clone();
    for job in [&mut slow, &mut fork] {
        let (output, result) = device.finish(job);
        assert!(result.is_ok());
        assert_eq!(output, "a\npong\n2\nc\n");
    }
}

#[test]
fn a_cancelled_job_ends_its_pending_command() {
    let mut device = Device::default();
    let mut job = Job::new("/ping 1.1.1.1", Mode::Import, Session::script());
    assert!(matches!(job.run(&mut device), Progress::Blocked(Some(_))));
    job.cancel(&mut device);
    assert_eq!(job.run(&mut device), Progress::Done(Ok(Value::Nil)));
}

#[test]
fn runaway_scripts_end_with_a_clear_fault() {
    for (source, part) in [
        (":while (true) do={ }", "steps without a wait"),
        (":while (true) do={ :do { :error x } on-error={ } }", "steps without a wait"),
        (":global f do={ :global f; $f }; $f", "recursion"),
        (":local s \"aaaaaaaaaaaaaaaa\"; :while (true) do={ :set s ($s . $s) }", "too long"),
        (":local a {1;2}; :while (true) do={ :set a ($a , $a) }", "too large"),
        (":local a {1;2}; :while (true) do={ :set a {$a;$a} }", "too large"),
        (":local a {1}; :while (true) do={ :set a {$a} }", "too large"),
        (":local a {1}; :while (true) do={ :set ($a->\"k\") $a }", "too large"),
        (
            ":local a ({}); :for i from=1 to=9000 do={ :set ($a->[:len $a]) \"element $i\" }; :set a \"$a$a\"; :put [:len $a]",
            "too large",
        ),
        (
            ":local s abcdefgh; :for i from=1 to=17 do={ :set s \"$s$s\" }; :local a {1}; :while (true) do={ :set ($a->[:len $a]) $s }",
            "steps without",
        ),
        (
            ":while (true) do={ :put \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\" }",
            "too much output",
        ),
    ] {
        let error = Device::default().fails(source);
        assert!(error.message.contains(part), "{source}: {error}");
    }
}

#[test]
fn deep_nesting_is_a_syntax_error_not_an_overflow() {
    for open in ["(", "[", "{", ":if (true) do={", "-", "!", "$[", "\"$("] {
        let source = format!(":put ({}", open.repeat(100_000));
        assert!(!console::check(source.as_bytes(), support::tree()).errors.is_empty(), "{open}");
    }
    // Every level of precedence in every parenthesis.
    let deep =
        format!(":put {}1", "(1 , 1 or 1 and 1 in 1 = 1 . 1 << 1 | 1 ^ 1 & 1 + 1 * 1 <%% 1 -> ".repeat(99));
    assert!(!console::check(deep.as_bytes(), support::tree()).errors.is_empty());
    let mild = format!(":put {}1{}", "(1 , 1 or 1 = 1 + ".repeat(70), ")".repeat(70));
    assert!(console::check(mild.as_bytes(), support::tree()).errors.is_empty());
    let mut job = Job::new(mild, Mode::Import, Session::script());
    assert!(matches!(job.run(&mut Device::default()), Progress::Done(_)));
    let chain = format!(":put (1{})", " + 1".repeat(50_000));
    assert_eq!(Device::default().run(&chain), "50001\n");
}

#[test]
fn event_scripts_get_their_variables() {
    let mut device = Device::default();
    let mut job = Job::new(
        ":if ($leaseBound = 1) do={ :log info \"bound $leaseActIP\" }",
        Mode::Import,
        Session::script(),
    );
    job.set_variable("leaseBound", Value::Num(1));
    job.set_variable("leaseActIP", Value::Ip([10, 0, 0, 9].into()));
    assert!(device.finish(&mut job).1.is_ok());
    device.run("/log warning message=\"two words\"\n:log error x");
    assert_eq!(device.log, ["script,info bound 10.0.0.9", "script,warning two words", "script,error x"]);
}

#[test]
fn an_imported_file_runs_in_place() {
    let mut device = Device::default();
    device.files.insert("a.rsc".into(), b"/ip pool add name=z ranges=1.1.1.1\n:put inside\n".to_vec());
    assert_eq!(
        device.run("/import a.rsc; :put after"),
        "inside\n\nScript file loaded and executed successfully\nafter\n"
    );
    assert_eq!(device.fails("/import none.rsc").message, "Cannot open import file, file does not exist");
}

#[test]
fn big_arrays_are_filled_and_walked_in_time() {
    let mut device = Device::default();
    let source = ":local a {0}; :for i from=1 to=20000 do={ :set ($a->$i) $i }; :local sum 0
        :for i from=0 to=20000 do={ :set sum ($sum + ($a->$i)) }; :put $sum
        :local m; :for i from=1 to=5000 do={ :set ($m->\"k$i\") $i }; :local n 0
        :foreach k,v in=$m do={ :set n ($n + $v) }; :put $n";
    assert_eq!(device.run(source), "200010000\n12502500\n");
}

#[test]
fn readers_give_up_in_time() {
    for line in ["(\n", ":global f do={\n", "\"\n", "/zzz [\n", ":put $x\n"] {
        let source = line.repeat(50_000);
        assert!(!console::check(source.as_bytes(), support::tree()).errors.is_empty());
    }
}

/// A long script runs in pieces; locals, the menu, faults and the value go over their borders.
#[test]
fn a_script_of_thousands_of_lines_is_one_script() {
    let mut device = Device::default();
    let mut paste = |source: String| device.finish(&mut Job::new(source, Mode::Paste, Session::script()));
    let lines = |bad: usize| -> String {
        let line = |n| if n == bad { ":error here\n".into() } else { ":set sum ($sum + 1)\n".to_string() };
        std::iter::once(":local sum 0\n".to_string())
            .chain((1..5000).map(line))
            .chain([":put $sum\n".to_string()])
            .collect()
    };
    assert_eq!(paste(lines(usize::MAX)).0, "4999\n");
    // At a terminal a faulty line is passed over, wherever it stands: at the border of a piece too.
    for bad in [1, 399, 400, 401, 4999].into_iter().chain((1900..2100).step_by(7)) {
        assert_eq!(paste(lines(bad)).0, "here\n4998\n", "fault in line {bad}");
    }
    assert_eq!(paste(lines(0) + ":return 7\n:put never"), ("4999\n".into(), Ok(Value::Num(7))));
}
