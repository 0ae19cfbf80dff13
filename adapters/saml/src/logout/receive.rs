//! Reading what a provider sent: whose it is, whether they signed it, and only then what it says.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use data_encoding::BASE64;
use jiff::{SignedDuration, Timestamp};
use varco_core::logout::{LogoutNotice, Reach};
use varco_core::name::ProviderId;
use varco_core::refusal::Refusal;
use varco_xmldsig::{Element, Xml, XmlRefusal, verify};

use super::{MessageRefusal, PARTIAL_LOGOUT, SUCCESS};
use crate::provider::IdentityProvider;
use crate::providers::Providers;
use crate::redirect::{Message, RedirectRefusal, UnverifiedMessage};
use crate::request::Binding;
use crate::response::instant;
use crate::vocabulary::{ASSERTION, ENTITY, PROTOCOL, TRANSIENT};

/// What a message is held against.
#[derive(Clone, Copy, Debug)]
pub struct Incoming<'a> {
    /// Our address that it must be addressed to, and came to.
    pub destination: &'a str,
    /// Who may send one.
    pub providers: &'a Providers,
    /// How far their clocks may be from ours.
    pub clock_skew: SignedDuration,
    /// When it came.
    pub now: Timestamp,
}

/// A message, verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Received {
    /// A request.
    Request(ReceivedRequest),
    /// The answer to one.
    Response(ReceivedResponse),
}

/// A request of a provider to end a session.
#[derive(Clone, PartialEq, Eq)]
pub struct ReceivedRequest {
    /// Its name, to answer with.
    pub id: String,
    /// How it came.
    pub binding: Binding,
    /// What the answer must bring back.
    pub relay_state: Option<String>,
    /// Who asks.
    pub provider: ProviderId,
    /// What they call the person.
    pub name: String,
    /// The service provider that they call the person so for, where they say.
    pub addressee: Option<String>,
    /// Which sessions are meant; all where it says nothing.
    pub indexes: Vec<String>,
}

/// The answer of a provider to our request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedResponse {
    /// Who answers.
    pub provider: ProviderId,
    /// The name of our request.
    pub in_response_to: String,
    /// How far the logout went.
    pub reach: Reach,
}

/// A message may be so old: providers wait for one service provider after the other, but not for ever. A
/// request without an end of its own could otherwise be presented for all time.
const OLDEST: SignedDuration = SignedDuration::from_mins(10);

/// No honest message is longer: 256 KiB in base64, broken into lines.
const LONGEST_FIELD: usize = 384 * 1024;

/// SAML bindings §3.4.3 and §3.5.3 allow 80 bytes; some providers take more.
const LONGEST_RELAY_STATE: usize = 1024;

/// Longer names would only fill the memory of who must repeat them.
const LONGEST_ID: usize = 256;

/// A message as it was brought. Anybody may have written it.
enum Unverified<'n> {
    /// Signed over the query.
    Query(UnverifiedMessage),
    /// Signed within.
    Form { kind: Message, xml: String, relay_state: Option<&'n str> },
}

/// Reads and verifies a message.
pub fn receive(notice: LogoutNotice<'_>, incoming: &Incoming<'_>) -> Result<Received, Refusal> {
    let (unverified, binding) = match notice {
        LogoutNotice::Query(query) => (Unverified::of_query(query)?, Binding::Redirect),
        LogoutNotice::Form(fields) => (Unverified::of_form(fields)?, Binding::Post),
    };
    let kind = unverified.kind();
    let text = unverified.xml().to_owned();
    let xml = Xml::parse(&text).map_err(|refusal| match refusal {
        // The words of the parser repeat the message, which anybody may have written.
        XmlRefusal::Malformed(_) => malformed("not well-formed"),
        refusal => MessageRefusal::Malformed.because(refusal),
    })?;
    let name = match kind {
        Message::Request => "LogoutRequest",
        Message::Response => "LogoutResponse",
    };
    if !xml.root().is(PROTOCOL, name) {
        return Err(MessageRefusal::Malformed.because("the root is not the message that it should be"));
    }
    let provider = claimed_provider(xml.root(), incoming)?;
    let (root, relay_state) = unverified.verified(xml.root(), &provider)?;
    let id = check_envelope(root, &provider, incoming)?;
    match kind {
        Message::Request => {
            let (name, addressee) = name_id(root)?;
            check_end(root, incoming)?;
            Ok(Received::Request(ReceivedRequest {
                id: id.to_owned(),
                binding,
                relay_state,
                provider: provider.entity_id.clone(),
                name,
                addressee,
                indexes: texts(root.children_named(PROTOCOL, "SessionIndex")),
            }))
        }
        Message::Response => Ok(Received::Response(ReceivedResponse {
            provider: provider.entity_id.clone(),
            in_response_to: root.attribute("InResponseTo").ok_or(MessageRefusal::Status)?.to_owned(),
            reach: reach(root)?,
        })),
    }
}

// === impl Unverified ===

impl<'n> Unverified<'n> {
    fn of_query(query: &str) -> Result<Self, Refusal> {
        let message = UnverifiedMessage::of_query(query);
        message.map(Self::Query).map_err(|refusal| match refusal {
            RedirectRefusal::Algorithm | RedirectRefusal::Signature => MessageRefusal::Signature.because(refusal),
            RedirectRefusal::Malformed | RedirectRefusal::Inflation => MessageRefusal::Malformed.because(refusal),
        })
    }

    fn of_form(fields: &'n BTreeMap<String, String>) -> Result<Self, Refusal> {
        let field = |message: Message| fields.get(message.parameter());
        let (kind, field) = match (field(Message::Request), field(Message::Response)) {
            (Some(field), None) => (Message::Request, field),
            (None, Some(field)) => (Message::Response, field),
            (Some(_), Some(_)) | (None, None) => return Err(malformed("not one message")),
        };
        if field.len() > LONGEST_FIELD {
            return Err(malformed("the field is too long"));
        }
        let packed: Vec<u8> = field.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
        let bytes = BASE64.decode(&packed).map_err(|_| malformed("not base64"))?;
        let xml = String::from_utf8(bytes).map_err(|_| malformed("not text"))?;
        Ok(Self::Form { kind, xml, relay_state: fields.get("RelayState").map(String::as_str) })
    }

    const fn kind(&self) -> Message {
        match self {
            Self::Query(message) => message.kind(),
            Self::Form { kind, .. } => *kind,
        }
    }

    fn xml(&self) -> &str {
        match self {
            Self::Query(message) => message.xml(),
            Self::Form { xml, .. } => xml,
        }
    }

    /// The message, if the provider signed it, and the relay state.
    fn verified<'x>(
        self,
        root: Element<'x>,
        provider: &IdentityProvider,
    ) -> Result<(Element<'x>, Option<String>), Refusal> {
        let (root, relay_state) = match self {
            Self::Query(message) => {
                let signed = message.verify(provider.keys());
                (root, signed.map_err(|refusal| MessageRefusal::Signature.because(refusal))?.relay_state)
            }
            Self::Form { relay_state, .. } => {
                let verified = verify(root, provider.keys());
                let verified = verified.map_err(|refusal| MessageRefusal::Signature.because(refusal))?;
                (verified.element(), relay_state.map(str::to_owned))
            }
        };
        if relay_state.as_ref().is_some_and(|text| text.len() > LONGEST_RELAY_STATE) {
            return Err(malformed("the relay state is too long"));
        }
        Ok((root, relay_state))
    }
}

/// Who the message says that it is from: a claim, which says by whose keys it is verified.
fn claimed_provider(root: Element<'_>, incoming: &Incoming<'_>) -> Result<Arc<IdentityProvider>, Refusal> {
    let issuer = root.only_child(ASSERTION, "Issuer").and_then(Element::text);
    let id = issuer.and_then(|issuer| ProviderId::parse(issuer.trim()).ok());
    let provider = id.and_then(|id| incoming.providers.by_id(&id));
    provider.ok_or_else(|| MessageRefusal::Issuer.because("no provider that we know"))
}

// SPID technical rules, single logout: each attribute and element below. Gives the name of the message.
fn check_envelope<'x>(
    root: Element<'x>,
    provider: &IdentityProvider,
    incoming: &Incoming<'_>,
) -> Result<&'x str, Refusal> {
    let id = root.attribute("ID").filter(|id| !id.is_empty() && id.len() <= LONGEST_ID).ok_or(MessageRefusal::Id)?;
    if root.attribute("Version") != Some("2.0") {
        return Err(MessageRefusal::Version.into());
    }
    // SAML core §3.2: a message that is addressed to another location is discarded. Bindings §3.4.5.2 and
    // §3.5.5.2: one that is signed says where it is addressed to.
    if root.attribute("Destination") != Some(incoming.destination) {
        return Err(MessageRefusal::Destination.into());
    }
    let issuer = root.only_child(ASSERTION, "Issuer").ok_or(MessageRefusal::Issuer)?;
    let is_entity = issuer.attribute("Format").is_none_or(|format| format == ENTITY);
    if !is_entity || issuer.text().is_none_or(|text| text.trim() != provider.entity_id.as_str()) {
        return Err(MessageRefusal::Issuer.because("not named as an entity"));
    }
    let issued_at = instant_of(root, "IssueInstant")?;
    if issued_at.duration_since(incoming.now) > incoming.clock_skew {
        return Err(MessageRefusal::IssuedTooLate.into());
    }
    if incoming.now.duration_since(issued_at) > OLDEST.saturating_add(incoming.clock_skew) {
        return Err(MessageRefusal::Expired.because("IssueInstant"));
    }
    Ok(id)
}

/// SAML core §3.7.1: at this instant a request is over.
fn check_end(root: Element<'_>, incoming: &Incoming<'_>) -> Result<(), Refusal> {
    if root.attribute("NotOnOrAfter").is_some() && incoming.now >= instant_of(root, "NotOnOrAfter")? {
        return Err(MessageRefusal::Expired.because("NotOnOrAfter"));
    }
    Ok(())
}

/// What the provider calls the person, and for whom. SPID technical rules: a name for one login only.
fn name_id(root: Element<'_>) -> Result<(String, Option<String>), Refusal> {
    let refused = |cause: &str| MessageRefusal::Subject.because(cause);
    let name_id = root.only_child(ASSERTION, "NameID").ok_or_else(|| refused("no NameID"))?;
    if name_id.attribute("Format").is_some_and(|format| format != TRANSIENT) {
        return Err(refused("the NameID is not transient"));
    }
    let [name] = <[String; 1]>::try_from(texts([name_id])).map_err(|_| refused("the NameID is empty"))?;
    Ok((name, name_id.attribute("SPNameQualifier").map(str::to_owned)))
}

/// SAML core §3.2.2.2: success says that every session ended, unless the second code takes it back.
fn reach(root: Element<'_>) -> Result<Reach, Refusal> {
    let code = root.only_child(PROTOCOL, "Status").and_then(|status| status.only_child(PROTOCOL, "StatusCode"));
    let code = code.ok_or(MessageRefusal::Status)?;
    let second = code.children_named(PROTOCOL, "StatusCode").filter_map(|second| second.attribute("Value"));
    let partial = second.into_iter().any(|value| value == PARTIAL_LOGOUT);
    match code.attribute("Value") {
        Some(SUCCESS) if !partial => Ok(Reach::Everywhere),
        Some(_) => Ok(Reach::Partial),
        None => Err(MessageRefusal::Status.into()),
    }
}

fn instant_of(element: Element<'_>, attribute: &str) -> Result<Timestamp, Refusal> {
    let instant = element.attribute(attribute).and_then(instant::parse);
    instant.ok_or_else(|| MessageRefusal::Instant.because(attribute))
}

/// The texts of elements, without those that are empty.
fn texts<'x>(elements: impl IntoIterator<Item = Element<'x>>) -> Vec<String> {
    let texts = elements.into_iter().filter_map(Element::text).map(Cow::into_owned);
    texts.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()).collect()
}

fn malformed(cause: &str) -> Refusal {
    MessageRefusal::Malformed.because(cause)
}

/// What a provider calls a person is of that person.
impl std::fmt::Debug for ReceivedRequest {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "ReceivedRequest(by {}, [redacted])", self.provider)
    }
}
