//! The contacts of SPID.

use super::breaks;
use super::fixture::Sample;
use crate::{Profile, Severity};

const IPA: &str = "<spid:IPACode>c_e715</spid:IPACode>";
const VAT: &str = "<spid:VATNumber>IT01234567890</spid:VATNumber>";
const FISCAL: &str = "<spid:FiscalCode>01234567890</spid:FiscalCode>";
const PHONE: &str = "+39055000000";

fn public() -> Sample {
    Sample::of(Profile::SpidPublic)
}

fn private() -> Sample {
    Sample::of(Profile::SpidPrivate)
}

fn aggregator() -> Sample {
    Sample::of(Profile::PubAgFull)
}

fn operator() -> Sample {
    Sample::of(Profile::PubOpFull)
}

breaks! {
    whoever_speaks_for_itself_is_there: "spid.contact.set", public().cut("<md:ContactPerson", "</md:ContactPerson>");
    whoever_speaks_for_itself_is_there_once: "spid.contact.set",
        public().doubled("<md:ContactPerson", "</md:ContactPerson>");
    whoever_speaks_for_itself_is_not_aggregated: "spid.contact.set",
        public().with("contactType=\"other\"", "contactType=\"other\" spid:entityType=\"spid:aggregated\"");
    the_aggregated_is_there: "spid.contact.set",
        aggregator()
            .cut("<md:ContactPerson contactType=\"other\" spid:entityType=\"spid:aggregated\"", "</md:ContactPerson>");
    a_role_of_a_contact_is_known: "spid.contact.set", aggregator().with("spid:aggregated", "spid:other");
    an_operator_has_nobody_aggregated: "spid.contact.set",
        operator().doubled("<md:ContactPerson", "</md:ContactPerson>").with("spid:aggregator", "spid:aggregated");
    no_contact_is_technical: "spid.contact.set",
        aggregator()
            .doubled("<md:ContactPerson", "</md:ContactPerson>")
            .with("contactType=\"other\" spid:entityType=\"spid:aggregator\"", "contactType=\"technical\"");
    the_node_wants_a_contact: "spid.contact.set",
        Sample::of(Profile::Eidas).cut("<md:ContactPerson", "</md:ContactPerson>");
    a_contact_has_extensions: "spid.contact.extensions", public().cut("<md:Extensions>", "</md:Extensions>");
    a_contact_has_extensions_once: "spid.contact.extensions", public().doubled("<md:Extensions>", "</md:Extensions>");
    a_contact_says_what_it_is: "spid.contact.kind", public().without("<spid:Public/>");
    a_contact_is_what_the_profile_says: "spid.contact.kind",
        aggregator().with("PublicServicesFull", "PublicServicesLight");
    a_contact_is_one_thing: "spid.contact.kind", public().with("<spid:Public/>", "<spid:Public/><spid:Private/>");
    a_contact_says_once_what_it_is: "spid.contact.kind",
        public().with("<spid:Public/>", "<spid:Public/><spid:Public/>");
    what_a_contact_is_has_no_text: "spid.contact.kind",
        public().with("<spid:Public/>", "<spid:Public>yes</spid:Public>");
    a_public_body_has_its_code: "spid.contact.ipa-code", public().without(IPA);
    an_aggregated_body_has_its_code: "spid.contact.ipa-code", aggregator().without(IPA);
    an_operator_has_its_code_in_production: "spid.contact.ipa-code.operator", operator().without(IPA);
    a_company_has_no_code_of_a_body: "spid.contact.ipa-code.private", private().before(VAT, IPA);
    an_aggregated_company_has_no_code_of_a_body: "spid.contact.ipa-code.private",
        Sample::of(Profile::PriAgFull).before(VAT, IPA);
    a_company_has_a_number: "spid.contact.numbers", private().without(VAT);
    an_aggregated_company_has_a_number: "spid.contact.numbers", Sample::of(Profile::PriAgLite).without(VAT);
    an_operator_has_a_vat_number: "spid.contact.numbers", operator().without(VAT);
    an_operator_has_a_fiscal_code: "spid.contact.numbers", operator().without(FISCAL);
    a_company_is_the_organization: "spid.contact.company", public().with("<md:Company>Comune", "<md:Company>Città");
    a_company_says_something: "spid.contact.company", public().with("<md:Company>Comune di Prova", "<md:Company>");
    the_aggregated_is_the_organization: "spid.contact.company",
        aggregator().with("<md:Company>Comune", "<md:Company>Città");
    an_aggregator_has_a_name: "spid.contact.company", aggregator().cut("<md:Company>", "</md:Company>");
    a_contact_has_a_mailbox: "spid.contact.email", public().cut("<md:EmailAddress>", "</md:EmailAddress>");
    a_contact_has_one_mailbox: "spid.contact.email", public().doubled("<md:EmailAddress>", "</md:EmailAddress>");
    a_mailbox_is_one: "spid.contact.email", public().with("ufficio@prova.example", "ufficio.prova.example");
    an_aggregator_has_a_mailbox: "spid.contact.email", aggregator().cut("<md:EmailAddress>", "</md:EmailAddress>");
    the_node_wants_a_mailbox: "spid.contact.email",
        Sample::of(Profile::Eidas).cut("<md:EmailAddress>", "</md:EmailAddress>");
    a_telephone_number_has_no_spaces: "spid.contact.phone", public().with(PHONE, "+39 055 000000");
    a_telephone_number_says_something: "spid.contact.phone", public().with(PHONE, "");
    a_telephone_number_has_its_prefix: "spid.contact.phone.prefix", public().with(PHONE, "055000000");
    a_light_aggregator_has_a_key: "spid.contact.validation-key",
        Sample::of(Profile::PubAgLite).cut("<spid:KeyDescriptor", "</spid:KeyDescriptor>");
    a_key_of_a_light_aggregator_is_for_validation: "spid.contact.validation-key",
        Sample::of(Profile::PriAgLite).with("\"spid:validation\"", "\"signing\"");
    a_key_of_a_light_aggregator_is_a_certificate: "spid.contact.validation-key",
        Sample::of(Profile::PubOpLite)
            .with("\"spid:validation\"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>", "\"spid:validation\"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>!");
    codes_have_their_order: "spid.extensions.order",
        operator().swapped("<spid:VATNumber>", "</spid:VATNumber>", "</spid:FiscalCode>");
    what_a_contact_is_stands_last: "spid.extensions.order",
        public().swapped("<spid:IPACode>", "</spid:IPACode>", "<spid:Public/>");
    extensions_are_known: "spid.extensions.unknown", public().before("<spid:Public/>", "<spid:Comune/>");
    extensions_are_of_spid: "spid.extensions.unknown",
        public().before("<spid:Public/>", "<cie:Municipality>E715</cie:Municipality>");
    a_code_is_given_once: "spid.extensions.once", public().doubled("<spid:IPACode>", "</spid:IPACode>");
    a_code_of_a_body_has_no_spaces: "spid.extensions.ipa-code", aggregator().with(">c_e715<", ">c e715<");
    a_code_of_a_body_is_short: "spid.extensions.ipa-code", aggregator().with(">c_e715<", ">c_e7150000000000000<");
    a_vat_number_has_its_country: "spid.extensions.vat-number",
        Sample::of(Profile::PriAgFull).with(">IT01234567890<", ">01234567890<");
    a_vat_number_has_eleven_digits: "spid.extensions.vat-number.digits",
        Sample::of(Profile::PriAgFull).with(">IT01234567890<", ">IT0123456789<");
    a_fiscal_code_says_something: "spid.extensions.fiscal-code", operator().with(FISCAL, "<spid:FiscalCode/>");
    a_fiscal_code_has_its_form: "spid.extensions.fiscal-code.form", operator().with(">01234567890<", ">codice<");
    an_aggregator_has_real_codes: "spid.extensions.placeholder",
        Sample::of(Profile::PubAgLite).with(">r_prova<", ">__aggrsint<");
    the_aggregated_has_real_codes_in_production: "spid.extensions.placeholder.test",
        aggregator().with(">c_e715<", ">__aggrsint<");
    invoices_go_somewhere: "spid.billing",
        private().cut("<md:ContactPerson contactType=\"billing\"", "</md:ContactPerson>");
    invoices_go_to_one: "spid.billing",
        private().doubled("<md:ContactPerson contactType=\"billing\"", "</md:ContactPerson>");
    invoices_go_to_somebody: "spid.billing.invoiced",
        private().cut("<fpa:CessionarioCommittente>", "</fpa:CessionarioCommittente>");
    invoices_need_a_town: "spid.billing.data", private().cut("<fpa:Comune>", "</fpa:Comune>");
    invoices_need_a_number: "spid.billing.data", private().cut("<fpa:IdFiscaleIVA>", "</fpa:IdFiscaleIVA>");
    invoices_need_a_name: "spid.billing.data",
        private().with("<fpa:Denominazione>Servizi di Prova", "<fpa:Denominazione>");
    invoices_have_their_order: "spid.billing.order", private().swapped("<fpa:CAP>", "</fpa:CAP>", "</fpa:Comune>");
    invoices_have_nothing_else: "spid.billing.unknown", private().before("<fpa:CAP>", "<fpa:Fax>1</fpa:Fax>");
    a_postal_code_has_five_digits: "spid.billing.form", private().with(">50100<", ">501<");
    a_country_of_an_invoice_is_a_code: "spid.billing.form",
        private().with(">IT</fpa:Nazione>", ">Italia</fpa:Nazione>");
    invoices_have_a_mailbox: "spid.billing.email", private().with("fatture@prova.example", "fatture");
}

#[test]
fn an_operator_may_do_without_its_code_in_tests() {
    let report = operator().without(IPA).in_tests().report();
    assert!(report.is_good() && report.count(Severity::Warning) == 1, "{:?}", report.findings);
}

#[test]
fn the_placeholder_of_the_aggregated_is_a_warning_in_tests() {
    let report = aggregator().with(">c_e715<", ">__aggrsint<").in_tests().report();
    assert!(report.is_good() && report.count(Severity::Warning) == 1, "{:?}", report.findings);
}

#[test]
fn a_mailbox_may_be_an_uri() {
    assert_eq!(public().with("ufficio@", "mailto:ufficio@").report().findings, []);
}

#[test]
fn who_speaks_for_itself_need_not_repeat_its_name() {
    assert_eq!(public().cut("<md:Company>", "</md:Company>").report().findings, []);
}

#[test]
fn a_person_of_an_invoice_has_a_fiscal_code_and_two_names() {
    let person = private()
        .cut("<fpa:IdFiscaleIVA>", "</fpa:IdFiscaleIVA>")
        .before("<fpa:Anagrafica>", "<fpa:CodiceFiscale>RSSMRA80A01H501U</fpa:CodiceFiscale>")
        .with(
            "<fpa:Denominazione>Servizi di Prova</fpa:Denominazione>",
            "<fpa:Nome>Mario</fpa:Nome><fpa:Cognome>Rossi</fpa:Cognome>",
        );
    assert_eq!(person.report().findings, []);
}
