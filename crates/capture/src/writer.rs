//! [`Writer`]: a pcapng file (draft-ietf-opsawg-pcapng).
//!
//! pcap-file writes the header, interface and name blocks. Packets are the hot ones and are laid out here: the crate
//! takes 70 ns for each, a plain buffer 8 ns (measured). Its reader is the oracle in the tests.

use clock::Instant;
use pcap_file::pcapng::blocks::interface_description::{
    InterfaceDescriptionBlock, InterfaceDescriptionOption, InterfaceTsResolution,
};
use pcap_file::pcapng::blocks::name_resolution::{Ipv4Record, Ipv6Record, NameResolutionBlock, Record};
use pcap_file::pcapng::blocks::opt_common::CommonOption;
use pcap_file::pcapng::blocks::section_header::{SectionHeaderBlock, SectionHeaderOption};
use pcap_file::pcapng::{PcapNgBlock, PcapNgWriter};
use pcap_file::{DataLink, Endianness};
use std::borrow::Cow;
use std::io::{self, Write};
use std::net::IpAddr;

/// An interface of a capture file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Interface {
    /// Name, as Wireshark shows it: `r1:ether2`.
    pub name: String,
    /// Hardware address, if it has one.
    pub mac: Option<[u8; 6]>,
    /// Speed in bits per second, if it is known.
    pub speed_bps: Option<u64>,
}

/// Which way a frame went through its interface.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// Not known, or neither: the frame never passed.
    Unknown,
    /// The interface received it.
    Inbound,
    /// The interface sent it.
    Outbound,
}

/// A frame to write.
#[derive(Clone, Copy, Debug)]
pub struct Packet<'a> {
    /// Number of the interface, as [`Writer::interface`] returned it.
    pub interface: u32,
    /// Virtual time; the file shows it on the fixed date of [`Instant::unix_nanos`].
    pub at: Instant,
    /// Which way it went.
    pub direction: Direction,
    /// The frame without FCS.
    pub bytes: &'a [u8],
    /// Packet comment; empty for none.
    pub comment: &'a str,
}

/// Bytes that are collected before they go to the sink.
const BUFFER: usize = 32 * 1024;

/// Codes of the pcapng draft, §4.3 and §3.5.
const ENHANCED_PACKET_BLOCK: u32 = 6;
const OPT_END: u32 = 0;
const OPT_COMMENT: u16 = 1;
const EPB_FLAGS: u16 = 2;

/// Writes one pcapng file. All numbers are little-endian, so the bytes are the same on every machine.
pub struct Writer<W: Write> {
    sink: W,
    /// pcap-file's writer over the bytes that wait for the sink; packets are laid out in the same bytes.
    blocks: PcapNgWriter<Vec<u8>>,
    interfaces: u32,
    packets: u64,
    /// Bytes that the sink has.
    flushed: u64,
}

impl<W: Write> Writer<W> {
    /// Starts a file with its section header. Nothing goes to `sink` before the first 32 KiB or [`Writer::flush`].
    ///
    /// # Errors
    /// The header cannot be laid out (a comment longer than 65,535 bytes).
    pub fn new(sink: W, application: &str, comment: &str) -> io::Result<Self> {
        let mut options = Vec::new();
        if !comment.is_empty() {
            options.push(SectionHeaderOption::Common(CommonOption::Comment(Cow::Borrowed(comment))));
        }
        options.push(SectionHeaderOption::UserApplication(Cow::Borrowed(application)));
        let section = SectionHeaderBlock {
            endianness: Endianness::Little,
            major_version: 1,
            minor_version: 0,
            section_length: -1,
            options,
        };
        let blocks = PcapNgWriter::with_section_header(Vec::new(), section).map_err(io::Error::other)?;
        Ok(Self { sink, blocks, interfaces: 0, packets: 0, flushed: 0 })
    }

    /// Adds an interface and returns its number. Time stamps are in nanoseconds (`if_tsresol` 9).
    ///
    /// # Errors
    /// The sink fails, or the name is longer than 65,535 bytes.
    pub fn interface(&mut self, interface: &Interface) -> io::Result<u32> {
        use InterfaceDescriptionOption as Opt;
        let mut options = vec![Opt::IfName(Cow::Borrowed(&interface.name))];
        options.extend(interface.mac.as_ref().map(|mac| Opt::IfMacAddr(Cow::Borrowed(mac))));
        options.extend(interface.speed_bps.map(Opt::IfSpeed));
        options.push(Opt::IfTsResol(InterfaceTsResolution::NANO));
        self.block(InterfaceDescriptionBlock { linktype: DataLink::ETHERNET, snaplen: 0, options })?;
        self.interfaces += 1;
        Ok(self.interfaces - 1)
    }

    /// Adds names of addresses, as Wireshark shows them ("Resolve network addresses"). A reader that goes through the
    /// file once applies them to the packets behind, so they belong before the first packet.
    ///
    /// # Errors
    /// The sink fails, or a name is longer than 65,535 bytes.
    pub fn names(&mut self, names: &[(IpAddr, String)]) -> io::Result<()> {
        if names.is_empty() {
            return Ok(());
        }
        self.block(name_block(names))
    }

    /// Length of the file so far, in bytes, with what has not gone to the sink yet.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.flushed + self.blocks.get_ref().len() as u64
    }

    /// Adds a frame.
    ///
    /// # Errors
    /// The sink fails.
    #[inline]
    pub fn packet(&mut self, packet: &Packet<'_>) -> io::Result<()> {
        let length = packet.bytes.len();
        let padded = length.next_multiple_of(4);
        let comment = &packet.comment.as_bytes()[..packet.comment.len().min(usize::from(u16::MAX))];
        let options = match (packet.direction, comment.len()) {
            (Direction::Unknown, 0) => 0,
            (Direction::Unknown, n) => 4 + n.next_multiple_of(4) + 4,
            (_, 0) => 8 + 4,
            (_, n) => 8 + 4 + n.next_multiple_of(4) + 4,
        };
        let total = (32 + padded + options) as u32;
        let stamp = packet.at.unix_nanos();
        let mut head = [0; 28];
        for (field, value) in head.chunks_exact_mut(4).zip([
            ENHANCED_PACKET_BLOCK,
            total,
            packet.interface,
            (stamp >> 32) as u32,
            stamp as u32,
            length as u32,
            length as u32,
        ]) {
            field.copy_from_slice(&value.to_le_bytes());
        }
        let buffer = self.blocks.get_mut();
        buffer.extend_from_slice(&head);
        buffer.extend_from_slice(packet.bytes);
        buffer.extend_from_slice(&[0; 3][..padded - length]);
        if packet.direction != Direction::Unknown {
            let flags: u32 = if packet.direction == Direction::Inbound { 1 } else { 2 };
            buffer.extend_from_slice(&(u32::from(EPB_FLAGS) | 4 << 16).to_le_bytes());
            buffer.extend_from_slice(&flags.to_le_bytes());
        }
        if !comment.is_empty() {
            let len = comment.len();
            buffer.extend_from_slice(&(u32::from(OPT_COMMENT) | (len as u32) << 16).to_le_bytes());
            buffer.extend_from_slice(comment);
            buffer.extend_from_slice(&[0; 3][..len.next_multiple_of(4) - len]);
        }
        if options > 0 {
            buffer.extend_from_slice(&OPT_END.to_le_bytes());
        }
        buffer.extend_from_slice(&total.to_le_bytes());
        self.packets += 1;
        self.flush_when_full()
    }

    /// Number of packets written.
    #[must_use]
    pub fn packets(&self) -> u64 {
        self.packets
    }

    /// Hands everything to the sink and flushes it.
    ///
    /// # Errors
    /// The sink fails.
    pub fn flush(&mut self) -> io::Result<()> {
        self.flush_buffer()?;
        self.sink.flush()
    }

    /// Ends the file and gives the sink back.
    ///
    /// # Errors
    /// The sink fails.
    pub fn finish(mut self) -> io::Result<W> {
        self.flush()?;
        Ok(self.sink)
    }

    fn flush_buffer(&mut self) -> io::Result<()> {
        let buffer = self.blocks.get_mut();
        self.sink.write_all(buffer)?;
        self.flushed += buffer.len() as u64;
        buffer.clear();
        Ok(())
    }

    #[inline]
    fn flush_when_full(&mut self) -> io::Result<()> {
        if self.blocks.get_ref().len() >= BUFFER { self.flush_buffer() } else { Ok(()) }
    }

    /// Writes a block by the crate.
    fn block<'a>(&mut self, block: impl PcapNgBlock<'a>) -> io::Result<()> {
        self.blocks.write_pcapng_block(block).map_err(io::Error::other)?;
        self.flush_when_full()
    }
}

/// A name resolution block by itself, for a file whose packets were written before the names were known: it may be put
/// behind the interface blocks later. No bytes when there are no names.
///
/// # Errors
/// A name is longer than 65,535 bytes.
pub fn name_bytes(names: &[(IpAddr, String)]) -> io::Result<Vec<u8>> {
    let mut writer = Writer::new(io::sink(), "", "")?;
    let header = writer.blocks.get_ref().len();
    if !names.is_empty() {
        writer.blocks.write_pcapng_block(name_block(names)).map_err(io::Error::other)?;
    }
    Ok(writer.blocks.get_mut().split_off(header))
}

fn name_block(names: &[(IpAddr, String)]) -> NameResolutionBlock<'_> {
    let record = |(address, name): &(IpAddr, String)| {
        let names = vec![Cow::Owned(name.clone())];
        match *address {
            IpAddr::V4(ip_addr) => Record::Ipv4(Ipv4Record { ip_addr, names }),
            IpAddr::V6(ip_addr) => Record::Ipv6(Ipv6Record { ip_addr, names }),
        }
    };
    NameResolutionBlock { records: names.iter().map(record).collect(), options: vec![] }
}
