//! The test federation itself: what passes, and above all what does not.

mod clients;
mod endpoints;
mod party;
mod registration;
mod requests;
mod resolution;
