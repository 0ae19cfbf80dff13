//! What SPID is opened with.

use std::collections::BTreeMap;
use std::sync::Arc;

use varco_core::name::BodyId;
use varco_core::origin::Origin;
use varco_core::ports::Randomness;
use varco_saml::party::{Body, Party};
use varco_saml::request::{Binding, Comparison};
use varco_xmldsig::{DecryptionKey, SigningKey};

use crate::{Activity, Billing};

/// Everything that SPID needs to know.
pub struct SpidOptions {
    /// The public origin of the gateway.
    pub access: Origin,
    /// Who runs the gateway.
    pub aggregator: Party,
    /// Its key, with its certificate: it signs for every body that has none of its own.
    pub signing: Arc<SigningKey>,
    /// The keys that providers may encrypt assertions for; the first is in the metadata.
    pub decryption: Arc<[DecryptionKey]>,
    /// The bodies whose services log in through it.
    pub bodies: BTreeMap<BodyId, SpidBody>,
    /// Whether citizens of other countries can log in through the European network too.
    pub european: bool,
    /// How requests travel.
    pub binding: Binding,
    /// How the level of an answer must compare to the one asked for.
    pub comparison: Comparison,
    /// Randomness.
    pub randomness: Arc<dyn Randomness>,
}

/// A body, as a service provider of SPID.
#[derive(Clone)]
pub struct SpidBody {
    /// The body and its services.
    pub body: Body,
    /// Its role.
    pub activity: Activity,
    /// A key of its own.
    pub signing: Option<Arc<SigningKey>>,
    /// Whom the providers send their invoices to: asked of private organisations.
    pub billing: Option<Billing>,
}
