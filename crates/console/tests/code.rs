//! What `:put` shows of code, and `export where`.

mod support;

use support::Device;

#[test]
fn simple_code_is_shown_as_what_it_calls() {
    for (source, shown) in [
        (":put [:parse \"/ip address print\"]", "(evl /ip/address/print)\n"),
        (
            ":put [:parse \"/ip/address/add address=10.9.9.9/32 interface=ether1\"]",
            "(evl /ip/address/addaddress=10.9.9.9;32;interface=ether1)\n",
        ),
        (":put [:parse \":put \\$x\"]", "(evl /putmessage=$x)\n"),
        (":put [:parse \":put \\\"\\$1 \\$2\\\"\"]", "(evl /putmessage=(. $1   $2))\n"),
        // The forms of other code are not known.
        (":put [:parse \":put 1; :put 2\"]", "(evl /putmessage=1);(evl /putmessage=2)\n"),
        (":put [:parse \"/ip address print where disabled\"]", "(code)\n"),
        (":put \"x$[:parse \":put 1\"]\"", "x(code)\n"),
    ] {
        assert_eq!(Device::default().run(source), shown, "{source}");
    }
}

#[test]
fn an_export_may_be_of_some_items() {
    let mut device = Device::default();
    device.run("/ip pool add name=a ranges=10.0.0.1; /ip pool add name=b ranges=10.0.0.2");
    let lines = |text: String| {
        text.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(lines(device.run("/ip pool export where name=b")), ["/ip pool", "add name=b ranges=10.0.0.2"]);
    assert_eq!(
        lines(device.run("/ip pool export terse where name~\"a\"")),
        ["/ip pool add name=a ranges=10.0.0.1"]
    );
    assert_eq!(lines(device.run("/ip pool export where name=c")), [""; 0]);
    assert_eq!(device.fails("/ip export where name=c").message, "expected end of command");
}

#[test]
fn values_go_to_files_and_come_back() {
    let mut device = Device::default();
    device.run(":serialize {a=1;b=\"x\"} to=json file-name=v.json");
    assert_eq!(device.files[&menu::Text::from("v.json")], b"{\"a\":1,\"b\":\"x\"}");
    assert_eq!(device.put("([:deserialize from=json file-name=v.json]->\"b\")"), "x");
    assert_eq!(
        device.fails(":deserialize from=json file-name=w.json").message,
        "failure: file does not exist"
    );
    assert_eq!(device.fails(":deserialize from=json").message, "missing value(s) of argument(s) value");
}
