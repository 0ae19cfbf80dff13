//! The contacts of CIE.

use super::breaks;
use super::fixture::{Sample, cie_contact, cie_private};
use crate::Profile;

const MUNICIPALITY: &str = "<cie:Municipality>E715</cie:Municipality>";

fn public() -> Sample {
    Sample::of(Profile::CiePublic)
}

fn private() -> Sample {
    Sample::of(Profile::CiePrivate)
}

/// With a technical partner.
fn partnered(extensions: &str) -> Sample {
    public().before("\n</md:EntityDescriptor>", &cie_contact("technical", extensions, "Partner S.r.l."))
}

breaks! {
    the_provider_is_there: "cie.contact.set", public().with("\"administrative\"", "\"support\"");
    the_provider_is_there_once: "cie.contact.set", public().doubled("<md:ContactPerson", "</md:ContactPerson>");
    a_partner_is_there_once: "cie.contact.set",
        partnered(&cie_private())
            .before("\n</md:EntityDescriptor>", &cie_contact("technical", &cie_private(), "Altro S.r.l."));
    a_contact_has_extensions: "cie.contact.extensions", public().cut("<md:Extensions>", "</md:Extensions>");
    a_provider_is_public_or_private: "cie.contact.kind", public().without("<cie:Public/>");
    a_provider_is_not_both: "cie.contact.kind", private().before("<cie:Private/>", "<cie:Public/>");
    what_a_provider_is_has_no_text: "cie.contact.kind", public().with("<cie:Public/>", "<cie:Public>yes</cie:Public>");
    a_partner_is_public_or_private: "cie.contact.kind.technical",
        partnered(&cie_private().replace("<cie:Private/>", ""));
    a_contact_has_its_town: "cie.contact.codes", public().without(MUNICIPALITY);
    a_public_body_has_its_code: "cie.contact.codes", public().without("<cie:IPACode>c_e715</cie:IPACode>");
    a_company_has_its_vat_number: "cie.contact.codes", private().cut("<cie:VATNumber>", "</cie:VATNumber>");
    a_company_has_its_fiscal_code: "cie.contact.codes", private().cut("<cie:FiscalCode>", "</cie:FiscalCode>");
    a_company_has_its_activity: "cie.contact.codes", private().cut("<cie:NACE2Code>", "</cie:NACE2Code>");
    a_partner_has_its_town: "cie.contact.codes", partnered(&cie_private().replace(MUNICIPALITY, ""));
    a_code_is_given_once: "cie.contact.once", public().doubled("<cie:Municipality>", "</cie:Municipality>");
    a_code_has_a_value: "cie.contact.once", public().with(">E715<", "><");
    a_contact_has_its_country: "cie.contact.country", public().cut("<cie:Country>", "</cie:Country>");
    a_category_has_its_form: "cie.contact.form", public().with(">L6<", ">comune<");
    a_body_has_the_form_of_its_code: "cie.contact.form", public().with(">c_e715<", ">c e715<");
    a_town_has_its_form: "cie.contact.form", public().with(">E715<", ">Lucca<");
    a_province_has_its_form: "cie.contact.form", public().with(">LU<", ">Lucca<");
    a_country_has_its_form: "cie.contact.form", public().with(">IT</cie:Country>", ">Italia</cie:Country>");
    a_vat_number_has_its_form: "cie.contact.form", private().with(">IT01234567890<", ">01234567890<");
    a_fiscal_code_has_its_form: "cie.contact.form", private().with(">01234567890<", ">9876543210<");
    an_activity_has_its_form: "cie.contact.form", private().with(">62.01<", ">software<");
    extensions_are_of_cie: "cie.contact.foreign", public().before(MUNICIPALITY, "<spid:Public/>");
    a_contact_has_a_name: "cie.contact.company", public().cut("<md:Company>", "</md:Company>");
    a_contact_has_one_name: "cie.contact.company", public().doubled("<md:Company>", "</md:Company>");
    a_provider_has_the_name_of_the_organization: "cie.contact.company.name",
        public().with("<md:Company>Comune", "<md:Company>Città");
    a_contact_has_a_mailbox: "cie.contact.email", public().cut("<md:EmailAddress>", "</md:EmailAddress>");
    a_mailbox_is_one: "cie.contact.email", public().with("ufficio@prova.example", "ufficio@prova");
    a_telephone_number_has_its_prefix: "cie.contact.phone", public().with("+39055000000", "055000000");
}

#[test]
fn a_partner_is_no_fault_and_a_company_may_have_many_activities() {
    let activities = cie_private().replace("<cie:NACE2Code>", "<cie:NACE2Code>18.12.00</cie:NACE2Code><cie:NACE2Code>");
    assert_eq!(partnered(&activities).report().findings, []);
}

#[test]
fn a_public_partner_needs_no_code_of_a_body() {
    assert_eq!(partnered(&format!("<cie:Public/>{MUNICIPALITY}<cie:Country>IT</cie:Country>")).report().findings, []);
}
