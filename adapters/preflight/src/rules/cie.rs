//! The contacts of CIE: one model, the provider as administrative contact and perhaps a technical partner.

use std::collections::HashSet;

use super::contacts::email;
use crate::document::Document;
use crate::node::Node;
use crate::profile::Profile;
use crate::report::Findings;
use crate::rule::Rule;
use crate::value::{
    is_activity, is_fiscal_code, is_ipa_category, is_ipa_code, is_town, is_two_capitals, is_vat_number, quoted, shown,
};
use crate::words::CIE;

const MANUAL: &str = "CIE manual, federation";

const SET: Rule = Rule::error(
    "cie.contact.set",
    MANUAL,
    "Name the provider as the one contact with contactType=\"administrative\", and at most one technical partner with \
     contactType=\"technical\".",
);
const EXTENSIONS: Rule =
    Rule::error("cie.contact.extensions", MANUAL, "Give each contact exactly one Extensions element.");
const KIND: Rule = Rule::error(
    "cie.contact.kind",
    MANUAL,
    "Say whether the provider is public or private, by one empty cie:Public or cie:Private.",
);
const KIND_OF_PARTNER: Rule = Rule::warning(
    "cie.contact.kind.technical",
    MANUAL,
    "Say whether the technical partner is public or private, by one empty cie:Public or cie:Private.",
);
const CODES: Rule = Rule::error(
    "cie.contact.codes",
    MANUAL,
    "Give the Municipality of everybody; of a public body also the IPACode; of a company also VATNumber, FiscalCode \
     and NACE2Code.",
);
const ONCE: Rule = Rule::error(
    "cie.contact.once",
    "Schema of CIE",
    "Give each code once, with a value; only NACE2Code may be repeated.",
);
const COUNTRY: Rule = Rule::advice("cie.contact.country", MANUAL, "Give the Country too, as two capital letters.");
const FORM: Rule = Rule::warning(
    "cie.contact.form",
    MANUAL,
    "Write codes as their registers do: Municipality as H501, Province as two letters, Country as IT, VATNumber as IT \
     and eleven digits, FiscalCode as eleven digits or sixteen characters, NACE2Code as 62.01, IPACategory as L6.",
);
const FOREIGN: Rule = Rule::warning("cie.contact.foreign", MANUAL, "Leave out extensions that CIE does not have.");
const COMPANY: Rule = Rule::error("cie.contact.company", MANUAL, "Write the name of the contact into Company, once.");
const COMPANY_NAME: Rule = Rule::warning(
    "cie.contact.company.name",
    MANUAL,
    "Write the OrganizationName into the Company of the administrative contact.",
);
const EMAIL: Rule = Rule::error("cie.contact.email", MANUAL, "Give one mailbox for each contact.");
const PHONE: Rule = Rule::warning(
    "cie.contact.phone",
    MANUAL,
    "Write the telephone number with the prefix of its country and without spaces.",
);

pub(super) const RULES: &[&Rule] = &[
    &SET,
    &EXTENSIONS,
    &KIND,
    &KIND_OF_PARTNER,
    &CODES,
    &ONCE,
    &COUNTRY,
    &FORM,
    &FOREIGN,
    &COMPANY,
    &COMPANY_NAME,
    &EMAIL,
    &PHONE,
];

/// Whether a value has the form that its code asks for.
type Form = fn(&str) -> bool;

const FORMS: [(&str, Form); 8] = [
    ("IPACode", is_ipa_code),
    ("IPACategory", is_ipa_category),
    ("VATNumber", is_vat_number),
    ("FiscalCode", is_fiscal_code),
    ("NACE2Code", is_activity),
    ("Municipality", is_town),
    ("Province", is_two_capitals),
    ("Country", is_two_capitals),
];

pub(super) fn check(document: &Document<'_>, findings: &mut Findings) {
    set(document, findings);
    for contact in &document.contacts {
        let extensions: Vec<_> = contact.saml("Extensions").collect();
        match &extensions[..] {
            [extensions] => {
                codes(document.profile, contact, extensions, findings);
                values(extensions, findings);
            }
            _ => findings.add(&EXTENSIONS, contact, format!("There are {} Extensions elements.", extensions.len())),
        }
        company(document, contact, findings);
        email(contact, true, &EMAIL, findings);
        telephone(contact, findings);
    }
}

fn is_technical(contact: &Node<'_>) -> bool {
    contact.attribute("contactType") == Some("technical")
}

fn set(document: &Document<'_>, findings: &mut Findings) {
    let kinds = document.contacts.iter().map(|contact| contact.attribute("contactType").unwrap_or_default());
    let (known, others): (Vec<_>, Vec<_>) = kinds.partition(|kind| matches!(*kind, "administrative" | "technical"));
    let count = |wanted: &str| known.iter().filter(|kind| **kind == wanted).count();
    let (administrative, technical) = (count("administrative"), count("technical"));
    if administrative != 1 || technical > 1 {
        let what = format!("There are {administrative} administrative contacts and {technical} technical ones.");
        findings.add(&SET, &document.root, what);
    }
    for kind in others {
        findings.add(&SET, &document.root, format!("There is a contact of the kind {}.", quoted(kind)));
    }
}

/// What the kind of a contact makes necessary.
fn codes(profile: Profile, contact: &Node<'_>, extensions: &Node<'_>, findings: &mut Findings) {
    let has = |name: &str| extensions.named(CIE, name).next().is_some();
    let marks: Vec<_> =
        extensions.children().filter(|code| code.is_in(CIE) && matches!(code.name(), "Public" | "Private")).collect();
    let wanted = if profile == Profile::CiePrivate { "Private" } else { "Public" };
    let (rule, right) = if is_technical(contact) {
        (&KIND_OF_PARTNER, marks.len() == 1)
    } else {
        (&KIND, marks.len() == 1 && has(wanted))
    };
    let empty = marks.iter().all(|mark| mark.text().is_empty() && mark.children().next().is_none());
    if !(right && empty) {
        findings.add(
            rule,
            contact,
            "It is not said once, by an empty element, whether this contact is public or private.",
        );
    }
    let private = has("Private") || is_technical(contact) && !has("Public");
    // The index of public administrations does not matter for a partner.
    let needed: &[&str] = match (private, is_technical(contact)) {
        (true, _) => &["Municipality", "VATNumber", "FiscalCode", "NACE2Code"],
        (false, false) => &["Municipality", "IPACode"],
        (false, true) => &["Municipality"],
    };
    for name in needed.iter().filter(|name| !has(name)) {
        findings.add(&CODES, contact, format!("There is no {name}."));
    }
    if !has("Country") {
        findings.add(&COUNTRY, contact, "There is no Country.");
    }
}

fn values(extensions: &Node<'_>, findings: &mut Findings) {
    let mut seen = HashSet::new();
    for code in extensions.children() {
        let form = FORMS.iter().find(|(name, _)| code.is(CIE, name));
        let text = code.text();
        match form {
            Some((name, _)) if text.is_empty() => findings.add(&ONCE, &code, format!("The {name} is empty.")),
            Some((name, _)) if !seen.insert(*name) && *name != "NACE2Code" => {
                findings.add(&ONCE, &code, format!("There is more than one {name}."));
            }
            Some((name, is_right)) if !is_right(&text) => {
                findings.add(&FORM, &code, format!("The {name} is {}.", quoted(&text)));
            }
            None if !matches!(code.name(), "Public" | "Private") || !code.is_in(CIE) => {
                findings.add(&FOREIGN, &code, format!("{} is not an extension of CIE.", shown(code.name())));
            }
            _ => {}
        }
    }
}

fn company(document: &Document<'_>, contact: &Node<'_>, findings: &mut Findings) {
    let names: Vec<_> = contact.saml("Company").collect();
    let [company] = &names[..] else {
        return findings.add(&COMPANY, contact, format!("There are {} Company elements.", names.len()));
    };
    let name = company.text();
    let organization = document.organization_name.as_ref().filter(|_| !is_technical(contact));
    if name.is_empty() {
        findings.add(&COMPANY, company, "The Company is empty.");
    } else if let Some(organization) = organization.filter(|organization| **organization != name) {
        let what = format!("The Company is {}, the OrganizationName {}.", quoted(&name), quoted(organization));
        findings.add(&COMPANY_NAME, company, what);
    }
}

fn telephone(contact: &Node<'_>, findings: &mut Findings) {
    for number in contact.saml("TelephoneNumber") {
        let text = number.text();
        if !text.starts_with('+') || text.contains(char::is_whitespace) {
            findings.add(&PHONE, &number, format!("The TelephoneNumber is {}.", quoted(&text)));
        }
    }
}
