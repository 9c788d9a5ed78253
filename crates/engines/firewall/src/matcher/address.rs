//! Matchers of address types. The device classifies an address by its routing table; the key carries the answer.

use crate::packet::{AddressTypes, CLASS_DST_TYPE_SHIFT, CLASS_NO_TYPE, CLASS_SRC_TYPE_SHIFT, PacketKey};

pub(crate) fn src_type(key: &PacketKey, types: AddressTypes) -> Option<bool> {
    any_of(key.classes >> CLASS_SRC_TYPE_SHIFT, types)
}

pub(crate) fn dst_type(key: &PacketKey, types: AddressTypes) -> Option<bool> {
    any_of(key.classes >> CLASS_DST_TYPE_SHIFT, types)
}

/// `None` when the device did not say the type.
fn any_of(group: u64, types: AddressTypes) -> Option<bool> {
    (group & CLASS_NO_TYPE == 0).then_some(group & u64::from(types.0) != 0)
}
