//! Implements core's stores: attempts, sessions, hand-offs, used proofs, and evidence of logins.
//!
//! [`Embedded`] needs no other process: what a proxied request asks for is answered from memory,
//! and everything that was acknowledged is also in an SQLite file, so a restart forgets nothing.
//! The file is for one gateway; values in it are sealed (see [`StoreKey`]).

mod embedded;
mod seal;

pub use embedded::{Embedded, OpenError, Options};
pub use seal::StoreKey;

#[cfg(test)]
mod conformance;
