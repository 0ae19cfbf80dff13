//! Who a body is, and who runs the gateway for it. CIE manual, federation, `<ContactPerson>`.

use varco_core::name::BodyId;
use varco_saml::element::Element;
use varco_saml::metadata::service_provider::Contact;
use varco_saml::party::Party;

/// Bodies have their seat in Italy: they are known by a Belfiore code.
const COUNTRY: &str = "IT";

/// The body, and its technical partner where that is another organisation.
pub(super) fn of<'a>(aggregator: &'a Party, body: &'a Party) -> Vec<Contact<'a>> {
    let partner = (aggregator.fiscal_code != body.fiscal_code).then(|| contact("technical", aggregator));
    [contact("administrative", body)].into_iter().chain(partner).collect()
}

fn contact<'a>(kind: &'static str, party: &'a Party) -> Contact<'a> {
    Contact {
        kind,
        mark: None,
        extensions: extensions(party),
        company: &party.name,
        email: Some(&party.email),
        telephone: party.phone.as_deref(),
    }
}

fn extensions(party: &Party) -> Vec<Element> {
    // Whoever is in the index of public administrations is one, or serves the public in its place.
    let sector = if party.ipa.is_some() { "cie:Public" } else { "cie:Private" };
    let known = [
        ("cie:IPACode", party.ipa.as_ref().map(BodyId::as_str)),
        ("cie:VATNumber", party.vat_number.as_deref()),
        ("cie:FiscalCode", Some(party.fiscal_code.as_str())),
        ("cie:NACE2Code", party.nace2.as_deref()),
        ("cie:Municipality", party.municipality.as_deref()),
        ("cie:Province", party.province.as_deref()),
        ("cie:Country", Some(COUNTRY)),
    ];
    let told = known.into_iter().filter_map(|(name, value)| Some(Element::new(name).text(value?)));
    [Element::new(sector)].into_iter().chain(told).collect()
}
