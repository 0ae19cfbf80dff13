//! varco-telemetry
