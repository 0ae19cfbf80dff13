//! From the options to the method: the bodies as service providers.

use std::collections::BTreeMap;
use std::sync::Arc;

use varco_core::name::{BodyId, InvalidName};
use varco_saml::method::{
    AttributeSet, MethodOptions, SamlMethod, ServiceProvider, ServiceProviderError, attribute_sets,
};
use varco_saml::party::Asking;
use varco_saml::providers::Providers;

use crate::profile::{CIE, minimum_data_set};
use crate::{CieBody, CieOptions, metadata};

/// The bodies as service providers of CIE, of which the login method is made.
pub struct Cie {
    options: CieOptions,
    service_providers: BTreeMap<BodyId, ServiceProvider>,
}

// === impl Cie ===

impl Cie {
    /// Puts the metadata of every body together, and signs it.
    pub fn new(options: CieOptions) -> Result<Self, ServiceProviderError> {
        let published = |(id, body)| Ok((BodyId::clone(id), service_provider(&options, id, body)?));
        let service_providers = options.bodies.iter().map(published).collect::<Result<_, ServiceProviderError>>()?;
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

fn service_provider(
    options: &CieOptions,
    id: &BodyId,
    body: &CieBody,
) -> Result<ServiceProvider, ServiceProviderError> {
    let signing = Arc::clone(body.signing.as_ref().unwrap_or(&options.signing));
    let published = metadata::element(options, id, &body.body, &signing);
    let entity_id = metadata::entity_id(&options.access, id);
    ServiceProvider::new(id, entity_id, signing, attribute_sets(&body.body, set), &published)
}

fn set(service: &Asking) -> AttributeSet {
    AttributeSet { index: service.attribute_set, attributes: minimum_data_set() }
}
