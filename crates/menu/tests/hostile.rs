//! Whatever stands in a script, reading it as any type fails with a message or gives a value that reads back.

use menu::{
    AddressEntry, AddressMatcher, Bytes, Catalog, Counter, Date, Either, Gateway, Hex, HexText, IcmpOptions,
    Ipv4Network, Ipv4Prefix, Ipv4Ranges, Limit, LimitUnit, List, Mac, Name, Negated, NoNames, Num, Or, Ports,
    PropertyType, Protocol, Rate, RatePair, Ref, Set, Text, TimeIn, Value, spaces, words,
};
use proptest::prelude::*;
use std::net::{Ipv4Addr, Ipv6Addr};

fn read<T: PropertyType>(value: &Value) {
    let Ok(read) = T::parse(value, &NoNames) else { return };
    let (mut first, mut second) = (String::new(), String::new());
    read.print(&NoNames, &mut first);
    let again = T::parse(&Value::text(first.as_str()), &NoNames);
    again.expect("the printed form is read").print(&NoNames, &mut second);
    assert_eq!(first, second);
    let _ = read.to_value(&NoNames);
    read.references(&mut |_, _| {});
}

fn read_as_all(value: &Value) {
    read::<bool>(value);
    read::<u8>(value);
    read::<u64>(value);
    read::<i64>(value);
    read::<Num<-9, 4094>>(value);
    read::<Hex<0xFFFF, 4>>(value);
    read::<Counter>(value);
    read::<Bytes>(value);
    read::<Rate>(value);
    read::<RatePair>(value);
    read::<clock::Duration>(value);
    read::<TimeIn<1, 60>>(value);
    read::<Date>(value);
    read::<HexText>(value);
    read::<Mac>(value);
    read::<Ipv4Addr>(value);
    read::<Ipv6Addr>(value);
    read::<Ipv4Prefix>(value);
    read::<Ipv4Network>(value);
    read::<Ipv4Ranges>(value);
    read::<AddressMatcher>(value);
    read::<AddressEntry>(value);
    read::<Ports>(value);
    read::<Protocol>(value);
    read::<IcmpOptions>(value);
    read::<Limit>(value);
    read::<Gateway>(value);
    read::<Ref<spaces::Pool>>(value);
    read::<Or<words::Auto, u16>>(value);
    read::<Or<words::None, clock::Duration>>(value);
    read::<Either<Ipv4Addr, Mac>>(value);
    read::<Set<LimitUnit>>(value);
    read::<List<u16>>(value);
    read::<Negated<Ports>>(value);
    read::<Negated<AddressMatcher>>(value);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn words_of_the_usual_letters(text in "[0-9a-f.:,/!*%@ kMGsmhdwx-]{0,20}") {
        read_as_all(&Value::text(text));
    }

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..12)) {
        let value = Value::Str(Text::from(bytes));
        read_as_all(&value);
        let _ = Text::parse(&value, &NoNames);
        let _ = Name::parse(&value, &NoNames);
    }

    #[test]
    fn values_of_other_types(n: i64, len in 0..=40_u8, ip: u32) {
        let ip = Ipv4Addr::from_bits(ip);
        for value in [Value::Nil, Value::Bool(n < 0), Value::Num(n), Value::Time(n), Value::Ip(ip), Value::IpPrefix(ip, len)] {
            read_as_all(&value);
            read_as_all(&Value::list(vec![value.clone(), Value::Nothing, value]));
        }
    }

    #[test]
    fn the_catalogue_takes_what_it_keeps(text in "[0-9a-z.:,/!*-]{0,12}", menu in 0..622_usize) {
        let menu = Catalog::get().menus().nth(menu).expect("there are 622");
        for property in menu.properties {
            if let Ok(kept) = property.check(&Value::text(text.as_str())) {
                prop_assert_eq!(property.check(&Value::Str(kept.clone())), Ok(kept.clone()));
                let value = property.value(&kept);
                prop_assert!(property.check(&value).is_ok(), "{} {}={kept}", menu.path, property.name);
            }
        }
    }
}
