//! A federation of OpenID providers for tests and the demo: a trust anchor, providers of SPID and CIE, people who
//! do not exist, real signatures and encryption.
//!
//! The provider is stricter than any that is in use. It looks every client up by its trust chain, verifies with
//! code of its own, and refuses what other providers let pass: a request object that has expired or is meant for
//! somebody else, an address that is not registered, a client assertion or a code that was used before. Tests can
//! have it, and the anchor, do anything that a gateway must not fall for.

mod anchor;
mod entity;
mod key;
mod local;
mod policy;
mod provider;
mod token;
mod trust;

#[cfg(test)]
mod tests;

pub use anchor::{Misconduct, Onboarding, RELYING_PARTY_MARK, Role, TestAnchor};
pub use key::{Key, Use, jwks};
pub use local::{LocalFederation, offers};
pub use provider::{
    AuthorizationRequest, Fault, Flavour, Flaw, Form, Granted, Nuisance, Portrayal, TestOpenIdProvider, Unserved,
    Variation,
};
pub use token::{Token, Unsound};
pub use trust::{Distrust, Entity, PinnedAnchor};
