//! varco-tests
