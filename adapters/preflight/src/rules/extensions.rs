//! What SPID wants in the extensions of a contact: the order, and the form of each code.

use std::collections::HashSet;

use super::order::Sequence;
use crate::document::Document;
use crate::node::Node;
use crate::report::Findings;
use crate::rule::{Rule, Weight};
use crate::value::{has_country, is_fiscal_code, is_ipa_code, is_vat_number, quoted};
use crate::words::{INVOICING, PLACEHOLDER, SPID};

const SCHEMA: &str = "Schema of SPID (Avviso 29v3, Avviso 19v4)";
const RULES_OF_SPID: &str = "SPID technical rules, metadata; Avviso 29v3";

const ORDER: Rule = Rule::error(
    "spid.extensions.order",
    SCHEMA,
    "Put IPACode, VATNumber and FiscalCode into this order, and then what the contact is.",
);
const UNKNOWN: Rule =
    Rule::warning("spid.extensions.unknown", SCHEMA, "Leave out what the schema of the extensions does not have.");
const ONCE: Rule = Rule::error("spid.extensions.once", SCHEMA, "Give each code at most once.");
const IPA_CODE: Rule = Rule::error(
    "spid.extensions.ipa-code",
    RULES_OF_SPID,
    "Write the IPA code as the Index has it: at most 16 characters, no white space.",
);
const VAT_NUMBER: Rule = Rule::error(
    "spid.extensions.vat-number",
    RULES_OF_SPID,
    "Begin the VAT number with the two capital letters of its country, such as IT.",
);
const VAT_DIGITS: Rule = Rule::warning(
    "spid.extensions.vat-number.digits",
    RULES_OF_SPID,
    "Write an Italian VAT number as IT and eleven digits.",
);
const FISCAL_CODE: Rule = Rule::error("spid.extensions.fiscal-code", RULES_OF_SPID, "Give the fiscal code a value.");
const FISCAL_DIGITS: Rule = Rule::warning(
    "spid.extensions.fiscal-code.form",
    RULES_OF_SPID,
    "Write the fiscal code as eleven digits, or as the sixteen characters of a person.",
);
const PLACEHOLDER_MISPLACED: Rule = Rule::error(
    "spid.extensions.placeholder",
    "Avviso 19v4",
    "Write real codes; only the aggregated contact of metadata for tests may say __aggrsint.",
);
const PLACEHOLDER_IN_TESTS: Rule = Rule::weighing(
    Weight::ErrorInProduction,
    "spid.extensions.placeholder.test",
    "Avviso 19v4",
    "Replace __aggrsint by the codes of the aggregated before production.",
);

pub(super) const RULES: &[&Rule] = &[
    &ORDER,
    &UNKNOWN,
    &ONCE,
    &IPA_CODE,
    &VAT_NUMBER,
    &VAT_DIGITS,
    &FISCAL_CODE,
    &FISCAL_DIGITS,
    &PLACEHOLDER_MISPLACED,
    &PLACEHOLDER_IN_TESTS,
];

/// What a contact can be.
pub(super) const MARKERS: [&str; 9] = [
    "Public",
    "Private",
    "PublicServicesFullAggregator",
    "PublicServicesLightAggregator",
    "PrivateServicesFullAggregator",
    "PrivateServicesLightAggregator",
    "PublicServicesFullOperator",
    "PublicServicesLightOperator",
    "PublicOperator",
];

const SEQUENCE: Sequence = Sequence(&[
    (SPID, "IPACode"),
    (SPID, "VATNumber"),
    (SPID, "FiscalCode"),
    (SPID, "Public"),
    (SPID, "Private"),
    (SPID, "PublicServicesFullAggregator"),
    (SPID, "PublicServicesLightAggregator"),
    (SPID, "PrivateServicesFullAggregator"),
    (SPID, "PrivateServicesLightAggregator"),
    (SPID, "PublicServicesFullOperator"),
    (SPID, "PublicServicesLightOperator"),
    (SPID, "PublicOperator"),
    (SPID, "KeyDescriptor"),
    (INVOICING, "CessionarioCommittente"),
    (INVOICING, "TerzoIntermediarioSoggettoEmittente"),
]);

/// What stands in the extensions of a contact.
pub(super) fn codes<'x>(contact: &Node<'x>) -> impl Iterator<Item = Node<'x>> {
    let extensions: Vec<_> = contact.saml("Extensions").collect();
    let codes = |extensions: Node<'x>| extensions.children().collect::<Vec<_>>();
    extensions.into_iter().flat_map(codes)
}

pub(super) fn check(document: &Document<'_>, findings: &mut Findings) {
    for contact in &document.contacts {
        for extensions in contact.saml("Extensions") {
            SEQUENCE.check_by(&ORDER, &UNKNOWN, &extensions, findings);
            forms(contact, &extensions, findings);
        }
    }
}

fn forms(contact: &Node<'_>, extensions: &Node<'_>, findings: &mut Findings) {
    let mut seen = HashSet::new();
    for code in extensions.children().filter(|code| code.is_in(SPID)) {
        let coded = matches!(code.name(), "IPACode" | "VATNumber" | "FiscalCode");
        if coded && !seen.insert(code.name()) {
            findings.add(&ONCE, &code, format!("There is more than one {}.", code.name()));
        }
        let text = code.text();
        if coded && text == PLACEHOLDER {
            placeholder(contact, &code, findings);
        } else {
            form(&code, &text, findings);
        }
    }
}

fn form(code: &Node<'_>, text: &str, findings: &mut Findings) {
    let rule = match code.name() {
        "IPACode" if !is_ipa_code(text) => &IPA_CODE,
        "VATNumber" if !has_country(text) => &VAT_NUMBER,
        "VATNumber" if !is_vat_number(text) => &VAT_DIGITS,
        "FiscalCode" if text.is_empty() => &FISCAL_CODE,
        "FiscalCode" if !is_fiscal_code(text) => &FISCAL_DIGITS,
        _ => return,
    };
    findings.add(rule, code, format!("The {} is {}.", code.name(), quoted(text)));
}

fn placeholder(contact: &Node<'_>, code: &Node<'_>, findings: &mut Findings) {
    let rule = match contact.entity_type() {
        Some("spid:aggregated") => &PLACEHOLDER_IN_TESTS,
        _ => &PLACEHOLDER_MISPLACED,
    };
    findings.add(rule, code, format!("The {} is {PLACEHOLDER}.", code.name()));
}
