//! SPID, the Italian public system of digital identity, and the Italian node of the European network
//! (eIDAS), which speaks like one more SPID provider: two login methods over the SAML2 engine.
//!
//! Each body is a service provider of its own, in one of the roles that the rules know: an [`Activity`].
//! Its metadata serves both methods.

mod activity;
pub mod certificate;
mod federation;
mod metadata;
mod options;
mod profile;

pub use activity::{Activity, Sector};
pub use federation::{Spid, SpidError};
pub use metadata::{Billing, Seat};
pub use options::{SpidBody, SpidOptions};
pub use profile::{EIDAS, SPID};

#[cfg(test)]
mod tests;
