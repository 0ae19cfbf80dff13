//! varco-xmldsig
