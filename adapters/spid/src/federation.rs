//! From the options to the two methods: the bodies as service providers, and who is asked.

use std::collections::BTreeMap;
use std::sync::Arc;

use varco_core::name::{BodyId, InvalidName};
use varco_saml::method::{
    AttributeSet, MethodOptions, SamlMethod, ServiceProvider, ServiceProviderError, attribute_sets,
};
use varco_saml::party::Asking;
use varco_saml::profile::Profile;
use varco_saml::providers::Providers;

use crate::profile::{EIDAS, EuropeanSet, MINIMUM, SPID};
use crate::{SpidBody, SpidOptions, metadata};

/// The bodies as service providers of SPID, of which the login methods are made.
pub struct Spid {
    options: SpidOptions,
    service_providers: BTreeMap<BodyId, ServiceProvider>,
}

/// Why SPID cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum SpidError {
    /// A service has the number of a set of the European network.
    #[error("a service of the body {body} has the attribute set {attribute_set}, which means eIDAS everywhere")]
    EuropeanAttributeSet {
        /// The body.
        body: BodyId,
        /// The number.
        attribute_set: u16,
    },
    /// A body cannot be a service provider.
    #[error(transparent)]
    ServiceProvider(#[from] ServiceProviderError),
}

// === impl Spid ===

impl Spid {
    /// Puts the metadata of every body together, and signs it.
    pub fn new(options: SpidOptions) -> Result<Self, SpidError> {
        let published = |(id, body)| Ok((BodyId::clone(id), service_provider(&options, id, body)?));
        let service_providers = options.bodies.iter().map(published).collect::<Result<_, SpidError>>()?;
        Ok(Self { options, service_providers })
    }

    /// SPID as a login method.
    pub fn method(&self, providers: Arc<Providers>) -> Result<SamlMethod, InvalidName> {
        self.open(&SPID, providers, self.service_providers.clone())
    }

    /// The European network as a login method, by its Italian node: who asks is the same, what is asked
    /// for is one of two sets.
    pub fn european_method(&self, node: Arc<Providers>) -> Result<SamlMethod, InvalidName> {
        let mut service_providers = self.service_providers.clone();
        for (id, service_provider) in &mut service_providers {
            if let Some(body) = self.options.bodies.get(id) {
                service_provider.attribute_sets = attribute_sets(&body.body, european_set);
            }
        }
        self.open(&EIDAS, node, service_providers)
    }

    fn open(
        &self,
        profile: &'static Profile,
        providers: Arc<Providers>,
        service_providers: BTreeMap<BodyId, ServiceProvider>,
    ) -> Result<SamlMethod, InvalidName> {
        SamlMethod::new(MethodOptions {
            profile,
            access: self.options.access.clone(),
            service_providers,
            providers,
            decryption: Arc::clone(&self.options.decryption),
            binding: self.options.binding,
            comparison: self.options.comparison,
            randomness: Arc::clone(&self.options.randomness),
        })
    }
}

fn service_provider(options: &SpidOptions, id: &BodyId, body: &SpidBody) -> Result<ServiceProvider, SpidError> {
    if options.european {
        spare_european_sets(id, body)?;
    }
    let signing = Arc::clone(body.signing.as_ref().unwrap_or(&options.signing));
    let published = metadata::element(options, id, body, &signing);
    let entity_id = body.activity.entity_id(&options.access, id);
    Ok(ServiceProvider::new(id, entity_id, signing, attribute_sets(&body.body, own_set), &published)?)
}

fn own_set(service: &Asking) -> AttributeSet {
    AttributeSet { index: service.attribute_set, attributes: SPID.asked_for(&service.attributes) }
}

fn european_set(service: &Asking) -> AttributeSet {
    let set = EuropeanSet::for_service(&service.attributes);
    // Who has no Italian fiscal number is known by the European identifier.
    AttributeSet { index: set.index, attributes: set.attributes() }
}

fn spare_european_sets(id: &BodyId, body: &SpidBody) -> Result<(), SpidError> {
    let mut sets = body.body.services.values().map(|service| service.attribute_set);
    match sets.find(|set| *set >= MINIMUM.index) {
        Some(attribute_set) => Err(SpidError::EuropeanAttributeSet { body: id.clone(), attribute_set }),
        None => Ok(()),
    }
}
