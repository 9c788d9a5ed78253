//! The window check of TCP tracking: sequence and acknowledgement numbers must be plausible (Linux `tcp_in_window`,
//! after "Real Stateful TCP Packet Filtering in IP Filter" by Guido van Rooij).
//!
//! ```text
//! I    seq <= highest number that the receiver allows          II   end >= highest end sent - receiver's window
//! III  ack <= highest end that the receiver has sent           IV   ack >= that - max(window, 66000)
//! ```

use super::Direction;
use super::tcp::{ACK, FIN, RST, SYN, TcpState};
use crate::packet::{PacketKey, read_u32};
use wire::tcp::{self, TcpOption};

/// Linux `MAXACKWINCONST`.
const ACK_WINDOW: u32 = 66_000;
/// Retransmissions after which the timeout is `tcp-max-retrans-timeout`.
const RETRANSMISSIONS_MAX: u8 = 3;
/// Largest window scale (RFC 7323 §2.3).
const SCALE_MAX: u8 = 14;

/// The numbers of one segment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Segment {
    pub(super) flags: u8,
    pub(super) seq: u32,
    pub(super) ack: u32,
    /// Sequence number behind the segment; SYN and FIN count one each.
    pub(super) end: u32,
    window: u32,
    /// Highest number that a SACK block acknowledges, or `ack`.
    sack: u32,
    scale: Option<u8>,
    sack_permitted: bool,
}

impl Segment {
    /// `None` when the header is not whole.
    pub(super) fn read(key: &PacketKey, packet: &[u8]) -> Option<Self> {
        key.tcp_flags()?;
        let view = tcp::View::new(key.transport(packet)).ok()?;
        let (flags, seq, ack) = (view.flags().0, view.sequence(), view.acknowledgment());
        let control = u32::from(flags & SYN != 0) + u32::from(flags & FIN != 0);
        let len = view.payload().len() as u32 + control;
        let mut segment = Self {
            flags,
            seq,
            ack,
            end: seq.wrapping_add(len),
            window: u32::from(view.window()),
            sack: ack,
            scale: None,
            sack_permitted: false,
        };
        for option in tcp::options(view.options()).map_while(Result::ok) {
            segment.take(option);
        }
        Some(segment)
    }

    fn take(&mut self, option: TcpOption<'_>) {
        match option {
            TcpOption::WindowScale(scale) => self.scale = Some(scale.min(SCALE_MAX)),
            TcpOption::SackPermitted => self.sack_permitted = true,
            TcpOption::Sack(blocks) if self.flags & ACK != 0 => {
                for block in blocks.chunks_exact(8) {
                    let right = read_u32(block, 4);
                    if after(right, self.sack) {
                        self.sack = right;
                    }
                }
            }
            _ => {}
        }
    }

    const fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }
}

const fn before(a: u32, b: u32) -> bool {
    (a.wrapping_sub(b) as i32) < 0
}

const fn after(a: u32, b: u32) -> bool {
    before(b, a)
}

/// What one end has sent and may send.
#[derive(Clone, Copy, Debug, Default)]
struct End {
    /// Highest end of a segment.
    end: u32,
    /// Highest number that the other end allows.
    max_end: u32,
    /// Largest window that it announced; 0 = nothing seen of this end.
    max_window: u32,
    scale: u8,
    has_scale: bool,
    sack_permitted: bool,
    /// Picked up midway: the check never fails.
    liberal: bool,
    unacknowledged: bool,
    /// Highest acknowledgement that it sent.
    max_ack: Option<u32>,
}

impl End {
    fn of_syn(segment: &Segment) -> Self {
        Self {
            end: segment.end,
            max_end: segment.end,
            max_window: segment.window.max(1),
            scale: segment.scale.unwrap_or(0),
            has_scale: segment.scale.is_some(),
            sack_permitted: segment.sack_permitted,
            ..Self::default()
        }
    }
}

/// Both ends of a connection.
#[derive(Clone, Debug, Default)]
pub(super) struct Window {
    /// By [`Direction`].
    ends: [End; 2],
    /// The last ACK: direction, seq, ack, end, window.
    last: Option<(Direction, [u32; 4])>,
    retransmissions: u8,
    last_window: u32,
}

impl Window {
    pub(super) fn open(segment: &Segment) -> Self {
        if segment.has(SYN) {
            return Self { ends: [End::of_syn(segment), End::default()], last_window: 1, ..Self::default() };
        }
        // Picked up midway: window scaling and SACK were agreed on before.
        let unknown = End { liberal: true, sack_permitted: true, ..End::default() };
        let max_window = segment.window.max(1);
        let max_end = segment.end.wrapping_add(max_window);
        let original = End { end: segment.end, max_end, max_window, ..unknown };
        Self { ends: [original, unknown], last_window: 1, ..Self::default() }
    }

    /// Forgets everything but the SYN `segment`, sent in `direction`.
    pub(super) fn restart(&mut self, direction: Direction, segment: &Segment) {
        let [original, reply] = &mut self.ends;
        let (sender, receiver) = match direction {
            Direction::Original => (original, reply),
            Direction::Reply => (reply, original),
        };
        *sender = End::of_syn(segment);
        *receiver = End::default();
        self.retransmissions = 0;
    }

    /// True when the end of `direction` has acknowledged more than `seq`.
    pub(super) fn is_acked_past(&self, direction: Direction, seq: u32) -> bool {
        let end = self.ends.get(direction as usize);
        end.and_then(|end| end.max_ack).is_some_and(|max_ack| before(seq, max_ack))
    }

    pub(super) const fn is_retransmitting(&self) -> bool {
        self.retransmissions >= RETRANSMISSIONS_MAX
    }

    pub(super) fn has_unacknowledged(&self) -> bool {
        self.ends.iter().any(|end| end.unacknowledged)
    }

    pub(super) const fn is_shut(&self) -> bool {
        self.last_window == 0
    }

    /// Checks a segment and, when it is plausible, moves the window on.
    pub(super) fn check(
        &mut self,
        liberal: bool,
        state: TcpState,
        direction: Direction,
        is_ack: bool,
        segment: &Segment,
    ) -> bool {
        let [original, reply] = &mut self.ends;
        let (sender, receiver) = match direction {
            Direction::Original => (original, reply),
            Direction::Reply => (reply, original),
        };
        let mut sack = if receiver.sack_permitted { segment.sack } else { segment.ack };
        if begin(sender, receiver, state, direction, segment, sack) {
            return true;
        }
        let (mut ack, mut seq, mut end) = (segment.ack, segment.seq, segment.end);
        let rst_without_number = segment.has(RST) && segment.has(ACK) && ack == 0;
        if !segment.has(ACK) || rst_without_number {
            ack = receiver.end;
            sack = receiver.end;
        }
        if segment.has(RST) && seq == 0 {
            seq = sender.end;
            end = sender.end;
        }
        let in_receive_window = receiver.max_window == 0
            || after(end, sender.end.wrapping_sub(receiver.max_window).wrapping_sub(1));
        let lowest_ack = receiver.end.wrapping_sub(sender.max_window.max(ACK_WINDOW)).wrapping_sub(1);
        let plausible = before(seq, sender.max_end.wrapping_add(1))
            && in_receive_window
            && before(sack, receiver.end.wrapping_add(1))
            && after(sack, lowest_ack);
        if !plausible {
            return sender.liberal || liberal;
        }
        let scale = if segment.has(SYN) { 0 } else { sender.scale };
        let window = segment.window << scale;
        advance(sender, receiver, segment.has(ACK), [ack, sack, end, window]);
        if is_ack {
            let numbers = (direction, [seq, ack, end, window]);
            if self.last == Some(numbers) {
                self.retransmissions = self.retransmissions.saturating_add(1);
            } else {
                self.last = Some(numbers);
                self.retransmissions = 0;
            }
        }
        self.last_window = window;
        true
    }
}

/// Takes what a first segment of an end, or a SYN again, says. True when nothing more can be checked.
fn begin(
    sender: &mut End,
    receiver: &mut End,
    state: TcpState,
    direction: Direction,
    segment: &Segment,
    sack: u32,
) -> bool {
    let syn_again = (state == TcpState::SynSent && direction == Direction::Original)
        || (state == TcpState::SynReceived && direction == Direction::Reply);
    if sender.max_window == 0 && segment.has(SYN) {
        *sender = End { liberal: sender.liberal, ..End::of_syn(segment) };
        if !(sender.has_scale && receiver.has_scale) {
            sender.scale = 0;
            receiver.scale = 0;
        }
        return !segment.has(ACK);
    }
    if sender.max_window == 0 {
        let window = segment.window << sender.scale;
        sender.end = segment.end;
        sender.max_window = window.max(1);
        sender.max_end = segment.end.wrapping_add(sender.max_window);
        if receiver.max_window == 0 {
            receiver.end = sack;
            receiver.max_end = sack;
        }
    } else if syn_again && after(segment.end, sender.end) {
        let fresh = End::of_syn(segment);
        sender.end = fresh.end;
        sender.max_end = fresh.max_end;
        sender.max_window = fresh.max_window;
        if segment.has(SYN) {
            (sender.scale, sender.has_scale) = (fresh.scale, fresh.has_scale);
            sender.sack_permitted = fresh.sack_permitted;
        }
    }
    false
}

/// Moves both ends on by a plausible segment.
fn advance(sender: &mut End, receiver: &mut End, has_ack: bool, [ack, sack, end, window]: [u32; 4]) {
    sender.max_window = sender.max_window.max(window.wrapping_add(sack.wrapping_sub(ack)));
    if after(end, sender.end) {
        sender.end = end;
        sender.unacknowledged = true;
    }
    if has_ack && sender.max_ack.is_none_or(|max| after(ack, max)) {
        sender.max_ack = Some(ack);
    }
    if receiver.max_window != 0 && after(end, sender.max_end) {
        receiver.max_window = receiver.max_window.wrapping_add(end.wrapping_sub(sender.max_end));
    }
    let allowed = sack.wrapping_add(window);
    if after(allowed, receiver.max_end.wrapping_sub(1)) {
        receiver.max_end = if window == 0 { allowed.wrapping_add(1) } else { allowed };
    }
    if ack == receiver.end {
        receiver.unacknowledged = false;
    }
}
