//! varco-tokens
