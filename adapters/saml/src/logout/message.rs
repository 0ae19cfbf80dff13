//! The messages, written as XML and not yet signed.

use jiff::Timestamp;
use varco_core::logout::Reach;

use super::{PARTIAL_LOGOUT, REQUESTER, SUCCESS};
use crate::element::Element;
use crate::vocabulary::{ASSERTION, ENTITY, PROTOCOL, TRANSIENT};

/// A request to end the session of a person.
#[derive(Clone, Debug)]
pub struct LogoutRequest<'a> {
    /// Its name; the answer must repeat it.
    pub id: &'a str,
    /// When it is asked.
    pub issued_at: Timestamp,
    /// The address that it is sent to.
    pub destination: &'a str,
    /// Who asks: the entity identifier that the login was asked for with.
    pub issuer: &'a str,
    /// Whose session.
    pub name_id: NameId<'a>,
    /// Which of their sessions.
    pub session_index: Option<&'a str>,
}

/// What a provider calls a person in one login, as its assertion said.
#[derive(Clone, Copy)]
pub struct NameId<'a> {
    /// The name.
    pub name: &'a str,
    /// Whose name it is.
    pub qualifier: &'a str,
}

/// The answer to a request.
#[derive(Clone, Debug)]
pub struct LogoutResponse<'a> {
    /// Its name.
    pub id: &'a str,
    /// When it is given.
    pub issued_at: Timestamp,
    /// The address that it is sent to.
    pub destination: &'a str,
    /// Who answers.
    pub issuer: &'a str,
    /// The name of the request.
    pub in_response_to: &'a str,
    /// How far the logout went.
    pub reach: Reach,
}

// === impl LogoutRequest ===

impl LogoutRequest<'_> {
    /// The request as XML.
    // SPID technical rules, single logout, <LogoutRequest>: every attribute and element below.
    pub fn element(&self) -> Element {
        let index = self.session_index.map(|index| Element::new("samlp:SessionIndex").text(index));
        envelope("samlp:LogoutRequest", self.id, self.issued_at, self.destination)
            .child(issuer(self.issuer))
            .child(
                Element::new("saml:NameID")
                    .with("Format", TRANSIENT)
                    .with("NameQualifier", self.name_id.qualifier)
                    .text(self.name_id.name),
            )
            .children(index)
    }
}

// === impl LogoutResponse ===

impl LogoutResponse<'_> {
    /// The answer as XML.
    // SPID technical rules, single logout, <LogoutResponse>: every attribute and element below.
    pub fn element(&self) -> Element {
        let code = |value| Element::new("samlp:StatusCode").with("Value", value);
        let status = match self.reach {
            Reach::Everywhere => code(SUCCESS),
            Reach::Partial => code(REQUESTER).child(code(PARTIAL_LOGOUT)),
        };
        envelope("samlp:LogoutResponse", self.id, self.issued_at, self.destination)
            .with("InResponseTo", self.in_response_to)
            .child(issuer(self.issuer))
            .child(Element::new("samlp:Status").child(status))
    }
}

fn envelope(name: &'static str, id: &str, issued_at: Timestamp, destination: &str) -> Element {
    Element::new(name)
        .with("xmlns:samlp", PROTOCOL)
        .with("xmlns:saml", ASSERTION)
        .with("ID", id)
        .with("Version", "2.0")
        .with("IssueInstant", issued_at.to_string())
        .with("Destination", destination)
}

fn issuer(issuer: &str) -> Element {
    Element::new("saml:Issuer").with("Format", ENTITY).with("NameQualifier", issuer).text(issuer)
}

// === impl NameId ===

/// What a provider calls a person is of that person.
impl std::fmt::Debug for NameId<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("NameId([redacted])")
    }
}
