//! An identity provider, as far as a service provider needs to know it.

use jiff::Timestamp;
use varco_core::name::ProviderId;
use varco_xmldsig::TrustedKey;

/// An identity provider with at least one key: without one its answers could not be verified, and an
/// answer that is not verified is never an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityProvider {
    /// Its entity identifier.
    pub entity_id: ProviderId,
    /// Its name, as citizens know it.
    pub name: String,
    /// Its site, if it names one that a browser can be sent to.
    pub site: Option<String>,
    /// Where requests go by HTTP-Redirect, if anywhere.
    pub sso_redirect: Option<String>,
    /// Where requests go by HTTP-POST, if anywhere.
    pub sso_post: Option<String>,
    /// Where logout messages go, if anywhere.
    pub logout: LogoutServices,
    /// When what its metadata says must not be used any more, if ever.
    pub valid_until: Option<Timestamp>,
    keys: Vec<TrustedKey>,
}

/// The services of a provider for single logout.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogoutServices {
    /// By HTTP-Redirect.
    pub redirect: Option<LogoutService>,
    /// By HTTP-POST.
    pub post: Option<LogoutService>,
    /// The first address of all, whatever its binding: where a federation has no messages for it.
    pub address: Option<String>,
}

/// Where a provider takes logout messages of one binding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogoutService {
    /// Requests.
    pub requests: String,
    /// Answers to its own requests: SAML metadata §2.2.2 lets it name another address for them.
    pub responses: String,
}

/// There is no key to verify the answers of a provider with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the identity provider has no signing key")]
pub struct NoSigningKey;

// === impl IdentityProvider ===

impl IdentityProvider {
    /// An identity provider, unless it has no key.
    pub fn new(
        entity_id: ProviderId,
        name: String,
        sso_redirect: Option<String>,
        sso_post: Option<String>,
        keys: Vec<TrustedKey>,
    ) -> Result<Self, NoSigningKey> {
        if keys.is_empty() {
            return Err(NoSigningKey);
        }
        let logout = LogoutServices::default();
        Ok(Self { entity_id, name, site: None, sso_redirect, sso_post, logout, valid_until: None, keys })
    }

    /// The same, with a site.
    #[must_use]
    pub fn with_site(self, site: Option<String>) -> Self {
        Self { site, ..self }
    }

    /// The same, with services for single logout.
    #[must_use]
    pub fn with_logout(self, logout: LogoutServices) -> Self {
        Self { logout, ..self }
    }

    /// The same, until its metadata ends.
    #[must_use]
    pub fn with_end(self, end: Option<Timestamp>) -> Self {
        Self { valid_until: end, ..self }
    }

    /// Whether what its metadata says can be used.
    pub fn is_valid(&self, now: Timestamp) -> bool {
        self.valid_until.is_none_or(|end| now < end)
    }

    /// When the certificate that lasts longest expires. While a provider changes its key there are two,
    /// and the end of the older one is no news.
    pub fn certificates_end(&self) -> Option<Timestamp> {
        self.keys.iter().map(TrustedKey::not_after).max()
    }

    /// The keys that it signs with.
    pub fn keys(&self) -> &[TrustedKey] {
        &self.keys
    }
}
