//! SPID, the Italian public system of digital identity, as a login method: a profile over the SAML2
//! engine, with the gateway as a public aggregator ("full") of the bodies whose services it serves.
//!
//! Each body is a service provider of its own to the identity providers: its entity identifier is
//! the issuer of the requests for its services, and the audience of the answers.

pub mod address;
pub mod attributes;
pub mod certificate;
pub mod options;
pub mod refusal;

mod answer;
mod ask;
mod identity;
mod memo;
mod metadata;
mod method;

pub use method::{Spid, SpidError};
pub use varco_saml::request::{Binding, Comparison};
pub use varco_xmldsig::{SigningKey, SigningRefusal};

#[cfg(test)]
mod tests;
