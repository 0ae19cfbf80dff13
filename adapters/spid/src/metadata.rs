//! The metadata of one body: Avviso 19v4 for the contacts, Avviso 29v3 for what names whom.

mod contacts;
mod invoicing;

use varco_core::name::BodyId;
use varco_saml::element::Element;
use varco_saml::metadata::service_provider::{AttributeService, Organization, ServiceProvider};
use varco_saml::method::{assertion_consumer, document_id, single_logout};
use varco_xmldsig::{DecryptionKey, SigningKey};

use crate::profile::{EIDAS, EuropeanSet, FULL, MINIMUM, SPID};
use crate::{SpidBody, SpidOptions};

pub use invoicing::{Billing, Seat};

const SPID_NAMESPACE: (&str, &str) = ("xmlns:spid", "https://spid.gov.it/saml-extensions");

/// The metadata of a body, not signed.
///
/// Nothing in it depends on the time or on chance: every replica, and every restart, publishes the
/// same bytes as long as the configuration is the same.
pub(crate) fn element(options: &SpidOptions, id: &BodyId, body: &SpidBody, signing: &SigningKey) -> Element {
    let published = &body.body;
    let methods = [Some(&SPID), options.european.then_some(&EIDAS)];
    let consumers = methods.into_iter().flatten().map(|it| assertion_consumer(&options.access, it.method));
    ServiceProvider {
        id: &document_id(id),
        entity_id: &body.activity.entity_id(&options.access, id),
        namespaces: &[SPID_NAMESPACE],
        certificates: signing.certificates().collect(),
        encryption_certificate: options.decryption.first().map(DecryptionKey::certificate_base64),
        assertion_consumers: consumers.collect(),
        single_logout: &single_logout(&options.access, SPID.method),
        attribute_services: attribute_services(body, options.european),
        organization: Organization {
            name: &published.party.name,
            display_name: &published.party.name,
            url: &published.url,
        },
        contacts: contacts::of(options, body),
    }
    .element()
}

fn attribute_services(body: &SpidBody, european: bool) -> Vec<AttributeService<'_>> {
    let named = |attributes: Vec<_>| attributes.into_iter().filter_map(|attribute| SPID.name_of(attribute)).collect();
    let own = body.body.services.values().map(|service| AttributeService {
        index: service.attribute_set,
        identifier: None,
        name: &service.name,
        attributes: named(SPID.asked_for(&service.attributes)),
    });
    let shared = |set: EuropeanSet| AttributeService {
        index: set.index,
        identifier: None,
        name: set.name,
        attributes: named(set.attributes()),
    };
    let mut all: Vec<_> = own.collect();
    all.sort_by_key(|service| service.index);
    if european {
        all.extend([MINIMUM, FULL].map(shared));
    }
    all
}
