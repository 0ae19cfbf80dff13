//! SPID as a login method.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use jiff::Timestamp;
use varco_core::attempt::{AttemptId, Sent};
use varco_core::level::Level;
use varco_core::method::{Channel, Descriptor, Document, LoginMethod, Opening, Provider, Return, Sending, Verified};
use varco_core::name::{BodyId, InvalidName, MethodId, ProviderId};
use varco_core::refusal::Refusal;
use varco_saml::provider::IdentityProvider;
use varco_xmldsig::{Placement, SigningRefusal};

use crate::options::SpidOptions;
use crate::{address, answer, ask, attributes, metadata};

/// The media type of SAML metadata (SAML metadata, appendix A).
const METADATA_TYPE: &str = "application/samlmetadata+xml";

/// SPID as a login method.
pub struct Spid {
    options: SpidOptions,
    descriptor: Descriptor,
    /// The signed metadata of each body: it changes only with the options.
    metadata: BTreeMap<BodyId, String>,
}

/// Why the method cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum SpidError {
    /// Two services of a body have the same attribute set.
    #[error("two services of the body {body} have the attribute set {attribute_set}; providers tell them apart by it")]
    SameAttributeSet {
        /// The body.
        body: BodyId,
        /// The number that they share.
        attribute_set: u16,
    },
    /// Two sources of metadata name the same provider.
    #[error("the identity provider {0} is in the metadata twice")]
    SameProvider(ProviderId),
    /// The metadata of a body could not be signed.
    #[error("the metadata of the body {body} cannot be signed: {source}")]
    Signing {
        /// The body.
        body: BodyId,
        /// Why.
        source: SigningRefusal,
    },
    /// The word of the method is not one.
    #[error(transparent)]
    Name(#[from] InvalidName),
}

// === impl Spid ===

impl Spid {
    /// Opens the method.
    pub fn new(options: SpidOptions) -> Result<Self, SpidError> {
        check_attribute_sets(&options)?;
        check_providers(&options)?;
        let descriptor = Descriptor {
            id: MethodId::parse(address::METHOD)?,
            name: "SPID",
            levels: Level::ALL.to_vec(),
            attributes: attributes::all(),
        };
        let metadata = signed_metadata(&options)?;
        Ok(Self { options, descriptor, metadata })
    }
}

#[async_trait]
impl LoginMethod for Spid {
    fn descriptor(&self) -> &Descriptor {
        &self.descriptor
    }

    fn providers(&self) -> Vec<Provider> {
        let provider =
            |provider: &IdentityProvider| Provider { id: provider.entity_id.clone(), name: provider.name.clone() };
        self.options.providers.iter().map(provider).collect()
    }

    fn attempt_of(&self, returned: &Return) -> Option<AttemptId> {
        // SPID technical rules, metadata, <AssertionConsumerService>: ours offers HTTP-POST alone.
        if returned.channel != Channel::Form {
            return None;
        }
        returned.parameter("RelayState").and_then(|relay_state| AttemptId::parse(relay_state).ok())
    }

    async fn begin(&self, opening: Opening<'_>) -> Result<Sending, Refusal> {
        ask::ask(&self.options, opening)
    }

    async fn complete(&self, sent: &Sent, returned: &Return, now: Timestamp) -> Result<Verified, Refusal> {
        answer::verify(&self.options, sent, returned, now)
    }

    fn metadata(&self, body: Option<&BodyId>, _: Timestamp) -> Result<Option<Document>, Refusal> {
        let text = match body {
            Some(body) => self.metadata.get(body),
            None => self.metadata.values().next(),
        };
        Ok(text.map(|text| Document { media_type: METADATA_TYPE, content: text.clone().into_bytes() }))
    }
}

fn check_attribute_sets(options: &SpidOptions) -> Result<(), SpidError> {
    for (id, body) in &options.bodies {
        let mut seen = BTreeSet::new();
        if let Some(twice) = body.services.values().find(|service| !seen.insert(service.attribute_set)) {
            return Err(SpidError::SameAttributeSet { body: id.clone(), attribute_set: twice.attribute_set });
        }
    }
    Ok(())
}

fn check_providers(options: &SpidOptions) -> Result<(), SpidError> {
    let mut seen = BTreeSet::new();
    let twice = options.providers.iter().find(|provider| !seen.insert(&provider.entity_id));
    twice.map_or(Ok(()), |provider| Err(SpidError::SameProvider(provider.entity_id.clone())))
}

fn signed_metadata(options: &SpidOptions) -> Result<BTreeMap<BodyId, String>, SpidError> {
    let sign = |(id, body)| {
        let text = metadata::element(options, id, body).to_xml();
        let signed = options.signing.sign(&text, &metadata::document_id(id), Placement::First);
        let signed = signed.map_err(|source| SpidError::Signing { body: id.clone(), source })?;
        Ok((id.clone(), signed))
    };
    options.bodies.iter().map(sign).collect()
}
