//! The certificates of SPID's service providers: subject, policies and use (Avviso 29v3).
//!
//! In tests a provider may still have a certificate of its own making; in production these are errors.

use crate::certificate::{Certificate, KeyKind, part};
use crate::document::Document;
use crate::node::Node;
use crate::profile::{Profile, Role};
use crate::report::Findings;
use crate::rule::{Rule, Weight};
use crate::value::{is_two_capitals, quoted, quoted_or_missing};
use crate::words::{METADATA, SPID};

const AVVISO: &str = "Avviso 29v3";

const fn asked(id: &'static str, asks: &'static str) -> Rule {
    Rule::weighing(Weight::ErrorInProduction, id, AVVISO, asks)
}

const SUBJECT: Rule = asked(
    "spid.certificate.subject",
    "Give the subject of the certificate a commonName, organizationName, countryName, localityName, uri (2.5.4.83) \
     and organizationIdentifier (2.5.4.97).",
);
const COUNTRY: Rule =
    asked("spid.certificate.country", "Write the country of the subject as two capital letters, such as IT.");
const IDENTIFIER: Rule = asked(
    "spid.certificate.organization-identifier",
    "Write the organizationIdentifier as PA:IT- and the IPA code for a public body, as VATIT- and eleven digits or \
     CF:IT- and sixteen characters for a company.",
);
const HOLDER: Rule = Rule::warning(
    "spid.certificate.holder",
    AVVISO,
    "Use the same IPA code, VAT number or fiscal code in the certificate and in the contact of whoever holds it.",
);
const URI: Rule = asked("spid.certificate.uri", "Write the entityID into the uri (2.5.4.83) of the certificate.");
const ORGANIZATION: Rule = Rule::warning(
    "spid.certificate.organization",
    AVVISO,
    "Write the same full name into the certificate (organizationName) and into the metadata.",
);
const COMMON_NAME: Rule = Rule::warning(
    "spid.certificate.common-name",
    AVVISO,
    "Write the OrganizationDisplayName into the commonName of the certificate.",
);
const POLICIES: Rule = asked(
    "spid.certificate.policies",
    "Have certificatePolicies, not critical, with 1.3.76.16.6 and with 1.3.76.16.4.2.1 (public) or 1.3.76.16.4.3.1 \
     (private).",
);
const USAGE: Rule = asked(
    "spid.certificate.key-usage",
    "Have a critical keyUsage of digitalSignature and contentCommitment, and nothing else.",
);
const AUTHORITY: Rule =
    asked("spid.certificate.basic-constraints", "Have basicConstraints, not critical, that say CA:FALSE.");
const KIND: Rule = asked("spid.certificate.key", "Use an RSA key of 2048, 3072 or 4096 bits.");
const DIGEST: Rule = asked("spid.certificate.digest", "Have the certificate signed with SHA-256 or SHA-512.");

pub(super) const RULES: &[&Rule] = &[
    &SUBJECT,
    &COUNTRY,
    &IDENTIFIER,
    &HOLDER,
    &URI,
    &ORGANIZATION,
    &COMMON_NAME,
    &POLICIES,
    &USAGE,
    &AUTHORITY,
    &KIND,
    &DIGEST,
];

const MANDATORY: [(&str, &str); 6] = [
    (part::COMMON_NAME, "commonName"),
    (part::ORGANIZATION, "organizationName"),
    (part::COUNTRY, "countryName"),
    (part::LOCALITY, "localityName"),
    (part::URI, "uri"),
    (part::ORGANIZATION_IDENTIFIER, "organizationIdentifier"),
];

pub(super) fn check(document: &Document<'_>, findings: &mut Findings) {
    let signing = document.keys.iter().filter(|key| key.signs()).flat_map(|key| &key.certificates);
    for (node, certificate) in signing.filter_map(|(node, read)| Some((node, read.as_ref()?))) {
        subject(node, certificate, findings);
        identifier(document, node, certificate, findings);
        uri(document, node, certificate, findings);
        names(document, node, certificate, findings);
        policies(document.profile, node, certificate, findings);
        usage(node, certificate, findings);
        strength(node, certificate, findings);
    }
}

fn subject(node: &Node<'_>, certificate: &Certificate, findings: &mut Findings) {
    for (part, name) in MANDATORY {
        if certificate.subject(part).is_none_or(str::is_empty) {
            findings.add(&SUBJECT, node, format!("The subject has no {name} ({part})."));
        }
    }
    if let Some(country) = certificate.subject(part::COUNTRY).filter(|country| !is_two_capitals(country)) {
        findings.add(&COUNTRY, node, format!("The country is {}.", quoted(country)));
    }
}

fn identifier(document: &Document<'_>, node: &Node<'_>, certificate: &Certificate, findings: &mut Findings) {
    let Some(identifier) = certificate.subject(part::ORGANIZATION_IDENTIFIER) else { return };
    let holder = holder(document);
    // Companies may be aggregators and operators of public services: those have no IPA code.
    let may_be_private = document.profile.is_private()
        || holder
            .as_ref()
            .is_some_and(|(_, contact)| document.profile.activity().is_some() && code(contact, "IPACode").is_none());
    let may_be_public = !document.profile.is_private();
    if !(may_be_public && is_public(identifier) || may_be_private && is_private(identifier)) {
        findings.add(&IDENTIFIER, node, format!("The organizationIdentifier is {}.", quoted(identifier)));
    } else if let Some((_, contact)) = holder {
        let same = names_holder(identifier, &contact);
        if !same {
            let what = format!("The organizationIdentifier {} is not of {}.", quoted(identifier), contact.way());
            findings.add(&HOLDER, node, what);
        }
    }
}

/// Who holds the certificate: the aggregator where it has its own infrastructure, the provider where it
/// speaks for itself. Of a light aggregator it may be either's.
fn holder<'x>(document: &Document<'x>) -> Option<(Role, Node<'x>)> {
    let role = document.profile.roles().into_iter().next().filter(|role| !role.validation_key)?;
    let contact = document.contacts.iter().find(|contact| role.is_of(contact))?;
    Some((role, contact.clone()))
}

fn code(contact: &Node<'_>, name: &str) -> Option<String> {
    let codes = contact.along(&[(METADATA, "Extensions"), (SPID, name)]);
    codes.first().map(Node::text).filter(|text| !text.is_empty())
}

fn is_public(identifier: &str) -> bool {
    identifier.strip_prefix("PA:IT-").is_some_and(crate::value::is_ipa_code)
}

fn is_private(identifier: &str) -> bool {
    let vat = |number: &str| number.len() == 11 && number.bytes().all(|byte| byte.is_ascii_digit());
    let fiscal = |code: &str| code.len() == 16 && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    identifier.strip_prefix("VATIT-").is_some_and(vat) || identifier.strip_prefix("CF:IT-").is_some_and(fiscal)
}

/// Codes are compared without regard to case, as the registers do; one that the contact lacks differs in nothing.
fn names_holder(identifier: &str, contact: &Node<'_>) -> bool {
    let same = |ours: &str, theirs: Option<String>| theirs.is_none_or(|theirs| theirs.eq_ignore_ascii_case(ours));
    let (prefix, code_of_it) = identifier.split_once('-').unwrap_or_default();
    match prefix {
        "PA:IT" => same(code_of_it, code(contact, "IPACode")),
        "VATIT" => same(&format!("IT{code_of_it}"), code(contact, "VATNumber")),
        _ => same(code_of_it, code(contact, "FiscalCode")),
    }
}

fn uri(document: &Document<'_>, node: &Node<'_>, certificate: &Certificate, findings: &mut Findings) {
    let Some(uri) = certificate.subject(part::URI) else { return };
    let entity_id = document.root.attribute("entityID").unwrap_or_default();
    // One certificate of an aggregator serves all its bodies, whose entityIDs begin with its own.
    let aggregated = document.profile.activity().is_some() && entity_id.starts_with(uri);
    if !(uri == entity_id || aggregated) {
        let what = format!("The uri of the certificate is {}, the entityID {}.", quoted(uri), quoted(entity_id));
        findings.add(&URI, node, what);
    }
}

fn names(document: &Document<'_>, node: &Node<'_>, certificate: &Certificate, findings: &mut Findings) {
    let Some((role, contact)) = holder(document) else { return };
    let own = role.entity_type.is_none();
    let company = || contact.saml("Company").next().map(|name| name.text());
    let full = if own { document.organization_name.clone() } else { company() };
    let display = document.display_name.clone().filter(|_| own);
    for (rule, name, part, wanted) in [
        (&ORGANIZATION, "organizationName", part::ORGANIZATION, full),
        (&COMMON_NAME, "commonName", part::COMMON_NAME, display),
    ] {
        if let (Some(wanted), Some(found)) = (wanted, certificate.subject(part))
            && wanted != found
        {
            findings.add(rule, node, format!("The {name} is {}, in the metadata {}.", quoted(found), quoted(&wanted)));
        }
    }
}

fn policies(profile: Profile, node: &Node<'_>, certificate: &Certificate, findings: &mut Findings) {
    let Some(policies) = &certificate.policies else {
        return findings.add(&POLICIES, node, "The certificate has no certificatePolicies.");
    };
    if policies.critical {
        findings.add(&POLICIES, node, "The certificatePolicies are critical.");
    }
    let sector = if profile.is_private() { "1.3.76.16.4.3.1" } else { "1.3.76.16.4.2.1" };
    for wanted in ["1.3.76.16.6", sector] {
        if !policies.value.iter().any(|policy| policy == wanted) {
            findings.add(&POLICIES, node, format!("The policy {wanted} is missing."));
        }
    }
}

fn usage(node: &Node<'_>, certificate: &Certificate, findings: &mut Findings) {
    let usage = certificate.key_usage.as_ref();
    let right = usage.is_some_and(|usage| {
        usage.critical && usage.value.digital_signature && usage.value.content_commitment && !usage.value.anything_else
    });
    if !right {
        let what = if usage.is_some() { "The keyUsage is another." } else { "The certificate has no keyUsage." };
        findings.add(&USAGE, node, what);
    }
    let authority = certificate.authority.as_ref();
    if !authority.is_some_and(|authority| !authority.critical && !authority.value) {
        let what = match authority {
            None => "The certificate has no basicConstraints.",
            Some(authority) if authority.value => "The certificate may issue certificates (CA:TRUE).",
            Some(_) => "The basicConstraints are critical.",
        };
        findings.add(&AUTHORITY, node, what);
    }
}

fn strength(node: &Node<'_>, certificate: &Certificate, findings: &mut Findings) {
    let strong_enough = !matches!(certificate.kind, KeyKind::Rsa(..2048) | KeyKind::Elliptic(..256) | KeyKind::Other);
    if strong_enough && !matches!(certificate.kind, KeyKind::Rsa(2048 | 3072 | 4096)) {
        findings.add(&KIND, node, format!("The key is {}.", certificate.kind.words()));
    }
    if certificate.digest() == Some("SHA-384") {
        findings.add(
            &DIGEST,
            node,
            format!("The certificate is signed with {}.", quoted_or_missing(certificate.digest())),
        );
    }
}
