//! A federation of SAML identity providers as a login method: who asks, who is asked, who came back.
//!
//! Each body is a service provider of its own to the identity providers: its entity identifier is the
//! issuer of the requests for its services, and the audience of the answers.

mod answer;
mod ask;
mod identity;
mod logout;
mod memo;
mod service_provider;

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use varco_core::attempt::{AttemptId, Sent};
use varco_core::level::Level;
use varco_core::logout::{Farewell, LogoutId, LogoutMessage, LogoutNotice, LogoutRequest, ProviderLogin, Reach};
use varco_core::method::{
    Channel, Departure, Descriptor, Document, LoginMethod, Opening, Provider, Return, Sending, Verified,
};
use varco_core::name::{BodyId, InvalidName, MethodId};
use varco_core::origin::Origin;
use varco_core::ports::Randomness;
use varco_core::refusal::Refusal;
use varco_xmldsig::DecryptionKey;

use crate::profile::Profile;
use crate::provider::IdentityProvider;
use crate::providers::Providers;
use crate::request::{Binding, Comparison};
use crate::second::SecondVerifier;

pub use service_provider::{AttributeSet, ServiceProvider, ServiceProviderError, attribute_sets, document_id};

/// The media type of SAML metadata (SAML metadata, appendix A).
const METADATA_TYPE: &str = "application/samlmetadata+xml";

/// What a method over SAML is opened with.
pub struct MethodOptions {
    /// The federation.
    pub profile: &'static Profile,
    /// The public origin of the gateway.
    pub access: Origin,
    /// What the gateway is to the providers: one service provider for each body.
    pub service_providers: BTreeMap<BodyId, ServiceProvider>,
    /// The identity providers; none as long as the metadata is only being published.
    pub providers: Arc<Providers>,
    /// The keys that providers may encrypt assertions for.
    pub decryption: Arc<[DecryptionKey]>,
    /// How requests travel.
    pub binding: Binding,
    /// How the level of an answer should compare to the one asked for.
    pub comparison: Comparison,
    /// Randomness.
    pub randomness: Arc<dyn Randomness>,
}

/// A federation of SAML identity providers as a login method.
pub struct SamlMethod {
    options: MethodOptions,
    descriptor: Descriptor,
    second: Option<Arc<dyn SecondVerifier>>,
}

/// Where the answers of a method go.
pub fn assertion_consumer(access: &Origin, method: &str) -> String {
    format!("{access}/return/{method}")
}

/// Where logout messages of a method go.
pub fn single_logout(access: &Origin, method: &str) -> String {
    format!("{access}/logout/{method}")
}

// === impl SamlMethod ===

impl SamlMethod {
    /// Opens the method.
    pub fn new(options: MethodOptions) -> Result<Self, InvalidName> {
        let profile = options.profile;
        let descriptor = Descriptor {
            id: MethodId::parse(profile.method)?,
            name: profile.name,
            levels: Level::ALL.to_vec(),
            attributes: profile.attributes.iter().map(|(_, attribute)| *attribute).collect(),
            purposes: profile.purpose.is_some(),
        };
        Ok(Self { options, descriptor, second: None })
    }

    /// Accepts a response only if this verifier, where there is one, reads the same in it.
    #[must_use]
    pub fn confirmed_by(self, second: Option<Arc<dyn SecondVerifier>>) -> Self {
        Self { second, ..self }
    }
}

#[async_trait]
impl LoginMethod for SamlMethod {
    fn descriptor(&self) -> &Descriptor {
        &self.descriptor
    }

    fn providers(&self) -> Vec<Provider> {
        let all = self.options.providers.list();
        let provider = |one: &Arc<IdentityProvider>| Provider {
            id: one.entity_id.clone(),
            name: one.name.clone(),
            site: one.site.clone(),
        };
        all.iter().map(provider).collect()
    }

    fn is_open(&self) -> bool {
        !self.options.providers.is_empty()
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
        answer::verify(&self.options, self.second.as_deref(), sent, returned, now)
    }

    fn metadata(&self, body: Option<&BodyId>, _: Timestamp) -> Result<Option<Document>, Refusal> {
        let service_provider = match body {
            Some(body) => self.options.service_providers.get(body),
            None => self.options.service_providers.values().next(),
        };
        let document =
            |one: &ServiceProvider| Document { media_type: METADATA_TYPE, content: one.metadata.clone().into_bytes() };
        Ok(service_provider.map(document))
    }

    async fn farewell(&self, login: &ProviderLogin, id: LogoutId, now: Timestamp) -> Result<Option<Farewell>, Refusal> {
        logout::farewell(&self.options, login, id, now)
    }

    async fn hear(&self, notice: LogoutNotice<'_>, now: Timestamp) -> Result<LogoutMessage, Refusal> {
        logout::hear(&self.options, notice, now)
    }

    async fn answer(
        &self,
        request: &LogoutRequest,
        known: Option<&ProviderLogin>,
        reach: Reach,
        now: Timestamp,
    ) -> Result<Departure, Refusal> {
        logout::answer(&self.options, request, known, reach, now)
    }
}
