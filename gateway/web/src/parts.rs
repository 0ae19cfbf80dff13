//! What the pages are made with.

use std::sync::Arc;

use varco_core::federation::FederationEntities;
use varco_core::login::Login;
use varco_core::origin::Origin;
use varco_tokens::cookies::Cookies;
use varco_tokens::session_token::SessionTokens;

/// Everything that the routes need.
pub struct WebParts {
    /// The story of a login.
    pub login: Arc<Login>,
    /// Makes and opens the values of session cookies.
    pub tokens: Arc<SessionTokens>,
    /// The gateway's cookies.
    pub cookies: Cookies,
    /// The public keys that verify assertions, as `/.well-known/jwks.json` shows them.
    pub jwks: String,
    /// What the gateway is in OpenID federations, where it is in any.
    pub entities: Option<Arc<dyn FederationEntities>>,
    /// What every page shows around its content.
    pub site: Site,
}

/// What every page shows around its content.
#[derive(Clone, Debug)]
pub struct Site {
    /// The name of the region's platform.
    pub name: String,
    /// The origin of the access host.
    pub access: Origin,
    /// What the foot of every page links to.
    pub links: Links,
}

/// Addresses at the foot of every page; what is not there is not shown.
#[derive(Clone, Debug, Default)]
pub struct Links {
    /// The declaration of accessibility, on the form of AgID (law 4/2004, article 3-quater).
    pub accessibility: Option<String>,
    /// The privacy notice.
    pub privacy: Option<String>,
    /// Where citizens find help.
    pub support: Option<String>,
}

// === impl Links ===

impl Links {
    /// Those that are there: the text that names each, and its address.
    pub(crate) fn shown(&self) -> Vec<(&'static str, &str)> {
        let all = [
            ("accessibility-statement", &self.accessibility),
            ("privacy-notice", &self.privacy),
            ("support", &self.support),
        ];
        all.into_iter().filter_map(|(text, address)| Some((text, address.as_deref()?))).collect()
    }
}
