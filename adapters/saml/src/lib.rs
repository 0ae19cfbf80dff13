//! SAML2 service-provider engine: it writes requests and metadata, and reads responses strictly, as a login
//! method. What a federation asks beyond SAML comes in as data from its adapter: a [`profile::Profile`],
//! and what is published of each body ([`method::ServiceProvider`]).

#[macro_use]
pub mod reason;

pub mod element;
pub mod logout;
pub mod metadata;
pub mod method;
pub mod party;
pub mod profile;
pub mod provider;
pub mod providers;
pub mod redirect;
pub mod request;
pub mod response;
pub mod second;
pub mod vocabulary;

#[cfg(test)]
mod fixture;
