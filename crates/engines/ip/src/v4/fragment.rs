//! Cutting a datagram into fragments (RFC 791 §2.3 and §3.2, RFC 1812 §4.2.2.7).

use wire::Frame;
use wire::ipv4::{Options, Repr, View};
use wire::ipv4_option;

/// One fragment: a piece of the payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Where it begins in the payload of the datagram that is cut, in bytes.
    start: usize,
    /// Its length in bytes.
    len: usize,
    /// It is the last piece.
    last: bool,
}

/// The pieces that fit into `mtu` bytes each. All but the last carry a multiple of eight bytes. An MTU below the
/// smallest of IPv4 (68) counts as 68. The header of a fragment behind the first may be shorter (options not copied),
/// but all are cut by the first one's, as the kernel does.
pub fn pieces(datagram: &View<'_>, mtu: u16) -> impl Iterator<Item = Piece> + use<> {
    let room = usize::from(mtu.max(wire::ipv4::MIN_MTU)) - datagram.header_len();
    let step = (room / 8 * 8).max(8);
    let total = datagram.payload().len();
    let mut start = 0;
    core::iter::from_fn(move || {
        if start >= total {
            return None;
        }
        let len = if total - start <= room { total - start } else { step };
        let piece = Piece { start, len, last: start + len == total };
        start += len;
        Some(piece)
    })
}

/// Writes one fragment of `datagram` (header with its own checksum, payload) into the empty `frame`. Identification,
/// TTL and type of service are kept; a fragment may be cut again.
pub fn write(datagram: &View<'_>, piece: Piece, frame: &mut Frame) {
    let payload = datagram.payload();
    let end = (piece.start + piece.len).min(payload.len());
    frame.extend_from_slice(payload.get(piece.start..end).unwrap_or_default());
    let mut header = Repr::of(datagram);
    // A fragment that reaches beyond the longest datagram is malformed; its pieces stay beyond it.
    header.fragment_offset = header.fragment_offset.saturating_add(piece.start as u16) & !7;
    header.more_fragments |= !piece.last;
    if piece.start > 0 {
        let mut copied = [0; wire::ipv4::OPTIONS_MAX];
        let len = ipv4_option::copied(datagram.options(), &mut copied);
        header.options = Options::new(&copied[..len]).unwrap_or_default();
    }
    header.push(frame);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use wire::Pool;
    use wire::ipv4::Protocol;

    fn datagram(len: usize, options: &[u8]) -> Vec<u8> {
        let payload: Vec<u8> = (0..len).map(|i| (i / 8) as u8).collect();
        let mut frame = Pool::default().frame(&payload);
        let options = Options::new(options).unwrap();
        Repr { id: 77, ttl: 9, protocol: Protocol::UDP, options, ..Repr::default() }.push(&mut frame);
        frame.bytes().to_vec()
    }

    fn cut(bytes: &[u8], mtu: u16) -> Vec<Vec<u8>> {
        let view = View::new(bytes).unwrap();
        let mut pool = Pool::default();
        let write_one = |piece| {
            let mut frame = pool.alloc(0);
            write(&view, piece, &mut frame);
            frame.bytes().to_vec()
        };
        pieces(&view, mtu).map(write_one).collect()
    }

    #[test]
    fn a_full_datagram_at_a_tunnel_mtu() {
        let fragments = cut(&datagram(1480, &[]), 1400);
        let shapes: Vec<_> = fragments
            .iter()
            .map(|f| {
                let v = View::new(f).unwrap();
                (v.fragment_offset(), v.payload().len(), v.more_fragments(), v.id(), v.ttl(), v.checksum_ok())
            })
            .collect();
        assert_eq!(shapes, [(0, 1376, true, 77, 9, true), (1376, 104, false, 77, 9, true)]);
    }

    #[test]
    fn only_copied_options_go_into_later_fragments() {
        // Record route (7) is not copied, router alert (148) is.
        let fragments = cut(&datagram(100, &[7, 7, 4, 0, 0, 0, 0, 148, 4, 0, 0, 0]), 68);
        let options: Vec<_> = fragments.iter().map(|f| View::new(f).unwrap().options().to_vec()).collect();
        assert_eq!(options[0].len(), 12);
        assert!(options[1..].iter().all(|o| o == &[148, 4, 0, 0]), "{options:?}");
    }

    #[test]
    fn a_middle_fragment_cut_again_keeps_its_place() {
        let middle = &cut(&datagram(3000, &[]), 1500)[1];
        let again = cut(middle, 576);
        let places: Vec<_> = again.iter().map(|f| View::new(f).unwrap().fragment_offset()).collect();
        assert_eq!(places, [1480, 2032, 2584]);
        assert!(again.iter().all(|f| View::new(f).unwrap().more_fragments()));
    }

    proptest! {
        #[test]
        fn fragments_cover_the_payload_exactly(len in 1usize..4000, mtu in 68u16..2000, words in 0usize..=10) {
            let whole = datagram(len, &vec![1; words * 4]);
            let fragments = cut(&whole, mtu);
            let mut payload = Vec::new();
            for (i, fragment) in fragments.iter().enumerate() {
                let view = View::new(fragment).unwrap();
                prop_assert!(fragment.len() <= usize::from(mtu) && view.checksum_ok());
                prop_assert_eq!(view.fragment_offset(), payload.len());
                prop_assert_eq!(view.more_fragments(), i + 1 < fragments.len());
                payload.extend_from_slice(view.payload());
            }
            prop_assert_eq!(&payload[..], View::new(&whole).unwrap().payload());
        }
    }
}
