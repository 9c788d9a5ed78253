//! The TCP state machine of connection tracking (Linux 5.6 `nf_conntrack_proto_tcp.c`).
//!
//! A segment is one of five kinds: SYN, SYN-ACK, FIN, ACK, RST. Kind, direction and old state give the new state by the
//! table below; `IV` = the packet is invalid, `IG` = it passes without changing anything. Then the sequence numbers
//! must lie in the window (`window.rs`), unless `liberal-tcp-tracking=yes` or the connection was picked up midway.

use super::window::{Segment, Window};
use super::{Config, Direction, Step};
use crate::packet::PacketKey;
use clock::Duration;

/// `tcp-state`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum TcpState {
    /// `none`: no segment yet.
    #[default]
    None,
    /// `syn-sent`.
    SynSent,
    /// `syn-received`.
    SynReceived,
    /// `established`.
    Established,
    /// `fin-wait`: one end has closed.
    FinWait,
    /// `close-wait`: and the other has acknowledged that.
    CloseWait,
    /// `last-ack`: both ends have closed.
    LastAck,
    /// `time-wait`.
    TimeWait,
    /// `close`: reset.
    Close,
    /// `listen`: both ends sent a SYN (Linux `SYN_SENT2`).
    Listen,
}

impl TcpState {
    /// The word in the column `TCP-STATE`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::SynSent => "syn-sent",
            Self::SynReceived => "syn-recv",
            Self::Established => "established",
            Self::FinWait => "fin-wait",
            Self::CloseWait => "close-wait",
            Self::LastAck => "last-ack",
            Self::TimeWait => "time-wait",
            Self::Close => "close",
            Self::Listen => "listen",
        }
    }
}

/// `tcp-*-timeout` of `/ip/firewall/connection/tracking`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TcpTimeouts {
    /// `tcp-syn-sent-timeout`.
    pub syn_sent: Duration,
    /// `tcp-syn-received-timeout`.
    pub syn_received: Duration,
    /// `tcp-established-timeout`.
    pub established: Duration,
    /// `tcp-fin-wait-timeout`.
    pub fin_wait: Duration,
    /// `tcp-close-wait-timeout`.
    pub close_wait: Duration,
    /// `tcp-last-ack-timeout`.
    pub last_ack: Duration,
    /// `tcp-time-wait-timeout`.
    pub time_wait: Duration,
    /// `tcp-close-timeout`.
    pub close: Duration,
    /// `tcp-max-retrans-timeout`: after three retransmissions, or with a window of 0.
    pub max_retrans: Duration,
    /// `tcp-unacked-timeout`: while data is not acknowledged.
    pub unacked: Duration,
}

impl Default for TcpTimeouts {
    fn default() -> Self {
        let ten = Duration::from_secs(10);
        Self {
            syn_sent: Duration::from_secs(5),
            syn_received: Duration::from_secs(5),
            established: Duration::from_days(1),
            fin_wait: ten,
            close_wait: ten,
            last_ack: ten,
            time_wait: ten,
            close: ten,
            max_retrans: Duration::from_mins(5),
            unacked: Duration::from_mins(5),
        }
    }
}

impl TcpTimeouts {
    const fn of(&self, state: TcpState) -> Duration {
        match state {
            TcpState::None | TcpState::SynSent | TcpState::Listen => self.syn_sent,
            TcpState::SynReceived => self.syn_received,
            TcpState::Established => self.established,
            TcpState::FinWait => self.fin_wait,
            TcpState::CloseWait => self.close_wait,
            TcpState::LastAck => self.last_ack,
            TcpState::TimeWait => self.time_wait,
            TcpState::Close => self.close,
        }
    }
}

/// Kind of a segment, the row of the table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Kind {
    Syn,
    SynAck,
    Fin,
    Ack,
    Rst,
    #[default]
    Other,
}

/// What a segment does to a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Move {
    To(TcpState),
    Ignore,
    Invalid,
}

const IV: Move = Move::Invalid;
const IG: Move = Move::Ignore;
const SS: Move = Move::To(TcpState::SynSent);
const SR: Move = Move::To(TcpState::SynReceived);
const ES: Move = Move::To(TcpState::Established);
const FW: Move = Move::To(TcpState::FinWait);
const CW: Move = Move::To(TcpState::CloseWait);
const LA: Move = Move::To(TcpState::LastAck);
const TW: Move = Move::To(TcpState::TimeWait);
const CL: Move = Move::To(TcpState::Close);
const S2: Move = Move::To(TcpState::Listen);

/// New state by direction, kind and old state (columns in the order of [`TcpState`]).
#[rustfmt::skip]
const MOVES: [[[Move; 10]; 6]; 2] = [
    [ // original
    //    none  SS  SR  ES  FW  CW  LA  TW  CL  S2
        [  SS,  SS, IG, IG, IG, IG, IG, SS, SS, S2 ], // syn
        [  IV,  IV, SR, IV, IV, IV, IV, IV, IV, SR ], // syn-ack
        [  IV,  IV, FW, FW, LA, LA, LA, TW, CL, IV ], // fin
        [  ES,  IV, ES, ES, CW, CW, TW, TW, CL, IV ], // ack
        [  IV,  CL, CL, CL, CL, CL, CL, CL, CL, CL ], // rst
        [  IV,  IV, IV, IV, IV, IV, IV, IV, IV, IV ], // other
    ],
    [ // reply
        [  IV,  S2, IV, IV, IV, IV, IV, SS, IV, S2 ], // syn
        [  IV,  SR, IG, IG, IG, IG, IG, IG, IG, SR ], // syn-ack
        [  IV,  IV, FW, FW, LA, LA, LA, TW, CL, IV ], // fin
        [  IV,  IG, SR, ES, CW, CW, TW, TW, CL, IG ], // ack
        [  IV,  CL, CL, CL, CL, CL, CL, CL, CL, CL ], // rst
        [  IV,  IV, IV, IV, IV, IV, IV, IV, IV, IV ], // other
    ],
];

fn next_state(direction: Direction, kind: Kind, state: TcpState) -> Move {
    let row = MOVES.get(direction as usize).and_then(|rows| rows.get(kind as usize));
    row.and_then(|row| row.get(state as usize)).copied().unwrap_or(IV)
}

pub(super) const FIN: u8 = 1;
pub(super) const SYN: u8 = 2;
pub(super) const RST: u8 = 4;
pub(super) const ACK: u8 = 16;
const URG: u8 = 32;
/// Flags that say nothing about the state: PSH, ECE, CWR.
const NEUTRAL: u8 = 8 | 64 | 128;

const fn kind_of(flags: u8) -> Kind {
    if flags & RST != 0 {
        Kind::Rst
    } else if flags & SYN != 0 {
        if flags & ACK != 0 { Kind::SynAck } else { Kind::Syn }
    } else if flags & FIN != 0 {
        Kind::Fin
    } else if flags & ACK != 0 {
        Kind::Ack
    } else {
        Kind::Other
    }
}

/// Combinations of flags that real stacks send (Linux `tcp_valid_flags`).
const fn are_valid(flags: u8) -> bool {
    const SYN_URG: u8 = SYN | URG;
    const SYN_ACK: u8 = SYN | ACK;
    const RST_ACK: u8 = RST | ACK;
    const FIN_ACK: u8 = FIN | ACK;
    const FIN_ACK_URG: u8 = FIN | ACK | URG;
    const ACK_URG: u8 = ACK | URG;
    matches!(
        flags & !NEUTRAL,
        SYN | SYN_URG | SYN_ACK | RST | RST_ACK | FIN_ACK | FIN_ACK_URG | ACK | ACK_URG
    )
}

/// What a connection remembers about TCP.
#[derive(Clone, Debug, Default)]
pub(super) struct TcpTracking {
    pub(super) state: TcpState,
    window: Window,
    /// Kind, direction and numbers of the last segment that was let through, valid or ignored.
    last: Last,
    /// Which direction closed first, by [`Direction`].
    closed_first: [bool; 2],
}

#[derive(Clone, Debug, Default)]
struct Last {
    kind: Kind,
    direction: Option<Direction>,
    segment: Segment,
}

impl TcpTracking {
    /// The first segment of a connection; its timeout, or `None` when it may not open one. A SYN opens; anything else
    /// with ACK is picked up only with `loose-tcp-tracking`, and never a SYN-ACK.
    pub(super) fn open(&mut self, config: &Config, key: &PacketKey, packet: &[u8]) -> Option<Duration> {
        let segment = Segment::read(key, packet).filter(|s| are_valid(s.flags))?;
        let kind = kind_of(segment.flags);
        let Move::To(state) = next_state(Direction::Original, kind, TcpState::None) else { return None };
        if state != TcpState::SynSent && !config.loose_tcp {
            return None;
        }
        self.window = Window::open(&segment);
        self.state = state;
        self.last = Last { kind, direction: Some(Direction::Original), segment };
        Some(config.tcp.of(state))
    }

    /// One more segment.
    pub(super) fn packet(
        &mut self,
        config: &Config,
        key: &PacketKey,
        packet: &[u8],
        direction: Direction,
        both_seen: bool,
    ) -> Step {
        let Some(segment) = Segment::read(key, packet).filter(|s| are_valid(s.flags)) else {
            return Step::Invalid;
        };
        let kind = kind_of(segment.flags);
        let last_is =
            |kind: Kind, from: Direction| self.last.kind == kind && self.last.direction == Some(from);
        let mut old = self.state;
        let new = match next_state(direction, kind, old) {
            Move::Invalid => return Step::Invalid,
            Move::To(TcpState::SynSent) if old >= TcpState::TimeWait => {
                // RFC 1122 §4.2.2.13: the end that did not close first may reopen; so may one that reset.
                let other_closed = self.closed_first.get(direction.other() as usize) == Some(&true);
                if other_closed || last_is(Kind::Rst, direction) {
                    return Step::Reopen;
                }
                self.last = Last { kind, direction: Some(direction), segment };
                return Step::Ignore;
            }
            Move::Ignore => {
                let in_step = kind == Kind::SynAck
                    && last_is(Kind::Syn, direction.other())
                    && segment.ack == self.last.segment.end;
                if !in_step {
                    self.last = Last { kind, direction: Some(direction), segment };
                    return Step::Ignore;
                }
                // It answers a SYN that was ignored: the ends are in step, so follow them.
                self.window.restart(direction.other(), &self.last.segment);
                old = TcpState::SynSent;
                TcpState::SynReceived
            }
            Move::To(state) => state,
        };
        let Some(excused) = self.check_reset(kind, direction, &segment, both_seen) else {
            return Step::Invalid;
        };
        let repeated = kind == Kind::Ack;
        if !excused && !self.window.check(config.liberal_tcp, old, direction, repeated, &segment) {
            return Step::Invalid;
        }
        self.last = Last { kind, direction: Some(direction), segment };
        self.state = new;
        if old != new && new == TcpState::FinWait {
            self.closed_first = [direction == Direction::Original, direction == Direction::Reply];
        }
        if kind == Kind::Rst && !both_seen {
            // The opener gives up, or its SYN is refused: nothing is left to track.
            return Step::End;
        }
        Step::Refresh(self.timeout(&config.tcp, kind))
    }

    /// `None`: a reset whose number is too old (RFC 5961). `Some(true)`: a reset that answers a segment that was let
    /// through although it was ignored, so its numbers are not checked.
    fn check_reset(
        &self,
        kind: Kind,
        direction: Direction,
        segment: &Segment,
        both_seen: bool,
    ) -> Option<bool> {
        if kind != Kind::Rst {
            return Some(false);
        }
        if self.window.is_acked_past(direction.other(), segment.seq) {
            return None;
        }
        let answers_syn = both_seen && self.last.kind == Kind::Syn;
        Some(answers_syn && segment.ack == self.last.segment.end)
    }

    fn timeout(&self, timeouts: &TcpTimeouts, kind: Kind) -> Duration {
        let plain = timeouts.of(self.state);
        if self.window.is_retransmitting() {
            plain.min(timeouts.max_retrans)
        } else if kind == Kind::Rst {
            timeouts.close
        } else if self.window.has_unacknowledged() {
            plain.min(timeouts.unacked)
        } else if self.window.is_shut() {
            plain.min(timeouts.max_retrans)
        } else {
            plain
        }
    }
}
