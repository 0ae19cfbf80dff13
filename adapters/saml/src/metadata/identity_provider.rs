//! Metadata of identity providers: of one, or of many in one document.
//!
//! The document says which keys to trust. What vouches for it is said by whoever configured the source: the
//! place where it comes from, or the signature of somebody whose key they hold ([`Trust`]).

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};
use varco_core::name::ProviderId;
use varco_xmldsig::{Element, KeyRefusal, Limits, SignatureRefusal, TrustedKey, Xml, XmlRefusal};

use crate::provider::{IdentityProvider, LogoutService, LogoutServices, NoSigningKey};
use crate::vocabulary::{HTTP_POST, HTTP_REDIRECT, METADATA, PROTOCOL, SIGNATURE, XML};

/// Why metadata is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MetadataRefusal {
    /// Not UTF-8 text.
    #[error("it is not text in UTF-8")]
    NotText,
    /// Not XML as it is read here.
    #[error("it is not readable as XML: {0}")]
    Xml(#[from] XmlRefusal),
    /// None of the keys that are trusted to sign it signed the whole of it.
    #[error("its signature is not accepted: {0}")]
    Signature(#[from] SignatureRefusal),
    /// The root is neither an entity nor a list of entities.
    #[error("its root is neither md:EntityDescriptor nor md:EntitiesDescriptor")]
    Root,
    /// There is no identity provider in it.
    #[error("there is no identity provider in it")]
    NoProvider,
    /// A list of entities expired.
    #[error("it has expired, or its validUntil is not an instant")]
    Expired,
    /// What is wrong with one of its entities.
    #[error("the provider {entity_id:?}: {fault}")]
    Provider {
        /// Its entity identifier, as it was found.
        entity_id: String,
        /// What is wrong.
        fault: ProviderFault,
    },
}

/// What is wrong with an identity provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProviderFault {
    /// It has no entity identifier that could be one.
    #[error("it has no entityID of 1 to 1024 characters without spaces")]
    EntityId,
    /// Two entities have the same identifier and say different things.
    #[error("it is there twice, and not the same")]
    Twice,
    /// Its metadata expired.
    #[error("its metadata has expired, or its validUntil is not an instant")]
    Expired,
    /// It has no address for single sign-on that requests could go to.
    #[error("it has no web address for single sign-on by HTTP-Redirect or HTTP-POST")]
    NoAddress,
    /// It has no key that its answers could be verified with.
    #[error(transparent)]
    NoKey(#[from] NoSigningKey),
    /// One of its keys is not accepted.
    #[error("a key is refused: {0}")]
    Key(#[from] KeyRefusal),
    /// A key is not there as a certificate in base64.
    #[error("a key is not a certificate in base64")]
    Certificate,
}

/// What vouches for a document.
#[derive(Clone, Copy, Debug)]
pub enum Trust<'a> {
    /// The place where it comes from: its own signature, where it has one, is not looked at.
    Source,
    /// A signature over the whole of it, by one of these keys.
    Signers(&'a [TrustedKey]),
}

/// What a document holds.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The providers that can be asked, in their order.
    pub providers: Vec<IdentityProvider>,
    /// Those that are refused: each by its entity identifier, as it was found, and its fault.
    pub refused: Vec<(String, ProviderFault)>,
    /// Keys that are left out of providers that have others, each by the identifier of the provider.
    pub refused_keys: Vec<(ProviderId, ProviderFault)>,
    /// How long the document may be kept before it is asked for again, where it says so.
    pub cache_duration: Option<SignedDuration>,
}

/// Of an identifier that is none, no more is told.
const LONGEST_NAME: usize = 1024;

/// When something ends, if ever.
type End = Option<Timestamp>;

/// The entities of a document, as they are found.
struct Entities {
    now: Timestamp,
    in_order: Vec<String>,
    by_id: HashMap<String, Result<Entity, ProviderFault>>,
}

/// An identity provider, and what is wrong with some of its keys.
#[derive(PartialEq, Eq)]
struct Entity {
    provider: IdentityProvider,
    refused_keys: Vec<ProviderFault>,
}

/// The identity providers of a document. In a list one that is faulty is left out, so that it locks out
/// nobody but its own citizens; whoever calls this tells of it. Where nobody is left the document is
/// refused.
pub fn identity_providers(text: &str, trust: Trust<'_>, now: Timestamp) -> Result<Found, MetadataRefusal> {
    let xml = Xml::parse_within(text, Limits::AGGREGATE)?;
    let root = match trust {
        Trust::Source => xml.root(),
        // Nothing but the element that was digested is read from here on.
        Trust::Signers(keys) => varco_xmldsig::verify(xml.root(), keys)?.element(),
    };
    let mut entities = Entities { now, in_order: Vec::new(), by_id: HashMap::new() };
    entities.collect(root, None)?;
    let found = Found { cache_duration: cache_duration(root), ..entities.into_found() };
    match (found.providers.is_empty(), found.refused.first()) {
        (false, _) => Ok(found),
        (true, Some((entity_id, fault))) => {
            Err(MetadataRefusal::Provider { entity_id: entity_id.clone(), fault: *fault })
        }
        (true, None) => Err(MetadataRefusal::NoProvider),
    }
}

// === impl Entities ===

impl Entities {
    /// Goes through lists of entities, which may hold lists; the parser bounds their depth.
    fn collect(&mut self, element: Element<'_>, outer: End) -> Result<(), MetadataRefusal> {
        if element.is(METADATA, "EntityDescriptor") {
            self.collect_entity(element, outer);
            return Ok(());
        }
        if !element.is(METADATA, "EntitiesDescriptor") {
            return Err(MetadataRefusal::Root);
        }
        let end = end(element, outer, self.now).map_err(|_| MetadataRefusal::Expired)?;
        let is_entity =
            |child: &Element<'_>| child.is(METADATA, "EntityDescriptor") || child.is(METADATA, "EntitiesDescriptor");
        element.children().filter(is_entity).try_for_each(|child| self.collect(child, end))
    }

    /// An entity may play other roles: service providers and attribute authorities are passed over.
    fn collect_entity(&mut self, entity: Element<'_>, outer: End) {
        let speaks_saml2 = |role: &Element<'_>| {
            let protocols = role.attribute("protocolSupportEnumeration").unwrap_or_default();
            protocols.split_whitespace().any(|protocol| protocol == PROTOCOL)
        };
        let Some(role) = entity.children_named(METADATA, "IDPSSODescriptor").find(speaks_saml2) else { return };
        let entity_id = entity.attribute("entityID").unwrap_or_default();
        let read = read(entity, entity_id, role, outer, self.now);
        match self.by_id.entry(entity_id.to_owned()) {
            Entry::Vacant(place) => {
                place.insert(read);
                self.in_order.push(entity_id.to_owned());
            }
            // Nobody can tell which of the two is meant.
            Entry::Occupied(other) if *other.get() == read => {}
            Entry::Occupied(mut other) => *other.get_mut() = Err(ProviderFault::Twice),
        }
    }

    fn into_found(mut self) -> Found {
        let mut found = Found::default();
        for (entity_id, read) in self.in_order.iter().filter_map(|id| self.by_id.remove_entry(id)) {
            match read {
                Ok(Entity { provider, refused_keys }) => {
                    let id = &provider.entity_id;
                    found.refused_keys.extend(refused_keys.into_iter().map(|fault| (id.clone(), fault)));
                    found.providers.push(provider);
                }
                Err(fault) => found.refused.push((entity_id.chars().take(LONGEST_NAME).collect(), fault)),
            }
        }
        found
    }
}

fn read(
    entity: Element<'_>,
    entity_id: &str,
    role: Element<'_>,
    outer: End,
    now: Timestamp,
) -> Result<Entity, ProviderFault> {
    let id = ProviderId::parse(entity_id).map_err(|_| ProviderFault::EntityId)?;
    let end = end(entity, outer, now).and_then(|outer| end(role, outer, now))?;
    let sso_redirect = address(role, HTTP_REDIRECT);
    let sso_post = address(role, HTTP_POST);
    if sso_redirect.is_none() && sso_post.is_none() {
        return Err(ProviderFault::NoAddress);
    }
    let (keys, refused_keys) = keys(role);
    if let (true, Some(fault)) = (keys.is_empty(), refused_keys.first()) {
        return Err(*fault);
    }
    let provider = IdentityProvider::new(id, name(entity, entity_id), sso_redirect, sso_post, keys)?;
    Ok(Entity { provider: provider.with_site(site(entity)).with_logout(logout(role)).with_end(end), refused_keys })
}

/// SAML metadata 2.3.1, 2.3.2 and 2.4.1: what lies below must not be used after `validUntil`.
fn end(element: Element<'_>, outer: End, now: Timestamp) -> Result<End, ProviderFault> {
    let Some(until) = element.attribute("validUntil") else { return Ok(outer) };
    let until = until.parse().ok().filter(|until| now < *until).ok_or(ProviderFault::Expired)?;
    Ok(Some(outer.map_or(until, |outer| outer.min(until))))
}

/// The same sections: the longest time for which a copy should be kept. It is advice: one that cannot be
/// read, or that counts in months, is passed over.
fn cache_duration(root: Element<'_>) -> Option<SignedDuration> {
    let span: Span = root.attribute("cacheDuration")?.parse().ok()?;
    span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()
}

/// The first address for single sign-on by a binding.
fn address(role: Element<'_>, binding: &str) -> Option<String> {
    role.children_named(METADATA, "SingleSignOnService")
        .filter(|service| service.attribute("Binding") == Some(binding))
        .filter_map(|service| service.attribute("Location"))
        .find(|location| is_web_address(location))
        .map(str::to_owned)
}

fn logout(role: Element<'_>) -> LogoutServices {
    let all = || role.children_named(METADATA, "SingleLogoutService");
    let address = |service: &Element<'_>, attribute| {
        service.attribute(attribute).filter(|location| is_web_address(location)).map(str::to_owned)
    };
    let by = |binding| {
        let mut by_it = all().filter(|service| service.attribute("Binding") == Some(binding));
        by_it.find_map(|service| {
            let requests = address(&service, "Location")?;
            let responses = address(&service, "ResponseLocation").unwrap_or_else(|| requests.clone());
            Some(LogoutService { requests, responses })
        })
    };
    let first = all().find_map(|service| address(&service, "Location"));
    LogoutServices { redirect: by(HTTP_REDIRECT), post: by(HTTP_POST), address: first }
}

/// An address that a browser can be sent to: nothing that runs in it, such as `javascript:`.
fn is_web_address(location: &str) -> bool {
    let visible = !location.contains(|character: char| character.is_whitespace() || character.is_control());
    let rest = location.strip_prefix("https://").or_else(|| location.strip_prefix("http://"));
    visible && rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with(['/', '?', '#']))
}

/// The keys that it signs with, of which there are two while it changes from one to the other, and what is
/// wrong with others that it names.
///
/// SAML metadata 2.4.1.1: a key without `use` serves for both uses. XML signature 1.1, 4.5.4: other
/// certificates of an `X509Data` belong to the chain of the one that holds the key, which stands first; the keys
/// of those authorities sign no logins.
fn keys(role: Element<'_>) -> (Vec<TrustedKey>, Vec<ProviderFault>) {
    let for_signing = |key: &Element<'_>| matches!(key.attribute("use"), None | Some("signing"));
    let certificates = role
        .children_named(METADATA, "KeyDescriptor")
        .filter(for_signing)
        .flat_map(|key| key.children_named(SIGNATURE, "KeyInfo"))
        .flat_map(|info| info.children_named(SIGNATURE, "X509Data"))
        .filter_map(|data| data.children_named(SIGNATURE, "X509Certificate").next());
    let (mut keys, mut refused) = (Vec::new(), Vec::new());
    for certificate in certificates {
        match key(certificate) {
            Ok(key) => keys.push(key),
            Err(fault) => refused.push(fault),
        }
    }
    (keys, refused)
}

fn key(certificate: Element<'_>) -> Result<TrustedKey, ProviderFault> {
    let text = certificate.text().ok_or(ProviderFault::Certificate)?;
    let packed: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let der = data_encoding::BASE64.decode(&packed).map_err(|_| ProviderFault::Certificate)?;
    Ok(TrustedKey::from_certificate_der(&der)?)
}

/// The name that citizens know it by, else its entity identifier.
fn name(entity: Element<'_>, entity_id: &str) -> String {
    let name = organization(entity, "OrganizationDisplayName").or_else(|| organization(entity, "OrganizationName"));
    name.unwrap_or_else(|| entity_id.to_owned())
}

/// The site where citizens find it.
fn site(entity: Element<'_>) -> Option<String> {
    organization(entity, "OrganizationURL").filter(|site| is_web_address(site))
}

/// What an entity says of its organization: in Italian, else in the first language there is.
fn organization(entity: Element<'_>, element: &'static str) -> Option<String> {
    let organization = || entity.children_named(METADATA, "Organization");
    let all = || organization().flat_map(move |organization| organization.children_named(METADATA, element));
    let italian = all().find(|text| text.attribute_in(XML, "lang") == Some("it"));
    let text = italian.or_else(|| all().next())?.text()?;
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests;
