//! The sections of the settings, one file each. A setting is one field with its documentation;
//! schema and reference are generated from it.

mod aggregator;
mod bodies;
mod contact;
mod federation;
mod gateway;
mod health_card;
mod keys;
mod limits;
mod log;
mod management;
mod metadata_source;
mod methods;
mod services;
mod sessions;
pub(crate) mod store;
mod trust_anchor;

pub use aggregator::Aggregator;
pub use bodies::{Activity, Billing, Body};
pub use federation::{Federation, FederationAlgorithm};
pub use gateway::{Gateway, Links, Tls};
pub use health_card::{CardTlsVersion, CertificateFile, HealthCard, Revocation};
pub use keys::Keys;
pub use limits::Limits;
pub use log::{Log, LogFormat, LogLevel};
pub use management::Management;
pub use metadata_source::{MetadataLocation, MetadataSource};
pub use methods::{Binding, Cie, Comparison, Eidas, Methods, Spid};
pub use services::{Host, Rule, Service, Upstream, UrlPath};
pub use sessions::Sessions;
pub use store::{Durable, Hot, Store};
pub use trust_anchor::{EntityAddress, TrustAnchor};
