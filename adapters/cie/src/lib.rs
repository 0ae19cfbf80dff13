//! CIE, the Italian electronic identity card ("Entra con CIE"), as a login method over the SAML2 engine.
//!
//! There is one identity provider, the Ministry of the Interior's, and one model of metadata: CIE knows no
//! aggregators. Each body is a service provider of its own, `{access}/cie/{ipa}`; who runs the gateway is
//! its technical partner.

mod federation;
mod metadata;
mod options;
mod profile;

pub use federation::Cie;
pub use options::{CieBody, CieOptions};
pub use profile::CIE;

#[cfg(test)]
mod tests;
