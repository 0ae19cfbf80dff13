//! Metadata: that of identity providers, which is read, and our own, which is written.

pub mod service_provider;

mod identity_provider;

pub use identity_provider::{Found, MetadataRefusal, ProviderFault, Trust, identity_providers};
