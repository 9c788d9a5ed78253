//! A rule as the device describes it. [`crate::chain::Table`] compiles it.

use crate::action::Action;
use crate::matcher::Matcher;

/// A rule of a menu; the device chooses the numbers, and they stay when rules move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(pub u32);

/// A chain; the device numbers the names. Small numbers: they index an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChainId(pub u16);

/// One enabled and valid rule. Disabled and invalid rules are left out by the device.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Which rule it is.
    pub id: RuleId,
    /// The chain that it stands in.
    pub chain: ChainId,
    /// What must hold; all of them. Their order does not matter: they are tested in the documented order.
    pub matchers: Vec<Matcher>,
    /// What happens when all hold.
    pub action: Action,
    /// `log=yes`: each match writes a log line.
    pub log: bool,
}
