//! menu-derive
