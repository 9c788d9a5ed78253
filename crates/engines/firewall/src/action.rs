//! Actions, verdicts and the side effects of a traversal.

use crate::address_list::{EntryId, ListId, ListTimeout};
use crate::packet::Mark;
use crate::reject::RejectWith;
use crate::rule::{ChainId, RuleId};

/// What a rule does when it matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Ends the table: the packet goes on.
    Accept,
    /// Ends the packet, silently.
    Drop,
    /// Ends the packet with an answer.
    Reject(RejectWith),
    /// Ends the packet; the device plays TARPIT with the peer.
    Tarpit,
    /// Goes on in another chain.
    Jump(ChainId),
    /// Goes back to the chain that jumped here; in a built-in chain accepts.
    Return,
    /// Writes a log line and goes on.
    Log,
    /// Only counts.
    Passthrough,
    /// Adds the source address to a list and goes on.
    AddSrcToAddressList(ListId, ListTimeout),
    /// Adds the destination address to a list and goes on.
    AddDstToAddressList(ListId, ListTimeout),
    /// Marks the connection for FastTrack and goes on.
    FasttrackConnection,
    /// Exempts the packet from tracking and ends the table (`/ip/firewall/raw`).
    Notrack,
    /// Sets the connection mark.
    MarkConnection {
        /// The new mark.
        mark: Mark,
        /// `passthrough=yes`: go on; otherwise accept.
        passthrough: bool,
    },
    /// Sets the packet mark.
    MarkPacket {
        /// The new mark.
        mark: Mark,
        /// `passthrough=yes`: go on; otherwise accept.
        passthrough: bool,
    },
    /// Sets the routing mark.
    MarkRouting {
        /// The new mark.
        mark: Mark,
        /// `passthrough=yes`: go on; otherwise accept.
        passthrough: bool,
    },
}

/// What the table decided.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The packet goes on; `rule` is `None` at the end of a built-in chain.
    Accept {
        /// The rule that accepted.
        rule: Option<RuleId>,
    },
    /// The packet ends here.
    Drop {
        /// The rule that dropped.
        rule: RuleId,
    },
    /// The packet ends here and its sender is told.
    Reject {
        /// The rule that rejected.
        rule: RuleId,
        /// The answer.
        with: RejectWith,
    },
    /// The packet ends here; the device answers a SYN with a window of 0.
    Tarpit {
        /// The rule that caught the packet.
        rule: RuleId,
    },
    /// The packet goes on and is not tracked.
    Notrack {
        /// The rule that exempted it.
        rule: RuleId,
    },
}

/// A rule with `log=yes` or `action=log` matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// The rule; the device knows its prefix.
    pub rule: RuleId,
    /// The chain in which it stands.
    pub chain: ChainId,
}

/// A new entry that a rule put on an address list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListAddition {
    /// The rule.
    pub rule: RuleId,
    /// The entry that is now in [`crate::address_list::AddressLists`].
    pub entry: EntryId,
}

/// What a traversal did besides its verdict. Reusable: [`clear`](Self::clear) keeps the memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effects {
    /// Log lines to write, in order.
    pub logs: Vec<LogEntry>,
    /// Entries that are new on address lists (they are already there).
    pub list_additions: Vec<ListAddition>,
    /// The last connection mark that was set; the device stores it in the connection.
    pub connection_mark: Option<Mark>,
    /// The rule that asked for FastTrack.
    pub fasttrack: Option<RuleId>,
}

impl Effects {
    /// Empties the buffer for the next packet.
    #[inline]
    pub fn clear(&mut self) {
        self.logs.clear();
        self.list_additions.clear();
        self.connection_mark = None;
        self.fasttrack = None;
    }
}
