//! A provider that signs whatever it is asked to, answers of every honest shape, and the ways to change
//! them after they were signed. Trust lists, cards and what is said of cards too.
//!
//! The fuzz targets, the comparison with other verifiers and the benches all draw from here. Whatever is
//! drawn follows from a seed, so that a number is enough to make a message again.
//!
//! This crate is a tool for developers. Nothing of it is part of the gateway.

pub mod answer;
pub mod card;
pub mod dice;
pub mod markup;
pub mod mutation;
pub mod provider;
pub mod trial;
pub mod trust_list;

/// In base64, as forms carry messages.
pub fn base64(bytes: &[u8]) -> String {
    data_encoding::BASE64.encode(bytes)
}
