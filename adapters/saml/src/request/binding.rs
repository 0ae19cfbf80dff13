//! How a request leaves: signed, by one of two bindings.

use data_encoding::BASE64;
use varco_core::method::Departure;
use varco_xmldsig::{Placement, SigningKey, SigningRefusal};

use super::AuthnRequest;
use crate::provider::IdentityProvider;
use crate::redirect::{self, Message};
use crate::vocabulary::ASSERTION;

/// How a request travels to the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binding {
    /// In the query of a redirect, which is signed as a whole.
    Redirect,
    /// In a form that posts itself, signed within.
    Post,
}

// === impl Binding ===

impl Binding {
    /// Where a provider takes requests by this binding.
    pub fn address(self, provider: &IdentityProvider) -> Option<&str> {
        match self {
            Self::Redirect => provider.sso_redirect.as_deref(),
            Self::Post => provider.sso_post.as_deref(),
        }
    }

    /// The one that it is not.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Redirect => Self::Post,
            Self::Post => Self::Redirect,
        }
    }

    /// Sends a request to its destination, signed. The relay state comes back with the answer.
    pub fn send(
        self,
        request: &AuthnRequest<'_>,
        relay_state: &str,
        key: &SigningKey,
    ) -> Result<Departure, SigningRefusal> {
        let xml = request.element().to_xml();
        match self {
            Self::Redirect => {
                let query = redirect::signed_query(Message::Request, &xml, Some(relay_state), key)?;
                let separator = if request.destination.contains('?') { '&' } else { '?' };
                Ok(Departure::Redirect(format!("{}{separator}{query}", request.destination)))
            }
            Self::Post => {
                // SAML core, schema of requests: the signature stands after the issuer.
                let signed = key.sign(&xml, request.id, Placement::After(ASSERTION, "Issuer"))?;
                let fields =
                    [("SAMLRequest", BASE64.encode(signed.as_bytes())), ("RelayState", relay_state.to_owned())];
                Ok(Departure::PostForm {
                    action: request.destination.to_owned(),
                    fields: fields.map(|(name, value)| (name.to_owned(), value)).to_vec(),
                })
            }
        }
    }
}
