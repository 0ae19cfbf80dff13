//! A SPID authentication request, held against every rule for its form.
//! (SPID technical rules, single sign-on; Avvisi 5, 8 and 11.)

use jiff::{SignedDuration, Timestamp};
use varco_core::level::Level;
use varco_core::purpose::{IdentityKind, Purpose, kinds_for};
use varco_xmldsig::{Element, Xml};

use super::anomaly::Anomaly;
use super::message::Message;
use super::saml::{ASSERTION, ENTITY, HTTP_POST, PROTOCOL, SPID, TRANSIENT};
use super::service_providers::ServiceProvider;
use super::transaction::Asks;

/// A request that obeys every rule.
#[derive(Clone, Debug)]
pub struct AuthnRequest {
    /// Its identifier.
    pub id: String,
    /// Who asks.
    pub issuer: String,
    /// When, as it was written.
    pub issued_at: String,
    /// Where the answer goes.
    pub consumer: String,
    /// The level that must be reached.
    pub level: Level,
    /// The kind of identity that is asked for.
    pub purpose: Option<Purpose>,
    /// The attributes that are asked for.
    pub attributes: Vec<String>,
    /// What must be given back.
    pub relay_state: String,
}

/// What the provider knows of itself when it reads a request.
pub(super) struct Addressee<'a> {
    pub(super) entity_id: &'a str,
    pub(super) sign_on: &'a str,
    pub(super) now: Timestamp,
}

/// How far the instant of a request may be from now.
pub(super) const SKEW: SignedDuration = SignedDuration::from_mins(3);

impl Asks for AuthnRequest {
    fn level(&self) -> Level {
        self.level
    }

    fn kinds(&self) -> &'static [IdentityKind] {
        kinds_for(self.purpose)
    }
}

/// The issuer that a message claims.
pub(super) fn claimed_issuer(message: &Message) -> Result<String, Anomaly> {
    let xml = Xml::parse(&message.xml).map_err(|_| Anomaly::Format)?;
    let root = xml.root();
    if !root.is(PROTOCOL, "AuthnRequest") {
        return Err(Anomaly::Format);
    }
    let issuer = root.only_child(ASSERTION, "Issuer").ok_or(Anomaly::Issuer)?;
    let text = text_of(issuer).ok_or(Anomaly::Issuer)?;
    let as_the_rules_ask =
        issuer.attribute("Format") == Some(ENTITY) && issuer.attribute("NameQualifier") == Some(&text);
    if as_the_rules_ask { Ok(text) } else { Err(Anomaly::Issuer) }
}

/// The identifier that a message claims, to answer to it even if the rest is wrong.
pub(super) fn claimed_id(message: &Message) -> String {
    let xml = Xml::parse(&message.xml);
    xml.ok().and_then(|xml| xml.root().attribute("ID").map(str::to_owned)).unwrap_or_default()
}

/// Reads a request whose signature was verified.
pub(super) fn read(message: &Message, from: &ServiceProvider, to: &Addressee<'_>) -> Result<AuthnRequest, Anomaly> {
    let xml = Xml::parse(&message.xml).map_err(|_| Anomaly::Format)?;
    let root = xml.root();
    check_form(root)?;
    if root.attribute("Version") != Some("2.0") {
        return Err(Anomaly::Version);
    }
    let id = root.attribute("ID").filter(|id| is_name(id)).ok_or(Anomaly::Id)?;
    let level = read_level(root)?;
    let issued_at = root.attribute("IssueInstant").ok_or(Anomaly::IssueInstant)?;
    check_instant(issued_at, to.now)?;
    // Avviso 11: the address of the sign-on service, or the provider's own identifier.
    if !root.attribute("Destination").is_some_and(|found| found == to.sign_on || found == to.entity_id) {
        return Err(Anomaly::Destination);
    }
    if root.attribute("IsPassive").is_some() {
        return Err(Anomaly::Passive);
    }
    let consumer = read_consumer(root, from)?;
    check_name_id_policy(root)?;
    let set = root.attribute("AttributeConsumingServiceIndex").ok_or(Anomaly::AttributeConsumer)?;
    let attributes = from.attribute_sets.get(set).ok_or(Anomaly::AttributeConsumer)?.clone();
    // The single sign-on session of the provider exists at level 1 only.
    if level > Level::One && !matches!(root.attribute("ForceAuthn"), Some("true" | "1")) {
        return Err(Anomaly::Format);
    }
    Ok(AuthnRequest {
        id: id.to_owned(),
        issuer: from.entity_id.clone(),
        issued_at: issued_at.to_owned(),
        consumer,
        level,
        purpose: read_purpose(root)?,
        attributes,
        relay_state: check_relay_state(message)?.to_owned(),
    })
}

/// The order of the elements, and none that the rules forbid (Scoping among them).
fn check_form(root: Element<'_>) -> Result<(), Anomaly> {
    const ORDER: [&str; 7] =
        ["Issuer", "Signature", "Extensions", "Subject", "NameIDPolicy", "Conditions", "RequestedAuthnContext"];
    let places: Option<Vec<usize>> =
        root.children().map(|child| ORDER.iter().position(|name| *name == child.name())).collect();
    if places.is_some_and(|places| places.is_sorted_by(|one, next| one < next)) { Ok(()) } else { Err(Anomaly::Format) }
}

fn read_level(root: Element<'_>) -> Result<Level, Anomaly> {
    let wrong = Anomaly::AuthenticationContext;
    let context = root.only_child(PROTOCOL, "RequestedAuthnContext").ok_or(wrong)?;
    let class = context.only_child(ASSERTION, "AuthnContextClassRef").filter(|_| context.children().count() == 1);
    let level = class.and_then(text_of).and_then(|class| Level::from_context_class(&class)).ok_or(wrong)?;
    match (context.attribute("Comparison"), level) {
        (Some("exact" | "minimum" | "maximum"), level) => Ok(level),
        (Some("better"), Level::One) => Ok(Level::Two),
        (Some("better"), Level::Two) => Ok(Level::Three),
        _ => Err(wrong),
    }
}

/// Avviso 18: one word, in the extensions.
fn read_purpose(root: Element<'_>) -> Result<Option<Purpose>, Anomaly> {
    let extensions = root.children_named(PROTOCOL, "Extensions");
    let mut purposes = extensions.flat_map(|extensions| extensions.children_named(SPID, "Purpose"));
    match (purposes.next(), purposes.next()) {
        (None, _) => Ok(None),
        (Some(only), None) => text_of(only).and_then(|word| Purpose::from_word(&word)).map(Some).ok_or(Anomaly::Format),
        (Some(_), Some(_)) => Err(Anomaly::Format),
    }
}

fn check_instant(text: &str, now: Timestamp) -> Result<(), Anomaly> {
    let instant = text.ends_with('Z').then(|| text.parse::<Timestamp>().ok()).flatten();
    let near = instant.is_some_and(|instant| now.duration_since(instant).abs() <= SKEW);
    if near { Ok(()) } else { Err(Anomaly::IssueInstant) }
}

/// By index, or by address with the binding; never both.
fn read_consumer(root: Element<'_>, from: &ServiceProvider) -> Result<String, Anomaly> {
    let index = root.attribute("AssertionConsumerServiceIndex");
    let address = root.attribute("AssertionConsumerServiceURL");
    let binding = root.attribute("ProtocolBinding");
    match (index, address, binding) {
        (Some(index), None, None) => from.consumers.get(index).cloned().ok_or(Anomaly::AssertionConsumer),
        (None, Some(address), Some(HTTP_POST)) if from.consumers.values().any(|known| known == address) => {
            Ok(address.to_owned())
        }
        _ => Err(Anomaly::AssertionConsumer),
    }
}

fn check_name_id_policy(root: Element<'_>) -> Result<(), Anomaly> {
    let policy = root.only_child(PROTOCOL, "NameIDPolicy").ok_or(Anomaly::NameIdPolicy)?;
    let transient = policy.attribute("Format") == Some(TRANSIENT) && policy.attribute("AllowCreate").is_none();
    if transient { Ok(()) } else { Err(Anomaly::NameIdPolicy) }
}

/// Opaque: the address that the citizen goes to must not travel through the provider.
fn check_relay_state(message: &Message) -> Result<&str, Anomaly> {
    let relay_state = message.relay_state.as_deref();
    relay_state.filter(|state| !state.is_empty() && !state.contains("http")).ok_or(Anomaly::Format)
}

fn is_name(id: &str) -> bool {
    id.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
}

fn text_of(element: Element<'_>) -> Option<String> {
    element.text().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests;
