//! JSON Web signatures and encryption (RFC 7515 to 7519), as far as federations use them: the only place that
//! touches a key.
//!
//! Each use names the algorithms that it accepts ([`Accepted`]); what a token says of itself never chooses
//! more than one among them. What is read is strict JSON ([`json`]): a member that stands twice, or has
//! another type than it should, stops everything.

pub mod algorithm;
pub mod claims;
pub mod decryption;
pub mod encryption;
pub mod json;
pub mod jwk;
pub mod jws;
pub mod signing;

mod agreement;
mod base64;
mod content;
mod material;
mod pem;

pub use algorithm::{Accepted, ContentEncryption, KeyManagement, Signature};
pub use claims::{Claims, ClaimsFault};
pub use decryption::{DecryptionKey, NotDecrypted, decrypt};
pub use encryption::{NotEncrypted, encrypt};
pub use jwk::{Jwk, JwkFault, Jwks, JwksFault};
pub use jws::{JwsFault, Unverified, Verified};
pub use signing::{KeyFault, SigningKey};

#[cfg(test)]
mod tests;
