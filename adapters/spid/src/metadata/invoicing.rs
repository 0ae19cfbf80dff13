//! Whom the providers send their invoices to (Avviso 19v4, `CessionarioCommittente`): the words are those
//! of Italian electronic invoices.

use varco_saml::element::Element;
use varco_saml::metadata::service_provider::Contact;

const NAMESPACE: &str = "https://spid.gov.it/invoicing-extensions";

/// Whom the providers send their invoices to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Billing {
    /// The full name.
    pub name: String,
    /// The VAT number, with the country in front.
    pub vat_number: String,
    /// Where the seat is.
    pub seat: Seat,
    /// An office to write to.
    pub email: String,
    /// And to call.
    pub phone: Option<String>,
}

/// An address, as invoices have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    /// The street, and the number in it.
    pub street: String,
    /// Five digits.
    pub postal_code: String,
    /// The municipality.
    pub town: String,
    /// Two letters.
    pub province: Option<String>,
    /// Two letters.
    pub country: String,
}

pub(super) fn contact(billing: &Billing) -> Contact<'_> {
    Contact {
        kind: "billing",
        mark: None,
        extensions: vec![recipient(billing)],
        company: &billing.name,
        email: Some(&billing.email),
        telephone: billing.phone.as_deref(),
    }
}

fn recipient(billing: &Billing) -> Element {
    let (country, number) = billing.vat_number.split_at_checked(2).unwrap_or_default();
    let vat_number = Element::new("fpa:IdFiscaleIVA")
        .child(Element::new("fpa:IdPaese").text(country))
        .child(Element::new("fpa:IdCodice").text(number));
    let name = Element::new("fpa:Anagrafica").child(Element::new("fpa:Denominazione").text(&billing.name));
    Element::new("fpa:CessionarioCommittente")
        .with("xmlns:fpa", NAMESPACE)
        .child(Element::new("fpa:DatiAnagrafici").child(vat_number).child(name))
        .child(seat(&billing.seat))
}

fn seat(seat: &Seat) -> Element {
    Element::new("fpa:Sede")
        .child(Element::new("fpa:Indirizzo").text(&seat.street))
        .child(Element::new("fpa:CAP").text(&seat.postal_code))
        .child(Element::new("fpa:Comune").text(&seat.town))
        .children(seat.province.as_ref().map(|province| Element::new("fpa:Provincia").text(province)))
        .child(Element::new("fpa:Nazione").text(&seat.country))
}
