//! The metadata of one body. CIE manual, federation.

mod contacts;
mod set_name;

use varco_core::name::BodyId;
use varco_core::origin::Origin;
use varco_saml::element::Element;
use varco_saml::metadata::service_provider::{AttributeService, Organization, ServiceProvider};
use varco_saml::method::{assertion_consumer, document_id, single_logout};
use varco_saml::party::Body;
use varco_xmldsig::{DecryptionKey, SigningKey};

use crate::CieOptions;
use crate::profile::{CIE, minimum_data_set};

const CIE_NAMESPACE: (&str, &str) = ("xmlns:cie", "https://www.cartaidentita.interno.gov.it/saml-extensions");

/// The metadata of a body, not signed.
///
/// Nothing in it depends on the time or on chance: every replica, and every restart, publishes the
/// same bytes as long as the configuration is the same.
pub(crate) fn element(options: &CieOptions, id: &BodyId, body: &Body, signing: &SigningKey) -> Element {
    let entity_id = entity_id(&options.access, id);
    ServiceProvider {
        id: &document_id(id),
        entity_id: &entity_id,
        namespaces: &[CIE_NAMESPACE],
        certificates: signing.certificates().collect(),
        encryption_certificate: options.decryption.first().map(DecryptionKey::certificate_base64),
        assertion_consumers: vec![assertion_consumer(&options.access, CIE.method)],
        single_logout: &single_logout(&options.access, CIE.method),
        attribute_services: attribute_services(&entity_id, body),
        organization: Organization { name: &body.party.name, display_name: &body.party.name, url: &body.url },
        contacts: contacts::of(&options.aggregator, &body.party),
    }
    .element()
}

/// The entity identifier of a body. CIE manual, federation: an address of one's own, another one for each metadata.
pub(crate) fn entity_id(access: &Origin, id: &BodyId) -> String {
    format!("{access}/{}/{id}", CIE.method)
}

fn attribute_services<'a>(entity_id: &str, body: &'a Body) -> Vec<AttributeService<'a>> {
    let attributes: Vec<_> = minimum_data_set().into_iter().filter_map(|attribute| CIE.name_of(attribute)).collect();
    let own = body.services.values().map(|service| AttributeService {
        index: service.attribute_set,
        identifier: Some(set_name::of(entity_id, service.attribute_set)),
        name: &service.name,
        attributes: attributes.clone(),
    });
    let mut all: Vec<_> = own.collect();
    all.sort_by_key(|service| service.index);
    all
}
