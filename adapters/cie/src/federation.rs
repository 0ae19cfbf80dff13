//! From the options to the method: the bodies as service providers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use varco_core::name::{BodyId, InvalidName, ServiceId};
use varco_saml::method::{AttributeSet, MethodOptions, SamlMethod, ServiceProvider};
use varco_saml::party::{Asking, Body};
use varco_saml::providers::Providers;
use varco_xmldsig::SigningRefusal;

use crate::profile::{CIE, minimum_data_set};
use crate::{CieBody, CieOptions, metadata};

/// The bodies as service providers of CIE, of which the login method is made.
pub struct Cie {
    options: CieOptions,
    service_providers: BTreeMap<BodyId, ServiceProvider>,
}

/// Why CIE cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum CieError {
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

// === impl Cie ===

impl Cie {
    /// Puts the metadata of every body together, and signs it.
    pub fn new(options: CieOptions) -> Result<Self, CieError> {
        let published = |(id, body)| Ok((BodyId::clone(id), service_provider(&options, id, body)?));
        let service_providers = options.bodies.iter().map(published).collect::<Result<_, _>>()?;
        Ok(Self { options, service_providers })
    }

    /// CIE as a login method.
    pub fn method(self, providers: Arc<Providers>) -> Result<SamlMethod, InvalidName> {
        let Self { options, service_providers } = self;
        SamlMethod::new(MethodOptions {
            profile: &CIE,
            access: options.access,
            service_providers,
            providers,
            decryption: options.decryption,
            binding: options.binding,
            comparison: options.comparison,
            randomness: options.randomness,
        })
    }
}

fn service_provider(options: &CieOptions, id: &BodyId, body: &CieBody) -> Result<ServiceProvider, CieError> {
    check_attribute_sets(id, &body.body)?;
    let signing = Arc::clone(body.signing.as_ref().unwrap_or(&options.signing));
    let published = metadata::element(options, id, &body.body, &signing);
    let entity_id = metadata::entity_id(&options.access, id);
    ServiceProvider::new(&published, &metadata::document_id(id), entity_id, signing, attribute_sets(&body.body))
        .map_err(|source| CieError::Signing { body: id.clone(), source })
}

fn attribute_sets(body: &Body) -> BTreeMap<ServiceId, AttributeSet> {
    let set = |service: &Asking| AttributeSet { index: service.attribute_set, attributes: minimum_data_set() };
    body.services.iter().map(|(id, service)| (id.clone(), set(service))).collect()
}

fn check_attribute_sets(id: &BodyId, body: &Body) -> Result<(), CieError> {
    let mut seen = BTreeSet::new();
    let mut sets = body.services.values().map(|service| service.attribute_set);
    match sets.find(|set| !seen.insert(*set)) {
        Some(attribute_set) => Err(CieError::SameAttributeSet { body: id.clone(), attribute_set }),
        None => Ok(()),
    }
}
