//! Aggregator and bodies, from their settings to what federations want to know of them.

use std::collections::BTreeMap;

use varco_core::name::{BodyId, ServiceId};
use varco_saml::party::{Asking, Body, Party};
use varco_saml::request::{Binding, Comparison};
use varco_settings::Settings;
use varco_settings::sections;

/// Who runs the gateway.
pub(crate) fn aggregator(section: &sections::Aggregator) -> Party {
    Party {
        name: section.name.clone(),
        ipa: Some(section.ipa.clone()),
        vat_number: section.vat_number.clone(),
        fiscal_code: section.fiscal_code.clone(),
        nace2: section.nace2.clone(),
        municipality: section.municipality.clone(),
        province: section.province.clone(),
        email: section.email.clone(),
        phone: Some(section.phone.clone()),
    }
}

/// The bodies that have a service: one without any has nothing to publish.
pub(crate) fn bodies(settings: &Settings) -> impl Iterator<Item = (&BodyId, &sections::Body, Body)> {
    settings.bodies.iter().filter_map(|(id, section)| {
        let services: BTreeMap<_, _> =
            settings.services.iter().filter(|(_, service)| service.body == *id).map(asking).collect();
        let body = Body { party: party(id, section), url: section.url.to_string(), services };
        (!body.services.is_empty()).then_some((id, section, body))
    })
}

fn party(id: &BodyId, section: &sections::Body) -> Party {
    Party {
        name: section.name.clone(),
        // A private organisation is not in the index of public administrations.
        ipa: (!section.activity.is_private()).then(|| id.clone()),
        vat_number: section.vat_number.clone(),
        fiscal_code: section.fiscal_code.clone(),
        nace2: section.nace2.clone(),
        municipality: section.municipality.clone(),
        province: section.province.clone(),
        email: section.email.clone(),
        phone: section.phone.clone(),
    }
}

fn asking((id, service): (&ServiceId, &sections::Service)) -> (ServiceId, Asking) {
    let core = service.to_core(id);
    // A body with several services must number their sets; the settings see to it.
    let attribute_set = service.attribute_set.unwrap_or_default();
    (id.clone(), Asking { attributes: core.asks_for().collect(), name: core.name, attribute_set })
}

pub(crate) const fn binding(binding: sections::Binding) -> Binding {
    match binding {
        sections::Binding::Redirect => Binding::Redirect,
        sections::Binding::Post => Binding::Post,
    }
}

pub(crate) const fn comparison(comparison: sections::Comparison) -> Comparison {
    match comparison {
        sections::Comparison::Exact => Comparison::Exact,
        sections::Comparison::Minimum => Comparison::Minimum,
        sections::Comparison::Better => Comparison::Better,
        sections::Comparison::Maximum => Comparison::Maximum,
    }
}
