//! Tables on a narrow terminal: columns are shortened until a row fits.
//!
//! RouterOS keeps every column and cuts the widest ones; what a header has lost stands in lower case in the `Columns:` line
//! (`POLICy`, `COMMON-name`). Source: `/reference` §2.3. Which column gives way first is inferred: the widest one.

/// The narrowest that a column is made.
const LEAST: usize = 3;

/// Takes characters from the widest columns until their sum and what stands around them fits into `room`.
pub(super) fn shrink(widths: &mut [usize], room: usize) {
    let between = widths.len().saturating_sub(1) * 2;
    let room = room.saturating_sub(between);
    while widths.iter().sum::<usize>() > room {
        // The last of the widest, so that names keep what they have.
        let Some(widest) =
            widths.iter_mut().rev().max_by_key(|width| **width).filter(|width| **width > LEAST)
        else {
            return;
        };
        *widest -= 1;
    }
}

/// The part of a text that a cell of this width shows.
pub(super) fn cut(text: &str, width: usize) -> &str {
    text.char_indices().nth(width).and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

/// A header as the `Columns:` line shows it: what the column cuts off is in lower case.
pub(super) fn told(header: &str, width: usize) -> String {
    let shown = cut(header, width);
    let hidden = header.get(shown.len()..).unwrap_or_default();
    format!("{shown}{}", hidden.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_widest_gives_way() {
        let mut widths = [7, 20, 4];
        shrink(&mut widths, 30);
        assert_eq!(widths, [7, 15, 4]);
        shrink(&mut widths, 5);
        assert_eq!(widths, [3, 3, 3]);
        assert_eq!(told("POLICY", 5), "POLICy");
        assert_eq!(told("COMMON-NAME", 7), "COMMON-name");
        assert_eq!(cut("äöü", 2), "äö");
    }

    proptest! {
        #[test]
        fn a_table_fits_or_all_its_columns_are_as_narrow_as_can_be(
            before in prop::collection::vec(1usize..60, 0..8), room in 0usize..200,
        ) {
            let mut widths = before.clone();
            shrink(&mut widths, room);
            let sum = widths.iter().sum::<usize>() + widths.len().saturating_sub(1) * 2;
            prop_assert!(sum <= room || widths.iter().all(|width| *width <= LEAST));
            prop_assert!(widths.iter().zip(&before).all(|(now, then)| now <= then));
            let sum_before = before.iter().sum::<usize>() + before.len().saturating_sub(1) * 2;
            prop_assert!(sum_before > room || widths == before);
        }
    }
}
