//! Log lines of the nodes, kept per region and merged in the order (time, node, sequence).

use crate::NodeId;
use clock::Instant;

/// One line that a node logged.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct LogRecord {
    /// When.
    pub at: Instant,
    /// Who.
    pub node: NodeId,
    /// Number of the line among the node's lines, from 0.
    pub sequence: u32,
    /// Topics as `/log` prints them: `dhcp,info`.
    pub topics: String,
    /// The message.
    pub message: String,
}
