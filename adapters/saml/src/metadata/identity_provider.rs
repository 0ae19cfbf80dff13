//! Metadata of identity providers: of one, or of many in one document.
//!
//! Whoever configured the source is the anchor of trust: the document says which keys to trust, and
//! its own signature, where it has one, is not looked at.

use jiff::Timestamp;
use varco_core::name::ProviderId;
use varco_xmldsig::{Element, KeyRefusal, Limits, TrustedKey, Xml, XmlRefusal};

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
    /// Two entities have the same identifier.
    #[error("it is there twice")]
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

/// What a document holds.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The providers that can be asked.
    pub providers: Vec<IdentityProvider>,
    /// Those that are refused: each by its entity identifier, as it was found, and its fault.
    pub refused: Vec<(String, ProviderFault)>,
}

/// The identity providers of a document. In a list one that is faulty is left out, so that it locks out
/// nobody but its own citizens; whoever calls this tells of it. Where nobody is left the document is
/// refused.
pub fn identity_providers(text: &str, now: Timestamp) -> Result<Found, MetadataRefusal> {
    let xml = Xml::parse_within(text, Limits::METADATA)?;
    let mut found = Found::default();
    collect(xml.root(), now, &mut found)?;
    match (found.providers.is_empty(), found.refused.first()) {
        (false, _) => Ok(found),
        (true, Some((entity_id, fault))) => {
            Err(MetadataRefusal::Provider { entity_id: entity_id.clone(), fault: *fault })
        }
        (true, None) => Err(MetadataRefusal::NoProvider),
    }
}

/// Goes through lists of entities, which may hold lists; the parser bounds their depth.
fn collect(element: Element<'_>, now: Timestamp, found: &mut Found) -> Result<(), MetadataRefusal> {
    if element.is(METADATA, "EntityDescriptor") {
        return collect_entity(element, now, found);
    }
    if !element.is(METADATA, "EntitiesDescriptor") {
        return Err(MetadataRefusal::Root);
    }
    if !is_valid(element, now) {
        return Err(MetadataRefusal::Expired);
    }
    let is_entity =
        |child: &Element<'_>| child.is(METADATA, "EntityDescriptor") || child.is(METADATA, "EntitiesDescriptor");
    element.children().filter(is_entity).try_for_each(|child| collect(child, now, found))
}

/// An entity may play other roles: service providers and attribute authorities are passed over.
fn collect_entity(entity: Element<'_>, now: Timestamp, found: &mut Found) -> Result<(), MetadataRefusal> {
    let speaks_saml2 = |role: &Element<'_>| {
        role.attribute("protocolSupportEnumeration").is_some_and(|list| list.split_whitespace().any(|p| p == PROTOCOL))
    };
    let Some(role) = entity.children_named(METADATA, "IDPSSODescriptor").find(speaks_saml2) else { return Ok(()) };
    let entity_id = entity.attribute("entityID").unwrap_or_default();
    let shown = || entity_id.chars().take(200).collect();
    // Nobody can tell which of the two is meant, so this is not the list that somebody wanted.
    if found.providers.iter().any(|other| other.entity_id.as_str() == entity_id) {
        return Err(MetadataRefusal::Provider { entity_id: shown(), fault: ProviderFault::Twice });
    }
    match provider(entity, entity_id, role, now) {
        Ok(provider) => found.providers.push(provider),
        Err(fault) => found.refused.push((shown(), fault)),
    }
    Ok(())
}

fn provider(
    entity: Element<'_>,
    entity_id: &str,
    role: Element<'_>,
    now: Timestamp,
) -> Result<IdentityProvider, ProviderFault> {
    let id = ProviderId::parse(entity_id).map_err(|_| ProviderFault::EntityId)?;
    if !(is_valid(entity, now) && is_valid(role, now)) {
        return Err(ProviderFault::Expired);
    }
    let sso_redirect = address(role, HTTP_REDIRECT);
    let sso_post = address(role, HTTP_POST);
    if sso_redirect.is_none() && sso_post.is_none() {
        return Err(ProviderFault::NoAddress);
    }
    let provider = IdentityProvider::new(id, name(entity, entity_id), sso_redirect, sso_post, keys(role)?)?;
    Ok(provider.with_logout(logout(role)))
}

/// SAML metadata 2.3.1, 2.3.2 and 2.4.1: what lies below must not be used after `validUntil`.
fn is_valid(element: Element<'_>, now: Timestamp) -> bool {
    element.attribute("validUntil").is_none_or(|until| until.parse::<Timestamp>().is_ok_and(|until| now < until))
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

/// SAML metadata 2.4.1.1: a key without `use` serves for both uses.
fn keys(role: Element<'_>) -> Result<Vec<TrustedKey>, ProviderFault> {
    let for_signing = |key: &Element<'_>| matches!(key.attribute("use"), None | Some("signing"));
    role.children_named(METADATA, "KeyDescriptor")
        .filter(for_signing)
        .flat_map(|key| key.children_named(SIGNATURE, "KeyInfo"))
        .flat_map(|info| info.children_named(SIGNATURE, "X509Data"))
        .flat_map(|data| data.children_named(SIGNATURE, "X509Certificate"))
        .map(key)
        .collect()
}

fn key(certificate: Element<'_>) -> Result<TrustedKey, ProviderFault> {
    let text = certificate.text().ok_or(ProviderFault::Certificate)?;
    let packed: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let der = data_encoding::BASE64.decode(&packed).map_err(|_| ProviderFault::Certificate)?;
    Ok(TrustedKey::from_certificate_der(&der)?)
}

/// The name that citizens know it by: in Italian, else in the first language there is, else its
/// entity identifier.
fn name(entity: Element<'_>, entity_id: &str) -> String {
    let organization = || entity.children_named(METADATA, "Organization");
    let named = |element: &'static str| {
        let all = || organization().flat_map(move |organization| organization.children_named(METADATA, element));
        let italian = all().find(|name| name.attribute_in(XML, "lang") == Some("it"));
        let text = italian.or_else(|| all().next())?.text()?;
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    };
    named("OrganizationDisplayName").or_else(|| named("OrganizationName")).unwrap_or_else(|| entity_id.to_owned())
}

#[cfg(test)]
mod tests;
