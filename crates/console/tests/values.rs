//! Values turned into text and back: `:convert`, `:serialize`, `:environment`.

mod support;

use support::Device;

#[test]
fn convert_knows_its_forms_and_transforms() {
    let mut device = Device::default();
    for (expression, shown) in [
        ("[:convert \"foobar\" to=base32]", "MZXW6YTBOI======"),
        ("[:convert \"MZXW6YTBOI======\" from=base32]", "foobar"),
        ("[:convert \"fo\" to=base64]", "Zm8="),
        ("[:convert \"Zm8=\" from=base64 to=hex]", "666f"),
        ("[:convert \"a b/\\C3\\A4\" to=url]", "a%20b%2F%C3%A4"),
        ("[:convert \"a%20b%zz%4\" from=url]", "a b%zz%4"),
        ("[:convert \"AB\" to=byte-array]", "65;66"),
        ("[:convert {65;66} from=byte-array]", "AB"),
        ("[:convert \"A\" to=bit-array-lsb]", "1;0;0;0;0;0;1;0"),
        ("[:convert \"A\" to=bit-array-msb]", "0;1;0;0;0;0;0;1"),
        ("[:convert {0;1;0;0;0;0;0;1} from=bit-array-msb]", "A"),
        ("[:convert {1;0;0;0;0;0;1;0} from=bit-array-lsb]", "A"),
        ("[:typeof [:convert \"12\" to=num]]", "num"),
        // Numbers stand for their bytes.
        ("[:convert {1;2} from=byte-array to=num]", "258"),
        ("[:convert 258 from=num to=byte-array]", "1;2"),
        ("[:convert 65520 from=num to=hex]", "fff0"),
        ("[:convert 0 from=num to=hex]", "00"),
        ("[:convert -1 from=num to=hex]", "ffffffffffffffff"),
        ("[:convert 0.1.2.3 from=num to=hex]", "010203"),
        ("[:typeof [:convert \"123456789\" to=num]]", "nil"),
        // The manual's example: text unless `from=` says else.
        ("[:convert 001 to=hex]", "31"),
        ("[:convert \"Hello\" transform=uc]", "HELLO"),
        ("[:convert \"Hello\" transform=reverse]", "olleH"),
        ("[:convert \"Hello\" transform=rot13]", "Uryyb"),
        // RFC 1321 A.5, RFC 6234 §8.5. Without `to=` a digest is raw bytes.
        ("[:len [:convert \"abc\" transform=md5]]", "16"),
        ("[:convert \"abc\" transform=md5 to=hex]", "900150983cd24fb0d6963f7d28e17f72"),
        ("[:convert \"\" transform=md5 to=hex]", "d41d8cd98f00b204e9800998ecf8427e"),
        (
            "[:convert \"12345678901234567890123456789012345678901234567890123456789012345678901234567890\" transform=md5 to=hex]",
            "57edf4a22be3c955ac49da2e2107b67a",
        ),
        (
            "[:convert \"abc\" transform=sha512 to=hex]",
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        ),
    ] {
        assert_eq!(device.put(expression), shown, "{expression}");
    }
    for source in [
        ":convert x to=bogus",
        ":convert x from=bogus",
        ":convert {300} from=byte-array",
        ":convert z from=hex",
    ] {
        let message = device.fails(source).message;
        assert!(message.starts_with("in"), "{source}: {message}");
    }
}

#[test]
fn dsv_goes_out_and_comes_back() {
    let mut device = Device::default();
    for (source, output) in [
        (":put [:serialize {{1;2};{3;\"a;b\"}} to=dsv delimiter=\";\"]", "1;2\n3;\"a;b\"\n\n"),
        (":put [:serialize {1;x} to=dsv delimiter=, options=dsv.wrap-strings]", "1,\"x\"\n\n"),
        (
            ":put [:serialize {{a=1;b=2};{b=3;c=\"q\\\"\"}} to=dsv delimiter=\",\" options=dsv.remap]",
            "a,b,c\n1,2,\n,3,\"q\"\"\"\n\n",
        ),
        (
            ":put [:serialize {{a=1;b=2};{b=3;c=4}} to=dsv delimiter=\",\" options=dsv.remap order=\"c,a\"]",
            "c,a,b\n,1,2\n4,,3\n\n",
        ),
        (
            ":local r [:deserialize \"a,b\\n1,\\\"x,\\\"\\\"y\\\"\\n2,\\n\" from=dsv delimiter=\",\"]; :put [:len $r]; :put ($r->0->\"b\"); :put [:typeof ($r->1->\"a\")]",
            "2\nx,\"y\nnum\n",
        ),
        (
            ":local r [:deserialize \"a,b\\n1,2\" from=dsv delimiter=\",\" options=dsv.plain]; :put ($r->0); :put [:typeof ($r->1->0)]",
            "a;b\nnum\n",
        ),
        (
            ":put ([:deserialize from=dsv \"a;b;c\\n1;2;3\\n4;5;6\" delimiter=\";\" options=dsv.array]->1->\"b\")",
            "5\n",
        ),
        (
            ":put ([:deserialize from=dsv delimiter=\";\" value=\"a;b;c\\n1;findme;3\" options=dsv.plain]->1->1)",
            "findme\n",
        ),
        (
            ":local r [:deserialize \"[\\\"12\\\",\\\"1.2.3.4\\\",\\\"x\\\"]\" from=json]; :foreach v in=$r do={:put [:typeof $v]}",
            "num\nip\nstr\n",
        ),
        (
            ":put [:typeof ([:deserialize \"{\\\"s\\\":\\\"123\\\"}\" from=json options=json.no-string-conversion]->\"s\")]",
            "str\n",
        ),
    ] {
        assert_eq!(device.run(source), output, "{source}");
    }
    let missing = device.fails(":put [:serialize {1} to=dsv]");
    assert_eq!(missing.message, "missing value(s) of argument(s) delimiter");
}

#[test]
fn the_environment_shows_strings_in_quotes_and_arrays_in_braces() {
    let mut device = Device::default();
    device.run(":global a 5; :global b \"x\"; :global c {1;k=\"v\";{2;3}}; :global d 1h");
    assert_eq!(device.run(":environment print"), "a=5\nb=\"x\"\nc={1; {2; 3}; k=\"v\"}\nd=01:00:00\n");
}
