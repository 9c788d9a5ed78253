//! [`Bridge`]: ports, host table and the forwarding decision.

use crate::decision::{BridgeDrop, Decision, Destination, Header, Ingress, Learned};
use crate::fdb::{Fdb, Host, HostKind, Update, key};
use crate::vlan::{Classified, EgressVlan, IngressRules, Members, VlanConfig, VlanTable, classify};
use crate::{BridgeConfig, BridgePort, FrameTypes, Learn, PortConfig, PortSet, PortState};
use clock::Instant;
use std::collections::BTreeMap;
use wire::Mac;

#[derive(Clone, Debug)]
struct PortEntry {
    config: PortConfig,
    state: PortState,
    /// Ports that never hear what arrives here: this one, and those of the same horizon.
    excluded: PortSet,
}

/// A bridge: see the crate's head.
///
/// What may change [`deadline`](Self::deadline): [`decide`](Self::decide), [`wake`](Self::wake) and the calls that
/// configure. Every call may be repeated.
#[derive(Clone, Debug)]
pub struct Bridge {
    config: BridgeConfig,
    ports: Vec<Option<PortEntry>>,
    fdb: Fdb,
    vlans: VlanTable,
    /// The device's own addresses; consulted only when the host table has no answer.
    locals: BTreeMap<Mac, Option<BridgePort>>,
    forwarding: PortSet,
    flood_unicast: PortSet,
    flood_multicast: PortSet,
    flood_broadcast: PortSet,
}

impl Bridge {
    /// A bridge without ports.
    #[must_use]
    pub fn new(config: BridgeConfig) -> Self {
        let mut bridge = Self {
            fdb: Fdb::new(config.ageing_time, config.max_learned_entries),
            config,
            ports: Vec::new(),
            vlans: VlanTable::default(),
            locals: BTreeMap::new(),
            forwarding: PortSet::EMPTY,
            flood_unicast: PortSet::EMPTY,
            flood_multicast: PortSet::EMPTY,
            flood_broadcast: PortSet::EMPTY,
        };
        bridge.rebuild();
        bridge
    }

    /// The settings.
    #[must_use]
    pub fn config(&self) -> &BridgeConfig {
        &self.config
    }

    /// Replaces the settings. Learned hosts stay, except when `vlan-filtering` changes: the keys differ then.
    pub fn configure(&mut self, config: BridgeConfig) {
        if config.vlan_filtering != self.config.vlan_filtering {
            self.fdb.flush(|_, _| true);
        }
        self.fdb.configure(config.ageing_time, config.max_learned_entries);
        self.config = config;
        self.rebuild();
    }

    /// Adds a port in state [`PortState::Disabled`], under the lowest free number.
    pub fn add_port(&mut self, config: PortConfig) -> BridgePort {
        let entry = PortEntry { config, state: PortState::Disabled, excluded: PortSet::EMPTY };
        let index = self.ports.iter().position(Option::is_none).unwrap_or(self.ports.len());
        if index == self.ports.len() {
            self.ports.push(Some(entry));
        } else {
            self.ports[index] = Some(entry);
        }
        self.rebuild();
        BridgePort(index as u16)
    }

    /// Replaces the settings of a port; no effect when there is no such port.
    pub fn set_port(&mut self, port: BridgePort, config: PortConfig) {
        if let Some(entry) = self.port_mut(port) {
            entry.config = config;
            self.rebuild();
        }
    }

    /// Removes a port and every host entry of it.
    pub fn remove_port(&mut self, port: BridgePort) {
        if let Some(entry) = self.ports.get_mut(usize::from(port.0)) {
            *entry = None;
            self.fdb.forget_port(port);
            self.rebuild();
        }
    }

    /// Sets what a port does. A port that is disabled loses its learned hosts.
    pub fn set_port_state(&mut self, port: BridgePort, state: PortState) {
        if let Some(entry) = self.port_mut(port) {
            entry.state = state;
            if state == PortState::Disabled {
                self.flush_port(port);
            }
            self.rebuild();
        }
    }

    /// State of a port; `Disabled` when there is no such port.
    #[must_use]
    pub fn port_state(&self, port: BridgePort) -> PortState {
        self.port(port).map_or(PortState::Disabled, |entry| entry.state)
    }

    /// Settings of a port.
    #[must_use]
    pub fn port_config(&self, port: BridgePort) -> Option<&PortConfig> {
        self.port(port).map(|entry| &entry.config)
    }

    /// The ports, lowest number first.
    pub fn ports(&self) -> impl Iterator<Item = BridgePort> {
        self.ports.iter().enumerate().filter(|(_, p)| p.is_some()).map(|(i, _)| BridgePort(i as u16))
    }

    /// Replaces the configured rows of `/interface/bridge/vlan`.
    pub fn set_vlans(&mut self, rows: Vec<VlanConfig>) {
        self.vlans.configure(rows);
    }

    /// The VLAN table.
    #[must_use]
    pub fn vlans(&self) -> &VlanTable {
        &self.vlans
    }

    /// Forgets the hosts learned at `port` (spanning tree topology change, link down).
    pub fn flush_port(&mut self, port: BridgePort) {
        self.fdb.flush(|_, at| at == port);
    }

    /// Forgets every learned host.
    pub fn flush(&mut self) {
        self.fdb.flush(|_, _| true);
    }

    /// Adds a static host (`/interface/bridge/host add`). One with a VLAN is found only with `vlan-filtering`, one
    /// without only without it. An address of the device's own is left alone: the bridge knows it already.
    pub fn add_static_host(&mut self, vid: Option<u16>, mac: Mac, port: BridgePort) {
        if !self.locals.contains_key(&mac) {
            self.fdb.add_static(key(vid.unwrap_or(0), mac), port);
        }
    }

    /// Removes a host, static or learned. False when it was not there.
    pub fn remove_host(&mut self, vid: Option<u16>, mac: Mac) -> bool {
        self.fdb.remove(key(vid.unwrap_or(0), mac))
    }

    /// Every host that is alive at `now`, sorted by VLAN and address, local ones included.
    #[must_use]
    pub fn hosts(&self, now: Instant) -> Vec<Host> {
        let mut hosts: Vec<Host> = self
            .fdb
            .sorted(now)
            .into_iter()
            .map(|(key, port, last_seen)| {
                let vid = (key >> 48) as u16;
                let kind = if last_seen.is_some() { HostKind::Learned } else { HostKind::Static };
                Host {
                    mac: Mac::from_u64(key),
                    vid: (vid != 0).then_some(vid),
                    port: Some(port),
                    kind,
                    last_seen,
                }
            })
            .collect();
        hosts.extend(self.locals.iter().map(|(mac, port)| Host {
            mac: *mac,
            vid: None,
            port: *port,
            kind: HostKind::Local,
            last_seen: None,
        }));
        hosts.sort_by_key(|host| (host.vid, host.mac));
        hosts
    }

    /// When old hosts are next swept out; `None` when nothing was learned.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        self.fdb.deadline()
    }

    /// Sweeps out old hosts when that is due; no effect before [`deadline`](Self::deadline).
    pub fn wake(&mut self, now: Instant) {
        self.fdb.wake(now);
    }

    /// RouterOS's log line (topics `interface,warning`) for a frame with [`Decision::own_source`] set.
    #[must_use]
    pub fn own_address_warning(port_name: &str, mac: Mac) -> String {
        let [a, b, c, d, e, f] = mac.0;
        format!(
            "{port_name}: bridge port received packet with own address as source address \
             ({a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{f:02x}), probably loop"
        )
    }

    /// Decides where a frame goes, and learns its source.
    ///
    /// # Errors
    /// A [`BridgeDrop`] when it goes nowhere; the source may have been learned all the same.
    #[inline]
    pub fn decide(
        &mut self,
        now: Instant,
        ingress: Ingress,
        header: &Header,
    ) -> Result<Decision, BridgeDrop> {
        let (state, rules, filter, learn) = self.ingress(ingress)?;
        if header.destination.is_link_local()
            && let Some(decision) = self.reserved(ingress, header.destination.0[5])?
        {
            return Ok(decision);
        }
        if state < PortState::Learning {
            return Err(BridgeDrop::PortNotForwarding);
        }
        let vlan = self.classify(ingress, header, rules, filter)?;
        let vid = vlan.as_ref().map_or(0, |vlan| vlan.vid);
        let (learned, own_source) = match ingress {
            Ingress::Port(port) if learn => self.learn(now, key(vid, header.source), header.source, port),
            Ingress::Port(_) => (Learned::No, self.locals.contains_key(&header.source)),
            Ingress::Cpu => (Learned::No, false),
        };
        if state != PortState::Forwarding {
            return Err(BridgeDrop::PortNotForwarding);
        }
        let members = vlan.map(|vlan| self.vlans.members(vlan.vid));
        let (destination, up, ports) = self.forward(now, ingress, header.destination, vid, members)?;
        let vlan = vlan.map(|classified| EgressVlan {
            classified,
            tagged: members.flatten().map_or(PortSet::EMPTY, |members| ports.and(&members.tagged)),
            up_tagged: up && members.flatten().is_some_and(|members| members.cpu_tagged),
        });
        Ok(Decision { up, ports, destination, learned, own_source, vlan })
    }

    /// What counts for a frame that enters at `ingress`: state, VLAN rules, ingress filtering, learning.
    #[inline]
    fn ingress(&self, ingress: Ingress) -> Result<(PortState, IngressRules, bool, bool), BridgeDrop> {
        let Ingress::Port(port) = ingress else {
            let BridgeConfig { pvid, frame_types, ingress_filtering, .. } = self.config;
            let rules = IngressRules { pvid, frame_types, tag_stacking: false };
            return Ok((PortState::Forwarding, rules, ingress_filtering, false));
        };
        let entry = self.port(port).ok_or(BridgeDrop::PortDisabled)?;
        if entry.state == PortState::Disabled {
            return Err(BridgeDrop::PortDisabled);
        }
        let PortConfig { pvid, frame_types, tag_stacking, ingress_filtering, learn, .. } = entry.config;
        let rules = IngressRules { pvid, frame_types, tag_stacking };
        Ok((entry.state, rules, ingress_filtering, learn != Learn::No))
    }

    /// 01:80:C2:00:00:0x: the BPDU address goes up while a spanning tree runs; the rest is dropped or forwarded.
    #[cold]
    fn reserved(&self, ingress: Ingress, last: u8) -> Result<Option<Decision>, BridgeDrop> {
        // 802.1Q bridges speak to :00, provider bridges (0x88A8) to :08.
        let bpdu = if self.config.ether_type == 0x88a8 { 0x08 } else { 0x00 };
        match ingress {
            // The own stack addresses the port itself when it sends such frames, not the bridge.
            Ingress::Cpu => Err(BridgeDrop::ReservedAddress),
            Ingress::Port(_) if self.config.spanning_tree && last == bpdu => Ok(Some(Decision {
                up: true,
                ports: PortSet::EMPTY,
                destination: Destination::Bpdu,
                learned: Learned::No,
                own_source: false,
                vlan: None,
            })),
            Ingress::Port(_)
                if self.config.forward_reserved_addresses && !self.config.spanning_tree && last != 1 =>
            {
                Ok(None)
            }
            Ingress::Port(_) => Err(BridgeDrop::ReservedAddress),
        }
    }

    /// The frame's VLAN on a filtering bridge, after admission.
    #[inline]
    fn classify(
        &self,
        ingress: Ingress,
        header: &Header,
        rules: IngressRules,
        filter: bool,
    ) -> Result<Option<Classified>, BridgeDrop> {
        if !self.config.vlan_filtering {
            return Ok(None);
        }
        let classified = classify(rules, self.config.ether_type, header.tag)?;
        let member = self.vlans.members(classified.vid).is_some_and(|members| match ingress {
            Ingress::Port(port) => members.ports.contains(port),
            Ingress::Cpu => members.cpu,
        });
        if filter && !member {
            return Err(BridgeDrop::IngressFiltering);
        }
        Ok(Some(classified))
    }

    #[inline]
    fn learn(&mut self, now: Instant, key: u64, source: Mac, port: BridgePort) -> (Learned, bool) {
        if source.is_multicast() {
            return (Learned::No, false);
        }
        // The device's own addresses are never in the host table, so a known host needs no look at `locals`.
        let update = match self.fdb.refresh(now, key, port) {
            Some(update) => update,
            None if self.locals.contains_key(&source) => return (Learned::No, true),
            None => self.fdb.learn(now, key, port),
        };
        let learned = match update {
            Update::Refreshed => Learned::Refreshed,
            Update::New => Learned::New,
            Update::Moved(from) => Learned::Moved { from },
            Update::Static | Update::Full => Learned::No,
        };
        (learned, false)
    }

    /// Lookup and egress: kind of destination, whether the own stack hears it, and the ports. `members` is `None`
    /// without VLAN filtering, and holds `None` when nobody is in the VLAN.
    #[inline(always)]
    fn forward(
        &self,
        now: Instant,
        ingress: Ingress,
        destination: Mac,
        vid: u16,
        members: Option<Option<&Members>>,
    ) -> Result<(Destination, bool, PortSet), BridgeDrop> {
        if !destination.is_multicast()
            && let Some(port) = self.fdb.lookup(now, key(vid, destination))
        {
            self.check_known(ingress, port, members)?;
            return Ok((Destination::Known, false, PortSet::of(port)));
        }
        let cpu = members.is_none_or(|members| members.is_some_and(|members| members.cpu));
        let (kind, flood) = if destination.is_broadcast() {
            (Destination::Broadcast, &self.flood_broadcast)
        } else if destination.is_multicast() {
            (Destination::Multicast, &self.flood_multicast)
        } else if cpu && self.locals.contains_key(&destination) {
            (Destination::Local, &PortSet::EMPTY)
        } else {
            (Destination::UnknownUnicast, &self.flood_unicast)
        };
        let up = cpu && self.config.mac.is_some() && ingress != Ingress::Cpu;
        let ports = match members {
            None => self.flood(ingress, flood),
            Some(None) => PortSet::EMPTY,
            Some(Some(members)) => self.flood(ingress, flood).and(&members.ports),
        };
        if !up && ports.is_empty() {
            return Err(BridgeDrop::NoEligiblePort);
        }
        Ok((kind, up, ports))
    }

    #[inline]
    fn flood(&self, ingress: Ingress, allowed: &PortSet) -> PortSet {
        match ingress {
            Ingress::Port(port) => {
                self.port(port).map_or(PortSet::EMPTY, |entry| allowed.without(&entry.excluded))
            }
            Ingress::Cpu => allowed.clone(),
        }
    }

    /// Whether a frame from `ingress` may leave through the port of its known destination.
    #[inline]
    fn check_known(
        &self,
        ingress: Ingress,
        to: BridgePort,
        members: Option<Option<&Members>>,
    ) -> Result<(), BridgeDrop> {
        if let Ingress::Port(port) = ingress {
            if port == to {
                return Err(BridgeDrop::SamePort);
            }
            if self.port(port).is_some_and(|entry| entry.excluded.contains(to)) {
                return Err(BridgeDrop::Horizon);
            }
        }
        if !self.forwarding.contains(to) {
            return Err(BridgeDrop::DestinationNotForwarding);
        }
        if members.is_some_and(|members| !members.is_some_and(|members| members.ports.contains(to))) {
            return Err(BridgeDrop::EgressVlan);
        }
        Ok(())
    }

    #[inline]
    fn port(&self, port: BridgePort) -> Option<&PortEntry> {
        self.ports.get(usize::from(port.0))?.as_ref()
    }

    fn port_mut(&mut self, port: BridgePort) -> Option<&mut PortEntry> {
        self.ports.get_mut(usize::from(port.0))?.as_mut()
    }

    /// Derives the sets that forwarding uses from the settings and states.
    fn rebuild(&mut self) {
        let forwarding_with = |flag: fn(&PortConfig) -> bool| -> PortSet {
            let ports = self.ports.iter().enumerate();
            ports
                .filter_map(|(i, entry)| Some((i, entry.as_ref()?)))
                .filter(|(_, entry)| entry.state == PortState::Forwarding && flag(&entry.config))
                .map(|(i, _)| BridgePort(i as u16))
                .collect()
        };
        self.forwarding = forwarding_with(|_| true);
        self.flood_unicast = forwarding_with(|config| config.unknown_unicast_flood);
        self.flood_multicast = forwarding_with(|config| config.unknown_multicast_flood);
        self.flood_broadcast = forwarding_with(|config| config.broadcast_flood);
        let mut horizons: BTreeMap<u32, PortSet> = BTreeMap::new();
        for (i, entry) in self.ports.iter().enumerate() {
            if let Some(horizon) = entry.as_ref().and_then(|entry| entry.config.horizon) {
                horizons.entry(horizon).or_default().insert(BridgePort(i as u16));
            }
        }
        for (i, entry) in self.ports.iter_mut().enumerate() {
            let Some(entry) = entry else { continue };
            entry.excluded = entry.config.horizon.and_then(|h| horizons.get(&h)).cloned().unwrap_or_default();
            entry.excluded.insert(BridgePort(i as u16));
        }
        self.rebuild_locals();
        self.rebuild_pvids();
    }

    fn rebuild_locals(&mut self) {
        self.locals.clear();
        let Some(mac) = self.config.mac else { return };
        for (i, entry) in self.ports.iter().enumerate() {
            if let Some(mac) = entry.as_ref().and_then(|entry| entry.config.mac) {
                self.locals.entry(mac).or_insert(Some(BridgePort(i as u16)));
            }
        }
        self.locals.insert(mac, None);
        let locals = &self.locals;
        self.fdb.flush(|key, _| locals.contains_key(&Mac::from_u64(key)));
    }

    fn rebuild_pvids(&mut self) {
        let admits = |types: FrameTypes| types != FrameTypes::VlanTagged;
        let cpu = (self.config.mac.is_some() && admits(self.config.frame_types))
            .then_some((None, self.config.pvid));
        let ports = self.ports.iter().enumerate().filter_map(|(i, entry)| {
            let config = &entry.as_ref()?.config;
            admits(config.frame_types).then_some((Some(BridgePort(i as u16)), config.pvid))
        });
        self.vlans.set_pvids(ports.chain(cpu));
    }
}
