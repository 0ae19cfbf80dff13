//! varco-store
