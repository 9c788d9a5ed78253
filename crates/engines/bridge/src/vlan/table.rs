//! The VLAN table: configured rows (`/interface/bridge/vlan`) and the rows that a pvid adds.

use crate::{BridgePort, PortSet};
use foldhash::fast::FixedState;
use hashbrown::HashMap;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// A configured row of `/interface/bridge/vlan`.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct VlanConfig {
    /// `vlan-ids`, 1..4094.
    pub vlan_ids: Vec<RangeInclusive<u16>>,
    /// Ports that send tagged.
    pub tagged: PortSet,
    /// Ports that send untagged; wins over `tagged`.
    pub untagged: PortSet,
    /// The bridge interface is a tagged member.
    pub cpu_tagged: bool,
    /// The bridge interface is an untagged member; wins over `cpu_tagged`.
    pub cpu_untagged: bool,
}

/// Who is in a VLAN.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Members {
    /// All member ports.
    pub ports: PortSet,
    /// Those that send tagged.
    pub tagged: PortSet,
    /// The bridge interface is a member.
    pub cpu: bool,
    /// The bridge interface sends and hears tagged frames.
    pub cpu_tagged: bool,
}

/// All VLANs of a bridge.
#[derive(Clone, Debug, Default)]
pub struct VlanTable {
    configured: Vec<VlanConfig>,
    dynamic: BTreeMap<u16, (PortSet, bool)>,
    members: HashMap<u16, Members, FixedState>,
}

impl VlanTable {
    /// Replaces the configured rows.
    pub(crate) fn configure(&mut self, rows: Vec<VlanConfig>) {
        self.configured = rows;
        self.build();
    }

    /// Replaces the rows `added by pvid`: for each (port, or `None` for the bridge interface, and its pvid) whose
    /// `frame-types` admits untagged frames.
    pub(crate) fn set_pvids(&mut self, pvids: impl Iterator<Item = (Option<BridgePort>, u16)>) {
        self.dynamic.clear();
        for (port, pvid) in pvids {
            let row = self.dynamic.entry(pvid).or_default();
            match port {
                Some(port) => row.0.insert(port),
                None => row.1 = true,
            }
        }
        self.build();
    }

    /// Members of VLAN `vid`; `None` when no row names it.
    #[must_use]
    #[inline]
    pub fn members(&self, vid: u16) -> Option<&Members> {
        self.members.get(&vid)
    }

    /// The rows `added by pvid`: VLAN, untagged ports, whether the bridge interface is in it; by VLAN.
    pub fn dynamic(&self) -> impl Iterator<Item = (u16, &PortSet, bool)> {
        self.dynamic.iter().map(|(vid, (ports, cpu))| (*vid, ports, *cpu))
    }

    /// The configured rows.
    #[must_use]
    pub fn configured(&self) -> &[VlanConfig] {
        &self.configured
    }

    fn build(&mut self) {
        let mut untagged: BTreeMap<u16, (PortSet, bool)> = self.dynamic.clone();
        let mut tagged: BTreeMap<u16, (PortSet, bool)> = BTreeMap::new();
        for row in &self.configured {
            for vid in row.vlan_ids.iter().cloned().flatten() {
                let to = untagged.entry(vid).or_default();
                *to = (to.0.or(&row.untagged), to.1 || row.cpu_untagged);
                let to = tagged.entry(vid).or_default();
                *to = (to.0.or(&row.tagged), to.1 || row.cpu_tagged);
            }
        }
        self.members.clear();
        for (vid, (untagged, cpu_untagged)) in untagged {
            let (tagged, cpu_tagged) = tagged.remove(&vid).unwrap_or_default();
            let members = Members {
                ports: untagged.or(&tagged),
                tagged: tagged.without(&untagged),
                cpu: cpu_untagged || cpu_tagged,
                cpu_tagged: cpu_tagged && !cpu_untagged,
            };
            self.members.insert(vid, members);
        }
    }
}
