//! varco-registry
