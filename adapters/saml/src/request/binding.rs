//! How a message leaves: signed, by one of two bindings.

use data_encoding::BASE64;
use varco_core::method::Departure;
use varco_xmldsig::{Placement, SigningKey, SigningRefusal};

use super::AuthnRequest;
use crate::provider::IdentityProvider;
use crate::redirect::{self, Message};
use crate::vocabulary::ASSERTION;

/// How a message travels to the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Binding {
    /// In the query of a redirect, which is signed as a whole.
    Redirect,
    /// In a form that posts itself, signed within.
    Post,
}

/// A message on its way out.
pub(crate) struct Outgoing<'a> {
    /// What it is.
    pub(crate) kind: Message,
    /// Its text, not signed.
    pub(crate) xml: String,
    /// Its name.
    pub(crate) id: &'a str,
    /// Where it goes.
    pub(crate) destination: &'a str,
    /// What comes back with the answer.
    pub(crate) relay_state: Option<&'a str>,
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
        let outgoing = Outgoing {
            kind: Message::Request,
            xml: request.element().to_xml(),
            id: request.id,
            destination: request.destination,
            relay_state: Some(relay_state),
        };
        self.carry(&outgoing, key)
    }

    /// Sends a message to its destination, signed.
    pub(crate) fn carry(self, message: &Outgoing<'_>, key: &SigningKey) -> Result<Departure, SigningRefusal> {
        match self {
            Self::Redirect => {
                let query = redirect::signed_query(message.kind, &message.xml, message.relay_state, key)?;
                let separator = if message.destination.contains('?') { '&' } else { '?' };
                Ok(Departure::Redirect(format!("{}{separator}{query}", message.destination)))
            }
            Self::Post => {
                // SAML core, schema of requests and responses: the signature stands after the issuer.
                let signed = key.sign(&message.xml, message.id, Placement::After(ASSERTION, "Issuer"))?;
                let relay_state = message.relay_state.map(|value| ("RelayState".to_owned(), value.to_owned()));
                let message_field = (message.kind.parameter().to_owned(), BASE64.encode(signed.as_bytes()));
                Ok(Departure::PostForm {
                    action: message.destination.to_owned(),
                    fields: [message_field].into_iter().chain(relay_state).collect(),
                })
            }
        }
    }
}
