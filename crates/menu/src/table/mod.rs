//! Item tables: [`Table`] of a typed menu, [`AnyTable`] for those who do not know the type.

mod any;
mod report;
mod row;
mod rows;
mod typed;

pub use any::{AnyTable, missing_arguments};
pub use report::{NotSimulated, not_simulated};
pub use row::{Extra, Prepared, Row, SavedRow};
pub(crate) use rows::Rows;
pub use typed::{Menu, Table};
