//! What the gateway signs and derives: the session token in the cookie, the pairwise subject, the
//! assertion that each service receives, and the keys behind them.
//!
//! Every secret comes from one [`master::MasterSecret`]; the assertions have a key of their own,
//! whose public half services read from the JWKS. [`keys::Keys::open`] reads both from a folder.

pub mod assertion;
pub mod cookies;
#[cfg(test)]
mod fixture;
pub mod handoff;
pub mod key_ring;
pub mod keys;
mod mac;
pub mod master;
pub mod session_token;
pub mod subjects;
