//! Addresses and sets of attributes.

use super::breaks;
use super::fixture::{Sample, set};
use crate::Profile;

const ADDRESS: &str = "https://accesso.prova.example/return";
const LOGOUT: &str = "https://accesso.prova.example/logout";
const NAME: &str = "<md:RequestedAttribute Name=\"name\"/>";
const END: &str = "</md:AttributeConsumingService>";

fn public() -> Sample {
    Sample::of(Profile::SpidPublic)
}

fn cie() -> Sample {
    Sample::of(Profile::CiePublic)
}

fn node() -> Sample {
    Sample::of(Profile::Eidas)
}

/// The same that asks for one attribute more.
fn asking(sample: Sample, attribute: &str) -> Sample {
    sample.before(END, attribute)
}

fn second_consumer(attributes: &str) -> Sample {
    let consumer = format!(
        "<md:AssertionConsumerService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\" Location=\"{ADDRESS}\" {attributes}/>"
    );
    public().before("<md:AttributeConsumingService", &consumer)
}

breaks! {
    answers_go_somewhere: "saml.acs", public().cut("<md:AssertionConsumerService", "/>");
    answers_come_by_a_form: "saml.acs.binding", public().with("HTTP-POST", "PAOS");
    a_consumer_has_a_number: "saml.acs.index", public().with("index=\"0\"", "index=\"zero\"");
    a_number_of_a_consumer_is_not_too_large: "saml.acs.index", second_consumer("index=\"65536\"");
    a_number_of_a_consumer_has_no_sign: "saml.acs.index", second_consumer("index=\"+1\"");
    consumers_have_numbers_of_their_own: "saml.acs.index.repeated", second_consumer("index=\"0\"");
    one_consumer_is_the_default: "saml.acs.default", public().with("isDefault=\"true\"", "isDefault=\"false\"");
    only_one_consumer_is_the_default: "saml.acs.default", second_consumer("index=\"1\" isDefault=\"true\"");
    the_default_consumer_is_the_first: "saml.acs.default",
        public().with("index=\"0\" isDefault", "index=\"1\" isDefault");
    the_default_consumer_receives_forms: "saml.acs.default-binding", public().with("HTTP-POST", "HTTP-Redirect");
    logouts_go_somewhere: "saml.slo", public().cut("<md:SingleLogoutService", "/>");
    logouts_come_by_a_known_way: "saml.slo.binding", public().with("HTTP-Redirect", "PAOS");
    cie_wants_logouts_by_redirect: "cie.slo.redirect", cie().with("HTTP-Redirect", "HTTP-POST");
    an_address_is_absolute: "saml.location", public().with(ADDRESS, "/return");
    an_address_is_of_the_web: "saml.location", public().with(LOGOUT, "ftp://accesso.prova.example/logout");
    an_address_has_no_spaces: "saml.location", public().with(LOGOUT, "https://accesso.prova.example/lo gout");
    an_address_for_answers_to_logouts_is_one: "saml.location",
        public().with("/logout\"/>", "/logout\" ResponseLocation=\"none\"/>");
    an_address_is_https: "saml.location.production", public().with(ADDRESS, "http://accesso.prova.example/return");
    an_address_has_no_port: "saml.location.production",
        public().with(LOGOUT, "https://accesso.prova.example:8443/logout");
    attributes_are_asked_for: "saml.attributes", public().cut("<md:AttributeConsumingService", END);
    a_set_has_a_number: "saml.attributes.index",
        public().with("AttributeConsumingService index=\"0\"", "AttributeConsumingService index=\"-1\"");
    sets_have_numbers_of_their_own: "saml.attributes.index.repeated",
        public().doubled("<md:AttributeConsumingService", END);
    a_set_has_a_name: "saml.attributes.name", public().cut("<md:ServiceName", "</md:ServiceName>");
    a_name_of_a_set_says_something: "saml.attributes.name", public().with("Tributi", " ");
    a_name_of_a_set_has_a_language: "saml.attributes.name",
        public().with("ServiceName xml:lang=\"it\"", "ServiceName xml:lang=\"\"");
    a_name_of_a_set_has_a_language_for_cie: "saml.attributes.name",
        cie().with("ServiceName xml:lang=\"it\"", "ServiceName");
    cie_names_sets_by_uuid: "cie.attributes.uuid", cie().with("86eabbc2-6023-4f8d", "86eabbc2-6023-1f8d");
    a_set_has_attributes: "saml.attributes.empty",
        public().cut("<md:RequestedAttribute", "Name=\"fiscalNumber\"/>");
    attributes_have_their_names_in_spid: "spid.attributes.unknown", public().with("\"fiscalNumber\"", "\"fiscalCode\"");
    an_attribute_has_a_name: "spid.attributes.unknown", asking(public(), "<md:RequestedAttribute/>");
    cie_has_four_attributes: "cie.attributes.unknown", asking(cie(), "<md:RequestedAttribute Name=\"email\"/>");
    an_attribute_is_asked_for_once: "saml.attributes.twice", asking(public(), NAME);
    a_format_of_names_is_known: "saml.attributes.name-format",
        asking(public(), "<md:RequestedAttribute Name=\"email\" NameFormat=\"urn:x\"/>");
    an_address_is_asked_for_in_parts: "spid.attributes.address",
        asking(public(), "<md:RequestedAttribute Name=\"address\"/>");
    the_node_needs_both_sets: "eidas.sets", node().cut("<md:AttributeConsumingService index=\"99\"", END);
    whoever_has_one_set_needs_the_other: "eidas.sets", public().before(
        "</md:SPSSODescriptor>",
        &set("99", "eIDAS Natural Person Minimum Attribute Set", &["spidCode", "name", "familyName", "dateOfBirth"]),
    );
    a_set_of_the_node_has_its_name: "eidas.set.name", node().with("eIDAS Natural Person Minimum", "eIDAS Minimum");
    a_set_of_the_node_asks_for_no_more: "eidas.set.foreign",
        node().with("Name=\"placeOfBirth\"/>", "Name=\"placeOfBirth\"/><md:RequestedAttribute Name=\"email\"/>");
    a_set_of_the_node_asks_for_no_less: "eidas.set.incomplete",
        node().without("<md:RequestedAttribute Name=\"dateOfBirth\"/>");
}

#[test]
fn the_node_takes_the_fiscal_number_too() {
    let with_number = "Name=\"spidCode\"/><md:RequestedAttribute Name=\"fiscalNumber\"/>";
    assert_eq!(node().with_each("Name=\"spidCode\"/>", with_number).report().findings, []);
}

#[test]
fn cie_takes_an_empty_language_of_an_uuid() {
    assert_eq!(cie().with("ServiceName xml:lang=\"it\"", "ServiceName xml:lang=\"\"").report().findings, []);
}

#[test]
fn a_second_consumer_is_no_fault() {
    assert_eq!(second_consumer("index=\"65535\" isDefault=\"false\"").report().findings, []);
}
