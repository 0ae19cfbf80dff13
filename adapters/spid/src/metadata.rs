//! The metadata of one aggregated body: Avviso 19v4, activity code `pub-ag-full`.

use varco_core::name::BodyId;
use varco_saml::element::Element;
use varco_saml::metadata::service_provider::{AttributeService, Contact, Organization, ServiceProvider};

use crate::address;
use crate::attributes::{asked_for, spid_name};
use crate::options::{AggregatedBody, AggregatedService, Aggregator, SpidOptions};

const SPID_NAMESPACE: (&str, &str) = ("xmlns:spid", "https://spid.gov.it/saml-extensions");

/// The metadata of a body, not signed.
///
/// Nothing in it depends on the time or on chance: every replica, and every restart, publishes the
/// same bytes as long as the configuration is the same.
pub(crate) fn element(options: &SpidOptions, id: &BodyId, body: &AggregatedBody) -> Element {
    let contacts = vec![aggregator_contact(&options.aggregator), aggregated_contact(id, body)];
    ServiceProvider {
        id: &document_id(id),
        entity_id: &address::entity_id(&options.access, id),
        namespaces: &[SPID_NAMESPACE],
        certificate: options.signing.certificate_base64(),
        assertion_consumer: &address::assertion_consumer(&options.access),
        single_logout: &address::single_logout(&options.access),
        attribute_services: attribute_services(body),
        organization: Organization { name: &body.name, display_name: &body.name, url: &body.url },
        contacts,
    }
    .element()
}

/// The name that the signature refers to; it need only be unique in the document.
pub(crate) fn document_id(id: &BodyId) -> String {
    format!("_{id}")
}

fn attribute_services(body: &AggregatedBody) -> Vec<AttributeService<'_>> {
    let mut services: Vec<_> = body.services.values().map(attribute_service).collect();
    services.sort_by_key(|service| service.index);
    services
}

fn attribute_service(service: &AggregatedService) -> AttributeService<'_> {
    AttributeService {
        index: service.attribute_set,
        name: &service.name,
        attributes: asked_for(&service.attributes).into_iter().filter_map(spid_name).collect(),
    }
}

fn aggregator_contact(aggregator: &Aggregator) -> Contact<'_> {
    let extensions = identifiers(&aggregator.ipa, aggregator.vat_number.as_deref(), &aggregator.fiscal_code)
        .chain([Element::new("spid:PublicServicesFullAggregator")]);
    Contact {
        kind: "other",
        mark: Some(("spid:entityType", "spid:aggregator")),
        extensions: extensions.collect(),
        company: &aggregator.name,
        email: &aggregator.email,
        telephone: Some(&aggregator.phone),
    }
}

fn aggregated_contact<'a>(id: &BodyId, body: &'a AggregatedBody) -> Contact<'a> {
    let extensions = identifiers(id, None, &body.fiscal_code).chain([Element::new("spid:Public")]);
    Contact {
        kind: "other",
        mark: Some(("spid:entityType", "spid:aggregated")),
        extensions: extensions.collect(),
        company: &body.name,
        email: &body.email,
        telephone: None,
    }
}

/// In the order of the schema of the extensions, which is a sequence.
fn identifiers(ipa: &BodyId, vat_number: Option<&str>, fiscal_code: &str) -> impl Iterator<Item = Element> {
    let ipa = Element::new("spid:IPACode").text(ipa.as_str());
    let vat_number = vat_number.map(|number| Element::new("spid:VATNumber").text(number));
    let fiscal_code = Element::new("spid:FiscalCode").text(fiscal_code);
    [Some(ipa), vat_number, Some(fiscal_code)].into_iter().flatten()
}
