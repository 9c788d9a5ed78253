//! Whole-network tests; see the files beside this folder.
