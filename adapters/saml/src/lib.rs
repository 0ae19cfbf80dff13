//! SAML2 service-provider engine: it writes requests and metadata, and reads responses strictly. What
//! a federation asks beyond SAML (levels, error table, extensions) comes in as data from its adapter.

pub mod element;
pub mod metadata;
pub mod provider;
pub mod providers;
pub mod redirect;
pub mod request;
pub mod response;
pub mod vocabulary;
