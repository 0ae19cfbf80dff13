//! What citizens see: the list of services, the choice of a login method, the way to the provider
//! and back, the hand-off to service hosts, logout, and every refusal as a page in their language.
//!
//! Edges translate: each route reads a request, calls one verb of [`varco_core::login::Login`], and
//! draws the answer. [`router`] holds the routes of the access host and, below `/.varco/`, those of
//! every host; [`Site::refusal_page`] draws the refusals of others.

mod assets;
mod language;
mod pages;
mod parameters;
mod parts;
mod refusal;
mod routes;
mod security;
mod segments;
mod texts;
mod visit;

pub use parts::{Links, Site, WebParts};
pub use refusal::{Refused, WebRefusal};
pub use routes::router;
pub use texts::{RefusalTexts, refusal_text_id, refusal_texts};

#[cfg(test)]
mod tests;
