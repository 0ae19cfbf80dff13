//! Whom the operators of providers write to, and what each of them is.

use varco_saml::element::Element;
use varco_saml::metadata::service_provider::{Contact, key_info};
use varco_saml::party::Party;

use super::invoicing;
use crate::{SpidBody, SpidOptions};

/// The contacts of a body, in its role.
pub(super) fn of<'a>(options: &'a SpidOptions, body: &'a SpidBody) -> Vec<Contact<'a>> {
    let mut contacts = Vec::new();
    contacts.extend(aggregator(options, body));
    if body.activity.aggregator_element().is_none() || body.activity.is_aggregated() {
        contacts.push(of_body(body));
    }
    contacts.extend(body.billing.as_ref().map(invoicing::contact));
    contacts
}

/// Who stands between the providers and the body. An operator of public services is both in one.
fn aggregator<'a>(options: &'a SpidOptions, body: &'a SpidBody) -> Option<Contact<'a>> {
    let role = body.activity.aggregator_element()?;
    let party = if body.activity.is_aggregated() { &options.aggregator } else { &body.body.party };
    // Avviso 19v4: what the body signs with is validated by the aggregator's certificate.
    let validation = body.activity.is_light().then(|| {
        Element::new("spid:KeyDescriptor")
            .with("use", "spid:validation")
            .child(key_info(options.signing.certificate_base64()))
    });
    Some(Contact {
        kind: "other",
        mark: Some(("spid:entityType", "spid:aggregator")),
        extensions: identifiers(party).chain([Element::new(role)]).chain(validation).collect(),
        company: &party.name,
        email: Some(&party.email),
        telephone: party.phone.as_deref(),
    })
}

fn of_body(body: &SpidBody) -> Contact<'_> {
    let party = &body.body.party;
    Contact {
        kind: "other",
        mark: body.activity.is_aggregated().then_some(("spid:entityType", "spid:aggregated")),
        extensions: identifiers(party).chain([Element::new(body.activity.sector().element())]).collect(),
        company: &party.name,
        email: Some(&party.email),
        telephone: party.phone.as_deref(),
    }
}

/// In the order of the schema of the extensions, which is a sequence.
fn identifiers(party: &Party) -> impl Iterator<Item = Element> {
    let ipa = party.ipa.as_ref().map(|ipa| Element::new("spid:IPACode").text(ipa.as_str()));
    let vat_number = party.vat_number.as_ref().map(|number| Element::new("spid:VATNumber").text(number));
    let fiscal_code = Element::new("spid:FiscalCode").text(&party.fiscal_code);
    [ipa, vat_number, Some(fiscal_code)].into_iter().flatten()
}
