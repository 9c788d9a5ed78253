//! `/file`: what is written, read, imported and exported.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod common;

use clock::Duration;
use common::{Net, typed};

#[test]
fn files_are_made_read_changed_and_removed() {
    let mut net = Net::new(&[""], &[]);
    insta::assert_snapshot!(typed(
        &mut net,
        r#"
        /file print
        /file add name=notes.txt contents="one\ntwo\nthree"
        /file add name=flash type=directory
        /file add name=flash/run.rsc contents=":put [:jobname]; /ip pool add name=p ranges=10.0.0.1"
        /file add name=notes.txt
        /file add contents=x
        /file add name=data type=nonsense
        /file add name=data
        /file print
        /file print detail where name=notes.txt
        :put [/file get notes.txt contents]
        :put [/file get [find name=notes.txt] size]
        /file set notes.txt contents="short"
        /file set notes.txt name=other.md
        /file head flash/run.rsc
        /file read file=other.md chunk-size=2 offset=1
        :put [/file read file=other.md as-value]
        /file copy other.md copy.md
        /import flash/run.rsc
        /ip pool print
        /import missing.rsc
        /file remove flash
        /file print
        /file remove [find]
        :put [:len [/file find]]
        /undo
        /ip pool print count-only
        /file export
    "#
    ));
}

#[test]
fn what_is_written_to_files_can_be_read_again() {
    let mut net = Net::new(&["/ip pool add name=p ranges=10.0.0.1-10.0.0.9 comment=\"a long comment with \\\"quotes\\\", so that its line has to be broken somewhere\"
        /system script add name=s source=\":put 1\\r\\n:put 2\""], &[]);
    net.console(
        1,
        "/export file=all; /ip pool print file=pools; :execute {:put done; :delay 1s; :put late} file=job",
    );
    net.console(1, ":serialize {a=1;b={1;2}} to=json file-name=x.json");
    net.run(Duration::from_secs(2));
    insta::assert_snapshot!(typed(
        &mut net,
        "
        /file print
        :put [/file get pools.txt contents]
        :put [/file get job.txt contents]
        :put [/file get x.json contents]
        :put ([:deserialize file-name=x.json from=json]->\"b\")
        :put [/file get all.rsc contents]
    "
    ));
    // An export, imported into an empty device and exported there, is the same.
    let export = net.console(1, ":put [/file get all.rsc contents]");
    let mut other = Net::new(&[""], &[]);
    let node = other.nodes[0];
    other.world.with_node(node, |router, _| router.upload("all.rsc", export.trim_end().as_bytes()).unwrap());
    assert_eq!(other.console(1, "/import all.rsc"), "\nScript file loaded and executed successfully\n");
    let again = other.console(1, "/export");
    let lines = |text: &str| text.replace('\r', "").lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(lines(again.trim_end()), lines(export.trim_end()));
}

#[test]
fn an_uploaded_file_may_run_by_itself() {
    let mut net = Net::new(&[""], &[]);
    let node = net.nodes[0];
    net.world.with_node(node, |router, _| {
        router
            .upload("setup.auto.rsc", b":put hello\n/ip pool add name=p ranges=10.0.0.1\n:error end")
            .unwrap();
    });
    net.run(Duration::from_secs(1));
    assert_eq!(net.console(1, ":put [/file get setup.auto.log contents]"), "hello\nend (:error; line 3)\n\n");
    assert_eq!(net.value(1, "[:len [/ip pool find]]"), "1");
}

#[test]
fn the_device_has_only_so_much_room() {
    let mut net = Net::new(&[""], &[]);
    net.console(1, ":global t \"0123456789abcdef\"; :for i from=1 to=12 do={:set t \"$t$t\"}");
    let said = net.console(1, ":global t; /file add name=big contents=$t");
    assert_eq!(said, "failure: contents are longer than 61440 bytes\n");
    let node = net.nodes[0];
    net.world.with_node(node, |router, _| {
        assert_eq!(router.upload("huge", &vec![b'x'; router::file::MOST_BYTES - 10]), Ok(()));
        assert_eq!(router.upload("more", &[0; 11]), Err("failure: not enough space".into()));
    });
    assert_eq!(net.console(1, "/file add name=x contents=12345678901"), "failure: not enough space\n");
    assert_eq!(
        net.console(1, "/file add name=x contents=1234567890; :put [:typeof [/file get huge contents]]"),
        "nil\n"
    );
}
