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
//! ```

pub mod authority;
pub mod certificate;
pub mod holder;
pub mod refusal;
pub mod revocation;

mod der;
mod signature;

#[cfg(test)]
mod tests;
