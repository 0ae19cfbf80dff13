//! The contacts of SPID: who must be there, under which codes, and how to reach them.

use crate::document::{Document, Key};
use crate::node::Node;
use crate::profile::{Company, Federation, IpaCode, Numbers, Role};
use crate::report::Findings;
use crate::rule::{Rule, Weight};
use crate::value::{is_mailbox, quoted, quoted_or_missing, shown};
use crate::words::SPID;

use super::extensions::{MARKERS, codes};

const RULES_OF_SPID: &str = "SPID technical rules, metadata; Avviso 29v3";
const AVVISO_19: &str = "Avviso 19v4";

const SET: Rule = Rule::error(
    "spid.contact.set",
    "Avviso 29v3; Avviso 19v4",
    "Name exactly the contacts of the profile: one contactType=\"other\" for a provider that speaks for itself, one \
     for the aggregator and one for the aggregated where there is one, and one for billing where the services are \
     private.",
);
const EXTENSIONS: Rule =
    Rule::error("spid.contact.extensions", RULES_OF_SPID, "Give each contact exactly one Extensions element.");
const MARKER: Rule = Rule::error(
    "spid.contact.kind",
    "Avviso 29v3; Avviso 19v4",
    "Say what the contact is, by one empty element: spid:Public, spid:Private, or the one of the \
     aggregator's activity.",
);
const IPA_CODE: Rule = Rule::error(
    "spid.contact.ipa-code",
    RULES_OF_SPID,
    "Give the code of a public body in the Index of public administrations.",
);
const IPA_CODE_IN_PRODUCTION: Rule = Rule::weighing(
    Weight::ErrorInProduction,
    "spid.contact.ipa-code.operator",
    AVVISO_19,
    "Give the IPA code of an operator of public services.",
);
const IPA_CODE_FORBIDDEN: Rule =
    Rule::error("spid.contact.ipa-code.private", RULES_OF_SPID, "Leave out the IPA code of a company: it has none.");
const NUMBERS: Rule = Rule::error(
    "spid.contact.numbers",
    RULES_OF_SPID,
    "Give the VAT number or the fiscal code of a company, and both of an operator of public services.",
);
const COMPANY: Rule = Rule::error(
    "spid.contact.company",
    RULES_OF_SPID,
    "Write the OrganizationName into Company; that of an aggregator is its own name. Aggregators and \
     aggregated need one.",
);
const EMAIL: Rule = Rule::error(
    "spid.contact.email",
    RULES_OF_SPID,
    "Give one mailbox, of an office and not of a person; only the aggregated may do without.",
);
const PHONE: Rule =
    Rule::error("spid.contact.phone", RULES_OF_SPID, "Write the telephone number without spaces, or leave it out.");
const PREFIX: Rule = Rule::warning("spid.contact.phone.prefix", RULES_OF_SPID, "Begin the telephone number with +39.");
const VALIDATION_KEY: Rule = Rule::error(
    "spid.contact.validation-key",
    AVVISO_19,
    "Publish the key of a light aggregator in a spid:KeyDescriptor with use=\"spid:validation\" and a certificate.",
);

pub(super) const RULES: &[&Rule] = &[
    &SET,
    &EXTENSIONS,
    &MARKER,
    &IPA_CODE,
    &IPA_CODE_IN_PRODUCTION,
    &IPA_CODE_FORBIDDEN,
    &NUMBERS,
    &COMPANY,
    &EMAIL,
    &PHONE,
    &PREFIX,
    &VALIDATION_KEY,
];

pub(super) fn check(document: &Document<'_>, findings: &mut Findings) {
    let roles = document.profile.roles();
    for contact in &document.contacts {
        if contact.attribute("contactType") != Some("billing")
            && !roles.is_empty()
            && !roles.iter().any(|role| role.is_of(contact))
        {
            findings.add(&SET, contact, format!("The profile {} has no such contact.", document.profile));
        }
        telephone(contact, findings);
    }
    for role in &roles {
        let contacts: Vec<_> = document.contacts.iter().filter(|contact| role.is_of(contact)).collect();
        if contacts.len() != 1 {
            let what = format!("There are {} contacts with {}.", contacts.len(), role.words());
            findings.add(&SET, &document.root, what);
        }
        for contact in contacts {
            of_role(document, role, contact, findings);
        }
    }
    if document.profile.federation() == Federation::Eidas {
        for_the_node(document, findings);
    }
}

/// The eIDAS node wants somebody to write to, and no more.
fn for_the_node(document: &Document<'_>, findings: &mut Findings) {
    let contacts: Vec<_> =
        document.contacts.iter().filter(|contact| contact.attribute("contactType") == Some("other")).collect();
    if contacts.is_empty() {
        findings.add(&SET, &document.root, "There is no contact with contactType=\"other\".");
    }
    for contact in contacts {
        email(contact, contact.entity_type() != Some("spid:aggregated"), &EMAIL, findings);
    }
}

fn of_role(document: &Document<'_>, role: &Role, contact: &Node<'_>, findings: &mut Findings) {
    let count = contact.saml("Extensions").count();
    if count == 1 {
        marker(role, contact, findings);
        ipa_code(role, contact, findings);
        numbers(role, contact, findings);
        validation_key(role, contact, findings);
    } else {
        findings.add(&EXTENSIONS, contact, format!("There are {count} Extensions elements."));
    }
    company(document, role, contact, findings);
    email(contact, role.email, &EMAIL, findings);
}

fn marker(role: &Role, contact: &Node<'_>, findings: &mut Findings) {
    let markers: Vec<_> = codes(contact).filter(|code| code.is_in(SPID) && MARKERS.contains(&code.name())).collect();
    let right = markers.iter().find(|marker| marker.name() == role.marker);
    if right.is_none() {
        findings.add(&MARKER, contact, format!("spid:{} is missing.", role.marker));
    }
    for wrong in markers.iter().filter(|marker| marker.name() != role.marker) {
        findings.add(&MARKER, wrong, format!("spid:{} is not what this contact is.", wrong.name()));
    }
    if markers.iter().filter(|marker| marker.name() == role.marker).count() > 1 {
        findings.add(&MARKER, contact, format!("spid:{} occurs more than once.", role.marker));
    }
    if let Some(full) = right.filter(|marker| !marker.text().is_empty() || marker.children().next().is_some()) {
        findings.add(&MARKER, full, format!("spid:{} is not empty.", role.marker));
    }
}

fn ipa_code(role: &Role, contact: &Node<'_>, findings: &mut Findings) {
    let code = codes(contact).find(|code| code.is(SPID, "IPACode"));
    match (role.ipa_code, code) {
        (IpaCode::Forbidden, Some(code)) => findings.add(&IPA_CODE_FORBIDDEN, &code, "There is an IPA code."),
        (IpaCode::Needed, None) => findings.add(&IPA_CODE, contact, "There is no IPA code."),
        (IpaCode::NeededInProduction, None) => {
            findings.add(&IPA_CODE_IN_PRODUCTION, contact, "There is no IPA code.");
        }
        (IpaCode::Optional | IpaCode::Forbidden, None)
        | (IpaCode::Optional | IpaCode::Needed | IpaCode::NeededInProduction, Some(_)) => {}
    }
}

fn numbers(role: &Role, contact: &Node<'_>, findings: &mut Findings) {
    let has = |name: &str| codes(contact).any(|code| code.is(SPID, name));
    let (vat_number, fiscal_code) = (has("VATNumber"), has("FiscalCode"));
    let missing = match role.numbers {
        Numbers::One if !vat_number && !fiscal_code => "There is neither a VAT number nor a fiscal code.",
        Numbers::Both if !vat_number => "There is no VAT number.",
        Numbers::Both if !fiscal_code => "There is no fiscal code.",
        Numbers::Any | Numbers::One | Numbers::Both => return,
    };
    findings.add(&NUMBERS, contact, missing);
}

fn validation_key(role: &Role, contact: &Node<'_>, findings: &mut Findings) {
    if !role.validation_key {
        return;
    }
    let key = codes(contact)
        .find(|code| code.is(SPID, "KeyDescriptor") && code.attribute("use") == Some("spid:validation"))
        .map(Key::of);
    match key {
        None => findings.add(&VALIDATION_KEY, contact, "There is no key for validation."),
        Some(key) if !key.certificates.iter().any(|(_, read)| read.is_some()) => {
            findings.add(&VALIDATION_KEY, &key.node, "The key has no certificate that can be read.");
        }
        Some(_) => {}
    }
}

fn company(document: &Document<'_>, role: &Role, contact: &Node<'_>, findings: &mut Findings) {
    let Some(company) = contact.saml("Company").next() else {
        if role.company != Company::OptionalSame {
            findings.add(&COMPANY, contact, "There is no Company.");
        }
        return;
    };
    let name = company.text();
    let organization = document.organization_name.as_ref().filter(|_| role.company != Company::Needed);
    if name.is_empty() {
        findings.add(&COMPANY, &company, "The Company is empty.");
    } else if let Some(organization) = organization.filter(|organization| **organization != name) {
        let what = format!("The Company is {}, the OrganizationName {}.", quoted(&name), quoted(organization));
        findings.add(&COMPANY, &company, what);
    }
}

/// One mailbox, which may be missing where it is not needed.
pub(super) fn email(contact: &Node<'_>, needed: bool, rule: &'static Rule, findings: &mut Findings) {
    let mailboxes: Vec<_> = contact.saml("EmailAddress").collect();
    if needed && mailboxes.is_empty() {
        findings.add(rule, contact, "There is no EmailAddress.");
    }
    if let [_, second, ..] = &mailboxes[..] {
        findings.add(rule, second, "There is more than one EmailAddress.");
    }
    for mailbox in &mailboxes {
        let text = mailbox.text();
        // Metadata of SAML writes mailboxes as URIs; SPID and CIE do not, but read them.
        if !is_mailbox(text.strip_prefix("mailto:").unwrap_or(&text)) {
            findings.add(rule, mailbox, format!("The EmailAddress is {}.", quoted(&text)));
        }
    }
}

fn telephone(contact: &Node<'_>, findings: &mut Findings) {
    for number in contact.saml("TelephoneNumber") {
        let text = number.text();
        if text.is_empty() || text.contains(char::is_whitespace) {
            let what = format!("The TelephoneNumber is {}.", quoted_or_missing(Some(&text)));
            findings.add(&PHONE, &number, what);
        } else if !text.starts_with("+39") {
            findings.add(
                &PREFIX,
                &number,
                format!("The TelephoneNumber begins with “{}”.", shown(&text.chars().take(3).collect::<String>())),
            );
        }
    }
}
