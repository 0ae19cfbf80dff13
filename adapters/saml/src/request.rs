//! Authentication requests.

mod binding;

use jiff::Timestamp;
use varco_core::ports::Randomness;

use crate::element::Element;
use crate::vocabulary::{ASSERTION, ENTITY, PROTOCOL, TRANSIENT};

pub use binding::Binding;
pub(crate) use binding::Outgoing;

/// A question to an identity provider: who is there? It always asks to authenticate afresh.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthnRequest<'a> {
    /// Its name; the answer must repeat it.
    pub id: &'a str,
    /// When it is asked, see [`issue_instant`].
    pub issued_at: Timestamp,
    /// The address that it is sent to.
    pub destination: &'a str,
    /// Who asks: the entity identifier of the service provider.
    pub issuer: &'a str,
    /// Which of the service provider's addresses the answer goes to, by its index in the metadata.
    pub assertion_consumer_service: u16,
    /// Which set of attributes is asked for, by its index in the metadata.
    pub attribute_consuming_service: u16,
    /// What the federation adds.
    pub extension: Option<Element>,
    /// How the class of the answer must compare to `context_class`.
    pub comparison: Comparison,
    /// The authentication context class that is asked for.
    pub context_class: &'a str,
}

/// How the class of an answer must compare to the one that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// The same.
    Exact,
    /// The same or stronger.
    Minimum,
    /// Stronger.
    Better,
    /// As strong as can be, up to the same.
    Maximum,
}

/// A new name for a request.
// SAML core 1.3.4: at least 128 random bits; an underscore, since an xs:ID cannot begin with a digit.
pub fn draw_id(randomness: &dyn Randomness) -> String {
    let mut bytes = [0; 16];
    randomness.fill(&mut bytes);
    format!("_{}", data_encoding::HEXLOWER.encode(&bytes))
}

/// The instant that a request made at `now` carries: whole seconds. A provider that answers within
/// the same second, and writes no fractions, must not seem to have answered before it was asked.
pub fn issue_instant(now: Timestamp) -> Timestamp {
    Timestamp::from_second(now.as_second()).unwrap_or(now)
}

// === impl AuthnRequest ===

impl AuthnRequest<'_> {
    /// The request as XML, not signed.
    // SPID technical rules, single sign-on, <AuthnRequest>: every attribute and element below. No
    // IsPassive, no AllowCreate (Avviso 5), no Scoping; a consumer service by index only (both
    // forms at once are error nr16).
    pub fn element(&self) -> Element {
        Element::new("samlp:AuthnRequest")
            .with("xmlns:samlp", PROTOCOL)
            .with("xmlns:saml", ASSERTION)
            .with("ID", self.id)
            .with("Version", "2.0")
            .with("IssueInstant", self.issued_at.to_string())
            .with("Destination", self.destination)
            .with("ForceAuthn", "true")
            .with("AssertionConsumerServiceIndex", self.assertion_consumer_service.to_string())
            .with("AttributeConsumingServiceIndex", self.attribute_consuming_service.to_string())
            .child(
                Element::new("saml:Issuer").with("Format", ENTITY).with("NameQualifier", self.issuer).text(self.issuer),
            )
            .children(self.extension.iter().map(|one| Element::new("samlp:Extensions").child(one.clone())))
            .child(Element::new("samlp:NameIDPolicy").with("Format", TRANSIENT))
            .child(
                Element::new("samlp:RequestedAuthnContext")
                    .with("Comparison", self.comparison.as_str())
                    .child(Element::new("saml:AuthnContextClassRef").text(self.context_class)),
            )
    }
}

// === impl Comparison ===

impl Comparison {
    /// The word in the message.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Minimum => "minimum",
            Self::Better => "better",
            Self::Maximum => "maximum",
        }
    }
}

#[cfg(test)]
mod tests;
