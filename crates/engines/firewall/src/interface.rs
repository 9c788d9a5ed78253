//! Interfaces and interface lists as the firewall sees them: numbers and sets, given by the device.

/// An interface of the device. The device chooses the numbers; 0 = none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Interface(pub u32);

impl Interface {
    /// No interface: `(unknown 0)` in a log line.
    pub const NONE: Self = Self(0);
}

/// A list of `/interface/list`: an index into [`InterfaceLists`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InterfaceListId(pub u32);

/// Interfaces of one kind, which rules name like a list (`in-interface=all-vlan`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InterfaceClass {
    /// Ethernet ports.
    Ethernet,
    /// Interfaces of PPP, of clients and servers.
    Ppp,
    /// VLANs.
    Vlan,
    /// Radios.
    Wireless,
}

impl InterfaceClass {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Ethernet, Self::Ppp, Self::Vlan, Self::Wireless];

    /// What stands for it where a list is asked for; no list has such a number.
    #[must_use]
    pub const fn list(self) -> InterfaceListId {
        InterfaceListId(u32::MAX - self as u32)
    }
}

/// A set of interfaces, as bits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InterfaceSet(Vec<u64>);

impl InterfaceSet {
    /// Adds `interface`. Memory grows with the highest number.
    pub fn insert(&mut self, interface: Interface) {
        let word = interface.0 as usize / 64;
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        if let Some(word) = self.0.get_mut(word) {
            *word |= 1 << (interface.0 % 64);
        }
    }

    /// True when `interface` is in the set.
    #[must_use]
    #[inline]
    pub fn contains(&self, interface: Interface) -> bool {
        self.0.get(interface.0 as usize / 64).is_some_and(|word| word & (1 << (interface.0 % 64)) != 0)
    }
}

impl FromIterator<Interface> for InterfaceSet {
    fn from_iter<T: IntoIterator<Item = Interface>>(iter: T) -> Self {
        let mut set = Self::default();
        for interface in iter {
            set.insert(interface);
        }
        set
    }
}

/// The members of every interface list, already resolved (include, exclude, built-in lists).
#[derive(Clone, Debug, Default)]
pub struct InterfaceLists {
    lists: Vec<InterfaceSet>,
    /// Members of the classes, by [`InterfaceClass::list`] from the last number down.
    classes: [InterfaceSet; InterfaceClass::ALL.len()],
}

impl InterfaceLists {
    /// Replaces the members of `list`. Rules need no recompiling.
    pub fn set(&mut self, list: InterfaceListId, members: InterfaceSet) {
        if let Some(class) = self.classes.get_mut((u32::MAX - list.0) as usize) {
            *class = members;
            return;
        }
        let index = list.0 as usize;
        if self.lists.len() <= index {
            self.lists.resize(index + 1, InterfaceSet::default());
        }
        if let Some(slot) = self.lists.get_mut(index) {
            *slot = members;
        }
    }

    /// True when `interface` is a member of `list`; an unknown list is empty.
    #[must_use]
    #[inline]
    pub fn contains(&self, list: InterfaceListId, interface: Interface) -> bool {
        let class = || self.classes.get((u32::MAX - list.0) as usize);
        self.lists.get(list.0 as usize).or_else(class).is_some_and(|set| set.contains(interface))
    }
}
