//! The emitted tokens and the compile errors.
