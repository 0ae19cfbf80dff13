//! What operators see of the gateway: metrics, one log line for each request and each login, and
//! alarms about identity providers.
//!
//! Nothing here is about a person: events and requests reach this crate without names, identifiers,
//! paths, query strings, cookies or tokens, and [`facts`] is the list of what is told at all.

pub mod alarm;
pub mod facts;
#[cfg(test)]
mod fixture;
pub mod log;
pub mod metrics;
mod telemetry;

pub use alarm::Alarm;
pub use telemetry::Telemetry;
