//! A second verifier of SAML responses: samael, which stands on xmlsec, libxml2 and OpenSSL, and shares not
//! a line with our own engine. Where it is built in, a response is accepted only if both read the same.
//!
//! libxmlsec writes what it refuses to standard error by itself; there is no personal data in it.
//!
//! Everything is behind the feature `xmlsec`, which needs C libraries of the system; without it this
//! crate is empty, so that nobody else has to have them.

#[cfg(feature = "xmlsec")]
mod second;

#[cfg(feature = "xmlsec")]
pub use second::Samael;
