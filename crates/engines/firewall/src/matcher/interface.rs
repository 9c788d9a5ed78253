//! Matchers of interface lists.

use super::Environment;
use crate::interface::{Interface, InterfaceListId};

/// True when `interface` is a member. No interface is a member of no list, so a negated matcher holds for it.
#[allow(clippy::unnecessary_wraps, reason = "the common shape of a test")]
pub(crate) fn in_list(env: &Environment<'_>, list: InterfaceListId, interface: Interface) -> Option<bool> {
    Some(interface != Interface::NONE && env.interface_lists.contains(list, interface))
}
