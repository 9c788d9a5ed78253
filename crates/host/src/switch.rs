//! [`Switch`]: a plain learning switch, the bridge engine with nothing on top.
//!
//! It has no address and no stack of its own. A frame to a known host leaves through that host's port; everything
//! else is flooded: the last port takes the frame itself, the others take copies. Like an unmanaged switch (and a Linux
//! bridge without STP) it passes BPDUs on; only pause frames (01:80:C2:00:00:01) stay on their cable.

use bridge::{Bridge, BridgeConfig, BridgeDrop, BridgePort, Header, Ingress, PortConfig, PortState};
use clock::Instant;
use sim::{Context, Node, Port};
use wire::Frame;

/// Why a [`Switch`] forwards a frame nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SwitchDrop {
    /// The frame is shorter than an Ethernet header (14 bytes).
    Truncated,
    /// The bridge engine's own reason: no other port, destination on the port it came from, …
    Bridge(BridgeDrop),
}

impl core::fmt::Display for SwitchDrop {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Truncated => f.write_str("shorter than an Ethernet header"),
            Self::Bridge(reason) => f.write_str(match reason {
                BridgeDrop::NoEligiblePort => "no other port",
                BridgeDrop::SamePort => "same port: the destination is where the frame came from",
                other => other.text(),
            }),
        }
    }
}

/// A learning switch. Port `n` of the kernel is port `n` of the switch.
#[derive(Clone, Debug)]
pub struct Switch {
    bridge: Bridge,
}

impl Switch {
    /// A switch with `ports` ports, all without carrier until the kernel says otherwise. Hosts age out after
    /// 5 minutes.
    #[must_use]
    pub fn new(ports: u16) -> Self {
        let mut bridge = Bridge::new(BridgeConfig {
            mac: None,
            forward_reserved_addresses: true,
            ..BridgeConfig::default()
        });
        for _ in 0..ports {
            bridge.add_port(PortConfig::default());
        }
        Self { bridge }
    }

    /// The engine, to look at the host table.
    #[must_use]
    pub fn bridge(&self) -> &Bridge {
        &self.bridge
    }
}

impl Node for Switch {
    type Drop = SwitchDrop;

    #[inline]
    fn receive(&mut self, cx: &mut Context<'_, SwitchDrop>, port: Port, frame: Frame) {
        let Some(header) = Header::parse(frame.bytes()) else {
            cx.drop(frame, Some(port), SwitchDrop::Truncated);
            return;
        };
        match self.bridge.decide(cx.now(), Ingress::Port(BridgePort(port.0)), &header) {
            Ok(decision) => {
                let mut ports = decision.ports.iter();
                let Some(mut next) = ports.next() else {
                    cx.drop(frame, Some(port), SwitchDrop::Bridge(BridgeDrop::NoEligiblePort));
                    return;
                };
                for after in ports {
                    let copy = cx.copy(&frame);
                    cx.send(Port(next.0), copy);
                    next = after;
                }
                cx.send(Port(next.0), frame);
            }
            Err(reason) => cx.drop(frame, Some(port), SwitchDrop::Bridge(reason)),
        }
    }

    fn carrier(&mut self, _cx: &mut Context<'_, SwitchDrop>, port: Port, up: bool) {
        let state = if up { PortState::Forwarding } else { PortState::Disabled };
        self.bridge.set_port_state(BridgePort(port.0), state);
    }

    fn wake(&mut self, cx: &mut Context<'_, SwitchDrop>) {
        self.bridge.wake(cx.now());
    }

    #[inline]
    fn deadline(&self) -> Option<Instant> {
        self.bridge.deadline()
    }

    fn held(&self) -> usize {
        0
    }

    fn describe_drop(&self, reason: &SwitchDrop) -> String {
        reason.to_string()
    }
}
