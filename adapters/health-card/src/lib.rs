//! The health card (TS-CNS) and the card of the electronic identity (CIE): from the certificate that a browser shows
//! to a person.
//!
//! A card proves that it is there in the TLS handshake: whoever speaks has its private key. Everything else is looked
//! at here, after the handshake, so that whatever is wrong with a card is a page, and never a connection that dies:
//!
//! ```text
//!   certificate ──▶ what it says   [`certificate`]   kind, uses, validity, key, holder
//!               ──▶ who vouches    [`authority`]     a chain to an authority of the trust list
//!               ──▶ still good?    [`revocation`]    the authority's list of revoked certificates
//!                                  [`ocsp`]          what its responder answers about this one
//!                                  [`verdict`]       what follows from both, or from neither
//! ```

pub mod authority;
pub mod certificate;
pub mod handoff;
pub mod handshake;
pub mod holder;
pub mod method;
pub mod ocsp;
pub mod refusal;
pub mod revocation;
pub mod trust;
pub mod trust_list;
pub mod verdict;

mod der;
mod extensions;
mod issuer;
mod possession;
mod signature;

#[cfg(test)]
mod tests;
