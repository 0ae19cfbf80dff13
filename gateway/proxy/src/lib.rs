//! varco-proxy
