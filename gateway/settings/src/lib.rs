//! varco-settings
