//! What the derive's code calls besides the traits.

use crate::{Names, PropertyType};

fn text<T: PropertyType>(value: &T, names: &dyn Names) -> String {
    let mut out = String::new();
    value.print(names, &mut out);
    out
}

/// Do both print the same?
pub fn same<T: PropertyType>(a: &T, b: &T, names: &dyn Names) -> bool {
    text(a, names) == text(b, names)
}

/// The same for unset values.
pub fn same_optional<T: PropertyType>(a: &Option<T>, b: &Option<T>, names: &dyn Names) -> bool {
    match (a, b) {
        (None, None) => true,
        (Some(a), Some(b)) => same(a, b, names),
        _ => false,
    }
}
