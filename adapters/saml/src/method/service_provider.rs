//! A body, as the identity providers know it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use varco_core::attribute::Attribute;
use varco_core::name::{BodyId, ServiceId};
use varco_xmldsig::{Placement, SigningKey, SigningRefusal};

use crate::element::Element;
use crate::party::{Asking, Body};

/// A body, as the identity providers know it.
#[derive(Clone)]
pub struct ServiceProvider {
    /// Its entity identifier.
    pub entity_id: String,
    /// The key that signs its requests.
    pub signing: Arc<SigningKey>,
    /// What is asked for on behalf of each of its services.
    pub attribute_sets: BTreeMap<ServiceId, AttributeSet>,
    /// Its metadata, signed.
    pub metadata: String,
}

/// The attributes that are asked for on behalf of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeSet {
    /// Its index in the metadata: it never changes its meaning.
    pub index: u16,
    /// What is in it.
    pub attributes: Vec<Attribute>,
}

/// Why a body cannot be a service provider.
#[derive(Debug, thiserror::Error)]
pub enum ServiceProviderError {
    /// Two services of a body have the same attribute set.
    #[error("two services of the body {body} have the attribute set {attribute_set}; providers tell them apart by it")]
    SameAttributeSet {
        /// The body.
        body: BodyId,
        /// The number that they share.
        attribute_set: u16,
    },
    /// The metadata of a body could not be signed.
    #[error("the metadata of the body {body} cannot be signed: {source}")]
    Signing {
        /// The body.
        body: BodyId,
        /// Why.
        source: SigningRefusal,
    },
}

// === impl ServiceProvider ===

impl ServiceProvider {
    /// The service provider `id`, which publishes what `metadata` writes of it: an entity whose `ID` is
    /// [`document_id`].
    pub fn new(
        id: &BodyId,
        entity_id: String,
        signing: Arc<SigningKey>,
        attribute_sets: BTreeMap<ServiceId, AttributeSet>,
        metadata: &Element,
    ) -> Result<Self, ServiceProviderError> {
        let mut seen = BTreeSet::new();
        if let Some(twice) = attribute_sets.values().find(|set| !seen.insert(set.index)) {
            return Err(ServiceProviderError::SameAttributeSet { body: id.clone(), attribute_set: twice.index });
        }
        let signed = signing.sign(&metadata.to_xml(), &document_id(id), Placement::First);
        let metadata = signed.map_err(|source| ServiceProviderError::Signing { body: id.clone(), source })?;
        Ok(Self { entity_id, signing, attribute_sets, metadata })
    }
}

/// The name of a body's metadata, which its signature refers to; it need only be unique in the document.
pub fn document_id(id: &BodyId) -> String {
    format!("_{id}")
}

/// The attribute set of each service of a body.
pub fn attribute_sets(body: &Body, set: fn(&Asking) -> AttributeSet) -> BTreeMap<ServiceId, AttributeSet> {
    body.services.iter().map(|(id, service)| (id.clone(), set(service))).collect()
}
