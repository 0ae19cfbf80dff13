//! What CIE is opened with.

use std::collections::BTreeMap;
use std::sync::Arc;

use varco_core::name::BodyId;
use varco_core::origin::Origin;
use varco_core::ports::Randomness;
use varco_saml::party::{Body, Party};
use varco_saml::request::{Binding, Comparison};
use varco_xmldsig::{DecryptionKey, SigningKey};

/// Everything that CIE needs to know.
pub struct CieOptions {
    /// The public origin of the gateway.
    pub access: Origin,
    /// Who runs the gateway: the technical partner of every other body.
    pub aggregator: Party,
    /// Its key, with its certificate: it signs for every body that has none of its own.
    pub signing: Arc<SigningKey>,
    /// The keys that the provider may encrypt assertions for; the first is in the metadata.
    pub decryption: Arc<[DecryptionKey]>,
    /// The bodies whose services log in through it.
    pub bodies: BTreeMap<BodyId, CieBody>,
    /// How requests travel.
    pub binding: Binding,
    /// How the level of an answer should compare to the one asked for, where CIE leaves the choice.
    pub comparison: Comparison,
    /// Randomness.
    pub randomness: Arc<dyn Randomness>,
}

/// A body, as a service provider of CIE.
#[derive(Clone)]
pub struct CieBody {
    /// The body and its services.
    pub body: Body,
    /// A key of its own.
    pub signing: Option<Arc<SigningKey>>,
}
