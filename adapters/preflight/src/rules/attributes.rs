//! The sets of attributes that are asked for.

use std::collections::HashSet;

use crate::document::Document;
use crate::node::Node;
use crate::profile::Federation;
use crate::report::Findings;
use crate::rule::Rule;
use crate::value::{index, is_uuid_name, quoted, quoted_or_missing};
use crate::words::NAME_FORMATS;

const BOTH: &str = "SPID technical rules, metadata; CIE manual, federation";
const SPID: &str = "SPID technical rules, table of attributes";
const CIE: &str = "CIE manual, federation";

const MISSING: Rule = Rule::error("saml.attributes", BOTH, "Publish at least one AttributeConsumingService.");
const INDEX: Rule =
    Rule::error("saml.attributes.index", BOTH, "Number each AttributeConsumingService, with 0 to 65535.");
const REPEATED: Rule =
    Rule::error("saml.attributes.index.repeated", BOTH, "Give each AttributeConsumingService an index of its own.");
const NAME: Rule = Rule::error("saml.attributes.name", BOTH, "Name each set in a ServiceName with xml:lang.");
const UUID: Rule =
    Rule::advice("cie.attributes.uuid", CIE, "Name each set in CIE by urn:uuid: and a random UUID (version 4).");
const EMPTY: Rule = Rule::error("saml.attributes.empty", BOTH, "Ask for at least one attribute in each set.");
const UNKNOWN_TO_SPID: Rule =
    Rule::error("spid.attributes.unknown", SPID, "Ask for attributes by their names in SPID.");
const UNKNOWN_TO_CIE: Rule = Rule::error(
    "cie.attributes.unknown",
    CIE,
    "Ask for name, familyName, dateOfBirth and fiscalNumber only: CIE has no others.",
);
const TWICE: Rule = Rule::error("saml.attributes.twice", BOTH, "Ask for each attribute once in a set.");
const FORMAT: Rule = Rule::warning(
    "saml.attributes.name-format",
    SPID,
    "Leave NameFormat out, or set it to urn:oasis:names:tc:SAML:2.0:attrname-format:basic.",
);
const ADDRESS: Rule = Rule::advice(
    "spid.attributes.address",
    "Avviso 25",
    "Ask for the parts of the domicile (domicileStreetAddress and the others) instead of address.",
);

pub(super) const RULES: &[&Rule] =
    &[&MISSING, &INDEX, &REPEATED, &NAME, &UUID, &EMPTY, &UNKNOWN_TO_SPID, &UNKNOWN_TO_CIE, &TWICE, &FORMAT, &ADDRESS];

/// SPID technical rules, table of attributes; `companyFiscalNumber` by Avviso 18, the domicile by Avviso 25.
const NAMES_OF_SPID: [&str; 23] = [
    "spidCode",
    "name",
    "familyName",
    "placeOfBirth",
    "countyOfBirth",
    "dateOfBirth",
    "gender",
    "companyName",
    "registeredOffice",
    "fiscalNumber",
    "companyFiscalNumber",
    "ivaCode",
    "idCard",
    "mobilePhone",
    "email",
    "address",
    "domicileStreetAddress",
    "domicilePostalCode",
    "domicileMunicipality",
    "domicileProvince",
    "domicileNation",
    "expirationDate",
    "digitalAddress",
];

/// The minimum set of eIDAS, and no more.
const NAMES_OF_CIE: [&str; 4] = ["name", "familyName", "dateOfBirth", "fiscalNumber"];

pub(super) fn check(document: &Document<'_>, findings: &mut Findings) {
    let federation = document.profile.federation();
    for descriptor in &document.descriptors {
        let sets: Vec<_> = descriptor.saml("AttributeConsumingService").collect();
        if sets.is_empty() {
            findings.add(&MISSING, descriptor, "There is no AttributeConsumingService.");
        }
        let mut seen = HashSet::new();
        for set in &sets {
            number(set, &mut seen, findings);
            name(set, federation, findings);
            attributes(set, federation, findings);
        }
    }
}

fn number(set: &Node<'_>, seen: &mut HashSet<u16>, findings: &mut Findings) {
    match index(set.attribute("index")) {
        None => findings.add(&INDEX, set, format!("The index is {}.", quoted_or_missing(set.attribute("index")))),
        Some(index) if !seen.insert(index) => {
            findings.add(&REPEATED, set, format!("The index {index} occurs more than once."));
        }
        Some(_) => {}
    }
}

fn name(set: &Node<'_>, federation: Federation, findings: &mut Findings) {
    let names: Vec<_> = set.saml("ServiceName").collect();
    if names.is_empty() {
        findings.add(&NAME, set, "There is no ServiceName.");
    }
    for name in &names {
        let text = name.text();
        if text.is_empty() {
            findings.add(&NAME, name, "The ServiceName is empty.");
        }
        // CIE allows an empty language, since an UUID is of none.
        if !name.language().is_some_and(|language| federation == Federation::Cie || !language.is_empty()) {
            findings.add(&NAME, name, "The ServiceName has no xml:lang.");
        }
        if federation == Federation::Cie && !text.is_empty() && !is_uuid_name(&text) {
            findings.add(&UUID, name, format!("The ServiceName is {}.", quoted(&text)));
        }
    }
}

fn attributes(set: &Node<'_>, federation: Federation, findings: &mut Findings) {
    let asked: Vec<_> = set.saml("RequestedAttribute").collect();
    if asked.is_empty() {
        findings.add(&EMPTY, set, "The set has no RequestedAttribute.");
    }
    let (known, unknown): (&[&str], _) = match federation {
        Federation::Cie => (&NAMES_OF_CIE, &UNKNOWN_TO_CIE),
        Federation::Spid | Federation::Eidas => (&NAMES_OF_SPID, &UNKNOWN_TO_SPID),
    };
    // The full set of eIDAS is laid down, address and all.
    let free = federation != Federation::Cie && set.attribute("index") != Some("100");
    let mut seen = HashSet::new();
    for attribute in &asked {
        let name = attribute.attribute("Name");
        if !name.is_some_and(|name| known.contains(&name)) {
            findings.add(unknown, attribute, format!("The Name is {}.", quoted_or_missing(name)));
        } else if !seen.insert(name) {
            findings.add(&TWICE, attribute, "The attribute is asked for more than once.");
        }
        if name == Some("address") && free {
            findings.add(&ADDRESS, attribute, "The address is asked for as one text.");
        }
        let format = attribute.attribute("NameFormat");
        if format.is_some_and(|format| !NAME_FORMATS.contains(&format)) {
            findings.add(&FORMAT, attribute, format!("The NameFormat is {}.", quoted_or_missing(format)));
        }
    }
}
