//! `/interface/list` and `/interface/list/member`.

use crate::names::InterfaceSpace;
use menu::spaces::InterfaceList as InterfaceListSpace;
use menu::{List, Menu, Name, Ref};

/// Named sets of interfaces.
#[derive(Clone, Debug, Menu)]
#[menu("/interface/list", list, namespace = "interface-list", flags(builtin = '*'; dynamic = 'D'),
    columns(name, include, exclude))]
pub struct InterfaceList {
    /// Name.
    #[prop(required)]
    pub name: Name,
    /// Lists whose members belong to this one.
    pub include: List<Ref<InterfaceListSpace>>,
    /// Lists whose members do not, unless they are members themselves.
    pub exclude: List<Ref<InterfaceListSpace>>,
    /// There from the start: `all`, `none`, `dynamic`, `static`.
    pub builtin: bool,
}

/// Members of interface lists.
#[derive(Clone, Debug, Menu)]
#[menu(
    "/interface/list/member",
    list,
    no_name,
    flags(disabled = 'X', dynamic = 'D'),
    columns(list, interface)
)]
pub struct Member {
    /// The list.
    #[prop(required)]
    pub list: Ref<InterfaceListSpace>,
    /// The interface.
    #[prop(required)]
    pub interface: Ref<InterfaceSpace>,
}
