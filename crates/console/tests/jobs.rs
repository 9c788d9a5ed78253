//! Scripts inside scripts: `:execute`, `/import`.

mod support;

use console::{Job, Mode, Progress, Session};
use menu::Value;
use support::Device;

fn run_jobs(device: &mut Device) {
    while !device.jobs.is_empty() {
        let mut job = device.jobs.remove(0);
        let _ = device.finish(&mut job);
    }
}

#[test]
fn execute_starts_a_job_of_its_own() {
    let mut device = Device::default();
    assert_eq!(device.run(":put [:execute {:global g 5}]; :put shown"), "*1\nshown\n");
    assert_eq!(device.run(":global g; :put [:typeof $g]"), "nothing\n", "it has not run yet");
    run_jobs(&mut device);
    assert_eq!(device.run(":global g; :put $g"), "5\n");
    device.run(":execute script=\":put one; :put two\" file=out");
    run_jobs(&mut device);
    assert_eq!(device.files[&menu::Text::from("out.txt")], b"one\ntwo\n");
}

#[test]
fn a_fault_of_a_job_goes_to_the_log() {
    let mut device = Device::default();
    device.run(
        ":execute \":put 1\\n/ip/address/add address=6.6.6.6/24 interface=ether1\"; :execute {:error boom}",
    );
    run_jobs(&mut device);
    assert_eq!(
        device.log,
        [
            "script,error,debug failure: already have such address (/ip/address/add; line 2)",
            "script,error,debug boom (:error; line 1)",
        ]
    );
}

#[test]
fn with_as_string_output_and_fault_are_the_value() {
    for (source, output) in [
        (":put [:execute {:put a; :put b} as-string]", "a\nb\n\n"),
        (":put [:execute {:put a; :error boom} as-string]; :put on", "a\nboom (:error; line 1)\non\n"),
        (
            ":put [:execute \"/ip/address/add\" as-string]",
            "missing value(s) of argument(s) address interface (/ip/address/add; line 1)\n",
        ),
        (":put [:execute \"(1\" as-string]", "syntax error (line 1 column 3)\n"),
        (":put [:execute \"/zzz\" as-string]", "bad command name zzz (line 1 column 2)\n"),
        (
            ":do { :put [:execute {:error in} as-string]; :error out } on-error={ :put caught }",
            "in (:error; line 1)\ncaught\n",
        ),
    ] {
        assert_eq!(Device::default().run(source), output, "{source}");
    }
}

const FILE: &[u8] = b"/ip address\n:put first\nadd address=6.6.6.6/24 interface=ether1\n:put last\n";

#[test]
fn an_import_names_the_place_in_the_file_and_its_own() {
    let mut device = Device::default();
    device.files.insert("x.rsc".into(), FILE.to_vec());
    let error = device.fails("/import x.rsc");
    assert_eq!(
        error.import_text(),
        "Script Error: failure: already have such address (/ip/address/add; line 3) (:import; line 1)"
    );
    let seen = device.run(":onerror e in={ /import file-name=x.rsc } do={ :put $e }");
    assert_eq!(seen, "first\nScript Error: failure: already have such address (/ip/address/add; line 3)\n");
    let missing = device.fails("import nothing.rsc");
    assert_eq!(missing.import_text(), "Cannot open import file, file does not exist (:import; line 1)");
    device.files.insert("bad.rsc".into(), b":put 1\n:put (1\n".to_vec());
    let seen = device.run(":onerror e in={ /import bad.rsc } do={ :put $e }");
    assert_eq!(seen, "Script Error: syntax error (line 3 column 1)\n", "nothing has run");
    device.files.insert("ok.rsc".into(), b":put 1\n".to_vec());
    assert_eq!(device.run("/import ok.rsc"), "1\n\nScript file loaded and executed successfully\n");
}

#[test]
fn a_verbose_import_echoes_lines_and_may_begin_later() {
    let mut device = Device::default();
    device.files.insert("x.rsc".into(), b":put a; :put b\n:put \\\n  c\n\n:put d\n".to_vec());
    let end = "\nScript file loaded and executed successfully\n";
    let body = "#line 2\n:put \\\n  c\nc\n#line 5\n:put d\nd\n";
    let whole = device.run("/import x.rsc verbose=yes");
    assert_eq!(whole, format!("#line 1\n:put a\na\nb\n{body}{end}"));
    assert_eq!(device.run("/import x.rsc verbose=yes from-line=2"), format!("{body}{end}"));
}

#[test]
fn a_dry_run_counts_the_faults_and_changes_nothing() {
    let mut device = Device::default();
    let source = b"/ip pool\nadd name=a ranges=1.1.1.1\nadd bogus=1\n:put (1 1)\n".to_vec();
    device.files.insert("x.rsc".into(), source);
    let output = device.run(":do { /import x.rsc verbose=yes dry-run } on-error={ :put failed }");
    assert_eq!(
        output,
        "#line 1\n/ip pool\n#line 2\nadd name=a ranges=1.1.1.1\n#line 3\nadd bogus=1\n\
         bad parameter bogus (line 3 column 10)\n#line 4\n:put (1 1)\nsyntax error (line 4 column 9)\nfailed\n"
    );
    let error = device.fails("/import x.rsc verbose=yes dry-run");
    assert_eq!(error.message, "Script Error: found 2 error(s) in import file");
    assert_eq!(device.put("[:len [/ip/pool/find]]"), "0");
}

#[test]
fn a_stored_script_runs_with_a_scope_and_a_name_of_its_own() {
    let mut device = Device::default();
    device.run(
        "/system script\nadd name=hello source=\":put [:jobname]; :local x 2; :global g 7; :return 5\"\n\
         add name=bad source=\":put 1\\n/ip/address/add address=6.6.6.6/24 interface=ether1\"",
    );
    let output = device.run(":local x 1; /system script run hello; :put $x; :put [/system/script/run hello]");
    assert_eq!(output, "hello\n1\nhello\n5\n");
    assert_eq!(device.run(":global g; :put \"$g$[:jobname]\""), "7\n");
    let error = device.fails("/system script run bad");
    assert_eq!(error.message, "failure: already have such address");
    assert_eq!(device.fails("/system script run nobody").message, "no such item");
}

#[test]
fn the_terminal_commands_do_nothing_in_a_job() {
    let mut device = Device::default();
    let before = device.now;
    let output = device.run(":terminal style error; :put [:terminal inkey timeout=3s]; /terminal el");
    assert_eq!((output.as_str(), device.now), ("65535\n", before + clock::Duration::from_secs(3)));
}

#[test]
fn jobs_that_start_jobs_without_end_are_stopped() {
    let mut device = Device::default();
    device.run(":global again \":global n; :set n (\\$n + 1); :global again; :execute \\$again\"; :global n 0; :execute $again");
    run_jobs(&mut device);
    assert_eq!(device.run(":global n; :put $n"), "100\n");
    assert_eq!(
        device.log,
        ["script,error,debug script stopped: jobs start jobs without a wait (:execute; line 1)"]
    );
    let error = device.fails(":while (true) do={ :execute {:put 1} }");
    assert!(error.message.starts_with("script stopped: more than"), "{error}");
    assert!(device.jobs.len() < 600);
}

#[test]
fn quit_ends_the_job_and_says_that_the_person_leaves() {
    let mut device = Device::default();
    for source in ["/quit", ":put 1; :if (true) do={ /quit }; :put 2", "quit"] {
        let mut job = Job::new(source, Mode::Paste, Session::terminal());
        assert_eq!(job.run(&mut device), Progress::Done(Ok(Value::Nil)), "{source}");
        assert!(!job.take_output().to_string().contains('2'));
        assert!(job.into_session().quits, "{source}");
    }
}
