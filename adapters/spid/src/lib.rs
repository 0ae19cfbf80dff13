//! varco-spid
