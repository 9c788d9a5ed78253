//! [`Rows`]: ordered rows with a quick way from an id to its position.

use super::row::{Prepared, Row};
use crate::Id;
use std::collections::BTreeMap;

/// Rows in menu order.
///
/// Ids are given upwards, so the rows are sorted by id until one is moved or inserted in between. Then they are a few
/// ascending runs, and the look-up does a binary search in each. Appending and looking up never scan the table.
#[derive(Clone, Debug)]
pub(crate) struct Rows<T> {
    rows: Vec<Row<T>>,
    /// Where each ascending run but the first starts; empty while all rows are in the order of their ids.
    runs: Box<[u32]>,
    next_id: u32,
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), runs: Box::default(), next_id: 1 }
    }
}

impl<T> Rows<T> {
    pub(crate) fn as_slice(&self) -> &[Row<T>] {
        &self.rows
    }

    pub(crate) fn as_mut_slice(&mut self) -> &mut [Row<T>] {
        &mut self.rows
    }

    pub(crate) fn position(&self, id: Id) -> Option<usize> {
        let mut start = 0;
        for end in self.runs.iter().map(|end| *end as usize).chain([self.rows.len()]) {
            let run = self.rows.get(start..end)?;
            if let Ok(at) = run.binary_search_by_key(&id, |row| row.id) {
                return Some(start + at);
            }
            start = end;
        }
        None
    }

    /// The next free id. Ids are never used twice.
    pub(crate) fn allocate(&mut self) -> Id {
        let id = Id(self.next_id);
        self.next_id += 1;
        id
    }

    /// Stores a row before `at`, or at the end.
    pub(crate) fn insert(&mut self, row: Row<T>, at: Option<usize>) {
        if row.id < Id::FAR {
            self.next_id = self.next_id.max(row.id.0.saturating_add(1));
        }
        let at = at.filter(|at| *at < self.rows.len());
        let ascending = at.is_none() && self.rows.last().is_none_or(|last| last.id < row.id);
        if self.rows.capacity() == 0 {
            // Settings menus never have a second row, and every device has many of them.
            self.rows.reserve_exact(1);
        }
        match at {
            Some(at) => self.rows.insert(at, row),
            None => self.rows.push(row),
        }
        if !ascending {
            self.find_runs();
        }
    }

    pub(crate) fn remove(&mut self, index: usize) -> Row<T> {
        let row = self.rows.remove(index);
        if !self.runs.is_empty() {
            self.find_runs();
        }
        row
    }

    /// Moves a row before the row that stands at `to` now, or to the end.
    pub(crate) fn move_row(&mut self, index: usize, to: Option<usize>) {
        let to = to.unwrap_or(self.rows.len()).min(self.rows.len());
        if index < to {
            self.rows[index..to].rotate_left(1);
        } else {
            self.rows[to..=index].rotate_right(1);
        }
        self.find_runs();
    }

    pub(crate) fn retain(&mut self, keep: impl FnMut(&Row<T>) -> bool) {
        self.rows.retain(keep);
        self.find_runs();
    }

    /// Removes the rows with these ids in one pass.
    pub(crate) fn remove_ids(&mut self, ids: &[Id]) {
        match ids {
            [] => {}
            [id] => {
                if let Some(at) = self.position(*id) {
                    self.remove(at);
                }
            }
            _ => {
                let mut ids = ids.to_vec();
                ids.sort_unstable();
                self.retain(|row| ids.binary_search(&row.id).is_err());
            }
        }
    }

    /// Puts rows back, one after the other, each before the row with the given id, else at the end. In one pass, so
    /// that thousands of rows cost little more than the table's length.
    pub(crate) fn put_back(&mut self, added: Vec<(Row<T>, Option<Id>)>) {
        if let [_] = added.as_slice() {
            for (row, before) in added {
                let at = before.and_then(|before| self.position(before));
                self.insert(row, at);
            }
            return;
        }
        // A list by links: `next[n]` stands behind `n`; position 0 stands before all.
        let mut rows: Vec<Option<Row<T>>> = Vec::with_capacity(1 + self.rows.len() + added.len());
        rows.push(None);
        rows.extend(self.rows.drain(..).map(Some));
        let place = |(at, row): (usize, &Option<Row<T>>)| Some((row.as_ref()?.id, at));
        let mut places: BTreeMap<Id, usize> = rows.iter().enumerate().filter_map(place).collect();
        let mut next: Vec<usize> = (1..=rows.len()).collect();
        let mut before: Vec<usize> = (0..rows.len()).map(|at| at.saturating_sub(1)).collect();
        let mut last = rows.len() - 1;
        for (row, target) in added {
            self.next_id = self.next_id.max(row.id.0.saturating_add(1));
            let at = rows.len();
            places.insert(row.id, at);
            rows.push(Some(row));
            match target.and_then(|target| places.get(&target).copied()).filter(|target| *target != at) {
                Some(target) => {
                    let ahead = std::mem::replace(&mut before[target], at);
                    next[ahead] = at;
                    next.push(target);
                    before.push(ahead);
                }
                None => {
                    next[last] = at;
                    next.push(usize::MAX);
                    before.push(last);
                    last = at;
                }
            }
        }
        next[last] = usize::MAX;
        let mut at = next[0];
        while let Some(row) = rows.get_mut(at) {
            self.rows.extend(row.take());
            at = next[at];
        }
        self.find_runs();
    }

    pub(crate) fn sort_by(&mut self, compare: impl FnMut(&Row<T>, &Row<T>) -> std::cmp::Ordering) {
        self.rows.sort_by(compare);
        self.find_runs();
    }

    fn find_runs(&mut self) {
        let descent = |(at, pair): (usize, &[Row<T>])| match pair {
            [a, b] if a.id > b.id => u32::try_from(at + 1).ok(),
            _ => None,
        };
        self.runs = self.rows.windows(2).enumerate().filter_map(descent).collect();
    }
}

impl<T: 'static> Rows<T> {
    /// Stores a prepared item as a new row.
    ///
    /// # Panics
    /// When it was prepared for another menu.
    pub(crate) fn insert_prepared(&mut self, prepared: Prepared, at: Option<usize>, id: Option<Id>) -> Id {
        let id = match id {
            Some(id) => id,
            None => self.allocate(),
        };
        let mut row = Row::new(id, downcast(prepared.item), false);
        row.disabled = prepared.disabled.unwrap_or(false);
        row.disabled_explicit = prepared.disabled_explicit;
        row.comment = prepared.comment.unwrap_or_default();
        row.explicit = prepared.explicit;
        row.extra = prepared.extra;
        self.insert(row, at);
        id
    }

    /// Stores a prepared item in a row.
    ///
    /// # Panics
    /// When it was prepared for another menu.
    pub(crate) fn replace(&mut self, index: usize, prepared: Prepared) {
        let row = &mut self.rows[index];
        row.item = downcast(prepared.item);
        row.explicit = prepared.explicit;
        row.extra = prepared.extra;
        if let Some(disabled) = prepared.disabled {
            row.disabled = disabled;
        }
        row.disabled_explicit |= prepared.disabled_explicit;
        if let Some(comment) = prepared.comment {
            row.comment = comment;
        }
    }
}

fn downcast<T: 'static>(item: Box<dyn std::any::Any + Send>) -> T {
    *item.downcast().expect("an item is stored in the menu that it was prepared for")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Against a plain list of ids.
        #[test]
        fn positions_survive_every_change(steps in proptest::collection::vec((0..7_u8, 0..20_usize, 0..20_usize), 0..60)) {
            let mut rows = Rows::<u8>::default();
            let mut model: Vec<u32> = Vec::new();
            for (step, a, b) in steps {
                let len = model.len();
                match step {
                    0 | 1 => {
                        let id = rows.allocate();
                        rows.insert(Row::new(id, 0, false), None);
                        model.push(id.0);
                    }
                    2 if a < len => {
                        let id = rows.allocate();
                        rows.insert(Row::new(id, 0, false), Some(a));
                        model.insert(a, id.0);
                    }
                    3 if a < len => {
                        rows.remove(a);
                        model.remove(a);
                    }
                    4 if a < len && b <= len => {
                        rows.move_row(a, Some(b));
                        let id = model.remove(a);
                        model.insert(if a < b { b - 1 } else { b }, id);
                    }
                    5 if a < len && b < len => {
                        let gone = [model[a], model[b], 9_999];
                        rows.remove_ids(&gone.map(Id));
                        model.retain(|id| !gone.contains(id));
                    }
                    6 if a < len && b < len && a != b => {
                        // Two rows go and come back, the last one first.
                        let (first, second) = (a.min(b), a.max(b));
                        let after = |rows: &Rows<u8>, at: usize| rows.as_slice().get(at).map(|row| row.id);
                        let later = rows.remove(second);
                        let later = (later, after(&rows, second));
                        let earlier = rows.remove(first);
                        let earlier = (earlier, after(&rows, first));
                        rows.put_back(vec![earlier, later]);
                    }
                    _ => {}
                }
                let ids: Vec<u32> = rows.as_slice().iter().map(|row| row.id.0).collect();
                prop_assert_eq!(&ids, &model);
                for (at, id) in model.iter().enumerate() {
                    prop_assert_eq!(rows.position(Id(*id)), Some(at));
                }
                prop_assert_eq!(rows.position(Id(9_999)), None);
            }
        }
    }
}
