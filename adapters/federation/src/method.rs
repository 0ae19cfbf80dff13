//! A federation of OpenID providers as a login method: who asks, who is asked, who came back.
//!
//! Each body is a relying party of its own to the providers: its entity identifier is the `client_id` of the
//! requests for its services, and the audience of the answers. Only providers with a valid trust chain are
//! asked, and only at the addresses that their chain vouches for.

mod answer;
mod ask;
mod callback;
mod client;
mod id_token;
mod identity;
mod logout;
mod memo;
mod opinion;
mod sound;
mod token;
mod trail;
mod userinfo;

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use varco_core::attempt::{AttemptId, Sent};
use varco_core::level::Level;
use varco_core::logout::{Farewell, LogoutId, ProviderLogin};
use varco_core::method::{Channel, Descriptor, Document, LoginMethod, Opening, Provider, Return, Sending, Verified};
use varco_core::name::{BodyId, InvalidName, MethodId};
use varco_core::origin::Origin;
use varco_core::ports::{Clock, EvidenceStore, Randomness};
use varco_core::refusal::Refusal;

use crate::http::Http;
use crate::jose::{DecryptionKey, SigningKey};
use crate::own::Entities;
use crate::profile::Profile;
use crate::providers::{Directory, Renewals};
use crate::reason::{Fault, Reason};

pub use memo::is_openid;

/// What token and revocation endpoints answer with.
const ACCEPTS_JSON: &str = "application/json";

/// What a method over OpenID is opened with.
pub struct MethodOptions {
    /// The federation.
    pub profile: &'static Profile,
    /// The public origin of the gateway.
    pub access: Origin,
    /// What the gateway is to the providers: one relying party for each body, with its keys.
    pub entities: Arc<Entities>,
    /// The providers with a valid chain.
    pub providers: Arc<Directory>,
    /// What asks for the keys of a provider anew.
    pub renewals: Renewals,
    /// Whether a provider may leave out `iss`, `aud`, `exp` and `iat` where it speaks of the person.
    pub lenient_userinfo: bool,
    /// The network.
    pub http: Arc<dyn Http>,
    /// Where the messages of logins are kept.
    pub evidence: Arc<dyn EvidenceStore>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub randomness: Arc<dyn Randomness>,
}

/// A body, as the providers know it at one time.
struct RelyingParty {
    /// Its entity identifier.
    client_id: String,
    /// The key that signs its requests.
    signing: Arc<SigningKey>,
    /// The keys that providers may have encrypted for.
    decryption: Arc<[Arc<DecryptionKey>]>,
}

/// A federation of OpenID providers as a login method.
pub struct OpenIdMethod {
    options: MethodOptions,
    descriptor: Descriptor,
}

/// Where the answers of a method come back.
pub fn redirect_uri(access: &Origin, method: &str) -> String {
    format!("{access}/return/{method}")
}

// === impl MethodOptions ===

impl MethodOptions {
    fn redirect_uri(&self) -> String {
        redirect_uri(&self.access, self.profile.method)
    }

    fn party(&self, body: &BodyId, now: Timestamp) -> Result<RelyingParty, Fault> {
        let keys = self.entities.keys(Some(body)).ok_or_else(|| Reason::NotServed.because(body))?;
        let signing = keys.signer(now).ok_or_else(|| Reason::Signing.because("there is no key"))?;
        Ok(RelyingParty { client_id: self.entities.body(body), signing, decryption: keys.decryption(now) })
    }
}

// === impl OpenIdMethod ===

impl OpenIdMethod {
    /// Opens the method.
    pub fn new(options: MethodOptions) -> Result<Self, InvalidName> {
        let profile = options.profile;
        let descriptor = Descriptor {
            id: MethodId::parse(profile.method)?,
            name: profile.name,
            levels: Level::ALL.to_vec(),
            attributes: profile.attributes(),
            // The guidelines have no request for professional identities.
            purposes: false,
        };
        Ok(Self { options, descriptor })
    }
}

#[async_trait]
impl LoginMethod for OpenIdMethod {
    fn descriptor(&self) -> &Descriptor {
        &self.descriptor
    }

    fn providers(&self) -> Vec<Provider> {
        let all = self.options.providers.list(self.options.clock.now());
        all.iter().map(|one| one.as_citizens_know_it()).collect()
    }

    fn is_open(&self) -> bool {
        !self.options.providers.is_empty(self.options.clock.now())
    }

    fn attempt_of(&self, returned: &Return) -> Option<AttemptId> {
        // OAuth 2.0 Multiple Response Type Encoding Practices, section 2.1: a code comes in the query.
        if returned.channel != Channel::Query {
            return None;
        }
        returned.parameter("state").and_then(ask::attempt)
    }

    async fn begin(&self, opening: Opening<'_>) -> Result<Sending, Refusal> {
        ask::ask(&self.options, opening)
    }

    async fn complete(&self, sent: &Sent, returned: &Return, now: Timestamp) -> Result<Verified, Refusal> {
        answer::verify(&self.options, sent, returned, now).await
    }

    /// What providers know of the bodies is in their entity configurations.
    fn metadata(&self, _: Option<&BodyId>, _: Timestamp) -> Result<Option<Document>, Refusal> {
        Ok(None)
    }

    async fn farewell(&self, login: &ProviderLogin, _: LogoutId, now: Timestamp) -> Result<Option<Farewell>, Refusal> {
        logout::farewell(&self.options, login, now).await?;
        Ok(None)
    }
}

#[cfg(test)]
mod tests;
